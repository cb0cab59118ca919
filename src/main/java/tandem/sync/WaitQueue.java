package tandem.sync;

import tandem.memory.Layout;

import java.lang.foreign.MemorySegment;

/// Threads that wait until something is so that the lock of a [Monitor] guards: for "not full", "not
/// empty", or for their turn.
public final class WaitQueue {
    /*
     * Overview. The word has 32 bits, all of which the futex compares:
     *
     *     31 … 1  how often something has changed
     *     0       someone may be asleep
     *
     *   Q1  Who finds that it has to wait sets the bit and takes the word as seen, under the lock; then
     *       it gives the lock back, and sleeps while the word is as seen. What it waits for changes
     *       under the lock only, and then the count goes up, before the lock is given back. So it
     *       either sees the change, or the change sees the bit.
     *   Q2  The bit stays while anybody may sleep. It is taken away under the lock, by who wakes all, or
     *       finds nobody to wake: whoever announced itself before sleeps no more, or not yet, and then
     *       on a word that is not there any more.
     *   Q3  Where it changes under another lock, both look after they have written: the waiter at what it
     *       waits for, after it has set the bit; the other one at the bit, after the change. So one of
     *       them sees the other, and the change is said under the lock.
     *   Q4  The word says only that something may have changed. What is true, a waiter reads under the
     *       lock; so a wake-up too many does nothing, and one that is lost, as its sender or its
     *       receiver was killed, costs a slice: then waiters look by themselves.
     *
     * src/model/monitor.pml and ring.pml let a model checker try.
     */
    private static final int ASLEEP = 1;
    private static final int ONE_CHANGE = 2;

    private final MemorySegment segment;
    private final long offset;
    private final Waiter waiter;

    WaitQueue(MemorySegment segment, long offset, Waiter waiter) {
        this.segment = segment;
        this.offset = offset;
        this.waiter = waiter;
    }

    /// Says, under the lock, that the caller is about to sleep.
    ///
    /// @return the word that it is to sleep on
    int announce() {
        return (int) Layout.INT.getAndBitwiseOr(segment, offset, ASLEEP) | ASLEEP;
    }

    /// Whether someone may be asleep. Who asks this without the lock, after what it waits for has
    /// changed, has to say so under the lock when it is so.
    boolean isAnyAsleep() {
        return ((int) Layout.INT.getVolatile(segment, offset) & ASLEEP) != 0;
    }

    boolean isAsSeen(int seen) {
        return (int) Layout.INT.getVolatile(segment, offset) == seen;
    }

    /// As [WaitLoop#sleep].
    boolean sleep(WaitLoop loop, int seen) {
        return loop.sleep(segment, offset, seen);
    }

    /// Says, under the lock, that one of those who wait may go on, and wakes it.
    void changeOne() {
        int before = (int) Layout.INT.getAndAdd(segment, offset, ONE_CHANGE);
        if ((before & ASLEEP) != 0 && waiter.wake(segment, offset, false) == 0) {
            Layout.INT.getAndBitwiseAnd(segment, offset, ~ASLEEP);
        }
    }

    /// Says, under the lock, that all who wait may go on, and wakes them.
    void changeAll() {
        int before = (int) Layout.INT.getAndAdd(segment, offset, ONE_CHANGE);
        if ((before & ASLEEP) != 0) {
            Layout.INT.getAndBitwiseAnd(segment, offset, ~ASLEEP);
            waiter.wake(segment, offset, true);
        }
    }
}
