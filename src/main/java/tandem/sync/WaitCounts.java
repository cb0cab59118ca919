package tandem.sync;

import tandem.memory.Layout;

import java.lang.foreign.MemorySegment;
import java.time.Duration;

/// How often somebody waited, and how long: three words of a shared file, one after the other.
///
/// @param waits how often
/// @param nanos in all
/// @param longestNanos the longest of them
public record WaitCounts(long waits, long nanos, long longestNanos) {
    private static final long NANOS = 8;
    private static final long LONGEST = 16;

    /// Adds a wait. The caller holds a lock that guards the words.
    static void addExclusively(MemorySegment page, long offset, long nanos) {
        Layout.LONG.set(page, offset, (long) Layout.LONG.get(page, offset) + 1);
        long sum = (long) Layout.LONG.get(page, offset + NANOS);
        Layout.LONG.set(page, offset + NANOS, sum + nanos);
        if (nanos > (long) Layout.LONG.get(page, offset + LONGEST)) {
            Layout.LONG.set(page, offset + LONGEST, nanos);
        }
    }

    /// Adds a wait, whoever else does so at the same time.
    static void add(MemorySegment page, long offset, long nanos) {
        Layout.LONG.getAndAdd(page, offset, 1L);
        Layout.LONG.getAndAdd(page, offset + NANOS, nanos);
        long longest = (long) Layout.LONG.getVolatile(page, offset + LONGEST);
        while (nanos > longest
                && !Layout.LONG.compareAndSet(page, offset + LONGEST, longest, nanos)) {
            longest = (long) Layout.LONG.getVolatile(page, offset + LONGEST);
        }
    }

    public Duration mean() {
        return waits == 0 ? Duration.ZERO : Duration.ofNanos(nanos / waits);
    }

    public Duration longest() {
        return Duration.ofNanos(longestNanos);
    }

    static WaitCounts read(MemorySegment page, long offset) {
        return new WaitCounts(
                (long) Layout.LONG.getVolatile(page, offset),
                (long) Layout.LONG.getVolatile(page, offset + NANOS),
                (long) Layout.LONG.getVolatile(page, offset + LONGEST));
    }
}
