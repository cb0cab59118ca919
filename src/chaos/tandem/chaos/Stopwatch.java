package tandem.chaos;

/// Measures how long something takes that one looks at again and again. Between two looks it counts
/// a tenth of a second at most: when the machine does not let this process run, others may not run
/// either.
final class Stopwatch {
    private static final long LONGEST_PAUSE_NANOS = 100_000_000;

    private long nanos;
    private long lastLook = System.nanoTime();

    void look() {
        long now = System.nanoTime();
        nanos += Math.min(now - lastLook, LONGEST_PAUSE_NANOS);
        lastLook = now;
    }

    void restart() {
        nanos = 0;
        lastLook = System.nanoTime();
    }

    long nanos() {
        return nanos;
    }
}
