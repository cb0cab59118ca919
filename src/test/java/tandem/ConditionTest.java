package tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import static tandem.Tandem.call;
import static tandem.Tandem.millis;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tandem.net.OnServer;
import tandem.sync.UncheckedInterruptedException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

class ConditionTest implements WithWorkers {
    private final Lock lock = new Lock();
    private final Condition condition = lock.newCondition();

    private long waiting() {
        return condition.stats().waiting();
    }

    private void awaitWaiting(int count) {
        Await.until(count + " wait", () -> waiting() == count);
    }

    private void signal(int count) {
        try (Held _ = lock.hold()) {
            condition.signal(count);
        }
    }

    /// A worker that waits, and then counts itself.
    private Worker startWaiting(String name, Array came) {
        Lock l = lock;
        Condition c = condition;
        return start(
                name,
                () -> {
                    try (Held _ = l.hold()) {
                        c.await();
                        came.add(0, 1);
                    }
                });
    }

    @Test
    @Tag("once")
    void onlyWhoHoldsTheLockMayUseIt() {
        for (Runnable use :
                List.<Runnable>of(
                        condition::await,
                        () -> condition.await(millis(1)),
                        () -> condition.await(() -> true),
                        condition::signal,
                        condition::signalAll)) {
            assertThatExceptionOfType(IllegalMonitorStateException.class)
                    .isThrownBy(use::run)
                    .withMessageMatching(
                            "(await|signal)\\(…?\\) by thread .* of MainProcess .*, which does not hold %s: it is free"
                                    .formatted(lock.name()));
        }
        assertThat(lock.isHeld()).isFalse();
        assertThat(condition.lock()).isSameAs(lock);
    }

    @Test
    void theWholeDepthIsGivenBackAndHadAgain() {
        Beside<Boolean> deep =
                Beside.call(
                        () -> {
                            lock.acquire();
                            lock.acquire();
                            lock.acquire();
                            condition.await();
                            lock.release();
                            lock.release();
                            boolean isHeld = lock.isHeld();
                            lock.release();
                            return isHeld;
                        });
        awaitWaiting(1);
        Await.until("the lock is free", () -> !lock.isHeld());
        signal(1);
        assertThat(deep.end()).isTrue();
        assertThat(lock.isHeld()).isFalse();
    }

    @Test
    @Tag("alone")
    void aTimeLimitEndsAWaitWithTheLock() {
        try (Held _ = lock.hold()) {
            assertThat(condition.await(Duration.ZERO)).isFalse();
            assertThat(condition.await(millis(-1))).isFalse();
            for (Duration time : List.of(millis(1), millis(150))) {
                long start = System.nanoTime();
                assertThat(condition.await(time)).isFalse();
                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .isBetween(time, time.plusSeconds(10));
                assertThat(lock.toString()).contains("this thread");
            }
        }
        assertThat(lock.isHeld()).isFalse();
        assertThat(waiting()).isZero();
    }

    @Test
    void thoseWhoCameFirstAreSignalledFirst() {
        List<Beside<Integer>> waiters = new ArrayList<>();
        Array order = Array.of("i", 1);
        for (int i = 0; i < 4; i++) {
            waiters.add(
                    Beside.call(
                            () -> {
                                try (Held _ = lock.hold()) {
                                    condition.await();
                                    return (int) order.add(0, 1);
                                }
                            }));
            awaitWaiting(i + 1);
        }
        signal(0);
        assertThat(waiting()).isEqualTo(4);
        signal(1);
        assertThat(waiters.get(0).end()).isEqualTo(1);
        signal(1);
        assertThat(waiters.get(1).end()).isEqualTo(2);
        signal(7);
        assertThat(waiters.get(2).end() + waiters.get(3).end()).isEqualTo(7);
        assertThat(condition.stats().signals()).isEqualTo(4);
        signal(1);
        assertThat(condition.stats().signals()).isEqualTo(4);
        try (Held _ = lock.hold()) {
            assertThat(condition.await(millis(1))).as("a signal is not kept").isFalse();
        }
    }

    @Test
    void signalAllLetsAllGo() {
        Array came = Array.of("i", 1);
        Worker one = startWaiting("one", came);
        Worker two = startWaiting("two", came);
        awaitWaiting(2);
        try (Held _ = lock.hold()) {
            condition.signalAll();
            assertThat(came.get(0)).isZero();
        }
        end(one, two);
        assertThat(came.get(0)).isEqualTo(2);
    }

    @Test
    void itemsGoFromOneProcessToAnotherAndNoneIsLost() {
        int many = WithWorkers.rounds(5_000);
        Lock l = lock;
        Condition notEmpty = condition;
        Condition notFull = lock.newCondition();
        Value items = Value.of("i", 0, lock);
        Worker consumer =
                start(
                        "consumer",
                        () -> {
                            for (int i = 0; i < many; i++) {
                                try (Held _ = l.hold()) {
                                    notEmpty.await(() -> items.get() > 0);
                                    items.add(-1);
                                    notFull.signal();
                                }
                            }
                        });
        for (int i = 0; i < many; i++) {
            try (Held _ = l.hold()) {
                notFull.await(() -> items.get() < 3);
                items.add(1);
                notEmpty.signal();
            }
        }
        end(consumer);
        assertThat(items.get()).isZero();
    }

    @Test
    void aKilledWaiterTakesNobodysSignal() {
        Array came = Array.of("i", 1);
        Worker victim = startWaiting("victim", came);
        awaitWaiting(1);
        Worker survivor = startWaiting("survivor", came);
        awaitWaiting(2);
        kill(victim);
        signal(1);
        end(survivor);
        assertThat(came.get(0)).isEqualTo(1);
        assertThat(waiting()).isZero();
    }

    @Test
    void theSignalOfOneWhoIsKilledAfterItGoesToTheNext() {
        Array came = Array.of("i", 1);
        Worker victim = startWaiting("victim", came);
        awaitWaiting(1);
        Worker survivor = startWaiting("survivor", came);
        awaitWaiting(2);
        lock.acquire();
        condition.signal();
        assertThat(waiting()).isEqualTo(1);
        kill(victim); // It was woken, and waits for the lock.
        lock.release();
        end(survivor);
        assertThat(came.get(0)).isEqualTo(1);
        assertThat(waiting()).isZero();
    }

    @Test
    void anInterruptEndsAWaitWithTheLock() {
        Beside<Boolean> waiter =
                Beside.call(
                        () -> {
                            try (Held _ = lock.hold()) {
                                assertThatExceptionOfType(UncheckedInterruptedException.class)
                                        .isThrownBy(condition::await)
                                        .withMessage(
                                                "interrupted while waiting for "
                                                        + condition.name());
                                assertThat(lock.toString()).contains("this thread");
                            }
                            return Thread.interrupted();
                        });
        awaitWaiting(1);
        waiter.interrupt();
        assertThat(waiter.end()).isTrue();
        assertThat(waiting()).isZero();
    }

    @Test
    void itTravelsWithItsLock() {
        Array array = Array.of("i", 1);
        Condition ofArray = array.lock().newCondition().named("changed");
        Condition same =
                call(
                                c -> {
                                    try (Held _ = array.hold()) {
                                        WithWorkers.check(
                                                c.lock() == array.lock(), "it is the same lock");
                                        array.set(0, 1);
                                        c.signalAll();
                                    }
                                    return c;
                                },
                                ofArray)
                        .result();
        assertThat(same).isSameAs(ofArray);
        Condition made = call(l -> l.newCondition(), lock).result();
        assertThat(made.lock()).isSameAs(lock);
    }

    @Test
    @Tag("once")
    @OnServer.Not("of a file")
    void itIsAttachedByItsPath() {
        assertThat(Condition.attach(condition.path())).isSameAs(condition);
    }

    @Test
    @Tag("once")
    void itSaysHowItIs() {
        assertThat(condition)
                .hasToString(
                        "Condition(%s of %s, 0 wait)".formatted(condition.name(), lock.name()));
        assertThatIllegalArgumentException().isThrownBy(() -> condition.signal(-1));
        condition.close();
        assertThat(condition.toString()).endsWith("closed)");
        assertThatIllegalStateException().isThrownBy(condition::signal);
    }
}
