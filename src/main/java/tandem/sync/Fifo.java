package tandem.sync;

import tandem.memory.WaitCounts;

import java.lang.foreign.MemorySegment;
import java.time.Duration;

/// Items that threads put and others take, first in, first out, wherever they lie: in a file of this
/// machine ([Ring]), or on a server.
public abstract class Fifo {
    /// What a thread has taken.
    ///
    /// @param form as it was put
    /// @param bytes the item
    public record Item(int form, byte[] bytes) {}

    /// What is to be done with an item before anybody else can know that it was taken.
    public interface Receiver {
        void receive(Item item);
    }

    /// Puts an item if there is room within a time; one of zero or less does not wait.
    ///
    /// @param time null for any
    /// @return the number of the item, null when the time was over first or it is closed
    /// @throws UncheckedInterruptedException when the thread is interrupted while it waits
    public abstract Integer put(int form, MemorySegment item, Duration time);

    /// Takes an item, and waits for as long as that takes.
    ///
    /// @return null when it is closed, and empty
    /// @throws UncheckedInterruptedException when the thread is interrupted while it waits
    public abstract Item take(Receiver receiver);

    /// As `take`, for at most a time; one of zero or less does not wait.
    ///
    /// @return null when the time was over first, too
    public abstract Item take(Receiver receiver, Duration time);

    /// Whether an item was taken.
    ///
    /// @param number what `put` returned
    public abstract boolean isTaken(int number);

    /// How many items are in it.
    public abstract int size();

    /// How many there may be, 0 for as many as have room.
    public abstract int bound();

    /// Takes no more items in. Those that are there can be taken. Twice is as once.
    public abstract void close();

    public abstract boolean isClosed();

    /// Says that an item is done.
    ///
    /// @return false when as many are done already as have been taken
    public abstract boolean done();

    /// Waits until all items that were put are done.
    ///
    /// @throws UncheckedInterruptedException when the thread is interrupted while it waits
    public abstract void awaitDone();

    /// As `awaitDone()`, for at most a time.
    ///
    /// @return whether they are
    public abstract boolean awaitDone(Duration time);

    /// How many were taken.
    public abstract long taken();

    public abstract WaitCounts waits();

    /// Sees to what a process of this session has left that has ended.
    ///
    /// @param ended its holder bits
    public abstract void holderEnded(int ended);
}
