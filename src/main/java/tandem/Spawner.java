package tandem;

import tandem.memory.Arguments;
import tandem.memory.Trace;
import tandem.travel.ClassNames;

import java.nio.file.Path;

/// A name for the next worker, or the machine on which the next ones run.
///
/// ```java
/// var p = named("1 号进程").spawn(() -> IO.println(current().name()));
/// p.join();
/// ```
///
/// With machines that have joined, and let others run code there:
///
/// ```
/// on("laptop-7").spawn(() -> IO.println("there"));
/// named("1 号进程").on("laptop-7").call(() -> 6 * 7).result();
/// ```
public final class Spawner {
    /// Null for the next free one.
    private final String name;

    /// Null for this machine.
    private final Place place;

    Spawner(String name) {
        this(name, null);
    }

    Spawner(String name, Place place) {
        this.name = name;
        this.place = place;
    }

    /// On another machine: see [Tandem#on(String)].
    ///
    /// @param machine its name, as `machines()` shows it
    /// @throws IllegalArgumentException when it accepts no code; the message says which ones do
    /// @throws IllegalStateException when this process has not joined any
    public Spawner on(String machine) {
        return new Spawner(name, Place.on(Arguments.required(machine, "the name of a machine")));
    }

    /// On the machine that accepts code and runs the least: see [Tandem#anywhere()].
    ///
    /// @throws IllegalStateException when none does, or this process has not joined any
    public Spawner anywhere() {
        return new Spawner(name, Place.anywhere());
    }

    private String name() {
        return name == null ? Tandem.nextName() : name;
    }

    /// For a script, which lies on this machine.
    private String homeName() {
        if (place != null) {
            throw Trace.trim(
                    new UnsupportedOperationException(
                            "a script lies on this machine: on another one runs code, as in"
                                    + " on(\"laptop-7\").spawn(x -> x.add(0, 1), a)"));
        }
        return name();
    }

    /// Starts a script in a JVM of its own.
    ///
    /// @param arguments shared objects or anything `Serializable`; the script gets them by `arg(0)`, …
    /// @throws IllegalArgumentException when there is no such script, or an argument cannot travel
    public Worker spawn(Script script, Object... arguments) {
        return Worker.ofScript(
                homeName(), () -> Arguments.required(script, "the script"), arguments);
    }

    /// Starts a script in a JVM of its own.
    ///
    /// @throws IllegalArgumentException when there is no such file, or an argument cannot travel
    public Worker spawn(Path script, Object... arguments) {
        return Worker.ofScript(
                homeName(),
                () -> new Script(Arguments.required(script, "the path of the script").toString()),
                arguments);
    }

    /// What is neither a [Script], nor a `Path`, nor code with the right number of arguments: see
    /// [Tandem#spawn(Object, Object...)].
    ///
    /// @throws IllegalArgumentException that says what `spawn` runs
    public Worker spawn(Object what, Object... arguments) {
        Arguments.required(arguments, "the array of arguments");
        return switch (what) {
            case Path script -> spawn(script, arguments);
            case Script script -> spawn(script, arguments);
            case String script -> spawn(new Script(script), arguments);
            case Runnable code when arguments.length == 0 -> spawn((Code.Action0) code::run);
            case null, default ->
                    Worker.ofScript(
                            homeName(),
                            () -> {
                                throw cannotRun(what, arguments.length);
                            });
        };
    }

    private static RuntimeException cannotRun(Object what, int arguments) {
        Arguments.required(what, "what is to be spawned");
        int parameters = Code.parameters(what);
        return new IllegalArgumentException(
                parameters >= 0
                        ? "code that takes %d arguments was given %d"
                                .formatted(parameters, arguments)
                        : ("spawn runs a script, as in spawn(workA, a), or code that takes the"
                               + " arguments that follow it, as in spawn(x -> x.add(0, 1), a), but"
                               + " not %s")
                                .formatted(ClassNames.plain(what.getClass())));
    }

    /// Runs code in a JVM of its own: a lambda, or a method reference.
    ///
    /// @throws IllegalArgumentException that names what cannot travel, and why
    public Worker spawn(Code.Action0 code) {
        return Worker.ofCodeAt(place, name(), code);
    }

    /// Runs code with 1 argument in a JVM of its own.
    public <A> Worker spawn(Code.Action1<A> code, A a) {
        return Worker.ofCodeAt(place, name(), code, a);
    }

    /// Runs code with 2 arguments in a JVM of its own.
    public <A, B> Worker spawn(Code.Action2<A, B> code, A a, B b) {
        return Worker.ofCodeAt(place, name(), code, a, b);
    }

    /// Runs code with 3 arguments in a JVM of its own.
    public <A, B, C> Worker spawn(Code.Action3<A, B, C> code, A a, B b, C c) {
        return Worker.ofCodeAt(place, name(), code, a, b, c);
    }

    /// Runs code with 4 arguments in a JVM of its own.
    public <A, B, C, D> Worker spawn(Code.Action4<A, B, C, D> code, A a, B b, C c, D d) {
        return Worker.ofCodeAt(place, name(), code, a, b, c, d);
    }

    /// Runs code with 5 arguments in a JVM of its own.
    public <A, B, C, D, E> Worker spawn(Code.Action5<A, B, C, D, E> code, A a, B b, C c, D d, E e) {
        return Worker.ofCodeAt(place, name(), code, a, b, c, d, e);
    }

    /// Runs code with 6 arguments in a JVM of its own.
    public <A, B, C, D, E, F> Worker spawn(
            Code.Action6<A, B, C, D, E, F> code, A a, B b, C c, D d, E e, F f) {
        return Worker.ofCodeAt(place, name(), code, a, b, c, d, e, f);
    }

    /// Runs code in a JVM of its own, for what it returns: `call(() -> 6 * 7).result()`.
    ///
    /// @throws IllegalArgumentException that names what cannot travel, and why
    public <R> Call<R> call(Code.Function0<R> code) {
        return Call.at(place, name(), code);
    }

    /// Runs code with 1 argument in a JVM of its own, for what it returns.
    public <A, R> Call<R> call(Code.Function1<A, R> code, A a) {
        return Call.at(place, name(), code, a);
    }

    /// Runs code with 2 arguments in a JVM of its own, for what it returns.
    public <A, B, R> Call<R> call(Code.Function2<A, B, R> code, A a, B b) {
        return Call.at(place, name(), code, a, b);
    }

    /// Runs code with 3 arguments in a JVM of its own, for what it returns.
    public <A, B, C, R> Call<R> call(Code.Function3<A, B, C, R> code, A a, B b, C c) {
        return Call.at(place, name(), code, a, b, c);
    }

    /// Runs code with 4 arguments in a JVM of its own, for what it returns.
    public <A, B, C, D, R> Call<R> call(Code.Function4<A, B, C, D, R> code, A a, B b, C c, D d) {
        return Call.at(place, name(), code, a, b, c, d);
    }

    /// Runs code with 5 arguments in a JVM of its own, for what it returns.
    public <A, B, C, D, E, R> Call<R> call(
            Code.Function5<A, B, C, D, E, R> code, A a, B b, C c, D d, E e) {
        return Call.at(place, name(), code, a, b, c, d, e);
    }

    /// Runs code with 6 arguments in a JVM of its own, for what it returns.
    public <A, B, C, D, E, F, R> Call<R> call(
            Code.Function6<A, B, C, D, E, F, R> code, A a, B b, C c, D d, E e, F f) {
        return Call.at(place, name(), code, a, b, c, d, e, f);
    }
}
