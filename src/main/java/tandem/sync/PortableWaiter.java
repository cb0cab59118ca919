package tandem.sync;

import tandem.memory.Layout;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Waits in Java alone: looks, yields, then parks for 20 µs, doubled each time up to 2 ms, or, where
/// many wait, to as much as keeps them all together at 10 000 looks a second. Nobody has to wake it.
final class PortableWaiter extends Waiter {
    static final PortableWaiter INSTANCE = new PortableWaiter();

    private static final int YIELDS = 16;
    private static final long FIRST_PAUSE_NANOS = 20_000;
    private static final long LAST_PAUSE_NANOS = 2_000_000;
    private static final long SHARE_NANOS = 100_000;
    private static final AtomicInteger PARKED = new AtomicInteger();

    private PortableWaiter() {}

    @Override
    void await(MemorySegment page, long offset, int expected, long nanos, int round) {
        for (int i = 0; i < YIELDS; i++) {
            if (changed(page, offset, expected)) {
                return;
            }
            Thread.yield();
        }
        int all = PARKED.incrementAndGet();
        try {
            park(
                    page,
                    offset,
                    expected,
                    nanos,
                    round,
                    Math.max(LAST_PAUSE_NANOS, all * SHARE_NANOS));
        } finally {
            PARKED.decrementAndGet();
        }
    }

    private static void park(
            MemorySegment page, long offset, int expected, long nanos, int round, long longest) {
        long end = System.nanoTime() + nanos;
        long pause = FIRST_PAUSE_NANOS << Math.min(round, 7);
        for (long left = nanos; left > 0 && !Thread.currentThread().isInterrupted(); ) {
            pause = Math.min(pause, longest);
            LockSupport.parkNanos(Math.min(left, pause));
            if (changed(page, offset, expected)) {
                return;
            }
            pause <<= 1;
            left = end - System.nanoTime();
        }
    }

    @Override
    int wake(MemorySegment page, long offset, boolean all) {
        return 0; // They look by themselves.
    }

    private static boolean changed(MemorySegment page, long offset, int expected) {
        return (int) Layout.INT.getVolatile(page, offset) != expected;
    }
}
