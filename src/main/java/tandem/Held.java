package tandem;

import tandem.sync.Mutex;

/// One hold of a lock, given back at the end of a `try`:
///
/// ```java
/// var a = Array.of("i", 3);
/// try (var held = a.hold()) {
///     a.set(0, a.get(0) + 1);
/// }
/// ```
public final class Held implements AutoCloseable {
    private final Mutex mutex;
    private final boolean recovered;
    private boolean released;

    Held(Mutex mutex) {
        this.mutex = mutex;
        this.recovered = mutex.isRecovered();
    }

    /// Whether a holder died while it held the lock, and no `hold()` has told so yet. What the lock
    /// guards may then be half-written; the lock itself is as good as new.
    public boolean recovered() {
        return recovered;
    }

    @Override
    public String toString() {
        return released ? "Held(given back)" : "Held(%s)".formatted(mutex);
    }

    /// Releases the lock, once. To be called by the thread that took it.
    @Override
    public void close() {
        if (!released) {
            released = true;
            mutex.release();
        }
    }
}
