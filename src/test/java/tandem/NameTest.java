package tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static tandem.Tandem.call;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tandem.session.Survey;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/// The names of shared objects.
@Tag("once")
class NameTest implements WithWorkers {
    @Test
    void withoutANameAnObjectIsCalledByItsFile() {
        Array array = Array.of("i", 1);
        Lock lock = new Lock();
        Event event = new Event();
        assertThat(array.name()).matches("array-\\d+");
        assertThat(array).hasToString("Array(\"i\", [0])");
        assertThat(array.lock()).hasToString("Lock(%s, free)".formatted(array.name()));
        assertThat(lock).hasToString("Lock(%s, free)".formatted(lock.name()));
        assertThat(event).hasToString("Event(%s, not set)".formatted(event.name()));
    }

    @Test
    void aNameIsInWhatObjectsPrintAndInOtherProcesses() {
        Array array = Array.of("i", 1).named("棋盘");
        Lock lock = new Lock("fork 1");
        Event event = new Event("start");
        assertThat(array).hasToString("Array(棋盘, \"i\", [0])");
        assertThat(array.lock()).hasToString("Lock(棋盘, free)");
        assertThat(lock).hasToString("Lock(fork 1, free)");
        assertThat(event).hasToString("Event(start, not set)");
        assertThat(call((a, b, c) -> a + "" + b + c.name(), array, lock, event).result())
                .isEqualTo("Array(棋盘, \"i\", [0])Lock(fork 1, free)start");
    }

    @Test
    void errorsAndViewsSayTheName() {
        Lock lock = new Lock("fork 1");
        assertThatThrownBy(lock::release).hasMessageContaining("does not hold fork 1: it is free");
        Array array = Array.of("i", 1, lock).named("board");
        try (Survey survey = Survey.of(lock.path().getParent())) {
            survey.refresh();
            assertThat(survey.look().getFirst().objects())
                    .extracting(object -> object.name())
                    .contains("fork 1", "board");
        }
        array.close();
        assertThat(array).hasToString("Array(board, \"i\", closed)");
        assertThatIllegalStateException()
                .isThrownBy(() -> array.get(0))
                .withMessage("board is closed");
        lock.close();
        assertThat(lock).hasToString("Lock(fork 1, closed)");
    }

    @Test
    void aNameIsGivenOnce() {
        Array array = Array.of("i", 1).named("board");
        assertThat(array.named("board")).isSameAs(array);
        assertThatIllegalStateException()
                .isThrownBy(() -> array.named("table"))
                .withMessage("board has its name already, and keeps it: it cannot be named table");
    }

    @Test
    void ofThreadsThatNameAnObjectAtOnceOneWins() throws InterruptedException {
        for (int round = 0; round < 200; round++) {
            Array array = Array.of("b", 1, false);
            Set<String> given = new ConcurrentSkipListSet<>();
            List<Thread> threads = new ArrayList<>();
            for (String name : List.of("one", "another", "a third")) {
                threads.add(
                        Thread.ofVirtual()
                                .start(
                                        () -> {
                                            try {
                                                given.add(array.named(name).name());
                                            } catch (IllegalStateException e) {
                                                // Another was first.
                                            }
                                        }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(given).containsExactly(array.name());
            array.close();
        }
    }

    @Test
    void whatIsNoNameIsRefusedBeforeAnythingIsMade() {
        assertThatThrownBy(() -> new Lock((String) null)).hasMessageContaining("is null");
        assertThatIllegalArgumentException().isThrownBy(() -> new Lock(" "));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Event("a\nb"))
                .withMessageContaining("U+000A");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Event("a\u2028b"))
                .withMessageContaining("U+2028");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Lock("lock-7"))
                .withMessageContaining("\"lock-7\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Lock("名".repeat(85)))
                .withMessageContaining("252 bytes in UTF-8, and this one 255");
        assertThat(new Lock("名".repeat(84)).name()).hasSize(84);
    }
}
