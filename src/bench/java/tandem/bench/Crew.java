package tandem.bench;

import static tandem.Tandem.arg;
import static tandem.Tandem.seconds;
import static tandem.Tandem.sleep;
import static tandem.Tandem.spawn;

import tandem.Array;
import tandem.Event;
import tandem.Worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Worker processes that all do the same to one shared cell, and how long that takes them.
///
/// A round is a fixed number of operations, split evenly. The workers start it together, when the
/// last of them is ready and an event is set; its time is the last worker's end minus the first
/// one's start, so that starting a process does not count. `System.nanoTime()` has one origin for
/// all processes of a machine. After each round the cell has to hold exactly the number of
/// operations done so far.
///
/// Both sides of the protocol stand here: the constructor and `measure` for the process that
/// measures, `work` for the worker scripts. They share a board of longs, under a lock:
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
    /// Operations of a batch: the least that a worker does without a look at the clock.
    public static final int BATCH = 100;

    private static final int MOST = 64;
    private static final int FIELDS = 8;
    private static final int READY = 0;
    private static final int START = 1;
    private static final int END = 2;
    private static final double DEADLINE_SECONDS = 60;
    private static final double BETWEEN_LOOKS_SECONDS = 0.002;

    private final Path script;
    private final Array cell = Array.of("i", 1, true);
    private final Array board = Array.of("q", FIELDS * (1 + MOST), true);
    private final Event[] go = {new Event(), new Event()};
    private final List<Worker> workers = new ArrayList<>();
    private int round;
    private long done;

    /// @param script what a worker runs; it calls `work`
    Crew(Path script) {
        this.script = script;
    }

    /// Brings the crew up to so many workers and lets them work.
    ///
    /// @return nanoseconds for each operation, over the rounds after those that warm up
    Figure measure(int count, int warmups, int rounds, long operations) {
        while (workers.size() < count) {
            workers.add(spawn(script, cell, board, go[0], go[1], workers.size(), round));
        }
        awaitReady();
        for (int i = 0; i < warmups; i++) {
            nextRound(operations);
        }
        double[] figures = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            figures[i] = nextRound(operations);
        }
        return Figure.of(figures);
    }

    private double nextRound(long operations) {
        long batches = operations / BATCH / workers.size();
        start(batches);
        awaitReady();
        long each = batches * BATCH;
        done += each * workers.size();
        if (cell.get(0) != done) {
            throw new IllegalStateException(
                    "%d increments instead of %d".formatted(cell.get(0), done));
        }
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (int worker = 0; worker < workers.size(); worker++) {
            first = Math.min(first, board.get(field(worker, START)));
            last = Math.max(last, board.get(field(worker, END)));
        }
        return (double) (last - first) / (each * workers.size());
    }

    private void start(long batches) {
        board.set(0, batches);
        go[(round + 1) % 2].clear();
        go[round % 2].set();
        round++;
    }

    private void awaitReady() {
        long deadline = deadline();
        for (int worker = 0; worker < workers.size(); ) {
            if (board.get(field(worker, READY)) > round) {
                worker++;
            } else if (!workers.get(worker).isAlive()) {
                throw new IllegalStateException(
                        workers.get(worker) + " has ended before its work was done");
            } else if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "%s was not ready for round %d after %.0f s"
                                .formatted(workers.get(worker), round, DEADLINE_SECONDS));
            } else {
                sleep(BETWEEN_LOOKS_SECONDS);
            }
        }
    }

    private static long deadline() {
        return System.nanoTime() + seconds(DEADLINE_SECONDS).toNanos();
    }

    /// Sends the workers home, and kills who does not go.
    @Override
    public void close() {
        start(0);
        long deadline = deadline();
        for (Worker worker : workers) {
            if (!worker.join(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))) {
                worker.kill();
            }
        }
    }

    /// What a worker's script calls: does batches, round after round, until it is sent home.
    public static void work(Runnable batch) {
        Array board = arg(1);
        Event[] go = {arg(2), arg(3)};
        int worker = arg(4);
        int firstRound = arg(5);
        for (int round = firstRound; ; round++) {
            board.set(field(worker, READY), round + 1);
            if (!go[round % 2].await(seconds(DEADLINE_SECONDS))) {
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
            board.set(field(worker, START), start);
            board.set(field(worker, END), end);
        }
    }

    private static long field(int worker, int field) {
        return FIELDS * (1L + worker) + field;
    }
}
