package tandem.process;

import java.io.DataInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.OutputStream;

/// How large may be what travels between a worker and its parent. Both are the same user's, and
/// nobody else can write to the pipe or the file between them; the limits turn damage and runaway
/// structures into a sentence, instead of a full heap or stack.
///
/// | what | at most | because |
/// |---|---|---|
/// | bytes | 1 GiB | an array of bytes ends at 2 GiB; more belongs into an `Array`, which is not copied |
/// | objects in objects | 500 deep | a thread's stack holds some 700 |
/// | references | 2²⁸ | 1 GiB has no room for more that mean anything |
/// | elements of an array | 16 × the bytes | an element takes a byte or more; a hash table has spare places |
///
/// (A plain class without lambdas: it is in the way of a worker's start.)
final class TravelLimits implements ObjectInputFilter {
    static final int BYTES = 1 << 30;

    private static final int DEPTH = 500;
    private static final int REFERENCES = 1 << 28;
    private static final int ELEMENTS_FOR_BYTE = 16;
    private static final int ENTRIES = 1 << 20;

    private final long elements;

    /// @param bytes how many have come
    TravelLimits(int bytes) {
        this.elements = (long) bytes * ELEMENTS_FOR_BYTE;
    }

    @Override
    public Status checkInput(FilterInfo info) {
        if (info.depth() > DEPTH) {
            throw tooDeep();
        }
        if (info.references() > REFERENCES) {
            throw new IllegalArgumentException(
                    "it has more than %d references".formatted(REFERENCES));
        }
        if (info.arrayLength() > elements) {
            throw new IllegalArgumentException(
                    "it asks for an array of %d elements, and %d bytes have come"
                            .formatted(info.arrayLength(), elements / ELEMENTS_FOR_BYTE));
        }
        return Status.UNDECIDED;
    }

    static IllegalArgumentException tooDeep() {
        return new IllegalArgumentException(
                "objects lie in objects more than %d deep: a list does not".formatted(DEPTH));
    }

    /// What the JDK makes of an exception of the filter, in the words of the filter.
    static IOException inWords(InvalidClassException e) {
        return e.getCause() instanceof IllegalArgumentException broken
                ? new IOException(broken.getMessage(), e)
                : e;
    }

    /// Reads a number of things that follow, and refuses one that cannot be.
    static int readCount(DataInputStream in) throws IOException {
        return readSize(in, ENTRIES);
    }

    /// Reads bytes after their number. Memory is taken as they arrive.
    static byte[] readBytes(DataInputStream in) throws IOException {
        int size = readSize(in, BYTES);
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
            throw new IOException(
                    "what came over the pipe is damaged: a size of %d, and %d is the most"
                            .formatted(size, most));
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
                throw new IOException(
                        "it takes more than %d bytes: put large numbers of numbers into an Array, which is shared instead of copied"
                                .formatted(BYTES));
            }
            left -= bytes;
        }
    }
}
