package tandem.sync;

import tandem.memory.Trace;

/// A thread was interrupted while it waited. Its interrupt flag is set again.
public final class UncheckedInterruptedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public UncheckedInterruptedException(String message) {
        super(message);
    }

    /// Throws when the current thread is interrupted, and leaves its flag set.
    ///
    /// @param what what it was doing, as in "waiting for …"
    static void check(String what) {
        if (Thread.currentThread().isInterrupted()) {
            throw Trace.trim(new UncheckedInterruptedException("interrupted while " + what));
        }
    }
}
