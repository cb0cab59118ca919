package tandem;

import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for what has to come true.
final class Await {
    /// How long anything may take that takes no time when all is well.
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final long PAUSE_NANOS = 50_000;

    private Await() {}

    static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                fail("not so after %s: %s", PATIENCE, what);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /// The time that something takes, again and again until it is within a limit, or for the third time: any
    /// machine is held up now and then.
    static Duration timed(Duration limit, Runnable work) {
        Duration time = limit;
        for (int tries = 3; tries > 0 && time.compareTo(limit) >= 0; tries--) {
            long start = System.nanoTime();
            work.run();
            time = Duration.ofNanos(System.nanoTime() - start);
        }
        return time;
    }
}
