package tandem.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/// What is done over and over beside the workers, by a thread of its own, each time with a kill.
abstract class Rounds implements Runnable {
    static final Duration LOOK = Duration.ofMillis(5);

    private final Thread thread;
    private volatile boolean over;
    private volatile long kills;
    private volatile long failures;

    Rounds(String name) {
        thread = new Thread(this, "chaos-" + name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /// How many processes were killed.
    long kills() {
        return kills;
    }

    /// How often something was not as it has to be.
    long failures() {
        return failures;
    }

    boolean isOver() {
        return over;
    }

    void countKill() {
        kills++;
    }

    void fail(String what) {
        failures++;
        System.err.println("FAILED " + what);
    }

    /// Lets the round come to an end, and what the last one has to do.
    void end() throws InterruptedException {
        over = true;
        thread.join(Chaos.LIMIT.multipliedBy(10));
        if (thread.isAlive()) {
            fail(thread.getName() + " do not come to an end");
            for (StackTraceElement frame : thread.getStackTrace()) {
                System.err.println("       at " + frame);
            }
        }
    }

    @Override
    public void run() {
        try {
            boolean last;
            do {
                last = over && kills > 0;
                round(last);
            } while (!last);
        } catch (IOException | RuntimeException e) {
            fail(thread.getName() + " cannot go on: " + e);
            e.printStackTrace();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// @param last whether this is for the end, and nobody is to be killed
    abstract void round(boolean last) throws IOException, InterruptedException;

    /// Waits, unless all is over.
    void pause(Duration time) throws InterruptedException {
        for (long end = System.nanoTime() + time.toNanos(); !over && System.nanoTime() < end; ) {
            Thread.sleep(LOOK);
        }
    }

    /// Whether a process runs, and is not only an entry that its parent has not yet taken note of: the
    /// parent of orphans may let that wait for seconds. Such an entry has no command.
    static boolean runs(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }

    /// How long a condition took to come true, −1 when it did not within the limit.
    static long took(BooleanSupplier condition, Duration limit) throws InterruptedException {
        Stopwatch stopwatch = new Stopwatch();
        while (!condition.getAsBoolean()) {
            if (stopwatch.nanos() > limit.toNanos()) {
                return -1;
            }
            Thread.sleep(LOOK);
            stopwatch.look();
        }
        return stopwatch.nanos();
    }
}
