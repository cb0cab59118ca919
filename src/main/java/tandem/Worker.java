package tandem;

import tandem.memory.Arguments;
import tandem.memory.Notice;
import tandem.memory.Trace;
import tandem.memory.WaitCounts;
import tandem.process.Child;
import tandem.process.Outcome;
import tandem.process.Running;
import tandem.process.ThisProcess;
import tandem.session.ProcessCounts;
import tandem.sync.Halt;
import tandem.sync.UncheckedInterruptedException;
import tandem.travel.Job;

import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// A process that runs beside this one: what `spawn` returns, Python's `Process`. Also the process
/// that one is in, as `current()` gives it.
///
/// Whole lines of what it prints arrive on this process's output; lines of its error output come
/// with its name before them. All methods may be called by any thread.
///
/// ```java
/// var p = spawn(() -> sleep(60));
/// p.isAlive()                          // ==> true
/// p.terminate();
/// p.join(seconds(10));
/// p.exitCode()                         // ==> -15
/// ```
public sealed class Worker permits Call {
    /// Those that run, in the order of their start.
    private static final Set<Worker> RUNNING = new LinkedHashSet<>();

    private final String name;

    private final Running process;

    /// Knows the classes of what a job returns or throws.
    private final ClassLoader loader;

    /// What its code returned or threw. Opened once, so that all who ask get the same.
    private final FutureTask<Object> outcome = new FutureTask<>(this::open);

    /// Whether it is of a pool, which sees to its end.
    private final boolean isOfPool;

    /// Whether it has ended already. Guarded by the lock of `RUNNING`.
    private boolean isOver;

    private Worker(ThisProcess process) {
        this.name = process.name();
        this.process = process;
        this.loader = null;
        this.isOfPool = false;
    }

    private Worker(String name, Path script, Object[] arguments) {
        this.name = name;
        this.loader = null;
        this.isOfPool = false;
        Shared.joinFirst();
        this.process = Child.start(ThisKit.INSTANCE, name, script, arguments, this::ended);
    }

    Worker(String name, Job job, Object[] arguments) {
        this(name, job, arguments, false);
    }

    private Worker(String name, Job job, Object[] arguments, boolean isOfPool) {
        this.name = name;
        this.loader = job.loader();
        this.isOfPool = isOfPool;
        Shared.joinFirst();
        this.process = Child.start(ThisKit.INSTANCE, name, job, arguments, isOfPool, this::ended);
    }

    /// On another machine.
    Worker(String name, Job job, Object[] arguments, Place place) {
        this.name = name;
        this.loader = job.loader();
        this.isOfPool = false;
        this.process = place.start(name, job, arguments, this::ended);
    }

    /// @param script says which, and refuses what is none
    static Worker ofScript(String name, Supplier<Script> script, Object... arguments) {
        return register(
                name,
                () ->
                        new Worker(
                                name,
                                script.get().file(),
                                Arguments.required(arguments, "the array of arguments")));
    }

    static Worker ofCode(String name, Serializable code, Object... arguments) {
        return register(
                name,
                () ->
                        new Worker(
                                name,
                                new Job(Arguments.required(code, "the code"), false),
                                arguments));
    }

    /// @param place null for this machine
    static Worker ofCodeAt(Place place, String name, Serializable code, Object... arguments) {
        if (place == null) {
            return ofCode(name, code, arguments);
        }
        return register(
                name,
                () ->
                        new Worker(
                                name,
                                new Job(Arguments.required(code, "the code"), false),
                                arguments,
                                place));
    }

    static Worker ofPool(String name, Serializable code, Object... arguments) {
        return register(name, () -> new Worker(name, new Job(code, false), arguments, true));
    }

    /// No lock is held while it starts, as its arguments are packed by methods of the user's. It may
    /// have ended before it is registered.
    static <W extends Worker> W register(String name, Supplier<W> starting) {
        try {
            W worker = start(name, starting);
            synchronized (RUNNING) {
                if (!((Worker) worker).isOver) {
                    RUNNING.add(worker);
                }
            }
            return worker;
        } catch (RuntimeException e) {
            throw Trace.trim(e);
        }
    }

    private static <W extends Worker> W start(String name, Supplier<W> starting) {
        try {
            return starting.get();
        } catch (Throwable e) {
            Tandem.giveBack(name);
            throw e;
        }
    }

    private void ended() {
        synchronized (RUNNING) {
            isOver = true;
            RUNNING.remove(this);
        }
    }

    private Object open() {
        Outcome left = process.outcome(ThisKit.INSTANCE, loader);
        if (left != null && left.failed()) {
            throw WorkerException.rethrow(this, left);
        }
        if (process.exitCode() != 0) {
            throw Trace.trim(new WorkerException(this + " has no result"));
        }
        if (left == null && this instanceof Call) {
            throw Trace.trim(
                    new WorkerException(
                            this
                                    + " has no result: its code ended the JVM before it had"
                                    + " returned"));
        }
        return left == null ? null : left.value();
    }

    Running process() {
        return process;
    }

    /// Somebody learns how it ended.
    void asked() {}

    /// Asked when it has ended.
    private Object outcome() {
        asked();
        outcome.run();
        try {
            return outcome.get();
        } catch (InterruptedException e) {
            throw interrupted();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) e.getCause();
        }
    }

    /// The process that one is in.
    static Worker current() {
        return Current.WORKER;
    }

    private static final class Current {
        static final Worker WORKER = new Worker(ThisProcess.get(ThisKit.INSTANCE));
    }

    static List<Worker> running() {
        synchronized (RUNNING) {
            return new ArrayList<>(RUNNING);
        }
    }

    /// Those that end by themselves: not the ones of pools.
    static List<Worker> awaited() {
        return running().stream().filter(worker -> !worker.isOfPool).toList();
    }

    /// Waits until it has ended and all of its output has arrived. Never throws for what went wrong
    /// in it: [#exitCode] tells.
    ///
    /// @throws UncheckedInterruptedException when this thread is interrupted while it waits
    public void join() {
        joinAll(List.of(this));
    }

    /// Waits for several. When Ctrl-C in JShell ends the wait, by an error thrown into the thread,
    /// the workers are told to end, as Ctrl-C in a terminal tells all processes of a program.
    static void joinAll(Collection<? extends Worker> workers) {
        for (Worker worker : Arguments.required(workers, "the list of workers")) {
            Arguments.required(worker, "one of the workers");
        }
        Worker waitedFor = null;
        try {
            for (Worker worker : workers) {
                waitedFor = worker;
                worker.awaitEnd();
            }
        } catch (InterruptedException e) {
            throw waitedFor.interrupted();
        } catch (Error e) {
            endStopped(workers);
            throw e;
        }
    }

    private void awaitEnd() throws InterruptedException {
        if (Halt.IS_ON) {
            Halt.before(
                    name,
                    "join()",
                    Halt.When.READY,
                    () -> !process.isAlive(),
                    0,
                    () -> "",
                    Halt.reads(Halt.END_OF + name, Halt.WHOLE));
        }
        process.join();
    }

    private static void endStopped(Collection<? extends Worker> workers) {
        List<? extends Worker> running =
                workers.stream().filter(worker -> worker.process().isAlive()).toList();
        running.forEach(Worker::terminate);
        Notice.say(
                "tandem: stopped, together with %s"
                        .formatted(
                                running.stream()
                                        .map(Worker::name)
                                        .collect(Collectors.joining(", "))));
    }

    /// As [#join()], for at most a time.
    ///
    /// @return whether it has ended
    /// @throws UncheckedInterruptedException when this thread is interrupted while it waits
    public boolean join(Duration time) {
        try {
            return process.join(Halt.IS_ON ? haltToJoin(time) : time);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    /// @return how long is to be waited still
    private Duration haltToJoin(Duration time) {
        double seconds = Arguments.required(time, "the time").toNanos() / 1e9;
        String words = "join(%s s)".formatted(seconds);
        return Halt.before(
                        name,
                        words,
                        Halt.When.TIMED,
                        () -> !process.isAlive(),
                        seconds,
                        () -> "",
                        Halt.ANYTHING)
                ? Duration.ZERO
                : time;
    }

    /// Waits for its end, and returns what its code returned: null unless it was started by `call`.
    ///
    /// @throws RuntimeException what its code threw, with the stack trace of the worker; the last
    ///     cause names the worker
    /// @throws WorkerException when it ended in another way than well, or threw a checked exception
    /// @throws UncheckedInterruptedException when this thread is interrupted while it waits
    public Object result() {
        join();
        return outcome();
    }

    /// As [#result()], for at most a time.
    ///
    /// @throws WaitTimeoutException when the time is over first; the worker goes on
    public Object result(Duration time) {
        if (!join(time)) {
            throw Trace.trim(
                    new WaitTimeoutException("%s has not ended within %s".formatted(this, time)));
        }
        return outcome();
    }

    /// A future of [#result()], a new one each time. What depends on it runs in a thread of its own.
    /// Cancelling it does not end the worker.
    public CompletableFuture<?> toFuture() {
        Halt.glance();
        CompletableFuture<Object> future =
                Halt.IS_ON ? new SteppedFuture<>(name) : new CompletableFuture<>();
        process.whenEnded(
                () -> {
                    try {
                        future.complete(outcome());
                    } catch (RuntimeException | Error e) {
                        future.completeExceptionally(e);
                    }
                });
        return future;
    }

    private UncheckedInterruptedException interrupted() {
        Thread.currentThread().interrupt();
        return Trace.trim(
                new UncheckedInterruptedException("interrupted while waiting for " + this));
    }

    /// Whether it has not ended yet.
    public boolean isAlive() {
        if (Halt.IS_ON) {
            String touches = Halt.reads(Halt.END_OF + name, Halt.WHOLE);
            Halt.before(name, "isAlive()", Halt.When.ALWAYS, null, 0, () -> "", touches);
            return Halt.gave(process.isAlive());
        }
        return process.isAlive();
    }

    /// How it ended: 0 well, 1 by an uncaught exception, n by `System.exit(n)`, −n by signal n (−9:
    /// killed, −15: terminated).
    ///
    /// @throws IllegalStateException while it runs
    public int exitCode() {
        Halt.glance();
        if (process.isAlive()) {
            throw Trace.trim(
                    new IllegalStateException(
                            this + " has no exit code yet: join() waits for its end"));
        }
        asked();
        return process.exitCode();
    }

    /// The process id of the operating system. Waits for the beginning of a worker on another machine; 0 for
    /// one that was not begun.
    public long pid() {
        return process.pid();
    }

    /// What it has waited so far, or had when it ended. A wait counts when it is over, whether it was
    /// in vain or not; what needs no wait costs and counts nothing. Never waits. Of a worker on another
    /// machine, nothing is known here.
    public Stats stats() {
        Halt.glance();
        return new Stats(process.counts());
    }

    /// What a worker has waited. The figures are of about the same moment.
    ///
    /// @param waits how often its threads waited
    /// @param lockWaits how often for a lock that somebody else held
    /// @param eventWaits how often for an event that was not set
    /// @param totalWait how long these waits took in all; those of several threads add up
    /// @param meanWait how long they took on average
    /// @param longestWait how long they took at most
    /// @param recoveries how often it took a lock from a process that had died, or broke one
    public record Stats(
            long waits,
            long lockWaits,
            long eventWaits,
            Duration totalWait,
            Duration meanWait,
            Duration longestWait,
            long recoveries) {
        private Stats(ProcessCounts counts) {
            this(counts, counts.all());
        }

        private Stats(ProcessCounts counts, WaitCounts all) {
            this(
                    all.waits(),
                    counts.locks().waits(),
                    counts.events().waits(),
                    all.total(),
                    all.mean(),
                    all.longest(),
                    counts.recoveries());
        }
    }

    /// The name that it was given, or `Worker-1`, `Worker-2`, …
    public String name() {
        return name;
    }

    /// Asks it to end: its main thread is interrupted and has a second to run its `finally` blocks,
    /// and its shutdown hooks run. Does nothing when it has ended.
    public void terminate() {
        haltToEnd("terminate()");
        process.terminate();
    }

    /// Ends it at once, whatever it is doing. Does nothing when it has ended.
    public void kill() {
        haltToEnd("kill()");
        process.kill();
    }

    private void haltToEnd(String words) {
        if (Halt.IS_ON
                && Halt.before(name, words, Halt.When.ALWAYS, null, 0, () -> "", Halt.ANYTHING)) {
            Halt.ending(process.holder());
        }
    }

    /// Name, pid and state: `Worker(1 号进程, pid 4711, running)`.
    @Override
    public String toString() {
        Halt.glance();
        return "Worker(%s, %s, %s)".formatted(name, process.place(), state());
    }

    String state() {
        if (process.isAlive()) {
            return "running";
        }
        int code = process.exitCode();
        return code < 0 ? "killed by signal " + -code : "ended with " + code;
    }
}
