package tandem.chaos;

import tandem.Manager;
import tandem.chaos.Board.Note;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Sees workers that make no step for longer than any step may take.
final class Watchdog {
    /// A JVM may need long to start beside so many others.
    static final Duration LIMIT_OF_STARTS = Duration.ofSeconds(60);

    private final Board board;
    private final Crew crew;
    private final List<Stopwatch> stopwatches = new ArrayList<>();
    private final long[] steps;

    Watchdog(Board board, Crew crew) {
        this.board = board;
        this.crew = crew;
        this.steps = new long[board.workers()];
        for (int i = 0; i < board.workers(); i++) {
            stopwatches.add(new Stopwatch());
        }
    }

    /// How many hang. Each is reported, with all others beside it.
    int look() {
        int hanging = 0;
        for (int worker = 0; worker < board.workers(); worker++) {
            Stopwatch stopwatch = stopwatches.get(worker);
            long count = board.note(worker, Note.STEPS);
            if (count != steps[worker] || crew.isStopped(worker)) {
                steps[worker] = count;
                stopwatch.restart();
            } else {
                stopwatch.look();
            }
            hanging += isTooLong(worker) ? 1 : 0;
        }
        if (hanging > 0) {
            report();
        }
        return hanging;
    }

    private boolean isTooLong(int worker) {
        Step step = board.step(worker);
        Duration limit =
                step == Step.STARTING || step == Step.ENDING ? LIMIT_OF_STARTS : Chaos.LIMIT;
        return stopwatches.get(worker).nanos() > limit.toNanos();
    }

    private void report() {
        for (int worker = 0; worker < board.workers(); worker++) {
            System.err.printf(
                    "%s %s %s since %.1f s%n",
                    isTooLong(worker) ? "HANGS" : "     ",
                    crew.describe(worker),
                    board.step(worker).text,
                    stopwatches.get(worker).nanos() / 1e9);
        }
        System.err.printf("      the ledger: %s%n", board.ledger().lock());
        System.err.printf("      the uniform array: %s%n", board.uniform().lock());
        System.err.printf("      the accounts: %s%n", board.accounts());
        System.err.printf("      the tally: %s%n", board.tally().lock());
        System.err.printf("      the till: %s%n", Manager.behind(board.till()));
        System.err.printf("      the gate: %s, the bell: %s%n", board.gate(), board.bell());
    }
}
