package tandem.memory;

import java.util.ArrayDeque;
import java.util.Deque;

/// What happens when the JVM ends, in order: first the workers go, then the files. One shutdown
/// hook does it all, because hooks run side by side.
final class Exit {
    private final Deque<Runnable> actions = new ArrayDeque<>();

    Exit() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::run, "tandem-exit"));
    }

    synchronized void first(Runnable action) {
        actions.addFirst(action);
    }

    synchronized void last(Runnable action) {
        actions.addLast(action);
    }

    private void run() {
        for (Runnable action = next(); action != null; action = next()) {
            action.run();
        }
    }

    private synchronized Runnable next() {
        return actions.pollFirst();
    }
}
