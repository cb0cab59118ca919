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
import tandem.sync.Exclusion;
import tandem.sync.Halt;
import tandem.sync.Mutex;
import tandem.sync.UnreachableException;

import java.io.Serial;
import java.nio.file.Path;
import java.time.Duration;

/// A recursive lock between processes, Python's `RLock`: owned by one thread of one process, which
/// may take it again, and must give it back as often.
///
/// Taking and giving back a lock that nobody else wants stays within Java, at about the cost of two
/// atomic instructions. What happened before a release is seen after the next acquire, in whichever
/// process. The lock is not fair, unless [#fair()] has made it. When its holder dies, the next one gets it, and is told by
/// [Held#recovered].
///
/// ```java
/// var lock = new Lock();
/// var p = spawn(() -> { try (var held = lock.hold()) { sleep(0.2); } });
/// try (var held = lock.hold()) { IO.println(lock); }
/// p.join();
/// lock.stats();
/// ```
public final class Lock extends Shared {
    @Serial private static final long serialVersionUID = 1;

    private static final Header HEADER = new Header(Kind.LOCK, null, Guard.OWN, "", 0);
    private static final Header FAIR = new Header(Kind.LOCK, null, Guard.OWN, "", Layout.ROWS);

    private final transient Exclusion mutex;

    /// What the lock word is in the file of, kept reachable; null for a lock of its own.
    private final transient Guarded home;

    /// A new lock, free.
    public Lock() {
        this(HEADER, "");
    }

    /// A new lock, free, with a name for errors and views: the forks of five philosophers are easier
    /// to tell apart as `fork 1` than as `lock-4`.
    ///
    /// @param name a line of text, of at most 252 bytes in UTF-8
    public Lock(String name) {
        this(HEADER, ObjectName.checked(name));
    }

    /// @param name empty for none
    private Lock(Header header, String name) {
        this(Place.make(header));
        if (!name.isEmpty()) {
            giveName(name);
        }
    }

    private Lock(Header header, Session session) {
        this(Place.make(header, session));
    }

    /// Of a new lock.
    private Lock(Place place) {
        super(place);
        this.mutex =
                place.served() == null
                        ? mutex(place.file(), place.session())
                        : place.served().lock();
        this.home = null;
        registerMade();
    }

    Lock(Served served) {
        this(served, null);
    }

    /// @param home whose it is, null for a lock of its own
    Lock(Served served, Guarded home) {
        super(served);
        this.mutex = served.lock();
        this.home = home;
    }

    Lock(SharedFile file, Session session) {
        this(file, session, null);
    }

    Lock(SharedFile file, Session session, Guarded home) {
        super(file, session);
        this.mutex = mutex(file, session);
        this.home = home;
    }

    /// The lock that all processes of this user know by a name: made when there is none, by one of those who
    /// ask at once. It is there until the last process that has it ends, or has closed it.
    ///
    /// @param name letters, digits, `.`, `_` and `-`
    /// @throws IllegalArgumentException when the name belongs to another kind of object
    public static Lock named(String name) {
        Names.checked(name);
        if (isNamedServed()) {
            return (Lock) namedServed(name, HEADER, null);
        }
        return ByName.get(name, HEADER, 0, session -> new Lock(HEADER, session), Lock.class);
    }

    /// The lock that there is by a name: `Lock.named` has made it.
    ///
    /// @throws IllegalArgumentException when there is none; it says which names there are
    public static Lock attach(String name) {
        return ByName.attach(name, Lock.class);
    }

    /// A new lock that serves first who comes first: of threads that always want it, in whichever
    /// processes, each has it as often as the others. Its price is a wake-up from one holder to the
    /// next, where any other lock is often taken again by a thread that is awake; and a waiter that is
    /// stopped, or has no processor, holds up all behind it. While nobody waits, it is as fast as
    /// any other.
    ///
    /// `tryAcquire()` goes before nobody who waits. After an `await()` of a [Condition], a thread
    /// is the last again. A waiter that is killed is passed over. At most 1024 threads can wait.
    public static Lock fair() {
        return new Lock(FAIR, "");
    }

    /// As [#fair()], with a name for errors and views.
    ///
    /// @param name a line of text, of at most 252 bytes in UTF-8
    public static Lock fair(String name) {
        return new Lock(FAIR, ObjectName.checked(name));
    }

    /// The lock behind a path that [#path] gave.
    ///
    /// @throws IllegalArgumentException when it is no lock of a living session
    public static Lock attach(Path path) {
        return attach(path, Lock.class);
    }

    /// Takes the lock, and waits for as long as that takes.
    ///
    /// @throws tandem.sync.UncheckedInterruptedException when interrupted while waiting
    public void acquire() {
        requireOpen();
        if (Halt.IS_ON) {
            object().haltUntil("acquire()", mutex::isAvailable);
        }
        mutex.acquire();
    }

    /// Takes the lock if it can be had within a time; a time of zero or less does not wait.
    ///
    /// @return whether this thread now holds it
    /// @throws tandem.sync.UncheckedInterruptedException when interrupted while waiting
    public boolean acquire(Duration time) {
        requireOpen();
        if (Halt.IS_ON) {
            Duration left = object().haltFor("acquire(%s s)", time, mutex::isAvailable);
            return Halt.gave(mutex.acquire(left));
        }
        return mutex.acquire(time);
    }

    /// Takes the lock if nobody else holds it.
    ///
    /// @return whether this thread now holds it
    public boolean tryAcquire() {
        requireOpen();
        if (Halt.IS_ON) {
            object().halt("tryAcquire()");
            return Halt.gave(mutex.tryAcquire());
        }
        return mutex.tryAcquire();
    }

    /// Gives the lock back, once for each time that it was taken.
    ///
    /// @throws IllegalMonitorStateException when this thread does not hold it; the message says who
    ///     does
    public void release() {
        if (Halt.IS_ON) {
            object().halt("release()");
        }
        mutex.release();
    }

    /// Takes the lock for the length of a `try`.
    public Held hold() {
        requireOpen();
        if (Halt.IS_ON) {
            object().haltUntil("hold()", mutex::isAvailable);
        }
        mutex.acquire();
        return new Held(this);
    }

    /// A new condition of this lock: threads that hold it wait there for each other's signals.
    public Condition newCondition() {
        return Condition.of(this);
    }

    /// The condition of this lock that all processes of this user know by a name: made when there is none.
    ///
    /// ```java
    /// var door = Lock.named("door");
    /// var opened = door.newCondition("opened");
    /// opened.close();
    /// door.close();
    /// ```
    ///
    /// @param name letters, digits, `.`, `_` and `-`
    /// @throws IllegalArgumentException when the name belongs to another kind of object, or to a
    ///     condition of another lock, or this lock has no name that others find
    public Condition newCondition(String name) {
        return Condition.named(name, this);
    }

    /// This lock for code that wants one of Java's, with the same meaning between processes:
    /// `lock()` cannot be interrupted, the other waits throw an [InterruptedException], and
    /// `newCondition()` makes a condition of this lock. It is of this JVM: what travels is the lock.
    ///
    /// @return a view, with nothing of its own
    public java.util.concurrent.locks.Lock asJava() {
        return new JavaLock(this);
    }

    /// Whether anybody holds the lock at this moment.
    public boolean isHeld() {
        requireOpen();
        if (Halt.IS_ON) {
            object().haltNow("isHeld()");
            return Halt.gave(mutex.isHeld());
        }
        return mutex.isHeld();
    }

    /// Frees the lock, whoever holds it, and says on the error output what it did. For a lock that
    /// was orphaned in a living process, as when Ctrl-C in JShell stopped a thread between
    /// `acquire()` and `release()`: nothing else frees it. What the lock guards may be half-written, and the next `hold()` is told so.
    ///
    /// A thread that did hold the lock learns of it at its next access or release, by an
    /// [IllegalMonitorStateException].
    public void breakLock() {
        requireOpen();
        if (Halt.IS_ON) {
            object().haltNow("breakLock()");
        }
        mutex.breakLock();
    }

    /// What has happened to the lock since it was made, in all processes. Never waits.
    public Stats stats() {
        Halt.glance();
        requireOpen();
        return new Stats(mutex.acquisitions(), mutex.waits(), mutex.recoveries());
    }

    /// What has happened to a lock. The figures are of about the same moment.
    ///
    /// @param acquisitions how often it was taken, not counting who held it already
    /// @param contended how often somebody else held it first
    /// @param meanWait how long it took those on average
    /// @param longestWait how long it took at most
    /// @param recoveries how often it was taken from a process that had died, or broken
    public record Stats(
            long acquisitions,
            long contended,
            Duration meanWait,
            Duration longestWait,
            long recoveries) {
        private Stats(long acquisitions, WaitCounts waits, long recoveries) {
            this(acquisitions, waits.waits(), waits.mean(), waits.longest(), recoveries);
        }
    }

    @Override
    String touches(String words) {
        return Halt.writes(Guarded.LOCK_OF + key(), Halt.WHOLE);
    }

    /// What a person calls it: the lock of an array is the array's.
    Shared object() {
        return home == null ? this : home;
    }

    /// The end of a [Held].
    void endHold() {
        if (Halt.IS_ON) {
            object().halt("release()");
        }
        mutex.release();
    }

    Exclusion mutex() {
        return mutex;
    }

    /// @return null for a lock on a server
    @Override
    Mutex ownMutex() {
        return mutex instanceof Mutex own ? own : null;
    }

    @Override
    public boolean isClosed() {
        return home == null ? super.isClosed() : home.isClosed();
    }

    /// The name of its file, for the header of what it is to guard.
    String fileFor(Session session, Kind kind) {
        requireOpen();
        requireFile("the lock of a new " + kind.prefix());
        if (session() != session) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "%s belongs to another session than the new %s"
                                    .formatted(path(), kind.prefix())));
        }
        return path().getFileName().toString();
    }

    /// Says that it guards another object than the one that it is in.
    void guardOthers() {
        if (home != null) {
            home.guardOthers();
        }
    }

    @Override
    String address() {
        return home == null ? super.address() : home.address() + LOCK_OF;
    }

    @Override
    void holderEnded(int holder) {
        mutex.wakeHeirs(holder);
    }

    /// Gives the file back. The lock of an array or a value goes with it, and cannot be closed alone.
    @Override
    public void close() {
        Halt.glance();
        if (home == null) {
            super.close();
        }
    }

    /// Its name, and who holds it, without waiting: `Lock(lock-4, free)`, `Lock(fork 1, held by WorkA
    /// (pid 4711))`.
    @Override
    public String toString() {
        Halt.glance();
        return "Lock(%s, %s)".formatted(name(), isClosed() ? "closed" : holder());
    }

    private String holder() {
        try {
            return mutex.holder();
        } catch (UnreachableException | IllegalStateException e) {
            return "out of reach";
        }
    }
}
