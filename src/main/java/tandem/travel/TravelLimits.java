package tandem.travel;

import java.io.DataInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.OutputStream;

/// How large may be what travels between a worker and its parent. Both are the same user's, and
/// nobody else can write to the pipe or the file between them; the limits turn damage and runaway
/// structures into a sentence, instead of a full heap.
///
/// | what | at most | because |
/// |---|---|---|
/// | bytes | 1 GiB | an array of bytes ends at 2 GiB; more belongs into an `Array`, which is not copied |
/// | elements of an array | as many as bytes have come | each takes a byte or more |
/// | elements of an array that a class of a library makes | 16 × what has come for it, and a thousand | a hash table has spare places |
///
/// How deep objects lie in objects has no limit. (A plain class without lambdas: it is in the way of a
/// worker's start.)
public final class TravelLimits implements ObjectInputFilter {
    public static final int BYTES = 1 << 30;

    private static final int SPARE = 16;
    private static final int ALWAYS = 1_000;
    private static final int ENTRIES = 1 << 20;

    private final long elements;

    /// @param bytes how many have come for one class of one object
    /// @param references how many
    /// @param fields how many
    TravelLimits(int bytes, int references, int fields) {
        this.elements = ((long) bytes + references + fields) * SPARE + ALWAYS;
    }

    @Override
    public Status checkInput(FilterInfo info) {
        if (info.arrayLength() > elements) {
            throw new IllegalArgumentException(
                    "it asks for an array of %d elements, and %d is the most for what has come"
                            .formatted(info.arrayLength(), elements));
        }
        return Status.UNDECIDED;
    }

    /// What to throw when bytes are not as they were written.
    static IOException damaged(String what) {
        return new IOException("what came over the pipe is damaged: " + what);
    }

    static IOException tooLarge() {
        return new IOException(
                "it takes more than %d bytes: put large data into an Array, which is shared instead of copied"
                        .formatted(BYTES));
    }

    /// Reads a number of things that follow, and refuses one that cannot be.
    public static int readCount(DataInputStream in) throws IOException {
        return readSize(in, ENTRIES);
    }

    /// Reads bytes after their number. Memory is taken as they arrive.
    public static byte[] readBytes(DataInputStream in) throws IOException {
        return readBytes(in, 1);
    }

    /// The same for elements of more than one byte, after their number.
    static byte[] readBytes(DataInputStream in, int bytesEach) throws IOException {
        int size = readSize(in, BYTES / bytesEach) * bytesEach;
        byte[] bytes = in.readNBytes(size);
        if (bytes.length < size) {
            throw new IOException(
                    "the pipe ended after %d of %d bytes".formatted(bytes.length, size));
        }
        return bytes;
    }

    private static int readSize(DataInputStream in, int most) throws IOException {
        int size = in.readInt();
        if (size < 0 || size > most) {
            throw damaged("a size of %d, and %d is the most".formatted(size, most));
        }
        return size;
    }

    /// Passes on as many bytes as may travel.
    static final class Sender extends FilterOutputStream {
        private int left = BYTES;

        Sender(OutputStream to) {
            super(to);
        }

        @Override
        public void write(int b) throws IOException {
            take(1);
            out.write(b);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            take(length);
            out.write(bytes, from, length);
        }

        private void take(int bytes) throws IOException {
            if (bytes > left) {
                throw tooLarge();
            }
            left -= bytes;
        }
    }
}
