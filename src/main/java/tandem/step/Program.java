package tandem.step;

import tandem.launch.JavaCommand;
import tandem.session.Session;
import tandem.sync.Halt;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// A program that can be run step by step, again and again.
public abstract sealed class Program implements AutoCloseable permits SourceProgram, CodeProgram {
    private static final AtomicInteger RUNS = new AtomicInteger();

    /// Runs it from its start, in place of a run before.
    public abstract Play start();

    /// Ends it.
    @Override
    public abstract void close();

    /// A socket for one more stage.
    static Path socket() {
        return Session.current().stepSocket(RUNS.incrementAndGet());
    }

    /// Starts a worker that halts at a socket, as all do that it starts.
    static <W> W stepped(Path socket, ScopedValue.CallableOp<W, RuntimeException> start) {
        return ScopedValue.where(
                        JavaCommand.FURTHER, Map.of(Halt.PROPERTY, socket.toString()))
                .call(start);
    }
}
