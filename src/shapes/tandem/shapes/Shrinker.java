package tandem.shapes;

import java.io.IOException;
import java.util.List;

/// Makes a program that differs smaller, as long as it still differs.
final class Shrinker {
    private static final int MOST_ROUNDS = 40;

    /// How many smaller programs are run at once.
    private static final int TRIES = 12;

    private final Runner runner;

    Shrinker(Runner runner) {
        this.runner = runner;
    }

    /// The smallest program found.
    ///
    /// @param end when to stop looking, by [System#nanoTime()]
    Difference shrink(Difference found, long end) throws IOException, InterruptedException {
        Difference smallest = found;
        for (int round = 0; round < MOST_ROUNDS && System.nanoTime() < end; round++) {
            Difference smaller = smaller(smallest);
            if (smaller == null) {
                break;
            }
            smallest = smaller;
        }
        return smallest;
    }

    private Difference smaller(Difference found) throws IOException, InterruptedException {
        List<? extends Outline> plans = found.plan().smaller();
        for (int from = 0; from < plans.size(); from += TRIES) {
            List<? extends Outline> tries =
                    plans.subList(from, Math.min(from + TRIES, plans.size()));
            List<Outcome> outcomes = runner.run(tries);
            for (int i = 0; i < tries.size(); i++) {
                if (outcomes.get(i).isCompiled()
                        && outcomes.get(i).here() != null
                        && outcomes.get(i).differs()) {
                    return new Difference(tries.get(i), outcomes.get(i));
                }
            }
        }
        return null;
    }

    /// A program that computes something else there than here.
    record Difference(Outline plan, Outcome outcome) {
        /// Whether it throws what it was not to throw, which is a mistake of the generator.
        boolean failsHere() {
            String here = outcome.here();
            return here != null && here.startsWith(" threw") && !plan.mayThrow();
        }

        /// The text of the program.
        String text() {
            return plan.kind().isTyped()
                    ? String.join("\n", plan.snippets(""))
                    : plan.file("Differs", "");
        }
    }
}
