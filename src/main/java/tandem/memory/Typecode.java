package tandem.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// The element types of an array, by Python's letters; every size is the same on every platform.
///
/// Integers travel as `long`: for `L` and `Q` its 64 bits are an unsigned number, for the others it
/// is the value itself. Real numbers travel as `double`. Accesses are plain: the caller brings the
/// lock, or wants none.
public enum Typecode {
    INT8("b", 1, Byte.MIN_VALUE, Byte.MAX_VALUE) {
        @Override
        public long get(MemorySegment data, long index) {
            return data.get(JAVA_BYTE, index);
        }
    },
    UINT8("B", 1, 0, 0xff) {
        @Override
        public long get(MemorySegment data, long index) {
            return Byte.toUnsignedLong(data.get(JAVA_BYTE, index));
        }
    },
    INT16("h", 2, Short.MIN_VALUE, Short.MAX_VALUE) {
        @Override
        public long get(MemorySegment data, long index) {
            return data.get(JAVA_SHORT, index << 1);
        }
    },
    UINT16("H", 2, 0, 0xffff) {
        @Override
        public long get(MemorySegment data, long index) {
            return Short.toUnsignedLong(data.get(JAVA_SHORT, index << 1));
        }
    },
    INT32("i", 4, Integer.MIN_VALUE, Integer.MAX_VALUE) {
        @Override
        public long get(MemorySegment data, long index) {
            return data.get(JAVA_INT, index << 2);
        }
    },
    UINT32("I", 4, 0, 0xffff_ffffL) {
        @Override
        public long get(MemorySegment data, long index) {
            return Integer.toUnsignedLong(data.get(JAVA_INT, index << 2));
        }
    },
    LONG64("l", 8, Long.MIN_VALUE, Long.MAX_VALUE),
    ULONG64("L", 8, 0, -1),
    INT64("q", 8, Long.MIN_VALUE, Long.MAX_VALUE),
    UINT64("Q", 8, 0, -1),
    FLOAT("f", 4) {
        @Override
        public double getDouble(MemorySegment data, long index) {
            return data.get(JAVA_FLOAT, index << 2);
        }
    },
    DOUBLE("d", 8) {
        @Override
        public double getDouble(MemorySegment data, long index) {
            return data.get(JAVA_DOUBLE, index << 3);
        }
    };

    private static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(64);
    private static final Typecode[] ALL = values();

    private final String code;
    private final int bytes;
    private final boolean real;
    private final boolean unsigned64;
    private final long min;
    private final long max;

    Typecode(String code, int bytes, long min, long max) {
        this(code, bytes, false, min, max);
    }

    Typecode(String code, int bytes) {
        this(code, bytes, true, 0, 0);
    }

    Typecode(String code, int bytes, boolean real, long min, long max) {
        this.code = code;
        this.bytes = bytes;
        this.real = real;
        this.unsigned64 = bytes == 8 && min == 0 && !real;
        this.min = unsigned64 ? Long.MIN_VALUE : min;
        this.max = unsigned64 ? Long.MAX_VALUE : max;
    }

    /// @throws IllegalArgumentException when there is no such letter
    public static Typecode of(String code) {
        Arguments.required(code, "the typecode");
        if (code.length() == 1) {
            for (Typecode typecode : ALL) {
                if (typecode.code.equals(code)) {
                    return typecode;
                }
            }
        }
        throw Trace.trim(
                new IllegalArgumentException(
                        "\"%s\" is not a typecode: b B h H i I l L q Q are integers (capitals unsigned), f d real"
                                .formatted(code)));
    }

    static Typecode of(int letter) {
        return of(Character.isValidCodePoint(letter) ? Character.toString(letter) : "?");
    }

    /// Python's letter.
    public String code() {
        return code;
    }

    /// Bytes of an element.
    public int bytes() {
        return bytes;
    }

    /// Whether elements are `f` or `d`.
    public boolean isReal() {
        return real;
    }

    /// Whether a `long` of this type is 64 unsigned bits.
    public boolean isUnsigned64() {
        return unsigned64;
    }

    /// The integer at an index that the caller has checked.
    public long get(MemorySegment data, long index) {
        return data.get(JAVA_LONG, index << 3);
    }

    /// The real number at an index that the caller has checked.
    public double getDouble(MemorySegment data, long index) {
        throw new AssertionError(this);
    }

    /// Stores an integer that the caller has checked with `check`.
    public final void set(MemorySegment data, long index, long value) {
        switch (bytes) {
            case 1 -> data.set(JAVA_BYTE, index, (byte) value);
            case 2 -> data.set(JAVA_SHORT, index << 1, (short) value);
            case 4 -> data.set(JAVA_INT, index << 2, (int) value);
            default -> data.set(JAVA_LONG, index << 3, value);
        }
    }

    /// Stores a real number that the caller has checked with `check`.
    public final void setDouble(MemorySegment data, long index, double value) {
        if (bytes == 4) {
            data.set(JAVA_FLOAT, index << 2, (float) value);
        } else {
            data.set(JAVA_DOUBLE, index << 3, value);
        }
    }

    /// @return the value itself
    /// @throws IllegalArgumentException when an element cannot hold it
    public long check(long value) {
        if (value < min || value > max) {
            throw outOfRange(Long.toString(value));
        }
        return value;
    }

    /// Infinities and NaN are held; a finite number that would become infinite is not.
    ///
    /// @return the value itself
    /// @throws IllegalArgumentException when an element cannot hold it
    public double check(double value) {
        if (bytes == 4 && Double.isFinite(value) && Float.isInfinite((float) value)) {
            throw outOfRange(Double.toString(value));
        }
        return value;
    }

    /// The `long` that stands for a number, as its value says: a negative one is refused by `L`.
    ///
    /// @throws IllegalArgumentException when it is not an integer or an element cannot hold it
    public long integer(Number value) {
        BigInteger exact =
                switch (value) {
                    case Byte n -> BigInteger.valueOf(n);
                    case Short n -> BigInteger.valueOf(n);
                    case Integer n -> BigInteger.valueOf(n);
                    case Long n -> BigInteger.valueOf(n);
                    case AtomicInteger n -> BigInteger.valueOf(n.get());
                    case AtomicLong n -> BigInteger.valueOf(n.get());
                    case BigInteger n -> n;
                    default ->
                            throw Trace.trim(
                                    new IllegalArgumentException(
                                            "%s (%s) is not an integer, and \"%s\" holds integers"
                                                    .formatted(
                                                            value,
                                                            value.getClass().getSimpleName(),
                                                            code)));
                };
        boolean fits =
                unsigned64
                        ? exact.signum() >= 0 && exact.bitLength() <= 64
                        : exact.bitLength() <= 63
                                && exact.longValue() >= min
                                && exact.longValue() <= max;
        if (!fits) {
            throw outOfRange(exact.toString());
        }
        return exact.longValue();
    }

    /// The `double` that stands for a number.
    ///
    /// @throws IllegalArgumentException when an element cannot hold it
    public double real(Number value) {
        double converted = value.doubleValue();
        if (Double.isInfinite(converted)
                && (value instanceof BigInteger || value instanceof BigDecimal)) {
            throw outOfRange(value.toString());
        }
        return check(converted);
    }

    /// An integer as a person counts it: 64 unsigned bits that a `long` cannot show become a
    /// `BigInteger`.
    public Number number(long value) {
        if (unsigned64) {
            return value >= 0 ? (Number) value : BigInteger.valueOf(value).add(TWO_TO_64);
        }
        return this == UINT32 || bytes == 8 ? (Number) value : (Number) (int) value;
    }

    /// A real number in the precision of an element.
    public Number number(double value) {
        return bytes == 4 ? (Number) (float) value : (Number) value;
    }

    /// The element at an index that the caller has checked.
    public Number element(MemorySegment data, long index) {
        return real ? number(getDouble(data, index)) : number(get(data, index));
    }

    /// The sum of an element and a change, or the error that it does not fit.
    ///
    /// @throws IllegalArgumentException when an element cannot hold the sum
    public long sum(long value, long change) {
        long sum = value + change;
        boolean overflow =
                unsigned64
                        ? (change >= 0
                                ? Long.compareUnsigned(sum, value) < 0
                                : Long.compareUnsigned(sum, value) > 0)
                        : ((value ^ sum) & (change ^ sum)) < 0;
        if (overflow) {
            throw outOfRange(
                    new BigInteger(number(value).toString())
                            .add(BigInteger.valueOf(change))
                            .toString());
        }
        return check(sum);
    }

    private IllegalArgumentException outOfRange(String value) {
        return Trace.trim(
                new IllegalArgumentException(
                        "%s does not fit typecode \"%s\", which holds %s"
                                .formatted(
                                        value,
                                        code,
                                        real
                                                ? (bytes == 4
                                                        ? "-3.4028235E38 to 3.4028235E38"
                                                        : "-1.7976931348623157E308 to"
                                                                + " 1.7976931348623157E308")
                                                : number(unsigned64 ? 0 : min)
                                                        + " to "
                                                        + number(unsigned64 ? -1 : max))));
    }
}
