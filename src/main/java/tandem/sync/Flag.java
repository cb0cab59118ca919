package tandem.sync;

import tandem.memory.WaitCounts;

import java.time.Duration;

/// A flag that processes wait for, wherever its state lies: in a file of this machine ([Signal]), or on
/// a server.
public abstract class Flag {
    /// Raises the flag and lets all go who wait.
    public abstract void set();

    /// Lowers the flag. Those who were let go stay let go.
    public abstract void clear();

    public abstract boolean isSet();

    /// Waits until the flag is up or was raised in between.
    ///
    /// @throws UncheckedInterruptedException when the thread is interrupted while it waits
    public abstract void await();

    /// As `await()`, for at most a time.
    ///
    /// @return whether the flag was up
    public abstract boolean await(Duration time);

    /// How often the flag was raised.
    public abstract long sets();

    public abstract WaitCounts waits();
}
