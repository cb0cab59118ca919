package tandem;

/// One hold of a lock, of a side of a [ReadWriteLock], or of a permit of a [Semaphore], given back at the end of a `try`:
///
/// ```java
/// var a = Array.of("i", 3);
/// try (var held = a.hold()) {
///     a.set(0, a.get(0) + 1);
/// }
/// ```
public final class Held implements AutoCloseable {
    /// Of a lock, else null.
    private final Lock lock;

    /// Of a semaphore, else null.
    private final Semaphore semaphore;

    /// Of a read-write lock, else null.
    private final Side side;

    /// Which one of a semaphore it is.
    private final long permit;

    private final boolean recovered;
    private boolean released;

    Held(Lock lock) {
        this.lock = lock;
        this.semaphore = null;
        this.side = null;
        this.permit = 0;
        this.recovered = lock.mutex().isRecovered();
    }

    /// @param permit what its hold has returned
    Held(Semaphore semaphore, long permit) {
        this.lock = null;
        this.semaphore = semaphore;
        this.side = null;
        this.permit = permit;
        this.recovered = false;
    }

    Held(Side side, boolean recovered) {
        this.lock = null;
        this.semaphore = null;
        this.side = side;
        this.permit = 0;
        this.recovered = recovered;
    }

    /// Whether a holder died while it held the lock, and no `hold()` has told so yet. What the lock
    /// guards may then be half-written; the lock itself is as good as new. Of a permit, false.
    public boolean recovered() {
        return recovered;
    }

    @Override
    public String toString() {
        return released
                ? "Held(given back)"
                : "Held(%s)"
                        .formatted(
                                lock != null
                                        ? lock.mutex()
                                        : semaphore != null ? semaphore.permits() : side);
    }

    /// Gives it back, once; a lock by the thread that took it.
    @Override
    public void close() {
        if (!released) {
            released = true;
            if (lock != null) {
                lock.endHold();
            } else if (semaphore != null) {
                semaphore.endHold(permit);
            } else {
                side.release();
            }
        }
    }
}
