package tandem;

import tandem.sync.Mutex;
import tandem.sync.Permits;

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
    private final Mutex mutex;

    /// Of a semaphore, else null.
    private final Permits permits;

    /// Of a read-write lock, else null.
    private final Side side;

    private final boolean recovered;
    private boolean released;

    Held(Mutex mutex) {
        this.mutex = mutex;
        this.permits = null;
        this.side = null;
        this.recovered = mutex.isRecovered();
    }

    Held(Permits permits) {
        this.mutex = null;
        this.permits = permits;
        this.side = null;
        this.recovered = false;
    }

    Held(Side side, boolean recovered) {
        this.mutex = null;
        this.permits = null;
        this.side = side;
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
                : "Held(%s)".formatted(mutex != null ? mutex : permits != null ? permits : side);
    }

    /// Gives it back, once; a lock by the thread that took it.
    @Override
    public void close() {
        if (!released) {
            released = true;
            if (mutex != null) {
                mutex.release();
            } else if (permits != null) {
                permits.releaseHold();
            } else {
                side.release();
            }
        }
    }
}
