package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tandem.testing.Program;
import tandem.testing.Terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// `scripts/tandem step`: on paper, and at a terminal that tmux provides.
class StepIT {
    private static final String EXAMPLE = "examples/LostUpdate.java";

    @TempDir Path memory;
    @TempDir Path folder;

    @BeforeAll
    static void theJarIsNew() {
        Program.jar();
    }

    private Program.Ended step(String... options) {
        String[] arguments =
                Stream.concat(Stream.of("step"), Stream.of(options)).toArray(String[]::new);
        return Program.tandem(arguments).with("TANDEM_JAVA_OPTS", "-Dtandem.dir=" + memory).run();
    }

    @Test
    void onPaperEachStepIsALine() {
        Program.Ended ended = step(EXAMPLE, "--schedule", "1221");

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.lines())
                .containsSubsequence(
                        "1 号进程: a.get(0) → 5   LostUpdate.java:11",
                        "2 号进程: a.get(0) → 5   LostUpdate.java:12",
                        "2 号进程: a.set(0, 7)   LostUpdate.java:12",
                        "1 号进程: a.set(0, 6)   LostUpdate.java:11",
                        "5 + 1 + 2 = 6",
                        "schedule: 1221",
                        "Array(a, \"i\", [6], no lock)");
        assertThat(memory).isEmptyDirectory();
    }

    @Test
    void theMainProcessMovesAndSoDoPools() throws IOException {
        Path program = folder.resolve("Both.java");
        Files.writeString(
                program,
                """
                import static tandem.Tandem.*;
                import tandem.*;

                void main() {
                    var a = Array.of("i", 2, false).named("账本");
                    var p = named("甲").spawn(x -> x.set(0, x.get(0) + 1), a);
                    a.set(0, a.get(0) + 1);
                    IO.println("几何: " + new Pool(2).map(i -> a.add(1, i), List.of(1, 2)));
                    p.join();
                    IO.println(a);
                }
                """);

        Program.Ended ended = step(program.toString(), "--schedule", "010123");

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.lines())
                .containsSubsequence(
                        "MainProcess: 账本.get(0) → 0   Both.java:7",
                        "甲: 账本.get(0) → 0   Both.java:6",
                        "MainProcess: 账本.set(0, 1)   Both.java:7",
                        "甲: 账本.set(0, 1)   Both.java:6",
                        "Pool-1-worker-1: Pool-1 tasks.take() → task 1",
                        "Pool-1-worker-2: Pool-1 tasks.take() → task 2")
                .contains("Array(账本, \"i\", [1, 3], no lock)")
                .noneMatch(line -> line.contains("nobody can go on"));
        assertThat(memory).isEmptyDirectory();
    }

    @Test
    void aKilledWorkerIsAStep() {
        Program.Ended ended = step(EXAMPLE, "--schedule", "1k122");

        assertThat(ended.out()).contains("1 号进程: killed\n", "5 + 1 + 2 = 7\n");
    }

    @Test
    void whatIsNoMoveIsRefusedInASentence() {
        Program.Ended ended = step(EXAMPLE, "--schedule", "111");

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.err()).contains("1 is no move after 11: 1 号进程 cannot move: has ended");
        assertThat(step(EXAMPLE, "--schedule").exitCode()).isEqualTo(2);
    }

    /// The example, whose workers have halted before their first steps.
    private Terminal atATerminal() {
        String command =
                "TANDEM_JAVA_OPTS=-Dtandem.dir='%s' '%s' step '%s'"
                        .formatted(
                                memory,
                                Program.home().resolve("scripts/tandem"),
                                Program.home().resolve(EXAMPLE));
        Terminal terminal = Terminal.open(folder, 80, 24, command);
        terminal.await(">  1 1 号进程", "2 2 号进程", "waits: 1 号进程.join()");
        return terminal;
    }

    @Test
    void atATerminalKeysLetWorkersGo() {
        try (Terminal terminal = atATerminal()) {
            terminal.press("1");
            terminal.await("1 号进程: a.get(0) → 5", "a.set(0, 6)");
            terminal.press("2");
            terminal.await("2 号进程: a.get(0) → 5", ">  2 2 号进程", "schedule: 12");
            terminal.press("2");
            terminal.await("2 号进程: a.set(0, 7)", "schedule: 122", "\"i\", [7]");
            terminal.press("1");
            terminal.await("the program has ended", "| 5 + 1 + 2 = 6", "\"i\", [6]");

            terminal.press("r");
            terminal.await("schedule:  then 1221", "\"i\", [5]");
            terminal.press("+");
            terminal.press("Space");
            terminal.await("the program has ended", "| 5 + 1 + 2 = 6", "schedule: 1221");
            terminal.press("b");
            terminal.await("schedule: 122 then 1", "a.set(0, 6)");
            terminal.press("k");
            terminal.await("the number of the worker to kill");
            terminal.press("1");
            terminal.await("schedule: 122k1", "killed by signal 9", "| 5 + 1 + 2 = 7");
            terminal.press("q");
            terminal.awaitEnd();
        }
        assertThat(memory).isEmptyDirectory();
    }

    @Test
    void keysThatAreTypedAheadAreObeyedInTheirOrder() {
        try (Terminal terminal = atATerminal()) {
            for (String key : "1 2 2 1".split(" ")) {
                terminal.press(key);
            }
            terminal.await("the program has ended", "| 5 + 1 + 2 = 6", "schedule: 1221");
            for (String key : "r 1 k 2 1".split(" ")) {
                terminal.press(key);
            }
            terminal.await("the program has ended", "| 5 + 1 + 2 = 6", "schedule: 1k21");
            terminal.press("q");
            terminal.awaitEnd();
        }
    }
}
