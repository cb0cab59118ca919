package tandem.process;

import tandem.session.Session;
import tandem.sync.UncheckedInterruptedException;

import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/// Lets a worker that is told to end, by a signal or by the end of its parent, run the `finally`
/// blocks of its main thread, which a JVM that ends does not do by itself: the thread is interrupted,
/// and has a second to end. Where it computes, an interrupt means little, and it has a moment.
final class Farewell {
    private static final Duration WAITING = Duration.ofSeconds(1);
    private static final Duration COMPUTING = Duration.ofMillis(200);

    private static boolean prepared;
    private static volatile boolean begun;

    private Farewell() {}

    /// Arranges for it, once. To be called by the worker's main thread, which goes no further when the
    /// JVM is ending already.
    static void prepare(Session session) {
        if (!prepared) {
            prepared = true;
            Thread main = Thread.currentThread();
            try {
                session.atExit(() -> run(main));
            } catch (IllegalStateException e) {
                while (true) {
                    LockSupport.park();
                }
            }
        }
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
        Duration longest = isComputing(main) ? COMPUTING : WAITING;
        main.interrupt();
        try {
            main.join(longest);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whether a thread is in nobody's code but the user's, and so does not wait.
    private static boolean isComputing(Thread main) {
        StackTraceElement[] frames = main.getStackTrace();
        return frames.length > 0
                && frames[0].getModuleName() == null
                && !frames[0].getClassName().startsWith("tandem.");
    }

    /// Whether the JVM ends for another reason than `System.exit` or the end of its threads.
    private static boolean isToldToEnd() {
        return isThereThread(
                name ->
                        name.equals(ParentWatch.EXIT_THREAD)
                                || name.startsWith("SIG") && name.endsWith(" handler"));
    }

    /// Whether the JVM ends by Ctrl-C.
    static boolean isCtrlC() {
        return isThereThread("SIGINT handler"::equals);
    }

    private static boolean isThereThread(Predicate<String> name) {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).anyMatch(name);
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
