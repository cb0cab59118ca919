package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tandem.testing.Program;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// JShell with Tandem in it. What a person would type comes through a pipe.
class ShellIT {
    /// What JShell begins a complaint with.
    private static final String[] COMPLAINTS = {"|  Error", "|  Exception", "|  Warning", "\uFFFD"};

    @TempDir Path memory;
    @TempDir Path folder;

    private String preferences;

    @BeforeEach
    void prepare() throws IOException {
        Program.jar();
        preferences = "-J-Djava.util.prefs.userRoot=" + folder;
        // Else the preferences tell that they made this folder.
        Files.createDirectories(folder.resolve(".java/.userPrefs"));
    }

    private Program tandem(String... arguments) {
        return Program.tandem(arguments)
                .in(folder)
                .with("TANDEM_JSHELL_OPTS", preferences + " -R-Dtandem.dir=" + memory);
    }

    /// JShell without the one command, as its user would start it by hand.
    private Program byHand(String startup) {
        return Program.jdk(
                        "jshell",
                        preferences,
                        "-R-Dtandem.dir=" + memory,
                        "--class-path",
                        Program.jar().toString(),
                        "--startup",
                        startup,
                        "--startup",
                        Program.home().resolve("startup.jsh").toString())
                .in(folder);
    }

    private void assertItWentWell(Program.Ended ended) {
        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out()).doesNotContain(COMPLAINTS);
        Program.awaitEmpty(memory);
    }

    /// The names that `startup.jsh` is to give to the scripts of the kit.
    private static List<String> scriptNames() throws IOException {
        try (Stream<Path> files = Files.list(Program.home().resolve("scripts"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .sorted()
                    .toList();
        }
    }

    private static String variable(String script) {
        return script.substring(0, 1).toLowerCase() + script.substring(1);
    }

    @Test
    void helpFitsOneScreenAndEachOfItsLinesCanBeTyped() {
        String marker = "System.out.println(\"end of it\")";
        List<String> lines =
                tandem().typing("help()", marker).run().lines().stream()
                        .dropWhile(line -> !line.contains("Array.of"))
                        .takeWhile(line -> !line.contains("end of it"))
                        .map(line -> line.replaceFirst("^jshell> (?:help\\(\\))?", ""))
                        .filter(line -> !line.isBlank())
                        .toList();

        assertThat(lines).hasSizeBetween(10, 20).allMatch(line -> line.length() <= 80);

        Program.Ended ended = tandem().typing(lines.toArray(String[]::new)).run();

        assertItWentWell(ended);
        assertThat(ended.out())
                .contains("a ==> Array(\"i\", [0, 0, 0])")
                .containsPattern("array-\\d+ +i × 3");
    }

    /// What the comments of the sources have as examples, each line as it stands, in the blocks in which they
    /// stand.
    ///
    /// @param areForSeveral whether those that need a second machine, or all others
    static List<List<String>> examples(boolean areForSeveral) throws IOException {
        List<List<String>> blocks = new ArrayList<>();
        boolean isExample = false;
        try (InputStream in =
                new URLClassLoader(new URL[] {Program.jar().toUri().toURL()}, null)
                        .getResourceAsStream("tandem/view/comments.txt")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (line.startsWith("```")) {
                    isExample = !isExample;
                    if (isExample) {
                        blocks.add(new ArrayList<>());
                    }
                } else if (isExample) {
                    blocks.getLast().add(line);
                }
            }
        }
        blocks.removeIf(block -> isForSeveralMachines(block) != areForSeveral);
        return blocks;
    }

    /// `RemoteIT` types such.
    private static boolean isForSeveralMachines(List<String> block) {
        return block.stream()
                .anyMatch(line -> line.matches(".*\\b(on\\(\"|anywhere\\(|everywhere\\().*"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void everyExampleOfHelpCanBeTypedAndAnswersWhatItSays(int third) throws IOException {
        List<List<String>> blocks = examples(false);
        int from = third * blocks.size() / 3;
        int to = (third + 1) * blocks.size() / 3;
        List<String> examples =
                Stream.concat(
                                blocks.subList(from, to).stream().flatMap(List::stream),
                                Stream.of("help(\"spawn\")", "help(Array.class)"))
                        .toList();
        assertThat(examples).hasSizeGreaterThan(30);

        Program.Ended ended =
                tandem("-R-Djava.io.tmpdir=" + folder)
                        .typing(examples.toArray(String[]::new))
                        .run();

        assertItWentWell(ended);
        for (String line : examples) {
            int answer = line.indexOf("// ==> ");
            if (answer > 0) {
                assertThat(ended.out())
                        .as(line)
                        .containsPattern(
                                "\\$\\d+ ==> %s(?:\\s|$)"
                                        .formatted(Pattern.quote(line.substring(answer + 7))));
            }
        }
        assertThat(ended.out())
                .contains("Worker spawn(Script script, Object... arguments)", "class Array");
    }

    @Test
    void theOpeningSessionWorksAndAgainAfterReset() throws IOException {
        Files.createDirectories(folder.resolve("scripts"));
        Files.writeString(
                folder.resolve("scripts/MyOwn.java"),
                """
                void main() {
                    IO.println("my own: " + tandem.Tandem.current().name());
                }
                """);

        Program.Ended ended =
                tandem().typing(
                                "var a = Array.of(\"i\", 3, true)",
                                "var p = spawn(workA, a, 20)",
                                "p.join(); a",
                                "var q = spawn(x -> x.add(0, 2), a)",
                                "q.join(); a",
                                "named(\"1 号进程\").spawn(myOwn).join()",
                                "/reset",
                                "var b = Array.of(\"d\", List.of(1.5, 2))",
                                "myOwn",
                                "spawn(workA, Array.of(\"i\", 3), 1).join()",
                                "/exit")
                        .run();

        assertItWentWell(ended);
        assertThat(ended.out())
                .contains("a ==> Array(\"i\", [0, 0, 0])")
                .containsPattern("p ==> Worker\\(Worker-1, pid \\d+, running\\)")
                .contains("当前进程:Worker-1 | 获取到的数组:[19, 0, 0]")
                .contains("a ==> Array(\"i\", [20, 0, 0])")
                .contains("a ==> Array(\"i\", [22, 0, 0])")
                .contains("my own: 1 号进程")
                .contains("|  Resetting state.")
                .contains("b ==> Array(\"d\", [1.5, 2.0])")
                .contains("myOwn ==> Script(MyOwn)")
                .contains("当前进程:Worker-1 | 获取到的数组:[0, 0, 0]");
    }

    @Test
    void twoPromptsFindEachOthersArray() {
        try (Program.Running first =
                tandem().typing(
                                "var board = Array.named(\"board\", \"i\", 3)",
                                "Event.named(\"up\").set()",
                                "Event.named(\"go\").await(seconds(60))",
                                "board",
                                "/exit")
                        .start()) {
            Program.await(
                    Program.DEADLINE,
                    () -> "the event in top: " + first.out(),
                    () -> top().matches("(?s).*\\bboard +i × 3.*\\bgo .*"));
            Program.Ended second =
                    tandem().typing(
                                    "Event.named(\"up\").await(seconds(60))",
                                    "Array.attach(\"board\").set(1, 7)",
                                    "named()",
                                    "Event.named(\"go\").set()",
                                    "/exit")
                            .run();
            assertThat(second.err()).isEmpty();
            assertThat(second.out())
                    .doesNotContain(COMPLAINTS)
                    .containsPattern(
                            "3 objects by name\nboard +Array\\(i, 3\\) +MainProcess \\(pid \\d+\\),"
                                    + " MainProcess \\(pid \\d+\\)\n");
            Program.Ended ended = first.end();
            assertThat(ended.out()).contains("board ==> Array(board, \"i\", [0, 7, 0])");
            assertItWentWell(ended);
        }
    }

    private String top() {
        return Program.tandem("top").with("TANDEM_JAVA_OPTS", "-Dtandem.dir=" + memory).run().out();
    }

    /// JShell prints what it has to say between two lines of a worker, and not in one.
    @Test
    void linesOfAWorkerStayWholeBesideTheAnswersOfJShell() {
        List<String> typed = new ArrayList<>();
        typed.add(
                "var p = spawn(() -> { for (int i = 0; i < 20_000; i++) IO.println(\"第 \" + i + \""
                        + " 行,完\"); })");
        typed.addAll(Collections.nCopies(100, "1 + 1"));
        typed.add("p.join()");
        typed.add("/exit");

        Program.Ended ended = tandem().typing(typed.toArray(String[]::new)).run();

        assertItWentWell(ended);
        assertThat(Pattern.compile("第 \\d+ 行,完\n").matcher(ended.out()).results()).hasSize(20_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DEFAULT", "JAVASE"})
    void startupBindsEveryScriptAndWorksAgainWithReload(String startup) throws IOException {
        String names = String.join(", ", scriptNames().stream().map(ShellIT::variable).toList());

        Program.Ended ended =
                byHand(startup)
                        .typing(
                                "System.out.println(java.util.List.of(%s))".formatted(names),
                                "Lock lock = new Lock()",
                                "Event e = new Event()",
                                "var a = Array.of(\"i\", 3, lock)",
                                "try (Held held = a.hold()) { a.add(0, 7); }",
                                "Worker w = spawn(workA, a, 2)",
                                "w.join()",
                                "/reload",
                                "Slice s = a.slice()",
                                "/exit")
                        .run();

        assertItWentWell(ended);
        String bound =
                "[%s]"
                        .formatted(
                                String.join(
                                        ", ",
                                        scriptNames().stream()
                                                .map("Script(%s)"::formatted)
                                                .toList()));
        assertThat(ended.out())
                .contains(bound)
                .containsPattern("lock ==> Lock\\(lock-\\d+, free\\)")
                .contains("Restarting and restoring state.")
                .contains("s ==> [9, 0, 0]");
        assertThat(Pattern.compile("获取到的数组:\\[8, 0, 0]").matcher(ended.out()).results())
                .as("the worker, before and after the reload")
                .hasSize(2);
    }

    @Test
    void withLocalExecutionALockIsTakenOnOneLineAndGivenBackOnTheNext() {
        Program.Ended ended =
                tandem("--execution", "local")
                        .with("TANDEM_JSHELL_OPTS", preferences + " -J-Dtandem.dir=" + memory)
                        .typing(
                                "var a = Array.of(\"i\", 3)",
                                "a.acquire()",
                                "a.set(0, 5)",
                                "var lock = a.lock()",
                                "a.release()",
                                "var free = a.lock().toString()",
                                "spawn(workA, a, 2).join()",
                                "spawn(Path.of(\"%s\"))".formatted(loops()),
                                "/exit")
                        .run();

        assertItWentWell(ended);
        assertThat(ended.out())
                .containsPattern("lock ==> Lock\\(array-\\d+, held by .*\\)")
                .containsPattern("free ==> \"Lock\\(array-\\d+, free\\)\"")
                .contains("获取到的数组:[6, 0, 0]");
    }

    @Test
    void workersEndAtResetAndWithTheInput() {
        String spawn = "var p = spawn(Path.of(\"%s\")); p.join(millis(1))".formatted(loops());
        Program.Ended ended =
                tandem().typing(
                                spawn,
                                "System.out.println(\"pid=\" + p.pid())",
                                "/reset",
                                spawn,
                                "System.out.println(\"pid=\" + p.pid())")
                        .run();

        assertItWentWell(ended);
        List<Long> pids =
                Pattern.compile("pid=(\\d+)")
                        .matcher(ended.out())
                        .results()
                        .map(result -> Long.valueOf(result.group(1)))
                        .toList();
        assertThat(pids).hasSize(2).doesNotHaveDuplicates();
        pids.forEach(pid -> Program.awaitEndOf(pid, Program.DEADLINE));
    }

    @Test
    void chineseStaysIntactInTheCLocale() {
        Program.Ended ended =
                tandem().with("LC_ALL", "C")
                        .typing(
                                "var a = Array.of(\"i\", 3, true)",
                                "var p = spawn(workA, a, 3)",
                                "p.join(); a",
                                "var q = named(\"1 号进程\").spawn(workB, a, 1)",
                                "q.join()",
                                "/exit")
                        .run();

        assertItWentWell(ended);
        assertThat(ended.out())
                .contains("当前进程:Worker-1 | 获取到的数组:[2, 0, 0]")
                .contains("a ==> Array(\"i\", [3, 0, 0])")
                .contains("当前进程:1 号进程 | 获取到的数组:[3, 0, 0]");
    }

    @Test
    void aScriptOfJShellRunsToItsEndAndPrintsNothingOfItsOwn() throws IOException {
        Files.writeString(
                folder.resolve("session.jsh"),
                """
                var a = Array.of("i", 3)
                var p = named("1 号进程").spawn(workA, a, 2)
                p.join()
                System.out.println("数组 " + a.slice())
                """);

        Program.Ended ended = tandem("session.jsh").with("LC_ALL", "C").run();

        assertItWentWell(ended);
        assertThat(ended.lines())
                .containsExactly(
                        "当前进程:1 号进程 | 获取到的数组:[0, 0, 0]",
                        "当前进程:1 号进程 | 获取到的数组:[1, 0, 0]",
                        "数组 [2, 0, 0]");
    }

    private static Path loops() {
        return Program.home().resolve("src/test/scripts/WorkerLoops.java");
    }

    @Test
    void aMistakeIsASentenceWithoutTheInsidesOfTheKit() {
        String[] mistakes = {
            "var a = Array.of(\"i\", 3)",
            "a.get(7)",
            "a.set(0, 1L << 40)",
            "a.setSlice(0, 2, List.of(1))",
            "a.release()",
            "Array.of(\"x\", 3)",
            "spawn(script(\"Nowhere\"))",
            "spawn(workA, Thread.currentThread())",
            "Array.attach(Path.of(\"/nowhere\"))",
            "arg(0)",
            "spawn(() -> sleep(100)).result(millis(1))",
            "/exit"
        };
        Program.Ended ended = tandem().typing(mistakes).run();
        List<String> lines = ended.lines();
        assertThat(
                        lines.stream()
                                .filter(
                                        line ->
                                                line.contains("Exception java.lang.")
                                                        || line.contains("Exception tandem.")))
                .hasSize(10);
        assertThat(lines.stream().filter(line -> line.startsWith("|        at ")))
                .hasSize(10)
                .allMatch(line -> line.matches("\\|        at \\(#\\d+:1\\)"));

        Program.Ended traced =
                tandem("-R-Dtandem.trace=true").typing("Array.of(\"i\", 3).get(7)", "/exit").run();
        assertThat(traced.out()).contains("at Array.get (Array.java:");
    }
}
