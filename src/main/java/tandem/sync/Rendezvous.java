package tandem.sync;

import tandem.memory.WaitCounts;

import java.time.Duration;

/// Threads that wait for each other, wherever it is noted who has come: in a file of this machine
/// ([Phases]), or on a server.
public abstract class Rendezvous {
    /// Comes, and waits for the others.
    ///
    /// @param action what the one who comes last does before all go on
    /// @return how many had come before; -1 when it is broken, or breaks
    /// @throws UncheckedInterruptedException when the thread is interrupted while it waits
    public abstract int await(Runnable action);

    /// As `await(Runnable)`, for at most a time, after which it breaks.
    public abstract int await(Duration time, Runnable action);

    /// Breaks it: all who wait and all who come learn of it, until it is reset.
    public abstract void abort();

    /// Makes it as good as new. Those who wait are told that it is broken.
    public abstract void reset();

    public abstract boolean isBroken();

    public abstract int parties();

    /// How many have come and wait; 0 when it is broken.
    public abstract int waiting();

    /// How often all had come.
    public abstract long passed();

    /// The code of the action, as it travels; empty when there is none.
    public abstract byte[] code();

    public abstract WaitCounts waits();

    /// Breaks it at once when a process of this session that has ended had come.
    ///
    /// @param ended its holder bits
    public abstract void holderEnded(int ended);
}
