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

class SemaphoreTest implements WithWorkers {
    @Test
    @Tag("once")
    void permitsAreTakenAndGivenBack() {
        Semaphore s = new Semaphore(2);
        assertThat(s.available()).isEqualTo(2);
        s.acquire();
        assertThat(s.tryAcquire()).isTrue();
        assertThat(s.tryAcquire()).isFalse();
        assertThat(s.acquire(Duration.ZERO)).isFalse();
        assertThat(s.acquire(millis(20))).isFalse();
        assertThat(s).hasToString("Semaphore(%s, 0 free)".formatted(s.name()));
        s.release();
        s.release(3);
        assertThat(s.available()).isEqualTo(4);
        assertThat(s.stats().acquisitions()).isEqualTo(2);
        assertThat(s.stats().contended()).isEqualTo(1);
        assertThat(s.stats().longestWait()).isGreaterThan(millis(19));
        assertThat(s.named("doors")).hasToString("Semaphore(doors, 4 free)");
    }

    @Test
    @Tag("once")
    @SuppressWarnings("try") // It is closed twice.
    void aHoldIsGivenBackAtItsEndAndOnce() {
        Semaphore s = Semaphore.bounded(2);
        try (Held one = s.hold()) {
            assertThat(one.recovered()).isFalse();
            assertThat(one).hasToString("Held(%s)".formatted(s.name()));
            try (Held two = s.hold()) {
                assertThat(s.available()).isZero();
                two.close();
                assertThat(s.available()).isEqualTo(1);
            }
            assertThat(s.available()).isEqualTo(1);
        }
        assertThat(s).hasToString("Semaphore(%s, 2 of 2 free)".formatted(s.name()));
    }

    @Test
    @Tag("once")
    void aReleaseTooManyIsRefused() {
        Semaphore s = Semaphore.bounded(2);
        assertThatIllegalStateException()
                .isThrownBy(s::release)
                .withMessage(
                        "%s has 2 permits, and no bare acquire() has taken any of them: release(1)"
                                + " would make more than there may be",
                        s.name());
        s.acquire();
        assertThatIllegalStateException().isThrownBy(() -> s.release(2));
        assertThat(s.available()).isEqualTo(1);
        s.release();
        try (Held _ = s.hold()) {
            assertThatIllegalStateException().isThrownBy(s::release);
        }
        assertThat(s.available()).isEqualTo(2);
    }

    @Test
    @Tag("once")
    void whatMakesNoSenseIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Semaphore(-1))
                .withMessage("a Semaphore cannot have -1 permits: 0 or more");
        assertThatIllegalArgumentException().isThrownBy(() -> Semaphore.bounded(0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Semaphore(0).release(0));
        Semaphore s = new Semaphore(1);
        s.close();
        assertThatIllegalStateException()
                .isThrownBy(s::acquire)
                .withMessage(s.name() + " is closed");
        assertThat(s).hasToString("Semaphore(%s, closed)".formatted(s.name()));
    }

    @Test
    void neverAreMoreInsideThanThereArePermits() {
        Semaphore s = Semaphore.bounded(2);
        Array inside = Array.of("i", 2);
        int rounds = WithWorkers.rounds(2_000);
        Code.Action0 work =
                () -> {
                    for (int i = 0; i < rounds; i++) {
                        try (Held _ = s.hold()) {
                            WithWorkers.check(inside.add(0, 1) <= 2, "at most 2 are inside");
                            inside.add(0, -1);
                        }
                        s.acquire();
                        WithWorkers.check(inside.add(0, 1) <= 2, "at most 2 are inside");
                        inside.add(0, -1);
                        s.release();
                    }
                };
        Worker one = start("one", work);
        Worker two = start("two", work);
        Worker three = start("three", work);
        end(one, two, three);
        assertThat(s.available()).isEqualTo(2);
        assertThat(s.stats().acquisitions()).isEqualTo(6 * rounds);
    }

    @Test
    void everyReleaseLetsOneGo() {
        Semaphore go = new Semaphore(0);
        Semaphore gone = new Semaphore(0);
        int rounds = WithWorkers.rounds(1_000);
        Code.Action0 wait =
                () -> {
                    for (int i = 0; i < rounds; i++) {
                        go.acquire();
                        gone.release();
                    }
                };
        Worker one = start("one", wait);
        Worker two = start("two", wait);
        for (int i = 0; i < rounds; i++) {
            go.release();
            go.release();
            assertThat(gone.acquire(Await.PATIENCE)).isTrue();
            assertThat(gone.acquire(Await.PATIENCE)).isTrue();
        }
        end(one, two);
        assertThat(go.available() + gone.available()).isZero();
    }

    @Test
    void theHoldsOfTheKilledComeBackAndWhatTheyTookIsTaken() {
        Semaphore s = Semaphore.bounded(3);
        Event ready = new Event();
        Worker victim =
                start(
                        "victim",
                        () -> {
                            s.hold();
                            s.hold();
                            s.acquire();
                            ready.set();
                            Tandem.sleep(1000);
                        });
        WithWorkers.await(ready);
        assertThat(s.available()).isZero();
        Beside<Boolean> waiting = Beside.call(() -> s.acquire(Await.PATIENCE));
        kill(victim);
        assertThat(waiting.end()).isTrue();
        assertThat(s.tryAcquire()).isTrue();
        assertThat(s.tryAcquire()).isFalse();
        s.release(3);
        assertThat(s.available()).isEqualTo(3);
    }

    @Test
    void aKilledWaiterTakesNothing() {
        Semaphore s = new Semaphore(0);
        Worker victim = start("victim", s::acquire);
        Await.until("it waits", () -> Words.of(s).hasQueue());
        kill(victim);
        s.release();
        assertThat(s.acquire(Await.PATIENCE)).isTrue();
    }

    @Test
    void anInterruptEndsAWaitButNoRelease() {
        Semaphore s = new Semaphore(0);
        Beside<Boolean> waiting =
                Beside.call(
                        () -> {
                            assertThatExceptionOfType(UncheckedInterruptedException.class)
                                    .isThrownBy(s::acquire)
                                    .withMessage("interrupted while waiting for " + s.name());
                            s.release();
                            return Thread.currentThread().isInterrupted();
                        });
        Await.until("it waits", () -> Words.of(s).hasQueue());
        waiting.interrupt();
        assertThat(waiting.end()).isTrue();
        assertThat(s.available()).isEqualTo(1);
    }

    @Test
    void itTravels() {
        Semaphore captured = new Semaphore(5);
        Semaphore given = new Semaphore(1);
        Semaphore made =
                call(
                                x -> {
                                    captured.acquire();
                                    x.release();
                                    return Semaphore.bounded(7);
                                },
                                given)
                        .result();
        assertThat(captured.available()).isEqualTo(4);
        assertThat(given.available()).isEqualTo(2);
        assertThat(made.available()).isEqualTo(7);
    }

    @Test
    @Tag("once")
    @OnServer.Not("of a file")
    void itIsAttachedByItsPath() {
        Semaphore s = new Semaphore(1);
        assertThat(Semaphore.attach(s.path())).isSameAs(s);
    }
}
