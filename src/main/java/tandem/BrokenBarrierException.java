package tandem;

import java.io.Serial;

/// Thrown to all who wait at a [Barrier], or come to it, while it is broken. The message says what is
/// known of why.
public final class BrokenBarrierException extends IllegalStateException {
    @Serial private static final long serialVersionUID = 1;

    BrokenBarrierException(String message) {
        super(message);
    }
}
