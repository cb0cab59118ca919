package tandem.record;

/// What a thread does in a span, or that a process was there.
public enum Kind {
    /// It waits for an object, or for the end of a process.
    WAITS,
    /// It holds an object.
    HOLDS,
    /// It has a worker, from its start to its end.
    WORKER
}
