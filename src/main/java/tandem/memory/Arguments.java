package tandem.memory;

/// Arguments of public methods, refused in a sentence.
public final class Arguments {
    private Arguments() {}

    /// @param what it is, for the sentence: `the time`
    /// @return the argument
    /// @throws NullPointerException when it is null
    public static <T> T required(T argument, String what) {
        if (argument == null) {
            throw Trace.trim(new NullPointerException(what + " is null"));
        }
        return argument;
    }
}
