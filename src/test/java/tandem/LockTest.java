package tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import static tandem.Tandem.millis;
import static tandem.Tandem.named;
import static tandem.WithWorkers.check;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tandem.memory.Layout;
import tandem.net.OnServer;
import tandem.sync.UncheckedInterruptedException;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

class LockTest implements WithWorkers {
    private static final Duration SHORT = millis(50);

    @Test
    @Tag("once")
    void aLockThatAnotherProcessHoldsCannotBeHad() {
        Lock lock = new Lock();
        Event enough = new Event();
        Worker holder = startHolder("1 号进程", lock, enough);

        assertThat(lock.tryAcquire()).isFalse();
        assertThat(lock.acquire(Duration.ZERO)).isFalse();
        assertThat(lock.acquire(Duration.ofSeconds(-5))).isFalse();
        assertThat(lock.isHeld()).isTrue();
        assertThat(lock)
                .asString()
                .startsWith("Lock(%s, held by 1 号进程 (pid %d".formatted(lock.name(), holder.pid()));

        enough.set();
        end(holder);
        assertThat(lock.tryAcquire()).isTrue();
        lock.release();
        assertThat(lock.isHeld()).isFalse();
        assertThat(lock).hasToString("Lock(%s, free)".formatted(lock.name()));
    }

    @Test
    @Tag("alone")
    void aTimedAcquireGivesUpInTime() {
        Lock lock = new Lock();
        Event enough = new Event();
        Worker holder = startHolder("holder", lock, enough);

        for (Duration time : List.of(millis(1), SHORT, millis(250))) {
            long start = System.nanoTime();
            assertThat(lock.acquire(time)).isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(time, time.plusSeconds(10));
        }
        enough.set();
        end(holder);
        assertThat(lock.acquire(SHORT)).isTrue();
        lock.release();
    }

    @Test
    void aLockThatAnotherProcessHoldsIsWaitedFor() {
        Array a = Array.of("i", 1, false);
        Lock lock = new Lock();
        Event enough = new Event();
        Event held = new Event();
        Worker holder =
                start(
                        "holder",
                        () -> {
                            lock.acquire();
                            held.set();
                            WithWorkers.await(enough);
                            a.set(0, 7);
                            lock.release();
                        });
        WithWorkers.await(held);
        Beside<Long> waiting =
                Beside.call(
                        () -> {
                            try (var h = lock.hold()) {
                                check(!h.recovered(), "nobody died");
                                return a.get(0);
                            }
                        });
        Beside<Boolean> waitingForATime =
                Beside.call(
                        () -> {
                            boolean got = lock.acquire(Await.PATIENCE);
                            lock.release();
                            return got;
                        });
        Words.of(lock).awaitLockWaiter();
        assertThat(waiting.isDone()).isFalse();
        assertThat(waitingForATime.isDone()).isFalse();

        enough.set();
        assertThat(waiting.end()).isEqualTo(7);
        assertThat(waitingForATime.end()).isTrue();
        end(holder);
    }

    @Test
    void processesAndThreadsKeepOutOfEachOthersWay() throws Exception {
        int each = WithWorkers.rounds(3_000);
        Lock lock = new Lock();
        Array left = Array.of("i", 1, lock);
        Array right = Array.of("q", 1, lock);
        Array raw = Array.of("i", 1, false);
        Code.Action0 work =
                () -> {
                    Runnable turns =
                            () -> {
                                for (int i = 0; i < each; i++) {
                                    try (var _ = lock.hold()) {
                                        check(left.get(0) + right.get(0) == 0, "the sum is 0");
                                        left.add(0, 1);
                                        right.add(0, -1);
                                        raw.set(0, raw.get(0) + 1);
                                    }
                                }
                            };
                    Beside<Void> other = Beside.run(turns);
                    turns.run();
                    other.end();
                };
        Worker one = start("one", work);
        Worker two = start("two", work);
        work.run();
        end(one, two);
        assertThat(left.get(0)).isEqualTo(6 * each);
        assertThat(right.get(0)).isEqualTo(-6 * each);
        assertThat(raw.get(0)).isEqualTo(6 * each);
    }

    @Test
    @Tag("once")
    void aGuardedArrayTravelsWithItsLock() {
        Lock lock = new Lock();
        Array left = Array.of("i", 1, lock);
        Array right = Array.of("d", List.of(1.5), left.lock());
        Array own = Array.of("i", 1);
        Array under = Array.of("i", 1, own.lock());
        Lock ofOwn = own.lock();
        Event held = new Event();
        Event enough = new Event();
        Worker worker =
                named("traveller")
                        .spawn(
                                Path.of("src/test/scripts/Traveller.java"),
                                left,
                                right,
                                own,
                                under,
                                lock,
                                ofOwn,
                                held,
                                enough);
        Await.until("it holds them", () -> held.isSet() || !worker.isAlive());
        assertThat(worker.isAlive()).isTrue();
        for (Array array : List.of(left, right, own, under)) {
            assertThat(array.tryAcquire()).isFalse();
        }
        enough.set();
        end(worker);
        for (Array array : List.of(left, right, own, under)) {
            assertThat(array.tryAcquire()).isTrue();
            array.release();
        }
    }

    @Test
    void theLockOfAKilledHolderIsHadByWhoWaits() {
        Array a = Array.of("i", 1);
        Worker holder = startHolder("victim", a.lock(), new Event());
        Beside<Boolean> waiting =
                Beside.call(
                        () -> {
                            try (var held = a.hold()) {
                                return held.recovered();
                            }
                        });
        Words.of(a).awaitLockWaiter();
        String said = errorsOf(() -> assertThat(killed(holder, waiting)).isTrue());
        assertThat(said).contains("tandem: ").contains(a.name()).contains("half-written");
        try (var held = a.hold()) {
            assertThat(held.recovered()).isFalse();
        }
        assertThat(a).hasToString("Array(\"i\", [0])");
    }

    private boolean killed(Worker holder, Beside<Boolean> waiting) {
        kill(holder);
        return waiting.end();
    }

    @Test
    @Tag("once")
    void theLockOfAKilledHolderIsHadByWhoComesLater() {
        Lock tried = new Lock();
        Lock timed = new Lock();
        Lock nested = new Lock();
        Event held = new Event();
        Worker victim =
                start(
                        "victim",
                        () -> {
                            List.of(tried, timed, nested).forEach(Lock::acquire);
                            held.set();
                            WithWorkers.await(new Event());
                        });
        WithWorkers.await(held);
        kill(victim);
        assertThat(tried.tryAcquire()).isTrue();
        tried.release();
        assertThat(timed.acquire(SHORT)).isTrue();
        timed.release();
        try (var outer = nested.hold();
                var inner = nested.hold()) {
            assertThat(outer.recovered()).isTrue();
            assertThat(inner.recovered()).isTrue();
        }
        try (var next = nested.hold()) {
            assertThat(next.recovered()).isFalse();
        }
    }

    @Test
    @OnServer.Not("a single access does not take the lock there")
    void whoHoldsALockIsToldOfADeathThatAnElementAccessHasMet() {
        Array a = Array.of("i", 1);
        Worker victim = startHolder("victim", a.lock(), new Event());
        kill(victim);
        assertThat(errorsOf(() -> a.add(0, 1))).contains("was held by victim");
        assertThat(a.get(0)).isEqualTo(1);
        try (var first = a.hold()) {
            assertThat(first.recovered()).isTrue();
        }
        try (var second = a.hold()) {
            assertThat(second.recovered()).isFalse();
        }
        assertThat(a.lock().stats().recoveries()).isEqualTo(1);
    }

    @Test
    void aSiblingGetsTheLockOfAKilledHolder() {
        Lock lock = new Lock();
        Event held = new Event();
        Worker holder =
                start(
                        "victim",
                        () -> {
                            lock.acquire();
                            held.set();
                            WithWorkers.await(new Event());
                        });
        Worker sibling =
                start(
                        "sibling",
                        () -> {
                            WithWorkers.await(held);
                            try (var next = lock.hold()) {
                                check(next.recovered(), "the holder's death is told");
                            }
                        });
        WithWorkers.await(held);
        Words.of(lock).awaitLockWaiter();
        kill(holder);
        end(sibling);
    }

    @Test
    @Tag("once")
    void aHolderThatEndsWithoutAReleaseIsDeadToo() {
        Lock lock = new Lock();
        Worker holder = start("forgetful", lock::acquire);
        end(holder);
        try (var held = lock.hold()) {
            assertThat(held.recovered()).isTrue();
        }
    }

    @Test
    void aKilledWaiterHarmsNobody() {
        Lock lock = new Lock();
        lock.acquire();
        Worker victim = start("victim", lock::acquire);
        Words.of(lock).awaitLockWaiter();
        kill(victim);
        lock.release();
        Beside<Boolean> other =
                Beside.call(
                        () -> {
                            try (var held = lock.hold()) {
                                return held.recovered();
                            }
                        });
        assertThat(other.end()).isFalse();
    }

    @Test
    @Tag("once")
    void releaseByAnotherProcessIsRefusedAndNamesTheHolder() {
        Lock lock = new Lock();
        Event enough = new Event();
        Worker holder = startHolder("2 号进程", lock, enough);
        assertThatExceptionOfType(IllegalMonitorStateException.class)
                .isThrownBy(lock::release)
                .withMessageContaining(lock.name())
                .withMessageContaining("MainProcess")
                .withMessageContaining("held by 2 号进程 (pid %d", holder.pid());
        assertThat(lock.tryAcquire()).isFalse();
        enough.set();
        end(holder);
    }

    @Test
    @Tag("once")
    void releaseByAnotherThreadIsRefusedAndNamesTheHolder() {
        Lock lock = new Lock();
        lock.acquire();
        String holder = Thread.currentThread().getName();
        Beside.run(
                        () ->
                                assertThatExceptionOfType(IllegalMonitorStateException.class)
                                        .isThrownBy(lock::release)
                                        .withMessageContaining("thread beside")
                                        .withMessageContaining("thread " + holder))
                .end();
        assertThat(lock.isHeld()).isTrue();
        lock.release();
    }

    @Test
    @Tag("once")
    void releaseOfAFreeLockIsRefused() {
        Lock lock = new Lock();
        Array array = Array.of("i", 1);
        for (Runnable release : List.<Runnable>of(lock::release, array::release)) {
            assertThatExceptionOfType(IllegalMonitorStateException.class)
                    .isThrownBy(release::run)
                    .withMessageEndingWith("it is free");
        }
        lock.acquire();
        lock.release();
        assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(lock::release);
        assertThat(lock.tryAcquire()).isTrue();
        lock.release();
    }

    @Test
    @Tag("once")
    @OnServer.Not("of a file")
    void itIsRecursiveThroughEveryHandle() {
        Array a = Array.of("i", 1);
        Array again = Array.attach(a.path());
        assertThat(again).isSameAs(a);
        Lock lock = a.lock();
        assertThat(again.lock()).isSameAs(lock);

        a.acquire();
        again.acquire();
        assertThat(lock.tryAcquire()).isTrue();
        assertThat(lock.acquire(SHORT)).isTrue();
        try (var _ = a.hold()) {
            assertThat(a.add(0, 1)).isEqualTo(1);
        }
        for (int depth = 4; depth > 0; depth--) {
            assertThat(Beside.call(lock::tryAcquire).end()).as("depth %d", depth).isFalse();
            a.release();
        }
        assertThat(lock.isHeld()).isFalse();
    }

    @Test
    @Tag("once")
    void aHoldIsReleasedOnceAndAlsoByAnException() {
        Lock lock = new Lock();
        lock.acquire();
        Held held = lock.hold();
        held.close();
        held.close();
        assertThat(lock.isHeld()).isTrue();
        lock.release();
        assertThat(lock.isHeld()).isFalse();

        assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(
                        () -> {
                            try (var _ = lock.hold()) {
                                throw new ArithmeticException();
                            }
                        });
        assertThat(lock.isHeld()).isFalse();
    }

    @Test
    void whatAnEndedThreadHoldsAnotherMayUseAndRelease() {
        for (int turn = 0; turn < 4; turn++) {
            Array a = Array.of("i", 1);
            Beside.run(a::acquire).end();
            assertThat(a.lock().isHeld()).isTrue();
            switch (turn) {
                case 0 -> a.add(0, 1);
                case 1 -> assertThat(a.tryAcquire()).isTrue();
                case 2 -> assertThat(a.acquire(SHORT)).isTrue();
                default -> a.acquire();
            }
            if (turn > 0) {
                a.release();
            }
            assertThat(a.lock().isHeld()).as("still held once, turn %d", turn).isTrue();
            assertThat(Beside.call(a::tryAcquire).end()).isFalse();
            a.release();
            assertThat(a.lock().isHeld()).isFalse();
        }
    }

    @Test
    void whatAnEndedThreadHoldsAnotherMayReleaseAtOnce() {
        Lock lock = new Lock();
        Beside.run(
                        () -> {
                            lock.acquire();
                            lock.acquire();
                        })
                .end();
        Beside.run(lock::release).end();
        assertThat(lock.isHeld()).isTrue();
        lock.release();
        assertThat(lock.isHeld()).isFalse();
    }

    @Test
    void whatAnEndedThreadHoldsIsHadByOneAtATime() {
        for (int round = 0; round < 50; round++) {
            Lock lock = new Lock();
            int[] count = {0};
            Beside.run(lock::acquire).end();
            List<Beside<Void>> heirs =
                    IntStream.range(0, 4)
                            .mapToObj(
                                    _ ->
                                            Beside.run(
                                                    () -> {
                                                        lock.acquire();
                                                        count[0]++;
                                                        lock.release();
                                                    }))
                            .toList();
            // One of them inherits; it leaves the ended thread's hold to the next.
            heirs.forEach(Beside::end);
            assertThat(count[0]).isEqualTo(4);
            lock.release();
            assertThat(lock.isHeld()).isFalse();
        }
    }

    @Test
    void breakingALockOfAnotherThreadFreesIt() {
        Array a = Array.of("i", 1);
        a.acquire();
        a.acquire();
        Beside<Long> waiting = Beside.call(() -> a.add(0, 5));
        Words.of(a).awaitLockWaiter();

        String said = errorsOf(() -> Beside.run(a.lock()::breakLock).end());
        assertThat(said)
                .contains(a.name() + " was held by MainProcess (pid ", "has broken the lock");
        assertThat(waiting.end()).isEqualTo(5);
        assertThatExceptionOfType(IllegalMonitorStateException.class)
                .isThrownBy(() -> a.add(0, 1))
                .withMessageContaining("breakLock() took it away, and now it is free");
        assertThat(a.add(0, 1)).isEqualTo(6);
        try (var held = a.hold()) {
            assertThat(held.recovered()).as("what it guards may be half-written").isTrue();
        }
        assertThat(a.lock().isHeld()).isFalse();
    }

    @Test
    @OnServer.Not("what was lost is seen by the next access or release")
    void breakingALockOfAnotherProcessFreesItAndItsHolderLearnsOfIt() {
        Lock lock = new Lock();
        Event broken = new Event();
        Event held = new Event();
        Worker holder =
                start(
                        "holder",
                        () -> {
                            lock.acquire();
                            held.set();
                            WithWorkers.await(broken);
                            assertThatExceptionOfType(IllegalMonitorStateException.class)
                                    .isThrownBy(lock::acquire)
                                    .withMessageContaining("breakLock() took it away");
                            assertThatExceptionOfType(IllegalMonitorStateException.class)
                                    .isThrownBy(lock::release)
                                    .withMessageContaining("does not hold");
                        });
        WithWorkers.await(held);
        Beside<Boolean> waiting =
                Beside.call(
                        () -> {
                            boolean got = lock.acquire(Await.PATIENCE);
                            broken.set();
                            end(holder);
                            return got && lock.isHeld();
                        });
        Words.of(lock).awaitLockWaiter();

        assertThat(errorsOf(lock::breakLock)).contains("was held by holder (pid " + holder.pid());
        assertThat(waiting.end()).as("held by the next one, also after the first learnt").isTrue();
        assertThat(lock.stats().recoveries()).isEqualTo(1);
        assertThat(errorsOf(lock::breakLock)).contains("was held by MainProcess");
        assertThat(errorsOf(lock::breakLock)).contains("is free, there is nothing to break");
    }

    /// As by somebody who has looked at the lock before.
    @Test
    @OnServer.Not("of a file")
    void aHolderWhoCameMeanwhileKeepsTheLock() {
        Lock lock = new Lock();
        Event enough = new Event();
        Worker holder = startHolder("holder", lock, enough);
        long seen = Layout.waiting(lock.session().holder(), Thread.currentThread());
        assertThat(errorsOf(() -> lock.ownMutex().breakLock(seen)))
                .contains("has changed hands and is left alone: it is held by holder (pid ");
        assertThat(lock.tryAcquire()).isFalse();
        enough.set();
        end(holder);
    }

    /// The process is the same one that was seen, and the thread another.
    @Test
    @OnServer.Not("of a file")
    void anotherThreadWhoCameMeanwhileKeepsTheLock() {
        Lock lock = new Lock();
        long seen = Layout.waiting(lock.session().holder(), Thread.currentThread());
        Beside.run(lock::acquire).end();

        assertThat(errorsOf(() -> lock.ownMutex().breakLock(seen)))
                .contains("has changed hands and is left alone: it is held by MainProcess");
        assertThat(lock.isHeld()).isTrue();

        errorsOf(lock::breakLock);
        assertThat(lock).hasToString("Lock(%s, free)".formatted(lock.name()));
    }

    /// Whether it asks for more of it first, or gives it back.
    @Test
    @OnServer.Not("what was lost is seen by the next access or release")
    void whoseHoldWasBrokenLeavesTheNextHoldOfItsProcessAlone() {
        Lock lock = new Lock();
        for (Runnable first : List.<Runnable>of(lock::acquire, lock::release)) {
            lock.acquire();
            assertThat(errorsOf(lock::breakLock)).contains("this thread; ");
            Event held = new Event();
            Event enough = new Event();
            Beside<Boolean> next = Beside.call(() -> holdTwice(lock, held, enough));
            WithWorkers.await(held);
            assertThatExceptionOfType(IllegalMonitorStateException.class)
                    .isThrownBy(first::run)
                    .withMessageContaining("breakLock() took it away, and now it is held by ")
                    .withMessageEndingWith(", thread beside");
            assertThat(Beside.call(lock::tryAcquire).end()).isFalse();
            enough.set();
            assertThat(next.end()).isTrue();
            assertThat(lock.isHeld()).isFalse();
        }
    }

    private static boolean holdTwice(Lock lock, Event held, Event enough) {
        lock.acquire();
        lock.acquire();
        held.set();
        WithWorkers.await(enough);
        lock.release();
        boolean isHeld = lock.isHeld();
        lock.release();
        return isHeld;
    }

    /// Whatever thread of its own process breaks it.
    @Test
    void aLockThatIsBrokenWhileItIsUsedIsAlwaysFreeAtTheEnd() {
        Lock lock = new Lock();
        AtomicBoolean isOver = new AtomicBoolean();
        String said =
                errorsOf(
                        () -> {
                            List<Beside<Void>> users = new ArrayList<>();
                            for (int i = 0; i < 3; i++) {
                                users.add(Beside.run(() -> useUntil(isOver, lock)));
                            }
                            for (int i = 0; i < 300; i++) {
                                lock.breakLock();
                                Thread.yield();
                            }
                            Await.until(
                                    "it was held when it was broken",
                                    () -> {
                                        lock.breakLock();
                                        return lock.stats().recoveries() > 0;
                                    });
                            isOver.set(true);
                            users.forEach(Beside::end);
                        });
        assertThat(said).contains("has broken the lock");
        assertThat(lock.tryAcquire()).as("%s", lock).isTrue();
        lock.release();
        assertThat(lock.isHeld()).isFalse();
    }

    private static void useUntil(AtomicBoolean isOver, Lock lock) {
        while (!isOver.get()) {
            try {
                lock.acquire();
                lock.acquire();
                lock.release();
                lock.release();
            } catch (IllegalMonitorStateException e) {
                // It was broken.
            }
        }
    }

    @Test
    @OnServer.Not("a wait is counted when the lock is given back")
    void whatHasHappenedToALockIsCounted() {
        Lock lock = new Lock();
        lock.acquire();
        lock.acquire();
        Beside<Boolean> waiting = Beside.call(() -> lock.acquire(Await.PATIENCE));
        Words.of(lock).awaitLockWaiter();
        lock.release();
        lock.release();
        assertThat(waiting.end()).isTrue();
        Lock.Stats stats = lock.stats();
        assertThat(stats.acquisitions()).isEqualTo(2);
        assertThat(stats.contended()).isEqualTo(1);
        assertThat(stats.longestWait()).isPositive().isEqualTo(stats.meanWait());
        assertThat(stats.recoveries()).isZero();
    }

    @Test
    void anInterruptEndsAnAcquire() {
        Lock lock = new Lock();
        lock.acquire();
        for (Runnable acquire :
                List.<Runnable>of(lock::acquire, lock::hold, () -> lock.acquire(Await.PATIENCE))) {
            Beside<Boolean> waiting =
                    Beside.call(
                            () -> {
                                assertThatExceptionOfType(UncheckedInterruptedException.class)
                                        .isThrownBy(acquire::run)
                                        .withMessageContaining(lock.name());
                                return Thread.currentThread().isInterrupted();
                            });
            Words.of(lock).awaitLockWaiter();
            waiting.interrupt();
            assertThat(waiting.end()).as("the interrupt flag").isTrue();
            assertThat(lock.isHeld()).isTrue();
        }
        lock.release();
        assertThat(Beside.call(lock::tryAcquire).end()).isTrue();
    }

    @Test
    @Tag("once")
    @OnServer.Not("of a file")
    void theLockOfAnArrayCannotBeClosedAlone() {
        Array a = Array.of("i", 1);
        a.lock().close();
        assertThat(a.path()).exists();
        assertThat(a.add(0, 1)).isEqualTo(1);
    }

    @Test
    void isBrokenAlsoWhereNothingCanBeSaid() {
        PrintStream errors = System.err;
        PrintStream failing =
                new PrintStream(OutputStream.nullOutputStream()) {
                    @Override
                    public void println(String line) {
                        throw new IllegalStateException("no");
                    }
                };
        for (PrintStream without : new PrintStream[] {null, failing}) {
            Lock lock = new Lock();
            Beside.run(lock::acquire).end();
            System.setErr(without);
            try {
                lock.breakLock();
            } finally {
                System.setErr(errors);
            }

            assertThat(lock).hasToString("Lock(%s, free)".formatted(lock.name()));
        }
    }

    private static String errorsOf(Runnable work) {
        PrintStream errors = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            work.run();
        } finally {
            System.setErr(errors);
        }
        return said.toString(StandardCharsets.UTF_8);
    }
}
