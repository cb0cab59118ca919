package tandem;

import tandem.memory.Guard;
import tandem.memory.Header;
import tandem.memory.Kind;
import tandem.memory.Layout;
import tandem.memory.SharedFile;
import tandem.memory.WaitCounts;
import tandem.net.Served;
import tandem.session.Names;
import tandem.session.Session;
import tandem.sync.Halt;
import tandem.sync.Mutex;
import tandem.sync.Shares;
import tandem.sync.Sharing;
import tandem.sync.UnreachableException;

import java.io.Serial;
import java.nio.file.Path;
import java.time.Duration;

/// A lock that any number of threads hold at a time to read, in whichever processes, or one holds to
/// write. [#read()] and [#write()] are its two sides, each used like a [Lock].
///
/// ```java
/// var board = Array.of("i", 3, false);
/// var lock = new ReadWriteLock();
/// try (var held = lock.write().hold()) {   // alone
///     board.set(0, 5);
/// }
/// try (var held = lock.read().hold()) {    // together with other readers
///     board.get(0);
/// }
/// board.get(0)                             // ==> 5
/// ```
///
/// First come, first served: readers that wait side by side go together, and a reader that comes while
/// a writer waits goes after it. A thread that reads may read again, also then; one that writes may
/// write again, and read. When it gives `write()` back before `read()`, it goes on as a reader, and
/// nobody has written in between. The other way, from `read()` to `write()`, is refused: two that tried
/// would wait for each other for ever.
///
/// What a killed process had comes back, at once if a parent of the session sees it end, else within a
/// tenth of a second of somebody's waiting. When it was writing, what the lock guards may be half-written:
/// then [Held#recovered] tells so to readers until it has told a writer, who can mend it.
///
/// Of a circle of threads that wait for each other for ever, the part through who writes is found, as
/// with a lock; one through a reader is not, as there are others beside it: give
/// [Side#acquire(Duration)] a time where that can be. Taking and giving back costs about ten
/// times as much as with a lock: it pays where reading takes some microseconds or more. At most 1024
/// threads can hold it or wait.
public final class ReadWriteLock extends Shared {
    @Serial private static final long serialVersionUID = 1;

    private static final Header HEADER =
            new Header(Kind.READ_WRITE_LOCK, null, Guard.NONE, "", Layout.ROWS);

    /// Of its file, null when a server has it.
    private final transient Mutex mutex;

    private final transient Sharing shares;
    private final transient Side read = new Side(this, Sharing.Access.READ);
    private final transient Side write = new Side(this, Sharing.Access.WRITE);

    /// A new one, free.
    public ReadWriteLock() {
        this(Place.make(HEADER));
    }

    private ReadWriteLock(Session session) {
        this(Place.make(HEADER, session));
    }

    /// Of a new one.
    private ReadWriteLock(Place place) {
        super(place);
        if (place.served() != null) {
            this.mutex = null;
            this.shares = place.served().shares();
        } else {
            this.mutex = mutex(place.file(), place.session());
            this.shares = new Shares(place.file(), place.session(), mutex);
        }
        registerMade();
    }

    ReadWriteLock(Served served) {
        super(served);
        this.mutex = null;
        this.shares = served.shares();
    }

    ReadWriteLock(SharedFile file, Session session) {
        super(file, session);
        this.mutex = mutex(file, session);
        this.shares = new Shares(file, session, mutex);
    }

    /// The lock behind a path that [#path] gave.
    ///
    /// @throws IllegalArgumentException when it is no such lock of a living session
    public static ReadWriteLock attach(Path path) {
        return attach(path, ReadWriteLock.class);
    }

    /// The lock that all processes of this user know by a name: made when there is none, by one of those
    /// who ask at once. It is there until the last process that has it ends, or has closed it.
    ///
    /// @param name letters, digits, `.`, `_` and `-`
    /// @throws IllegalArgumentException when the name belongs to another kind of object
    public static ReadWriteLock named(String name) {
        Names.checked(name);
        if (isNamedServed()) {
            return (ReadWriteLock) namedServed(name, HEADER, 0, 0);
        }
        return ByName.get(name, HEADER, 0, ReadWriteLock::new, ReadWriteLock.class);
    }

    /// The lock that there is by a name: `ReadWriteLock.named` has made it.
    ///
    /// @throws IllegalArgumentException when there is none; it says which names there are
    public static ReadWriteLock attach(String name) {
        return ByName.attach(name, ReadWriteLock.class);
    }

    /// The side of those who read: any number at a time, while nobody writes.
    public Side read() {
        return read;
    }

    /// The side of those who write: one at a time, while nobody reads.
    public Side write() {
        return write;
    }

    Sharing openShares() {
        requireOpen();
        return shares;
    }

    Sharing shares() {
        return shares;
    }

    @Override
    Mutex ownMutex() {
        return mutex;
    }

    @Override
    void holderEnded(int holder) {
        shares.holderEnded(holder);
    }

    /// What has happened to the lock since it was made, in all processes. Never waits.
    public Stats stats() {
        Halt.glance();
        requireOpen();
        WaitCounts waits = shares.waits();
        return new Stats(
                shares.taken(), waits.waits(), waits.mean(), waits.longest(), shares.recoveries());
    }

    /// What has happened to a read-write lock. The figures are of about the same moment.
    ///
    /// @param acquisitions how often it was taken, to read or to write, not counting who held it already
    /// @param contended how often a thread had to wait for it
    /// @param meanWait how long it took those on average
    /// @param longestWait how long it took at most
    /// @param recoveries how often a process has died that was writing
    public record Stats(
            long acquisitions,
            long contended,
            Duration meanWait,
            Duration longestWait,
            long recoveries) {}

    /// Its name, and who holds it, without waiting: `ReadWriteLock(readwritelock-4, free)`,
    /// `ReadWriteLock(board, read by WorkA (pid 4711) and WorkB (pid 4712))`.
    @Override
    public String toString() {
        Halt.glance();
        return "ReadWriteLock(%s, %s)".formatted(name(), isClosed() ? "closed" : state());
    }

    private String state() {
        try {
            return shares.holders();
        } catch (UnreachableException | IllegalStateException e) {
            return "out of reach";
        }
    }
}
