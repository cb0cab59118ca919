package tandem;

import tandem.memory.Trace;
import tandem.sync.Halt;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;

/// A job of one task, whose result goes to a future.
final class PoolPromise<R> extends PoolJob {
    private final CompletableFuture<R> future;

    PoolPromise(Order order, String pool) {
        super(order);
        future = Halt.IS_ON ? new SteppedFuture<>(pool) : new CompletableFuture<>();
    }

    CompletableFuture<R> future() {
        return future;
    }

    void give(Dispatcher to, Object[] arguments) {
        Chunk chunk = new Chunk(0);
        try {
            chunk.add(arguments);
        } catch (IOException e) {
            drop();
            throw Trace.trim(
                    new IllegalArgumentException(
                            "the arguments cannot travel to %s: %s"
                                    .formatted(to.name(), e.getMessage())));
        }
        to.give(chunk);
        to.wake();
    }

    @Override
    boolean isDropped() {
        return future.isDone();
    }

    /// Not here: whatever depends on the future runs then.
    @Override
    void arrived(Arrival arrival) {
        if (Halt.IS_ON) {
            SteppedPools.keep(() -> complete(arrival));
        } else {
            ForkJoinPool.commonPool().execute(() -> complete(arrival));
        }
    }

    @SuppressWarnings("unchecked")
    private void complete(Arrival arrival) {
        drop();
        try {
            future.complete((R) arrival.next());
        } catch (RuntimeException | Error e) {
            future.completeExceptionally(e);
        }
    }
}
