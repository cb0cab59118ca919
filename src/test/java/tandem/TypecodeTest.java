package tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// What elements of each typecode hold, and how they refuse the rest.
@Tag("once")
class TypecodeTest {
    private static final int CASES = 3_000;

    static Stream<IntegerCode> integerCodes() {
        return IntegerCode.all();
    }

    @ParameterizedTest
    @CsvSource({"b,1", "B,1", "h,2", "H,2", "i,4", "I,4", "l,8", "L,8", "q,8", "Q,8", "f,4", "d,8"})
    void elementsHaveTheSameSizeOnEveryPlatform(String code, int bytes) {
        try (Array a = Array.of(code, 3)) {
            assertThat(a.typecode()).isEqualTo(code);
            assertThat(a.segment().byteSize()).isEqualTo(3 * bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "c", "u", "?", "ii", "é", "\uD83D\uDE00"})
    void anUnknownTypecodeIsRefusedWithThoseThatExist(String code) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Array.of(code, 1))
                .withMessageContaining('"' + code + '"')
                .withMessageContaining("b B h H i I l L q Q");
    }

    @ParameterizedTest
    @MethodSource("integerCodes")
    void itsLimitsAreHeld(IntegerCode code) {
        try (Array a = Array.of(code.code(), List.of(code.min(), code.max()))) {
            assertThat(a.slice())
                    .containsExactly(code.element(code.min()), code.element(code.max()));
            a.set(0, code.max().longValue());
            a.set(1, code.min().longValue());
            assertThat(a.slice())
                    .containsExactly(code.element(code.max()), code.element(code.min()));
        }
    }

    @ParameterizedTest
    @MethodSource("integerCodes")
    void theNeighboursOfItsLimitsAreRefusedWithTheRange(IntegerCode code) {
        try (Array a = Array.of(code.code(), List.of(1, 2, 3))) {
            for (BigInteger value :
                    List.of(code.min().subtract(BigInteger.ONE), code.max().add(BigInteger.ONE))) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> a.setSlice(0, 3, List.of(4, value, 6)))
                        .withMessageContaining("value 1: " + value)
                        .withMessageContaining(code.range());
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> Array.of(code.code(), List.of(value)))
                        .withMessageContaining(code.range());
                if (code.bytes() < 8) {
                    assertThatIllegalArgumentException()
                            .isThrownBy(() -> a.set(1, value.longValue()))
                            .withMessageContaining(value.toString())
                            .withMessageContaining(code.range());
                }
            }
            assertThat(a.slice().toLongs()).containsExactly(1, 2, 3);
        }
    }

    @ParameterizedTest
    @MethodSource("integerCodes")
    void aSumBeyondItsLimitsIsRefusedWithTheRange(IntegerCode code) {
        try (Array a = Array.of(code.code(), List.of(code.min(), code.max()))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> a.add(0, -1))
                    .withMessageContaining(code.min().subtract(BigInteger.ONE).toString())
                    .withMessageContaining(code.range());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> a.add(1, 1))
                    .withMessageContaining(code.max().add(BigInteger.ONE).toString())
                    .withMessageContaining(code.range());
            assertThat(a.slice())
                    .containsExactly(code.element(code.min()), code.element(code.max()));
        }
    }

    @ParameterizedTest
    @MethodSource("integerCodes")
    void writingAndReadingAgreeWithWholeNumbers(IntegerCode code) {
        try (Array a = Array.of(code.code(), 1, false)) {
            Cases.run(
                    CASES,
                    random -> {
                        BigInteger before = code.fitting(random);
                        a.setSlice(0, 1, List.of(before));
                        BigInteger value = code.any(random);
                        BigInteger expected = code.holds(value) ? value : before;
                        if (value.bitLength() > 63 || random.nextBoolean()) {
                            succeedsIf(code.holds(value), () -> a.setSlice(0, 1, List.of(value)));
                        } else if (code.isUnsigned64()) {
                            a.set(0, value.longValue());
                            expected = code.value(value.longValue());
                        } else {
                            succeedsIf(code.holds(value), () -> a.set(0, value.longValue()));
                        }
                        assertThat(code.value(a.get(0))).isEqualTo(expected);
                        assertThat(a.slice()).containsExactly(code.element(expected));
                        assertThat(a.getDouble(0)).isEqualTo(expected.doubleValue());
                        assertThat(a)
                                .asString()
                                .startsWith("Array(\"%s\", [%s]".formatted(code.code(), expected));
                    });
        }
    }

    @ParameterizedTest
    @MethodSource("integerCodes")
    void addingAgreesWithWholeNumbers(IntegerCode code) {
        try (Array a = Array.of(code.code(), 1, false)) {
            Cases.run(
                    CASES,
                    random -> {
                        BigInteger before = code.fitting(random);
                        long change = random.nextLong() >> random.nextInt(64);
                        BigInteger sum = before.add(BigInteger.valueOf(change));
                        a.setSlice(0, 1, List.of(before));
                        List<Long> returned = new ArrayList<>();
                        succeedsIf(code.holds(sum), () -> returned.add(a.add(0, change)));
                        BigInteger after = code.value(a.get(0));
                        assertThat(after).isEqualTo(code.holds(sum) ? sum : before);
                        returned.forEach(r -> assertThat(code.value(r)).isEqualTo(sum));
                    });
        }
    }

    private static void succeedsIf(boolean fits, Runnable write) {
        if (fits) {
            write.run();
        } else {
            assertThatIllegalArgumentException().isThrownBy(write::run);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"L", "Q"})
    void aLongIsSixtyFourUnsignedBits(String code) {
        BigInteger max = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
        try (Array a = Array.of(code, new long[] {-1, 1})) {
            assertThat(a.slice()).containsExactly(max, 1L);
            assertThat(a.get(0)).isEqualTo(-1);
            assertThat(a.getDouble(0)).isEqualTo(0x1p64);
            assertThat(a.slice().toLongs()).containsExactly(-1, 1);
            assertThat(a.add(0, -1)).isEqualTo(-2);
            assertThat(a).hasToString("Array(\"%s\", [18446744073709551614, 1])".formatted(code));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"L", "Q"})
    void aNegativeNumberInAListIsNotSixtyFourUnsignedBits(String code) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Array.of(code, List.of(1, -1)))
                .withMessage(
                        "value 1: -1 does not fit typecode \"%s\", which holds 0 to"
                                + " 18446744073709551615",
                        code);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Array.of(code, new int[] {-1}))
                .withMessageContaining("0 to 18446744073709551615");
    }

    @Test
    void everyKindOfWholeNumberIsTaken() {
        List<Number> values =
                List.of(
                        (byte) 1,
                        (short) 2,
                        3,
                        4L,
                        new AtomicInteger(5),
                        new AtomicLong(6),
                        BigInteger.valueOf(7));
        for (IntegerCode code : IntegerCode.ALL) {
            try (Array a = Array.of(code.code(), values)) {
                assertThat(a.slice().toInts()).containsExactly(1, 2, 3, 4, 5, 6, 7);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("integerCodes")
    void aRealNumberIsNoInteger(IntegerCode code) {
        try (Array a = Array.of(code.code(), List.of(1, 2, 3))) {
            for (Number real : List.of(1.0, 1f, BigDecimal.ONE, Double.NaN)) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> a.setSlice(0, 2, List.of(7, real)))
                        .withMessageContaining("value 1: " + real)
                        .withMessageContaining("is not an integer");
            }
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> a.setSlice(0, 1, new double[] {1}))
                    .withMessageContaining("double[]");
            assertThatThrownBy(() -> a.set(0, 1.5))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining('"' + code.code() + '"');
            assertThatThrownBy(() -> a.add(0, 1.5))
                    .isInstanceOf(UnsupportedOperationException.class);
            assertThat(a.slice().toInts()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void nullIsNoNumber() {
        List<Integer> values = new ArrayList<>(List.of(4, 5, 6));
        values.set(1, null);
        for (String code : List.of("i", "Q", "f", "d")) {
            try (Array a = Array.of(code, List.of(1, 2, 3))) {
                assertThatNullPointerException()
                        .isThrownBy(() -> a.setSlice(0, 3, values))
                        .withMessage("value 1 is null");
                assertThat(a.slice().toDoubles()).containsExactly(1, 2, 3);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"f", "d"})
    void readingARealNumberAsAnIntegerIsRefusedAndNamesGetDouble(String code) {
        try (Array a = Array.of(code, 1)) {
            assertThatThrownBy(() -> a.get(0))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("getDouble");
            assertThatThrownBy(() -> a.getInt(0))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("getDouble");
            assertThatThrownBy(a::iterator)
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("doubleStream()");
            assertThat(a.doubleStream().toArray()).containsExactly(0);
            assertThatThrownBy(() -> a.add(0, 1))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("add(i, 1.0)");
            assertThatThrownBy(() -> a.slice().toLongs())
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("toDoubles");
        }
    }

    @Test
    void everyDoubleIsHeldByD() {
        try (Array a = Array.of("d", 1, false)) {
            Cases.run(
                    CASES,
                    random -> {
                        Double value = Double.longBitsToDouble(random.nextLong());
                        a.set(0, value);
                        assertThat(a.getDouble(0)).isEqualTo(value);
                        assertThat(a.slice()).containsExactly(value);
                    });
            for (Double value : List.of(-0.0, Double.NaN, Double.NEGATIVE_INFINITY)) {
                a.set(0, value);
                assertThat(a.getDouble(0)).isEqualTo(value);
            }
        }
    }

    @Test
    void whatIsWrittenToFIsRoundedToAFloat() {
        try (Array a = Array.of("f", 1, false)) {
            Cases.run(
                    CASES,
                    random -> {
                        double value =
                                random.nextGaussian() * Math.pow(10, random.nextInt(-60, 60));
                        a.set(0, 1.5);
                        succeedsIf(!Float.isInfinite((float) value), () -> a.set(0, value));
                        double expected = Float.isInfinite((float) value) ? 1.5 : (float) value;
                        assertThat(a.getDouble(0)).isEqualTo(expected);
                    });
            a.set(0, 0.1);
            assertThat(a.getDouble(0)).isEqualTo(0.10000000149011612);
            assertThat(a).hasToString("Array(\"f\", [0.1], no lock)");
            a.set(0, 16_777_217);
            assertThat(a.getDouble(0)).isEqualTo(16_777_216);
            a.set(0, Double.POSITIVE_INFINITY);
            assertThat(a.getDouble(0)).isInfinite();
        }
    }

    @Test
    void aFiniteNumberThatIsTooLargeForFIsRefusedWithTheRange() {
        try (Array a = Array.of("f", List.of(1, 3e38, 3))) {
            for (Runnable write :
                    List.<Runnable>of(
                            () -> a.set(1, 1e40),
                            () -> a.add(1, 3e38),
                            () -> a.setSlice(0, 3, List.of(4, -1e40, 6)),
                            () -> a.setSlice(0, 3, new double[] {4, 1e40, 6}),
                            () -> a.setSlice(0, 1, List.of(BigInteger.TEN.pow(400))))) {
                assertThatIllegalArgumentException()
                        .isThrownBy(write::run)
                        .withMessageContaining("-3.4028235E38 to 3.4028235E38");
            }
            assertThat(a.slice()).containsExactly(1f, 3e38f, 3f);
        }
    }

    @Test
    void addingToRealNumbersReturnsWhatIsHeld() {
        try (Array f = Array.of("f", 1);
                Array d = Array.of("d", 1)) {
            assertThat(d.add(0, 0.1)).isEqualTo(0.1);
            assertThat(d.add(0, 0.2)).isEqualTo(0.1 + 0.2).isEqualTo(d.getDouble(0));
            assertThat(f.add(0, 0.1)).isEqualTo(0.1f).isEqualTo(f.getDouble(0));
        }
    }

    @Test
    void anIntegerIsARealNumberToo() {
        try (Array d = Array.of("d", List.of(1, 2L, BigInteger.TEN, new BigDecimal("0.5")))) {
            assertThat(d.slice()).containsExactly(1.0, 2.0, 10.0, 0.5);
            d.set(0, (1L << 53) + 1);
            assertThat(d.getDouble(0)).isEqualTo(0x1p53);
            d.setSlice(0, 2, new int[] {7, 8});
            d.setSlice(2, 4, new long[] {9, 10});
            assertThat(d.slice().toDoubles()).containsExactly(7, 8, 9, 10);
        }
    }

    @Test
    void getIntRefusesWhatIsNoInt() {
        try (Array a = Array.of("q", List.of(Integer.MAX_VALUE, Integer.MAX_VALUE + 1L))) {
            assertThat(a.getInt(0)).isEqualTo(Integer.MAX_VALUE);
            assertThatThrownBy(() -> a.getInt(1))
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessageContaining("2147483648");
            assertThatThrownBy(() -> a.slice().toInts())
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessageContaining("2147483648");
        }
    }
}
