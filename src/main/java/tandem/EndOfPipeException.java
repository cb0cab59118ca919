package tandem;

import java.io.Serial;

/// Nothing will come out of a [Pipe] any more, or nobody will take what is sent: nobody has the other
/// end any more, as it was closed or its process has ended. Python's `EOFError` and `BrokenPipeError`.
///
/// ```java
/// var pipe = new Pipe<Integer>();
/// pipe.left().close();
/// var end = pipe.right();
/// try { end.receive(); } catch (EndOfPipeException e) { IO.println(e); }
/// ```
public final class EndOfPipeException extends IllegalStateException {
    @Serial private static final long serialVersionUID = 1;

    EndOfPipeException(String message) {
        super(message);
    }
}
