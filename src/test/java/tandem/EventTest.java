package tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import static tandem.Tandem.millis;
import static tandem.WithWorkers.check;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tandem.sync.UncheckedInterruptedException;

import java.time.Duration;
import java.util.List;

class EventTest implements WithWorkers {
    @Test
    @Tag("once")
    void itIsSetAndClearedAsOftenAsOneLikes() {
        Event event = new Event();
        assertThat(event.isSet()).isFalse();
        assertThat(event).hasToString("Event(%s, not set)".formatted(event.name()));
        for (int i = 0; i < 2; i++) {
            event.set();
            event.set();
            assertThat(event.isSet()).isTrue();
            assertThat(event).hasToString("Event(%s, set)".formatted(event.name()));
            event.clear();
            event.clear();
            assertThat(event.isSet()).isFalse();
        }
    }

    @Test
    @Tag("once")
    void whenItIsSetNobodyWaits() {
        Event event = new Event();
        event.set();
        event.await();
        assertThat(event.await(Duration.ZERO)).isTrue();
        assertThat(event.await(Duration.ofSeconds(-1))).isTrue();
        assertThat(event.await(millis(1))).isTrue();
        assertThat(event.isSet()).isTrue();
    }

    @Test
    @Tag("alone")
    void awaitIsFalseWhenTheTimeIsOver() {
        Event event = new Event();
        event.set();
        event.clear();
        assertThat(event.await(Duration.ZERO)).isFalse();
        assertThat(event.await(Duration.ofSeconds(-1))).isFalse();
        for (Duration time : List.of(millis(1), millis(50), millis(250))) {
            long start = System.nanoTime();
            assertThat(event.await(time)).isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(time, time.plusSeconds(10));
        }
    }

    @Test
    void aSetThatIsClearedAtOnceIsNeverMissed() {
        int rounds = WithWorkers.rounds(1_000);
        Event event = new Event();
        Array answers = Array.of("i", 1);
        Worker waiter =
                start(
                        "waiter",
                        () -> {
                            for (int i = 0; i < rounds; i++) {
                                if (i % 2 == 0) {
                                    event.await();
                                } else {
                                    check(event.await(Await.PATIENCE), "round " + i + " came");
                                }
                                Await.until("the event is cleared", () -> !event.isSet());
                                answers.add(0, 1);
                            }
                        });
        Words words = Words.of(event);
        for (int round = 1; round <= rounds; round++) {
            words.awaitEventWaiter();
            event.set();
            event.clear();
            int came = round;
            Await.until("the waiter leaves round " + round, () -> answers.get(0) == came);
        }
        end(waiter);
    }

    @Test
    void oneSetLetsAllGoAndTheySeeWhatCameBefore() {
        Event event = new Event();
        Array waiting = Array.of("i", 1);
        Array news = Array.of("i", 1, false);
        Code.Action0 wait =
                () -> {
                    Runnable one =
                            () -> {
                                waiting.add(0, 1);
                                WithWorkers.await(event);
                                check(news.get(0) == 7, "the news is there");
                            };
                    List<Beside<Void>> others =
                            List.of(Beside.run(one), Beside.run(one), Beside.run(one));
                    one.run();
                    others.forEach(Beside::end);
                };
        Worker one = start("one", wait);
        Worker two = start("two", wait);
        Await.until("all have come", () -> waiting.get(0) == 8);
        Words.of(event).awaitEventWaiter();
        news.set(0, 7);
        event.set();
        end(one, two);
    }

    @Test
    void aKilledWaiterBlocksNobody() {
        Event event = new Event();
        Worker victim = start("victim", event::await);
        Words.of(event).awaitEventWaiter();
        kill(victim);
        Beside<Boolean> survivor = Beside.call(() -> event.await(Await.PATIENCE));
        Beside<Boolean> setter =
                Beside.call(
                        () -> {
                            event.set();
                            event.clear();
                            event.set();
                            return event.isSet();
                        });
        assertThat(setter.end()).isTrue();
        assertThat(survivor.end()).isTrue();
    }

    @Test
    void anInterruptEndsAnAwait() {
        Event event = new Event();
        for (Runnable await : List.<Runnable>of(event::await, () -> event.await(Await.PATIENCE))) {
            Beside<Boolean> waiting =
                    Beside.call(
                            () -> {
                                assertThatExceptionOfType(UncheckedInterruptedException.class)
                                        .isThrownBy(await::run)
                                        .withMessageContaining(event.name());
                                return Thread.currentThread().isInterrupted();
                            });
            Words.of(event).awaitEventWaiter();
            waiting.interrupt();
            assertThat(waiting.end()).as("the interrupt flag").isTrue();
        }
        event.set();
        assertThat(event.await(Await.PATIENCE)).isTrue();
    }
}
