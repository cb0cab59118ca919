package tandem.sync;

/// The server of a shared object has not answered for two seconds. The message names it, and says
/// whether what was asked for may have been done all the same. Later calls go on when it is back.
public final class UnreachableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public UnreachableException(String message) {
        super(message);
    }
}
