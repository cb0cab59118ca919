package tandem;

import tandem.step.Found;

import java.util.List;

/// What [Tandem#explore(Code.Function0, Code.Function1)] has found.
///
/// ```java
/// var found = explore(() -> 42, x -> x == 42);
/// found.isBroken()                     // ==> false
/// found.isComplete()                   // ==> true
/// ```
public final class Exploration {
    private final Found found;

    Exploration(Found found) {
        this.found = found;
    }

    /// Whether a schedule has broken the program.
    public boolean isBroken() {
        return found.schedule() != null;
    }

    /// The schedule that has broken it, for `step` or `--schedule`: of those with the fewest switches the
    /// shortest, as far as the time went. Null when none has.
    public String schedule() {
        return isBroken() ? found.schedule().toString() : null;
    }

    /// What went wrong, null when nothing did.
    public String reason() {
        return found.reason();
    }

    /// Each step of the run that broke, in words; empty when none did.
    public List<String> steps() {
        return found.steps();
    }

    /// How many schedules were tried. Of those that are the same, that is one.
    public int tried() {
        return found.tried();
    }

    /// Whether these were all there are, but for those that are the same as one of them.
    public boolean isComplete() {
        return found.isComplete();
    }

    /// A sentence, and the steps of the run that broke.
    @Override
    public String toString() {
        if (!isBroken()) {
            return isComplete()
                    ? "right by all of its schedules: " + tried()
                    : "right by %d schedules, which are not all".formatted(tried());
        }
        return "%s%nby the schedule \"%s\", after %d were tried:%n  %s"
                .formatted(reason(), schedule(), tried(), String.join("%n  ".formatted(), steps()));
    }
}
