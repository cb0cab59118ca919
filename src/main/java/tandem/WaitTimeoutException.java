package tandem;

import java.io.Serial;

/// A result was not there in time.
///
/// ```java
/// var c = call(() -> { sleep(2); return 1; });
/// try {
///     c.result(millis(10));
/// } catch (WaitTimeoutException e) {
///     IO.println(e.getMessage());
/// }
/// ```
public final class WaitTimeoutException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;

    WaitTimeoutException(String message) {
        super(message);
    }
}
