package tandem.sync;

import tandem.memory.Arguments;
import tandem.memory.WaitCounts;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/// Threads that have given a lock back, and wait until somebody who holds it signals, wherever it is
/// noted who waits: in a file of this machine ([Tickets]), or on a server.
public abstract class Standby {
    /// Gives the lock back, waits for a signal, and has the lock again.
    ///
    /// @throws IllegalMonitorStateException when this thread does not hold the lock
    /// @throws UncheckedInterruptedException when the thread is interrupted while it waits; it holds
    ///     the lock again then
    public abstract void await();

    /// As `await()`, for at most a time.
    ///
    /// @return whether there was a signal
    public abstract boolean await(Duration time);

    /// Waits for signals until a condition holds. Nothing is waited for when it does already.
    public final void await(BooleanSupplier condition) {
        Arguments.required(condition, "the condition");
        requireOwned("await(…)");
        while (!condition.getAsBoolean()) {
            await();
        }
    }

    /// Signals those who have waited longest.
    ///
    /// @param count how many, at most
    /// @throws IllegalMonitorStateException when this thread does not hold the lock
    public abstract void signal(long count);

    /// @param call as in `signal()`
    protected abstract void requireOwned(String call);

    /// How many wait and have not been signalled.
    public abstract long waiting();

    /// How many were signalled.
    public abstract long signals();

    public abstract WaitCounts waits();

    /// Passes on at once what a process of this session was signalled that has ended.
    public abstract void holderEnded();
}
