package tandem.session;

import tandem.memory.WaitCounts;

/// What a process has waited, as it counts it in its slot of the roster.
///
/// @param locks waits for locks that another held
/// @param events waits for events that were not set
/// @param recoveries how often it took a lock from a process that had died, or broke one
public record ProcessCounts(WaitCounts locks, WaitCounts events, long recoveries) {
    /// All of its waits.
    public WaitCounts all() {
        return locks.plus(events);
    }
}
