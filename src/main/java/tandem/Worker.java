package tandem;

import tandem.process.Child;
import tandem.sync.UncheckedInterruptedException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// A process that runs beside this one: what `spawn` returns, Python's `Process`. Also the process
/// that one is in, as `current()` gives it.
///
/// Whole lines of what it prints arrive on this process's output; lines of its error output come
/// with its name before them. All methods may be called by any thread.
public sealed class Worker permits ThisProcess {
    /// Those that run, in the order of their start. Keeps them, and so their arguments, reachable.
    private static final Set<Worker> RUNNING = new LinkedHashSet<>();

    private final String name;

    /// Kept reachable while the worker runs, as the creator's handle is what keeps the files.
    private final Object[] arguments;

    private final Child child;

    /// For the process that one is in.
    Worker(String name) {
        this.name = name;
        this.arguments = null;
        this.child = null;
    }

    private Worker(String name, Path script, Object[] arguments) {
        this.name = name;
        this.arguments = arguments;
        this.child = Child.start(name, script, arguments, this::ended);
    }

    static Worker start(String name, Path script, Object[] arguments) {
        // The lock orders a quick end after the registration.
        synchronized (RUNNING) {
            Worker worker = new Worker(name, script, arguments.clone());
            RUNNING.add(worker);
            return worker;
        }
    }

    private void ended() {
        synchronized (RUNNING) {
            RUNNING.remove(this);
        }
    }

    static List<Worker> running() {
        synchronized (RUNNING) {
            return new ArrayList<>(RUNNING);
        }
    }

    /// Waits until it has ended and all of its output has arrived. Never throws for what went wrong
    /// in it: [#exitCode] tells.
    ///
    /// @throws UncheckedInterruptedException when this thread is interrupted while it waits
    public void join() {
        try {
            child.join();
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    /// As [#join()], for at most a time.
    ///
    /// @return whether it has ended
    /// @throws UncheckedInterruptedException when this thread is interrupted while it waits
    public boolean join(Duration time) {
        try {
            return child.join(time);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private UncheckedInterruptedException interrupted() {
        Thread.currentThread().interrupt();
        return new UncheckedInterruptedException("interrupted while waiting for " + this);
    }

    /// Whether it has not ended yet.
    public boolean isAlive() {
        return child.isAlive();
    }

    /// How it ended: 0 well, 1 by an uncaught exception, n by `System.exit(n)`, −n by signal n (−9:
    /// killed, −15: terminated).
    ///
    /// @throws IllegalStateException while it runs
    public int exitCode() {
        if (isAlive()) {
            throw new IllegalStateException(
                    this + " has no exit code yet: join() waits for its end");
        }
        return child.exitCode();
    }

    /// The process id of the operating system.
    public long pid() {
        return child.pid();
    }

    /// The name that it was given, or `Worker-1`, `Worker-2`, …
    public String name() {
        return name;
    }

    /// Asks it to end: its shutdown hooks run. Does nothing when it has ended.
    public void terminate() {
        child.terminate();
    }

    /// Ends it at once. Does nothing when it has ended.
    public void kill() {
        child.kill();
    }

    /// Name, pid and state: `Worker(1 号进程, pid 4711, running)`.
    @Override
    public String toString() {
        return "Worker(%s, pid %d, %s)".formatted(name, pid(), state());
    }

    String state() {
        if (isAlive()) {
            return "running";
        }
        int code = child.exitCode();
        return code < 0 ? "killed by signal " + -code : "ended with " + code;
    }
}
