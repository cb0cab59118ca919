package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

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

/// `watch(a)` at JShell's prompt, at a real terminal. The workers wait at gates that the test opens.
class WatchIT {
    private static final String ABOVE = "a ==> Array(\"i\", [0, 0, 0])\n";

    @TempDir Path memory;
    @TempDir Path folder;

    private Terminal terminal;

    @BeforeEach
    void openTerminal() throws IOException {
        Program.jar();
        terminal = Terminal.ofShell(folder, memory);
        terminal.awaitPrompt();
        String gate =
                "void gate(int i) { while (!Files.exists(Path.of(\"%s/\" + i))) sleep(0.02); }";
        enter(gate.formatted(folder), "created method gate(int)");
        enter("var a = Array.of(\"i\", 3, true)", ABOVE);
    }

    @AfterEach
    void closeTerminal() {
        if (terminal != null) {
            terminal.close();
        }
    }

    /// Types a line whose result is known, and waits for the next prompt.
    private void enter(String line, String result) {
        terminal.type(line);
        terminal.await(result);
        terminal.awaitPrompt();
    }

    private void openGate(int number) throws IOException {
        Files.createFile(folder.resolve(Integer.toString(number)));
    }

    /// What the test cannot know is left out: numbers of objects, and rates.
    private static String plain(String screen) {
        return screen.replaceAll("\\barray-\\d+", "array").replaceAll(" \\(.* a second\\)", "");
    }

    /// The rows from the last one that begins so on, without the empty ones at the end.
    private List<String> rowsFrom(String beginning) {
        String screen = plain(terminal.screen());
        return screen.substring(screen.lastIndexOf(beginning)).stripTrailing().lines().toList();
    }

    /// Waits until these rows follow each other.
    private void awaitRows(String... rows) {
        String all = String.join("\n", rows);
        terminal.await(all, screen -> plain(screen).contains(all));
    }

    @Test
    void cellsChangeInPlaceUntilTheWorkersEndAndTheLastStateStays() throws IOException {
        enter(
                "var p = named(\"1 号进程\").spawn(x -> { x.acquire(); x.set(0, 11); gate(1);"
                        + " x.set(0, 12); gate(2); x.release(); }, a);"
                        + " while (!a.lock().isHeld()) sleep(0.01);",
                "p ==> Worker(1 号进程");
        enter(
                "var q = named(\"等待者\").spawn(x -> { x.acquire(); x.set(1, 77); gate(3);"
                        + " x.release(); }, a)",
                "q ==> Worker(等待者");
        terminal.type("watch(a)");
        awaitRows(
                "jshell> watch(a)",
                "",
                "array  i × 3",
                "         0    1    2",
                "    0   11    0    0",
                "  held by 1 号进程, taken 1 times",
                "  waiting: 等待者");
        openGate(1);
        awaitRows("    0   12    0    0", "  held by 1 号进程, taken 1 times", "  waiting: 等待者");
        assertThat(rowsFrom("jshell> watch(a)")).hasSize(7);
        assertThat(terminal.screen()).contains(ABOVE).containsOnlyOnce("  i × 3");

        terminal.resize(60, 20);
        terminal.resize(100, 30);
        terminal.resize(50, 18);
        openGate(2);
        awaitRows("    0   12   77    0", "  held by 等待者, taken 2 times", "  nobody waits");
        assertThat(rowsFrom("jshell> watch(a)")).hasSize(7);

        openGate(3);
        terminal.awaitPrompt();
        assertThat(rowsFrom("jshell> watch(a)"))
                .containsExactly(
                        "jshell> watch(a)",
                        "array  i × 3",
                        "         0    1    2",
                        "    0   12   77    0",
                        "  free, taken 2 times",
                        "  nobody waits",
                        "",
                        "jshell>");
        assertThat(terminal.screen()).containsOnlyOnce("  i × 3");
        enter("a.slice()", "==> [12, 77, 0]");
    }

    @Test
    void itFollowsANarrowWindow() throws IOException {
        enter("var b = Array.of(\"i\", 40)", "b ==> Array(");
        enter("var p = spawn(() -> gate(1))", "p ==> Worker(");
        terminal.type("watch(b)");
        awaitRows(
                "   30    0    0    0    0    0    0    0    0    0    0", "  free, taken 0 times");
        terminal.resize(40, 24);
        awaitRows("   35    0    0    0    0    0", "  free, taken 0 times");
        assertThat(terminal.screen()).containsOnlyOnce("  i × 40");
        openGate(1);
        terminal.awaitPrompt();
        assertThat(terminal.screen()).containsOnlyOnce("  i × 40");
    }

    @Test
    void ctrlCEndsTheViewAndNotTheWorkers() throws IOException {
        enter(
                "var p = named(\"1 号进程\").spawn(x -> { x.set(2, 5); gate(1); x.set(2, 6); }, a)",
                "p ==> Worker(1 号进程");
        terminal.type("watch(a)");
        awaitRows("    0    0    0    5", "  free, taken 1 times", "  nobody waits");
        terminal.press("C-c");
        awaitRows("    0    0    0    5", "  free, taken 1 times", "  nobody waits", "", "jshell>");
        assertThat(rowsFrom("jshell> watch(a)")).element(1).isEqualTo("array  i × 3");
        enter("p.isAlive()", "==> true");
        openGate(1);
        enter("p.join(); a", "a ==> Array(\"i\", [0, 0, 6])");
        enter("\"%s\"".formatted("0123456789".repeat(8)), "==> \"0123456789");
        assertThat(terminal.screen()).as("a line of two rows").contains("\n23456789\"\n");
    }

    @Test
    void withATimeItEndsBeforeTheWorkersAndTheirLinesStandAbove() throws IOException {
        enter("var up = new Event()", "up ==> Event(");
        enter(
                "var p = named(\"1 号进程\").spawn(x -> { up.set(); gate(1);"
                        + " System.out.println(\"一\"); x.set(0, 8); gate(2); }, a);"
                        + " up.await();",
                "p ==> Worker(1 号进程");
        terminal.type("watch(a, seconds(10))");
        awaitRows("    0    0    0    0", "  free, taken 0 times", "  nobody waits");
        openGate(1);
        awaitRows("jshell> watch(a, seconds(10))", "[1 号进程] 一", "", "array  i × 3");
        awaitRows("    0    8    0    0", "  free, taken 1 times", "  nobody waits", "", "jshell>");
        assertThat(rowsFrom("jshell> watch(a")).hasSize(9);
        enter("p.isAlive()", "==> true");
        openGate(2);
        enter("p.join(); p.exitCode()", "==> 0");
    }
}
