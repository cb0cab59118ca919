package tandem;

import java.io.Serial;

/// Somebody has put something into a [Queue] that is closed, or taken from one that is closed and
/// empty, so that nothing will ever come. Python's `ShutDown`.
///
/// ```java
/// var q = new Queue<String>();
/// q.close();
/// try { q.take(); } catch (QueueClosedException e) { IO.println(e); }
/// ```
public final class QueueClosedException extends IllegalStateException {
    @Serial private static final long serialVersionUID = 1;

    QueueClosedException(String message) {
        super(message);
    }
}
