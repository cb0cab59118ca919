package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tandem.testing.Program;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The examples as a person runs them, on the finished jar.
class ExamplesIT {
    private static final Pattern WORKER_LINE =
            Pattern.compile("当前进程:([123] 号进程) \\| 获取到的数组:\\[(\\d+), 0, 0]");

    @TempDir Path memory;

    @BeforeAll
    static void theJarIsNew() {
        Program.jar();
    }

    private Program example(String name, String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "examples/" + name;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return Program.tandem(all).with("TANDEM_JAVA_OPTS", "-Dtandem.dir=" + memory);
    }

    private void assertNothingIsLeft() {
        assertThat(memory).as("shared memory").isEmptyDirectory();
    }

    /// As a terminal does it: the signal goes to the program and to its workers at once.
    @Test
    void ctrlCEndsAProgramAndItsWorkersWithOneLine() {
        Path crew = Program.home().resolve("src/test/scripts/Crew.java");
        Program program =
                Program.of(
                                "setsid",
                                Program.home().resolve("scripts/tandem").toString(),
                                crew.toString())
                        .with("TANDEM_JAVA_OPTS", "-Dtandem.dir=" + memory);
        try (Program.Running running = program.start()) {
            running.awaitLine("ready ");
            Program.of("kill", "-INT", "--", "-" + running.pid()).run();
            Program.Ended ended = running.end();
            assertThat(ended.err().lines())
                    .containsExactly("tandem: stopped, together with counter, waiter-0, waiter-1");
            assertThat(ended.out())
                    .contains("finally of waiter-0", "finally of waiter-1", "hook of counter");
            assertThat(ended.exitCode()).isEqualTo(130);
        }
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @CsvSource({
        "TERM=xterm-256color NO_COLOR=, true",
        "TERM=xterm-256color NO_COLOR=1, false",
        "TERM=dumb NO_COLOR=, false",
        "TERM=xterm-256color TANDEM_JAVA_OPTS=-Dtandem.color=never, false"
    })
    void onATerminalWithColoursEachLineCarriesItsWorkersName(String variables, boolean colours) {
        String line =
                "env %s '%s/scripts/tandem' examples/WorkABC.java 2"
                        .formatted(variables, Program.home());
        Program.Ended ended = Program.of("script", "-qec", line, "/dev/null").run();
        assertThat(ended.exitCode()).isZero();
        // Without the line that says what is being waited for.
        List<String> lines =
                ended.out().replaceAll("(waiting for [^\r\n]*|\r\033\\[J)", "").lines().toList();
        for (int i = 1; i <= 3; i++) {
            String name = i + " 号进程";
            assertThat(lines.stream().filter(l -> l.contains("当前进程:" + name)).toList())
                    .hasSize(2)
                    .allMatch(
                            l ->
                                    l.matches("\033\\[3\\dm\\[" + name + "]\033\\[0m .*\r?")
                                            == colours)
                    .allMatch(l -> l.startsWith("当前进程") != colours);
        }
        assertThat(
                        lines.stream()
                                .filter(l -> l.startsWith("\033[3"))
                                .map(l -> l.substring(0, 5))
                                .distinct())
                .as("colours")
                .hasSize(colours ? 3 : 0);
    }

    @Test
    void onATerminalALongWaitIsShownBelowTheWorkersLinesAndGoes() {
        String line = "'%s/scripts/tandem' src/test/scripts/Slow.java".formatted(Program.home());
        Program.Ended ended =
                Program.of("script", "-qec", line, "/dev/null")
                        .with("TERM", "xterm")
                        .with("NO_COLOR", "1")
                        .run();
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out())
                .contains("\r\033[Jwaiting for slow, 1 s")
                .containsPattern(
                        "waiting for slow, \\d+ s\r\033\\[Jdone\r\nwaiting for slow, \\d+ s")
                .containsPattern("\r\033\\[Jover\r\n$");
        assertThat(Program.tandem("src/test/scripts/Slow.java").run().out())
                .isEqualTo("done\nover\n");
    }

    @Test
    void coloursCanBeAskedFor() {
        Program.Ended ended =
                Program.tandem("examples/WorkABC.java", "1")
                        .with("TANDEM_JAVA_OPTS", "-Dtandem.color=always")
                        .run();
        assertThat(ended.lines())
                .anyMatch(line -> line.startsWith("\033[36m[1 号进程]\033[0m 当前进程:1 号进程"));
    }

    /// Three workers share an array: every line of theirs is whole, and each one's are in order.
    private void assertWorkABC(Program.Ended ended, int rounds) {
        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        List<String> lines = ended.lines();
        assertThat(lines.size()).isEqualTo(3 * rounds + 2);
        assertThat(lines.subList(0, 3 * rounds))
                .filteredOn(WORKER_LINE.asMatchPredicate().negate())
                .as("torn or foreign lines")
                .isEmpty();
        for (String name : List.of("1 号进程", "2 号进程", "3 号进程")) {
            assertThat(lines.stream().filter(line -> line.contains(name)).count())
                    .as("lines of %s", name)
                    .isEqualTo(rounds);
        }
        assertThat(lines.get(3 * rounds)).isEqualTo("-------------------");
        assertThat(lines.getLast()).matches("父进程:\\[\\d+, 0, 0]");
        assertTheFirstWorkerIsAlone(lines);
        assertNothingIsLeft();
    }

    /// The first worker holds the lock for all of its rounds, so that it sees no write but its own.
    private static void assertTheFirstWorkerIsAlone(List<String> lines) {
        List<Integer> seen =
                lines.stream()
                        .map(WORKER_LINE::matcher)
                        .filter(line -> line.matches() && line.group(1).startsWith("1"))
                        .map((Matcher line) -> Integer.valueOf(line.group(2)))
                        .toList();
        for (int i = 1; i < seen.size(); i++) {
            assertThat(seen.get(i)).as("round %d of 1 号进程", i).isEqualTo(seen.get(i - 1) + 1);
        }
    }

    @Test
    void threeWorkersShareAnArray() {
        assertWorkABC(example("WorkABC.java", "300").run(), 300);
    }

    @Test
    void threeWorkersShareAnArrayForTenThousandRounds() {
        assertWorkABC(example("WorkABC.java").run(), 10_000);
    }

    @Test
    void chineseStaysIntactInTheCLocale() {
        assertWorkABC(example("WorkABC.java", "300").with("LC_ALL", "C").run(), 300);
    }

    @Test
    void threeWorkersShareAnArrayWithThePortableWaiter() {
        assertWorkABC(
                example("WorkABC.java", "300")
                        .with("TANDEM_JAVA_OPTS", "-Dtandem.waiter=portable -Dtandem.dir=" + memory)
                        .run(),
                300);
    }

    @Test
    void aReaderThatLeavesEarlyHarmsNobody() {
        Program.Ended ended =
                Program.of(
                                "sh",
                                "-c",
                                Program.home().resolve("scripts/tandem")
                                        + " examples/WorkABC.java 300 | head -n 1")
                        .with("TANDEM_JAVA_OPTS", "-Dtandem.dir=" + memory)
                        .run();

        assertThat(ended.lines()).singleElement().asString().matches(WORKER_LINE);
        assertThat(ended.err()).isEmpty();
        assertNothingIsLeft();
    }

    @Test
    void aHumanDoesWhatTodayBrings() {
        Program.Ended ended =
                example("Human.java", "--rounds", "2", "--pause", "0.02", "--today", "吃饭,喝水,玩耍,厕所")
                        .run();

        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out()).contains("吃饭", "喝水", "玩耍", "厕所");
        assertNothingIsLeft();
    }

    @Test
    void aHumanWhoDrawsByLotEndsToo() {
        Program.Ended ended =
                example("Human.java", "--rounds", "1", "--pause", "0.01").with("LC_ALL", "C").run();

        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out()).containsPattern("吃饭|喝水|玩耍|厕所").doesNotContain("?", "\uFFFD");
        assertNothingIsLeft();
    }

    @Test
    void aWrongFlagOfTheHumanIsAnErrorThatNamesTheRightOnes() {
        Program.Ended ended = example("Human.java", "--runden", "2").run();

        assertThat(ended.exitCode()).isOne();
        assertThat(ended.err()).contains("--rounds", "--pause", "--today", "--runden");
        assertNothingIsLeft();
    }

    @Test
    void whetherTheLockIsMeaningfulIsShownInThreeSteps() {
        Program.Ended ended = example("IsTheLockMeaningful.java").run();

        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.lines())
                .anyMatch(line -> line.matches("1\\. the toilet holds the lock: .*held by 厕所 .*"))
                .anyMatch(line -> line.startsWith("2. "))
                .anyMatch(line -> line.contains("and the eater goes on, in spite of the lock"))
                .anyMatch(line -> line.startsWith("3. "));
        assertNothingIsLeft();
    }

    @Test
    void aPoolGoesOnAfterAWorkerWasKilled() {
        Program.Ended ended = example("PoolMap.java").run();

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.lines())
                .startsWith("[0, 1, 4, 9, 16, 25, 36, 49, 64, 81]")
                .contains("81", "400", "we lacked patience")
                .anyMatch(
                        line ->
                                line.matches(
                                        "Pool-1-worker-[1-4] \\(pid \\d+\\) was killed by signal 9"
                                                + " while it ran item 5 of the map"))
                .endsWith(
                        "the pool remains available: 9",
                        "now the pool is closed, and its workers have ended: []");
        assertNothingIsLeft();
    }

    @Test
    void updatesAreLostOnlyWithoutAHold() {
        Program.Ended ended = example("LostUpdates.java", "2000").run();

        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.lines()).hasSize(4);
        assertThat(ended.lines().subList(2, 4))
                .allMatch(line -> line.endsWith("   8000 of 8000, 0 lost"));
        assertNothingIsLeft();
    }

    @Test
    void aMapAndAListAreChangedByWorkers() {
        Program.Ended ended = example("SharedMap.java").run();

        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.lines())
                .containsExactly(
                        "{1=one, two=2, 0.25=null}",
                        "[9, 8, 7, 6, 5, 4, 3, 2, 1, 0]",
                        "{even=50, odd=50}");
        assertNothingIsLeft();
    }

    @Test
    void workersTakeTasksFromAQueue() {
        Program.Ended ended = example("QueueWorkers.java").run();

        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.lines()).hasSize(30).allMatch(line -> line.matches("worker [1-4]: .*"));
        assertThat(ended.lines())
                .extracting(line -> line.substring("worker 1: ".length()))
                .contains("0 * 7 = 0", "19 * 7 = 133", "0 + 8 = 8", "9 + 8 = 17")
                .doesNotHaveDuplicates();
        assertNothingIsLeft();
    }

    @Test
    void twoProcessesTalkThroughAPipe() {
        Program.Ended ended = example("PipeTalk.java").run();

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.lines())
                .containsExactly(
                        "[42, null, hello]",
                        "nobody has pipe-1.right() any more: nothing will come any more",
                        "2",
                        "4",
                        "6",
                        "killed, and nobody waits for ever: nobody has pipe-2.right() any more:"
                                + " nothing will come any more");
        assertNothingIsLeft();
    }

    @Test
    void workersGoStepByStepAndABrokenBarrierHoldsUpNobody() {
        Program.Ended ended = example("BarrierSteps.java").run();

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.lines())
                .hasSize(6)
                .startsWith(
                        "step 1: Array(\"d\", [0.0, 0.0, 0.0, 4.0, 4.0, 4.0, 4.0, 0.0, 0.0, 0.0,"
                                + " 0.0, 0.0], no lock)")
                .contains(
                        "Array(\"d\", [0.5, 0.5, 2.0, 2.0, 3.0, 3.0, 2.0, 2.0, 0.5, 0.5, 0.0,"
                                + " 0.0], no lock)")
                .last()
                .asString()
                .startsWith("barrier-3 is broken, ");
        assertNothingIsLeft();
    }

    @Test
    void aProgramStaysUpUntilItsWorkersHaveEnded() {
        Program.Ended ended = main("WorkerEcho.java").run();

        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.lines())
                .contains("main returns")
                .containsSubsequence("name 孩子", "argument 0 Array(\"i\", [0])");
    }

    @Test
    void nothingIsLeftInTheSharedMemoryOfTheMachine() {
        Program.Ended ended = main("WorkerEcho.java").run();

        Path files =
                Path.of(
                        ended.lines().stream()
                                .filter(line -> line.startsWith("files "))
                                .findFirst()
                                .orElseThrow()
                                .substring("files ".length()));
        assertThat(files.getFileName().toString()).startsWith("tandem-");
        if (Files.isWritable(Path.of("/dev/shm"))) {
            assertThat(files.getParent()).isEqualTo(Path.of("/dev/shm"));
        }
        assertThat(files).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "HUP"})
    void aProgramThatIsToldToEndTakesItsWorkersAndFilesWithIt(String signal) {
        try (Program.Running running =
                main("WorkerLoops.java")
                        .with("TANDEM_JAVA_OPTS", "-Dtandem.dir=" + memory)
                        .start()) {
            long worker = Long.parseLong(running.awaitLine("looping "));
            assertThat(memory).isNotEmptyDirectory();

            Program.of("kill", "-" + signal, Long.toString(running.pid())).run();
            Program.Ended ended = running.end();

            assertThat(ended.exitCode()).isGreaterThan(128);
            assertThat(ended.err())
                    .isEqualTo(signal.equals("INT") ? "tandem: stopped, together with 孩子\n" : "");
            assertThat(Program.isAlive(worker)).isFalse();
            assertNothingIsLeft();
        }
    }

    /// A single-file program that starts a worker and returns from `main` at once.
    private static Program main(String workerScript) {
        Path scripts = Program.home().resolve("src/test/scripts");
        return Program.tandem(
                scripts.resolve("WorkMain.java").toString(),
                scripts.resolve(workerScript).toString());
    }
}
