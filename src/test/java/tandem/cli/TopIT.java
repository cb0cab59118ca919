package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tandem.testing.Program;
import tandem.testing.Terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// `scripts/tandem top` beside a family of real processes: at a terminal that tmux provides, and in
/// a pipe.
class TopIT {
    @TempDir Path memory;
    @TempDir Path folder;

    private Program.Running family;
    private Terminal terminal;

    @BeforeEach
    void startFamily() {
        Program.jar();
        family = with(Program.tandem("src/test/scripts/Watched.java")).start();
        family.awaitLine("ready");
    }

    @AfterEach
    void end() {
        family.close();
        if (terminal != null) {
            terminal.close();
        }
    }

    private Program with(Program program) {
        return program.with("TANDEM_JAVA_OPTS", "-Dtandem.dir=" + memory);
    }

    private Program.Ended top(String... options) {
        String[] arguments =
                Stream.concat(Stream.of("top"), Stream.of(options)).toArray(String[]::new);
        return with(Program.tandem(arguments)).run();
    }

    /// When the family is ready, this one has only been started.
    private void awaitWaiter() {
        Program.await(
                Program.DEADLINE, () -> "a waiter", () -> top().out().contains("waits for lock-1"));
    }

    private void openTop() {
        String command =
                "TANDEM_JAVA_OPTS=-Dtandem.dir='%s' '%s' top"
                        .formatted(memory, Program.home().resolve("scripts/tandem"));
        terminal = Terminal.open(folder, 80, 24, command);
        terminal.await("waits for lock-1");
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(memory)) {
            return files.map(Path::toString).sorted().toList();
        }
    }

    @Test
    void inAPipeItPrintsOnceAndLeavesNoTrace() throws IOException {
        awaitWaiter();
        List<String> before = files();
        Program.Ended ended = top();
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.lines()).first().isEqualTo("1 session, 4 processes, 3 objects");
        assertThat(ended.out())
                .containsPattern("1 号进程 +\\d+ +\\d+ .*running")
                .containsPattern("waiter +\\d+ +\\d+ .*waits for lock-1, ")
                .containsPattern("stopped +\\d+ +\\d+ .*stopped")
                .containsPattern("lock-1 +1 号进程 +1 ")
                .containsPattern("array-2 +i × 3 +dead: .*\\[7, 0, 0\\]")
                .doesNotContain("\033");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void asJsonItIsJson() {
        assumeTrue(Terminal.isInstalled("python3"), "python3 is not installed");
        awaitWaiter();
        String json = top("--json").out();
        Program.Ended parsed =
                Program.of(
                                "python3",
                                "-c",
                                "import json, sys; s = json.load(sys.stdin)['sessions'][0];"
                                        + " print(sorted(o['name'] for o in s['objects']),"
                                        + " [p['state'] for p in s['processes']],"
                                        + " [p['name'] for p in s['processes']"
                                        + " if p['eventWaits'] > 0 and p['totalWaitNanos'] > 0])")
                        .typing(json)
                        .run();
        assertThat(parsed.err()).isEmpty();
        assertThat(parsed.out())
                .contains("['array-2', 'event-3', 'lock-1']")
                .contains("'waiting'", "'stopped'", "'running'")
                .endsWith("['MainProcess']\n");
    }

    @Test
    void otherOptionsAreRefused() {
        Program.Ended ended = top("--fast");
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err()).contains("--json prints them once");
    }

    @Test
    void atATerminalItDoesWhatIsTyped() {
        openTop();
        terminal.resize(120, 40);
        terminal.await("PARENT");
        terminal.write("/waiter");
        terminal.press("Enter");
        terminal.await("with \"waiter\"");
        terminal.press("Down");
        terminal.await("> waiter");
        terminal.press("k");
        terminal.await("kill waiter (pid ");
        terminal.press("n");
        terminal.press("k");
        terminal.await("kill waiter (pid ");
        terminal.press("y");
        terminal.await("was killed");
        family.awaitLine("waiter ended with -9");

        terminal.press("Escape");
        terminal.await("event-3");
        terminal.write("/array");
        terminal.press("Enter");
        terminal.await("> array-2");
        terminal.press("Enter");
        terminal.await("held by a process that is dead: ");
        terminal.press("b");
        terminal.await("break the lock of array-2");
        terminal.press("y");
        terminal.await("Really? y/n");
        terminal.press("y");
        terminal.await("; scripts/tandem top (pid ");
        terminal.await("  free, taken ");

        terminal.press("q");
        terminal.awaitEnd();
    }

    @Test
    void aLockThatHasChangedHandsSinceTheQuestionIsNotBroken() {
        openTop();
        terminal.resize(120, 40);
        terminal.await("PARENT");
        terminal.write("/lock");
        terminal.press("Enter");
        terminal.await("> waiter");
        terminal.press("Down");
        terminal.await("> lock-1");
        terminal.press("b");
        terminal.await("break the lock of lock-1, 1 号进程? y/n");
        Matcher holder = Pattern.compile("1 号进程 +(\\d+) ").matcher(top().out());
        assertThat(holder.find()).isTrue();
        Program.of("kill", "-KILL", holder.group(1)).run();
        family.awaitLine("waiter ended with 0");
        terminal.press("y");
        terminal.await("Really? y/n");
        terminal.press("y");
        terminal.await("lock-1 has changed hands and is left alone: it is held by ");
    }

    /// The JDK tells times of processes from when the machine was started, which moves with the clock.
    @Test
    void whenTheClockWasSetNobodyIsTakenForDead() throws IOException {
        assumeTrue(System.getProperty("user.name").equals("root"), "root alone may mount");
        awaitWaiter();
        String stat = Files.readString(Path.of("/proc/stat"));
        Path moved = folder.resolve("stat");
        Files.writeString(moved, stat.replaceFirst("btime \\d+", "btime 1000000000"));
        assertThat(beforeMoved(moved, "top").out())
                .containsPattern("1 号进程 +\\d+ +\\d+ .*running")
                .containsPattern("waiter +\\d+ +\\d+ .*waits for lock-1, ")
                .containsPattern("stopped +\\d+ +\\d+ .*stopped")
                .containsPattern("lock-1 +1 号进程 +1 ");
        assertThat(beforeMoved(moved, "doctor").out())
                .contains("MainProcess (pid ", "1 号进程 (pid ")
                .doesNotContain("deserted");
    }

    private Program.Ended beforeMoved(Path stat, String command) {
        return Program.of(
                        "unshare",
                        "--mount",
                        "sh",
                        "-c",
                        "mount --bind '%s' /proc/stat && exec '%s' %s"
                                .formatted(stat, Program.home().resolve("scripts/tandem"), command))
                .with("JDK_JAVA_OPTIONS", "-Dtandem.dir=" + memory)
                .run();
    }

    @Test
    void itsStopAndItsDeathHarmNobody() throws IOException {
        awaitWaiter();
        List<String> before = files();
        openTop();
        long pid = terminal.java().pid();
        Program.of("kill", "-STOP", Long.toString(pid)).run();
        assertThat(top().lines()).first().isEqualTo("1 session, 4 processes, 3 objects");
        family.awaitLine("still counting");
        Program.of("kill", "-KILL", Long.toString(pid)).run();
        Program.awaitEndOf(pid, Program.DEADLINE);
        assertThat(files()).isEqualTo(before);
        assertThat(top().lines()).first().isEqualTo("1 session, 4 processes, 3 objects");
    }

    @Test
    void atThePromptWithoutATerminalTheLastStateIsPrintedOnce() {
        Program.Ended ended =
                Program.tandem()
                        .with("TANDEM_JSHELL_OPTS", "-R-Dtandem.dir=" + memory)
                        .typing(
                                "var a = Array.of(\"i\", 3)",
                                "var p = spawn(x -> { for (int i = 0; i < 500; i++) { x.add(1, 1);"
                                        + " sleep(0.002); } }, a)",
                                "watch(a)",
                                "top()",
                                "/exit")
                        .run();
        assertThat(ended.out())
                .containsOnlyOnce("taken 500 times")
                .contains("    0    0  500    0")
                .contains("2 sessions, ")
                .doesNotContain("\033");
        assertThat(ended.exitCode()).as(ended.err()).isZero();
    }
}
