package tandem.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collection;
import java.util.Iterator;
import java.util.function.Supplier;

/// Numbers that were all checked against a typecode before the first is written.
///
/// @param array an `int[]`, `long[]` or `double[]` that nobody else changes in a way that matters:
///     only an `int[]` for `i`, a `long[]` for 64 bits and a `double[]` for `d` are the caller's own
public record Values(Typecode typecode, Object array, int size) {

    public static Values of(Typecode typecode, Collection<? extends Number> values) {
        int size = Arguments.required(values, "the list of values").size();
        Iterator<? extends Number> iterator = values.iterator();
        if (typecode.isReal()) {
            double[] reals = new double[size];
            for (int i = 0; i < size; i++) {
                Number value = iterator.next();
                reals[i] = at(i, () -> typecode.real(value));
            }
            return new Values(typecode, reals, size);
        }
        long[] integers = new long[size];
        for (int i = 0; i < size; i++) {
            Number value = iterator.next();
            integers[i] = at(i, () -> typecode.integer(value));
        }
        return new Values(typecode, integers, size);
    }

    public static Values of(Typecode typecode, int[] values) {
        Arguments.required(values, "the array of values");
        if (typecode == Typecode.INT32) {
            return new Values(typecode, values, values.length);
        }
        if (typecode.isReal()) {
            double[] reals = new double[values.length];
            for (int i = 0; i < reals.length; i++) {
                reals[i] = values[i];
            }
            return new Values(typecode, reals, reals.length);
        }
        long[] integers = new long[values.length];
        for (int i = 0; i < integers.length; i++) {
            integers[i] = integer(typecode, i, values[i]);
        }
        return new Values(typecode, integers, integers.length);
    }

    public static Values of(Typecode typecode, long[] values) {
        Arguments.required(values, "the array of values");
        if (typecode.isReal()) {
            double[] reals = new double[values.length];
            for (int i = 0; i < reals.length; i++) {
                reals[i] = values[i];
            }
            return new Values(typecode, reals, reals.length);
        }
        if (typecode.bytes() == Long.BYTES) {
            return new Values(typecode, values, values.length);
        }
        long[] integers = new long[values.length];
        for (int i = 0; i < integers.length; i++) {
            integers[i] = integer(typecode, i, values[i]);
        }
        return new Values(typecode, integers, integers.length);
    }

    public static Values of(Typecode typecode, double[] values) {
        Arguments.required(values, "the array of values");
        if (!typecode.isReal()) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "a double[] cannot be put into an Array of \"%s\", which holds integers"
                                    .formatted(typecode.code())));
        }
        if (typecode == Typecode.DOUBLE) {
            return new Values(typecode, values, values.length);
        }
        double[] reals = new double[values.length];
        for (int i = 0; i < reals.length; i++) {
            double value = values[i];
            reals[i] = at(i, () -> typecode.check(value));
        }
        return new Values(typecode, reals, reals.length);
    }

    /// Writes all of them, from an index on at which there is room.
    public void write(MemorySegment data, long start) {
        long to = start * typecode.bytes();
        switch (array) {
            case int[] ints -> MemorySegment.copy(ints, 0, data, ValueLayout.JAVA_INT, to, size);
            case long[] longs when typecode.bytes() == Long.BYTES ->
                    MemorySegment.copy(longs, 0, data, ValueLayout.JAVA_LONG, to, size);
            case long[] longs -> {
                for (int i = 0; i < size; i++) {
                    typecode.set(data, start + i, longs[i]);
                }
            }
            case double[] doubles when typecode == Typecode.DOUBLE ->
                    MemorySegment.copy(doubles, 0, data, ValueLayout.JAVA_DOUBLE, to, size);
            default -> {
                double[] doubles = (double[]) array;
                for (int i = 0; i < size; i++) {
                    typecode.setDouble(data, start + i, doubles[i]);
                }
            }
        }
    }

    /// A primitive that is negative is a negative number here, also for `L` and `Q`.
    private static long integer(Typecode typecode, int index, long value) {
        return at(
                index,
                () ->
                        typecode.isUnsigned64()
                                ? typecode.integer((Number) value)
                                : typecode.check(value));
    }

    private static <T> T at(int index, Supplier<T> conversion) {
        try {
            return conversion.get();
        } catch (IllegalArgumentException e) {
            throw Trace.trim(
                    new IllegalArgumentException("value %d: %s".formatted(index, e.getMessage())));
        } catch (NullPointerException e) {
            throw Trace.trim(new NullPointerException("value %d is null".formatted(index)));
        }
    }
}
