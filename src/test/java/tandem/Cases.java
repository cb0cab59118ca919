package tandem;

import java.util.Random;
import java.util.function.Consumer;

/// Many random cases. A failure names the case's seed; `-Dtandem.seed=…` makes it the first case.
final class Cases {
    private Cases() {}

    static void run(int count, Consumer<Random> body) {
        long first = Long.getLong("tandem.seed", System.nanoTime());
        for (long seed = first; seed < first + count; seed++) {
            try {
                body.accept(new Random(seed));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed %d: %s".formatted(seed, e.getMessage()), e);
            }
        }
    }
}
