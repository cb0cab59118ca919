package tandem.travel;

import java.io.Serial;

/// Says in a sentence what cannot go to another process, and why.
final class CannotTravel extends Exception {
    @Serial private static final long serialVersionUID = 1;

    private static final String ADVICE =
            "make it inside the code, or pass what the code needs of it (numbers, text, an Array)";

    private final String type;
    private final String reason;
    private int root = -1;

    CannotTravel(String message) {
        this(null, message);
    }

    private CannotTravel(String type, String reason) {
        super(type == null ? reason : type + " is " + reason, null, false, false);
        this.type = type;
        this.reason = reason;
    }

    /// For an object whose class has no form in which it could travel.
    static CannotTravel of(Class<?> type) {
        return new CannotTravel(
                ClassNames.plain(type),
                type.isHidden() && type.isSynthetic()
                        ? "a lambda that is not Serializable: give its variable one of the types in"
                              + " tandem.Code, as in `Code.Function1<Integer, Integer> f = x -> x +"
                              + " 1`, or cast it: `(Runnable & java.io.Serializable) () -> …`"
                        : "neither shared (Array, Lock, Event) nor Serializable: " + ADVICE);
    }

    /// The whole sentence, for a person.
    ///
    /// @param what it lies in
    String of(String what) {
        return "%s cannot travel to another process: %s".formatted(what, getMessage());
    }

    /// The same for code that has captured it.
    CannotTravel captured() {
        return type == null
                ? this
                : new CannotTravel(
                        "it uses a %s from outside of it, which is %s".formatted(type, reason));
    }

    CannotTravel atRoot(int index) {
        root = index;
        return this;
    }

    /// Which of the objects that were to be sent could not be.
    int root() {
        return root;
    }
}
