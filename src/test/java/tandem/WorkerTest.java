package tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static tandem.Tandem.current;
import static tandem.Tandem.joinAll;
import static tandem.Tandem.millis;
import static tandem.Tandem.named;
import static tandem.Tandem.script;
import static tandem.Tandem.seconds;
import static tandem.Tandem.spawn;
import static tandem.Tandem.workers;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import tandem.sync.UncheckedInterruptedException;
import tandem.testing.Program;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;

class WorkerTest {
    private static final Path SCRIPTS = Program.home().resolve("src/test/scripts");
    private static final Path ECHO = SCRIPTS.resolve("WorkerEcho.java");
    private static final Path ENDS = SCRIPTS.resolve("WorkerEnds.java");
    private static final Path STAYS = SCRIPTS.resolve("WorkerStays.java");

    /// An idle machine needs a tenth of a second; a worker that does not notice needs for ever.
    private static final Duration PROMPTLY = seconds(60);

    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void captureOutput() {
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void endWorkersAndReleaseOutput() {
        workers().forEach(Worker::kill);
        joinAll();
        System.setOut(realOut);
        System.setErr(realErr);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /// A worker that has come up and stays.
    private static Worker staying(String name) {
        Event up = new Event();
        Worker worker = named(name).spawn(STAYS, up);
        assertThat(up.await(seconds(60))).as("%s is up", worker).isTrue();
        return worker;
    }

    record Point(int x, int y) implements Serializable {}

    record Holder(Object held) implements Serializable {}

    @Test
    @Tag("once")
    void aScriptGetsItsArgumentsItsNameAndItsProcess() {
        Array a = Array.of("i", 2);

        Worker worker =
                named("1 号进程").spawn(ECHO, a, 42, "汉字", null, List.of(1, 2.5), new Point(3, 4));
        worker.join();

        assertThat(err()).isEmpty();
        assertThat(out().lines())
                .containsExactly(
                        "name 1 号进程",
                        "pid " + worker.pid(),
                        "argument 0 Array(\"i\", [0, 0])",
                        "argument 1 42",
                        "argument 2 汉字",
                        "argument 3 null",
                        "argument 4 [1, 2.5]",
                        "argument 5 Point[x=3, y=4]");
        assertThat(worker.exitCode()).isZero();
        assertThat(worker.pid()).isNotEqualTo(ProcessHandle.current().pid());
        assertThat(a.get(0)).as("written by the worker").isEqualTo(4711);
        assertThat(worker).hasToString("Worker(1 号进程, pid %d, ended with 0)", worker.pid());
    }

    @Test
    @Tag("once")
    void workersWithoutANameAreNumbered() {
        Worker one = spawn(script(ECHO.toString()));
        Worker two = spawn(ECHO);
        joinAll(one, two);

        assertThat(one.name()).matches("Worker-[0-9]+");
        int number = Integer.parseInt(one.name().substring("Worker-".length()));
        assertThat(two.name()).isEqualTo("Worker-" + (number + 1));
        assertThat(out()).contains("name %s\n".formatted(one.name()));
        assertThat(out()).contains("name %s\n".formatted(two.name()));
        assertThat(one.exitCode()).isZero();
        assertThat(two.exitCode()).isZero();
    }

    @Test
    @Tag("once")
    void aMainProcessHasANameAndNoArguments() {
        assertThat(current().name()).isEqualTo("MainProcess");
        assertThat(current().pid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(current().isAlive()).isTrue();
        assertThat(Tandem.args()).isEmpty();
        assertThatThrownBy(() -> Tandem.arg(0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("arg(0)");
        assertThatThrownBy(() -> current().join()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> current().toFuture()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> current().result()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @Tag("once")
    void theExitCodeTellsHowAWorkerEnded() {
        Worker fails = named("失败").spawn(ENDS, "kaputt");
        Worker exits = named("退出").spawn(ENDS, 7);
        Worker exitsHigh = named("高").spawn(ENDS, 255);
        joinAll(fails, exits, exitsHigh);

        assertThat(fails.exitCode()).isOne();
        assertThat(exits.exitCode()).isEqualTo(7);
        assertThat(exitsHigh.exitCode()).isEqualTo(255);
        assertThat(out()).isEmpty();
        assertThat(err().lines())
                .allMatch(line -> line.startsWith("[失败] "))
                .contains("[失败] going down")
                .anyMatch(line -> line.contains("java.lang.IllegalStateException: kaputt"))
                .anyMatch(line -> line.matches("\\[失败] \tat .*WorkerEnds\\.java:[0-9]+\\)"));
    }

    @Test
    @Tag("once")
    void anArgumentThatWasNotGivenIsAnErrorInTheWorker() {
        Worker worker = named("空").spawn(ENDS);
        worker.join();

        assertThat(worker.exitCode()).isOne();
        assertThat(err()).contains("arg(0): 空 was given 0 arguments");
    }

    @Test
    @Tag("once")
    void anArgumentThatIsTakenForAnotherTypeIsAnErrorThatSaysWhatItIs() {
        Worker worker = named("异").spawn(ENDS, Duration.ofSeconds(5));
        worker.join();

        assertThat(worker.exitCode()).isOne();
        assertThat(err())
                .contains(
                        "arg(0) is of type java.time.Duration, and is taken for java.lang.String:"
                                + " it is PT5S");
    }

    @Test
    @Tag("once")
    void aRunningWorkerHasNoExitCodeYetAndIsEndedByKill() {
        Worker worker = staying("活着");

        assertThat(worker.isAlive()).isTrue();
        assertThat(worker.join(millis(30))).isFalse();
        assertThat(worker.join(Duration.ZERO)).isFalse();
        assertThat(worker.join(seconds(-1))).isFalse();
        assertThat(workers()).contains(worker);
        assertThat(worker).hasToString("Worker(活着, pid %d, running)", worker.pid());
        assertThatThrownBy(worker::exitCode)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("活着");

        worker.kill();
        assertThat(worker.join(seconds(30))).isTrue();
        assertThat(worker.isAlive()).isFalse();
        assertThat(worker.exitCode()).isEqualTo(-9);
        assertThat(workers()).doesNotContain(worker);
        assertThat(err()).isEqualTo("[活着] killed by signal 9\n");
        assertThat(out()).as("no hook runs").isEmpty();
        assertThat(Program.isAlive(worker.pid())).isFalse();
        assertThat(worker).hasToString("Worker(活着, pid %d, killed by signal 9)", worker.pid());

        worker.kill();
        worker.terminate();
        worker.join();
        assertThat(worker.exitCode()).isEqualTo(-9);
    }

    @Test
    @Tag("once")
    void terminateLetsTheShutdownHooksRun() {
        Worker worker = staying("终止");

        worker.terminate();
        assertThat(worker.join(seconds(30))).isTrue();

        assertThat(worker.exitCode()).isEqualTo(-15);
        assertThat(out()).isEqualTo("the hook has run\n");
        assertThat(err()).isEmpty();
    }

    @Test
    void terminateLetsFinallyBlocksRun() {
        Event up = new Event();
        Array log = Array.of("i", 2);
        Worker worker =
                named("终止")
                        .spawn(
                                () -> {
                                    try (var _ = log.hold()) {
                                        up.set();
                                        new Event().await();
                                    } finally {
                                        log.set(0, 7);
                                        System.out.println("the finally block has run");
                                    }
                                });
        assertThat(up.await(seconds(30))).isTrue();

        worker.terminate();
        assertThat(worker.join(seconds(30))).isTrue();

        assertThat(worker.exitCode()).isEqualTo(-15);
        assertThat(out()).isEqualTo("the finally block has run\n");
        assertThat(err()).isEmpty();
        try (var held = log.hold()) {
            assertThat(held.recovered()).as("it was released in order").isFalse();
        }
        assertThat(log.get(0)).isEqualTo(7);
    }

    @Test
    void whatGoesWrongInAFinallyBlockAfterTerminateIsNotLost() {
        Event up = new Event();
        Worker worker =
                named("终止")
                        .spawn(
                                () -> {
                                    try {
                                        up.set();
                                        new Event().await();
                                    } finally {
                                        WithWorkers.check(!up.isSet(), "of its own");
                                    }
                                });
        assertThat(up.await(seconds(30))).isTrue();
        worker.terminate();
        assertThat(worker.join(seconds(30))).isTrue();
        assertThat(worker.exitCode()).isEqualTo(-15);
        assertThat(err()).contains("of its own");
    }

    @Test
    void terminateEndsAComputationToo() {
        Event up = new Event();
        Worker worker =
                spawn(
                        () -> {
                            up.set();
                            while (true) {
                                Thread.onSpinWait();
                            }
                        });
        assertThat(up.await(seconds(30))).isTrue();
        worker.terminate();
        assertThat(worker.join(seconds(30))).isTrue();
        assertThat(worker.exitCode()).isEqualTo(-15);
    }

    @Test
    @Tag("once")
    void aWorkerThatIsKilledByAnotherIsReportedToo() throws IOException, InterruptedException {
        Worker worker = staying("受害者");

        new ProcessBuilder("kill", "-TERM", Long.toString(worker.pid())).start().waitFor();
        assertThat(worker.join(seconds(30))).isTrue();

        assertThat(worker.exitCode()).isEqualTo(-15);
        assertThat(err()).isEqualTo("[受害者] killed by signal 15\n");
    }

    @Test
    @Tag("once")
    void workersListsTheLiveOnesInTheOrderOfTheirStart() {
        Worker first = staying("一");
        Worker second = staying("二");
        assertThat(workers()).containsExactly(first, second);

        first.kill();
        first.join();
        assertThat(workers()).containsExactly(second);

        second.kill();
        joinAll();
        assertThat(workers()).isEmpty();
        assertThat(second.isAlive()).isFalse();
    }

    @Test
    @Tag("once")
    void anInterruptedJoinThrowsAndLeavesTheFlagSet()
            throws InterruptedException, ExecutionException {
        Worker worker = staying("忍耐");
        CompletableFuture<Boolean> flag = new CompletableFuture<>();
        Thread joining =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        worker.join();
                                        flag.complete(null);
                                    } catch (UncheckedInterruptedException e) {
                                        flag.complete(Thread.currentThread().isInterrupted());
                                    }
                                });
        Program.await(
                seconds(30),
                () -> "thread in join",
                () -> joining.getState() == Thread.State.TIMED_WAITING);

        joining.interrupt();

        assertThat(flag.get()).isTrue();
        assertThat(worker.isAlive()).isTrue();
    }

    @Test
    @Tag("once")
    void aMissingScriptIsRefusedWithThePlacesThatWereLookedAt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spawn(script("WorkNowhere")))
                .withMessageContaining("WorkNowhere")
                .withMessageContaining(
                        Program.home().resolve("scripts/WorkNowhere.java").toString())
                .withMessageContaining(Path.of("WorkNowhere.java").toAbsolutePath().toString());
        Path absolute = SCRIPTS.resolve("WorkNowhere.java");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spawn(absolute))
                .withMessageContaining(absolute.toString());
        assertThat(workers()).isEmpty();
    }

    static Stream<Object> argumentsWithAStream() {
        InputStream stream = new ByteArrayInputStream(new byte[1]);
        return Stream.of(stream, List.of("fine", stream), new Holder(stream));
    }

    @ParameterizedTest
    @MethodSource("argumentsWithAStream")
    @Tag("once")
    void anArgumentThatCannotTravelIsRefusedAndNothingIsStarted(Object argument) {
        List<ProcessHandle> children = ProcessHandle.current().children().toList();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> named("不能").spawn(ECHO, "fine", argument))
                .withMessageContaining("argument 1 ")
                .withMessageContaining(ByteArrayInputStream.class.getName())
                .withMessageContaining("Serializable");

        assertThat(workers()).isEmpty();
        Await.until(
                "no other child runs",
                () -> children.containsAll(ProcessHandle.current().children().toList()));
    }

    @Test
    @Tag("once")
    void aScriptThatDoesNotCompileSaysSoUnderTheNameOfItsWorker(@TempDir Path folder)
            throws IOException {
        Path broken = folder.resolve("WorkBroken.java");
        Files.writeString(broken, "void main() {\n    int number = \"汉字\";\n}\n");

        Worker worker = named("坏").spawn(broken, 1, 2);
        worker.join();

        assertThat(worker.exitCode()).isOne();
        assertThat(out()).isEmpty();
        assertThat(err().lines())
                .isNotEmpty()
                .allMatch(line -> line.startsWith("[坏] "))
                .anyMatch(line -> line.contains("WorkBroken.java:2: error: incompatible types"))
                .anyMatch(line -> line.contains("int number = \"汉字\";"));
    }

    @Test
    void aWorkerCanSpawnWorkersWhichAreNumberedUnderItsName() {
        Worker worker = named("1 号进程").spawn(SCRIPTS.resolve("WorkerSpawns.java"), ECHO.toString());
        worker.join();

        assertThat(worker.exitCode()).isZero();
        assertThat(out().lines()).contains("name 1 号进程:1", "name 孙子");
        assertThat(err()).isEmpty();
    }

    @Test
    @Tag("once")
    void aMegabyteArrivesWhole() {
        byte[] bytes = new byte[1 << 20];
        new Random(1).nextBytes(bytes);
        CRC32 sum = new CRC32();
        sum.update(bytes);

        Worker reads = spawn(SCRIPTS.resolve("WorkerMeasures.java"), (Object) bytes);
        Worker ignores = spawn(ENDS, 0, bytes);
        joinAll(reads, ignores);

        assertThat(out()).isEqualTo("1048576 bytes, %x\n".formatted(sum.getValue()));
        assertThat(reads.exitCode()).isZero();
        assertThat(ignores.exitCode()).isZero();
        assertThat(err()).isEmpty();
    }

    @Test
    @Tag("once")
    void linesOfManyWorkersNeverMix() {
        int lines = 2000;
        List<String> names = IntStream.rangeClosed(1, 8).mapToObj(n -> n + " 号进程").toList();
        Event start = new Event();

        List<Worker> printing =
                names.stream()
                        .map(
                                name ->
                                        named(name)
                                                .spawn(
                                                        SCRIPTS.resolve("WorkerPrints.java"),
                                                        start,
                                                        lines))
                        .toList();
        start.set();
        joinAll(printing);

        List<String> all = out().lines().toList();
        assertThat(all.size()).isEqualTo(names.size() * lines);
        for (String name : names) {
            List<String> expected =
                    IntStream.range(0, lines)
                            .mapToObj(
                                    "进程 %s 第 %%d 行 line of some length ÄÖÜ".formatted(name)
                                            ::formatted)
                            .toList();
            assertThat(all.stream().filter(line -> line.contains(name)).toList())
                    .as("lines of %s, in order", name)
                    .isEqualTo(expected);
        }
        assertThat(err().lines())
                .containsExactlyInAnyOrderElementsOf(
                        names.stream().map("[%s] done"::formatted).toList());
    }

    /// Replaces the output by one whose reader takes nothing until the latch is open.
    private CountDownLatch pauseReader() {
        CountDownLatch reads = new CountDownLatch(1);
        OutputStream paused =
                new FilterOutputStream(out) {
                    @Override
                    public void write(byte[] bytes, int from, int length) throws IOException {
                        try {
                            reads.await();
                        } catch (InterruptedException e) {
                            throw new InterruptedIOException();
                        }
                        out.write(bytes, from, length);
                    }
                };
        System.setOut(new PrintStream(paused, true, StandardCharsets.UTF_8));
        return reads;
    }

    private void assertAllThatWasTalkedArrived() {
        String expected =
                IntStream.range(0, 1000)
                        .mapToObj("第 %d 行\n"::formatted)
                        .collect(Collectors.joining());
        assertThat(out().equals(expected))
                .as("1000 lines, %d of them have come", out().lines().count())
                .isTrue();
    }

    @Test
    @Tag("once")
    void whatAWorkerPrintedBeforeItWasKilledArrives() {
        CountDownLatch reads = pauseReader();
        Event printed = new Event();
        Worker worker = spawn(SCRIPTS.resolve("WorkerTalks.java"), printed);
        assertThat(printed.await(seconds(60))).isTrue();

        worker.kill();
        Program.awaitEndOf(worker.pid(), seconds(30));
        reads.countDown();
        worker.join();

        assertAllThatWasTalkedArrived();
    }

    @Test
    @Tag("once")
    void joinWaitsUntilASlowReaderHasTakenAllOutput() {
        CountDownLatch reads = pauseReader();
        Event printed = new Event();
        Worker worker = spawn(SCRIPTS.resolve("WorkerTalks.java"), printed, "and ends");
        Program.awaitEndOf(worker.pid(), seconds(60));

        boolean joined = worker.join(millis(1500));
        reads.countDown();
        worker.join();

        assertThat(joined).isFalse();
        assertAllThatWasTalkedArrived();
    }

    @ParameterizedTest
    @ValueSource(strings = {"WorkerLoops.java", "WorkerLoner.java"})
    @Tag("once")
    void aBusyWorkerEndsWhenItsParentIsKilled(String script, @TempDir Path memory) {
        try (Program.Running parent = main(script, memory)) {
            long worker = Long.parseLong(parent.awaitLine("worker "));
            parent.awaitLine("looping " + worker);

            parent.kill();

            assertItEnds(worker);
        }
    }

    @Test
    @Tag("once")
    void aWorkerThatHasNotComeUpYetEndsWhenItsParentIsKilled(@TempDir Path memory) {
        try (Program.Running parent = main("WorkerLoops.java", memory)) {
            long worker = Long.parseLong(parent.awaitLine("worker "));

            parent.kill();

            assertItEnds(worker);
        }
    }

    /// A worker that does not end by itself is ended here.
    private static void assertItEnds(long worker) {
        try {
            Program.awaitEndOf(worker, PROMPTLY);
        } finally {
            ProcessHandle.of(worker).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    /// A main program in a JVM of its own, with one worker.
    private static Program.Running main(String script, Path memory) {
        return Program.jdk(
                        "java",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dstdout.encoding=UTF-8",
                        "-Dtandem.waiter=" + System.getProperty("tandem.waiter", "futex"),
                        "-Dtandem.dir=" + memory,
                        "-cp",
                        System.getProperty("java.class.path"),
                        SCRIPTS.resolve("WorkMain.java").toString(),
                        SCRIPTS.resolve(script).toString())
                .start();
    }
}
