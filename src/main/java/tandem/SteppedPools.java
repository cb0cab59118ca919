package tandem;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/// The pools of a process of a program that is run step by step, and the futures of their tasks.
///
/// Such a pool has no thread of its own, which would do its work at a time that nobody has chosen. Whoever gives
/// something does it, and whoever waits for something each time that he looks. What depends on a future
/// may halt, so it does not run then, but in the thread that has waited, when it goes on.
final class SteppedPools {
    private static final List<Dispatcher> OPEN = new CopyOnWriteArrayList<>();
    private static final ConcurrentLinkedQueue<Runnable> COMPLETIONS =
            new ConcurrentLinkedQueue<>();

    private SteppedPools() {}

    static void add(Dispatcher pool) {
        OPEN.add(pool);
    }

    static void remove(Dispatcher pool) {
        OPEN.remove(pool);
    }

    /// Keeps what completes a future for who waits next.
    static void keep(Runnable completion) {
        COMPLETIONS.add(completion);
    }

    /// Whether results have come for futures.
    static boolean hasCome() {
        OPEN.forEach(Dispatcher::settle);
        return !COMPLETIONS.isEmpty();
    }

    /// Completes the futures for which results have come.
    static void complete() {
        for (Runnable next; (next = COMPLETIONS.poll()) != null; ) {
            next.run();
        }
    }

    /// The program has run: its pools do what they were given, and end.
    static void close() {
        for (Dispatcher pool : OPEN) {
            pool.close();
            pool.awaitOver("close()");
        }
    }
}
