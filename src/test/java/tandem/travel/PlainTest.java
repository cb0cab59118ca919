package tandem.travel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/// The plain form, also of bytes that somebody else has made.
@Tag("once")
class PlainTest {
    static Stream<Object> values() {
        return Stream.of(
                true,
                'x',
                (byte) -1,
                (short) -2,
                3,
                Long.MIN_VALUE,
                1.5f,
                Double.NaN,
                BigInteger.TWO.pow(200).negate(),
                new BigDecimal("-1.50E-7"),
                Duration.ofNanos(-1),
                "一 \ud800 \0",
                "",
                Arrays.asList(1, null, List.of("deeper")),
                Set.of(1L),
                Map.of("k", List.of(2.5)),
                new boolean[] {true, false},
                new char[] {'a', '\uffff'},
                new byte[] {1, -1},
                new short[] {1, -1},
                new int[] {1, -1},
                new long[] {1, -1},
                new float[] {1, Float.NaN},
                new double[] {1, -0.0},
                new String[] {"a", null, "一"},
                new int[0]);
    }

    @ParameterizedTest
    @MethodSource("values")
    void whatIsWrittenIsRead(Object value) throws IOException {
        Object read = Plain.read(ParcelTest.KIT, Plain.write(ParcelTest.KIT, value));
        assertThat(read).isEqualTo(value);
    }

    @Test
    void nothingIsSomethingToo() throws IOException {
        assertThat(Plain.read(ParcelTest.KIT, Plain.write(ParcelTest.KIT, null))).isNull();
    }

    @Test
    void whatHasNoPlainFormIsNamed() {
        assertThatIOException()
                .isThrownBy(() -> Plain.write(ParcelTest.KIT, List.of(new Object())))
                .withMessageStartingWith("a java.lang.Object stays where it is; numbers, texts,");
        List<Object> circle = new ArrayList<>();
        circle.add(circle);
        assertThatIOException()
                .isThrownBy(() -> Plain.write(ParcelTest.KIT, circle))
                .withMessage("lists lie in lists more than 100 deep");
    }

    /// Whatever came, it is a value or an `IOException`, soon and without much memory.
    @Test
    void damagedBytesDoNoHarm() throws IOException {
        byte[] whole = Plain.write(ParcelTest.KIT, values().toList());
        Random random = new Random(1);
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = Arrays.copyOf(whole, 1 + random.nextInt(whole.length));
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                Plain.read(ParcelTest.KIT, bytes);
            } catch (IOException e) {
                assertThat(e).isNotNull();
            }
        }
        byte[] deep = new byte[5_000];
        for (int i = 0; i < deep.length; i += 5) {
            deep[i] = '[';
            if (i + 4 < deep.length) {
                deep[i + 4] = 1;
            }
        }
        assertThatIOException().isThrownBy(() -> Plain.read(ParcelTest.KIT, deep));
    }
}
