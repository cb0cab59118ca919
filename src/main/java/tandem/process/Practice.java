package tandem.process;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;

/// What a spare does while it waits for its job: again and again what most workers do first, so that the JIT
/// compiler has done its work by then.
///
/// It runs in a thread of its own, from a second on, a quarter of the time, and ends for good after a
/// number of rounds, or when the job comes.
public final class Practice implements AutoCloseable {
    private static final int ROUNDS = 12_000;
    private static final long BURST_NANOS = 10_000_000;
    private static final long PAUSE_MILLIS = 30;
    private static final long LEISURE_MILLIS = 1_000;
    private static final String NOWHERE = "/dev/null";

    /// What is done in a round, null when there is nothing to practise.
    private static Runnable round;

    private volatile boolean isOver;

    private Practice() {}

    /// Says what to practise, while the spare rehearses.
    public static void of(Runnable what) {
        round = what;
    }

    /// Begins, in a process that has nothing else to do until this is closed.
    static Practice begin() {
        Practice practice = new Practice();
        if (round != null) {
            Thread thread = new Thread(practice::run, "tandem-practice");
            thread.setDaemon(true);
            thread.start();
        }
        return practice;
    }

    private void run() {
        PrintStream out = System.out;
        try (PrintStream nowhere = StampedOutput.to(new FileOutputStream(NOWHERE), out.charset())) {
            pause(LEISURE_MILLIS);
            for (int left = ROUNDS; left > 0 && !isOver; ) {
                left -= burst(nowhere, out);
                pause(PAUSE_MILLIS);
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            // It only makes things faster.
        }
    }

    private synchronized void pause(long millis) throws InterruptedException {
        if (!isOver) {
            wait(millis);
        }
    }

    /// What is printed goes nowhere meanwhile. Once this is closed, the output is the job's.
    private synchronized int burst(PrintStream nowhere, PrintStream out) {
        int done = 0;
        if (isOver) {
            return done;
        }
        long start = System.nanoTime();
        System.setOut(nowhere);
        try {
            while (!isOver && System.nanoTime() - start < BURST_NANOS) {
                round.run();
                done++;
            }
        } finally {
            System.setOut(out);
        }
        return done;
    }

    /// Ends it, when the round that is running has ended.
    @Override
    public void close() {
        isOver = true;
        synchronized (this) {
            round = null;
            notifyAll();
        }
    }
}
