package tandem.travel;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/// Values of primitive types.
final class Box {
    private static final int MOST_CACHED = 127;
    private static final int LEAST_CACHED = -128;

    private Box() {}

    static boolean isBox(Object value) {
        return value instanceof Integer
                || value instanceof Long
                || value instanceof Double
                || value instanceof Boolean
                || value instanceof Character
                || value instanceof Byte
                || value instanceof Short
                || value instanceof Float;
    }

    /// Whether there is but one box for a value, in any JVM.
    static boolean isCached(Object value) {
        return value instanceof Boolean
                || value instanceof Byte
                || value instanceof Integer i && i <= MOST_CACHED && i >= LEAST_CACHED
                || value instanceof Long l && l <= MOST_CACHED && l >= LEAST_CACHED
                || value instanceof Short s && s <= MOST_CACHED && s >= LEAST_CACHED
                || value instanceof Character c && c <= MOST_CACHED;
    }

    /// What a reference to it begins with, as [Graph] says.
    static int kind(Object value) {
        return switch (value) {
            case Integer _ -> Graph.INT;
            case Boolean truth -> truth ? Graph.TRUE : Graph.FALSE;
            case Long _ -> Graph.LONG;
            case Double _ -> Graph.DOUBLE;
            case Character _ -> Graph.CHAR;
            case Byte _ -> Graph.BYTE;
            case Short _ -> Graph.SHORT;
            default -> Graph.FLOAT;
        };
    }

    /// The value in 64 bits.
    static long bits(Object value) {
        return switch (value) {
            case Boolean truth -> truth ? 1 : 0;
            case Character character -> character;
            case Double number -> Double.doubleToRawLongBits(number);
            case Float number -> Float.floatToRawIntBits(number);
            default -> ((Number) value).longValue();
        };
    }

    /// @throws IOException when there is no such kind
    static Object of(int kind, long bits) throws IOException {
        return switch (kind) {
            case Graph.INT -> (int) bits;
            case Graph.FALSE -> false;
            case Graph.TRUE -> true;
            case Graph.LONG -> bits;
            case Graph.DOUBLE -> Double.longBitsToDouble(bits);
            case Graph.CHAR -> (char) bits;
            case Graph.BYTE -> (byte) bits;
            case Graph.SHORT -> (short) bits;
            case Graph.FLOAT -> Float.intBitsToFloat((int) bits);
            default -> throw TravelLimits.damaged("a value of kind " + kind);
        };
    }

    static void write(DataOutputStream out, Object value) throws IOException {
        if (value instanceof Integer number) {
            out.writeByte(Graph.INT);
            out.writeInt(number);
        } else if (value instanceof Boolean truth) {
            out.writeByte(truth ? Graph.TRUE : Graph.FALSE);
        } else if (value instanceof Long number) {
            out.writeByte(Graph.LONG);
            out.writeLong(number);
        } else if (value instanceof Double number) {
            out.writeByte(Graph.DOUBLE);
            out.writeLong(Double.doubleToRawLongBits(number));
        } else if (value instanceof Character character) {
            out.writeByte(Graph.CHAR);
            out.writeChar(character);
        } else if (value instanceof Byte number) {
            out.writeByte(Graph.BYTE);
            out.writeByte(number);
        } else if (value instanceof Short number) {
            out.writeByte(Graph.SHORT);
            out.writeShort(number);
        } else {
            out.writeByte(Graph.FLOAT);
            out.writeInt(Float.floatToRawIntBits((Float) value));
        }
    }

    /// @param kind what the reference began with
    static Object read(DataInputStream in, int kind) throws IOException {
        return switch (kind) {
            case Graph.INT -> in.readInt();
            case Graph.FALSE -> false;
            case Graph.TRUE -> true;
            case Graph.LONG -> in.readLong();
            case Graph.DOUBLE -> Double.longBitsToDouble(in.readLong());
            case Graph.CHAR -> in.readChar();
            case Graph.BYTE -> in.readByte();
            case Graph.SHORT -> in.readShort();
            case Graph.FLOAT -> Float.intBitsToFloat(in.readInt());
            default -> throw TravelLimits.damaged("a reference of kind " + kind);
        };
    }
}
