package tandem;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// All machines that accept code, as [Tandem#everywhere()] gives them: each runs the same code once, at the
/// same time.
///
/// ```
/// everywhere().call(() -> Runtime.getRuntime().availableProcessors());
/// joinAll(everywhere().spawn(() -> IO.println("hello")));
/// ```
public final class Everywhere {
    private final List<Place> places;

    Everywhere(List<Place> places) {
        this.places = places;
    }

    /// The names of the machines.
    public List<String> machines() {
        return places.stream().map(Place::machine).toList();
    }

    private List<Worker> start(Serializable code, Object... arguments) {
        return onEach(place -> Worker.ofCodeAt(place, Tandem.nextName(), code, arguments));
    }

    /// On all of them or on none.
    private <W extends Worker> List<W> onEach(Function<Place, W> start) {
        List<W> started = new ArrayList<>();
        try {
            places.forEach(place -> started.add(start.apply(place)));
            return started;
        } catch (RuntimeException e) {
            started.forEach(Worker::kill);
            throw e;
        }
    }

    private <R> List<R> results(Serializable code, Object... arguments) {
        List<Call<R>> calls =
                onEach(place -> Call.<R>at(place, Tandem.nextName(), code, arguments));
        Tandem.joinAll(calls);
        List<R> results = new ArrayList<>();
        RuntimeException thrown = null;
        for (Call<R> call : calls) {
            try {
                results.add(call.result());
            } catch (RuntimeException e) {
                thrown = thrown == null ? e : thrown;
            }
        }
        if (thrown != null) {
            throw thrown;
        }
        return results;
    }

    /// Runs code on each of them.
    ///
    /// @return the workers, in the order of [#machines()]
    /// @throws IllegalArgumentException that names what cannot travel, and why
    public List<Worker> spawn(Code.Action0 code) {
        return start(code);
    }

    /// Runs code with 1 argument on each of them.
    ///
    /// @return the workers, in the order of [#machines()]
    /// @throws IllegalArgumentException that names what cannot travel, and why
    public <A> List<Worker> spawn(Code.Action1<A> code, A a) {
        return start(code, a);
    }

    /// Runs code with 2 arguments on each of them.
    ///
    /// @return the workers, in the order of [#machines()]
    /// @throws IllegalArgumentException that names what cannot travel, and why
    public <A, B> List<Worker> spawn(Code.Action2<A, B> code, A a, B b) {
        return start(code, a, b);
    }

    /// Runs code with 3 arguments on each of them.
    ///
    /// @return the workers, in the order of [#machines()]
    /// @throws IllegalArgumentException that names what cannot travel, and why
    public <A, B, C> List<Worker> spawn(Code.Action3<A, B, C> code, A a, B b, C c) {
        return start(code, a, b, c);
    }

    /// Runs code with 4 arguments on each of them.
    ///
    /// @return the workers, in the order of [#machines()]
    /// @throws IllegalArgumentException that names what cannot travel, and why
    public <A, B, C, D> List<Worker> spawn(Code.Action4<A, B, C, D> code, A a, B b, C c, D d) {
        return start(code, a, b, c, d);
    }

    /// Runs code with 5 arguments on each of them.
    ///
    /// @return the workers, in the order of [#machines()]
    /// @throws IllegalArgumentException that names what cannot travel, and why
    public <A, B, C, D, E> List<Worker> spawn(
            Code.Action5<A, B, C, D, E> code, A a, B b, C c, D d, E e) {
        return start(code, a, b, c, d, e);
    }

    /// Runs code with 6 arguments on each of them.
    ///
    /// @return the workers, in the order of [#machines()]
    /// @throws IllegalArgumentException that names what cannot travel, and why
    public <A, B, C, D, E, F> List<Worker> spawn(
            Code.Action6<A, B, C, D, E, F> code, A a, B b, C c, D d, E e, F f) {
        return start(code, a, b, c, d, e, f);
    }

    /// Runs code on each of them, and waits for what it returns.
    ///
    /// @return the results, in the order of [#machines()]
    /// @throws IllegalArgumentException that names what cannot travel, and why
    /// @throws RuntimeException what the first of them threw that threw something, when all have ended
    public <R> List<R> call(Code.Function0<R> code) {
        return results(code);
    }

    /// Runs code with 1 argument on each of them, and waits for what it returns.
    ///
    /// @return the results, in the order of [#machines()]
    /// @throws IllegalArgumentException that names what cannot travel, and why
    /// @throws RuntimeException what the first of them threw that threw something, when all have ended
    public <A, R> List<R> call(Code.Function1<A, R> code, A a) {
        return results(code, a);
    }

    /// Runs code with 2 arguments on each of them, and waits for what it returns.
    ///
    /// @return the results, in the order of [#machines()]
    /// @throws IllegalArgumentException that names what cannot travel, and why
    /// @throws RuntimeException what the first of them threw that threw something, when all have ended
    public <A, B, R> List<R> call(Code.Function2<A, B, R> code, A a, B b) {
        return results(code, a, b);
    }

    /// Runs code with 3 arguments on each of them, and waits for what it returns.
    ///
    /// @return the results, in the order of [#machines()]
    /// @throws IllegalArgumentException that names what cannot travel, and why
    /// @throws RuntimeException what the first of them threw that threw something, when all have ended
    public <A, B, C, R> List<R> call(Code.Function3<A, B, C, R> code, A a, B b, C c) {
        return results(code, a, b, c);
    }

    /// Runs code with 4 arguments on each of them, and waits for what it returns.
    ///
    /// @return the results, in the order of [#machines()]
    /// @throws IllegalArgumentException that names what cannot travel, and why
    /// @throws RuntimeException what the first of them threw that threw something, when all have ended
    public <A, B, C, D, R> List<R> call(Code.Function4<A, B, C, D, R> code, A a, B b, C c, D d) {
        return results(code, a, b, c, d);
    }

    /// Runs code with 5 arguments on each of them, and waits for what it returns.
    ///
    /// @return the results, in the order of [#machines()]
    /// @throws IllegalArgumentException that names what cannot travel, and why
    /// @throws RuntimeException what the first of them threw that threw something, when all have ended
    public <A, B, C, D, E, R> List<R> call(
            Code.Function5<A, B, C, D, E, R> code, A a, B b, C c, D d, E e) {
        return results(code, a, b, c, d, e);
    }

    /// Runs code with 6 arguments on each of them, and waits for what it returns.
    ///
    /// @return the results, in the order of [#machines()]
    /// @throws IllegalArgumentException that names what cannot travel, and why
    /// @throws RuntimeException what the first of them threw that threw something, when all have ended
    public <A, B, C, D, E, F, R> List<R> call(
            Code.Function6<A, B, C, D, E, F, R> code, A a, B b, C c, D d, E e, F f) {
        return results(code, a, b, c, d, e, f);
    }
}
