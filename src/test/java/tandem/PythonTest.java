package tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tandem.testing.Program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// The objects by name from Python, with `examples/python/tandem.py`.
@Timeout(180)
class PythonTest {
    /// The interpreter itself: what is called python3 may be a script that looks for one.
    private static String python;

    private Path memory;
    private final List<Program.Running> running = new ArrayList<>();

    @BeforeAll
    static void needPython() {
        assumeTrue(
                succeeds("command -v python3"),
                "python3 is not installed: what tandem.py does is not tested");
        assumeTrue(
                succeeds("python3 -c 'import ctypes; ctypes.CDLL(\"libatomic.so.1\")'"),
                "libatomic.so.1 is not installed: what tandem.py does is not tested");
        python =
                Program.of("python3", "-c", "import sys; print(sys.executable)")
                        .run()
                        .out()
                        .strip();
    }

    private static boolean succeeds(String command) {
        return Program.of("sh", "-c", command).run().exitCode() == 0;
    }

    @BeforeEach
    void makeMemory() throws IOException {
        memory = Files.createTempDirectory("memory").toRealPath();
    }

    @AfterEach
    void end() throws IOException {
        running.forEach(Program.Running::close);
        try (Stream<Path> all = Files.walk(memory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    private Program.Running java(String... part) {
        List<String> line =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Dtandem.dir=" + memory,
                                "-Dtandem.waiter=" + System.getProperty("tandem.waiter"),
                                "-cp",
                                System.getProperty("java.class.path"),
                                "tandem.PythonPartner"));
        line.addAll(List.of(part));
        Program.Running program = Program.of(line.toArray(String[]::new)).start();
        running.add(program);
        return program;
    }

    private Program.Running maker(String... part) {
        Program.Running maker = java(part);
        maker.awaitLine("made");
        return maker;
    }

    private Program pythonProgram(String... part) {
        List<String> line = new ArrayList<>(List.of(python, "src/test/scripts/partner.py"));
        line.addAll(List.of(part));
        return Program.of(line.toArray(String[]::new)).with("TANDEM_DIR", memory.toString());
    }

    private Program.Running python(String... part) {
        return python(pythonProgram(part));
    }

    private Program.Running python(Program program) {
        Program.Running started = program.with("TANDEM_DIR", memory.toString()).start();
        running.add(started);
        return started;
    }

    private List<String> run(String... part) {
        Program.Ended ended = pythonProgram(part).run();
        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        return ended.lines();
    }

    private void raise(String event) {
        run("raise_flag", event);
    }

    private static void kill(Program.Running program) {
        program.kill();
        Program.awaitEndOf(program.pid(), Program.DEADLINE);
    }

    private void endAndSeeNothingLeft(Program.Running maker) {
        raise("end");
        assertThat(maker.end().exitCode()).isZero();
        assertThat(memory).isEmptyDirectory();
    }

    @Test
    @Tag("once")
    void bothSeeTheSameElements() {
        Program.Running maker = maker("make");
        assertThat(run("look"))
                .containsExactly(
                        "same True True",
                        "elements 1 3 [1, 2, 3] [3, 1] 3 6 True",
                        "added 10 Array(board, \"i\", [5, -7, 10])",
                        "view i [5, 6, 10]",
                        "reals [0.5, 1.5] 1.75",
                        "letters [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2]",
                        "empty 0 []",
                        "value 42 42 Value(count, \"i\", 42)",
                        "lock Lock(door, free) False",
                        "event Event(go, set)");
        assertThat(maker.awaitLine("sees "))
                .isEqualTo(
                        "Array(board, \"i\", [5, 6, 10]) Array(reals, \"d\", [0.5, 1.75])"
                                + " Value(count, \"i\", 42) Lock(door, free)");
        assertThat(maker.awaitLine("bounds "))
                .isEqualTo(
                        "Array(all-b, \"b\", [-128, 127]) Array(all-q, \"q\","
                                + " [-9223372036854775808, 9223372036854775807])");
        endAndSeeNothingLeft(maker);
    }

    @Test
    @Tag("once")
    void numpySeesTheMemoryItself() {
        maker("make");
        List<String> lines = run("numpy");
        assumeTrue(!lines.equals(List.of("none")), "NumPy is not installed: numpy() is not tested");
        assertThat(lines).containsExactly("numpy i4 [11, 12, 13] 36 True", "after [11, 12, 13]");
    }

    @Test
    @Tag("once")
    void theExampleSaysWhatChanges() {
        maker("keep");
        Program.Running example = python(Program.of(python, "examples/python/watch_board.py"));
        assertThat(example.awaitLine("Array")).isEqualTo("(board, \"i\", [0, 0])");
        assertThat(run("leave")).containsExactly("has 1");
        example.awaitLine("board[0]: 0 -> 1");
        assertThat(Program.of("kill", "-INT", Long.toString(example.pid())).run().exitCode())
                .isZero();
        assertThat(example.end().err()).isEmpty();
    }

    @Test
    @Tag("once")
    void mistakesAreSentences() {
        maker("make");
        String have = "; those that have it: MainProcess";
        String all =
                "all-B, all-H, all-I, all-L, all-Q, all-b, all-d, all-f, all-h, all-i, all-l,"
                        + " all-q, bare, board, count, done, door, empty, end, go, reals, start,"
                        + " three";
        assertThat(run("refuse").stream().map(line -> line.replaceAll(" \\(pid \\d+\\)", "")))
                .containsExactly(
                        "LookupError: there is no Array named bord: Array.named(…) in Java makes"
                                + " one. Did you mean board? There are: "
                                + all,
                        "TypeError: door is a Lock, not an Array" + have,
                        "TypeError: board is an Array(i, 3), not a Lock" + have + ", partner.py",
                        "TypeError: three is a Barrier(3), not an Event" + have,
                        "IndexError: index 3 is outside board of 3 elements: -3 to 2 are inside",
                        "ValueError: 2147483648 does not fit into \"i\", which holds -2147483648 to"
                                + " 2147483647",
                        "TypeError: 1.5 does not fit into \"i\", which holds integers",
                        "ValueError: 3 values do not fit into a slice of 2 elements of board",
                        "TypeError: 'x' does not fit into \"i\", which holds integers",
                        "ValueError: 2147483649 does not fit into \"i\", which holds -2147483648 to"
                                + " 2147483647",
                        "ValueError: 1e+39 does not fit into \"f\", which holds up to 3.4028235e38",
                        "TypeError: '1' does not fit into \"d\", which holds numbers",
                        "RuntimeError: release() by thread MainThread of partner.py, which does not"
                                + " hold board: it is free",
                        "RuntimeError: board is not held by this thread: it is free",
                        "RuntimeError: bare has no lock: it was made with lock=false",
                        "well True",
                        "well None",
                        "ValueError: board is closed",
                        "ValueError: board is closed",
                        "well None",
                        "well False",
                        "bare 1 Array(bare, \"i\", [1], no lock)");
    }

    @Test
    @Tag("once")
    void whereThereIsNothingItSaysSo() {
        assertThat(run("none"))
                .containsExactly(
                        "LookupError: there is no Array named board: Array.named(…) in Java makes"
                                + " one. There are no objects by name now",
                        "well []");
        assertThat(memory).isEmptyDirectory();
    }

    @Test
    @Tag("once")
    void whatOthersMayWriteToIsRefused() throws IOException {
        maker("keep");
        Path session = memory.resolve("tandem-named-" + Files.getAttribute(memory, "unix:uid"));
        Files.setAttribute(session.toRealPath(), "unix:mode", 0777);
        String beginning = "PermissionError: " + session.toRealPath() + " cannot be trusted";
        assertThat(run("none")).hasSize(2).allMatch(line -> line.startsWith(beginning));
    }

    @Test
    void noUpdateIsLost() {
        Program.Running maker = maker("count");
        Program.Running one = python("count");
        Program.Running two = python("count");
        raise("start");
        maker.awaitLine("joined");
        one.awaitLine("counted");
        two.awaitLine("counted");
        raise("end");
        assertThat(maker.awaitLine("sum ")).isEqualTo("80000");
    }

    @Test
    void threadsOfPythonExcludeEachOtherToo() {
        Program.Running maker = maker("keep");
        assertThat(run("threads")).contains("threads 2000");
        endAndSeeNothingLeft(maker);
    }

    @Test
    @Tag("alone")
    void eventsWakeBothSides() {
        Program.Running maker = maker("ask");
        Program.Running python = python("answer");
        assertThat(python.awaitLine("timeout ")).isEqualTo("False False False");
        python.awaitLine("waits");
        raise("start");
        python.awaitLine("answered");
        assertThat(Integer.parseInt(maker.awaitLine("most within ")))
                .as("milliseconds: who is not woken looks after 100")
                .isLessThan(60);
    }

    @Test
    void aFlagThatIsUpForAMomentIsNotMissed() {
        Program.Running maker = maker("pulse");
        Program.Running python = python("pulse");
        python.awaitLine("waits");
        raise("start");
        maker.awaitLine("pulsed");
        assertThat(python.awaitLine("woken ")).isEqualTo("True");
    }

    @Test
    void javaGetsTheLockOfAKilledPythonAndIsTold() {
        Program.Running maker = maker("take");
        Program.Running python = python("hold");
        assertThat(python.awaitLine("held "))
                .isEqualTo(
                        "Array(board, \"i\", [77]) held by partner.py (pid %d)"
                                .formatted(python.pid()));
        raise("start");
        kill(python);
        assertThat(maker.awaitLine("recovered ")).isEqualTo("true 77");
        assertThat(maker.awaitLine("again ")).isEqualTo("false");
        assertThat(maker.end().err())
                .isEqualTo(
                        "tandem: board was held by partner.py (pid %d), which is dead: its contents"
                                        .formatted(python.pid())
                                + " may be half-written\n");
        assertThat(memory).isEmptyDirectory();
    }

    @Test
    void pythonGetsTheLockOfAKilledWorkerAndIsTold() {
        Program.Running maker = maker("killed");
        Program.Running python = python("take");
        python.awaitLine("waits");
        raise("start");
        assertThat(python.awaitLine("recovered ")).isEqualTo("True True 9");
        assertThat(python.awaitLine("again ")).isEqualTo("False");
        Program.Ended ended = python.end();
        assertThat(ended.lines()).startsWith("well False", "well False");
        assertThat(ended.err())
                .matches(
                        "tandem: board was held by holder \\(pid \\d+\\), which is dead: its"
                                + " contents may be half-written\n");
        endAndSeeNothingLeft(maker);
    }

    @Test
    void pythonGetsTheLockOfAKilledPython() {
        Program.Running maker = maker("keep");
        Program.Running holder = python("hold");
        holder.awaitLine("held ");
        Program.Running heir = python("take");
        heir.awaitLine("waits");
        kill(holder);
        assertThat(heir.awaitLine("recovered ")).isEqualTo("True True 77");
        assertThat(heir.end().exitCode()).isZero();
        endAndSeeNothingLeft(maker);
    }

    @Test
    void killedPythonsHarmNobody() {
        Program.Running maker = maker("keep");
        Random random = new Random(20);
        List<Program.Running> churning = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            churning.add(python("churn"));
        }
        List<String> output = new ArrayList<>();
        for (int round = 0; round < 30; round++) {
            Program.Running victim = churning.remove(random.nextInt(churning.size()));
            victim.awaitLine("churns");
            kill(victim);
            output.add(victim.out() + victim.err());
            churning.add(python("churn"));
        }
        for (Program.Running last : churning) {
            last.awaitLine("churns");
            kill(last);
            output.add(last.out() + last.err());
        }
        assertThat(output).noneMatch(each -> each.contains("torn") || each.contains("Traceback"));
        assertThat(run("names")).contains("board Array(i, 2) 1");
        assertThat(pythonProgram("take").run().lines()).startsWith("well True", "well True");
        endAndSeeNothingLeft(maker);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoComesLastIntoACircleIsTold(boolean isPythonLast) {
        Program.Running maker = maker("cross", Boolean.toString(!isPythonLast));
        Program.Running python = python("cross", Boolean.toString(isPythonLast));
        String of = " \\(pid \\d+\\)(?:, thread 1)?";
        String last = (isPythonLast ? "partner.py" : "MainProcess") + of;
        String first = (isPythonLast ? "MainProcess" : "partner.py") + of;
        String wanted = isPythonLast ? "board" : "door";
        String held = isPythonLast ? "door" : "board";
        assertThat(
                        (isPythonLast ? python : maker)
                                .awaitLine("circle")
                                .strip()
                                .replaceFirst("^\\|", ""))
                .matches(
                        "these would wait for each other for ever:\\|    %s waits for %s\\|    %s holds %s and waits for %s\\|    %s holds %s and gives up waiting"
                                .formatted(last, wanted, first, wanted, held, last, held));
        (isPythonLast ? maker : python).awaitLine("has both");
    }

    @Test
    void ctrlCEndsAWaitAndLeavesNoLock() {
        Program.Running maker = maker("guard");
        Program.Running python = python("interrupt");
        maker.awaitLine("awaited");
        assertThat(Program.of("kill", "-INT", Long.toString(python.pid())).run().exitCode())
                .isZero();
        assertThat(python.awaitLine("interrupted "))
                .startsWith("Array(held, \"i\", [0]) held by MainProcess");
        assertThat(python.awaitLine("free ")).isEqualTo("False");
        assertThat(python.end().exitCode()).isZero();
        endAndSeeNothingLeft(maker);
    }

    @Test
    void anInterruptAtAnyLineLeavesNoLockAndLosesNoNews() {
        maker("keep");
        Program.Ended ended = pythonProgram("interrupt_everywhere").run();
        assertThat(ended.lines())
                .as(ended.err())
                .containsExactly("acquire True 1", "release True False", "recover True False");
    }

    @Test
    void theChildOfAForkTakesPartByItself() {
        Program.Running maker = maker("keep");
        List<String> lines = run("fork");
        assertThat(lines).hasSize(3).contains("child 3", "parent 11");
        assertThat(lines.getFirst())
                .matches(
                        "RuntimeError: release\\(\\) by thread MainThread of partner.py \\(pid"
                                + " \\d+\\), which does not hold board: it is free");
        endAndSeeNothingLeft(maker);
    }

    @Test
    @Tag("once")
    void itStaysWhilePythonHasIt() {
        Program.Running maker = maker("keep");
        Program.Running python = python("stay");
        assertThat(python.awaitLine("has ")).isEqualTo("1");
        assertThat(run("names"))
                .containsExactly(
                        "board Array(i, 2) 2",
                        "end Event 1",
                        "held Array(i, 1) 1",
                        "start Event 1");
        raise("end");
        assertThat(maker.end().exitCode()).isZero();
        assertThat(run("leave")).containsExactly("has 2");
        kill(python);
        assertThat(run("none")).first().asString().endsWith("There are no objects by name now");
        assertThat(memory).as("removed by the one who looked").isEmptyDirectory();
    }
}
