package tandem;

import tandem.memory.Guard;
import tandem.memory.Header;
import tandem.memory.Kind;
import tandem.memory.SharedFile;
import tandem.memory.Trace;
import tandem.memory.Typecode;
import tandem.net.Served;
import tandem.session.Session;
import tandem.sync.Exclusion;
import tandem.sync.Halt;
import tandem.sync.Mutex;
import tandem.sync.UnreachableException;

import java.io.Serial;
import java.time.Duration;
import java.util.Set;

/// What a lock guards, its own or one that other objects share: an [Array] or a [Value].
///
/// Every access takes the lock, so that whoever holds it is alone. What was made with `lock` = false
/// has none: its accesses are plain memory accesses, fast, and free to lose updates.
///
/// ```java
/// var a = Array.of("i", 3);
/// try (var held = a.hold()) {
///     a.set(0, a.get(0) + 1);
/// }
/// a.lock().isHeld()                    // ==> false
/// ```
public abstract sealed class Guarded extends Shared permits Array, Value {
    /// Before the key of an object, for its lock.
    static final String LOCK_OF = "lock of ";

    private static final Set<String> OF_LOCK =
            Set.of("acquire", "tryAcquire", "release", "hold", "isHeld", "breakLock");
    private static final Set<String> READS = Set.of("get", "getDouble", "slice");

    /// What is a read and a write where there is no lock.
    private static final Set<String> HALVES = Set.of("add", "update", "updateDouble");

    @Serial private static final long serialVersionUID = 1;

    private final transient Lock lock;

    /// The lock's, null without one: saves every access a step.
    final transient Exclusion mutex;

    /// @param shared the lock of another object, null when it has one of its own, or none
    Guarded(SharedFile file, Session session, Lock shared) {
        super(file, session);
        this.lock = isOwnLock() ? new Lock(file, session, this) : shared;
        this.mutex = lock == null ? null : lock.mutex();
        if (shared != null) {
            shared.guardOthers();
        }
    }

    /// @param shared as in the other
    Guarded(Served served, Lock shared) {
        super(served);
        this.lock = isOwnLock() ? new Lock(served, this) : shared;
        this.mutex = lock == null ? null : lock.mutex();
    }

    /// Where an object is made that a lock is to guard: among those by name when the lock is.
    ///
    /// @param lock null for none
    static Session sessionFor(Lock lock) {
        return lock != null && lock.session().isCommon() ? lock.session() : Session.current();
    }

    /// @param ownLock whether it gets a lock of its own
    /// @param shared the lock that is to guard it, on a server, null for none
    static Header headerOf(
            Kind kind, Typecode typecode, long length, boolean ownLock, Lock shared) {
        Guard guard = ownLock ? Guard.OWN : shared == null ? Guard.NONE : Guard.ELSEWHERE;
        String guardId = shared == null ? "" : shared.object().served().id();
        return new Header(kind, typecode, guard, guardId, length);
    }

    /// Makes the file of a new object.
    ///
    /// @param ownLock whether it gets a lock of its own
    /// @param shared the lock that is to guard it, null for none
    static SharedFile create(
            Session session,
            Kind kind,
            Typecode typecode,
            long length,
            boolean ownLock,
            Lock shared) {
        Guard guard = ownLock ? Guard.OWN : shared == null ? Guard.NONE : Guard.ELSEWHERE;
        String guardFile = shared == null ? "" : shared.fileFor(session, kind);
        return session.create(new Header(kind, typecode, guard, guardFile, length));
    }

    /// The lock of another object that guards a file, null when none does.
    static Lock elsewhere(SharedFile file, Session session) {
        if (file.header().guard() != Guard.ELSEWHERE) {
            return null;
        }
        try {
            String name = file.header().guardFile();
            if (session.open(name).header().guard() != Guard.OWN) {
                throw new IllegalArgumentException(
                        "%s is damaged: %s, which is to guard it, has no lock"
                                .formatted(file.path(), name));
            }
            Shared guard = attach(session.directory().resolve(name), Shared.class);
            return guard instanceof Guarded guarded ? guarded.lock() : (Lock) guard;
        } catch (IllegalArgumentException e) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "%s cannot be attached, because of its lock: %s"
                                    .formatted(file.path(), e.getMessage())));
        }
    }

    private boolean isOwnLock() {
        return header().guard() == Guard.OWN;
    }

    /// An access to the lock writes that; one to what is guarded needs it free, and leaves it so. Where there is
    /// no lock, the first half of a change only reads.
    @Override
    final String touches(String words) {
        String guard =
                switch (header().guard()) {
                    case NONE -> null;
                    case OWN -> LOCK_OF + key();
                    case ELSEWHERE -> LOCK_OF + header().guardFile();
                };
        String call = words.substring(0, words.indexOf('('));
        if (OF_LOCK.contains(call)) {
            return Halt.writes(guard, Halt.WHOLE);
        }
        boolean isRead =
                READS.contains(call)
                        || guard == null && HALVES.contains(call) && !words.contains(", writes ");
        String cell = cell(words);
        String own = isRead ? Halt.reads(key(), cell) : Halt.writes(key(), cell);
        return guard == null ? own : own + Halt.reads(guard, Halt.WHOLE);
    }

    /// Which of its elements an access is to.
    ///
    /// @param words what comes, as one would type it behind the object
    String cell(String words) {
        return Halt.WHOLE;
    }

    /// How one would be made that has a lock.
    abstract String withLock();

    /// Takes the lock, and waits for as long as that takes. The thread that has it may take it again.
    ///
    /// @throws UnsupportedOperationException when there is no lock
    /// @throws tandem.sync.UncheckedInterruptedException when interrupted while waiting
    public void acquire() {
        lock("acquire()").acquire();
    }

    /// Takes the lock if it can be had within a time; a time of zero or less does not wait.
    ///
    /// @return whether this thread now holds it
    /// @throws UnsupportedOperationException when there is no lock
    /// @throws tandem.sync.UncheckedInterruptedException when interrupted while waiting
    public boolean acquire(Duration time) {
        return lock("acquire(Duration)").acquire(time);
    }

    /// Takes the lock if nobody else holds it.
    ///
    /// @return whether this thread now holds it
    /// @throws UnsupportedOperationException when there is no lock
    public boolean tryAcquire() {
        return lock("tryAcquire()").tryAcquire();
    }

    /// Gives the lock back, once for each time that it was taken.
    ///
    /// @throws UnsupportedOperationException when there is no lock
    /// @throws IllegalMonitorStateException when this thread does not hold it
    public void release() {
        if (mutex == null) {
            throw noLock("release()");
        }
        if (Halt.IS_ON) {
            haltNow("release()");
        }
        mutex.release();
    }

    /// Takes the lock for the length of a `try`.
    ///
    /// @throws UnsupportedOperationException when there is no lock
    /// @throws tandem.sync.UncheckedInterruptedException when interrupted while waiting
    public Held hold() {
        return lock("hold()").hold();
    }

    /// The lock that guards it.
    ///
    /// @throws UnsupportedOperationException when there is none
    public Lock lock() {
        return lock("lock()");
    }

    private Lock lock(String method) {
        requireOpen();
        if (lock == null) {
            throw noLock(method);
        }
        return lock;
    }

    private UnsupportedOperationException noLock(String method) {
        return Trace.trim(
                new UnsupportedOperationException(
                        ("%s is refused: this %s was made with lock=false and has no lock."
                                        + " %s makes one that has")
                                .formatted(method, header().kind().title(), withLock())));
    }

    /// What `toString` says of the lock, behind what it guards.
    final String describeLock() {
        if (mutex == null) {
            return ", no lock)";
        }
        try {
            return mutex.isHeld() ? ") " + mutex.holder() : ")";
        } catch (UnreachableException | IllegalStateException e) {
            return ")";
        }
    }

    /// Says that its lock guards another object as well.
    void guardOthers() {}

    @Override
    final void holderEnded(int holder) {
        if (mutex != null) {
            mutex.wakeHeirs(holder);
        }
    }

    @Override
    final Mutex ownMutex() {
        return isOwnLock() && mutex instanceof Mutex own ? own : null;
    }

    @Override
    final void giveToParent() {
        super.giveToParent();
        if (lock != null && !isOwnLock()) {
            lock.giveToParent();
        }
    }
}
