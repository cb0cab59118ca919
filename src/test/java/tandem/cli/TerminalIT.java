package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tandem.testing.Program;
import tandem.testing.Terminal;

import java.io.IOException;
import java.nio.file.Path;

/// JShell with Tandem at a real terminal of 80 columns and 24 rows, which tmux provides.
class TerminalIT {
    @TempDir Path memory;
    @TempDir Path folder;

    private Terminal terminal;

    @BeforeEach
    void openTerminal() throws IOException {
        Program.jar();
        terminal = Terminal.ofShell(folder, memory);
    }

    @AfterEach
    void closeTerminal() {
        if (terminal != null) {
            terminal.close();
        }
    }

    @Test
    void theOpeningSessionTypedByHandIsInterruptedAndLeavesNothing() {
        terminal.awaitPrompt();
        terminal.type("var a = Array.of(\"i\", 3, true)");
        terminal.await("a ==> Array(\"i\", [0, 0, 0])");
        terminal.awaitPrompt();
        terminal.type("var p = named(\"1 号进程\").spawn(workA, a, 3)");
        terminal.await("p ==> Worker(1 号进程, pid ");
        terminal.await("当前进程:1 号进程 | 获取到的数组:[2, 0, 0]");
        terminal.type("p.join(); a");
        terminal.await("a ==> Array(\"i\", [3, 0, 0])");
        terminal.awaitPrompt();

        terminal.type("var q = spawn(Path.of(\"src/test/scripts/WorkerLoops.java\"))");
        terminal.await("looping ");
        long worker = Long.parseLong(terminal.lines().replaceAll("(?s).*looping (\\d+).*", "$1"));
        terminal.type("");
        terminal.awaitPrompt();
        terminal.type("{ System.out.println(\"wait\" + \"ing\"); q.join(); }");
        terminal.await("waiting");
        terminal.press("C-c");
        terminal.awaitPrompt();
        terminal.await("tandem: stopped, together with Worker-1");
        terminal.type("q.join(); q.exitCode() + \" and \" + a");
        terminal.await("==> \"-15 and Array(\\\"i\\\", [3, 0, 0])\"");

        terminal.type("/exit");
        terminal.awaitEnd();
        assertThat(Program.isAlive(worker)).isFalse();
        Program.awaitEmpty(memory);
    }

    @Test
    void ctrlCInAMapEndsTheWaitAndNotThePool() {
        terminal.awaitPrompt();
        terminal.type("var pool = new Pool(2)");
        terminal.await("pool ==> Pool(Pool-1, 2 workers)");
        terminal.awaitPrompt();
        terminal.type("pool.map(x -> { sleep(0.2); return x; }, Collections.nCopies(1000, 1))");
        terminal.await("map: ", " of 1 000, ", " s left");
        terminal.press("C-c");
        terminal.awaitPrompt();
        terminal.type("pool.apply(() -> 6 * 7)");
        terminal.await("==> 42");
        terminal.type("pool.close(); workers()");
        terminal.await("==> []");
        assertThat(terminal.lines()).doesNotContain("stopped", "killed", "left");
    }

    @Test
    void whatWorkersPrintComesAboveTheLineThatIsBeingTyped() {
        terminal.awaitPrompt();
        terminal.type("var go = new Event(); var next = new Event()");
        terminal.await("next ==> Event(event-");
        terminal.awaitPrompt();
        terminal.type("import static java.lang.System.out");
        terminal.type(
                "var p = spawn(() -> { go.await(); out.println(\"一\"); next.await();"
                        + " out.println(\"二\"); })");
        terminal.await("p ==> Worker(Worker-1, pid ");
        terminal.type("var q = spawn(() -> { sleep(1); go.set(); sleep(4); next.set(); })");
        terminal.await("q ==> Worker(Worker-2, pid ");
        terminal.awaitPrompt();
        terminal.write("var half = \"你好");
        awaitBelow("[Worker-1] 一", "jshell> var half = \"你好");
        terminal.write(", this line is now longer than a row of the terminal, which has 80");
        awaitBelow("[Worker-1] 二", "jshell> var half = \"你好, this line is now longer");
        terminal.type(" columns\"");
        terminal.await("half ==> \"你好, this line is now longer than a row of the terminal");
        assertThat(terminal.lines()).contains("[Worker-1] 一", "[Worker-1] 二");
    }

    /// Waits until the lowest of the lines that begin so stands below a line.
    private void awaitBelow(String upper, String lower) {
        terminal.await(
                "%s below %s".formatted(lower, upper),
                screen -> {
                    int at = screen.indexOf("\n" + upper + "\n");
                    return at >= 0 && screen.indexOf("\n" + lower, at) >= 0;
                });
    }
}
