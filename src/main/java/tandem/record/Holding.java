package tandem.record;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/// What is recorded of a thread's holds of one object, which may last for nanoseconds.
public final class Holding {
    /*
     * Overview. To read the clock twice takes longer than to take a lock and give it back. So each hold is timed
     * only as long as they are rare. Where one follows the other within microseconds, they are counted, and a
     * hold is timed once in a tick, of a millisecond: that is what `tick` is compared for.
     *
     *   EXACT        the next begin or end is timed
     *   otherwise    the tick in which the last one was timed: holds are counted until it is another one.
     *                Then the count goes into the span
     *
     * The fields below are the thread's. It reads and writes `taken`, `over` and `tick` without a lock when a hold
     * is not timed, and all of them with the lock of this object when it is. The thread that makes the ticks takes
     * the lock too: when nothing was timed in two ticks, it writes what was counted, and if a hold goes
     * on since then, begins a span for it. The other thread may just then have been stopped between its look at
     * the tick and its count: so for a while it looks whether `taken` and `over` agree with the span. It may count
     * one too few by that.
     */
    private static final long EXACT = -1;

    /// Holds that begin so soon after each other are counted, when they have done so some times.
    private static final long QUICK_NANOS = 5_000;

    private static final int QUICK_TIMES = 32;
    private static final int LEAST_IN_TICK = 8;

    private final Recorder recorder;
    private final Spans spans;
    private final Spans waits;
    private final String object;

    private long tick = EXACT;

    /// How many were begun that were not timed, how many of these are over, and how many are written.
    private int taken;

    private int over;
    private int written;

    /// When what was counted was written by the thread that makes the ticks, and whether that has begun a span.
    private long settled;

    private boolean isAnew;

    private int spun;
    private long spunNanos;
    private long firstSpin;

    private long last;
    private int quick;
    private boolean isHot;
    private Hold flight;

    Holding(Recorder recorder, Spans spans, Spans waits, String object) {
        this.recorder = recorder;
        this.spans = spans;
        this.waits = waits;
        this.object = object;
    }

    /// Whether it is of what is being recorded now.
    public boolean isCurrent() {
        return recorder == Recorder.current();
    }

    boolean isOpen() {
        return spans.isOpen() || over != taken;
    }

    /// Says that the thread has the object from now on.
    public void begin() {
        if (tick == Recorder.tick) {
            taken++;
        } else {
            beginTimed();
        }
    }

    /// Says that the thread has it no longer.
    public void end() {
        if (tick == Recorder.tick) {
            over = taken;
        } else {
            endTimed();
        }
    }

    /// Says that the thread has waited for it, without a sleep.
    public void spun(long first, long end) {
        if (tick == Recorder.tick) {
            firstSpin = spun == 0 ? first : firstSpin;
            spun++;
            spunNanos += end - first;
        } else {
            spunTimed(first, end);
        }
    }

    private synchronized void spunTimed(long first, long end) {
        waits.add(1, first, end, end - first);
    }

    private synchronized void beginTimed() {
        long now = System.nanoTime();
        isHot = write(Recorder.tick, false) >= LEAST_IN_TICK;
        quick = now - last < QUICK_NANOS ? quick + 1 : 0;
        isHot |= quick >= QUICK_TIMES;
        last = now;
        spans.begin(now, 0);
        if (Recorder.isFlying()) {
            flight = new Hold();
            flight.begin();
        }
        Recorder.look();
    }

    private void tellFlight() {
        flight.end();
        if (flight.shouldCommit()) {
            flight.object = object;
            flight.commit();
        }
        flight = null;
    }

    private synchronized void endTimed() {
        long now = System.nanoTime();
        isHot |= write(Recorder.tick, false) >= LEAST_IN_TICK;
        spans.end(now);
        if (flight != null) {
            tellFlight();
        }
        tick = isHot ? Recorder.heat(this, now) : EXACT;
        isHot = false;
    }

    /// Writes what was counted since the last time that was timed.
    ///
    /// @param end of the tick in which that was
    /// @param isHeld whether the last one of them goes on, and gets a span of its own
    /// @return how many
    private int write(long end, boolean isHeld) {
        int more = taken - written - (isHeld ? 1 : 0);
        if (tick != EXACT) {
            spans.add(more, end);
            waits.add(spun, firstSpin, end, spunNanos);
        }
        written = taken;
        over = isHeld ? taken - 1 : taken;
        isAnew = isHeld;
        spun = 0;
        spunNanos = 0;
        tick = EXACT;
        return more;
    }

    /// Called once in a tick, of those that count, or did a moment ago. Whether it still does is said with the
    /// lock of this object, as when it begins to: else what it counts since then would be in nobody's hands.
    synchronized void settle() {
        if (tick == EXACT) {
            mend(Recorder.tickBefore);
            if (Recorder.tick - settled > Recorder.COOL_NANOS) {
                Recorder.cool(this);
            }
        } else if (tick != Recorder.tick && tick != Recorder.tickBefore) {
            finish(Recorder.tickBefore);
            settled = Recorder.tick;
        }
    }

    private void mend(long now) {
        boolean isHeld = over != taken;
        if (isHeld && !spans.isOpen()) {
            spans.beginAnew(now);
            isAnew = true;
        } else if (!isHeld && isAnew) {
            spans.end(now);
            isAnew = false;
        }
    }

    /// Writes what was counted, as the recording ends.
    synchronized void finish(long now) {
        if (tick != EXACT) {
            boolean isHeld = over != taken;
            write(now, isHeld);
            if (isHeld) {
                spans.beginAnew(now);
            }
        }
    }

    @Name("tandem.Hold")
    @Label("Hold")
    @Category("Tandem")
    @Description(
            "A thread held a shared object. Of those shorter than microseconds one in a millisecond"
                    + " is timed")
    @StackTrace(false)
    @Threshold("1 ms")
    private static final class Hold extends Event {
        @Label("Object")
        String object;
    }
}
