package tandem.sync;

import java.io.Serial;

/// Thrown to one of several threads that wait for each other's locks, in whichever processes, of
/// whichever machines, and
/// would do so for ever. The message names each of them, what it holds and what it waits for.
///
/// The others go on when the thread that gets it has released what it holds, as `hold()` does at the
/// end of its `try`. The error is in the order in which the locks are taken: everywhere the same.
public final class DeadlockException extends IllegalStateException {
    @Serial private static final long serialVersionUID = 1;

    DeadlockException(String message) {
        super(message);
    }
}
