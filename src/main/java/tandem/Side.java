package tandem;

import tandem.sync.Halt;
import tandem.sync.Sharing;

import java.io.Serial;
import java.io.Serializable;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/// One side of a [ReadWriteLock], to read or to write, with the methods of a [Lock]. It can be given to
/// workers, as the lock can.
///
/// ```java
/// var lock = new ReadWriteLock();
/// var reading = lock.read();
/// try (var held = reading.hold()) {
///     reading.tryAcquire();                // true: again
///     reading.release();
/// }
/// lock.stats().acquisitions()              // ==> 1
/// ```
public final class Side implements Serializable {
    @Serial private static final long serialVersionUID = 1;

    private final ReadWriteLock lock;
    private final Sharing.Access access;

    Side(ReadWriteLock lock, Sharing.Access access) {
        this.lock = lock;
        this.access = access;
    }

    /// Takes the lock in this way, and waits for as long as that takes.
    ///
    /// @throws IllegalStateException when this thread reads, and would write: it would wait for itself
    /// @throws tandem.sync.DeadlockException when it could never have it, as it waits for who waits for it
    /// @throws tandem.sync.UncheckedInterruptedException when interrupted while waiting
    public void acquire() {
        if (Halt.IS_ON) {
            halt("acquire()");
        }
        lock.openShares().acquire(access);
        if (Halt.IS_ON) {
            Halt.holds(1);
        }
    }

    /// As [#acquire()] if it can be had within a time; a time of zero or less does not wait.
    ///
    /// @return whether this thread now holds it
    /// @throws IllegalStateException when this thread reads, and would write
    /// @throws tandem.sync.UncheckedInterruptedException when interrupted while waiting
    public boolean acquire(Duration time) {
        return Halt.IS_ON
                ? held(
                        "acquire(%s)".formatted(time),
                        () -> lock.openShares().acquire(access, Duration.ZERO))
                : lock.openShares().acquire(access, time);
    }

    /// As [#acquire()] if it can be had at once, before nobody who waits.
    ///
    /// @return whether this thread now holds it
    /// @throws IllegalStateException when this thread reads, and would write
    public boolean tryAcquire() {
        return Halt.IS_ON
                ? held("tryAcquire()", () -> lock.openShares().tryAcquire(access))
                : lock.openShares().tryAcquire(access);
    }

    /// Gives it back, once for each time that it was taken.
    ///
    /// @throws IllegalMonitorStateException when this thread does not hold it in this way; the message
    ///     says who does
    public void release() {
        if (Halt.IS_ON) {
            halt("release()");
            Halt.holds(-1);
        }
        lock.shares().release(access);
    }

    private boolean held(String call, BooleanSupplier taking) {
        halt(call);
        boolean isHeld = Halt.gave(taking.getAsBoolean());
        Halt.holds(isHeld ? 1 : 0);
        return isHeld;
    }

    private void halt(String call) {
        lock.halt((access == Sharing.Access.READ ? "read()." : "write().") + call);
    }

    /// Takes it for the length of a `try`.
    public Held hold() {
        acquire();
        return new Held(this, lock.shares().isRecovered(access));
    }

    /// As that of the lock, with the side: `ReadWriteLock(readwritelock-4, free).read()`.
    @Override
    public String toString() {
        Halt.glance();
        return lock + (access == Sharing.Access.READ ? ".read()" : ".write()");
    }
}
