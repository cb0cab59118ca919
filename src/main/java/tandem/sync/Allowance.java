package tandem.sync;

import tandem.memory.WaitCounts;

import java.time.Duration;

/// A number of permits that processes take and give back, wherever their state lies: in a file of this
/// machine ([Permits]), or on a server.
public abstract class Allowance {
    /// Takes one, and waits for as long as that takes.
    ///
    /// @throws UncheckedInterruptedException when the thread is interrupted while it waits
    public abstract void acquire();

    /// Takes one if it can be had within a time.
    ///
    /// @throws UncheckedInterruptedException when the thread is interrupted while it waits
    public abstract boolean acquire(Duration time);

    /// Takes one if there is one.
    public abstract boolean tryAcquire();

    /// Takes one that comes back when this process dies, and waits for as long as that takes.
    ///
    /// @return by which it is given back
    /// @throws UncheckedInterruptedException when the thread is interrupted while it waits
    public abstract long hold();

    /// Gives some back.
    ///
    /// @throws IllegalStateException when there would be more than there may be; nothing happens then
    public abstract void release(long count);

    /// Gives a held one back.
    ///
    /// @param hold what `hold()` has returned
    public abstract void releaseHold(long hold);

    /// How many could be taken at this moment. Never waits for one.
    public abstract long available();

    /// How many there may be at most, 0 for any number.
    public abstract long bound();

    /// How often one was taken.
    public abstract long taken();

    public abstract WaitCounts waits();

    /// Frees at once what a process of this session has held that has ended.
    ///
    /// @param ended its holder bits
    public abstract void holderEnded(int ended);

    /// What is said when there would be more than there may be.
    protected static String tooMany(String name, long permits, long most, long count) {
        return "%s has %d permits, and no bare acquire() has taken %s: release(%d) would make more than there may be"
                .formatted(name, most, permits == most ? "any of them" : count + " of them", count);
    }
}
