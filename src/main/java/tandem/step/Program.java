package tandem.step;

import tandem.session.Session;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/// A program that can be run step by step, again and again.
public abstract sealed class Program implements AutoCloseable permits SourceProgram, CodeProgram {
    private static final AtomicInteger RUNS = new AtomicInteger();

    /// Runs it from its start, in place of a run before.
    public abstract Play start();

    /// The next line that it has printed, null when there is none, or when it is printed by itself.
    public String printed() {
        return null;
    }

    /// Ends it.
    @Override
    public abstract void close();

    /// A socket for one more stage.
    static Path socket() {
        return Session.current().stepSocket(RUNS.incrementAndGet());
    }
}
