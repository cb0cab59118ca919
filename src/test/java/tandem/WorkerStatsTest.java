package tandem;

import static org.assertj.core.api.Assertions.assertThat;

import static tandem.Tandem.current;
import static tandem.Tandem.millis;
import static tandem.WithWorkers.check;

import org.junit.jupiter.api.Test;

import tandem.sync.UncheckedInterruptedException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What workers have waited.
class WorkerStatsTest implements WithWorkers {
    @Test
    void itsWaitsForLocksAndEventsAreCountedWhileItRunsAndAfterItsEnd() {
        Lock lock = new Lock();
        Event go = new Event();
        Event done = new Event();
        Event enough = new Event();
        lock.acquire();
        Worker worker =
                start(
                        "waiter",
                        () -> {
                            go.await();
                            lock.acquire();
                            lock.release();
                            done.set();
                            enough.await();
                        });
        Words.of(go).awaitEventWaiter();
        go.set();
        Words.of(lock).awaitLockWaiter();
        lock.release();
        WithWorkers.await(done);
        Words.of(enough).awaitEventWaiter();

        Worker.Stats running = worker.stats();
        assertThat(running.lockWaits()).isEqualTo(1);
        assertThat(running.eventWaits()).isEqualTo(1);
        assertThat(running.waits()).isEqualTo(2);
        assertThat(running.meanWait()).isPositive().isLessThanOrEqualTo(running.longestWait());
        assertThat(running.totalWait())
                .isGreaterThanOrEqualTo(running.longestWait())
                .isBetween(
                        running.meanWait().multipliedBy(2),
                        running.meanWait().multipliedBy(2).plusNanos(1));
        assertThat(running.recoveries()).isZero();

        enough.set();
        end(worker);
        assertThat(worker.stats().lockWaits()).isEqualTo(1);
        assertThat(worker.stats().eventWaits()).isEqualTo(2);
        assertThat(worker.stats().totalWait()).isGreaterThan(running.totalWait());
        assertThat(worker.stats())
                .asString()
                .startsWith("Stats[waits=3, lockWaits=1, eventWaits=2, totalWait=PT");
    }

    @Test
    void whatNeedsNoWaitIsNotCounted() {
        Array array = Array.of("i", 1);
        Event set = new Event();
        set.set();
        Worker worker =
                start(
                        "alone",
                        () -> {
                            for (int i = 0; i < 1_000; i++) {
                                array.add(0, 1);
                                set.await();
                                check(array.tryAcquire(), "it is free");
                                array.release();
                            }
                        });
        end(worker);
        assertThat(worker.stats())
                .isEqualTo(
                        new Worker.Stats(0, 0, 0, Duration.ZERO, Duration.ZERO, Duration.ZERO, 0));
    }

    @Test
    void waitsInVainAreCountedToo() {
        Lock lock = new Lock();
        Event never = new Event();
        lock.acquire();
        Worker worker =
                start(
                        "patient",
                        () -> {
                            check(!lock.acquire(millis(120)), "it is held");
                            check(!never.await(millis(20)), "it is not set");
                            Thread.currentThread().interrupt();
                            try {
                                never.await();
                            } catch (UncheckedInterruptedException e) {
                                Thread.interrupted();
                            }
                        });
        end(worker);
        lock.release();
        assertThat(lock.stats().contended()).isZero();
        assertThat(worker.stats().lockWaits()).isEqualTo(1);
        assertThat(worker.stats().eventWaits()).isEqualTo(2);
        assertThat(worker.stats().longestWait()).isBetween(millis(120), Await.PATIENCE);
    }

    @Test
    void noWaitOfSeveralThreadsIsLost() {
        int threads = 8;
        int rounds = 300;
        Event never = new Event();
        Worker worker =
                start(
                        "many",
                        () -> {
                            List<Beside<Void>> waiting = new ArrayList<>();
                            for (int i = 0; i < threads; i++) {
                                waiting.add(
                                        Beside.run(
                                                () -> {
                                                    for (int r = 0; r < rounds; r++) {
                                                        never.await(Duration.ofNanos(1));
                                                    }
                                                }));
                            }
                            waiting.forEach(Beside::end);
                        });
        end(worker);
        assertThat(worker.stats().eventWaits()).isEqualTo((long) threads * rounds);
    }

    @Test
    void recoveriesAreCountedForWhoMakesThem() {
        Lock lock = new Lock();
        Worker victim = startHolder("victim", lock, new Event());
        Worker heir =
                start(
                        "heir",
                        () -> {
                            try (var held = lock.hold()) {
                                check(held.recovered(), "the holder was killed");
                            }
                        });
        Words.of(lock).awaitLockWaiter();
        kill(victim);
        end(heir);
        assertThat(heir.stats().recoveries()).isEqualTo(1);
        assertThat(heir.stats().lockWaits()).isEqualTo(1);
        assertThat(victim.stats().recoveries()).isZero();
    }

    @Test
    void whoTakesThePlaceOfOneThatHasEndedBeginsAtZero() {
        Event never = new Event();
        Event waited = new Event();
        Worker killed =
                start(
                        "killed",
                        () -> {
                            check(!never.await(millis(1)), "it is not set");
                            waited.set();
                            never.await();
                        });
        WithWorkers.await(waited);
        Worker.Stats before = killed.stats();
        kill(killed);
        assertThat(killed.stats()).isEqualTo(before);
        assertThat(before.waits()).isEqualTo(1);

        Worker next = start("next", () -> {});
        end(next);
        assertThat(next.stats().waits()).isZero();
        assertThat(killed.stats()).isEqualTo(before);
    }

    @Test
    void aMainProcessCountsItsOwn() {
        Worker.Stats before = current().stats();
        assertThat(new Event().await(millis(5))).isFalse();
        Worker.Stats after = current().stats();
        assertThat(after.eventWaits()).isEqualTo(before.eventWaits() + 1);
        assertThat(after.totalWait()).isGreaterThanOrEqualTo(before.totalWait().plusMillis(5));
    }
}
