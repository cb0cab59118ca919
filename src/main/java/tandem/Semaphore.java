package tandem;

import tandem.memory.Guard;
import tandem.memory.Header;
import tandem.memory.Kind;
import tandem.memory.Layout;
import tandem.memory.ObjectName;
import tandem.memory.SharedFile;
import tandem.memory.Trace;
import tandem.memory.WaitCounts;
import tandem.net.Served;
import tandem.session.Names;
import tandem.session.Session;
import tandem.sync.Allowance;
import tandem.sync.Halt;
import tandem.sync.Mutex;
import tandem.sync.Permits;
import tandem.sync.UnreachableException;

import java.io.Serial;
import java.nio.file.Path;
import java.time.Duration;

/// A number of permits that processes take and give back, Python's `Semaphore`.
///
/// ```java
/// var printers = new Semaphore(2);         // two at a time
/// try (var held = printers.hold()) {
///     printers.available();                // 1
/// }
/// printers.available()                     // ==> 2
/// ```
///
/// A semaphore also counts things, and whoever likes may give back what another one took. So what a bare
/// [#acquire()] has taken is taken, also when its process dies; what a [#hold()] has taken comes back
/// when its process dies, at once if a parent of the session sees it end, else within a tenth of a
/// second. Nobody is served first: who comes when a permit is free takes it.
public final class Semaphore extends Shared {
    @Serial private static final long serialVersionUID = 1;

    private static final Header HEADER =
            new Header(Kind.SEMAPHORE, null, Guard.NONE, "", Layout.ROWS);

    /// Of its file, null when a server has it.
    private final transient Mutex mutex;

    private final transient Allowance permits;

    /// A new one.
    ///
    /// @param permits how many it has at first, 0 or more; there may be more later
    /// @throws IllegalArgumentException when they are fewer than none
    public Semaphore(int permits) {
        this(checked(permits), 0);
    }

    private Semaphore(long permits, long bound) {
        this(permits, bound, Place.make(HEADER, bound, permits));
    }

    private Semaphore(long permits, long bound, Session session) {
        this(permits, bound, Place.make(HEADER, session));
    }

    /// Of a new semaphore.
    private Semaphore(long permits, long bound, Place place) {
        super(place);
        if (place.served() != null) {
            this.mutex = null;
            this.permits = place.served().permits();
        } else {
            this.mutex = mutex(place.file(), place.session());
            Permits own = new Permits(place.file(), place.session(), mutex);
            own.begin(permits, bound);
            this.permits = own;
        }
        registerMade();
    }

    Semaphore(Served served) {
        super(served);
        this.mutex = null;
        this.permits = served.permits();
    }

    Semaphore(SharedFile file, Session session) {
        super(file, session);
        this.mutex = mutex(file, session);
        this.permits = new Permits(file, session, mutex);
    }

    /// A new one that never has more permits than at first: one `release()` too many is refused.
    /// Python's `BoundedSemaphore`.
    ///
    /// @param permits how many it has, 1 or more
    /// @throws IllegalArgumentException when they are fewer
    public static Semaphore bounded(int permits) {
        int bound = checkedBound(permits);
        return new Semaphore(bound, bound);
    }

    /// The semaphore that all processes of this user know by a name: made when there is none, by one of
    /// those who ask at once; where there is one, it keeps its permits. It is there until the last
    /// process that has it ends, or has closed it.
    ///
    /// @param name letters, digits, `.`, `_` and `-`
    /// @param permits how many it has at first, 0 or more
    /// @throws IllegalArgumentException when the name belongs to another kind of object, or to a bounded
    ///     semaphore
    public static Semaphore named(String name, int permits) {
        Names.checked(name);
        long first = checked(permits);
        if (isNamedServed()) {
            return (Semaphore) namedServed(name, HEADER, 0, first);
        }
        return ByName.get(
                name, HEADER, 0, session -> new Semaphore(first, 0, session), Semaphore.class);
    }

    /// As [#named], of a [#bounded(int)] one.
    ///
    /// @param permits how many it has, 1 or more
    /// @throws IllegalArgumentException when the name belongs to another kind of object, or to a
    ///     semaphore with another bound or none
    public static Semaphore bounded(String name, int permits) {
        Names.checked(name);
        int bound = checkedBound(permits);
        if (isNamedServed()) {
            return (Semaphore) namedServed(name, HEADER, bound, bound);
        }
        return ByName.get(
                name,
                HEADER,
                bound,
                session -> new Semaphore(bound, bound, session),
                Semaphore.class);
    }

    /// The semaphore that there is by a name: `Semaphore.named` or `bounded` has made it.
    ///
    /// @throws IllegalArgumentException when there is none; it says which names there are
    public static Semaphore attach(String name) {
        return ByName.attach(name, Semaphore.class);
    }

    private static int checkedBound(int permits) {
        if (permits < 1) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "a bounded Semaphore cannot have %d permits: 1 or more"
                                    .formatted(permits)));
        }
        return permits;
    }

    private static long checked(int permits) {
        if (permits < 0) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "a Semaphore cannot have %d permits: 0 or more".formatted(permits)));
        }
        return permits;
    }

    /// The semaphore behind a path that [#path] gave.
    ///
    /// @throws IllegalArgumentException when it is no semaphore of a living session
    public static Semaphore attach(Path path) {
        return attach(path, Semaphore.class);
    }

    /// Names the semaphore for errors and views, once.
    ///
    /// @param name a line of text, of at most 252 bytes in UTF-8
    /// @return this semaphore
    /// @throws IllegalStateException when it has another name
    public Semaphore named(String name) {
        String checked = ObjectName.checked(name);
        requireOpen();
        giveName(checked);
        return this;
    }

    /// Takes a permit, and waits for as long as that takes. It stays taken until somebody releases it.
    ///
    /// @throws tandem.sync.UncheckedInterruptedException when interrupted while waiting
    public void acquire() {
        requireOpen();
        if (Halt.IS_ON) {
            haltUntil("acquire()", () -> permits.available() > 0);
        }
        permits.acquire();
    }

    /// Takes a permit if it can be had within a time; a time of zero or less does not wait.
    ///
    /// @return whether it has taken one
    /// @throws tandem.sync.UncheckedInterruptedException when interrupted while waiting
    public boolean acquire(Duration time) {
        requireOpen();
        if (Halt.IS_ON) {
            Duration left = haltFor("acquire(%s s)", time, () -> permits.available() > 0);
            return Halt.gave(permits.acquire(left));
        }
        return permits.acquire(time);
    }

    /// Takes a permit if there is one.
    ///
    /// @return whether it has taken one
    public boolean tryAcquire() {
        requireOpen();
        if (Halt.IS_ON) {
            halt("tryAcquire()");
            return Halt.gave(permits.tryAcquire());
        }
        return permits.tryAcquire();
    }

    /// Gives a permit back, or adds one: it need not have been taken by this thread, or at all.
    ///
    /// @throws IllegalStateException when a bounded one would have more than at first
    public void release() {
        release(1);
    }

    /// As [#release()], for several at once.
    ///
    /// @throws IllegalArgumentException when they are fewer than 1
    public void release(int count) {
        requireOpen();
        if (count < 1) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "release(%d): 1 permit or more can be given back".formatted(count)));
        }
        if (Halt.IS_ON) {
            halt(count == 1 ? "release()" : "release(%d)".formatted(count));
        }
        permits.release(count);
    }

    /// Takes a permit for the length of a `try`, or until this process dies.
    ///
    /// @throws tandem.sync.UncheckedInterruptedException when interrupted while waiting
    public Held hold() {
        requireOpen();
        if (Halt.IS_ON) {
            haltUntil("hold()", () -> permits.available() > 0);
        }
        long hold = permits.hold();
        if (Halt.IS_ON) {
            Halt.holds(1);
        }
        return new Held(this, hold);
    }

    /// How many could be taken at this moment. Never waits.
    public int available() {
        requireOpen();
        if (Halt.IS_ON) {
            halt("available()");
            return Halt.gave(Math.toIntExact(permits.available()));
        }
        return Math.toIntExact(permits.available());
    }

    /// The end of a [Held].
    ///
    /// @param hold which one
    void endHold(long hold) {
        if (Halt.IS_ON) {
            halt("release()");
            Halt.holds(-1);
        }
        permits.releaseHold(hold);
    }

    Allowance permits() {
        return permits;
    }

    @Override
    Mutex ownMutex() {
        return mutex;
    }

    @Override
    void holderEnded(int holder) {
        permits.holderEnded(holder);
    }

    /// What has happened to the semaphore since it was made, in all processes. Never waits.
    public Stats stats() {
        Halt.glance();
        requireOpen();
        WaitCounts waits = permits.waits();
        return new Stats(permits.taken(), waits.waits(), waits.mean(), waits.longest());
    }

    /// What has happened to a semaphore. The figures are of about the same moment.
    ///
    /// @param acquisitions how often a permit was taken
    /// @param contended how often there was none at first
    /// @param meanWait how long it took those on average
    /// @param longestWait how long it took at most
    public record Stats(
            long acquisitions, long contended, Duration meanWait, Duration longestWait) {}

    @Override
    String touches(String words) {
        boolean isRead = words.startsWith("available");
        return isRead ? Halt.reads(key(), Halt.WHOLE) : Halt.writes(key(), Halt.WHOLE);
    }

    /// `Semaphore(semaphore-3, 2 free)`, and of how many when it is bounded.
    @Override
    public String toString() {
        Halt.glance();
        return "Semaphore(%s, %s)".formatted(name(), isClosed() ? "closed" : state());
    }

    private String state() {
        try {
            long bound = permits.bound();
            return permits.available() + (bound == 0 ? "" : " of " + bound) + " free";
        } catch (UnreachableException | IllegalStateException e) {
            return "out of reach";
        }
    }
}
