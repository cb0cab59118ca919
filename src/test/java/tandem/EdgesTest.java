package tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import static tandem.Tandem.named;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tandem.testing.Program;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.ref.WeakReference;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The corners in which shared objects were once lost, stuck or badly explained.
class EdgesTest implements WithWorkers {
    @Test
    @Tag("once")
    void aNumberThatIsTooLargeForADoubleIsToldTheRangeOfDoubles() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Array.of("d", List.of(BigInteger.TEN.pow(400))))
                .withMessageContaining("E308");
    }

    @Test
    void whoTakesTheLockOfADeadProcessLearnsItsName() {
        Lock lock = new Lock();
        Worker w = start("3 号进程", lock::acquire);
        end(w);
        var err = System.err;
        var said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true));
        try {
            lock.acquire();
        } finally {
            System.setErr(err);
        }
        assertThat(said.toString()).contains("3 号进程 (pid " + w.pid());
    }

    @Test
    void anArrayThatCodeCapturesKeepsItsFile() {
        Event up = new Event();
        Event go = new Event();
        Path file = captured(up, go);
        WithWorkers.await(up);
        collect();
        assertThat(file).exists();
    }

    private static void collect() {
        WeakReference<Object> garbage = new WeakReference<>(new Object());
        Program.await(
                Program.DEADLINE,
                () -> "a garbage collection",
                () -> {
                    System.gc();
                    return garbage.refersTo(null);
                });
    }

    private Path captured(Event up, Event go) {
        Array a = Array.of("i", 1);
        start(
                "w",
                () -> {
                    up.set();
                    go.await();
                    a.set(0, 1);
                });
        return a.path();
    }

    private static Path damaged(String guard, String name) throws Exception {
        try (Array a = Array.of("i", 3, false)) {
            ByteBuffer b =
                    ByteBuffer.wrap(Files.readAllBytes(a.path())).order(ByteOrder.nativeOrder());
            b.putInt(20, 2).put(512, guard.getBytes());
            return Own.write(a.path().resolveSibling(name), b.array());
        }
    }

    @Test
    @Tag("once")
    void anArrayIsNotGuardedByItself() throws Exception {
        Path p = damaged("array-900000001", "array-900000001");
        assertThatIllegalArgumentException().isThrownBy(() -> Array.attach(p));
    }

    @Test
    @Tag("once")
    void anArrayIsNotGuardedByOneWithoutALock() throws Exception {
        Array b = Array.of("i", 3, false);
        Path p = damaged(b.path().getFileName().toString(), "array-900000002");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Array.attach(p))
                .withMessageContaining(p.toString());
    }

    @Test
    @Tag("once")
    void anArrayIsNotGuardedByAnEvent() throws Exception {
        Event e = new Event();
        Files.copy(e.path(), e.path().resolveSibling("lock-900000004"));
        Path p = damaged("lock-900000004", "array-900000003");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Array.attach(p))
                .withMessageContaining(p.toString());
    }

    @Test
    @Tag("once")
    void theRootIsNoSharedObject() {
        assertThatIllegalArgumentException().isThrownBy(() -> Array.attach(Path.of("/")));
    }

    @Test
    @Tag("once")
    void aDirectoryIsNoSharedObject() throws Exception {
        Path d = Files.createDirectory(new Event().path().resolveSibling("array-900000009"));
        try {
            assertThatIllegalArgumentException().isThrownBy(() -> Array.attach(d));
        } finally {
            Files.delete(d);
        }
    }

    @Test
    @Tag("once")
    void aFileOutsideOfASessionIsNamed(@TempDir Path folder) throws Exception {
        Path p = Files.createFile(folder.resolve("y"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Array.attach(p))
                .withMessageContaining(p.toString());
    }

    @Test
    @Tag("once")
    void aLockIsReleasedAfterItsArrayWasClosed() {
        Array a = Array.of("i", 1);
        a.acquire();
        a.close();
        assertThatCode(a::release).doesNotThrowAnyException();
    }

    @Test
    @Tag("once")
    void aClosedEventSaysSo() {
        Event e = new Event();
        e.close();
        assertThat(e.toString()).contains("closed");
        assertThatIllegalStateException().isThrownBy(e::set);
    }

    @Test
    @Tag("once")
    void aBoundMayBeLeftOut() {
        Array a = Array.of("i", new int[] {0, 1, 2, 3});
        Integer one = 1;
        assertThat(a.slice(-2, null)).hasToString("[2, 3]");
        assertThat(a.slice(null, -2)).hasToString("[0, 1]");
        assertThat(a.slice(null, null)).hasToString("[0, 1, 2, 3]");
        assertThat(a.slice(one, 3)).hasToString("[1, 2]");
        assertThat(a.slice(0, one)).hasToString("[0]");
        assertThat(a.slice(one, one)).isEmpty();
        assertThat(a.slice(-2, null, -1)).hasToString("[2, 1, 0]");
        assertThat(a.slice(null, 1, -1)).hasToString("[3, 2]");
    }

    @Test
    @Tag("once")
    void aClosedLockGuardsNothing() {
        Lock lock = new Lock();
        lock.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> Array.of("i", 3, lock))
                .withMessage("%s is closed", lock.path().getFileName());
    }

    @Test
    @Tag("once")
    void whatDoesNotFitAnIntIsRefused() {
        for (String code : List.of("I", "l", "L", "q", "Q")) {
            Array a = Array.of(code, 1);
            for (long value : new long[] {-1, Long.MIN_VALUE, 1L << 31, 0xffff_ffffL}) {
                if (value < 0 && code.equals("I") || value == -1 && "lq".contains(code)) {
                    continue;
                }
                a.set(0, value);
                String number = a.slice().getFirst().toString();
                for (Runnable narrowing :
                        List.<Runnable>of(() -> a.getInt(0), () -> a.slice().toInts())) {
                    assertThatExceptionOfType(ArithmeticException.class)
                            .as("%s of %s", number, code)
                            .isThrownBy(narrowing::run)
                            .withMessageStartingWith(number + " does not fit an int");
                }
                assertThat(a.getDouble(0)).isEqualTo(Double.parseDouble(number));
                assertThat(a.slice().toDoubles()).containsExactly(Double.parseDouble(number));
            }
        }
    }

    @Test
    void anInterruptedThreadMakesAndAttachesObjects() {
        for (String part : List.of("interruptedFounder", "interruptedVisitor")) {
            Array array = Array.of("i", List.of(7));
            Program.Ended ended = Player.program(part, array.path().toString()).run();
            array.close();
            assertThat(ended.out())
                    .as(part + ended.err())
                    .contains("made 7 true", "attached 7 true", "still there")
                    .doesNotContain("taken");
        }
    }

    @Test
    void virtualThreadsThatWaitLetOthersRun() {
        List<String> options =
                List.of(
                        "-Djdk.virtualThreadScheduler.parallelism=1",
                        "-Djdk.virtualThreadScheduler.maxPoolSize=2",
                        "-Dtandem.waiter=" + System.getProperty("tandem.waiter"));
        Program.Ended ended = Player.program(options, "virtual", "20").run();
        assertThat(ended.out()).as(ended.err()).contains("over [20, 20, 20]");
    }

    @Test
    void aBoundBeyondALongIsClipped() {
        assertThat(Array.of("i", 3).slice(null, BigInteger.TEN.pow(30), 1)).hasSize(3);
    }

    @Test
    @Tag("once")
    void aLockThatWasTakenThroughAForgottenHandleIsReleasedThroughAnother() {
        Array report = Array.of("i", 1);
        try (Array a = Array.of("i", 1)) {
            Worker w =
                    named("w")
                            .spawn(
                                    (String s, Array r) -> {
                                        Array.attach(Path.of(s)).acquire();
                                        collect();
                                        Array.attach(Path.of(s)).release();
                                        r.set(0, 1);
                                    },
                                    a.path().toString(),
                                    report);
            w.join(Await.PATIENCE);
            assertThat(report.get(0)).isOne();
        }
    }

    @Test
    @Tag("once")
    void aSessionBehindASymbolicLinkHasOneHandleForEachFile(@TempDir Path folder) throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
        Path source =
                Files.writeString(
                        folder.resolve("Source.java"),
                        """
                        import tandem.*;
                        void main() {
                            Array a = Array.of("i", 1);
                            IO.println(Array.attach(a.path()) == a);
                        }
                        """);

        Program.Ended ended =
                Program.jdk(
                                "java",
                                "-Dtandem.dir=" + link,
                                "-cp",
                                System.getProperty("java.class.path"),
                                source.toString())
                        .run();

        assertThat(ended.out()).isEqualTo("true\n");
    }
}
