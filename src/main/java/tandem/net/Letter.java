package tandem.net;

import tandem.memory.Trace;
import tandem.sync.UncheckedInterruptedException;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A letter of the server, as one waits for it: it may be late or lost, so who waits looks by himself as well.
final class Letter {
    private Letter() {}

    /// Waits for one.
    ///
    /// @return what it says, null when it has not come in this time
    static <T> T await(CompletableFuture<T> letter, long nanos) throws InterruptedException {
        try {
            return letter.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return null;
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    /// As `await`, for one who waits for an object.
    ///
    /// @throws UncheckedInterruptedException when the thread is interrupted, and it is said there for what it waits
    static <T> T await(CompletableFuture<T> letter, long nanos, Served object) {
        try {
            return await(letter, nanos);
        } catch (InterruptedException e) {
            throw interrupted(object);
        }
    }

    /// What is thrown where an interrupt has ended a wait. The thread stays interrupted.
    static UncheckedInterruptedException interrupted(Served object) {
        Thread.currentThread().interrupt();
        return Trace.trim(
                new UncheckedInterruptedException(
                        "interrupted while waiting for " + object.name()));
    }
}
