package tandem;

import tandem.sync.Halt;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A future. In a program that is run step by step, who waits for it halts until it is there. What is made
/// from it is one as well, but for what `CompletableFuture.allOf` and `anyOf` make.
class SteppedFuture<T> extends CompletableFuture<T> {
    private final String of;

    /// @param of whose result it is
    SteppedFuture(String of) {
        this.of = of;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new SteppedFuture<>(of);
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        await("get()");
        return super.get();
    }

    @Override
    public T get(long time, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (Halt.IS_ON) {
            double seconds = unit.toNanos(time) / 1e9;
            halt("get(%s s)".formatted(seconds), Halt.When.TIMED, seconds);
            return super.get(0, unit);
        }
        return super.get(time, unit);
    }

    @Override
    public T join() {
        await("join()");
        return super.join();
    }

    /// What has come may be for another one first.
    private void await(String words) {
        boolean halts = Halt.IS_ON;
        while (halts && !super.isDone()) {
            halts = halt(words, Halt.When.READY, 0);
        }
    }

    private boolean halt(String words, Halt.When when, double seconds) {
        boolean halts =
                Halt.before(
                        "future of " + of,
                        words,
                        when,
                        () -> super.isDone() || SteppedPools.hasCome(),
                        seconds,
                        () -> "",
                        Halt.ANYTHING);
        SteppedPools.complete();
        return halts;
    }

    @Override
    public boolean isDone() {
        Halt.glance();
        return super.isDone();
    }
}
