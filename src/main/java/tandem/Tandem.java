package tandem;

import tandem.launch.Spares;
import tandem.memory.Arguments;
import tandem.memory.Trace;
import tandem.net.Member;
import tandem.process.Parent;
import tandem.session.Joined;
import tandem.step.CodeProgram;
import tandem.step.Lines;
import tandem.step.Schedule;
import tandem.step.Search;
import tandem.step.Talk;
import tandem.sync.Halt;
import tandem.sync.UncheckedInterruptedException;
import tandem.travel.ClassNames;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The verbs: `import static tandem.Tandem.*`.
///
/// ```java
/// var a = Array.of("i", 3);
/// var p = spawn(x -> { sleep(0.2); x.add(0, 1); }, a);
/// workers();                           // p, until it has ended
/// p.join(seconds(10));                 // ==> true
/// joinAll();                           // all that still run
/// current().name()                     // ==> "MainProcess"
/// ```
public final class Tandem {
    /// The last number that became the name of a worker, and that name.
    private static int lastNumber;

    private static String lastName;

    private Tandem() {}

    /// Starts a script in a JVM of its own, under the next free name: `Worker-1`, `Worker-2`, …
    ///
    /// ```java
    /// var a = Array.of("i", 3);
    /// var p = spawn(workA, a, 2);          // scripts/WorkA.java
    /// p.join();
    /// a.get(0)                             // ==> 2
    /// ```
    ///
    /// @param arguments shared objects or anything `Serializable`; the script gets them by `arg(0)`, …
    /// @throws IllegalArgumentException when there is no such script, or an argument cannot travel
    public static Worker spawn(Script script, Object... arguments) {
        return next().spawn(script, arguments);
    }

    /// Starts a script in a JVM of its own.
    ///
    /// @throws IllegalArgumentException when there is no such file, or an argument cannot travel
    public static Worker spawn(Path script, Object... arguments) {
        return next().spawn(script, arguments);
    }

    /// What is neither a [Script], nor a `Path`, nor code with the right number of arguments comes here,
    /// where the compiler would say much and explain little. The name of a script is taken for the
    /// script, and a `Runnable` that travels for code.
    ///
    /// @throws IllegalArgumentException that says what `spawn` runs
    public static Worker spawn(Object what, Object... arguments) {
        return next().spawn(what, arguments);
    }

    /// Runs code in a JVM of its own: a lambda, or a method reference.
    ///
    /// ```java
    /// var a = Array.of("i", 3);
    /// var p = spawn(x -> x.add(0, 1), a);
    /// p.join();
    /// a.get(0)                             // ==> 1
    /// ```
    ///
    /// @throws IllegalArgumentException that names what cannot travel, and why
    public static Worker spawn(Code.Action0 code) {
        return next().spawn(code);
    }

    /// Runs code with 1 argument in a JVM of its own.
    public static <A> Worker spawn(Code.Action1<A> code, A a) {
        return next().spawn(code, a);
    }

    /// Runs code with 2 arguments in a JVM of its own.
    public static <A, B> Worker spawn(Code.Action2<A, B> code, A a, B b) {
        return next().spawn(code, a, b);
    }

    /// Runs code with 3 arguments in a JVM of its own.
    public static <A, B, C> Worker spawn(Code.Action3<A, B, C> code, A a, B b, C c) {
        return next().spawn(code, a, b, c);
    }

    /// Runs code with 4 arguments in a JVM of its own.
    public static <A, B, C, D> Worker spawn(Code.Action4<A, B, C, D> code, A a, B b, C c, D d) {
        return next().spawn(code, a, b, c, d);
    }

    /// Runs code with 5 arguments in a JVM of its own.
    public static <A, B, C, D, E> Worker spawn(
            Code.Action5<A, B, C, D, E> code, A a, B b, C c, D d, E e) {
        return next().spawn(code, a, b, c, d, e);
    }

    /// Runs code with 6 arguments in a JVM of its own.
    public static <A, B, C, D, E, F> Worker spawn(
            Code.Action6<A, B, C, D, E, F> code, A a, B b, C c, D d, E e, F f) {
        return next().spawn(code, a, b, c, d, e, f);
    }

    /// Runs code in a JVM of its own, for what it returns, or throws.
    ///
    /// ```java
    /// call(() -> 6 * 7).result()           // ==> 42
    /// var c = call((x, y) -> x + y, 1, 2);
    /// c.result()                           // ==> 3
    /// ```
    ///
    /// @throws IllegalArgumentException that names what cannot travel, and why
    public static <R> Call<R> call(Code.Function0<R> code) {
        return next().call(code);
    }

    /// Runs code with 1 argument in a JVM of its own, for what it returns.
    public static <A, R> Call<R> call(Code.Function1<A, R> code, A a) {
        return next().call(code, a);
    }

    /// Runs code with 2 arguments in a JVM of its own, for what it returns.
    public static <A, B, R> Call<R> call(Code.Function2<A, B, R> code, A a, B b) {
        return next().call(code, a, b);
    }

    /// Runs code with 3 arguments in a JVM of its own, for what it returns.
    public static <A, B, C, R> Call<R> call(Code.Function3<A, B, C, R> code, A a, B b, C c) {
        return next().call(code, a, b, c);
    }

    /// Runs code with 4 arguments in a JVM of its own, for what it returns.
    public static <A, B, C, D, R> Call<R> call(
            Code.Function4<A, B, C, D, R> code, A a, B b, C c, D d) {
        return next().call(code, a, b, c, d);
    }

    /// Runs code with 5 arguments in a JVM of its own, for what it returns.
    public static <A, B, C, D, E, R> Call<R> call(
            Code.Function5<A, B, C, D, E, R> code, A a, B b, C c, D d, E e) {
        return next().call(code, a, b, c, d, e);
    }

    /// Runs code with 6 arguments in a JVM of its own, for what it returns.
    public static <A, B, C, D, E, F, R> Call<R> call(
            Code.Function6<A, B, C, D, E, F, R> code, A a, B b, C c, D d, E e, F f) {
        return next().call(code, a, b, c, d, e, f);
    }

    /// Names the worker that is spawned next.
    ///
    /// ```java
    /// named("1 号进程").spawn(() -> IO.println(current().name())).join();
    /// ```
    public static Spawner named(String name) {
        return new Spawner(Arguments.line(name, "the name of a worker"));
    }

    /// The objects that all processes of this user find by their names, and who has them. The list is
    /// printed as a table.
    ///
    /// ```java
    /// var board = Array.named("board", "i", 100);
    /// named();                             // board, its kind, and who has it
    /// board.close();
    /// ```
    public static List<Named> named() {
        Halt.glance();
        return Named.all();
    }

    /// The shared objects of which this process has a handle, by their names.
    ///
    /// ```java
    /// var lock = new Lock("door");
    /// shared();                            // [Lock(door, free)]
    /// ```
    public static List<Shared> shared() {
        Halt.glance();
        return Shared.all();
    }

    /// Joins the machines that share through a server: from now on, `Array.named(…)`, `Lock.named(…)`,
    /// `Queue.named(…)` and their like make and find what all of them have, here and in workers that
    /// are spawned after it. What is made without a name stays on this machine; `scripts/tandem --join`
    /// puts that on the server too. What there is promised when machines and networks fail stands in
    /// `docs/machines.md`.
    ///
    /// `scripts/tandem workshop` starts a server, and prints the code.
    ///
    /// @param code `HOST:PORT/CODE`
    /// @return who has joined, this process among them
    /// @throws IllegalArgumentException when it is no code
    /// @throws IllegalStateException when this process has joined already; when the server is another
    ///     than the one that the code is of, does not accept it, or has another version of Tandem
    /// @throws tandem.sync.UnreachableException when it does not answer
    public static List<Machine> join(String code) {
        Arguments.required(code, "the code to join with");
        if (Halt.IS_ON) {
            throw Trace.trim(
                    new IllegalStateException(
                            "join(…) is refused: a program that is run step by step shares on this"
                                    + " machine alone"));
        }
        if (Joined.isOn()) {
            throw Trace.trim(
                    new IllegalStateException(
                            "join(…) is refused: this process has joined %s, and has to leave() first"
                                    .formatted(Shared.member().address())));
        }
        Joined.set(code, false);
        try {
            Shared.member();
            return machines();
        } catch (RuntimeException e) {
            Joined.set(null, false);
            throw Trace.trim(e);
        }
    }

    /// The machines that share through the server which this process has joined, and which of their processes
    /// accept code.
    ///
    /// @throws IllegalStateException when it has joined none
    /// @throws tandem.sync.UnreachableException when it does not answer
    public static List<Machine> machines() {
        if (!Joined.isOn()) {
            throw Trace.trim(
                    new IllegalStateException(
                            "machines() is refused: this process shares on this machine alone;"
                                    + " join(\"HOST:PORT/CODE\") joins others"));
        }
        Map<String, List<String>> processes = new TreeMap<>();
        for (String[] member : Shared.member().members()) {
            processes
                    .computeIfAbsent(member[0], _ -> new ArrayList<>())
                    .add(
                            "%s (pid %s%s)"
                                    .formatted(
                                            member[1],
                                            member[2],
                                            member[3].equals("1") ? ", accepts code" : ""));
        }
        return processes.entrySet().stream()
                .map(one -> new Machine(one.getKey(), one.getValue()))
                .toList();
    }

    /// Lets all who have joined run code on this machine, from now on and until this process leaves or ends:
    /// each in a JVM of its own, which this user's files and network are open to. A line says what runs, and
    /// who has sent it. `scripts/tandem --join HOST:PORT/CODE --accept` does so from the start.
    ///
    /// @throws IllegalStateException when this process has joined no server, or is a worker
    /// @throws tandem.sync.UnreachableException when the server does not answer
    public static void accept() {
        Place.accept();
    }

    /// The machine on which the next workers run: one that has joined, and whose owner lets others run code
    /// there. Their lines, their end, what they throw, `terminate()` and `kill()` are as at home; they share
    /// what lives on the server, and end when this process does. What `call` returns comes in the plain
    /// form: numbers, texts, arrays of them, lists, sets, maps, and what is shared on the server.
    ///
    /// ```
    /// var board = Array.named("board", "i", 100);
    /// on("laptop-7").spawn(b -> b.add(0, 1), board).join();
    /// on("laptop-7").call(() -> 6 * 7).result();
    /// ```
    ///
    /// @param machine its name, as `machines()` shows it
    /// @throws IllegalArgumentException when it accepts no code; the message says which ones do
    /// @throws IllegalStateException when this process has joined no server
    /// @throws tandem.sync.UnreachableException when the server does not answer
    public static Spawner on(String machine) {
        return new Spawner(null, Place.on(Arguments.required(machine, "the name of a machine")));
    }

    /// The machine that accepts code and runs the least, for each of the next workers anew: see
    /// [#on(String)].
    ///
    /// ```
    /// anywhere().call(() -> 6 * 7).result();
    /// ```
    ///
    /// @throws IllegalStateException when none accepts code, or this process has joined no server
    /// @throws tandem.sync.UnreachableException when the server does not answer
    public static Spawner anywhere() {
        return new Spawner(null, Place.anywhere());
    }

    /// All machines that accept code, each with one worker: see [#on(String)].
    ///
    /// ```
    /// everywhere().call(() -> Runtime.getRuntime().availableProcessors());
    /// ```
    ///
    /// @throws IllegalStateException when none accepts code, or this process has joined no server
    /// @throws tandem.sync.UnreachableException when the server does not answer
    public static Everywhere everywhere() {
        return new Everywhere(Place.everywhere());
    }

    /// Leaves the server that this process has joined: what it has there, it has no more, and its locks
    /// there are given to others. What others run here ends, and so does what this process runs elsewhere.
    /// Does nothing where none was joined.
    public static void leave() {
        Joined.set(null, false);
        if (Member.leave()) {
            Shared.leaveServer();
        }
    }

    private static Spawner next() {
        return new Spawner(nextName());
    }

    static synchronized String nextName() {
        lastNumber++;
        lastName =
                Parent.exists() && !StepMain.isHere()
                        ? current().name() + ":" + lastNumber
                        : "Worker-" + lastNumber;
        return lastName;
    }

    /// A program begins that may have run before.
    static synchronized void beginAnew() {
        lastNumber = 0;
        lastName = null;
        Pool.beginAnew();
    }

    /// A worker that could not be started leaves its number to the next.
    static synchronized void giveBack(String name) {
        if (name == lastName) {
            lastNumber--;
            lastName = null;
        }
    }

    /// Runs a program step by step, by a schedule and on to its end: its workers and the main process halt
    /// before each access to something shared, and one of them goes on at a time. Prints each step.
    ///
    /// ```java
    /// Code.Function0<Long> twoAdd = () -> {
    ///     var a = Array.of("i", 1, false);
    ///     spawn(x -> x.add(0, 1), a);
    ///     spawn(x -> x.add(0, 1), a);
    ///     joinAll();
    ///     return a.get(0);
    /// };
    /// step(twoAdd, "1221");                // an update is lost
    /// ```
    ///
    /// @param program makes what it shares and spawns its workers, in JVMs of their own
    /// @param schedule a digit for each step, which says which worker moves, by the order in which they
    ///     were spawned, 0 for the main process, where it and a worker could both go on; `k2` kills the second one, `t2` terminates it. Behind its end each one goes on for as long
    ///     as it can
    /// @throws IllegalArgumentException when a move cannot be made, and which one
    public static void step(Code.Function0<?> program, String schedule) {
        Arguments.required(program, "the program");
        Schedule moves = Schedule.of(Arguments.required(schedule, "the schedule"));
        try (CodeProgram stepped = StepMain.program(program, _ -> true, false)) {
            Lines.print(stepped, moves, System.out);
        } catch (RuntimeException e) {
            throw Trace.trim(e);
        }
    }

    /// Runs a program step by step, as lines say that are typed: which worker goes on, how fast all do, or
    /// back to the start with the same schedule. It shows before each what every worker is about to do.
    /// `scripts/tandem step FILE.java` does the same with keys.
    ///
    /// @param program makes what it shares and spawns its workers, in JVMs of their own
    public static void step(Code.Function0<?> program) {
        Arguments.required(program, "the program");
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (CodeProgram stepped = StepMain.program(program, _ -> true, false)) {
            Talk.hold(stepped, in, System.out);
        } catch (RuntimeException e) {
            throw Trace.trim(e);
        }
    }

    /// Looks for a schedule by which a program gives what it should not: tries one after another, those
    /// with few switches first, for at most ten seconds.
    ///
    /// ```java
    /// Code.Function0<Long> twoAdd = () -> {
    ///     var a = Array.of("i", 1, false);
    ///     spawn(x -> x.add(0, 1), a);
    ///     spawn(x -> x.add(0, 1), a);
    ///     joinAll();
    ///     return a.get(0);
    /// };
    /// explore(twoAdd, sum -> sum == 2).schedule()   // ==> "12"
    /// ```
    ///
    /// Schedules that only swap neighbouring steps of two processes which touch nothing in common, or only
    /// read it, are the same, and one of them is tried.
    ///
    /// The workers run in JVMs of their own, which are used again for the next run, so that hundreds of
    /// schedules take seconds. What the program prints is not shown. It is to be broken when the check says so, something
    /// throws, or nobody can go on.
    ///
    /// @param program makes what it shares, spawns its workers, and returns what is to be checked
    /// @param check whether what it has returned is right
    public static <T> Exploration explore(
            Code.Function0<T> program, Code.Function1<T, Boolean> check) {
        return explore(program, check, seconds(10));
    }

    /// As [#explore(Code.Function0, Code.Function1)], for at most a time.
    public static <T> Exploration explore(
            Code.Function0<T> program, Code.Function1<T, Boolean> check, Duration time) {
        Arguments.required(program, "the program");
        Arguments.required(check, "the check");
        Arguments.required(time, "the time");
        try (CodeProgram repeated = StepMain.program(program, check, true)) {
            return new Exploration(Search.run(repeated, time));
        } catch (RuntimeException e) {
            throw Trace.trim(e);
        }
    }

    /// Begins to record what this process and all others of its session do, its workers above all: who waits
    /// for what, held by whom, and who holds. When it is closed, it prints a picture.
    ///
    /// ```java
    /// var a = Array.of("i", 3);
    /// try (var t = timeline()) {
    ///     joinAll(spawn(x -> x.add(0, 1), a), spawn(x -> x.add(0, 2), a));
    /// }
    /// ```
    ///
    /// `scripts/tandem timeline FILE.java` does so for all of a program.
    ///
    /// @throws IllegalStateException when one is being recorded in this session; the message says by whom
    public static Timeline timeline() {
        return Timeline.begin();
    }

    /// A script by name, for `WorkA.java` here; looked for when it is spawned.
    ///
    /// ```java
    /// spawn(script("WorkA"), Array.of("i", 3), 1).join();
    /// ```
    public static Script script(String name) {
        return new Script(name);
    }

    /// In a worker script: the argument that `spawn` was given.
    ///
    /// ```java
    /// var a = Array.of("i", 3);
    /// var file = Files.createTempFile("Adds", ".java");
    /// Files.writeString(file, """
    ///     import static tandem.Tandem.*;
    ///     void main() { tandem.Array a = arg(0); a.add(0, 1); }
    ///     """);
    /// spawn(file, a).join();
    /// a.get(0)                             // ==> 1
    /// ```
    ///
    /// @param index from 0
    /// @param <T> what the script takes it for: `Array a = arg(0);`
    /// @throws IllegalStateException in a process that was not spawned
    /// @param type left out: the compiler puts in an empty array, which says what `T` is
    /// @throws IndexOutOfBoundsException when there were fewer arguments
    /// @throws ClassCastException when the argument is of another type
    @SafeVarargs
    @SuppressWarnings("unchecked")
    public static <T> T arg(int index, T... type) {
        Arguments.required(type, "the array that says the type");
        List<Object> arguments = args();
        if (!Parent.exists()) {
            throw Trace.trim(
                    new IllegalStateException(
                            "arg(%d): this process has no arguments, because no other has spawned it: start it with spawn(script(\"…\"), …)"
                                    .formatted(index)));
        }
        if (index < 0 || index >= arguments.size()) {
            throw Trace.trim(
                    new IndexOutOfBoundsException(
                            "arg(%d): %s was given %d arguments"
                                    .formatted(index, current().name(), arguments.size())));
        }
        Object argument = arguments.get(index);
        Class<?> wanted = type.getClass().getComponentType();
        if (argument != null && !wanted.isInstance(argument)) {
            throw Trace.trim(
                    new ClassCastException(
                            "arg(%d) is of type %s, and is taken for %s: it is %s"
                                    .formatted(
                                            index,
                                            ClassNames.plain(argument.getClass()),
                                            ClassNames.plain(wanted),
                                            argument)));
        }
        return (T) argument;
    }

    /// In a worker script: all that `spawn` was given after the script; empty in a main process.
    public static List<Object> args() {
        Parent parent = Parent.get(ThisKit.INSTANCE);
        return parent == null ? List.of() : parent.arguments();
    }

    /// The process that one is in: a worker, or `MainProcess`.
    public static Worker current() {
        return Worker.current();
    }

    /// The workers of this process that have not ended, in the order of their start.
    public static List<Worker> workers() {
        Halt.glance();
        return Worker.running();
    }

    /// Waits for workers to end, or, without arguments, for all of this process's but those of a [Pool].
    ///
    /// @throws UncheckedInterruptedException when this thread is interrupted while it waits
    public static void joinAll(Worker... workers) {
        Arguments.required(workers, "the array of workers");
        joinAll(workers.length == 0 ? Worker.awaited() : Arrays.asList(workers));
    }

    /// Waits for workers to end.
    ///
    /// @throws UncheckedInterruptedException when this thread is interrupted while it waits
    public static void joinAll(Collection<? extends Worker> workers) {
        Worker.joinAll(workers);
    }

    /// Keeps JVMs ready, started before they are needed, for `spawn` and `call` of code, and of scripts
    /// that have run before: such a worker runs its first line within milliseconds. For their first
    /// seconds they practise what most workers do, so that it is compiled by then, at a quarter of a
    /// processor each. They take some 60 MB each, and end when none was needed for ten minutes, or
    /// with this process. Returns at once.
    ///
    /// ```java
    /// prestart(1);                         // in JShell 3 are, from the start
    /// ```
    ///
    /// @param count 0 to 16
    public static void prestart(int count) {
        if (count < 0 || count > Spares.MOST) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "prestart(%d): 0 to %d can be kept ready"
                                    .formatted(count, Spares.MOST)));
        }
        Spares.keep(count, Rehearsal.INSTANCE);
    }

    /// A duration of seconds and parts of them: `seconds(0.5)`.
    public static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    /// A duration of milliseconds.
    public static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }

    /// Does nothing for a while: `sleep(0.5)` for half a second.
    ///
    /// @throws UncheckedInterruptedException when this thread is interrupted meanwhile
    public static void sleep(double seconds) {
        if (Halt.IS_ON && Halt.slept(seconds)) {
            return;
        }
        try {
            Thread.sleep(seconds(seconds));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Trace.trim(new UncheckedInterruptedException("interrupted while sleeping"));
        }
    }
}
