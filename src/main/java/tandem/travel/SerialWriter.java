package tandem.travel;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectOutput;
import java.io.ObjectOutputStream;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/// What a serializable class of a library writes of one of its objects, taken down: named fields,
/// bytes, and references, which are followed later. The class itself writes, by the rules of Java's
/// serialisation; only the stream is another one, so that there is one graph for everything.
final class SerialWriter extends ObjectOutputStream {
    private final Object object;
    private final Class<?> level;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream data = new DataOutputStream(bytes);
    private final List<Object> references = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();

    private SerialWriter(Object object, Class<?> level) throws IOException {
        this.object = object;
        this.level = level;
    }

    /// Lets one of the classes of an object write its part.
    ///
    /// @throws CannotTravel when it throws
    static SerialWriter write(Object object, Class<?> level) throws CannotTravel {
        try {
            SerialWriter writer = new SerialWriter(object, level);
            MethodHandle own = SerialMethods.WRITE.of(level);
            if (object instanceof Externalizable external) {
                external.writeExternal(writer);
            } else if (own != null) {
                own.invoke(object, (ObjectOutputStream) writer);
            } else {
                writer.defaultWriteObject();
            }
            writer.data.flush();
            return writer;
        } catch (Throwable e) {
            throw new CannotTravel(
                    "%s cannot be written: %s".formatted(ClassNames.plain(object.getClass()), e));
        }
    }

    /// What stands for an object while it travels: most often the object itself.
    static Object replacement(Object object) throws CannotTravel {
        Object last = object;
        try {
            for (MethodHandle replace = replace(last); replace != null; replace = replace(last)) {
                Object next = replace.invoke(last);
                if (next == last || next == null || next.getClass() == last.getClass()) {
                    return next == null ? last : next;
                }
                last = next;
            }
            return last;
        } catch (Throwable e) {
            throw new CannotTravel(
                    "%s cannot be written: %s".formatted(ClassNames.plain(object.getClass()), e));
        }
    }

    private static MethodHandle replace(Object object) {
        return SerialMethods.REPLACE.of(object.getClass());
    }

    static boolean resolvesItself(Class<?> type) {
        return SerialMethods.RESOLVE.of(type) != null;
    }

    List<String> names() {
        return names;
    }

    List<Object> values() {
        return values;
    }

    List<Object> references() {
        return references;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    @Override
    public void defaultWriteObject() throws IOException {
        MethodHandle handle = SerialMethods.WRITE_FIELDS.of(level);
        try {
            if (handle != null) {
                handle.invoke(object, (ObjectOutputStream) this);
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }

    @Override
    protected void writeObjectOverride(Object reference) {
        references.add(reference);
    }

    @Override
    public void writeUnshared(Object reference) {
        references.add(reference);
    }

    @Override
    public PutField putFields() {
        return new Fields();
    }

    @Override
    public void writeFields() {}

    @Override
    public void write(int value) throws IOException {
        data.write(value);
    }

    @Override
    public void write(byte[] some) throws IOException {
        data.write(some);
    }

    @Override
    public void write(byte[] some, int from, int length) throws IOException {
        data.write(some, from, length);
    }

    @Override
    public void writeBoolean(boolean value) throws IOException {
        data.writeBoolean(value);
    }

    @Override
    public void writeByte(int value) throws IOException {
        data.writeByte(value);
    }

    @Override
    public void writeShort(int value) throws IOException {
        data.writeShort(value);
    }

    @Override
    public void writeChar(int value) throws IOException {
        data.writeChar(value);
    }

    @Override
    public void writeInt(int value) throws IOException {
        data.writeInt(value);
    }

    @Override
    public void writeLong(long value) throws IOException {
        data.writeLong(value);
    }

    @Override
    public void writeFloat(float value) throws IOException {
        data.writeFloat(value);
    }

    @Override
    public void writeDouble(double value) throws IOException {
        data.writeDouble(value);
    }

    @Override
    public void writeBytes(String text) throws IOException {
        data.writeBytes(text);
    }

    @Override
    public void writeChars(String text) throws IOException {
        data.writeChars(text);
    }

    @Override
    public void writeUTF(String text) throws IOException {
        data.writeUTF(text);
    }

    @Override
    public void flush() {}

    @Override
    public void reset() {}

    @Override
    public void close() {}

    private final class Fields extends PutField {
        private void add(String name, Object value) {
            names.add(name);
            values.add(value);
        }

        @Override
        public void put(String name, boolean value) {
            add(name, new Primitive(value));
        }

        @Override
        public void put(String name, byte value) {
            add(name, new Primitive(value));
        }

        @Override
        public void put(String name, char value) {
            add(name, new Primitive(value));
        }

        @Override
        public void put(String name, short value) {
            add(name, new Primitive(value));
        }

        @Override
        public void put(String name, int value) {
            add(name, new Primitive(value));
        }

        @Override
        public void put(String name, long value) {
            add(name, new Primitive(value));
        }

        @Override
        public void put(String name, float value) {
            add(name, new Primitive(value));
        }

        @Override
        public void put(String name, double value) {
            add(name, new Primitive(value));
        }

        @Override
        public void put(String name, Object value) {
            add(name, value);
        }

        @Override
        @Deprecated
        @SuppressWarnings("removal")
        public void write(ObjectOutput out) {}
    }
}
