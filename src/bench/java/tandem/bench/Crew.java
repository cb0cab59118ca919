package tandem.bench;

import static tandem.Tandem.seconds;
import static tandem.Tandem.sleep;
import static tandem.Tandem.spawn;

import tandem.Array;
import tandem.Event;
import tandem.Worker;

import java.io.Serial;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Worker processes that work together, and how long that takes them.
///
/// A round is a number of operations, split evenly. The workers start it together, when the last of
/// them is ready and an event is set; its time is the last worker's end minus the first one's
/// start, so that starting a process does not count. (`System.nanoTime()` has one origin for all
/// processes of a machine.) Each worker's thread is held on a processor of its own, in turn.
///
/// The workers share a board of longs, under a lock:
///
/// ```
///  0            batches for each worker in the next round, 0 to end
///  8 + 8 w      worker w: rounds that it was ready for
///  9 + 8 w                start of its last round, ns
/// 10 + 8 w                end of its last round, ns
/// ```
///
/// Rounds take turns with two events, so that one can be cleared while nobody waits for it: when
/// all are ready for round `r`, all have left the event of round `r - 1`.
public final class Crew implements AutoCloseable {
    /// Operations of a batch: what a worker does between two looks at its orders.
    public static final int BATCH = 100;

    private static final int MOST = 64;
    private static final int FIELDS = 8;
    private static final int READY = 0;
    private static final int START = 1;
    private static final int END = 2;
    private static final Duration DEADLINE = seconds(180);
    private static final double BETWEEN_LOOKS_SECONDS = 0.002;

    private final Path script;
    private final Object[] shared;
    private final Array board = Array.of("q", FIELDS * (1 + MOST), true);
    private final Event[] go = {new Event(), new Event()};
    private final List<Worker> workers = new ArrayList<>();
    private int round;
    private long operations;

    /// @param script what a worker runs: its `arg(0)` is its place, and it calls `work` of that
    /// @param shared what the script gets besides, from `arg(1)` on
    Crew(Path script, Object... shared) {
        this.script = script;
        this.shared = shared;
    }

    /// Brings the crew up to so many workers and lets them work.
    ///
    /// @param load operations of a round, for all workers together
    /// @return nanoseconds for each operation, over the rounds after those that warm up
    Figure measure(int count, int warmups, int rounds, long load) {
        while (workers.size() < count) {
            Place place = new Place(board, go, workers.size(), round);
            workers.add(
                    spawn(script, Stream.concat(Stream.of(place), Stream.of(shared)).toArray()));
        }
        awaitReady();
        for (int i = 0; i < warmups; i++) {
            nextRound(load);
        }
        double[] figures = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            figures[i] = nextRound(load);
        }
        return Figure.of(figures);
    }

    /// What the crew has done so far, in all its rounds.
    long operations() {
        return operations;
    }

    private double nextRound(long load) {
        long batches = load / BATCH / workers.size();
        start(batches);
        awaitReady();
        long done = batches * BATCH * workers.size();
        operations += done;
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (int worker = 0; worker < workers.size(); worker++) {
            first = Math.min(first, board.get(field(worker, START)));
            last = Math.max(last, board.get(field(worker, END)));
        }
        return (double) (last - first) / done;
    }

    private void start(long batches) {
        board.set(0, batches);
        go[(round + 1) % 2].clear();
        go[round % 2].set();
        round++;
    }

    private void awaitReady() {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        for (int worker = 0; worker < workers.size(); ) {
            if (board.get(field(worker, READY)) > round) {
                worker++;
            } else if (!workers.get(worker).isAlive()) {
                throw new IllegalStateException(
                        workers.get(worker) + " has ended before its work was done");
            } else if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "%s is not ready for round %d after %d s"
                                .formatted(workers.get(worker), round, DEADLINE.toSeconds()));
            } else {
                sleep(BETWEEN_LOOKS_SECONDS);
            }
        }
    }

    /// Sends the workers home, and kills who does not go.
    @Override
    public void close() {
        start(0);
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        for (Worker worker : workers) {
            if (!worker.join(Duration.ofNanos(deadline - System.nanoTime()))) {
                worker.kill();
            }
        }
    }

    /// Holds the calling thread on a processor, as those of a crew are.
    public static void hold(int number) {
        Processor.hold(number);
    }

    private static long field(int worker, int field) {
        return FIELDS * (1L + worker) + field;
    }

    /// One worker's place in the crew.
    ///
    /// @param number from 0
    /// @param firstRound the round that it comes for
    public record Place(Array board, Event[] go, int number, int firstRound)
            implements Serializable {
        @Serial private static final long serialVersionUID = 1;

        /// Does batches, round after round, until the crew is sent home.
        public void work(Runnable batch) {
            Processor.hold(number);
            for (int round = firstRound; ; round++) {
                board.set(field(number, READY), round + 1);
                if (!go[round % 2].await(DEADLINE)) {
                    throw new IllegalStateException("round " + round + " never began");
                }
                long batches = board.get(0);
                if (batches == 0) {
                    return;
                }
                long start = System.nanoTime();
                for (long i = 0; i < batches; i++) {
                    batch.run();
                }
                long end = System.nanoTime();
                board.set(field(number, START), start);
                board.set(field(number, END), end);
            }
        }
    }
}
