package tandem;

import tandem.memory.Trace;
import tandem.process.Outcome;

import java.io.Serial;

/// What went wrong in a worker: it ended in another way than well, or threw something that cannot
/// be thrown here as it is. Also the last cause of what a worker's code has thrown, to say whose.
public final class WorkerException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;

    WorkerException(String message) {
        super(message);
    }

    private WorkerException(String message, Throwable cause) {
        super(message, cause);
    }

    /// The exception of a job, to be thrown to whom asks for its result: itself, when that needs no
    /// declaration.
    static RuntimeException rethrow(Worker worker, Outcome outcome) {
        Throwable thrown = outcome.thrown();
        String who = "thrown in " + worker.name() + " (pid " + worker.pid() + ")";
        switch (thrown) {
            case null -> {
                return Trace.trim(new WorkerException(who + ": " + outcome.trace().strip()));
            }
            case RuntimeException e -> {
                blame(e, who);
                return e;
            }
            case Error e -> {
                blame(e, who);
                throw e;
            }
            default -> {
                return Trace.trim(new WorkerException(who + ": " + thrown, thrown));
            }
        }
    }

    private static void blame(Throwable thrown, String who) {
        Throwable last = thrown;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        WorkerException whose = new WorkerException(who);
        whose.setStackTrace(new StackTraceElement[0]);
        try {
            last.initCause(whose);
        } catch (IllegalStateException e) {
            thrown.addSuppressed(whose);
        }
    }
}
