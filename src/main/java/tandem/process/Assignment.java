package tandem.process;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidClassException;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.security.CodeSource;
import java.util.List;

/// What a worker is given when it starts: its name and its arguments. They come over its standard
/// input, a pipe that only its parent can write to.
///
/// @param arguments the arguments as one serialised `Object[]`, so that what two of them share stays
///     shared
record Assignment(String name, byte[] arguments) {
    private static final int MAGIC = 0x74616e64;

    /// @throws IllegalArgumentException that names the argument which cannot travel, and why
    static Assignment of(String name, Object... arguments) {
        try {
            return new Assignment(name, serialize(arguments));
        } catch (IOException e) {
            throw cannotTravel(arguments);
        }
    }

    private static IllegalArgumentException cannotTravel(Object[] arguments) {
        for (int i = 0; i < arguments.length; i++) {
            try {
                serialize(arguments[i]);
            } catch (IOException e) {
                return new IllegalArgumentException(
                        "argument %d (%s) cannot travel to another process: %s"
                                .formatted(i, arguments[i].getClass().getTypeName(), reason(e)),
                        e);
            }
        }
        return new IllegalArgumentException("the arguments cannot travel to another process");
    }

    private static String reason(IOException e) {
        return e instanceof NotSerializableException
                ? e.getMessage() + " is neither shared (Array, Lock, Event) nor Serializable"
                : e.getMessage();
    }

    private static byte[] serialize(Object object) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new CheckedOutputStream(bytes)) {
            out.writeObject(object);
        }
        return bytes.toByteArray();
    }

    void write(OutputStream to) throws IOException {
        DataOutputStream out = new DataOutputStream(to);
        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        out.writeInt(MAGIC);
        out.writeInt(nameBytes.length);
        out.write(nameBytes);
        out.writeInt(arguments.length);
        out.write(arguments);
        out.flush();
    }

    static Assignment read(InputStream from) throws IOException {
        DataInputStream in = new DataInputStream(from);
        if (in.readInt() != MAGIC) {
            throw new IOException("what came over standard input is not from a parent");
        }
        String name = new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
        return new Assignment(name, in.readNBytes(in.readInt()));
    }

    /// The arguments, with the classes that the worker's own code sees.
    List<Object> open() throws IOException, ClassNotFoundException {
        try (ObjectInputStream in = new ContextInputStream(new ByteArrayInputStream(arguments))) {
            return java.util.Arrays.asList((Object[]) in.readObject());
        }
    }

    /// Refuses classes that the worker could not load: those that came from a prompt or a source
    /// file.
    private static final class CheckedOutputStream extends ObjectOutputStream {
        CheckedOutputStream(OutputStream to) throws IOException {
            super(to);
        }

        @Override
        protected void annotateClass(Class<?> type) throws IOException {
            CodeSource source = type.getProtectionDomain().getCodeSource();
            URL location = source == null ? null : source.getLocation();
            boolean onClassPath =
                    location == null
                            || (location.getProtocol().equals("file")
                                    && !location.getPath().endsWith(".java"));
            if (!onClassPath) {
                throw new InvalidClassException(
                        "class %s is not on the class path, so that a script cannot know it"
                                .formatted(type.getSimpleName()));
            }
        }
    }

    private static final class ContextInputStream extends ObjectInputStream {
        ContextInputStream(InputStream from) throws IOException {
            super(from);
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass type)
                throws IOException, ClassNotFoundException {
            try {
                return super.resolveClass(type);
            } catch (ClassNotFoundException e) {
                return Class.forName(
                        type.getName(), false, Thread.currentThread().getContextClassLoader());
            }
        }
    }
}
