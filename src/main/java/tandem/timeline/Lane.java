package tandem.timeline;

import java.util.List;

/// A thread of a process, from its first to its last moment in a timeline.
///
/// @param process the name of the process
/// @param thread the name of the thread; empty where the process has no other that is seen
/// @param threadId 0 where nothing is known of any thread
/// @param begin nanoseconds since the timeline began
/// @param isOver whether the process ended before the timeline did
/// @param signal what has killed the process, 0 for nothing
/// @param spans in the order of their beginnings
public record Lane(
        String process,
        long pid,
        String thread,
        long threadId,
        long begin,
        long end,
        boolean isOver,
        int signal,
        List<Span> spans) {
    public Lane {
        spans = List.copyOf(spans);
    }

    /// What a person calls it: `WorkA`, or `WorkA, reader` where the process has several threads.
    public String name() {
        return thread.isEmpty() ? process : process + ", " + thread;
    }
}
