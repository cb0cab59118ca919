package tandem.travel;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.Externalizable;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputStream;
import java.io.ObjectInputValidation;
import java.io.ObjectStreamClass;
import java.lang.invoke.MethodHandle;
import java.util.HashMap;
import java.util.Map;

/// Gives a serializable class of a library back what [SerialWriter] has taken down of an object.
final class SerialReader extends ObjectInputStream {
    private final Object object;
    private final Class<?> level;
    private final DataInputStream data;
    private final Object[] references;
    private final Map<String, Object> fields;
    private int next;
    private ObjectInputValidation validation;

    private SerialReader(
            Object object,
            Class<?> level,
            Map<String, Object> fields,
            byte[] bytes,
            Object[] references)
            throws IOException {
        this.object = object;
        this.level = level;
        this.fields = new HashMap<>(fields);
        this.data = new DataInputStream(new ByteArrayInputStream(bytes));
        this.references = references;
        setObjectInputFilter(new TravelLimits(bytes.length, references.length, fields.size()));
    }

    /// Lets one of the classes of an object read its part.
    static void read(
            Object object,
            Class<?> level,
            Map<String, Object> fields,
            byte[] bytes,
            Object[] references)
            throws IOException, ReflectiveOperationException {
        SerialReader reader = new SerialReader(object, level, fields, bytes, references);
        try {
            MethodHandle own = SerialMethods.READ.of(level);
            if (object instanceof Externalizable external) {
                external.readExternal(reader);
            } else if (own != null) {
                own.invoke(object, (ObjectInputStream) reader);
            } else {
                reader.defaultReadObject();
            }
            if (reader.validation != null) {
                reader.validation.validateObject();
            }
        } catch (InvalidClassException e) {
            throw e.getCause() instanceof IllegalArgumentException limit
                    ? TravelLimits.damaged(limit.getMessage())
                    : e;
        } catch (IOException | ReflectiveOperationException | RuntimeException e) {
            throw e;
        } catch (OutOfMemoryError e) {
            throw new IOException("there is no memory for what came", e);
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }

    /// What an object of a class wants to be replaced by when it has been read.
    static Object resolved(Object read) throws IOException, ReflectiveOperationException {
        MethodHandle resolve = SerialMethods.RESOLVE.of(read.getClass());
        try {
            return resolve == null ? read : resolve.invoke(read);
        } catch (IOException | ReflectiveOperationException | RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }

    @Override
    public void defaultReadObject() throws IOException, ClassNotFoundException {
        MethodHandle handle = SerialMethods.READ_FIELDS.of(level);
        try {
            if (handle != null) {
                handle.invoke(object, (ObjectInputStream) this);
            }
        } catch (IOException | ClassNotFoundException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }

    @Override
    protected Object readObjectOverride() throws IOException {
        if (next == references.length) {
            throw new EOFException();
        }
        return references[next++];
    }

    @Override
    public Object readUnshared() throws IOException {
        return readObjectOverride();
    }

    @Override
    public GetField readFields() {
        return new Fields();
    }

    /// Asked for when this class has read its part: what that refers to is complete by then.
    @Override
    public void registerValidation(ObjectInputValidation asked, int priority) {
        validation = asked;
    }

    @Override
    public int read() throws IOException {
        return data.read();
    }

    @Override
    public int read(byte[] some, int from, int length) throws IOException {
        return data.read(some, from, length);
    }

    @Override
    public int available() throws IOException {
        return data.available();
    }

    @Override
    public boolean readBoolean() throws IOException {
        return data.readBoolean();
    }

    @Override
    public byte readByte() throws IOException {
        return data.readByte();
    }

    @Override
    public int readUnsignedByte() throws IOException {
        return data.readUnsignedByte();
    }

    @Override
    public char readChar() throws IOException {
        return data.readChar();
    }

    @Override
    public short readShort() throws IOException {
        return data.readShort();
    }

    @Override
    public int readUnsignedShort() throws IOException {
        return data.readUnsignedShort();
    }

    @Override
    public int readInt() throws IOException {
        return data.readInt();
    }

    @Override
    public long readLong() throws IOException {
        return data.readLong();
    }

    @Override
    public float readFloat() throws IOException {
        return data.readFloat();
    }

    @Override
    public double readDouble() throws IOException {
        return data.readDouble();
    }

    @Override
    public void readFully(byte[] some) throws IOException {
        data.readFully(some);
    }

    @Override
    public void readFully(byte[] some, int from, int length) throws IOException {
        data.readFully(some, from, length);
    }

    @Override
    public int skipBytes(int count) throws IOException {
        return data.skipBytes(count);
    }

    @Override
    public String readUTF() throws IOException {
        return data.readUTF();
    }

    @Override
    public void close() {}

    private final class Fields extends GetField {
        @Override
        public ObjectStreamClass getObjectStreamClass() {
            return ObjectStreamClass.lookup(level);
        }

        @Override
        public boolean defaulted(String name) {
            return !fields.containsKey(name);
        }

        @Override
        public boolean get(String name, boolean otherwise) {
            return (Boolean) fields.getOrDefault(name, otherwise);
        }

        @Override
        public byte get(String name, byte otherwise) {
            return (Byte) fields.getOrDefault(name, otherwise);
        }

        @Override
        public char get(String name, char otherwise) {
            return (Character) fields.getOrDefault(name, otherwise);
        }

        @Override
        public short get(String name, short otherwise) {
            return (Short) fields.getOrDefault(name, otherwise);
        }

        @Override
        public int get(String name, int otherwise) {
            return (Integer) fields.getOrDefault(name, otherwise);
        }

        @Override
        public long get(String name, long otherwise) {
            return (Long) fields.getOrDefault(name, otherwise);
        }

        @Override
        public float get(String name, float otherwise) {
            return (Float) fields.getOrDefault(name, otherwise);
        }

        @Override
        public double get(String name, double otherwise) {
            return (Double) fields.getOrDefault(name, otherwise);
        }

        @Override
        public Object get(String name, Object otherwise) {
            return fields.getOrDefault(name, otherwise);
        }
    }
}
