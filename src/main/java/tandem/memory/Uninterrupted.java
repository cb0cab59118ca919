package tandem.memory;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/// Work on files by a thread that may be interrupted. Java closes a channel whose thread is
/// interrupted while it uses it, or was before: here the work is done, and the interrupt is kept for
/// whoever waits next.
public final class Uninterrupted {
    private Uninterrupted() {}

    /// What is done from its beginning again when an interrupt came in between.
    public interface Work<T> {
        T run() throws IOException;
    }

    public static <T> T run(Work<T> work) throws IOException {
        boolean isInterrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return work.run();
                } catch (ClosedByInterruptException e) {
                    isInterrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
