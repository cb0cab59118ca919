package tandem;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Random;
import java.util.function.Function;

/// Arrays without a lock do what those with one do, and refuse what they refuse.
@Tag("once")
class UnlockedTest {
    private static final int SIZE = 3;
    private static final int OPERATIONS = 20_000;

    private static long integer(Random random) {
        int bits = new int[] {0, 7, 8, 15, 16, 31, 32, 53, 63}[random.nextInt(9)];
        long power = bits == 0 ? 0 : 1L << bits;
        long near = power + random.nextLong(-2, 3);
        return random.nextBoolean() ? near : -near;
    }

    private static double real(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> random.nextGaussian();
            case 1 -> Double.NaN;
            case 2 -> Double.NEGATIVE_INFINITY;
            case 3 -> Float.MAX_VALUE * 1.5;
            case 4 -> Double.MAX_VALUE;
            default -> integer(random);
        };
    }

    private static Function<Array, Object> operation(Random random) {
        long index = random.nextLong(-SIZE - 1, SIZE + 1);
        long integer = integer(random);
        double real = real(random);
        return switch (random.nextInt(7)) {
            case 0 -> array -> array.get(index);
            case 1 -> array -> array.getInt(index);
            case 2 -> array -> array.getDouble(index);
            case 3 ->
                    array -> {
                        array.set(index, integer);
                        return "set";
                    };
            case 4 ->
                    array -> {
                        array.set(index, real);
                        return "set";
                    };
            case 5 -> array -> array.add(index, integer);
            default -> array -> array.add(index, real);
        };
    }

    private static Object outcome(Function<Array, Object> operation, Array array) {
        try {
            return operation.apply(array);
        } catch (RuntimeException e) {
            return e.toString();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"b", "B", "h", "H", "i", "I", "l", "L", "q", "Q", "f", "d"})
    void theLockMakesNoDifference(String code) {
        Array locked = Array.of(code, SIZE, true);
        Array unlocked = Array.of(code, SIZE, false);
        Cases.run(
                OPERATIONS,
                random -> {
                    Function<Array, Object> operation = operation(random);
                    assertThat(outcome(operation, unlocked)).isEqualTo(outcome(operation, locked));
                    assertThat(unlocked.slice()).isEqualTo(locked.slice());
                });
        locked.close();
        unlocked.close();
        for (int i = 0; i < 100; i++) {
            Function<Array, Object> operation = operation(new Random(i));
            assertThat(outcome(operation, unlocked).toString().replace(unlocked.name(), ""))
                    .isEqualTo(outcome(operation, locked).toString().replace(locked.name(), ""));
        }
    }
}
