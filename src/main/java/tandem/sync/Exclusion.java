package tandem.sync;

import tandem.memory.WaitCounts;

import java.time.Duration;

/// A recursive lock between processes, owned by a thread of one of them, wherever its state lies: in a
/// file of this machine ([Mutex]), or on a server.
///
/// A class and no interface: as long as no process has joined a server, `Mutex` is the only one that is
/// loaded, and the compiler calls it directly.
public abstract class Exclusion {
    /// Takes the lock, and waits for as long as that takes.
    ///
    /// @throws UncheckedInterruptedException when the thread is interrupted while it waits
    public abstract void acquire();

    /// Takes the lock if that is possible within a time.
    ///
    /// @throws UncheckedInterruptedException when the thread is interrupted while it waits
    public abstract boolean acquire(Duration time);

    /// Takes the lock if nobody holds it.
    public abstract boolean tryAcquire();

    /// Gives the lock back, once for each time that it was taken.
    ///
    /// @throws IllegalMonitorStateException when this thread does not hold it
    public abstract void release();

    /// Frees the lock, whoever holds it, and says so on the error output.
    public abstract void breakLock();

    /// Whether a holder has died with the lock, and no holder before this one has asked. Asked by the
    /// holder.
    public abstract boolean isRecovered();

    /// Whether this thread would have the lock without waiting, at this moment.
    public abstract boolean isAvailable();

    /// Whether anybody holds the lock at this moment.
    public abstract boolean isHeld();

    /// Who holds the lock at this moment, for a person: "free" or "held by 1 号进程 (pid 4711)".
    public abstract String holder();

    /// How often the lock was taken by a thread that did not hold it already.
    public abstract long acquisitions();

    /// The acquisitions that had to wait.
    public abstract WaitCounts waits();

    /// How often the lock was taken from a process that had died.
    public abstract long recoveries();

    /// Wakes those who wait for the lock, if it was held by a process of this session that has ended.
    ///
    /// @param ended its holder bits
    public abstract void wakeHeirs(int ended);
}
