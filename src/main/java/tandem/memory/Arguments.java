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

    /// @param what it is, for the sentence: `the name of a worker`
    /// @return the argument
    /// @throws IllegalArgumentException when it is empty, or more than a line of text
    public static String line(String argument, String what) {
        if (required(argument, what).isBlank()) {
            throw Trace.trim(new IllegalArgumentException(what + " cannot be empty"));
        }
        argument.codePoints()
                .filter(Arguments::isControl)
                .findFirst()
                .ifPresent(
                        control -> {
                            throw Trace.trim(
                                    new IllegalArgumentException(
                                            "%s is one line of text, without the control character U+%04X"
                                                    .formatted(what, control)));
                        });
        return argument;
    }

    /// Also those of Unicode that end a line.
    private static boolean isControl(int c) {
        return Character.isISOControl(c) || c == 0x2028 || c == 0x2029;
    }
}
