import static tandem.Tandem.*;

/// Ends as it is told: by `System.exit` with a number, or with an exception of that message.
void main() {
    Object how = arg(0);
    if (how instanceof Integer code) {
        System.exit(code);
    }
    System.err.println("going down");
    throw new IllegalStateException(how.toString());
}
