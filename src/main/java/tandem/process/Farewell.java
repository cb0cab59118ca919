package tandem.process;

import tandem.memory.Session;
import tandem.sync.UncheckedInterruptedException;

import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;

/// Lets a worker that is told to end, by a signal or by the end of its parent, run the `finally`
/// blocks of its main thread, which a JVM that ends does not do by itself: the thread is interrupted,
/// and has a second to end.
final class Farewell {
    private static final Duration LONGEST = Duration.ofSeconds(1);

    private static volatile boolean begun;

    private Farewell() {}

    /// Arranges for it. To be called by the worker's main thread.
    static void prepare(Session session) {
        Thread main = Thread.currentThread();
        session.atExit(() -> run(main));
    }

    private static void run(Thread main) {
        if (!main.isAlive() || !isToldToEnd()) {
            return;
        }
        begun = true;
        Thread.UncaughtExceptionHandler handler = main.getUncaughtExceptionHandler();
        main.setUncaughtExceptionHandler(
                (thread, e) -> {
                    if (!isInterruption(e)) {
                        handler.uncaughtException(thread, e);
                    }
                });
        main.interrupt();
        try {
            main.join(LONGEST);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whether the JVM ends for another reason than `System.exit` or the end of its threads.
    static boolean isToldToEnd() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .anyMatch(
                        name ->
                                name.equals(ParentWatch.EXIT_THREAD)
                                        || name.startsWith("SIG") && name.endsWith(" handler"));
    }

    /// Whether the main thread was interrupted for it.
    static boolean hasBegun() {
        return begun;
    }

    /// Whether something was thrown because of an interrupt.
    static boolean isInterruption(Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t instanceof InterruptedException
                    || t instanceof ClosedByInterruptException
                    || t instanceof UncheckedInterruptedException) {
                return true;
            }
        }
        return false;
    }
}
