package tandem;

import tandem.memory.Range;
import tandem.memory.Trace;
import tandem.memory.Typecode;

import java.io.Serial;
import java.io.Serializable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.AbstractList;
import java.util.RandomAccess;

/// A snapshot of elements of an [Array], taken under one hold of its lock: a list that does not
/// change with the array, and prints as `[0, 0, 0]`.
///
/// Elements are `Integer` where 32 signed bits hold every value of the typecode, else `Long`, for
/// `L` and `Q` beyond 2^63 `BigInteger`, for `f` `Float` and for `d` `Double`. The list cannot be
/// changed. It can be sent to a worker, and come back from one.
///
/// ```java
/// var s = Array.of("i", List.of(1, 2, 3)).slice();
/// s.get(0)                             // ==> 1
/// s.toInts().length                    // ==> 3
/// ```
public final class Slice extends AbstractList<Number> implements RandomAccess, Serializable {
    @Serial private static final long serialVersionUID = 1;

    private final Typecode typecode;

    /// An array of a primitive type.
    @SuppressWarnings("serial")
    private final Object elements;

    private final int size;

    private Slice(Typecode typecode, Object elements, int size) {
        this.typecode = typecode;
        this.elements = elements;
        this.size = size;
    }

    /// Copies the elements of a range. The caller holds the lock.
    static Slice copy(Typecode typecode, MemorySegment data, Range range) {
        int size = size(range);
        Object elements =
                switch (typecode.bytes()) {
                    case 1 -> new byte[size];
                    case 2 -> new short[size];
                    case 4 -> typecode.isReal() ? new float[size] : new int[size];
                    default -> typecode.isReal() ? new double[size] : new long[size];
                };
        Slice slice = new Slice(typecode, elements, size);
        if (range.step() == 1) {
            slice.copyBlock(data, range.start());
        } else {
            slice.copyEach(data, range);
        }
        return slice;
    }

    private static int size(Range range) {
        if (range.count() > Integer.MAX_VALUE - 8) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "a slice of %d elements is more than a Java list holds: take it in parts, or use segment()"
                                    .formatted(range.count())));
        }
        return (int) range.count();
    }

    private void copyBlock(MemorySegment data, long start) {
        long from = start * typecode.bytes();
        switch (elements) {
            case byte[] to -> MemorySegment.copy(data, ValueLayout.JAVA_BYTE, from, to, 0, size);
            case short[] to -> MemorySegment.copy(data, ValueLayout.JAVA_SHORT, from, to, 0, size);
            case int[] to -> MemorySegment.copy(data, ValueLayout.JAVA_INT, from, to, 0, size);
            case long[] to -> MemorySegment.copy(data, ValueLayout.JAVA_LONG, from, to, 0, size);
            case float[] to -> MemorySegment.copy(data, ValueLayout.JAVA_FLOAT, from, to, 0, size);
            default ->
                    MemorySegment.copy(
                            data, ValueLayout.JAVA_DOUBLE, from, (double[]) elements, 0, size);
        }
    }

    private void copyEach(MemorySegment data, Range range) {
        for (int i = 0; i < size; i++) {
            long at = range.start() + i * range.step();
            switch (elements) {
                case byte[] to -> to[i] = (byte) typecode.get(data, at);
                case short[] to -> to[i] = (short) typecode.get(data, at);
                case int[] to -> to[i] = (int) typecode.get(data, at);
                case long[] to -> to[i] = typecode.get(data, at);
                case float[] to -> to[i] = (float) typecode.getDouble(data, at);
                default -> ((double[]) elements)[i] = typecode.getDouble(data, at);
            }
        }
    }

    @Override
    public Number get(int index) {
        return typecode.isReal()
                ? typecode.number(realAt(index))
                : typecode.number(integerAt(index));
    }

    @Override
    public int size() {
        return size;
    }

    /// The elements as `int`s. For an array of `i` this is the snapshot's own memory, without a
    /// copy: changes to it show in this list. Other types are converted.
    ///
    /// @throws UnsupportedOperationException for `f` and `d`
    /// @throws ArithmeticException when an element does not fit an `int`
    public int[] toInts() {
        requireInteger("toInts()");
        if (typecode == Typecode.INT32) {
            return (int[]) elements;
        }
        int[] ints = new int[size];
        for (int i = 0; i < size; i++) {
            ints[i] = toInt(typecode, integerAt(i));
        }
        return ints;
    }

    /// The elements as `long`s, for `L` and `Q` as 64 unsigned bits. For `l`, `q`, `L` and `Q` this
    /// is the snapshot's own memory, without a copy.
    ///
    /// @throws UnsupportedOperationException for `f` and `d`
    public long[] toLongs() {
        requireInteger("toLongs()");
        if (elements instanceof long[] own) {
            return own;
        }
        long[] longs = new long[size];
        for (int i = 0; i < size; i++) {
            longs[i] = integerAt(i);
        }
        return longs;
    }

    /// The elements as `double`s, rounded where 64-bit integers need it. For `d` this is the
    /// snapshot's own memory, without a copy.
    public double[] toDoubles() {
        if (elements instanceof double[] own) {
            return own;
        }
        double[] doubles = new double[size];
        for (int i = 0; i < size; i++) {
            doubles[i] = get(i).doubleValue();
        }
        return doubles;
    }

    /// @throws ArithmeticException when the number is no `int`
    static int toInt(Typecode typecode, long value) {
        if (value != (int) value || (value < 0 && typecode.isUnsigned64())) {
            throw Trace.trim(
                    new ArithmeticException(
                            "%s does not fit an int: read it as a long"
                                    .formatted(typecode.number(value))));
        }
        return (int) value;
    }

    private void requireInteger(String method) {
        if (typecode.isReal()) {
            throw Trace.trim(
                    new UnsupportedOperationException(
                            "%s is for integers, and typecode \"%s\" is real: use toDoubles()"
                                    .formatted(method, typecode.code())));
        }
    }

    private long integerAt(int index) {
        return switch (elements) {
            case byte[] bytes ->
                    typecode == Typecode.UINT8 ? Byte.toUnsignedLong(bytes[index]) : bytes[index];
            case short[] shorts ->
                    typecode == Typecode.UINT16
                            ? Short.toUnsignedLong(shorts[index])
                            : shorts[index];
            case int[] ints ->
                    typecode == Typecode.UINT32 ? Integer.toUnsignedLong(ints[index]) : ints[index];
            default -> ((long[]) elements)[index];
        };
    }

    private double realAt(int index) {
        return elements instanceof float[] floats ? floats[index] : ((double[]) elements)[index];
    }
}
