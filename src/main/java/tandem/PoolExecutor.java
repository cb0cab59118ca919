package tandem;

import tandem.memory.Arguments;
import tandem.memory.Notice;
import tandem.memory.Trace;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A pool as an `ExecutorService`.
final class PoolExecutor extends AbstractExecutorService {
    private final Pool pool;

    PoolExecutor(Pool pool) {
        this.pool = pool;
    }

    /// A task that goes to the pool when it is executed.
    private final class Sent<T> extends SteppedFuture<T> implements RunnableFuture<T> {
        private final Object task;
        private final Code.Function0<T> code;

        Sent(Object task, Code.Function0<T> code) {
            super(pool.name());
            this.task = task;
            this.code = code;
        }

        @Override
        public void run() {
            CompletableFuture<T> result = start(task, code);
            result.whenComplete(
                    (value, thrown) -> {
                        if (thrown == null) {
                            complete(value);
                        } else {
                            completeExceptionally(thrown);
                        }
                    });
            whenComplete((_, _) -> result.cancel(true));
        }
    }

    private <T> CompletableFuture<T> start(Object task, Code.Function0<T> code) {
        try {
            return pool.promise(code, task.getClass().getClassLoader());
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw Trace.trim(
                    new RejectedExecutionException(
                            "%s cannot run %s: %s"
                                    .formatted(
                                            pool.name(),
                                            task.getClass().getSimpleName(),
                                            e.getMessage()),
                            e));
        }
    }

    @Override
    protected <T> RunnableFuture<T> newTaskFor(Callable<T> callable) {
        Arguments.required(callable, "the task");
        return new Sent<>(callable, callable::call);
    }

    @Override
    protected <T> RunnableFuture<T> newTaskFor(Runnable runnable, T value) {
        Arguments.required(runnable, "the task");
        return new Sent<>(
                runnable,
                () -> {
                    runnable.run();
                    return value;
                });
    }

    @Override
    public void execute(Runnable command) {
        if (Arguments.required(command, "the task") instanceof Sent<?> sent) {
            sent.run();
            return;
        }
        Code.Function0<Object> code =
                () -> {
                    command.run();
                    return null;
                };
        start(command, code)
                .whenComplete(
                        (_, thrown) -> {
                            if (thrown != null) {
                                Notice.say(
                                        "tandem: a task of %s failed: %s"
                                                .formatted(pool.name(), thrown));
                            }
                        });
    }

    @Override
    public <T> T invokeAny(Collection<? extends Callable<T>> tasks)
            throws InterruptedException, ExecutionException {
        try {
            return invokeAny(tasks, Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public <T> T invokeAny(Collection<? extends Callable<T>> tasks, long time, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        BlockingQueue<Future<T>> done = new LinkedBlockingQueue<>();
        List<CompletableFuture<T>> all = new ArrayList<>();
        try {
            for (Callable<T> task : Arguments.required(tasks, "the collection of tasks")) {
                CompletableFuture<T> future =
                        start(Arguments.required(task, "one of the tasks"), task::call);
                future.whenComplete((_, _) -> done.add(future));
                all.add(future);
            }
            return first(done, all.size(), time, unit);
        } finally {
            all.forEach(future -> future.cancel(true));
        }
    }

    private static <T> T first(BlockingQueue<Future<T>> done, int count, long time, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (count == 0) {
            throw Trace.trim(new IllegalArgumentException("there is no task to invoke"));
        }
        long since = System.nanoTime();
        ExecutionException last = null;
        for (int left = count; left > 0; left--) {
            Future<T> future =
                    done.poll(
                            unit.toNanos(time) - (System.nanoTime() - since), TimeUnit.NANOSECONDS);
            if (future == null) {
                throw new TimeoutException("no task has ended well within the time");
            }
            try {
                return future.get();
            } catch (ExecutionException e) {
                last = e;
            }
        }
        throw last;
    }

    @Override
    public void shutdown() {
        pool.shutdown();
    }

    /// @return none: what is not done fails
    @Override
    public List<Runnable> shutdownNow() {
        pool.shutdownNow();
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return pool.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return pool.isOver();
    }

    @Override
    public boolean awaitTermination(long time, TimeUnit unit) throws InterruptedException {
        return pool.awaitEnd(unit.toNanos(time));
    }

    /// `Pool(Pool-1, 4 workers).executor()`.
    @Override
    public String toString() {
        return pool + ".executor()";
    }
}
