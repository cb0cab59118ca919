package tandem;

import tandem.memory.Trace;
import tandem.process.Parent;
import tandem.session.ProcessCounts;
import tandem.session.Session;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// The process that one is in.
final class ThisProcess extends Worker {
    private ThisProcess(String name) {
        super(name);
    }

    static ThisProcess get() {
        return Only.INSTANCE;
    }

    /// What `spawn` was given, empty in a main process.
    static List<Object> arguments() {
        return parent() == null ? List.of() : parent().arguments();
    }

    private static Parent parent() {
        return Parent.get(ThisKit.INSTANCE);
    }

    static boolean isWorker() {
        return parent() != null;
    }

    @Override
    void awaitEnd() {
        throw Trace.trim(
                new IllegalStateException("a process cannot wait for its own end: " + this));
    }

    @Override
    public boolean join(Duration time) {
        throw Trace.trim(
                new IllegalStateException("a process cannot wait for its own end: " + this));
    }

    @Override
    public CompletableFuture<?> toFuture() {
        throw Trace.trim(
                new IllegalStateException("a process cannot wait for its own end: " + this));
    }

    @Override
    public boolean isAlive() {
        return true;
    }

    @Override
    public long pid() {
        return ProcessHandle.current().pid();
    }

    @Override
    ProcessCounts counts() {
        Session session = Session.current();
        return session.roster().counts(session.holder());
    }

    @Override
    public void terminate() {
        System.exit(143);
    }

    @Override
    public void kill() {
        Runtime.getRuntime().halt(137);
    }

    private static final class Only {
        static final ThisProcess INSTANCE =
                new ThisProcess(isWorker() ? parent().workerName() : "MainProcess");
    }
}
