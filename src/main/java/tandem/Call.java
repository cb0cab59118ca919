package tandem;

import tandem.memory.Arguments;
import tandem.travel.Job;

import java.io.Serializable;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// A worker that returns something: what `call` returns. When its code throws, and nobody asks for
/// the result, the error is printed at the end of this process, or earlier, when nobody can ask any
/// more.
///
/// ```java
/// var c = call(x -> x * 2, 21);
/// c.result()                           // ==> 42
/// c.toFuture().thenAccept(n -> IO.println(n)).join();
/// ```
///
/// @param <R> what its code returns
public final class Call<R> extends Worker {
    private final Unasked unasked;

    private Call(String name, Job job, Object[] arguments) {
        super(name, job, arguments);
        unasked = new Unasked(this, process(), job.loader());
    }

    private Call(String name, Job job, Object[] arguments, Place place) {
        super(name, job, arguments, place);
        unasked = new Unasked(this, process(), job.loader());
    }

    /// @param place null for this machine
    static <R> Call<R> at(Place place, String name, Serializable code, Object... arguments) {
        if (place == null) {
            return of(name, code, arguments);
        }
        return register(
                name,
                () ->
                        new Call<R>(
                                name,
                                new Job(Arguments.required(code, "the code"), true),
                                arguments,
                                place));
    }

    static <R> Call<R> of(String name, Serializable code, Object... arguments) {
        return register(
                name,
                () ->
                        new Call<R>(
                                name,
                                new Job(Arguments.required(code, "the code"), true),
                                arguments));
    }

    @Override
    void asked() {
        unasked.forget();
    }

    @Override
    @SuppressWarnings("unchecked")
    public R result() {
        return (R) super.result();
    }

    @Override
    @SuppressWarnings("unchecked")
    public R result(Duration time) {
        return (R) super.result(time);
    }

    @Override
    @SuppressWarnings("unchecked")
    public CompletableFuture<R> toFuture() {
        return (CompletableFuture<R>) super.toFuture();
    }
}
