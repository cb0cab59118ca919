package tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;

/// Slices against a model of Python's rules.
@Tag("once")
class SliceTest {
    private static final int CASES = 20_000;
    private static final int LONGEST = 12;
    private static final Long[] SMALL = {null, -9L, -6L, -5L, -4L, -1L, 0L, 1L, 3L, 4L, 5L, 6L, 9L};
    private static final long[] STEPS = {-9, -5, -3, -2, -1, 1, 2, 3, 5, 9};

    /// The arrays [0], [0, 1], … by length, made once.
    private static final List<Array> COUNTING =
            LongStream.rangeClosed(0, LONGEST).mapToObj(SliceTest::counting).toList();

    private static Array counting(long length) {
        return Array.of("q", LongStream.range(0, length).toArray(), false);
    }

    @Test
    void shouldFollowPythonsRulesForAllSmallSlices() {
        for (Array array : COUNTING.subList(0, 7)) {
            for (Long from : SMALL) {
                for (Long to : SMALL) {
                    for (long step : STEPS) {
                        assertSlice(array, from, to, step);
                    }
                }
            }
        }
    }

    @Test
    void shouldFollowPythonsRulesForAnyBounds() {
        Cases.run(
                CASES,
                random -> {
                    Array array = COUNTING.get(random.nextInt(COUNTING.size()));
                    long step = number(random);
                    Long from = random.nextInt(8) == 0 ? null : (Long) number(random);
                    Long to = random.nextInt(8) == 0 ? null : (Long) number(random);
                    assertSlice(array, from, to, step == 0 ? 1 : step);
                });
    }

    /// Mostly around the length, sometimes anywhere, sometimes at the limits.
    private static long number(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> random.nextLong();
            case 1 -> Long.MIN_VALUE + random.nextInt(3);
            case 2 -> Long.MAX_VALUE - random.nextInt(3);
            default -> random.nextLong(-2 * LONGEST, 2 * LONGEST);
        };
    }

    private static void assertSlice(Array array, Long from, Long to, long step) {
        List<Number> expected = python(array.size(), from, to, step);
        String expression = "a[%s:%s:%d] of %d".formatted(from, to, step, array.size());
        assertThat(array.slice(from, to, step)).as(expression).isEqualTo(expected);
        if (from != null && to != null) {
            assertThat(array.slice((long) from, (long) to, step))
                    .as(expression)
                    .isEqualTo(expected);
            if (step == 1) {
                assertThat(array.slice(from, to)).as(expression).isEqualTo(expected);
            }
        }
    }

    /// Tries every index that Python would: those from `from` in steps, before `to`, that exist.
    /// A bound that is far outside is as good as one just outside.
    private static List<Number> python(long length, Long from, Long to, long step) {
        List<Number> elements = new ArrayList<>();
        if (step > 0) {
            long first = from == null ? 0 : fromTheFront(from, length);
            long end = to == null ? length : fromTheFront(to, length);
            for (long i = 0; i < length; i++) {
                if (i >= first && i < end && (i - Math.max(first, 0)) % step == 0) {
                    elements.add(i);
                }
            }
        } else {
            long first = from == null ? length - 1 : fromTheFront(from, length);
            long end = to == null ? -1 : fromTheFront(to, length);
            for (long i = length - 1; i >= 0; i--) {
                if (i <= first && i > end && (Math.min(first, length - 1) - i) % step == 0) {
                    elements.add(i);
                }
            }
        }
        return elements;
    }

    private static long fromTheFront(long bound, long length) {
        return bound < 0 ? Math.max(bound + length, -1) : bound;
    }

    @Test
    void shouldGiveWhatPythonGave() {
        Array a = counting(10);
        assertThat(a.slice()).hasToString("[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]");
        assertThat(a.slice(2, 5)).hasToString("[2, 3, 4]");
        assertThat(a.slice(null, null, 2)).hasToString("[0, 2, 4, 6, 8]");
        assertThat(a.slice(null, null, -1)).hasToString("[9, 8, 7, 6, 5, 4, 3, 2, 1, 0]");
        assertThat(a.slice(-3, null, 1)).hasToString("[7, 8, 9]");
        assertThat(a.slice(9, 0, -3)).hasToString("[9, 6, 3]");
        assertThat(a.slice(8, 100)).hasToString("[8, 9]");
        assertThat(a.slice(5, 2)).hasToString("[]");
        assertThat(a.slice(-100, -8)).hasToString("[0, 1]");
    }

    @Test
    void shouldRefuseAStepOfZero() {
        for (Array array : COUNTING) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> array.slice(0, 1, 0))
                    .withMessage("the step of a slice cannot be zero");
            assertThatIllegalArgumentException().isThrownBy(() -> array.slice(null, null, 0));
        }
    }

    @Test
    void shouldRefuseABoundThatIsNoInteger() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> COUNTING.get(3).slice(1.5, null, 1))
                .withMessageContaining("1.5");
    }

    @Test
    void shouldGiveTheSameElementsAsEveryKindOfArray() {
        for (String code : List.of("b", "B", "h", "H", "i", "I", "l", "L", "q", "Q")) {
            try (Array a = Array.of(code, List.of(1, 2, 3, 100, 5))) {
                for (Slice slice : List.of(a.slice(1, 4), a.slice(3, 0, -1), a.slice(0, 5, 2))) {
                    int[] ints = slice.stream().mapToInt(Number::intValue).toArray();
                    assertThat(slice.toInts()).as(code).isEqualTo(ints);
                    assertThat(slice.toLongs())
                            .as(code)
                            .isEqualTo(slice.stream().mapToLong(Number::longValue).toArray());
                    assertThat(slice.toDoubles())
                            .as(code)
                            .isEqualTo(slice.stream().mapToDouble(Number::doubleValue).toArray());
                }
                assertThat(a.slice(1, 4).toInts()).as(code).containsExactly(2, 3, 100);
                assertThat(a.slice(3, 0, -1).toInts()).as(code).containsExactly(100, 3, 2);
            }
        }
        for (String code : List.of("f", "d")) {
            try (Array a = Array.of(code, List.of(1, 2.5, 3, 4))) {
                assertThat(a.slice().toDoubles()).as(code).containsExactly(1, 2.5, 3, 4);
                assertThat(a.slice(3, 0, -1).toDoubles()).as(code).containsExactly(4, 3, 2.5);
                assertThat(a.slice(1, 2)).as(code).hasToString("[2.5]");
            }
        }
    }

    @Test
    void shouldNotChangeWithTheArray() {
        Array a = Array.of("i", List.of(1, 2, 3));
        Slice before = a.slice();
        a.set(0, 9);
        assertThat(before).containsExactly(1, 2, 3);
        a.close();
        assertThat(before).containsExactly(1, 2, 3);
    }

    @Test
    void shouldRefuseToBeChanged() {
        Slice slice = COUNTING.get(3).slice();
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> slice.set(0, 1L));
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> slice.add(1L));
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(slice::clear);
    }

    @Test
    void shouldRefuseAnIndexOutside() {
        Slice slice = COUNTING.get(3).slice();
        for (int index : new int[] {-1, 3, Integer.MAX_VALUE}) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> slice.get(index));
        }
    }
}
