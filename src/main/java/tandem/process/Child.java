package tandem.process;

import tandem.memory.ProcessCounts;
import tandem.memory.Session;
import tandem.memory.Waits;
import tandem.sync.LongWait;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;

/// A process that this one has started, from the start to the last line of its output.
///
/// The thread that sees it through is no daemon: a program stays up until its workers have ended.
/// When the JVM is told to end, it ends its children first.
public final class Child {
    private static final int SIGNAL_BASE = 128;
    private static final int LAST_SIGNAL = 64;
    private static final int SIGINT = 2;
    private static final int SIGTERM = 15;
    private static final long LOOK_MILLIS = 1_000;

    /// What an empty pipe takes at once, whatever the system.
    private static final int SMALL_BYTES = 2_048;

    private static final long STACK_BYTES = 256 << 10;
    private static final Duration LAST_OUTPUT = Duration.ofSeconds(1);
    private static final Duration GRACE_AT_EXIT = Duration.ofSeconds(2);

    private static final Set<Child> ALIVE = ConcurrentHashMap.newKeySet();
    private static final AtomicBoolean EXIT_IS_PREPARED = new AtomicBoolean();
    private static volatile boolean exiting;

    private final String name;
    private final Started started;
    private final Process process;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final int color = Screen.nextColor();
    private volatile boolean terminated;
    private Assignment unsent;

    /// The shared objects that it was given. Their files last as long as they can be reached here.
    private List<Parcel.Kept> kept;

    /// What it had waited when it ended, null before. It is there before the slot can be another's.
    private volatile ProcessCounts lastCounts;

    /// What a job has left, written before `ended` opens.
    private byte[] outcome;

    private Child(String name, Started started, List<Parcel.Kept> kept) {
        this.name = name;
        this.kept = kept;
        this.started = started;
        this.process = started.process();
    }

    /// Starts a script in a JVM of its own.
    ///
    /// @param whenEnded runs when all of it is over
    /// @throws IllegalArgumentException when an argument cannot travel
    public static Child start(
            Kit kit, String name, Path script, Object[] arguments, Runnable whenEnded) {
        Map<String, byte[]> classes = CompiledScript.find(script, JavaCommand.classPath());
        Parcel parcel = Parcel.ofScript(kit, classes, arguments);
        Session session = prepare();
        Started started =
                Started.start(
                        name,
                        session,
                        (of, holder) ->
                                classes.isEmpty()
                                        ? JavaCommand.forScript(script, of, holder)
                                        : JavaCommand.forCompiled(kit, script, of, holder));
        return start(name, started, parcel, whenEnded);
    }

    /// Starts a job in a JVM of its own. The parcel is packed while the JVM starts, and when something
    /// cannot travel, the JVM ends again: it has been told nothing.
    ///
    /// @param whenEnded runs when all of it is over
    /// @throws IllegalArgumentException when something cannot travel
    public static Child start(
            Kit kit, String name, Job job, Object[] arguments, Runnable whenEnded) {
        Session session = prepare();
        Started spare = Spares.take(session, name);
        Started started = spare == null ? Started.ofCode(kit, name, session) : spare;
        try {
            return start(name, started, Parcel.ofJob(kit, job, arguments), whenEnded);
        } catch (RuntimeException | Error e) {
            started.release();
            throw e;
        }
    }

    private static Child start(String name, Started started, Parcel parcel, Runnable whenEnded) {
        Child child = new Child(name, started, parcel.kept());
        ALIVE.add(child);
        Flight.workerStarted(name, child.pid());
        child.unsent = new Assignment(name, parcel);
        if (parcel.size() <= SMALL_BYTES) {
            child.send();
        }
        thread(name, () -> child.seeThrough(whenEnded)).start();
        return child;
    }

    /// Keeps a shared object that is being given to a child reachable until the child has ended.
    ///
    /// @param whenEnded then gets the holder bits of the child
    public static void keep(Object shared, IntConsumer whenEnded) {
        Parcel.keep(new Parcel.Kept(shared, whenEnded));
    }

    private static Session prepare() {
        Session session = Session.current();
        if (EXIT_IS_PREPARED.compareAndSet(false, true)) {
            session.atExit(Child::endAll);
        }
        return session;
    }

    private static Thread thread(String name, Runnable work) {
        return new Thread(null, work, "tandem-" + name, STACK_BYTES);
    }

    /// Sends what has not been sent yet. The worker may read it late: a large one is sent when its
    /// output is being read, lest each waits for the other.
    private void send() {
        if (unsent != null) {
            try {
                started.send(unsent);
            } catch (IOException e) {
                // The worker has ended already, or it ends now: its last words say why.
                started.closePipe();
            }
            unsent = null;
        }
    }

    private void seeThrough(Runnable whenEnded) {
        LinePump out =
                new LinePump(
                        process.getInputStream(),
                        LineOrder.source(started.session().roster(), started.holder()),
                        Screen.prefixOfOutput(name, color));
        LinePump err =
                new LinePump(
                        process.getErrorStream(),
                        Screen.ERRORS,
                        Screen.prefixOfErrors(name, color));
        Thread outThread = start(out);
        Thread errThread = start(err);
        send();
        try {
            process.waitFor();
            lastCounts = readCounts();
            wakeHeirs();
            awaitLastOutput(out, outThread);
            awaitLastOutput(err, errThread);
            sayHowItDied();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        outcome = Outcome.take(started.session(), started.holder());
        started.release();
        kept = List.of();
        ALIVE.remove(this);
        Flight.workerEnded(name, pid(), exitCode());
        whenEnded.run();
        ended.complete(null);
    }

    /// Before anything else: somebody may wait for a lock that it held.
    private void wakeHeirs() {
        started.session().roster().free(started.holder());
        kept.forEach(shared -> shared.whenEnded().accept(started.holder()));
    }

    private Thread start(LinePump pump) {
        Thread thread = thread(name + "-output", pump);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /// A pump ends with the pipe, unless a process that the worker has left behind holds it open. A
    /// slow reader of this process's output has all the time it wants.
    private static void awaitLastOutput(LinePump pump, Thread thread) throws InterruptedException {
        while (!thread.join(LAST_OUTPUT) && pump.isPassing()) {}
    }

    /// Ctrl-C reaches all processes of a terminal at once: this one may be about to end as well.
    private void sayHowItDied() throws InterruptedException {
        int signal = -exitCode(process.exitValue());
        if (signal == SIGINT) {
            Thread.sleep(LAST_OUTPUT);
        }
        if (signal > 0 && !exiting && !(terminated && signal == SIGTERM)) {
            Screen.print(
                    System.err,
                    "%skilled by signal %d%n"
                            .formatted(Screen.prefixOfErrors(name, color), signal));
        }
    }

    private static void endAll() {
        exiting = true;
        if (!ALIVE.isEmpty() && !Parent.exists() && Farewell.isCtrlC()) {
            System.err.printf(
                    "tandem: stopped, and %s with it%n",
                    ALIVE.stream()
                            .map(child -> child.name)
                            .sorted()
                            .collect(Collectors.joining(", ")));
        }
        ALIVE.forEach(child -> child.process.toHandle().destroy());
        long end = System.nanoTime() + GRACE_AT_EXIT.toNanos();
        try {
            for (Child child : ALIVE) {
                long left = end - System.nanoTime();
                if (!child.process.waitFor(Math.max(left, 0), TimeUnit.NANOSECONDS)) {
                    child.kill();
                    child.process.waitFor();
                }
            }
        } catch (InterruptedException e) {
            ALIVE.forEach(Child::kill);
        }
    }

    /// Waits until the process has ended and its output has arrived.
    public void join() throws InterruptedException {
        try (var _ = shownWait(false)) {
            for (int seconds = 0; !awaitEnd(LOOK_MILLIS); ) {
                seconds++;
                Screen.status("waiting for %s, %d s".formatted(name, seconds));
            }
        } finally {
            Screen.status("");
        }
    }

    /// As `join()`, for at most a time.
    ///
    /// @return whether it has ended
    public boolean join(Duration time) throws InterruptedException {
        try (var _ = shownWait(true)) {
            return awaitEnd(Math.max(time.toMillis(), 0));
        }
    }

    private boolean awaitEnd(long millis) throws InterruptedException {
        try {
            ended.get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    private LongWait shownWait(boolean timed) {
        Waits.Target end = new Waits.Target(Waits.Kind.PROCESS, started.holder());
        LongWait wait = new LongWait(started.session(), end, timed);
        if (isAlive()) {
            wait.show();
        }
        return wait;
    }

    /// Runs an action when it has ended, at once if it has already.
    public void whenEnded(Runnable action) {
        ended.thenRun(action);
    }

    public boolean isAlive() {
        return !ended.isDone();
    }

    /// 0 to 255 as the process said, or −n when signal n ended it.
    ///
    /// @throws IllegalThreadStateException while it runs
    public int exitCode() {
        return exitCode(process.exitValue());
    }

    /// What the JDK makes of a signal is 128 and its number.
    private static int exitCode(int value) {
        return value > SIGNAL_BASE && value <= SIGNAL_BASE + LAST_SIGNAL
                ? SIGNAL_BASE - value
                : value;
    }

    /// What it has waited so far.
    public ProcessCounts counts() {
        ProcessCounts now = readCounts();
        return lastCounts == null ? now : lastCounts;
    }

    private ProcessCounts readCounts() {
        return started.session().roster().counts(started.holder());
    }

    /// What became of its job, null when it left nothing. Asked when it has ended.
    public Outcome outcome(Kit kit, ClassLoader loader) {
        return outcome == null ? null : Outcome.open(outcome, kit, loader);
    }

    public long pid() {
        return process.pid();
    }

    /// Asks the process to end: its shutdown hooks run. (`Process.destroy` would also close its
    /// streams, and lose what it has printed.)
    public void terminate() {
        terminated = true;
        process.toHandle().destroy();
    }

    /// Ends the process at once.
    public void kill() {
        process.toHandle().destroyForcibly();
    }
}
