package tandem;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import tandem.net.OnServer;
import tandem.net.Served;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;

/// The words in the header page of a shared object's file, to see from outside whether someone
/// waits; of what a server has, what it knows of that.
///
/// @param page null for what a server has
/// @param served null for what has a file
record Words(MemorySegment page, Served served) {
    private static final long PAGE_BYTES = 4096;
    private static final int ROW_BYTES = 32;
    private static final int AT_VALUE = 8;
    private static final long AT_LOCK = 128;
    private static final long AT_EVENT = 256;
    private static final long AT_QUEUE = 1152;
    private static final long ASLEEP = 2;

    static Words of(Shared shared) {
        return shared.isServed() ? new Words(null, shared.served()) : ofFile(shared.path());
    }

    /// Also in a worker, which has this class from here and the kit's from the kit.
    static Words ofFile(Path path) {
        try (FileChannel channel = FileChannel.open(path)) {
            return new Words(
                    channel.map(MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto()), null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Whether someone waits for a permit, or for others to come.
    boolean hasQueue() {
        if (served != null) {
            return OnServer.isWaitedFor(served, 's');
        }
        return ((int) JAVA_INT.varHandle().getVolatile(page, AT_QUEUE) & 1) != 0;
    }

    /// Awaits that so many threads hold it or wait, as its rows say.
    void awaitRows(int count) {
        Await.until("%d rows are in use".formatted(count), () -> hasRows(count));
    }

    /// Whether so many threads hold it or wait.
    boolean hasRows(int count) {
        return rows() == count;
    }

    private long rows() {
        if (served != null) {
            return OnServer.shares(served);
        }
        int rows = 0;
        for (long row = PAGE_BYTES; row < page.byteSize(); row += ROW_BYTES) {
            rows += (long) JAVA_LONG.varHandle().getVolatile(page, row + AT_VALUE) == 0 ? 0 : 1;
        }
        return rows;
    }

    void awaitLockWaiter() {
        Await.until(
                "someone waits for the lock",
                () ->
                        served != null
                                ? OnServer.waiters(served) > 0
                                : (int) JAVA_INT.varHandle().getVolatile(page, AT_LOCK) < 0);
    }

    void awaitEventWaiter() {
        Await.until(
                "someone waits for the event",
                () ->
                        served != null
                                ? OnServer.listeners(served) > 0
                                : ((long) JAVA_LONG.varHandle().getVolatile(page, AT_EVENT)
                                                & ASLEEP)
                                        != 0);
    }
}
