package tandem;

import tandem.memory.Trace;
import tandem.process.Outcome;

import java.io.Serial;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/// What went wrong in a worker: it ended in another way than well, or threw something that cannot
/// be thrown here as it is. Also the last cause of what a worker's code has thrown, to say whose.
///
/// ```java
/// var c = call(() -> { System.exit(3); return 1; });
/// try {
///     c.result();
/// } catch (WorkerException e) {
///     IO.println(e.getMessage());
/// }
/// ```
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
        return rethrow("%s (%s)".formatted(worker.name(), worker.process().place()), outcome);
    }

    /// @param process for a person: its name and pid
    static RuntimeException rethrow(String process, Outcome outcome) {
        Throwable thrown = outcome.thrown();
        String who = "thrown in " + process;
        switch (thrown) {
            case null -> {
                return Trace.trim(new WorkerException(who + ": " + outcome.trace().strip()));
            }
            case RuntimeException e -> {
                addCallers(e);
                blame(e, who);
                return e;
            }
            case Error e -> {
                addCallers(e);
                blame(e, who);
                throw e;
            }
            default -> {
                return Trace.trim(new WorkerException(who + ": " + thrown, thrown));
            }
        }
    }

    /// The exception of a call, to be thrown to the caller: itself, when its method may throw that.
    ///
    /// @param process for a person: its name and pid
    /// @param declared what the method may throw
    static Throwable rethrow(String process, Outcome outcome, Class<?>... declared) {
        for (Class<?> type : declared) {
            if (type.isInstance(outcome.thrown())) {
                addCallers(outcome.thrown());
                blame(outcome.thrown(), "thrown in " + process);
                return outcome.thrown();
            }
        }
        return rethrow(process, outcome);
    }

    /// Puts the frames of who asks behind those of the worker. A trace that does not go on to the first
    /// frame of its thread is not what its readers expect.
    private static void addCallers(Throwable thrown) {
        StackTraceElement[] remote = thrown.getStackTrace();
        StackTraceElement[] local = Trace.trim(new WorkerException("")).getStackTrace();
        StackTraceElement[] all = Arrays.copyOf(remote, remote.length + local.length);
        System.arraycopy(local, 0, all, remote.length, local.length);
        thrown.setStackTrace(all);
    }

    private static void blame(Throwable thrown, String who) {
        WorkerException whose = new WorkerException(who);
        whose.setStackTrace(new StackTraceElement[0]);
        try {
            last(thrown).initCause(whose);
        } catch (IllegalStateException | IllegalArgumentException e) {
            thrown.addSuppressed(whose);
        }
    }

    /// The last of its causes; of those that form a circle, the one before the circle closes.
    private static Throwable last(Throwable thrown) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Throwable last = thrown;
        while (seen.add(last) && last.getCause() != null && !seen.contains(last.getCause())) {
            last = last.getCause();
        }
        return last;
    }
}
