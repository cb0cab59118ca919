package tandem.travel;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Array;

/// Arrays of primitive types, as bytes in the order of the machine: they stay on it.
final class Numbers {
    private static final String TYPES = "ZBSCIJFD";

    private Numbers() {}

    static void write(DataOutputStream out, Object array, Class<?> component) throws IOException {
        out.writeByte(component.descriptorString().charAt(0));
        int count = Array.getLength(array);
        out.writeInt(count);
        out.write(segment(array).toArray(ValueLayout.JAVA_BYTE));
    }

    static Object read(DataInputStream in) throws IOException {
        char type = (char) in.readByte();
        return read(type, TravelLimits.readBytes(in, size(type)));
    }

    /// @param type the letter of it, as in descriptors
    static Object read(char type, byte[] bytes) throws IOException {
        int count = bytes.length / size(type);
        if (type == 'Z') {
            boolean[] truths = new boolean[count];
            for (int i = 0; i < count; i++) {
                truths[i] = bytes[i] != 0;
            }
            return truths;
        }
        Object array =
                switch (type) {
                    case 'B' -> new byte[count];
                    case 'S' -> new short[count];
                    case 'C' -> new char[count];
                    case 'I' -> new int[count];
                    case 'J' -> new long[count];
                    case 'F' -> new float[count];
                    default -> new double[count];
                };
        segment(array).copyFrom(MemorySegment.ofArray(bytes));
        return array;
    }

    private static int size(char type) throws IOException {
        return switch (type) {
            case 'Z', 'B' -> 1;
            case 'S', 'C' -> 2;
            case 'I', 'F' -> 4;
            case 'J', 'D' -> 8;
            default ->
                    throw TravelLimits.damaged(
                            "an array of type %c, which is none of %s".formatted(type, TYPES));
        };
    }

    /// The bytes of an array; of one of truth values, a copy.
    static MemorySegment segment(Object array) {
        return switch (array) {
            case boolean[] a -> {
                byte[] bytes = new byte[a.length];
                for (int i = 0; i < a.length; i++) {
                    bytes[i] = (byte) (a[i] ? 1 : 0);
                }
                yield MemorySegment.ofArray(bytes);
            }
            case byte[] a -> MemorySegment.ofArray(a);
            case short[] a -> MemorySegment.ofArray(a);
            case char[] a -> MemorySegment.ofArray(a);
            case int[] a -> MemorySegment.ofArray(a);
            case long[] a -> MemorySegment.ofArray(a);
            case float[] a -> MemorySegment.ofArray(a);
            case double[] a -> MemorySegment.ofArray(a);
            default -> throw new AssertionError(array.getClass());
        };
    }
}
