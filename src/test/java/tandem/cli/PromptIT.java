package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tandem.testing.Program;
import tandem.testing.Terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// What workers print and what a person types meanwhile, at real terminals of several sizes.
class PromptIT {
    /// Prints a line with a tab, wide characters and a colour every 30 ms until it is told to end.
    private static final String TALKER =
            "var p = spawn(() -> { for (int i = 0; !stop.isSet(); i++) { System.out.println(\"n\" +"
                    + " i + \"\\t中文 \\033[32mgreen\"); sleep(0.03);}})";

    private static final Pattern SAID = Pattern.compile("(?m)^\\[Worker-1] n(\\d+) +中文 green$");

    @TempDir Path memory;
    @TempDir Path folder;

    private Terminal terminal;

    @BeforeEach
    void prepare() {
        Program.jar();
    }

    @AfterEach
    void closeTerminal() {
        if (terminal != null) {
            terminal.close();
        }
    }

    private void open(int columns, int rows) throws IOException {
        terminal = Terminal.ofShell(folder, memory, columns, rows);
        terminal.awaitPrompt();
    }

    private void enter(String line, String result) {
        terminal.type(line);
        terminal.await(result);
        terminal.awaitPrompt();
    }

    /// Waits until a text is being typed, each row of which is a line meanwhile.
    private void awaitTyped(String text) {
        terminal.await(text, screen -> screen.replace("\n", "").contains(text));
    }

    /// Waits until the worker has said something more.
    private void awaitNextLine() {
        int before = last();
        terminal.await("a line after n" + before, _ -> last() > before);
    }

    /// Waits until a worker that counts for ever has come beyond nine.
    private void awaitFlood(String worker) {
        Pattern line = Pattern.compile("\\[%s] \\d\\d".formatted(worker));
        terminal.await("a flood of " + worker, screen -> line.matcher(screen).find());
    }

    private int last() {
        return SAID.matcher(terminal.history())
                .results()
                .mapToInt(line -> Integer.parseInt(line.group(1)))
                .max()
                .orElse(-1);
    }

    @ParameterizedTest
    @CsvSource({"40, 12", "80, 24", "200, 50"})
    void everyLineOfAWorkerStandsOnceAndInOrderAboveWhatIsTypedHoweverManyRowsItTakes(
            int columns, int rows) throws IOException {
        open(columns, rows);
        enter("var stop = new Event()", "stop ==> Event(");
        terminal.type(TALKER);
        awaitNextLine();

        for (int size = 1; size <= 6; size++) {
            // One line that the terminal wraps into so many rows.
            String digits = "0123456789".repeat(1 + (size - 1) * columns / 10);
            String line = "\"中%s\".length() * 1000".formatted(digits);
            terminal.write(line.substring(0, line.length() / 2));
            awaitNextLine();
            terminal.write(line.substring(line.length() / 2));
            awaitNextLine();
            terminal.press("Home");
            terminal.write("1 + ");
            awaitNextLine();
            terminal.press("Enter");
            terminal.await("==> " + (1 + (digits.length() + 1) * 1000));

            // So many lines.
            for (int i = 1; i < size; i++) {
                terminal.type("%d +\t// 第 %d 行".formatted(i, i).replace("\t", " "));
                awaitNextLine();
                if (i == 3) {
                    terminal.resize(columns - 7, rows - 2);
                    awaitNextLine();
                    terminal.resize(columns, rows);
                    awaitNextLine();
                }
            }
            terminal.write("%d00000".formatted(size));
            awaitNextLine();
            terminal.press("Enter");
            terminal.await("==> " + (size * 100_000 + IntStream.range(1, size).sum()));
        }

        terminal.type("stop.set(); p.join(); \"it is\" + \" over\"");
        terminal.await("it is over");
        terminal.awaitPrompt();
        String all = terminal.history();
        List<Integer> said =
                SAID.matcher(all).results().map(line -> Integer.valueOf(line.group(1))).toList();
        assertThat(said).isEqualTo(IntStream.range(0, said.size()).boxed().toList());
        assertThat(said.size()).isGreaterThan(40);
        assertThat(all).doesNotContain("|  Error");
        assertThat(occurrences(all, "stop.set(); p.join(); \"it is\"")).isOne();
        for (int size = 2; size <= 6; size++) {
            assertThat(occurrences(all, size + "00000\n")).as("rows: %d", size).isEqualTo(1);
        }
    }

    @Test
    void theWidthOfTheWindowMayChangeForGood() throws IOException {
        open(80, 24);
        terminal.write(
                "\"0123456789012345678901234567890123456789012345678901234567890123456789\"");
        terminal.await("6789\"");
        terminal.resize(50, 20);
        terminal.write(".length() + 1000");
        terminal.await(".length() + 1000");
        terminal.press("Enter");
        terminal.await("==> 1070");
        assertThat(occurrences(terminal.history(), "jshell> \"0123456789")).isOne();
        assertThat(occurrences(terminal.history(), ".length() + 1000")).isOne();
    }

    @Test
    void afterABurstOfOutputThePromptIsThere() throws IOException {
        open(80, 24);
        enter("void flood(long n) { for (long i = 0; i < n; i++) System.out.println(i);}", "flood");
        terminal.type("var p = spawn(() -> flood(100_000))");
        terminal.await("[Worker-1] 99999");
        terminal.awaitPrompt();
        terminal.type("var q = spawn(() -> flood(Long.MAX_VALUE))");
        awaitFlood("Worker-2");
        terminal.type("q.kill()");
        terminal.await("[Worker-2] killed by signal 9");
        terminal.awaitPrompt();
        enter("\"still\" + \" here\"", "==> \"still here\"");
    }

    @Test
    void whatWasTypedStandsOnceAndSlowOutputHasNoEmptyLines() throws IOException {
        open(80, 24);
        enter(
                "void slow() { for (int i = 0; i < 4; i++) { System.out.println(\"s\" + i);"
                        + " sleep(0.2);}}",
                "slow()");
        terminal.type("var p = spawn(() -> slow()); p.join(); \"e\" + \"nd\"");
        terminal.await("==> \"end\"");
        terminal.awaitPrompt();
        String first = terminal.lines();
        assertThat(occurrences(first, "var p = spawn(() -> slow())")).isOne();

        Path file = folder.resolve("two.jsh");
        Files.writeString(file, "var q = spawn(() -> slow())\nq.join()\n\"do\" + \"ne\"\n");
        enter("/open " + file, "[Worker-2] s3");
        assertThat(occurrences(terminal.history(), "/open")).isOne();

        terminal.type("var r = spawn(() -> slow())");
        terminal.await("[Worker-3] s3");
        terminal.awaitPrompt();
        String slow = terminal.lines();
        assertThat(slow.substring(slow.indexOf("var r = ")).strip().lines())
                .containsExactlyInAnyOrder(
                        "var r = spawn(() -> slow())",
                        "r ==> Worker(Worker-3, pid %d, running)".formatted(pid(slow, 3)),
                        "[Worker-3] s0",
                        "[Worker-3] s1",
                        "[Worker-3] s2",
                        "[Worker-3] s3",
                        "",
                        "jshell>");
    }

    @Test
    void whatALineWouldDoBeyondItselfIsLeftOut() throws IOException {
        Path go = folder.resolve("go");
        Path stop = folder.resolve("stop");
        open(60, 20);
        enter("boolean is(String file) { return Files.exists(Path.of(file)); }", "is(String)");
        terminal.type(
                "var p = spawn(() -> { while (!is(\"%s\")) sleep(0.02); while (!is(\"%s\")) {"
                                .formatted(go, stop)
                        + " System.out.println(\"a\\033[5Ab\\033[Hc\\033(0d\\033]0;t\\007e\\033[2Jf"
                        + "\\033[?7lg\\033[?1049hh\\033[2;4r\\033[31mred\\tend\\rover\");"
                        + " sleep(0.05);} System.out.println(\"fin\"); })");
        terminal.await("p ==> Worker(Worker-1");
        terminal.awaitPrompt();
        Files.createFile(go);
        terminal.await("[Worker-1] overefghred");
        String typed = "\"" + "0123456789".repeat(14) + "qx\"";
        for (char each : typed.toCharArray()) {
            terminal.write(String.valueOf(each));
        }
        awaitTyped("jshell> " + typed);
        Files.createFile(stop);
        terminal.await("[Worker-1] fin");
        enter("+ p.join(seconds(60))", "qxtrue\"");
        List<String> said =
                terminal.history().lines().filter(line -> line.contains("Worker-1] ")).toList();
        assertThat(said).isNotEmpty().containsOnly("[Worker-1] overefghred  end", "[Worker-1] fin");
        assertThat(occurrences(terminal.history(), "jshell> " + typed)).isOne();
    }

    @Test
    void linesOfThisProgramsOwnThreadsStandAboveWhatIsTypedToo() throws IOException {
        open(80, 24);
        enter("var go = new Event()", "go ==> Event(");
        terminal.type(
                "Thread.ofPlatform().start(() -> { go.await(); for (int i = 0; i < 20; i++) {"
                        + " System.out.println(\"own \" + i); System.err.println(\"err \" + i);"
                        + " sleep(0.02);}})");
        terminal.await("$2 ==> Thread[");
        terminal.type("var p = spawn(() -> { go.set(); })");
        String typed = "\"" + "0123456789".repeat(20) + "\"";
        terminal.write(typed);
        terminal.await("own 19", "err 19");
        awaitTyped("jshell> " + typed);
        for (int i = 0; i < 20; i++) {
            assertThat(terminal.history()).contains("\nown " + i + "\n", "\nerr " + i + "\n");
        }
        assertThat(occurrences(terminal.history().replace("\n", ""), typed)).isOne();
    }

    @Test
    void controlKeysDoWhatTheyDoInJShellWhileAWorkerFloods() throws IOException {
        open(80, 24);
        terminal.type("var p = spawn(() -> { for (long i = 0;; i++) System.out.println(i);})");
        awaitFlood("Worker-1");
        terminal.awaitPrompt();
        terminal.write("nothing of this");
        terminal.await("jshell> nothing of this");
        terminal.press("C-c");
        Path runs = folder.resolve("runs");
        terminal.type(
                "{ Files.createFile(Path.of(\"%s\")); while (true) Thread.onSpinWait(); }"
                        .formatted(runs));
        Program.await(Program.DEADLINE, () -> "a loop", () -> Files.exists(runs));
        terminal.press("C-c");
        terminal.awaitPrompt();
        terminal.type("p.kill(); p.join(); \"no\" + \"w\"");
        terminal.await("==> \"now\"");
        terminal.awaitPrompt();
        assertThat(terminal.history()).doesNotContain("|  Error");
        terminal.press("C-d");
        terminal.awaitEnd();
    }

    @Test
    void whoStopsItAndGoesOnFindsWhatWasTyped() throws IOException {
        assumeTrue(Terminal.isInstalled("bash"), "bash is not installed");
        terminal = Terminal.open(folder, 80, 24, "PS1='sh> ' bash --norc --noprofile -i");
        terminal.await("sh>");
        terminal.type(Terminal.commandOfShell(folder, memory));
        terminal.awaitPrompt();
        enter("var stop = new Event()", "stop ==> Event(");
        terminal.type(TALKER);
        awaitNextLine();
        String digits = "0123456789".repeat(20);
        terminal.write("(\"" + digits);
        awaitTyped("jshell> (\"" + digits);
        terminal.press("C-z");
        terminal.await("Stopped");
        terminal.type("echo here is $((1 + 1))");
        terminal.await("here is 2");
        terminal.type("fg");
        awaitTyped("jshell> (\"" + digits);
        awaitNextLine();
        terminal.write("\").length() + 1000");
        awaitNextLine();
        terminal.press("Enter");
        terminal.await("==> 1200");
        enter("stop.set(); p.join(); \"it is\" + \" over\"", "it is over");
        terminal.type("/exit");
        terminal.await("a shell", screen -> screen.stripTrailing().endsWith("sh>"));
        terminal.type("stty -a | grep -o 'isig icanon iexten echo'; echo over");
        terminal.await("\nisig icanon iexten echo\nover");
    }

    @Test
    void anEditorThatRunsAtTheTerminalHasTheKeys() throws IOException {
        Path editor =
                Files.writeString(
                        folder.resolve("editor.sh"),
                        """
                        printf 'press a key'
                        key=$(dd bs=1 count=1 2>/dev/null)
                        echo "int edited = $key;" >"$1"
                        """);
        open(80, 24);
        enter("int edited = 5", "edited ==> 5");
        enter("/set editor sh " + editor, "Editor set to: sh");
        terminal.type("/edit edited");
        terminal.await("press a key");
        terminal.write("7");
        terminal.await("edited ==> 7");
        terminal.awaitPrompt();
        enter("edited + 1", "==> 8");
    }

    private static int pid(String screen, int worker) {
        Matcher pid = Pattern.compile("Worker-%d, pid (\\d+)".formatted(worker)).matcher(screen);
        assertThat(pid.find()).isTrue();
        return Integer.parseInt(pid.group(1));
    }

    private static int occurrences(String text, String part) {
        return Pattern.compile(Pattern.quote(part)).split(text, -1).length - 1;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "spawn(           | Starts a script in a JVM of its own",
                "Array.of(        | Zeroed elements, with a lock of their own.",
                "\"a\".indent(  | Adjusts the indentation of each line of this string"
            })
    void tabTabShowsDocumentation(String typed, String said) throws IOException {
        assumeTrue(
                Files.exists(Path.of(System.getProperty("java.home"), "lib", "src.zip"))
                        || !typed.contains("indent"),
                "the JDK has no sources");
        open(80, 40);
        terminal.write(typed);
        terminal.await("> " + typed);
        for (int presses = 0; presses < 2; presses++) {
            String before = terminal.screen();
            terminal.press("Tab");
            terminal.await("an answer", _ -> !terminal.screen().equals(before));
        }
        terminal.await(said);
    }
}
