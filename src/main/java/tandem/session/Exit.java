package tandem.session;

import java.util.ArrayDeque;
import java.util.Deque;

/// What happens when the JVM ends, in order: first the workers go, then the files. One shutdown
/// hook does it all, because hooks run side by side.
final class Exit {
    private final Deque<Runnable> actions = new ArrayDeque<>();
    private boolean isPrepared;
    private boolean isOver;

    /// @throws IllegalStateException when the JVM is ending, too late for this
    synchronized void first(Runnable action) {
        prepare();
        actions.addFirst(action);
    }

    /// @throws IllegalStateException when the JVM is ending, too late for this
    synchronized void last(Runnable action) {
        prepare();
        actions.addLast(action);
    }

    private void prepare() {
        if (isOver) {
            throw new IllegalStateException("this JVM is ending");
        }
        if (!isPrepared) {
            Runtime.getRuntime().addShutdownHook(new Thread(this::run, "tandem-exit"));
            isPrepared = true;
        }
    }

    /// Each action runs, whatever becomes of those before it.
    private void run() {
        Runnable action = next();
        if (action != null) {
            try {
                action.run();
            } finally {
                run();
            }
        }
    }

    private synchronized Runnable next() {
        Runnable next = actions.pollFirst();
        isOver = next == null;
        return next;
    }
}
