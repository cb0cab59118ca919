package tandem;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;

/// The words in the header page of a shared object's file, to see from outside whether someone
/// waits.
record Words(MemorySegment page) {
    private static final long PAGE_BYTES = 4096;
    private static final long AT_LOCK = 128;
    private static final long AT_EVENT = 256;
    private static final long AT_QUEUE = 1152;
    private static final long ASLEEP = 2;

    static Words of(Shared shared) {
        try (FileChannel channel = FileChannel.open(shared.path())) {
            return new Words(channel.map(MapMode.READ_ONLY, 0, PAGE_BYTES, Arena.ofAuto()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Whether someone waits for a permit, or for others to come.
    boolean hasQueue() {
        return ((int) JAVA_INT.varHandle().getVolatile(page, AT_QUEUE) & 1) != 0;
    }

    void awaitLockWaiter() {
        Await.until(
                "someone waits for the lock",
                () -> (int) JAVA_INT.varHandle().getVolatile(page, AT_LOCK) < 0);
    }

    void awaitEventWaiter() {
        Await.until(
                "someone waits for the event",
                () -> ((long) JAVA_LONG.varHandle().getVolatile(page, AT_EVENT) & ASLEEP) != 0);
    }
}
