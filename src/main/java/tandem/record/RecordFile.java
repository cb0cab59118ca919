package tandem.record;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import tandem.memory.Layout;
import tandem.memory.SharedFile;
import tandem.memory.Uninterrupted;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// The spans of one process, in a mapped file: what it has recorded is there when it is killed.
final class RecordFile {
    /*
     * Overview. Texts come first, spans behind them. A span is a place of 64 bytes, which is written when it
     * begins, so that it is there, without an end, when the process is killed in it.
     *
     *       0      8  "tanspan" and the version, written last
     *       8      8  process id
     *      16      8  when the recording began, as all times on the clock of System.nanoTime()
     *      24      8  when it ended, 0 as long as it has not
     *      32      8  how many spans have begun
     *      40      8  how many of these found no room
     *      48      4  bytes of texts that are complete, counted from 0
     *      52      4  the name of the process, as a text
     *      64      …  texts: length (4), UTF-8; each at a multiple of 4, by which it is known; 0: none
     *   32768      …  spans; the one with the number n at the place (n - 1) modulo MOST
     *
     * A span:
     *
     *       0      8  its number, from 1: 0 while the rest is being written
     *       8      8  when it began
     *      16      8  when it ended, 0 as long as it has not
     *      24      8  id of the thread
     *      32      4  what it is: see Kind
     *      36      4  the thread's name
     *      40      4  the object
     *      44      4  by whom that is held; 0: by nobody, or several
     *      48      4  how often, where several are summed up
     *      52      4  how many of these were timed; of a worker, its exit code
     *      56      8  nanoseconds of those that were timed; of a worker, its process id
     *
     * The file grows by chunks, whose pages are allocated before they are mapped, up to MOST spans: then
     * the oldest ones are written over. When there is no room for a chunk, what is new is counted only.
     *
     * Whoever reads believes a span whose number belongs to its place and whose times are in order, and
     * nothing behind the last complete text.
     */
    static final long MAGIC = 0x01_6e_61_70_73_6e_61_74L;
    static final int AT_PID = 8;
    static final int AT_BEGUN = 16;
    static final int AT_ENDED = 24;
    static final int AT_SPANS = 32;
    static final int AT_LOST = 40;
    static final int AT_TEXTS = 48;
    static final int AT_NAME = 52;
    static final int FIRST_TEXT = 64;
    static final int TEXT_BYTES = 32 << 10;
    static final int LONGEST_TEXT = 1 << 10;

    static final int SPAN_BYTES = 64;
    static final int SPAN_NUMBER = 0;
    static final int SPAN_BEGAN = 8;
    static final int SPAN_ENDED = 16;
    static final int SPAN_THREAD = 24;
    static final int SPAN_KIND = 32;
    static final int SPAN_THREAD_NAME = 36;
    static final int SPAN_OBJECT = 40;
    static final int SPAN_BY = 44;
    static final int SPAN_COUNT = 48;
    static final int SPAN_TIMED = 52;
    static final int SPAN_NANOS = 56;

    private static final int CHUNK_SPANS = 512;
    private static final int CHUNK_BYTES = CHUNK_SPANS * SPAN_BYTES;
    private static final int CHUNKS = 64;

    /// How many spans of a process are kept.
    static final int MOST = CHUNK_SPANS * CHUNKS;

    private final Path path;
    private final MemorySegment head;
    private final MemorySegment[] chunks = new MemorySegment[CHUNKS];
    private final Map<String, Integer> texts = new HashMap<>();
    private int textsEnd = FIRST_TEXT;
    private long spans;
    private long lost;

    /// @throws IOException when there is no room for it
    RecordFile(Path path, String process, long now) throws IOException {
        this.path = path;
        this.head = map(SharedFile.CREATE, 0, TEXT_BYTES);
        head.set(java.lang.foreign.ValueLayout.JAVA_LONG, AT_PID, ProcessHandle.current().pid());
        set(AT_BEGUN, now);
        Layout.INT.setVolatile(head, (long) AT_NAME, text(process));
        set(0, MAGIC);
    }

    private MemorySegment map(Set<? extends OpenOption> options, long at, int bytes)
            throws IOException {
        return Uninterrupted.run(
                () -> {
                    try (FileChannel channel =
                            FileChannel.open(path, options, SharedFile.ownerOnly("rw-------"))) {
                        ByteBuffer zeros = ByteBuffer.allocate(bytes);
                        while (zeros.hasRemaining()) {
                            channel.write(zeros, at + zeros.position());
                        }
                        return channel.map(MapMode.READ_WRITE, at, bytes, Arena.ofAuto());
                    } catch (OutOfMemoryError e) {
                        throw new IOException(e.getMessage(), e);
                    }
                });
    }

    private void set(int at, long value) {
        Layout.LONG.setVolatile(head, (long) at, value);
    }

    /// A text by its number, 0 when there is no room for it.
    synchronized int text(String text) {
        Integer known = text.isEmpty() ? Integer.valueOf(0) : texts.get(text);
        if (known != null) {
            return known;
        }
        int written = write(text);
        if (written != 0) {
            texts.put(text, written);
        }
        return written;
    }

    private int write(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int at = textsEnd;
        int end = at + Integer.BYTES + bytes.length + 3 & -4;
        if (end > TEXT_BYTES || bytes.length > LONGEST_TEXT) {
            return 0;
        }
        Layout.INT.set(head, (long) at, bytes.length);
        MemorySegment.copy(bytes, 0, head, JAVA_BYTE, at + Integer.BYTES, bytes.length);
        textsEnd = end;
        Layout.INT.setVolatile(head, (long) AT_TEXTS, end);
        return at;
    }

    /// Begins a span.
    ///
    /// @return its number
    synchronized long begin(
            Kind kind, long now, long thread, int threadName, int object, int by, long nanos) {
        long number = spans + 1;
        MemorySegment chunk = chunk(number, true);
        spans = number;
        set(AT_SPANS, spans);
        if (chunk == null) {
            set(AT_LOST, ++lost);
            return number;
        }
        long at = place(number);
        Layout.LONG.setVolatile(chunk, at, 0L);
        Layout.LONG.set(chunk, at + SPAN_BEGAN, now);
        Layout.LONG.set(chunk, at + SPAN_ENDED, 0L);
        Layout.LONG.set(chunk, at + SPAN_THREAD, thread);
        Layout.INT.set(chunk, at + SPAN_KIND, kind.ordinal() + 1);
        Layout.INT.set(chunk, at + SPAN_THREAD_NAME, threadName);
        Layout.INT.set(chunk, at + SPAN_OBJECT, object);
        Layout.INT.set(chunk, at + SPAN_BY, by);
        Layout.INT.set(chunk, at + SPAN_COUNT, 1);
        Layout.INT.set(chunk, at + SPAN_TIMED, 0);
        Layout.LONG.set(chunk, at + SPAN_NANOS, nanos);
        Layout.LONG.setVolatile(chunk, at, number);
        return number;
    }

    /// Says how a span is by now, if it was not written over.
    ///
    /// @param end 0 for none
    synchronized void change(long number, int count, int timed, long nanos, int by, long end) {
        MemorySegment chunk = chunk(number, false);
        long at = place(number);
        if (chunk != null && (long) Layout.LONG.getVolatile(chunk, at) == number) {
            Layout.INT.set(chunk, at + SPAN_COUNT, count);
            Layout.INT.set(chunk, at + SPAN_TIMED, timed);
            Layout.LONG.set(chunk, at + SPAN_NANOS, nanos);
            Layout.INT.set(chunk, at + SPAN_BY, by);
            Layout.LONG.setVolatile(chunk, at + SPAN_ENDED, end);
        }
    }

    /// Says that nothing follows.
    void end(long now) {
        set(AT_ENDED, now);
    }

    private static long place(long number) {
        return (number - 1) % CHUNK_SPANS * SPAN_BYTES;
    }

    private MemorySegment chunk(long number, boolean isNew) {
        int index = (int) ((number - 1) / CHUNK_SPANS % CHUNKS);
        if (chunks[index] == null && isNew && place(number) == 0) {
            try {
                chunks[index] =
                        map(SharedFile.OPEN, TEXT_BYTES + (long) index * CHUNK_BYTES, CHUNK_BYTES);
            } catch (IOException e) {
                return null; // The next chunk is tried when its time comes.
            }
        }
        return chunks[index];
    }
}
