package tandem;

import java.io.Serial;

/// Thrown to all who wait at a [Barrier], or come to it, while it is broken. The message says what is
/// known of why.
///
/// ```java
/// var b = new Barrier(2);
/// try { b.await(millis(50)); } catch (BrokenBarrierException e) { b.reset(); }
/// ```
public final class BrokenBarrierException extends IllegalStateException {
    @Serial private static final long serialVersionUID = 1;

    BrokenBarrierException(String message) {
        super(message);
    }
}
