package tandem.bench;

import tandem.Array;
import tandem.Lock;

import java.nio.file.Path;

/// How evenly processes that want a lock all the time get it: what the script `FairShare.java` notes.
///
/// @param share how often the one got it that got it least, over how often each would have if all had got it
///     alike
/// @param longest the longest that one of them waited, in milliseconds
record Fairness(Figure share, Figure longest) {
    private static final Path SCRIPT = Path.of("src/bench/scripts/FairShare.java");
    private static final int PROCESSES = 4;
    private static final int WARMUPS = 3;
    private static final long ROUND_NANOS = 300_000_000;
    private static final long MARGIN_NANOS = 50_000_000;

    static Fairness of(Lock lock, int rounds) {
        Array notes = Array.of("q", 2L * PROCESSES * (WARMUPS + rounds), false);
        Array begins = Array.of("q", WARMUPS + rounds, true);
        try (Crew crew =
                new Crew(SCRIPT, lock, notes, begins, PROCESSES, ROUND_NANOS, MARGIN_NANOS)) {
            crew.measure(PROCESSES, WARMUPS, rounds, PROCESSES * Crew.BATCH);
        }
        double[] shares = new double[rounds];
        double[] longest = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            long least = Long.MAX_VALUE;
            long all = 0;
            for (int process = 0; process < PROCESSES; process++) {
                int at = 2 * (PROCESSES * (WARMUPS + round) + process);
                least = Math.min(least, notes.get(at));
                all += notes.get(at);
                longest[round] = Math.max(longest[round], notes.get(at + 1) / 1e6);
            }
            shares[round] = (double) least * PROCESSES / all;
        }
        return new Fairness(Figure.of(shares), Figure.of(longest));
    }
}
