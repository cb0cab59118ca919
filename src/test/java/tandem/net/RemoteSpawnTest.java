package tandem.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static tandem.Tandem.anywhere;
import static tandem.Tandem.everywhere;
import static tandem.Tandem.join;
import static tandem.Tandem.leave;
import static tandem.Tandem.machines;
import static tandem.Tandem.named;
import static tandem.Tandem.on;
import static tandem.Tandem.seconds;
import static tandem.Tandem.spawn;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import tandem.Array;
import tandem.Call;
import tandem.Event;
import tandem.Lock;
import tandem.Packed;
import tandem.Queue;
import tandem.Tandem;
import tandem.Value;
import tandem.Worker;
import tandem.WorkerException;
import tandem.testing.Program;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Code on other machines: two of them are processes here, with names of their own.
@Tag("once")
@Timeout(120)
class RemoteSpawnTest {
    private static final AtomicInteger TESTS = new AtomicInteger();

    private static Server server;
    private static Laptop seven;
    private static Laptop three;

    private final int test = TESTS.incrementAndGet();
    private final PrintStream formerOut = System.out;
    private final PrintStream formerErr = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(Server.isInstalled(), "neither valkey-server nor redis-server is on the PATH");
        server = Server.start(Server.Plan.USUAL);
        seven = new Laptop(code(), "laptop-7");
        three = new Laptop(code(), "laptop-3");
        seven.tell("accept");
        three.tell("accept");
    }

    @AfterAll
    static void end() {
        if (server != null) {
            seven.close();
            three.close();
            server.close();
        }
    }

    @BeforeEach
    void joinIt() {
        join(code());
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void leaveIt() {
        System.setOut(formerOut);
        System.setErr(formerErr);
        leave();
    }

    private static String code() {
        return server.code("127.0.0.1").text();
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private static long parentOf(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(ProcessHandle::parent)
                .map(ProcessHandle::pid)
                .orElse(0L);
    }

    private static void signal(String name, long pid) {
        assertThat(Program.of("kill", "-" + name, Long.toString(pid)).run().exitCode()).isZero();
    }

    // As at home

    @Test
    void itRunsInAChildOfTheOtherMachineAndItsLinesComeHere() {
        Event go = Event.named("go-" + test);
        Worker worker =
                named("1 号进程")
                        .on("laptop-7")
                        .spawn(
                                e -> {
                                    e.await();
                                    IO.println("一 of " + Tandem.current().name());
                                    System.err.println("two");
                                    IO.print("no end");
                                },
                                go);
        assertThat(parentOf(worker.pid())).isEqualTo(seven.handle().pid());
        assertThat(worker.isAlive()).isTrue();
        assertThat(Tandem.workers()).contains(worker);
        assertThat(worker.toString())
                .isEqualTo("Worker(1 号进程, pid %d on laptop-7, running)".formatted(worker.pid()));
        seven.await("tandem: 1 号进程 of %s runs here".formatted(Member.host()));
        go.set();
        worker.join();
        assertThat(worker.exitCode()).isZero();
        assertThat(out()).isEqualTo("一 of 1 号进程\nno end\n");
        assertThat(err()).isEqualTo("[1 号进程] two\n");
        assertThat(seven.said()).doesNotContain("no end");
        assertThat(Tandem.workers()).doesNotContain(worker);
    }

    @Test
    void itSharesWhatLivesOnTheServer() {
        Array board = Array.named("board-" + test, "q", 3);
        Worker one = on("laptop-7").spawn((a, i) -> a.add(i, 5), board, 1);
        String name = "board-" + test;
        Worker two = on("laptop-3").spawn(() -> Array.named(name, "q", 3).add(1, 2));
        Tandem.joinAll(one, two);
        assertThat(board.get(1)).isEqualTo(7);
    }

    @Test
    void manyLinesComeWholeAndInTheirOrder() {
        Worker worker =
                on("laptop-7")
                        .spawn(
                                () -> {
                                    for (int i = 0; i < 100_000; i++) {
                                        IO.println("line " + i);
                                    }
                                });
        assertThat(worker.join(seconds(60))).isTrue();
        String[] lines = out().split("\n");
        assertThat(lines).hasSize(100_000);
        for (int i = 0; i < lines.length; i++) {
            assertThat(lines[i]).isEqualTo("line " + i);
        }
    }

    @Test
    void linesTellATerminalNothingButColours() {
        on("laptop-7")
                .spawn(() -> IO.println("a\033[31mred\033[0m\033]0;title\007\033[2J\tb\u200bc"))
                .join();
        assertThat(out()).isEqualTo("a\033[31mred\033[0m?]0;title??[2J\tb?c\n");
    }

    @Test
    void whatACallReturnsComesInThePlainForm() {
        assertThat(on("laptop-7").call((x, y) -> x * y, 6, 7).result()).isEqualTo(42);
        assertThat(on("laptop-7").call(() -> null).result()).isNull();
        Map<String, List<Double>> map = new LinkedHashMap<>();
        map.put("一", Arrays.asList(1.5, null));
        map.put("b", List.of());
        assertThat(on("laptop-7").call(m -> m, map).result()).isEqualTo(map);
        assertThat(on("laptop-7").call(() -> new long[] {1, Long.MIN_VALUE}).result())
                .isEqualTo(new long[] {1, Long.MIN_VALUE});
        String name = "found-" + test;
        Value value = on("laptop-7").call(() -> Value.named(name, "i", 5)).result();
        assertThat(value.get()).isEqualTo(5);
        assertThatThrownBy(() -> on("laptop-7").call(() -> Thread.State.values()).result())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(
                        "the result (java.lang.Thread.State[]) cannot travel back: a"
                                + " java.lang.Thread.State[] stays");
        assertThatThrownBy(() -> on("laptop-7").call(() -> Array.of("i", 3)).result())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is shared on this machine alone");
        assertThatThrownBy(() -> on("laptop-7").call(() -> new byte[9_000_000]).result())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("at most 8,000,000 come back from another machine");
    }

    /// Of a class that this process would have to know.
    private static final class Unheard extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unheard(String message) {
            super(message);
        }
    }

    @Test
    void whatItThrowsIsThrownHere() {
        Call<Integer> call = named("odd").on("laptop-7").call(x -> x[3], new int[] {1});
        assertThatExceptionOfType(ArrayIndexOutOfBoundsException.class)
                .isThrownBy(call::result)
                .withMessage("Index 3 out of bounds for length 1")
                .satisfies(
                        e ->
                                assertThat(e.getStackTrace())
                                        .anyMatch(
                                                frame ->
                                                        frame.getClassName()
                                                                .contains("RemoteSpawnTest")))
                .havingCause()
                .withMessage("thrown in odd (pid %d on laptop-7)".formatted(call.pid()));
        assertThat(call.exitCode()).isEqualTo(1);
        assertThatExceptionOfType(WorkerException.class)
                .isThrownBy(
                        () ->
                                on("laptop-7")
                                        .call(
                                                () -> {
                                                    throw new Unheard("of this");
                                                })
                                        .result())
                .withMessageContaining("tandem.net.RemoteSpawnTest$Unheard: of this")
                .withMessageContaining("at tandem.net.RemoteSpawnTest");
    }

    @Test
    void aSpawnThatThrowsSaysSo() {
        Worker worker =
                named("odd")
                        .on("laptop-7")
                        .spawn(
                                () -> {
                                    throw new Unheard("of this");
                                });
        worker.join();
        assertThat(worker.exitCode()).isEqualTo(1);
        assertThat(err())
                .contains("[odd] tandem.net.RemoteSpawnTest$Unheard: of this\n[odd] \tat ");
    }

    @Test
    void itsExitCodeComes() {
        Call<Integer> call =
                on("laptop-7")
                        .call(
                                () -> {
                                    System.exit(3);
                                    return 1;
                                });
        call.join();
        assertThat(call.exitCode()).isEqualTo(3);
        assertThatExceptionOfType(WorkerException.class)
                .isThrownBy(call::result)
                .withMessageContaining("on laptop-7, ended with 3) has no result");
    }

    // Ends

    private static void sleepLong() throws InterruptedException {
        Thread.sleep(60_000);
    }

    @Test
    void killAndTerminateGoThrough() {
        Worker killed = named("k").on("laptop-7").spawn(RemoteSpawnTest::sleepLong);
        Value farewells = Value.named("farewell-" + test, "i", 0);
        Event begun = Event.named("begun-" + test);
        Worker terminated =
                on("laptop-7")
                        .spawn(
                                (e, v) -> {
                                    try {
                                        e.set();
                                        sleepLong();
                                    } finally {
                                        v.add(1);
                                    }
                                },
                                begun,
                                farewells);
        assertThat(killed.pid()).isPositive();
        begun.await();
        killed.kill();
        terminated.terminate();
        Tandem.joinAll(killed, terminated);
        assertThat(killed.exitCode()).isEqualTo(-9);
        assertThat(terminated.exitCode()).isEqualTo(-15);
        assertThat(farewells.get()).isEqualTo(1);
        assertThat(err()).isEqualTo("[k] killed by signal 9\n");
        assertThat(killed.toString()).endsWith("on laptop-7, killed by signal 9)");
        assertThat(killed.join(seconds(0))).isTrue();
        killed.kill();
    }

    @Test
    void aWorkerThatIsKilledGivesItsLockBackAtOnce() {
        Lock door = Lock.named("door-" + test);
        long millis = Long.MAX_VALUE;
        for (int i = 0; i < 3 && millis >= 2_000; i++) {
            millis = millisUntilItIsGivenBack(door, Event.named("begun-%d-%d".formatted(test, i)));
        }
        assertThat(millis).isLessThan(2_000);
        assertThat(err()).contains("killed by signal 9");
    }

    private static long millisUntilItIsGivenBack(Lock door, Event begun) {
        Worker worker =
                on("laptop-7")
                        .spawn(
                                (l, e) -> {
                                    l.acquire();
                                    e.set();
                                    sleepLong();
                                },
                                door,
                                begun);
        begun.await();
        signal("KILL", worker.pid());
        long killed = System.nanoTime();
        door.acquire();
        long nanos = System.nanoTime() - killed;
        door.release();
        worker.join();
        assertThat(worker.exitCode()).isEqualTo(-9);
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    @Test
    void whenTheOtherMachinesProcessIsKilledTheWorkerCountsAsDead() throws Exception {
        try (Laptop lost = new Laptop(code(), "lost-" + test)) {
            lost.tell("accept");
            Call<Integer> call =
                    named("l")
                            .on("lost-" + test)
                            .call(
                                    () -> {
                                        sleepLong();
                                        return 1;
                                    });
            long pid = call.pid();
            lost.kill();
            call.join();
            assertThat(call.exitCode()).isEqualTo(-9);
            assertThat(err()).startsWith("[l] lost-%d has gone: it has left, or".formatted(test));
            assertThatIllegalStateException()
                    .isThrownBy(call::result)
                    .withMessageContaining("l counts as dead");
            Program.awaitEndOf(pid, Program.DEADLINE);
        }
    }

    @Test
    void aProcessThatWasStoppedForALeaseEndsWhatItRanAndAcceptsAnew() throws Exception {
        try (Laptop sleepy = new Laptop(code(), "sleepy-" + test)) {
            sleepy.tell("accept");
            Worker worker = on("sleepy-" + test).spawn(RemoteSpawnTest::sleepLong);
            long pid = worker.pid();
            signal("STOP", sleepy.handle().pid());
            worker.join();
            assertThat(worker.exitCode()).isEqualTo(-9);
            assertThat(err()).contains("counts as dead");
            assertThat(everywhere().machines()).doesNotContain("sleepy-" + test);
            signal("CONT", sleepy.handle().pid());
            Program.awaitEndOf(pid, Program.DEADLINE);
            Program.await(
                    Program.DEADLINE,
                    () -> "it accepts anew",
                    () -> everywhere().machines().contains("sleepy-" + test));
            assertThat(on("sleepy-" + test).call(() -> 42).result()).isEqualTo(42);
        }
    }

    @Test
    void whatIsTakenBackBeforeItHasBegunNeverRuns() throws Exception {
        try (Laptop slow = new Laptop(code(), "slow-" + test)) {
            slow.tell("accept");
            Acceptor to = acceptor("slow-" + test);
            signal("STOP", slow.handle().pid());
            Worker killed = named("k").on("slow-" + test).spawn(() -> {});
            killed.kill();
            for (int i = 0; i < 63; i++) {
                assertThat(send(to, SentJob.newNumber(), new byte[1]).kind())
                        .isEqualTo(Answer.DONE);
            }
            assertThatIllegalStateException()
                    .isThrownBy(() -> on("slow-" + test).spawn(() -> {}))
                    .withMessage(
                            "slow-%d runs as many jobs as a process accepts: 64".formatted(test));
            assertThat(killed.toString())
                    .isEqualTo("Worker(k, on slow-%d, running)".formatted(test));
            signal("CONT", slow.handle().pid());
            killed.join();
            assertThat(killed.exitCode()).isEqualTo(-9);
            assertThat(killed.pid()).isZero();
            assertThat(err()).isEqualTo("[k] killed by signal 9\n");
            assertThat(slow.said()).doesNotContain("runs here");
        }
    }

    @Test
    void whoLeavesEndsWhatRunsThere() throws Exception {
        try (Laptop leaving = new Laptop(code(), "leaving-" + test)) {
            leaving.tell("accept");
            Worker worker = on("leaving-" + test).spawn(RemoteSpawnTest::sleepLong);
            long pid = worker.pid();
            leaving.tell("leave");
            worker.join();
            assertThat(worker.exitCode()).isEqualTo(-9);
            Program.awaitEndOf(pid, Program.DEADLINE);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> on("leaving-" + test))
                    .withMessageContaining("accepts no code; those that do: ");
        }
    }

    @Test
    void whoseSenderIsKilledItEnds() throws Exception {
        Laptop sender = new Laptop(code(), "sender-" + test);
        try (sender) {
            sender.tell("spawn laptop-7");
        }
        String pid = sender.said().replaceFirst("(?s).*its pid: (\\d+)\\..*", "$1");
        assertThat(parentOf(Long.parseLong(pid))).isIn(0L, seven.handle().pid());
        Program.awaitEndOf(Long.parseLong(pid), Program.DEADLINE);
    }

    @Test
    void whatThisProcessRunsElsewhereEndsWhenItLeaves() {
        Worker worker = on("laptop-7").spawn(RemoteSpawnTest::sleepLong);
        long pid = worker.pid();
        leave();
        worker.join();
        assertThatIllegalStateException()
                .isThrownBy(worker::result)
                .withMessageContaining("this process has left the server");
        Program.awaitEndOf(pid, Program.DEADLINE);
        join(code());
    }

    @Test
    void itOutlivesTheServer(@TempDir Path folder) throws Exception {
        Event go = Event.named("go-" + test);
        String down = folder.resolve("down").toString();
        String printed = folder.resolve("printed").toString();
        Call<Integer> call =
                on("laptop-7")
                        .call(
                                e -> {
                                    IO.println("before");
                                    while (!Files.exists(Path.of(down))) {
                                        Tandem.sleep(0.01);
                                    }
                                    IO.println("while it is down");
                                    Files.createFile(Path.of(printed));
                                    e.await();
                                    return 42;
                                },
                                go);
        Program.await(Program.DEADLINE, this::out, () -> out().contains("before"));
        signal("KILL", server.pid());
        assertThat(server.await()).isNotZero();
        Files.createFile(Path.of(down));
        Program.await(Program.DEADLINE, this::out, () -> Files.exists(Path.of(printed)));
        server.run();
        go.set();
        assertThat(call.result(seconds(60))).isEqualTo(42);
        assertThat(out()).isEqualTo("before\nwhile it is down\n");
    }

    @Test
    void workersThereHaveWorkersOfTheirOwn() {
        Array board = Array.named("board-" + test, "q", 1);
        int sum =
                on("laptop-7")
                        .call(
                                a -> {
                                    spawn(b -> b.add(0, 1), a).join();
                                    int more = on("laptop-3").call(() -> 40).result();
                                    return more + (int) a.add(0, 1);
                                },
                                board)
                        .result();
        assertThat(sum).isEqualTo(42);
    }

    // Where

    @Test
    void everywhereIsOnceOnEachAndAnywhereIsWhereTheLeastRuns() {
        Program.await(
                Program.DEADLINE,
                () -> "those of earlier tests are gone: " + everywhere().machines(),
                () -> everywhere().machines().equals(List.of("laptop-3", "laptop-7")));
        assertThat(everywhere().call(() -> System.getenv("TANDEM_MACHINE")))
                .containsExactly("laptop-3", "laptop-7");
        Worker one = on("laptop-3").spawn(RemoteSpawnTest::sleepLong);
        assertThat(anywhere().call(() -> System.getenv("TANDEM_MACHINE")).result())
                .isEqualTo("laptop-7");
        one.kill();
        one.join();
        List<Worker> workers = everywhere().spawn(x -> IO.println(x), "both");
        Tandem.joinAll(workers);
        assertThat(out()).isEqualTo("both\nboth\n");
    }

    @Test
    void whoAcceptsNoCodeIsNotAsked() throws Exception {
        try (Laptop shy = new Laptop(code(), "shy-" + test)) {
            assertThat(machines()).anyMatch(each -> each.name().equals("shy-" + test));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> on("shy-" + test).spawn(() -> {}))
                    .withMessageContaining(
                            "shy-%d accepts no code; those that do: laptop-3, laptop-7"
                                    .formatted(test));
            assertThat(everywhere().machines()).doesNotContain("shy-" + test);
            assertThat(machines().toString())
                    .contains(
                            "laptop-7: MainProcess (pid %d, accepts code)"
                                    .formatted(seven.handle().pid()))
                    .contains("shy-%d: MainProcess (pid %d)".formatted(test, shy.handle().pid()));
            assertThat(shy.said()).doesNotContain("runs here");
        }
        leave();
        assertThatIllegalStateException()
                .isThrownBy(() -> on("laptop-7"))
                .withMessageContaining("on(…) is refused: this process has joined no server");
        assertThatIllegalStateException().isThrownBy(Tandem::accept);
        join(code());
    }

    // What may travel

    @Test
    void whatIsSharedOnThisMachineAloneIsRefused() {
        Array here = Array.of("i", 3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> on("laptop-7").spawn(a -> a.add(0, 1), here))
                .withMessageContaining(
                        "%s is shared on this machine alone, and cannot go to another"
                                .formatted(here.name()))
                .withMessageContaining("Array.named(");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> on("laptop-7").spawn(() -> here.add(0, 1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> on("laptop-7").spawn(q -> q.put(1), new Queue<Integer>()));
        assertThatThrownBy(() -> on("laptop-7").spawn(Tandem.script("WorkA"), here, 1))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("a script lies on this machine");
        assertThat(seven.said()).doesNotContain("nothing of it read");
        spawn(a -> a.add(0, 1), here).join();
        assertThat(here.get(0)).isEqualTo(1);
    }

    @Test
    void aJobThatIsTooLargeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> on("laptop-7").spawn(b -> {}, new byte[17 << 20]))
                .withMessageContaining("16,777,216 at most: put large data into an Array");
        assertThat(on("laptop-7").call(b -> b.length, new byte[8 << 20]).result())
                .isEqualTo(8 << 20);
    }

    // Who may run code

    /// As somebody would who speaks to the server by himself.
    private static Answer send(Acceptor to, String job, byte[] blob) {
        return Member.get("forger")
                .once(
                        "a forged job",
                        "send",
                        Link.ascii(to.number()),
                        Link.ascii(to.acceptance()),
                        Link.ascii(job),
                        blob);
    }

    private static Acceptor acceptor(String machine) {
        return SentJob.acceptors(Member.get("forger")).stream()
                .filter(each -> each.machine().equals(machine))
                .findFirst()
                .orElseThrow();
    }

    private static List<Said> heard(String job) {
        List<Said> all = new ArrayList<>();
        Program.await(
                Program.DEADLINE,
                () -> "an end of " + job,
                () -> {
                    Member member = Member.get("forger");
                    Answer answer = member.once("a look", "hear", Link.ascii(job));
                    if (answer.is(Answer.DONE)) {
                        all.addAll(Said.of(answer, member));
                    }
                    return all.stream()
                            .anyMatch(
                                    said ->
                                            said.what() == Said.REFUSED
                                                    || said.what() == Said.ENDED);
                });
        return all;
    }

    private static Envelope envelope(Acceptor to, String job, String name) {
        return new Envelope(
                to.acceptance(), job, "0".repeat(32), name, "nowhere", false, new byte[] {1, 2});
    }

    private static void refused(String job, String why) {
        List<Said> said = heard(job);
        assertThat(said).hasSize(1);
        assertThat(said.getFirst().what()).isEqualTo(Said.REFUSED);
        assertThat(said.getFirst().text()).isEqualTo(why);
    }

    @Test
    void aForgedJobIsRefusedAndNothingOfItRead() {
        Acceptor to = acceptor("laptop-7");
        JoinCode right = server.code("127.0.0.1");
        JoinCode wrong = new JoinCode(right.host(), right.port(), "A".repeat(22), right.pin());

        String unsigned = SentJob.newNumber();
        send(to, unsigned, new byte[10]);
        refused(unsigned, "it has no signature");

        String withAnotherKey = SentJob.newNumber();
        send(to, withAnotherKey, envelope(to, withAnotherKey, "forged").seal(wrong));
        refused(withAnotherKey, "its signature is wrong");

        String changed = SentJob.newNumber();
        byte[] blob = envelope(to, changed, "forged").seal(right);
        for (int at : new int[] {0, 31, 32, blob.length - 1}) {
            String job = SentJob.newNumber();
            byte[] other = blob.clone();
            other[at] ^= 1;
            send(to, job, other);
            refused(job, "its signature is wrong");
        }

        String forAnother = SentJob.newNumber();
        send(to, forAnother, envelope(acceptor("laptop-3"), forAnother, "forged").seal(right));
        refused(forAnother, "it was sent to another process");

        seven.await("tandem: a job was refused, and nothing of it read: its signature");
        assertThat(seven.said()).doesNotContain("forged of nowhere runs here");
    }

    @Test
    void aJobThatComesAgainIsRefused(@TempDir Path folder) throws Exception {
        Path counted = folder.resolve("counted");
        Acceptor to = acceptor("laptop-7");
        String job = SentJob.newNumber();
        byte[] parcel = Packed.of(() -> Files.writeString(counted, "once", StandardCharsets.UTF_8));
        byte[] blob =
                new Envelope(to.acceptance(), job, "0".repeat(32), "once", "home", false, parcel)
                        .seal(server.code("127.0.0.1"));

        assertThat(send(to, job, blob).kind()).isEqualTo(Answer.DONE);
        List<Said> said = heard(job);
        assertThat(said.getLast().what()).isEqualTo(Said.ENDED);
        assertThat(counted).hasContent("once");

        Files.delete(counted);
        Member.get("forger").once("a look", "hear", Link.ascii(job));
        assertThat(send(to, job, blob).kind()).isEqualTo(Answer.DONE);
        refused(job, "it was sent before");
        String other = SentJob.newNumber();
        send(to, other, blob);
        refused(other, "it was sent before");
        assertThat(counted).doesNotExist();
    }

    @Test
    void aGuestSeesNoJobsOfOthers() throws Exception {
        Member me = Member.get("guest");
        String job = SentJob.newNumber();
        // It waits at a process that does not look for jobs.
        try (Laptop shy = new Laptop(code(), "shy-" + test)) {
            shy.tell("accept");
            Acceptor stopped = acceptor("shy-" + test);
            signal("STOP", shy.handle().pid());
            send(stopped, job, envelope(stopped, job, "secret").seal(server.code("127.0.0.1")));
            assertThat(me.often("a job", "fetch", Link.ascii(job)).kind()).isEqualTo(Answer.NONE);
            assertThat(me.once("lines", "say", Link.ascii(job), Link.ascii("oa line\n")).kind())
                    .isEqualTo(Answer.NONE);
            assertThat(me.once("an end", "over", Link.ascii(job), Link.ascii("x0\n")).kind())
                    .isEqualTo(Answer.NONE);
        }
    }
}
