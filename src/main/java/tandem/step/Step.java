package tandem.step;

/// One step that was made.
public final class Step {
    private final int number;
    private final String name;
    private final String action;
    private final String place;
    private String result = "";

    Step(Actor actor, String action) {
        this.number = actor.number();
        this.name = actor.name();
        this.action = action;
        this.place = action.equals(actor.action()) ? actor.place() : "";
    }

    void gave(String what) {
        result = what;
    }

    boolean hasResult() {
        return !result.isEmpty();
    }

    public int number() {
        return number;
    }

    /// Of whose process it is.
    public String name() {
        return name;
    }

    String action() {
        return action;
    }

    /// The line of the program, empty when that is not known.
    public String place() {
        return place;
    }

    /// `2 号进程: array-1.get(0) → 5`.
    @Override
    public String toString() {
        return "%s: %s%s".formatted(name, action, result.isEmpty() ? "" : " → " + result);
    }
}
