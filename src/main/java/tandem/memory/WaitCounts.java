package tandem.memory;

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
    public static void addExclusively(MemorySegment page, long offset, long nanos) {
        Layout.LONG.set(page, offset, (long) Layout.LONG.get(page, offset) + 1);
        long sum = (long) Layout.LONG.get(page, offset + NANOS);
        Layout.LONG.set(page, offset + NANOS, sum + nanos);
        if (nanos > (long) Layout.LONG.get(page, offset + LONGEST)) {
            Layout.LONG.set(page, offset + LONGEST, nanos);
        }
    }

    /// Adds a wait, whoever else does so at the same time.
    public static void add(MemorySegment page, long offset, long nanos) {
        Layout.LONG.getAndAdd(page, offset, 1L);
        Layout.LONG.getAndAdd(page, offset + NANOS, nanos);
        long longest = (long) Layout.LONG.getVolatile(page, offset + LONGEST);
        while (nanos > longest
                && !Layout.LONG.compareAndSet(page, offset + LONGEST, longest, nanos)) {
            longest = (long) Layout.LONG.getVolatile(page, offset + LONGEST);
        }
    }

    /// These and others taken together.
    public WaitCounts plus(WaitCounts others) {
        return new WaitCounts(
                waits + others.waits,
                nanos + others.nanos,
                Math.max(longestNanos, others.longestNanos));
    }

    public Duration total() {
        return Duration.ofNanos(nanos);
    }

    public Duration mean() {
        return waits == 0 ? Duration.ZERO : Duration.ofNanos(nanos / waits);
    }

    public Duration longest() {
        return Duration.ofNanos(longestNanos);
    }

    /// Reads the words, each as it is at its moment.
    public static WaitCounts read(MemorySegment page, long offset) {
        return new WaitCounts(
                (long) Layout.LONG.getVolatile(page, offset),
                (long) Layout.LONG.getVolatile(page, offset + NANOS),
                (long) Layout.LONG.getVolatile(page, offset + LONGEST));
    }
}
