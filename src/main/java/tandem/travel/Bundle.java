package tandem.travel;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Several objects as the bytes of one message, with numbers before them.
public final class Bundle {
    /// Stands for an object that is null.
    private static final int NULL = 0;

    /// Stands for bytes that are no object.
    private static final int RAW = -1;

    private final List<Object> shared = new ArrayList<>();
    private ByteBuffer bytes = ByteBuffer.allocate(128);

    /// One that begins with a number of bytes, to be set later.
    public Bundle(int before) {
        bytes.position(before);
    }

    /// Adds an object, which may be null.
    ///
    /// @param leaving gets its classes
    /// @throws IOException that says why it cannot travel
    public void add(Object object, Kit kit, Marshalled.Leaving leaving) throws IOException {
        if (object == null) {
            add(NULL, MemorySegment.NULL);
            return;
        }
        add(Marshalled.of(object, kit, leaving));
    }

    private void add(Marshalled marshalled) {
        add(marshalled.form(), marshalled.bytes());
        shared.addAll(marshalled.shared());
    }

    /// Adds bytes that are no object.
    public void addRaw(byte[] raw) {
        add(RAW, MemorySegment.ofArray(raw));
    }

    private void add(int form, MemorySegment added) {
        int length = Math.toIntExact(added.byteSize());
        int needed = Math.addExact(bytes.position(), Math.addExact(length, 2 * Integer.BYTES));
        if (needed > bytes.capacity()) {
            int doubled = (int) Math.min(2L * bytes.capacity(), Integer.MAX_VALUE - Long.BYTES);
            bytes = ByteBuffer.allocate(Math.max(needed, doubled)).put(bytes.flip());
        }
        bytes.putInt(form).putInt(length);
        MemorySegment.copy(added, 0, MemorySegment.ofBuffer(bytes), 0, length);
        bytes.position(bytes.position() + length);
    }

    /// The bytes so far, to set those with which it begins.
    public ByteBuffer bytes() {
        return bytes;
    }

    /// How many bytes it has by now.
    public int length() {
        return bytes.position();
    }

    /// What is to be sent.
    public MemorySegment message() {
        return MemorySegment.ofArray(bytes.array()).asSlice(0, length());
    }

    /// The shared objects among what the objects refer to, which have to last until they have been
    /// read.
    public List<Object> shared() {
        return shared;
    }

    /// What was added, on the other side.
    public record Part(int form, byte[] bytes) {
        /// The next one of a message.
        public static Part next(ByteBuffer in) {
            int form = in.getInt();
            byte[] bytes = new byte[in.getInt()];
            in.get(bytes);
            return new Part(form, bytes);
        }

        /// Whether it is bytes, and no object.
        public boolean isRaw() {
            return form == RAW;
        }

        /// The object.
        ///
        /// @param parent knows the classes of the program that asks
        /// @throws IOException when the bytes are damaged
        public Object read(Codebase codebase, Supplier<ClassLoader> parent)
                throws IOException, ReflectiveOperationException {
            return form == NULL ? null : Marshalled.read(form, bytes, codebase, parent);
        }
    }

    /// Attaches the shared objects in what is left of a message. They last as long as they can be
    /// reached here.
    ///
    /// @throws IOException when the bytes are damaged
    public static List<Object> attach(ByteBuffer in, Kit kit) throws IOException {
        List<Object> attached = new ArrayList<>();
        while (in.hasRemaining()) {
            Part part = Part.next(in);
            if (part.form > NULL) {
                attached.addAll(Marshalled.attach(part.form, part.bytes, kit));
            }
        }
        return attached;
    }
}
