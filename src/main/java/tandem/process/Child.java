package tandem.process;

import tandem.launch.Assignment;
import tandem.launch.CompiledScript;
import tandem.launch.JavaCommand;
import tandem.launch.Started;
import tandem.memory.Arguments;
import tandem.memory.Notice;
import tandem.memory.Trace;
import tandem.record.Recorder;
import tandem.session.Joined;
import tandem.session.ProcessCounts;
import tandem.session.Session;
import tandem.session.Waits;
import tandem.sync.Halt;
import tandem.sync.LongWait;
import tandem.travel.Job;
import tandem.travel.Kit;
import tandem.travel.Parcel;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;

/// A process that this one has started, from the start to the last line of its output.
///
/// The thread that sees it through is no daemon: a program stays up until its workers have ended, but
/// for those that only serve it.
/// When the JVM is told to end, it ends its children first. Whatever goes wrong meanwhile, in the
/// streams of this process or for want of memory or threads, the end of a child is seen, its slot is
/// given back, and those who wait for it go on.
public final class Child implements Running {
    private static final int SIGNAL_BASE = 128;
    private static final int LAST_SIGNAL = 64;
    private static final int SIGINT = 2;
    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;
    private static final long LOOK_NANOS = 1_000_000_000;

    /// What an empty pipe takes at once, whatever the system.
    private static final int SMALL_BYTES = 2_048;

    private static final Duration LAST_OUTPUT = Duration.ofSeconds(1);
    private static final Duration LONGEST_LATE = Duration.ofSeconds(10);
    private static final Duration GRACE_AT_EXIT = Duration.ofSeconds(2);

    private static final Set<Child> ALIVE = ConcurrentHashMap.newKeySet();
    private static final AtomicBoolean EXIT_IS_PREPARED = new AtomicBoolean();
    private static volatile boolean exiting;

    private final String name;
    private final Started started;
    private final Process process;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /// Open when all that it has said is shown.
    private final CountDownLatch silent = new CountDownLatch(1);

    private final int color = Screen.nextColor();
    private final long begun = System.nanoTime();

    /// Whether the program does not stay up for it.
    private final boolean isServant;

    /// Null when it has run.
    private Runnable whenOver;

    /// Of one that runs for another machine; null for one of this process's own.
    private GuestLines.Listener listener;

    private volatile boolean terminated;

    /// Whether it was told to end before it had come up.
    private volatile boolean terminatedEarly;

    private Assignment unsent;

    /// The shared objects that it was given. Their files last as long as they can be reached here.
    private List<Parcel.Kept> kept;

    /// What it had waited when it ended, null before. It is there before the slot can be another's.
    private volatile ProcessCounts lastCounts;

    /// What a job has left, written before `ended` opens.
    private byte[] outcome;

    /// Why that could not be taken, null when it could.
    private Throwable lost;

    private Child(
            String name,
            Started started,
            String script,
            Parcel parcel,
            boolean isServant,
            Runnable whenOver) {
        this.name = name;
        this.isServant = isServant;
        this.kept = parcel.kept();
        this.unsent = new Assignment(name, script, Joined.forChild(), parcel);
        this.started = started;
        this.process = started.process();
        this.whenOver = whenOver;
    }

    /// Starts a script in a JVM of its own.
    ///
    /// @param whenOver runs when all of it is over, before `join` returns
    /// @throws IllegalArgumentException when an argument cannot travel
    public static Child start(
            Kit kit, String name, Path script, Object[] arguments, Runnable whenOver) {
        Map<String, byte[]> classes = CompiledScript.find(script, JavaCommand.classPath());
        Session session = prepare();
        Started started = null;
        Parcel parcel;
        try {
            if (!classes.isEmpty() || ScriptCompiler.isWarm()) {
                started = Started.forJob(kit, name, session);
            }
            if (started != null && classes.isEmpty()) {
                classes = ScriptCompiler.compile(script);
            }
            parcel = Parcel.ofScript(kit, classes, arguments);
        } catch (Throwable e) {
            if (started != null) {
                started.release();
            }
            throw e;
        }
        if (!classes.isEmpty()) {
            return start(
                    new Child(name, started, script.toString(), parcel, false, whenOver), parcel);
        }
        if (started != null) {
            started.release();
        }
        started =
                Started.start(
                        name, session, (of, holder) -> JavaCommand.forScript(script, of, holder));
        return start(new Child(name, started, "", parcel, false, whenOver), parcel);
    }

    /// Starts a job in a JVM of its own. The parcel is packed while the JVM starts, and when something
    /// cannot travel, the JVM ends again: it has been told nothing.
    ///
    /// @param isServant whether the program does not stay up for it
    /// @param whenOver runs when all of it is over, before `join` returns
    /// @throws IllegalArgumentException when something cannot travel
    public static Child start(
            Kit kit,
            String name,
            Job job,
            Object[] arguments,
            boolean isServant,
            Runnable whenOver) {
        Session session = prepare();
        Started started = Started.forJob(kit, name, session);
        Parcel parcel;
        try {
            parcel = Parcel.ofJob(kit, job, arguments);
        } catch (Throwable e) {
            started.release();
            throw e;
        }
        return start(new Child(name, started, "", parcel, isServant, whenOver), parcel);
    }

    /// Starts a job that a process of another machine has sent, in a JVM of its own, which ends with this
    /// process.
    ///
    /// @param parcel as it came: it is opened there alone
    /// @param joined see [Joined#forGuest]
    /// @param listener gets its lines
    /// @param whenOver runs when all of it is over
    public static Child startForGuest(
            Kit kit,
            String name,
            Parcel parcel,
            String joined,
            GuestLines.Listener listener,
            Consumer<Child> whenOver) {
        Session session = prepare();
        Started started = Started.forJob(kit, name, session);
        Child child = new Child(name, started, "", parcel, true, null);
        child.unsent = new Assignment(name, "", joined, parcel);
        child.listener = listener;
        child.whenOver = () -> whenOver.accept(child);
        return start(child, parcel);
    }

    private static Child start(Child child, Parcel parcel) {
        ALIVE.add(child);
        try {
            Flight.workerStarted(child.name, child.pid());
            if (Halt.IS_ON) {
                Halt.spawned(child.holder(), child.name, child.isServant);
            }
            if (parcel.size() <= SMALL_BYTES) {
                child.send();
            }
            child.start();
            return child;
        } catch (Throwable e) {
            child.kill();
            child.awaitProcess();
            child.close();
            throw e;
        }
    }

    /// Keeps a shared object that is being given to a child reachable until the child has ended.
    ///
    /// @param whenEnded then gets the holder bits of the child
    /// @return whether it is being given to a child
    public static boolean keep(Object shared, IntConsumer whenEnded) {
        return Parcel.keep(new Parcel.Kept(shared, whenEnded));
    }

    private static Session prepare() {
        Session session = Session.current();
        if (EXIT_IS_PREPARED.compareAndSet(false, true)) {
            session.atExit(Child::endAll);
        }
        return session;
    }

    /// All threads start before anybody knows the child, so that it never runs unseen.
    private void start() {
        LinePump out;
        LinePump err;
        if (listener == null) {
            OrderedOutput.install();
            out =
                    new LinePump(
                            process.getInputStream(),
                            LineOrder.source(started.session().roster(), started.holder()),
                            Screen.prefixOfOutput(name, color));
            err =
                    new LinePump(
                            process.getErrorStream(),
                            Screen.ERRORS,
                            Screen.prefixOfErrors(name, color));
        } else {
            out = new LinePump(process.getInputStream(), new GuestLines(listener, false), "");
            err = new LinePump(process.getErrorStream(), new GuestLines(listener, true), "");
        }
        Thread outThread = startDaemon(out);
        Thread errThread = startDaemon(err);
        Thread thread =
                new Thread(() -> seeThrough(out, outThread, err, errThread), "tandem-" + name);
        thread.setDaemon(isServant);
        thread.start();
    }

    private Thread startDaemon(LinePump pump) {
        Thread thread = new Thread(pump, "tandem-" + name + "-output");
        thread.setDaemon(true);
        thread.start();
        return thread;
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

    private void seeThrough(LinePump out, Thread outThread, LinePump err, Thread errThread) {
        try {
            sendTheRest();
            awaitProcess();
            lastCounts = readCounts();
            wakeHeirs();
            awaitLastOutput(out, outThread);
            awaitLastOutput(err, errThread);
            silent.countDown();
            sayHowItDied();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            awaitProcess();
            close();
        }
    }

    /// One that has got a part of its assignment would wait for ever.
    private void sendTheRest() {
        try {
            send();
        } catch (Throwable e) {
            kill();
            throw e;
        }
    }

    /// Whoever interrupts this thread does not end the process by it.
    private void awaitProcess() {
        boolean interrupted = false;
        while (true) {
            try {
                process.waitFor();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// The last step, when the process has ended: each part comes whatever became of those before it.
    private void close() {
        try {
            outcome = Outcome.take(started.session(), started.holder());
        } catch (Throwable e) {
            lost = e;
        }
        try {
            started.release();
            kept = List.of();
            ALIVE.remove(this);
            Flight.workerEnded(name, pid(), exitCode());
            Recorder.workerEnded(name, pid(), begun, exitCode());
        } finally {
            try {
                whenOver.run();
            } finally {
                whenOver = null;
                ended.complete(null);
                if (Halt.IS_ON) {
                    Halt.ended(holder(), exitCode());
                }
            }
        }
    }

    /// Before anything else: somebody may wait for a lock that it held.
    private void wakeHeirs() {
        started.free();
        Joined.childEnded(pid());
        kept.forEach(shared -> shared.whenEnded().accept(started.holder()));
    }

    /// A pump ends with the pipe, unless a process that the worker has left behind holds it open. A
    /// slow reader of this process's output has all the time it wants; and what the worker has counted comes,
    /// but where there was no memory for it.
    private static void awaitLastOutput(LinePump pump, Thread thread) throws InterruptedException {
        long end = System.nanoTime() + LONGEST_LATE.toNanos();
        while (!thread.join(LAST_OUTPUT)
                && (pump.isPassing() || pump.isExpecting() && System.nanoTime() - end < 0)) {}
    }

    /// Ctrl-C reaches all processes of a terminal at once: this one may be about to end as well.
    private void sayHowItDied() throws InterruptedException {
        int signal = listener == null ? -exitCode() : 0;
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

    /// Whether this JVM is ending, and its children with it.
    public static boolean isExiting() {
        return exiting;
    }

    private static void endAll() {
        exiting = true;
        if (!ALIVE.isEmpty() && !Parent.exists() && Farewell.isCtrlC()) {
            Notice.say(
                    "tandem: stopped, together with %s"
                            .formatted(
                                    ALIVE.stream()
                                            .map(child -> child.name)
                                            .sorted()
                                            .collect(Collectors.joining(", "))));
        }
        ALIVE.forEach(Child::terminate);
        long end = System.nanoTime() + GRACE_AT_EXIT.toNanos();
        try {
            for (Child child : ALIVE) {
                long left = end - System.nanoTime();
                if (!child.process.waitFor(Math.max(left, 0), TimeUnit.NANOSECONDS)) {
                    child.kill();
                    child.process.waitFor();
                }
            }
            long last = System.nanoTime() + LAST_OUTPUT.toNanos();
            for (Child child : ALIVE) {
                child.silent.await(last - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            ALIVE.forEach(Child::kill);
        }
    }

    @Override
    public void join() throws InterruptedException {
        joinRecorded(
                () -> {
                    awaitEnd();
                    return true;
                });
    }

    private void awaitEnd() throws InterruptedException {
        try (LongWait wait = shownWait(false)) {
            for (int seconds = 0; !awaitEnd(LOOK_NANOS); ) {
                wait.show();
                seconds++;
                Screen.status("waiting for %s, %d s".formatted(name, seconds));
            }
        } finally {
            Screen.status("");
        }
    }

    @Override
    public boolean join(Duration time) throws InterruptedException {
        Arguments.required(time, "the time");
        return joinRecorded(
                () -> {
                    try (var _ = shownWait(true)) {
                        return awaitEnd(TimeUnit.NANOSECONDS.convert(time));
                    }
                });
    }

    private interface Joining {
        boolean join() throws InterruptedException;
    }

    private boolean joinRecorded(Joining joining) throws InterruptedException {
        Recorder.look();
        try (var _ = isAlive() ? Recorder.waits("the end of " + name) : null) {
            if (!Flight.isOn()) {
                return joining.join();
            }
            Flight.WorkerWait event = new Flight.WorkerWait();
            event.begin();
            event.worker = name;
            event.ended = joining.join();
            event.commit();
            return event.ended;
        }
    }

    private boolean awaitEnd(long nanos) throws InterruptedException {
        try {
            ended.get(nanos, TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    private LongWait shownWait(boolean timed) {
        Waits.Target end = Waits.Target.endOf(started.holder());
        LongWait wait = new LongWait(started.session(), end, timed);
        if (isAlive()) {
            wait.show();
        }
        return wait;
    }

    /// The thread keeps nobody waiting, and is no daemon, so that the action comes to its end.
    @Override
    public void whenEnded(Runnable action) {
        ended.thenRunAsync(action, this::runBeside);
    }

    /// Not under a name of the kit's own threads: what runs may be the user's.
    private void runBeside(Runnable action) {
        try {
            Thread.Builder thread = Thread.ofPlatform().daemon(false).name("future of " + name);
            if (Halt.IS_ON) {
                Halt.begin(thread, action);
            } else {
                thread.start(action);
            }
        } catch (OutOfMemoryError e) {
            action.run();
        }
    }

    @Override
    public boolean isAlive() {
        return !ended.isDone();
    }

    @Override
    public int exitCode() {
        int code = exitCode(process.exitValue());
        return terminatedEarly && code == -SIGKILL ? -SIGTERM : code;
    }

    /// What the JDK makes of a signal is 128 and its number.
    private static int exitCode(int value) {
        return value > SIGNAL_BASE && value <= SIGNAL_BASE + LAST_SIGNAL
                ? SIGNAL_BASE - value
                : value;
    }

    @Override
    public ProcessCounts counts() {
        ProcessCounts now = readCounts();
        return lastCounts == null ? now : lastCounts;
    }

    private ProcessCounts readCounts() {
        return started.session().roster().counts(started.holder());
    }

    @Override
    public Outcome outcome(Kit kit, ClassLoader loader) {
        if (lost != null) {
            throw Trace.trim(
                    new IllegalStateException(
                            "the result of %s cannot be taken: %s".formatted(name, lost), lost));
        }
        byte[] left = outcome;
        outcome = null;
        return left == null ? null : Outcome.open(left, kit, loader);
    }

    /// What its job has left, as it is; null for nothing. Asked when all of it is over.
    public byte[] left() {
        return outcome;
    }

    @Override
    public int holder() {
        return started.holder();
    }

    @Override
    public long pid() {
        return process.pid();
    }

    /// (`Process.destroy` would also close its streams, and lose what it has printed.) One that has
    /// not come up yet runs no code of anybody's, and a JVM at that stage answers the signal with
    /// messages of its own: it is ended at once.
    @Override
    public void terminate() {
        terminated = true;
        if (started.session().roster().hasEntered(started.holder())) {
            process.toHandle().destroy();
        } else if (process.isAlive()) {
            terminatedEarly = true;
            process.toHandle().destroyForcibly();
        }
    }

    @Override
    public void kill() {
        process.toHandle().destroyForcibly();
    }
}
