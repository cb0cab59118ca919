package tandem.travel;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The plain form: what may come from those who may not run code here. To read it makes objects of the types
/// below and no others, and runs no code of theirs.
///
/// | what | comes as |
/// |---|---|
/// | null, `Boolean`, `Character`, `Byte` … `Double`, `BigInteger`, `BigDecimal`, `String`, `Duration` | itself |
/// | an array of a primitive type or of texts | itself |
/// | a list, a set, a map, of such | `ArrayList`, `LinkedHashSet`, `LinkedHashMap` |
/// | a shared object that lives on a server | itself |
public final class Plain {
    private static final int MOST_DEPTH = 100;

    private final Kit kit;

    private Plain(Kit kit) {
        this.kit = kit;
    }

    /// @throws IOException that says what has no plain form
    public static byte[] write(Kit kit, Object value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new Plain(kit).write(new DataOutputStream(bytes), value, 0);
        return bytes.toByteArray();
    }

    /// @throws IOException when the bytes are damaged, or name an object that is not there
    public static Object read(Kit kit, byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        return new Plain(kit).read(in, 0);
    }

    private void write(DataOutputStream out, Object value, int depth) throws IOException {
        if (depth > MOST_DEPTH) {
            throw new IOException("lists lie in lists more than %d deep".formatted(MOST_DEPTH));
        }
        switch (value) {
            case null -> out.writeByte('0');
            case Boolean it -> {
                out.writeByte('?');
                out.writeBoolean(it);
            }
            case Character it -> {
                out.writeByte('c');
                out.writeChar(it);
            }
            case Byte it -> {
                out.writeByte('b');
                out.writeByte(it);
            }
            case Short it -> {
                out.writeByte('h');
                out.writeShort(it);
            }
            case Integer it -> {
                out.writeByte('i');
                out.writeInt(it);
            }
            case Long it -> {
                out.writeByte('q');
                out.writeLong(it);
            }
            case Float it -> {
                out.writeByte('f');
                out.writeFloat(it);
            }
            case Double it -> {
                out.writeByte('d');
                out.writeDouble(it);
            }
            case BigInteger it -> text(out, 'I', it.toString());
            case BigDecimal it -> text(out, 'D', it.toString());
            case Duration it -> text(out, 'T', it.toString());
            case String it -> text(out, 's', it);
            case List<?> it -> all(out, '[', it, depth);
            case Set<?> it -> all(out, '{', it, depth);
            case Map<?, ?> it -> {
                out.writeByte(':');
                Map<Object, Object> copy = new LinkedHashMap<>(it);
                out.writeInt(copy.size());
                for (Map.Entry<?, ?> entry : copy.entrySet()) {
                    write(out, entry.getKey(), depth + 1);
                    write(out, entry.getValue(), depth + 1);
                }
            }
            default -> {
                if (!writeArray(out, value)) {
                    writeShared(out, value);
                }
            }
        }
    }

    private static void text(DataOutputStream out, char what, String text) throws IOException {
        out.writeByte(what);
        Texts.write(out, text);
    }

    private void all(DataOutputStream out, char what, Collection<?> values, int depth)
            throws IOException {
        List<Object> copy = new ArrayList<>(values);
        out.writeByte(what);
        out.writeInt(copy.size());
        for (Object each : copy) {
            write(out, each, depth + 1);
        }
    }

    private static boolean writeArray(DataOutputStream out, Object value) throws IOException {
        if (value instanceof String[] texts) {
            out.writeByte('S');
            out.writeInt(texts.length);
            for (String text : texts) {
                out.writeBoolean(text != null);
                if (text != null) {
                    Texts.write(out, text);
                }
            }
            return true;
        }
        Class<?> type = value.getClass().getComponentType();
        if (type == null || !type.isPrimitive()) {
            return false;
        }
        out.writeByte('A');
        out.writeByte(type.descriptorString().charAt(0));
        out.writeInt(Array.getLength(value));
        switch (value) {
            case boolean[] it -> {
                for (boolean each : it) {
                    out.writeBoolean(each);
                }
            }
            case char[] it -> {
                for (char each : it) {
                    out.writeChar(each);
                }
            }
            case byte[] it -> out.write(it);
            case short[] it -> {
                for (short each : it) {
                    out.writeShort(each);
                }
            }
            case int[] it -> {
                for (int each : it) {
                    out.writeInt(each);
                }
            }
            case long[] it -> {
                for (long each : it) {
                    out.writeLong(each);
                }
            }
            case float[] it -> {
                for (float each : it) {
                    out.writeFloat(each);
                }
            }
            case double[] it -> {
                for (double each : it) {
                    out.writeDouble(each);
                }
            }
            default -> throw new AssertionError(type);
        }
        return true;
    }

    private void writeShared(DataOutputStream out, Object value) throws IOException {
        String name;
        try {
            name = kit.nameForOthers(value);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage());
        }
        if (name == null) {
            throw new IOException(
                    "a %s stays where it is; numbers, texts, arrays of them, lists, sets, maps and what is shared on the server come back from another machine"
                            .formatted(ClassNames.plain(value.getClass())));
        }
        text(out, '@', name);
    }

    private Object read(DataInputStream in, int depth) throws IOException {
        if (depth > MOST_DEPTH) {
            throw TravelLimits.damaged("more than %d deep".formatted(MOST_DEPTH));
        }
        char what = (char) in.readUnsignedByte();
        try {
            return switch (what) {
                case '0' -> null;
                case '?' -> in.readBoolean();
                case 'c' -> in.readChar();
                case 'b' -> in.readByte();
                case 'h' -> in.readShort();
                case 'i' -> in.readInt();
                case 'q' -> in.readLong();
                case 'f' -> in.readFloat();
                case 'd' -> in.readDouble();
                case 'I' -> new BigInteger(Texts.read(in));
                case 'D' -> new BigDecimal(Texts.read(in));
                case 'T' -> Duration.parse(Texts.read(in));
                case 's' -> Texts.read(in);
                case '[' -> fill(in, new ArrayList<>(), depth);
                case '{' -> fill(in, new LinkedHashSet<>(), depth);
                case ':' -> readMap(in, depth);
                case 'S' -> readTexts(in);
                case 'A' -> readArray(in);
                case '@' -> kit.attachForOthers(Texts.read(in));
                default -> throw TravelLimits.damaged("a thing of kind " + (int) what);
            };
        } catch (ArithmeticException | IllegalArgumentException | DateTimeException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /// Never more than bytes have come.
    private static int count(DataInputStream in, int bytesEach) throws IOException {
        int count = in.readInt();
        if (count < 0 || (long) count * bytesEach > in.available()) {
            throw TravelLimits.damaged("%d of what has not come".formatted(count));
        }
        return count;
    }

    private Object fill(DataInputStream in, Collection<Object> values, int depth)
            throws IOException {
        for (int left = count(in, 1); left > 0; left--) {
            values.add(read(in, depth + 1));
        }
        return values;
    }

    private Object readMap(DataInputStream in, int depth) throws IOException {
        Map<Object, Object> map = new LinkedHashMap<>();
        for (int left = count(in, 2); left > 0; left--) {
            map.put(read(in, depth + 1), read(in, depth + 1));
        }
        return map;
    }

    private static String[] readTexts(DataInputStream in) throws IOException {
        String[] texts = new String[count(in, 1)];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = in.readBoolean() ? Texts.read(in) : null;
        }
        return texts;
    }

    private static Object readArray(DataInputStream in) throws IOException {
        char type = (char) in.readUnsignedByte();
        switch (type) {
            case 'Z' -> {
                boolean[] all = new boolean[count(in, 1)];
                for (int i = 0; i < all.length; i++) {
                    all[i] = in.readBoolean();
                }
                return all;
            }
            case 'C' -> {
                char[] all = new char[count(in, Character.BYTES)];
                for (int i = 0; i < all.length; i++) {
                    all[i] = in.readChar();
                }
                return all;
            }
            case 'B' -> {
                return in.readNBytes(count(in, 1));
            }
            case 'S' -> {
                short[] all = new short[count(in, Short.BYTES)];
                for (int i = 0; i < all.length; i++) {
                    all[i] = in.readShort();
                }
                return all;
            }
            case 'I' -> {
                int[] all = new int[count(in, Integer.BYTES)];
                for (int i = 0; i < all.length; i++) {
                    all[i] = in.readInt();
                }
                return all;
            }
            case 'J' -> {
                long[] all = new long[count(in, Long.BYTES)];
                for (int i = 0; i < all.length; i++) {
                    all[i] = in.readLong();
                }
                return all;
            }
            case 'F' -> {
                float[] all = new float[count(in, Float.BYTES)];
                for (int i = 0; i < all.length; i++) {
                    all[i] = in.readFloat();
                }
                return all;
            }
            case 'D' -> {
                double[] all = new double[count(in, Double.BYTES)];
                for (int i = 0; i < all.length; i++) {
                    all[i] = in.readDouble();
                }
                return all;
            }
            default -> throw TravelLimits.damaged("an array of type " + (int) type);
        }
    }
}
