package tandem.timeline;

import tandem.record.Kind;

/// A time in which a thread waited for something, or held it.
///
/// @param object its name; of a wait also `the end of ` and the name of a worker
/// @param by who held it when the wait began, with the process id; empty when nobody did, or several
/// @param begin nanoseconds since the timeline began
/// @param isOpen whether it was not over, at the end of the timeline or of the process
/// @param count how many it sums up
/// @param nanos how long these took in all; half of the time where they were too short to be timed
public record Span(
        Kind kind,
        String object,
        String by,
        long begin,
        long end,
        boolean isOpen,
        int count,
        long nanos) {
    /// How a wait for the end of a worker begins.
    static final String END_OF = "the end of ";

    /// Whether it is a wait for the end of a worker.
    boolean isJoin() {
        return kind == Kind.WAITS && object.startsWith(END_OF);
    }

    long length() {
        return end - begin;
    }

    /// What it is, for a person: `waits for array-1, held by WorkA (pid 4711)`.
    String words() {
        String what = kind == Kind.HOLDS ? "holds " + object : "waits for " + object;
        String who = by.isEmpty() ? "" : ", held by " + by;
        return what + who + (count == 1 ? "" : ", %,d times".formatted(count));
    }
}
