package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tandem.testing.Program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// JShell with Tandem at a real terminal of 80 columns and 24 rows, which tmux provides.
class TerminalIT {
    private static final String PROMPT = "jshell>";

    @TempDir Path memory;
    @TempDir Path folder;

    @BeforeEach
    void openTerminal() throws IOException {
        assumeTrue(isThereTmux(), "tmux is not installed");
        Program.jar();
        Files.createDirectories(folder.resolve(".java/.userPrefs"));
        String options =
                "-J-Djava.util.prefs.userRoot=%s -R-Dtandem.dir=%s".formatted(folder, memory);
        String shell =
                "TANDEM_JSHELL_OPTS='%s' '%s'"
                        .formatted(options, Program.home().resolve("scripts/tandem"));
        tmux("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", shell);
    }

    @AfterEach
    void closeTerminal() {
        if (isThereTmux()) {
            tmux("kill-server");
        }
    }

    private static boolean isThereTmux() {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(place -> Files.isExecutable(Path.of(place, "tmux")));
    }

    private Program.Ended tmux(String... arguments) {
        List<String> command =
                Stream.concat(Stream.of("tmux", "-u", "-L", "tandem"), Stream.of(arguments))
                        .toList();
        return Program.of(command.toArray(String[]::new))
                .with("TMUX_TMPDIR", folder.toString())
                .with("TERM", "xterm-256color")
                .without("TMUX")
                .in(Program.home())
                .run();
    }

    private String screen() {
        return tmux("capture-pane", "-p", "-J").out();
    }

    private void type(String line) {
        tmux("send-keys", "-l", line);
        tmux("send-keys", "Enter");
    }

    private void awaitOnScreen(String text) {
        Program.await(
                Program.DEADLINE,
                () -> "\"%s\" on the screen:\n%s".formatted(text, screen()),
                () -> screen().contains(text));
    }

    /// Waits until the cursor stands behind a prompt that has nothing after it.
    private void awaitPrompt() {
        Program.await(
                Program.DEADLINE,
                () -> "a prompt on the screen:\n" + screen(),
                () -> screen().stripTrailing().endsWith(PROMPT));
    }

    @Test
    void theOpeningSessionTypedByHandIsInterruptedAndLeavesNothing() {
        awaitPrompt();
        type("var a = Array.of(\"i\", 3, true)");
        awaitOnScreen("a ==> Array(\"i\", [0, 0, 0])");
        awaitPrompt();
        type("var p = named(\"1 号进程\").spawn(workA, a, 3)");
        awaitOnScreen("p ==> Worker(1 号进程, pid ");
        awaitOnScreen("当前进程:1 号进程 | 获取到的数组:[2, 0, 0]");
        type("p.join(); a");
        awaitOnScreen("a ==> Array(\"i\", [3, 0, 0])");
        awaitPrompt();

        type("var q = spawn(Path.of(\"src/test/scripts/WorkerLoops.java\"))");
        awaitOnScreen("looping ");
        long worker = Long.parseLong(screen().replaceAll("(?s).*looping (\\d+).*", "$1"));
        type("");
        awaitPrompt();
        type("{ System.out.println(\"wait\" + \"ing\"); q.join(); }");
        awaitOnScreen("waiting");
        tmux("send-keys", "C-c");
        awaitPrompt();
        awaitOnScreen("tandem: stopped, and Worker-1 with it");
        type("q.join(); q.exitCode() + \" and \" + a");
        awaitOnScreen("==> \"-15 and Array(\\\"i\\\", [3, 0, 0])\"");

        type("/exit");
        Program.await(
                Program.DEADLINE,
                () -> "end of JShell:\n" + screen(),
                () -> tmux("has-session").exitCode() != 0);
        assertThat(Program.isAlive(worker)).isFalse();
        assertThat(memory).isEmptyDirectory();
    }

    @Test
    void whatWorkersPrintComesAboveTheLineThatIsBeingTyped() {
        awaitPrompt();
        type("var go = new Event(); var next = new Event()");
        awaitOnScreen("next ==> Event(not set)");
        awaitPrompt();
        type("import static java.lang.System.out");
        type(
                "var p = spawn(() -> { go.await(); out.println(\"一\"); next.await();"
                        + " out.println(\"二\"); })");
        awaitOnScreen("p ==> Worker(Worker-1, pid ");
        type("var q = spawn(() -> { sleep(1); go.set(); sleep(4); next.set(); })");
        awaitOnScreen("q ==> Worker(Worker-2, pid ");
        awaitPrompt();
        tmux("send-keys", "-l", "var half = \"你好");
        awaitBelow("[Worker-1] 一", "jshell> var half = \"你好");
        tmux(
                "send-keys",
                "-l",
                ", this line is now longer than a row of the terminal, which has 80");
        awaitBelow("[Worker-1] 二", "jshell> var half = \"你好, this line is now longer");
        type(" columns\"");
        awaitOnScreen("half ==> \"你好, this line is now longer than a row of the terminal");
        assertThat(screen()).contains("[Worker-1] 一", "[Worker-1] 二");
    }

    /// Waits until the lowest of the lines that begin so stands below a line.
    private void awaitBelow(String upper, String lower) {
        Program.await(
                Program.DEADLINE,
                () -> "\"%s\" below \"%s\":\n%s".formatted(lower, upper, screen()),
                () -> {
                    String screen = screen();
                    int at = screen.indexOf("\n" + upper + "\n");
                    return at >= 0 && screen.indexOf("\n" + lower, at) >= 0;
                });
    }
}
