import static tandem.Tandem.*;

/// Ends as it is told: by `System.exit` with a number, or with an exception of that message.
void main() {
    Object how = arg(0);
    if (how instanceof Integer code) {
        System.exit(code);
    }
    System.err.println("going down");
    String message = arg(0);
    throw new IllegalStateException(message);
}
