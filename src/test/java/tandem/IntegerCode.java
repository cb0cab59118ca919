package tandem;

import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// What a typecode of integers holds, as a model for tests.
record IntegerCode(String code, int bytes, BigInteger min, BigInteger max) {
    static final List<IntegerCode> ALL =
            List.of(
                    signed("b", 1),
                    unsigned("B", 1),
                    signed("h", 2),
                    unsigned("H", 2),
                    signed("i", 4),
                    unsigned("I", 4),
                    signed("l", 8),
                    unsigned("L", 8),
                    signed("q", 8),
                    unsigned("Q", 8));

    private static IntegerCode signed(String code, int bytes) {
        BigInteger limit = BigInteger.TWO.pow(8 * bytes - 1);
        return new IntegerCode(code, bytes, limit.negate(), limit.subtract(BigInteger.ONE));
    }

    private static IntegerCode unsigned(String code, int bytes) {
        BigInteger limit = BigInteger.TWO.pow(8 * bytes);
        return new IntegerCode(code, bytes, BigInteger.ZERO, limit.subtract(BigInteger.ONE));
    }

    static Stream<IntegerCode> all() {
        return ALL.stream();
    }

    boolean holds(BigInteger value) {
        return value.compareTo(min) >= 0 && value.compareTo(max) <= 0;
    }

    boolean isUnsigned64() {
        return bytes == 8 && min.signum() == 0;
    }

    /// The range as errors name it.
    String range() {
        return min + " to " + max;
    }

    /// The element that a list of such numbers holds.
    Number element(BigInteger value) {
        if (isUnsigned64() && value.bitLength() > 63) {
            return value;
        }
        if (bytes == 8 || code.equals("I")) {
            return value.longValueExact();
        }
        return value.intValueExact();
    }

    /// The number that a `long` stands for when it is read or written.
    BigInteger value(long bits) {
        return isUnsigned64()
                ? new BigInteger(Long.toUnsignedString(bits))
                : BigInteger.valueOf(bits);
    }

    /// A number that fits.
    BigInteger fitting(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> min.add(BigInteger.valueOf(random.nextInt(3)));
            case 1 -> max.subtract(BigInteger.valueOf(random.nextInt(3)));
            case 2 -> BigInteger.valueOf(random.nextInt(100));
            default -> new BigInteger(8 * bytes, random).add(min);
        };
    }

    /// A number that may fit or not: around a limit, small, or of any size.
    BigInteger any(Random random) {
        BigInteger near = BigInteger.valueOf(random.nextInt(-3, 4));
        return switch (random.nextInt(4)) {
            case 0 -> min.add(near);
            case 1 -> max.add(near);
            case 2 -> near;
            default -> new BigInteger(random.nextInt(1, 70), random).multiply(near);
        };
    }
}
