package tandem.sync;

import java.time.Duration;

/// A moment up to which someone waits, on the clock of `System.nanoTime()`.
final class Deadline {
    static final Deadline NEVER = new Deadline(0, true);

    private final long end;
    private final boolean never;

    private Deadline(long end, boolean never) {
        this.end = end;
        this.never = never;
    }

    /// Durations beyond a century are for ever; negative ones are over at once.
    static Deadline after(Duration time) {
        return time.compareTo(Duration.ofDays(36_500)) > 0
                ? NEVER
                : new Deadline(System.nanoTime() + time.toNanos(), false);
    }

    boolean isOver() {
        return !never && System.nanoTime() - end >= 0;
    }

    /// What is left, in tenths of a second; −1 for ever.
    double seconds() {
        return never ? -1 : Math.ceil((end - System.nanoTime()) / 1e8) / 10;
    }

    /// How long to wait until the next look: at most one slice, at least a microsecond.
    long slice() {
        if (never) {
            return Waiter.SLICE_NANOS;
        }
        return Math.clamp(end - System.nanoTime(), 1_000, Waiter.SLICE_NANOS);
    }
}
