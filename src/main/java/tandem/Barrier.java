package tandem;

import tandem.memory.Arguments;
import tandem.memory.Guard;
import tandem.memory.Header;
import tandem.memory.Kind;
import tandem.memory.ObjectName;
import tandem.memory.SharedFile;
import tandem.memory.Trace;
import tandem.memory.WaitCounts;
import tandem.net.Served;
import tandem.session.Names;
import tandem.session.Session;
import tandem.sync.Halt;
import tandem.sync.Mutex;
import tandem.sync.Phases;
import tandem.sync.Rendezvous;
import tandem.sync.UnreachableException;
import tandem.travel.Job;
import tandem.travel.Parcel;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;
import java.time.Duration;

/// A number of threads that wait for each other, in whichever processes, Python's `Barrier`: none goes
/// on before all have come. Then it can be used again.
///
/// ```java
/// var b = new Barrier(2);
/// var p = spawn(x -> { x.await(); IO.println("both are here"); }, b);
/// b.await();                           // how many had come before: 0 or 1
/// ```
///
/// It breaks when one who has come is killed, is interrupted, or has waited for as long as it would;
/// when the action throws; and by [#abort]. Then all who wait and all who come get a
/// [BrokenBarrierException], until somebody has [#reset] it. That one who has not come yet will never
/// come is not noticed: give [#await(Duration)] a time where that can be.
public final class Barrier extends Shared {
    @Serial private static final long serialVersionUID = 1;

    /// As many as there are rows, less some for those who are just leaving.
    private static final int MOST = 1000;

    /// Of its file, null when a server has it.
    private final transient Mutex mutex;

    private final transient Rendezvous phases;

    private static final Header PLAIN = headerOf(new byte[0]);

    /// What the one does who comes last. Where it has not come from the constructor, it is read from
    /// the file when it is to be run.
    private transient Code.Action0 action;

    /// For so many threads.
    ///
    /// @param parties 1 to 1000
    /// @throws IllegalArgumentException when they are fewer, or more
    public Barrier(int parties) {
        this(checked(parties), null, new byte[0], Place.make(PLAIN, parties, 0));
    }

    /// For so many threads, of which the one that comes last runs code before all go on. It is of this
    /// machine, also where all else is made on a server: nobody there runs code that others send.
    ///
    /// @param parties 1 to 1000
    /// @param action goes with the barrier to all processes, with what it captures as it is now, as
    ///     code goes to a worker
    /// @throws IllegalArgumentException when they are fewer, or more, or the action cannot travel
    public Barrier(int parties, Code.Action0 action) {
        this(checked(parties), action, packed(action));
    }

    private static byte[] packed(Code.Action0 action) {
        Arguments.required(action, "the action");
        return Parcel.ofJob(ThisKit.INSTANCE, new Job(action, false)).toBytes();
    }

    private static Header headerOf(byte[] code) {
        return new Header(Kind.BARRIER, null, Guard.NONE, "", code.length);
    }

    private Barrier(int parties, Code.Action0 action, byte[] code) {
        this(parties, action, code, Session.current());
    }

    private Barrier(int parties, Code.Action0 action, byte[] code, Session session) {
        this(parties, action, code, Place.make(headerOf(code), session));
    }

    /// Of a new barrier.
    private Barrier(int parties, Code.Action0 action, byte[] code, Place place) {
        super(place);
        this.action = action;
        if (place.served() != null) {
            this.mutex = null;
            this.phases = place.served().phases();
        } else {
            this.mutex = mutex(place.file(), place.session());
            Phases own = new Phases(place.file(), place.session(), mutex);
            own.begin(parties, code);
            this.phases = own;
        }
        registerMade();
    }

    Barrier(Served served) {
        super(served);
        this.mutex = null;
        this.phases = served.phases();
    }

    Barrier(SharedFile file, Session session) {
        super(file, session);
        this.mutex = mutex(file, session);
        this.phases = new Phases(file, session, mutex);
    }

    /// The barrier that all processes of this user know by a name: made when there is none, by one of
    /// those who ask at once. It is there until the last process that has it ends, or has closed it.
    ///
    /// @param name letters, digits, `.`, `_` and `-`
    /// @param parties 1 to 1000
    /// @throws IllegalArgumentException when the name belongs to another kind of object, or to a barrier
    ///     for another number of threads
    public static Barrier named(String name, int parties) {
        Names.checked(name);
        checked(parties);
        if (isNamedServed()) {
            return (Barrier) namedServed(name, PLAIN, parties, 0);
        }
        return named(name, parties, null, new byte[0]);
    }

    /// As [#named(String, int)], with an action. Where there is a barrier, it keeps its own, or has none.
    ///
    /// @throws UnsupportedOperationException when this process has joined a server: nobody there runs code
    ///     that others send
    public static Barrier named(String name, int parties, Code.Action0 action) {
        Names.checked(name);
        Arguments.required(action, "the action");
        if (isNamedServed()) {
            throw Trace.trim(
                    new UnsupportedOperationException(
                            "Barrier.named(\"%s\", %d, …) with an action is refused: this process has joined %s, and nobody there runs code that others send; Barrier.named(\"%s\", %d) can be had, and who gets the index %d can act"
                                    .formatted(
                                            name,
                                            parties,
                                            member().address(),
                                            name,
                                            parties,
                                            parties - 1)));
        }
        return named(name, checked(parties), action, packed(action));
    }

    private static Barrier named(String name, int parties, Code.Action0 action, byte[] code) {
        return ByName.get(
                name,
                headerOf(code),
                parties,
                session -> new Barrier(parties, action, code, session),
                Barrier.class);
    }

    /// The barrier that there is by a name: `Barrier.named` has made it.
    ///
    /// @throws IllegalArgumentException when there is none; it says which names there are
    public static Barrier attach(String name) {
        return ByName.attach(name, Barrier.class);
    }

    private static int checked(int parties) {
        if (parties < 1 || parties > MOST) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "a Barrier cannot be for %d threads: 1 to %d"
                                    .formatted(parties, MOST)));
        }
        return parties;
    }

    /// The barrier behind a path that [#path] gave.
    ///
    /// @throws IllegalArgumentException when it is no barrier of a living session
    public static Barrier attach(Path path) {
        return attach(path, Barrier.class);
    }

    /// Names the barrier for errors and views, once.
    ///
    /// @param name a line of text, of at most 252 bytes in UTF-8
    /// @return this barrier
    /// @throws IllegalStateException when it has another name
    public Barrier named(String name) {
        String checked = ObjectName.checked(name);
        requireOpen();
        giveName(checked);
        return this;
    }

    /// Comes, and waits for the others.
    ///
    /// @return how many had come before, 0 to parties − 1: each is told another number
    /// @throws BrokenBarrierException when the barrier is broken, or breaks
    /// @throws tandem.sync.UncheckedInterruptedException when interrupted while waiting, which breaks it
    public int await() {
        requireOpen();
        if (Halt.IS_ON) {
            halt("await()");
        }
        return came(phases.await(this::act));
    }

    /// As [#await()], for at most a time; when that is over, the barrier breaks.
    ///
    /// @throws BrokenBarrierException when the barrier is broken, or breaks, or the time is over
    public int await(Duration time) {
        requireOpen();
        if (Halt.IS_ON) {
            halt("await(%s)".formatted(time));
        }
        return came(phases.await(time, this::act));
    }

    private int came(int came) {
        if (came < 0) {
            throw Trace.trim(
                    new BrokenBarrierException(
                            "%s is broken, or was reset while this thread waited: one of its %d threads has died, was interrupted or did not wait any longer, its action has failed, or abort() was called"
                                    .formatted(name(), phases.parties())));
        }
        return came;
    }

    private void act() {
        if (action == null) {
            action = unpacked(phases.code());
        }
        run(action);
    }

    private static Code.Action0 unpacked(byte[] code) {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        try {
            Parcel parcel = Parcel.of(code);
            return (Code.Action0) parcel.openHere(ThisKit.INSTANCE, loader).job().code();
        } catch (IOException | ReflectiveOperationException e) {
            throw new IllegalStateException("the action of a barrier cannot be read: " + e, e);
        }
    }

    private static void run(Code.Action0 code) {
        try {
            code.run();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the action of a barrier has failed: " + e, e);
        }
    }

    /// Breaks it: all who wait, and all who come before it is reset, get a [BrokenBarrierException].
    public void abort() {
        requireOpen();
        if (Halt.IS_ON) {
            halt("abort()");
        }
        phases.abort();
    }

    /// Makes it as good as new. Those who wait get a [BrokenBarrierException].
    public void reset() {
        requireOpen();
        if (Halt.IS_ON) {
            halt("reset()");
        }
        phases.reset();
    }

    /// Whether it is broken.
    public boolean isBroken() {
        requireOpen();
        if (Halt.IS_ON) {
            halt("isBroken()");
            return Halt.gave(phases.isBroken());
        }
        return phases.isBroken();
    }

    /// For how many threads it is.
    public int parties() {
        return phases.parties();
    }

    /// How many have come and wait for the others at this moment.
    public int waiting() {
        requireOpen();
        if (Halt.IS_ON) {
            halt("waiting()");
            return Halt.gave(phases.waiting());
        }
        return phases.waiting();
    }

    @Override
    Mutex ownMutex() {
        return mutex;
    }

    @Override
    void holderEnded(int holder) {
        phases.holderEnded(holder);
    }

    /// What has happened to the barrier since it was made, in all processes. Never waits.
    public Stats stats() {
        Halt.glance();
        requireOpen();
        WaitCounts waits = phases.waits();
        return new Stats(phases.passed(), waits.waits(), waits.mean(), waits.longest());
    }

    /// What has happened to a barrier. The figures are of about the same moment.
    ///
    /// @param passed how often all had come
    /// @param waits how often one has waited for the others
    /// @param meanWait how long these waits took on average
    /// @param longestWait how long they took at most
    public record Stats(long passed, long waits, Duration meanWait, Duration longestWait) {}

    /// `Barrier(barrier-3, 1 of 3 wait)`.
    @Override
    public String toString() {
        Halt.glance();
        return "Barrier(%s, %s)".formatted(name(), isClosed() ? "closed" : state());
    }

    private String state() {
        try {
            return phases.isBroken()
                    ? "broken"
                    : phases.waiting() + " of " + phases.parties() + " wait";
        } catch (UnreachableException | IllegalStateException e) {
            return "out of reach";
        }
    }
}
