package tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import static tandem.Tandem.named;
import static tandem.Tandem.seconds;
import static tandem.WithWorkers.check;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tandem.net.OnServer;
import tandem.sync.DeadlockException;
import tandem.testing.Program;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/// Threads that wait for each other.
class CircleTest implements WithWorkers {
    private static final Duration A_SECOND = seconds(1);

    /// Takes one lock, waits until the others have theirs, and takes the next one's.
    ///
    /// @return the message of the error that it got, null when it got the lock
    private static String takeBoth(Lock mine, Event ready, Event go, Lock next) {
        try (var _ = mine.hold()) {
            ready.set();
            WithWorkers.await(go);
            long start = System.nanoTime();
            try (var _ = next.hold()) {
                return null;
            } catch (DeadlockException e) {
                check(System.nanoTime() - start < A_SECOND.toNanos(), "it is found in a second");
                return e.getMessage();
            }
        }
    }

    @Test
    @Tag("alone")
    void aCircleOfThreeProcessesIsFoundAndOneGivesUp() {
        List<Lock> locks = List.of(new Lock("叉子 0"), new Lock("叉子 1"), new Lock("叉子 2"));
        Event go = new Event();
        List<Call<String>> calls = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Event ready = new Event();
            calls.add(
                    named("哲学家-" + i)
                            .call(
                                    CircleTest::takeBoth,
                                    locks.get(i),
                                    ready,
                                    go,
                                    locks.get((i + 1) % 3)));
            WithWorkers.await(ready);
        }
        go.set();
        List<String> errors = new ArrayList<>();
        for (Call<String> call : calls) {
            String error = call.result(Await.PATIENCE);
            if (error != null) {
                errors.add(error);
            }
        }
        assertThat(errors).hasSize(1);
        for (int i = 0; i < 3; i++) {
            assertThat(errors.getFirst())
                    .contains(
                            "哲学家-%d (pid %d".formatted(i, calls.get(i).pid()),
                            "holds 叉子 " + i,
                            "waits for 叉子 " + i);
        }
        assertThat(locks).noneMatch(Lock::isHeld);
    }

    @Test
    @Tag("alone")
    void aCircleOfThreadsOfOneProcessIsFound() {
        Lock first = new Lock();
        Array second = Array.of("i", 1);
        Event go = new Event();
        Event firstHeld = new Event();
        Event secondHeld = new Event();
        Beside<String> one = Beside.call(() -> takeBoth(first, firstHeld, go, second.lock()));
        Beside<String> other = Beside.call(() -> takeBoth(second.lock(), secondHeld, go, first));
        WithWorkers.await(firstHeld);
        WithWorkers.await(secondHeld);
        go.set();
        List<String> errors = new ArrayList<>();
        errors.add(one.end());
        errors.add(other.end());
        assertThat(errors).containsOnlyOnce((String) null);
        assertThat(String.join("", errors))
                .contains("MainProcess (pid ")
                .containsPattern(", thread \\D");
    }

    @OnServer.Not("the server does not know who waits for the end of a worker")
    @Test
    void whoJoinsAWorkerThatWaitsForHisLockIsInACircle() {
        Lock lock = new Lock();
        lock.acquire();
        Call<String> worker =
                named("w")
                        .call(
                                () -> {
                                    try (var _ = lock.hold()) {
                                        return "no circle";
                                    } catch (DeadlockException e) {
                                        return e.getMessage();
                                    }
                                });
        assertThat(worker.result())
                .contains("MainProcess (pid ", " waits for the end of w (pid ", "gives up waiting");
        lock.release();
    }

    @OnServer.Not("the server does not know who waits for the end of a worker")
    @Test
    void aPoolWithoutWorkIsNoOtherThread() {
        Lock lock = new Lock();
        Beside<String> joining =
                Beside.call(
                        () -> {
                            try (var _ = lock.hold()) {
                                return named("w").call(CircleTest::holdWithPools, lock).result();
                            }
                        });
        assertThat(joining.end()).contains(" waits for the end of w (pid ", "gives up waiting");
    }

    private static String holdWithPools(Lock lock) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        pool.submit(() -> {}).get();
        IntStream.range(0, 10_000).parallel().sum();
        try (var _ = lock.hold()) {
            return "no circle";
        } catch (DeadlockException e) {
            return e.getMessage();
        } finally {
            pool.shutdown();
        }
    }

    /// What was put off is done by a thread of a pool that has no work now.
    @Test
    void aPoolThatHasPutOffItsWorkIsAnotherThread() {
        Lock lock = new Lock();
        Beside<Integer> joining =
                Beside.call(
                        () -> {
                            try (var _ = lock.hold()) {
                                Worker worker = start("w", () -> holdAndPutOff(lock));
                                worker.join();
                                return worker.exitCode();
                            }
                        });
        assertThat(joining.end()).isEqualTo(4);
    }

    private static void holdAndPutOff(Lock lock) {
        Executors.newScheduledThreadPool(1).schedule(() -> System.exit(4), 2, TimeUnit.SECONDS);
        lock.acquire();
    }

    /// The wait of one whose lock was broken ends when another has the lock, and waits for more.
    @Test
    void aCircleAfterABrokenLockIsFound() {
        Lock broken = new Lock();
        Lock other = new Lock();
        Event enough = new Event();
        Worker first = startHolderThatForgets(broken, enough);
        broken.breakLock();
        other.acquire();
        Worker second =
                start(
                        "second",
                        () -> {
                            try (var _ = broken.hold();
                                    var _ = other.hold()) {}
                        });
        Words.of(other).awaitLockWaiter();
        enough.set();
        end(first);
        assertThatExceptionOfType(DeadlockException.class)
                .isThrownBy(() -> broken.acquire())
                .withMessageContaining("second (pid %d", second.pid());
        other.release();
        end(second);
    }

    private Worker startHolderThatForgets(Lock lock, Event enough) {
        Event held = new Event();
        Worker holder =
                start(
                        "first",
                        () -> {
                            lock.acquire();
                            held.set();
                            WithWorkers.await(enough);
                        });
        WithWorkers.await(held);
        return holder;
    }

    /// The other session numbers its processes as this one does.
    @OnServer.Not("it has no file")
    @Test
    @Tag("once")
    void whoHoldsALockOfAnotherSessionAndWaitsInHisOwnIsInNoCircle() {
        Array array = Array.of("i", List.of(7));
        try (Program.Running visitor =
                Player.program("holdAndJoin", array.path().toString()).start()) {
            visitor.awaitLine("joins");
            Beside<Void> killing =
                    Beside.run(
                            () -> {
                                Words.of(array).awaitLockWaiter();
                                Tandem.sleep(1.5);
                                visitor.kill();
                            });
            assertThat(array.get(0)).isEqualTo(7);
            killing.end();
        }
    }

    @Test
    void aLongWaitIsNoCircle() {
        Lock first = new Lock();
        Lock second = new Lock();
        Event enough = new Event();
        Worker holder = startHolder("holder", first, enough);
        Worker between =
                start(
                        "between",
                        () -> {
                            try (var _ = second.hold();
                                    var _ = first.hold()) {}
                        });
        Words.of(first).awaitLockWaiter();
        Worker last = start("last", () -> second.hold().close());
        Words.of(second).awaitLockWaiter();
        assertThat(last.join(seconds(1.5))).isFalse();
        enough.set();
        end(holder, between, last);
    }

    @Test
    void aWaitWithALimitIsNoPartOfACircle() {
        Lock first = new Lock();
        Lock second = new Lock();
        Event held = new Event();
        first.acquire();
        Worker worker =
                start(
                        "w",
                        () -> {
                            try (var _ = second.hold()) {
                                held.set();
                                try (var _ = first.hold()) {}
                            }
                        });
        WithWorkers.await(held);
        Words.of(first).awaitLockWaiter();
        assertThat(second.acquire(seconds(1.5))).as("had within its time").isFalse();
        assertThat(worker.isAlive()).isTrue();
        first.release();
        end(worker);
    }

    @Test
    void aCircleWithADeadMemberIsARecovery() {
        Lock first = new Lock();
        Lock second = new Lock();
        Worker worker = startHolder("victim", second, new Event());
        first.acquire();
        Beside<Boolean> waiting =
                Beside.call(
                        () -> {
                            try (var hold = second.hold()) {
                                return hold.recovered();
                            }
                        });
        Words.of(second).awaitLockWaiter();
        kill(worker);
        assertThat(waiting.end()).isTrue();
        first.release();
    }
}
