package tandem;

import java.io.Serial;

/// A result was not there in time.
public final class WaitTimeoutException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;

    WaitTimeoutException(String message) {
        super(message);
    }
}
