package tandem;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A thread beside the test's own.
final class Beside<V> {
    private final FutureTask<V> task;
    private final Thread thread;

    private Beside(Callable<V> work) {
        task = new FutureTask<>(work);
        thread = Thread.ofPlatform().daemon().name("beside").start(task);
    }

    static <V> Beside<V> call(Callable<V> work) {
        return new Beside<>(work);
    }

    static Beside<Void> run(Runnable work) {
        return new Beside<>(
                () -> {
                    work.run();
                    return null;
                });
    }

    boolean isDone() {
        return task.isDone();
    }

    void interrupt() {
        thread.interrupt();
    }

    /// What the work returned, once its thread has ended; what it threw is thrown.
    V end() {
        try {
            V value = task.get(Await.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            thread.join(Await.PATIENCE);
            return value;
        } catch (ExecutionException e) {
            throw new AssertionError("the thread beside failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("the thread beside does not end", e);
        }
    }
}
