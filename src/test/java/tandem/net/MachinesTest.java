package tandem.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static tandem.Tandem.join;
import static tandem.Tandem.leave;
import static tandem.Tandem.machines;
import static tandem.Tandem.named;
import static tandem.Tandem.seconds;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import redis.clients.jedis.Protocol.Command;

import tandem.Array;
import tandem.Event;
import tandem.Held;
import tandem.Lock;
import tandem.Pipe;
import tandem.ReadWriteLock;
import tandem.Tandem;
import tandem.Value;
import tandem.Worker;
import tandem.net.Link.Channel;
import tandem.net.Link.Errand;
import tandem.sync.UnreachableException;
import tandem.testing.Program;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What several machines share through a server, with a real one, and with real ends of it and of processes.
@Tag("once")
@Timeout(120)
class MachinesTest {
    private static final Errand ANY = new Errand("a call", false);
    private static Server server;

    private static final AtomicInteger TESTS = new AtomicInteger();

    /// What a process has that was killed is there for a while: each test has names of its own.
    private final int test = TESTS.incrementAndGet();

    private final String boardName = "board-" + test;
    private final String doorName = "door-" + test;
    private final String goName = "go-" + test;
    private final List<GuestProcess> guests = new ArrayList<>();

    @BeforeAll
    static void start() {
        assumeTrue(Server.isInstalled(), "neither valkey-server nor redis-server is on the PATH");
        server = Server.start(Server.Plan.USUAL);
    }

    @AfterAll
    static void end() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void joinIt() {
        join(code());
    }

    @AfterEach
    void leaveIt() {
        guests.forEach(GuestProcess::close);
        leave();
    }

    private static String code() {
        return server.code("127.0.0.1").text();
    }

    private static JoinCode code(int port) {
        JoinCode code = server.code("127.0.0.1");
        return new JoinCode(code.host(), port, code.password(), code.pin());
    }

    private GuestProcess guest(String code) throws IOException {
        GuestProcess guest = new GuestProcess(code, test);
        guests.add(guest);
        return guest;
    }

    private static void signal(String name, long pid) {
        assertThat(Program.of("kill", "-" + name, Long.toString(pid)).run().exitCode()).isZero();
    }

    // Who may join

    @Test
    void aSlipOfThePenInACodeIsSeenBeforeAnythingIsAsked() {
        leave();
        String right = code();
        char last = right.charAt(right.length() - 3);
        String wrong =
                right.substring(0, right.length() - 3)
                        + (last == 'A' ? 'B' : 'A')
                        + right.substring(right.length() - 2);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> join(wrong))
                .withMessage("this cannot be joined: a letter of the code is wrong");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> join("127.0.0.1:7000"))
                .withMessageContaining("it has the form HOST:PORT/CODE");
        assertThatIllegalStateException()
                .isThrownBy(Tandem::machines)
                .withMessageContaining("shares on this machine alone");
    }

    @Test
    void aWrongPasswordIsRefused() {
        leave();
        JoinCode right = server.code("127.0.0.1");
        JoinCode wrong = new JoinCode(right.host(), right.port(), "A".repeat(22), right.pin());

        assertThatIllegalStateException()
                .isThrownBy(() -> join(wrong.text()))
                .withMessage(
                        "127.0.0.1:%d does not accept the code: take the one that its workshop prints"
                                .formatted(right.port()));
    }

    @Test
    void anotherServerThanTheCodesIsRefusedBeforeItGetsThePassword() {
        leave();
        try (Server other = Server.start(Server.Plan.USUAL)) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> join(code(other.port()).text()))
                    .withMessageContaining(
                            "shows another certificate than the one that the code is of");
        }
        join(code());
        assertThat(machines()).hasSize(1);
    }

    @Test
    void aServerThatIsNotThereIsNamed() {
        leave();
        assertThatThrownBy(() -> join(code(1).text()))
                .isInstanceOf(UnreachableException.class)
                .hasMessageContaining("127.0.0.1:1 has not answered for 2 s (Connection refused)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "EVAL return(1) 0",
                "SCRIPT LOAD return(1)",
                "FUNCTION LIST",
                "FUNCTION FLUSH",
                "CONFIG GET *",
                "FLUSHALL",
                "FLUSHDB",
                "KEYS *",
                "SCAN 0",
                "RANDOMKEY",
                "MONITOR",
                "INFO",
                "ACL LIST",
                "SHUTDOWN",
                "CLIENT LIST",
                "SUBSCRIBE x",
                "GET other",
                "SET other 1"
            })
    void aGuestMayOnlyCallFunctions(String line) {
        try (Link link = new Link(server.code("127.0.0.1"), Member.GUEST)) {
            String[] words = line.split(" ");
            byte[][] arguments = new byte[words.length - 1][];
            for (int i = 1; i < words.length; i++) {
                arguments[i - 1] = Link.ascii(words[i]);
            }
            assertThatIllegalStateException()
                    .isThrownBy(
                            () ->
                                    link.command(
                                            link.take(), ANY, Command.valueOf(words[0]), arguments))
                    .withMessageContaining("NOPERM");
        }
    }

    @Test
    void whoHasNoPasswordMayDoNothing() {
        JoinCode right = server.code("127.0.0.1");
        for (String password : List.of("", "A".repeat(22))) {
            JoinCode none = new JoinCode(right.host(), right.port(), password, right.pin());
            try (Link link = new Link(none, "default")) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> link.command(link.take(), ANY, Command.PING))
                        .withMessageContaining("does not accept the code");
            }
        }
    }

    @Test
    void nobodyActsForAnotherProcess() {
        Array board = Array.named(boardName, "q", 4);
        try (Link link = new Link(server.code("127.0.0.1"), Member.GUEST)) {
            Answer answer =
                    link.call(
                            link.take(),
                            ANY,
                            "get",
                            Link.ascii("0".repeat(32)),
                            Link.ascii(Served.idOf(boardName)),
                            new byte[0],
                            Link.ascii("0"),
                            Link.ascii("1"));
            assertThat(answer.kind()).isEqualTo(Answer.UNKNOWN_PROCESS);
        }
        board.close();
    }

    @Test
    void theFilesOfTheServerAreItsUsersAlone() throws Exception {
        assertThat(Files.getAttribute(server.folder().path(), "unix:mode")).isEqualTo(0040700);
        assertThat(Files.getAttribute(server.folder().path().resolve("key.pem"), "unix:mode"))
                .isEqualTo(0100600);
        assertThat(Files.readString(server.folder().path().resolve("users.acl")))
                .doesNotContain(server.code("127.0.0.1").password());
    }

    @ParameterizedTest
    @CsvSource({"false, everysec", "true, always"})
    void whenAChangeIsOnTheDiskIsWhatItsWorkshopSays(boolean isDurable, String policy) {
        Server.Plan usual = Server.Plan.USUAL;
        try (Server one = Server.start(isDurable ? usual.durable() : usual);
                Link keeper = one.keeper()) {
            List<?> answer =
                    (List<?>)
                            keeper.command(
                                    keeper.take(),
                                    ANY,
                                    Command.CONFIG,
                                    Link.ascii("GET"),
                                    Link.ascii("appendfsync"));
            assertThat(text(answer.getLast())).isEqualTo(policy);
        }
    }

    // What is shared

    @Test
    void whatOneHasNamedAnotherFinds() throws Exception {
        Array board = Array.named(boardName, "q", 4);
        GuestProcess guest = guest(code());
        board.set(0, 7);
        guest.say("get");
        guest.await("got 7");

        assertThat(machines()).hasSize(1);
        assertThat(machines().getFirst().processes().toString())
                .contains("(pid %d)".formatted(guest.pid()))
                .contains("(pid %d)".formatted(ProcessHandle.current().pid()));
        assertThat(Array.attach(boardName)).isSameAs(board);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Array.named(boardName, "i", 4))
                .withMessageContaining(boardName + " is Array(q, 4) on ")
                .withMessageContaining("not Array(i, 4)");
        assertThatThrownBy(board::path)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining(
                        boardName + " lives on " + server.code("127.0.0.1").address());
        assertThatThrownBy(() -> Pipe.named("both-ways"))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("Pipe.named(…) is refused");
    }

    @Test
    void nothingOfItIsLoadedBeforeAProcessJoins(@TempDir Path memory) {
        Program.Ended ended =
                Program.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-Xlog:class+load",
                                "-Dtandem.dir=" + memory,
                                "-cp",
                                System.getProperty("java.class.path"),
                                "tandem.net.Home")
                        .run();
        assertThat(ended.err()).isEmpty();
        assertThat(ended.lines())
                .anyMatch(line -> line.contains(" tandem.Array "))
                .noneMatch(line -> line.contains(" redis.clients."))
                .noneMatch(line -> line.contains(" tandem.Served"))
                .noneMatch(
                        line ->
                                line.contains(" tandem.net.")
                                        && !line.contains(" tandem.net.Home"));
    }

    @Test
    void whatHasNoNameStaysOnThisMachine() {
        assertThat(Array.of("i", 3).path()).exists();
        assertThat(new Lock().path()).exists();
    }

    @Test
    void workersShareWhatTheirParentDoes() {
        Array board = Array.named("workers", "q", 1);
        Worker one = named("one").spawn(a -> a.add(0, 1), board);
        Worker two = named("two").spawn(() -> Array.named("workers", "q", 1).add(0, 1));
        Tandem.joinAll(one, two);
        assertThat(board.get(0)).isEqualTo(2);
    }

    @Test
    void afterLeavingItIsOutOfReach() {
        Array board = Array.named(boardName, "q", 4);
        leave();
        assertThatIllegalStateException()
                .isThrownBy(() -> board.get(0))
                .withMessageContaining("this process has left ");
        assertThat(board.toString())
                .isEqualTo("Array(%s, \"q\", out of reach)".formatted(boardName));
        join(code());
        assertThat(Array.named(boardName, "q", 4).get(0)).isZero();
    }

    @Test
    void itIsThereUntilTheLastHasClosedIt() throws Exception {
        Array board = Array.named(boardName, "q", 4);
        GuestProcess guest = guest(code());
        board.set(0, 7);
        board.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> board.get(0))
                .withMessage(boardName + " is closed");
        assertThat(Array.named(boardName, "q", 4).get(0)).isEqualTo(7);
        Array.named(boardName, "q", 4).close();
        guest.end();
        Program.await(Program.DEADLINE, () -> "the guest's end is known", () -> isGone(boardName));
        assertThat(Array.named(boardName, "q", 4).get(0)).isZero();
    }

    private static boolean isGone(String name) {
        try {
            Array.attach(name).close();
            return false;
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    /// As an array of this machine does it: the same answers, the same refusals.
    @ParameterizedTest
    @ValueSource(strings = {"b", "B", "h", "H", "i", "I", "l", "L", "q", "Q", "f", "d"})
    void numbersAreThoseOfAnArrayHere(String typecode) {
        Array here = Array.of(typecode, 5);
        Array there = Array.named("numbers-" + (int) typecode.charAt(0), typecode, 5);
        Random random = new Random(typecode.hashCode());
        boolean isReal = typecode.equals("f") || typecode.equals("d");
        long[] edges = {
            0,
            1,
            -1,
            127,
            128,
            -128,
            -129,
            255,
            256,
            32_767,
            32_768,
            -32_768,
            -32_769,
            65_535,
            65_536,
            Integer.MAX_VALUE,
            Integer.MIN_VALUE,
            1L << 31,
            1L << 32,
            (1L << 32) - 1,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            Long.MIN_VALUE + 1,
            (1L << 53) + 1
        };
        double[] reals = {
            0,
            -0.0,
            1.5,
            -1e-40,
            3.4028235e38,
            3.5e38,
            -3.4028235e38,
            1e308,
            -1e308,
            Double.MIN_VALUE,
            Double.NaN,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            0.1,
            1e-7
        };
        for (int i = 0; i < 150; i++) {
            int index = random.nextInt(-6, 6);
            long integer = edges[random.nextInt(edges.length)];
            double real = reals[random.nextInt(reals.length)];
            switch (random.nextInt(5)) {
                case 0 -> same(() -> set(here, index, integer), () -> set(there, index, integer));
                case 1 -> same(() -> set(here, index, real), () -> set(there, index, real));
                case 2 -> same(() -> here.add(index, integer), () -> there.add(index, integer));
                case 3 -> same(() -> here.add(index, real), () -> there.add(index, real));
                default ->
                        same(
                                () -> isReal ? here.getDouble(index) : (Number) here.get(index),
                                () -> isReal ? there.getDouble(index) : (Number) there.get(index));
            }
            assertThat(there.slice()).isEqualTo(here.slice());
        }
        assertThat(there.slice(null, null, -2)).isEqualTo(here.slice(null, null, -2));
        assertThat(there.slice(1, 1)).isEmpty();
        List<Integer> three = List.of(1, 2, 3);
        there.setSlice(1, 4, three);
        here.setSlice(1, 4, three);
        assertThat(there.slice()).isEqualTo(here.slice());
        there.close();
    }

    private static Object set(Array array, long index, long value) {
        array.set(index, value);
        return "set";
    }

    private static Object set(Array array, long index, double value) {
        array.set(index, value);
        return "set";
    }

    private static void same(Supplier<Object> here, Supplier<Object> there) {
        assertThat(outcome(there)).isEqualTo(outcome(here));
    }

    private static Object outcome(Supplier<Object> action) {
        try {
            return action.get();
        } catch (RuntimeException e) {
            return e.getClass() + ": " + e.getMessage();
        }
    }

    @Test
    void unsignedNumbersOf64BitsGoToTheirEnd() {
        BigInteger most = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
        Array there = Array.named("unsigned", "Q", List.of(most, 0, BigInteger.TWO.pow(63)));
        assertThat(there.slice().toString())
                .isEqualTo("[18446744073709551615, 0, 9223372036854775808]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> there.add(0, 1))
                .withMessageContaining("18446744073709551616 does not fit typecode \"Q\"");
        assertThat(there.add(0, -1)).isEqualTo(-2);
    }

    @Test
    void aValueIsChangedInOneStep() {
        Value value = Value.named("value", "i", 5);
        assertThat(value.add(2)).isEqualTo(7);
        assertThat(value.update(x -> x * 3)).isEqualTo(21);
        assertThat(value.compareAndSet(20, 1)).isFalse();
        assertThat(value.compareAndSet(21, 1)).isTrue();
        assertThat(value.toString()).isEqualTo("Value(value, \"i\", 1)");
        Value real = Value.named("real", "d", 0.5);
        assertThat(real.updateDouble(x -> x + 1)).isEqualTo(1.5);
        assertThat(real.compareAndSet(1.5, -0.0)).isTrue();
        assertThat(real.compareAndSet(0.0, 2.0)).isTrue();
    }

    // Locks and events

    @Test
    void whoHoldsTheLockIsAlone() throws Exception {
        Array board = Array.named(boardName, "q", 4);
        GuestProcess guest = guest(code());
        board.acquire();
        board.acquire();
        guest.say("set");
        board.set(0, 1);
        board.release();
        assertThat(board.get(0)).isEqualTo(1);
        assertThat(board.toString()).matches(".*held by .* on .*");
        board.release();
        guest.await("done set");
        assertThat(board.get(0)).isEqualTo(66);
    }

    @Test
    void aLockIsHadInTimeOrNot() throws Exception {
        Lock door = Lock.named(doorName);
        GuestProcess guest = guest(code());
        guest.does("door");
        assertThat(door.tryAcquire()).isFalse();
        long begun = System.nanoTime();
        assertThat(door.acquire(seconds(0.3))).isFalse();
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun))
                .isBetween(290L, 20_000L);
        assertThatThrownBy(door::release)
                .isInstanceOf(IllegalMonitorStateException.class)
                .hasMessageContaining("which does not hold " + doorName + ": it is held by");
        guest.close();
        assertThat(door.acquire(seconds(60))).isTrue();
        door.release();
        assertThat(door.isHeld()).isFalse();
    }

    @Test
    void aSetIsNeverMissedThoughAClearFollowsAtOnce() throws InterruptedException {
        Event go = Event.named(goName);
        long begun = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            Thread waiter = Thread.ofPlatform().start(go::await);
            Program.await(Program.DEADLINE, () -> "a sleeper", () -> isAsleep(waiter));
            go.set();
            go.clear();
            waiter.join();
        }
        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun)).isLessThan(9);
        assertThat(go.stats().sets()).isEqualTo(10);
        assertThat(go.isSet()).isFalse();
        assertThat(go.await(seconds(0.1))).isFalse();
    }

    @Test
    void whatHasHappenedToALockIsCounted() throws InterruptedException {
        Lock door = Lock.named(doorName);
        door.acquire();
        Thread waiter =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    door.acquire();
                                    door.release();
                                });
        Program.await(Program.DEADLINE, () -> "a sleeper", () -> isAsleep(waiter));
        door.release();
        waiter.join();
        Lock.Stats stats = door.stats();
        assertThat(stats.acquisitions()).isEqualTo(2);
        assertThat(stats.contended()).isEqualTo(1);
        assertThat(stats.longestWait()).isPositive();
        assertThat(stats.recoveries()).isZero();
        door.acquire();
        door.breakLock();
        assertThatThrownBy(door::release)
                .isInstanceOf(IllegalMonitorStateException.class)
                .hasMessageContaining("now it is free");
        assertThat(door.stats().recoveries()).isEqualTo(1);
    }

    private static boolean isAsleep(Thread thread) {
        return List.of(thread.getStackTrace()).stream()
                .anyMatch(frame -> frame.getMethodName().equals("timedGet"));
    }

    // Ends

    @Test
    void theLockOfAKilledWorkerPassesOnAtOnce() {
        Array board = Array.named(boardName, "q", 4);
        long millis = Long.MAX_VALUE;
        for (int i = 0; i < 3 && millis >= 2_000; i++) {
            millis = millisUntilItPassesOn(board, Event.named("held-" + i));
        }
        assertThat(millis).isLessThan(2_000);
    }

    private static long millisUntilItPassesOn(Array board, Event held) {
        Worker worker =
                Tandem.spawn(
                        (a, e) -> {
                            a.acquire();
                            e.set();
                            Tandem.sleep(100);
                        },
                        board,
                        held);
        held.await();
        worker.kill();
        long begun = System.nanoTime();
        try (Held after = board.hold()) {
            assertThat(after.recovered()).isTrue();
        }
        long nanos = System.nanoTime() - begun;
        try (Held after = board.hold()) {
            assertThat(after.recovered()).isFalse();
        }
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    @Test
    void theLockOfAKilledProcessPassesOnAfterItsLease() throws Exception {
        Array board = Array.named(boardName, "q", 4);
        GuestProcess guest = guest(code());
        guest.does("acquire");
        long begun = System.nanoTime();
        signal("KILL", guest.pid());
        try (Held after = board.hold()) {
            assertThat(after.recovered()).isTrue();
        }
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun))
                .isBetween(1_500L, 30_000L);
    }

    @Test
    void whoWasStoppedForLongerThanItsLeaseIsRefusedAndTold() throws Exception {
        Array board = Array.named(boardName, "q", 4);
        GuestProcess guest = guest(code());
        guest.does("acquire");
        signal("STOP", guest.pid());
        try (Held after = board.hold()) {
            assertThat(after.recovered()).isTrue();
            board.set(0, 1);
            signal("CONT", guest.pid());
            guest.say("set");
            assertThat(guest.await("failed set"))
                    .contains(
                            "IllegalMonitorStateException: "
                                    + boardName
                                    + " is not held by thread main any"
                                    + " more")
                    .contains("now it is held by");
            assertThat(board.get(0)).isEqualTo(1);
        }
        guest.does("set");
    }

    @Test
    void whoWasStoppedForLessKeepsItsLock() throws Exception {
        Array board = Array.named(boardName, "q", 4);
        GuestProcess guest = guest(code());
        guest.does("acquire");
        signal("STOP", guest.pid());
        assertThat(board.acquire(seconds(1))).isFalse();
        signal("CONT", guest.pid());
        guest.say("set");
        guest.say("release");
        guest.await("done set");
        guest.await("done release");
    }

    @Test
    void whatAKilledServerHasAcknowledgedIsThereWhenItIsBack() throws Exception {
        Array board = Array.named(boardName, "q", 4);
        Array count = Array.named("count", "q", 1);
        GuestProcess guest = guest(code());
        guest.say("await");
        AtomicLong acknowledged = new AtomicLong();
        AtomicLong unknown = new AtomicLong();
        AtomicBoolean isOver = new AtomicBoolean();
        Thread adder =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    while (!isOver.get()) {
                                        try {
                                            count.add(0, 1);
                                            acknowledged.incrementAndGet();
                                        } catch (UnreachableException e) {
                                            unknown.incrementAndGet();
                                        }
                                    }
                                });
        Program.await(Program.DEADLINE, () -> "adds", () -> acknowledged.get() > 500);
        board.acquire();
        signal("KILL", server.pid());
        assertThat(server.await()).isNotZero();
        Program.await(Program.DEADLINE, () -> "a sentence", () -> unknown.get() > 0);
        assertThatThrownBy(() -> board.get(0))
                .isInstanceOf(UnreachableException.class)
                .hasMessageContaining(
                        server.code("127.0.0.1").address() + " has not answered for 2 s")
                .hasMessageEndingWith("get(0) has no answer. All goes on when it is back");
        server.run();
        board.set(0, 5);
        board.release();
        long before = acknowledged.get();
        Program.await(Program.DEADLINE, () -> "adds", () -> acknowledged.get() > before + 500);
        isOver.set(true);
        adder.join();
        assertThat(count.get(0)).isBetween(acknowledged.get(), acknowledged.get() + unknown.get());
        Event.named(goName).set();
        guest.await("done await");
    }

    // Networks

    /// Each answer is lost once, after the question has arrived.
    @Test
    void whatIsAskedAgainIsDoneOnce() throws Exception {
        leave(); // Where nobody else speaks, a silence is the server's own.
        try (Cutter cutter = new Cutter(server.port());
                Link link = new Link(code(cutter.port()), Member.GUEST)) {
            byte[] me = Link.ascii("0123456789abcdef0123456789abcdef");
            Channel channel = link.take();
            byte[] none = new byte[0];
            link.call(channel, ANY, "join", me, none, none, none, none, none);
            LossyCalls call = new LossyCalls(cutter, link, channel, me);
            String id = call.once("make", "", "ARRAY", "q", "2", "*", "", "").text();
            assertThat(call.once("make", "", "ARRAY", "q", "2", "*", "", "").text())
                    .isNotEqualTo(id);
            for (int i = 1; i <= 20; i++) {
                assertThat(call.once("add", id, "", "0", "1").bytes()[7]).isEqualTo((byte) i);
            }
            assertThat(call.once("acquire", id, "1", "1").text()).isEqualTo("0");
            assertThat(call.once("acquire", id, "2", "1").kind()).isEqualTo(Answer.BUSY);
            assertThat(call.once("release", id, "1", "0").kind()).isEqualTo(Answer.DONE);
            assertThat(call.once("add", id, "1", "0", "1").kind()).isEqualTo(Answer.FENCED);
            assertThat(call.once("add", id, "2", "0", "1").bytes()[7]).isEqualTo((byte) 21);
            assertThat(call.once("forgo", id, "2").kind()).isEqualTo(Answer.DONE);
            assertThat(call.once("acquire", id, "3", "0").kind()).isEqualTo(Answer.DONE);
            assertThat(call.lost()).isGreaterThan(20);
            link.call(channel, ANY, "leave", me);
        }
    }

    /// What the network has held up for so long that the channel has gone on is not done any more.
    @Test
    void whatComesTooLateIsNotDone() {
        try (Link link = new Link(server.code("127.0.0.1"), Member.GUEST)) {
            byte[] me = Link.ascii("fedcba9876543210fedcba9876543210");
            byte[] none = new byte[0];
            Channel channel = link.take();
            link.call(channel, ANY, "join", me, none, none, none, none, none);
            byte[] one = channel.nextCall();
            byte[] two = channel.nextCall();
            byte[] id =
                    link.call(
                                    channel,
                                    ANY,
                                    "make",
                                    me,
                                    channel.number(),
                                    two,
                                    none,
                                    Link.ascii("LOCK"),
                                    none,
                                    Link.ascii("0"),
                                    Link.ascii("*"),
                                    none,
                                    none)
                            .bytes();
            Answer late =
                    link.call(
                            channel,
                            ANY,
                            "acquire",
                            me,
                            channel.number(),
                            one,
                            id,
                            Link.ascii("1"),
                            Link.ascii("1"));
            assertThat(late.kind()).isEqualTo('S');
            link.call(channel, ANY, "leave", me);
        }
    }

    /// A call that the network holds up until its thread has gone on is not done after what that thread did then.
    @Test
    void whatComesLateIsNotDoneAfterWhatItsThreadDidNext() throws Exception {
        leave();
        try (Cutter cutter = new Cutter(server.port())) {
            join(code(cutter.port()).text());
            Array board = Array.named(boardName, "q", 4);
            Member member = Member.get("");
            List<Channel> several = Stream.generate(member::takeChannel).limit(5).toList();
            several.forEach(member::giveChannel);
            board.set(0, 7);
            cutter.holdsOn = true;
            cutter.holds = true;
            assertThatThrownBy(() -> board.set(0, 1)).isInstanceOf(UnreachableException.class);
            cutter.holds = false;
            board.set(0, 2);
            cutter.holdsOn = false;
            Program.await(
                    Program.DEADLINE, () -> cutter.held + " held", () -> cutter.held.get() == 0);
            for (int i = 0; i < 100; i++) {
                assertThat(board.get(0)).isEqualTo(2);
                Thread.sleep(5);
            }
        }
    }

    @Test
    void anOldLetterGivesNobodyTheLock() throws Exception {
        Array board = Array.named(boardName, "q", 4);
        GuestProcess guest = guest(code());
        guest.does("acquire");
        Runnable want =
                () -> {
                    try (Held _ = board.hold()) {
                        board.set(0, 1);
                    }
                };
        assertAnOldLetterGivesNothing("q" + Served.idOf(boardName), want, guest, "release");
        assertThat(board.get(0)).isEqualTo(1);
    }

    @Test
    void anOldLetterGivesNobodyAShare() throws Exception {
        String name = "pages-" + test;
        ReadWriteLock pages = ReadWriteLock.named(name);
        GuestProcess guest = guest(code());
        guest.does("write");
        Runnable want =
                () -> {
                    pages.read().acquire();
                    pages.read().release();
                };
        assertAnOldLetterGivesNothing("y" + Served.idOf(name), want, guest, "written");
    }

    /// A letter that a waiter has what it wants, which it has lost before it has read so, as its process was
    /// away, and for which it waits again.
    ///
    /// @param row the key of those who wait
    private void assertAnOldLetterGivesNothing(
            String row, Runnable want, GuestProcess guest, String givingBack) throws Exception {
        AtomicBoolean isIn = new AtomicBoolean();
        Thread waiter =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    want.run();
                                    isIn.set(true);
                                });
        try (Link keeper = server.keeper()) {
            Channel channel = keeper.take();
            byte[] last = Link.ascii("-1");
            List<?> waiting = new ArrayList<>();
            for (long end = System.nanoTime() + Program.DEADLINE.toNanos(); waiting.isEmpty(); ) {
                assertThat(System.nanoTime()).isLessThan(end);
                byte[] key = Link.ascii(key(keeper, channel, row));
                waiting =
                        (List<?>)
                                keeper.command(
                                        channel, ANY, Command.LRANGE, key, Link.ascii("0"), last);
            }
            Matcher who =
                    Pattern.compile("[RW]?(\\d+):(\\d+)\\.\\d+").matcher(text(waiting.getFirst()));
            assertThat(who.matches()).isTrue();
            String secret =
                    text(
                            keeper.command(
                                    channel,
                                    ANY,
                                    Command.HGET,
                                    Link.ascii(key(keeper, channel, "p" + who.group(1))),
                                    Link.ascii("secret")));
            keeper.command(
                    channel,
                    ANY,
                    Command.XADD,
                    Link.ascii("{t}m" + secret),
                    Link.ascii("*"),
                    Link.ascii("grant"),
                    Link.ascii(who.group(2)),
                    Link.ascii("answer"),
                    Link.ascii("+0\t0"));
        }
        waiter.join(1_500);
        assertThat(isIn).isFalse();
        guest.does(givingBack);
        waiter.join();
        assertThat(isIn).isTrue();
    }

    private static String key(Link keeper, Channel channel, String end) {
        List<?> keys =
                (List<?>) keeper.command(channel, ANY, Command.KEYS, Link.ascii("{t}*" + end));
        return keys.isEmpty() ? end : text(keys.getFirst());
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.UTF_8);
    }

    @Test
    void nothingIsLostOrDoneTwiceWhereConnectionsBreakAllTheTime() throws Exception {
        Array board = Array.named(boardName, "q", 4);
        try (Cutter cutter = new Cutter(server.port())) {
            GuestProcess one = guest(code(cutter.port()).text());
            GuestProcess two = guest(code(cutter.port()).text());
            one.say("add");
            two.say("add");
            cutter.disturb(new Random(7));
            one.await("done add");
            two.await("done add");
            cutter.leaveInPeace();
            assertThat(board.slice(1, 3).toString()).isEqualTo("[600, 600]");
        }
    }

    /// A cable that is out for longer than a lease: connections stay, and nothing comes through.
    @Test
    void whoWasCutOffForLongerThanItsLeaseIsRefusedAndTold() throws Exception {
        Array board = Array.named(boardName, "q", 4);
        try (Cutter cutter = new Cutter(server.port())) {
            GuestProcess guest = guest(code(cutter.port()).text());
            guest.does("acquire");
            cutter.holds = true;
            guest.say("set");
            assertThat(guest.await("failed set"))
                    .contains("UnreachableException")
                    .contains("nobody knows whether set(0, …) was done");
            try (Held after = board.hold()) {
                assertThat(after.recovered()).isTrue();
                cutter.cutAll();
                cutter.holds = false;
                guest.say("get");
                assertThat(guest.await("failed get")).contains("IllegalMonitorStateException");
                assertThat(board.get(0)).isZero();
            }
            guest.does("set");
        }
    }
}
