package tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import static tandem.Tandem.call;
import static tandem.Tandem.millis;
import static tandem.Tandem.seconds;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tandem.sync.DeadlockException;
import tandem.sync.UncheckedInterruptedException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

class FairLockTest implements WithWorkers {
    private final Lock lock = Lock.fair();

    private void awaitWaiting(int count) {
        Words.of(lock).awaitRows(count);
    }

    /// A worker that takes the lock once, and then puts its number behind those in an array, whose first
    /// element counts them.
    private Worker startComing(int number, Array came) {
        Event enough = new Event();
        enough.set();
        return startComing(number, came, enough);
    }

    /// As that, and it keeps the lock until an event is set.
    private Worker startComing(int number, Array came, Event enough) {
        Lock l = lock;
        return start(
                "comer-" + number,
                () -> {
                    try (Held held = l.hold()) {
                        WithWorkers.check(!held.recovered(), "nobody has died with it");
                        came.set(came.add(0, 1), number);
                        WithWorkers.await(enough);
                    }
                });
    }

    @Test
    @Tag("once")
    void itIsALock() {
        assertThat(Lock.fair("door")).hasToString("Lock(door, free)");
        lock.acquire();
        assertThat(lock.tryAcquire()).isTrue();
        assertThat(Beside.call(lock::tryAcquire).end()).isFalse();
        assertThat(Beside.call(() -> lock.acquire(millis(20))).end()).isFalse();
        lock.release();
        assertThat(lock.isHeld()).isTrue();
        lock.release();
        assertThat(lock.isHeld()).isFalse();
        assertThatExceptionOfType(IllegalMonitorStateException.class)
                .isThrownBy(lock::release)
                .withMessageContaining("does not hold %s: it is free", lock.name());
        assertThat(lock.stats().acquisitions()).isEqualTo(1);
        assertThat(lock.stats().contended()).isZero();
        assertThat(Lock.attach(lock.path())).isSameAs(lock);
        lock.asJava().lock();
        lock.asJava().unlock();
        assertThat(Beside.call(lock::tryAcquire).end()).isTrue();
    }

    @Test
    void theyAreServedInTheOrderInWhichTheyCame() {
        Array came = Array.of("i", 5, false);
        Event tried = new Event();
        lock.acquire();
        List<Worker> comers = new ArrayList<>();
        for (int number = 1; number <= 4; number++) {
            comers.add(startComing(number, came, tried));
            awaitWaiting(number);
        }
        lock.release();
        assertThat(lock.tryAcquire()).as("one before the others").isFalse();
        tried.set();
        end(comers.toArray(Worker[]::new));
        assertThat(came.slice().toInts()).containsExactly(4, 1, 2, 3, 4);
        awaitWaiting(0);
        assertThat(lock.stats().contended()).isEqualTo(4);
    }

    @Test
    @Tag("alone")
    void eachHasItAsOftenAsTheOthers() {
        int turns = 300;
        Lock l = lock;
        Array had = Array.of("i", 4, false);
        String file = lock.path().toString();
        lock.acquire();
        List<Worker> workers = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            int number = i;
            workers.add(
                    start(
                            "turn-" + i,
                            () -> {
                                Words words = Words.ofFile(Path.of(file));
                                boolean isOver = false;
                                while (!isOver) {
                                    try (Held _ = l.hold()) {
                                        isOver = had.get(0) == turns;
                                        if (!isOver) {
                                            had.add(0, 1);
                                            had.add(number, 1);
                                            words.awaitRows(2);
                                        }
                                    }
                                }
                            }));
        }
        awaitWaiting(3);
        lock.release();
        end(workers.toArray(Worker[]::new));
        int[] counts = had.slice().toInts();
        assertThat(counts[1] + counts[2] + counts[3]).isEqualTo(turns);
        int least = Math.min(counts[1], Math.min(counts[2], counts[3]));
        assertThat(least * 1.1)
                .as("%d %d %d", counts[1], counts[2], counts[3])
                .isGreaterThan(turns / 3);
    }

    @Test
    void noUpdateIsLost() {
        Array a = Array.of("q", 1, lock);
        Code.Action0 add =
                () -> {
                    for (int i = 0; i < 2_000; i++) {
                        a.add(0, 1);
                        if (i % 10 == 0 && a.acquire(Duration.ofNanos(10L * i))) {
                            a.set(0, a.get(0));
                            a.release();
                        }
                    }
                };
        end(start("one", add), start("two", add), start("three", add));
        assertThat(a.get(0)).isEqualTo(6_000);
        awaitWaiting(0);
    }

    @Test
    void aKilledWaiterIsPassedOver() {
        Array came = Array.of("i", 3, false);
        lock.acquire();
        Lock l = lock;
        Worker victim = start("victim", l::acquire);
        awaitWaiting(1);
        Worker next = startComing(7, came);
        awaitWaiting(2);
        kill(victim);
        lock.release();
        end(next);
        assertThat(came.slice().toInts()).containsExactly(1, 7, 0);
        assertThat(lock.stats().recoveries()).isZero();
    }

    @Test
    void theLockOfAKilledHolderIsForTheFirstWhoWaits() {
        Worker victim = startHolder("victim", lock, new Event());
        Array came = Array.of("i", 3, false);
        Lock l = lock;
        Worker first =
                start(
                        "first",
                        () -> {
                            try (Held held = l.hold()) {
                                WithWorkers.check(held.recovered(), "it is told");
                                came.set(came.add(0, 1), 1);
                            }
                        });
        awaitWaiting(1);
        Worker second = startComing(2, came);
        awaitWaiting(2);
        kill(victim);
        end(first, second);
        assertThat(came.slice().toInts()).containsExactly(2, 1, 2);
        assertThat(lock.stats().recoveries()).isEqualTo(1);
    }

    @Test
    void whoComesFindsADeadHolder() {
        Worker victim = startHolder("victim", lock, new Event());
        kill(victim);
        assertThat(lock.tryAcquire()).isTrue();
        try (Held held = lock.hold()) {
            assertThat(held.recovered()).isTrue();
        }
        lock.release();
    }

    @Test
    void whoGivesUpLeavesItToTheNext() {
        lock.acquire();
        Beside<Boolean> interrupted =
                Beside.call(
                        () -> {
                            assertThatExceptionOfType(UncheckedInterruptedException.class)
                                    .isThrownBy(lock::acquire)
                                    .withMessage("interrupted while waiting for " + lock.name());
                            return Thread.currentThread().isInterrupted();
                        });
        awaitWaiting(1);
        Beside<Boolean> timed = Beside.call(() -> lock.acquire(seconds(6)));
        awaitWaiting(2);
        Beside<Boolean> next = Beside.call(() -> lock.acquire(Await.PATIENCE));
        awaitWaiting(3);
        interrupted.interrupt();
        assertThat(interrupted.end()).isTrue();
        assertThat(timed.end()).isFalse();
        awaitWaiting(1);
        lock.release();
        assertThat(next.end()).isTrue();
        awaitWaiting(0);
    }

    /// A lock that was handed to who has just given up would be nobody's.
    @Test
    @Tag("once")
    void whoGivesUpAtTheMomentOfItsTurnHandsItOn() {
        AtomicLong turns = new AtomicLong();
        Beside<Void> impatient =
                Beside.run(
                        () -> {
                            for (int i = 0; i < 5_000; i++) {
                                if (lock.acquire(Duration.ofNanos(40_000 + i % 140 * 1_000))) {
                                    lock.release();
                                } else {
                                    long before = turns.get();
                                    Await.until("others go on", () -> turns.get() > before + 1);
                                }
                            }
                        });
        while (!impatient.isDone()) {
            assertThat(lock.acquire(Await.PATIENCE)).isTrue();
            long end = System.nanoTime() + 60_000 + turns.incrementAndGet() % 97 * 1_000;
            while (System.nanoTime() - end < 0) {
                Thread.onSpinWait();
            }
            lock.release();
        }
        impatient.end();
        assertThat(lock.isHeld()).isFalse();
    }

    @Test
    void itsConditionsHaveItAgainAsOftenAsBefore() {
        Condition changed = lock.newCondition();
        Value items = Value.of("i", 0, lock);
        Lock l = lock;
        Worker waiter =
                start(
                        "waiter",
                        () -> {
                            try (Held _ = l.hold();
                                    Held _ = l.hold()) {
                                changed.await(() -> items.get() == 1);
                                items.add(1);
                                l.release();
                                WithWorkers.check(l.isHeld(), "it is held twice");
                                l.acquire();
                            }
                        });
        Await.until("it waits", () -> changed.stats().waiting() == 1);
        Beside<Void> other;
        try (Held _ = lock.hold()) {
            other =
                    Beside.run(
                            () -> {
                                try (Held _ = lock.hold()) {
                                    assertThat(items.get()).isEqualTo(1);
                                }
                            });
            awaitWaiting(1);
            items.set(1);
            changed.signal();
        }
        other.end();
        end(waiter);
        assertThat(items.get()).isEqualTo(2);
        assertThat(lock.isHeld()).isFalse();
    }

    @Test
    @Tag("once")
    void whatIsBrokenIsForTheFirstWhoWaits() {
        lock.acquire();
        Beside<Boolean> next =
                Beside.call(
                        () -> {
                            try (Held held = lock.hold()) {
                                return held.recovered();
                            }
                        });
        awaitWaiting(1);
        lock.breakLock();
        assertThat(next.end()).isTrue();
        assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(lock::release);
        assertThat(lock.isHeld()).isFalse();
    }

    @Test
    @Tag("once")
    void aCircleIsFound() {
        Lock other = Lock.fair("other");
        lock.acquire();
        Beside<Void> beside =
                Beside.run(
                        () -> {
                            try (Held _ = other.hold();
                                    Held _ = lock.hold()) {
                                assertThat(lock.isHeld()).isTrue();
                            } catch (DeadlockException e) {
                                // One of the two has to give up.
                            }
                        });
        awaitWaiting(1);
        try (Held _ = other.hold()) {
            assertThat(other.isHeld()).isTrue();
        } catch (DeadlockException e) {
            assertThat(e).hasMessageContaining("waits for other");
        }
        lock.release();
        beside.end();
        assertThat(lock.isHeld() || other.isHeld()).isFalse();
    }

    @Test
    void itTravels() {
        Lock l = lock;
        Lock made =
                call(
                                given -> {
                                    try (Held _ = given.hold();
                                            Held _ = l.hold()) {
                                        return Lock.fair("made");
                                    }
                                },
                                l)
                        .result();
        made.acquire();
        made.release();
        assertThat(made.name()).isEqualTo("made");
        assertThat(lock.stats().acquisitions()).isEqualTo(1);
    }
}
