package tandem;

import tandem.memory.Arguments;
import tandem.memory.Header;
import tandem.memory.ObjectName;
import tandem.memory.SharedFile;
import tandem.memory.Trace;
import tandem.memory.Values;
import tandem.net.Member;
import tandem.net.Served;
import tandem.process.Child;
import tandem.session.Joined;
import tandem.session.Owner;
import tandem.session.Session;
import tandem.sync.Halt;
import tandem.sync.Mutex;
import tandem.sync.Mutexes;

import java.io.IOException;
import java.io.ObjectStreamException;
import java.io.Serial;
import java.io.Serializable;
import java.lang.ref.Cleaner;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// What several processes hold at once: an [Array], a [Value], a [Lock], an
/// [Event], a [Condition], a [Semaphore], a [Barrier], a
/// [Queue], a [ReadWriteLock], a [Pipe], or an object behind a [Manager].
///
/// A shared object can be given to `spawn`, or sent in anything else that is serialised: the
/// receiver gets a handle to the same memory. In one JVM it is one object, however often it arrives
/// or is attached, so that its lock is recursive everywhere.
///
/// All processes of a user find an object by its name, also those that were started apart:
/// `Array.named("board", "i", 100)` makes it, or gets the one that there is. It is there until the last
/// process that has it ends, or has closed it; nothing else ends that, and who returns it from a `call`
/// should not be the last.
///
/// Nobody has to close anything. The file behind an object goes when its creator can no longer reach
/// it and none of his running workers was given it, or when the session ends. All methods may be
/// called by any number of threads and processes at once.
///
/// ```java
/// var a = Array.of("i", 3);
/// a.path();                            // where it lies
/// a.close();
/// ```
public abstract sealed class Shared implements Serializable, AutoCloseable
        permits Guarded,
                Lock,
                Event,
                Condition,
                Semaphore,
                Barrier,
                Queue,
                ReadWriteLock,
                Manager,
                Pipe {
    @Serial private static final long serialVersionUID = 1;

    static final String LOCK_OF = "/lock";

    static final Cleaner CLEANER = Cleaner.create();
    private static final ConcurrentHashMap<Path, WeakReference<Shared>> HANDLES =
            new ConcurrentHashMap<>();

    /// Those of what a server has, by what the server calls it.
    private static final ConcurrentHashMap<String, WeakReference<Shared>> SERVED =
            new ConcurrentHashMap<>();

    /// Its file on this machine; null for what a server has.
    private final transient SharedFile file;

    private final transient Session session;

    /// What a server has; null for what has a file.
    private final transient Served served;

    /// Null for the lock of an array or a value, which goes with it.
    private transient Leave leave;

    private transient volatile boolean closed;

    Shared(SharedFile file, Session session) {
        this.file = file;
        this.session = session;
        this.served = null;
    }

    Shared(Served served) {
        this(new Place(null, null, served));
    }

    Shared(Place place) {
        this.file = place.file;
        this.session = place.session;
        this.served = place.served;
    }

    /// Where an object lies: in a file of a session, or on a server.
    record Place(SharedFile file, Session session, Served served) {
        /// Where one is made now that has no name for all.
        static Place make(Header header) {
            return make(header, 0, 0);
        }

        /// As the other, for what has a bound or begins with a number, which a file is told later.
        static Place make(Header header, long bound, long start) {
            return isMadeServed(null)
                    ? new Place(null, null, member().make("", header, null, null, bound, start))
                    : make(header, Session.current());
        }

        /// On this machine.
        static Place make(Header header, Session session) {
            return new Place(session.create(header), session, null);
        }
    }

    /// Makes this the one handle here of what it has made.
    final void registerMade() {
        if (served == null) {
            register(true);
        } else {
            registerServed();
        }
    }

    /// Whether what is made now without a name is made on a server.
    ///
    /// @param guard the lock that is to guard it, beside which it lies; null for none
    static boolean isMadeServed(Lock guard) {
        if (guard != null) {
            return guard.isServed();
        }
        Joined joined = Joined.current();
        return joined != null && joined.everything() && !Halt.IS_ON;
    }

    /// Whether names are those of a server.
    static boolean isNamedServed() {
        return Joined.isOn() && !Halt.IS_ON;
    }

    /// Makes this the one handle of its file here.
    ///
    /// @param isOwner whether the file goes with it
    final void register(boolean isOwner) {
        WeakReference<Shared> reference = new WeakReference<>(this);
        leave = new Leave(path(), session, reference, ownMutex(), isOwner);
        if (isOwner) {
            Halt.made();
        }
        HANDLES.put(path(), reference);
        leave.cleanable = CLEANER.register(this, leave);
        if (session.isCommon() && !file.givenName().isEmpty()) {
            stayUntilClosed();
        }
    }

    /// Makes this the one handle here of what a server has.
    final void registerServed() {
        WeakReference<Shared> reference = new WeakReference<>(this);
        SERVED.put(served.id(), reference);
        if (!served.isNamed()) {
            Served gone = served;
            CLEANER.register(this, () -> leaveServed(gone, reference));
        }
    }

    private static void leaveServed(Served gone, WeakReference<Shared> handle) {
        if (SERVED.remove(gone.id(), handle)) {
            gone.closeLater(() -> SERVED.containsKey(gone.id()));
        }
    }

    /// Forgets what a server has: this process leaves it.
    static void leaveServer() {
        SERVED.clear();
    }

    /// The one handle of this JVM for what a server has.
    ///
    /// @return null when the server has no such object
    static Shared served(String id) {
        synchronized (SERVED) {
            Shared known = reachable(SERVED.get(id));
            if (known != null) {
                return known;
            }
            Served served = member().open(id);
            return served == null ? null : open(served);
        }
    }

    /// Where this process has joined, or joins now.
    static Member member() {
        try {
            Session session = Session.current();
            return Member.get(session.roster().name(session.holder()));
        } catch (RuntimeException e) {
            throw Trace.trim(e);
        }
    }

    /// Before a worker starts: the server is told of its end, and what it returns is this process's.
    static void joinFirst() {
        if (isNamedServed()) {
            member();
        }
    }

    private static Shared open(Served served) {
        Lock guard = served.guard() == null ? null : guardOf(served.guard());
        Shared shared = ServedKinds.open(served, guard);
        shared.registerServed();
        return shared;
    }

    /// The lock of another object.
    private static Lock guardOf(Served guard) {
        Shared known = reachable(SERVED.get(guard.id()));
        Shared shared = known == null ? open(guard) : known;
        return shared instanceof Guarded guarded ? guarded.lock() : (Lock) shared;
    }

    /// The object that all find by a name on the server: made there when there is none.
    static Shared namedServed(String name, Header header, Values first) {
        return namedServed(name, header, 0, () -> open(member().make(name, header, first, null)));
    }

    /// As the other, for what has a bound or begins with a number.
    static Shared namedServed(String name, Header header, long bound, long start) {
        return namedServed(
                name,
                header,
                bound,
                () -> open(member().make(name, header, null, null, bound, start)));
    }

    /// As the others, for what the lock of another object guards.
    static Shared namedGuarded(String name, Header header, Lock guard) {
        return namedServed(
                name,
                header,
                0,
                () -> open(member().make(name, header, null, guard.object().served)));
    }

    private static Shared namedServed(
            String name, Header header, long bound, Supplier<Shared> maker) {
        synchronized (SERVED) {
            Shared known = reachable(SERVED.get(Served.idOf(name)));
            boolean isIt =
                    known != null && known.header().equals(header) && known.served.bound() == bound;
            return isIt ? known : maker.get();
        }
    }

    /// Makes what has no name for all on the server.
    static Shared makeServed(Header header, Values first, Lock guard) {
        return open(member().make("", header, first, guard == null ? null : guard.object().served));
    }

    /// Says that this process has it until it is closed, also when no handle can be reached.
    final void stayUntilClosed() {
        leave.staysUntilClosed = true;
    }

    /// The mutex in its file, null when there is none.
    abstract Mutex ownMutex();

    /// What is to be done when nobody has a handle any more, as it was closed or is unreachable.
    private static final class Leave implements Runnable {
        private final Path path;
        private final Session session;
        private final WeakReference<Shared> handle;

        /// Kept reachable: as long as one of its users is, there is no second one for the file.
        private final Mutex mutex;

        private final boolean isOwner;
        private volatile boolean staysUntilClosed;
        private Cleaner.Cleanable cleanable;

        Leave(
                Path path,
                Session session,
                WeakReference<Shared> handle,
                Mutex mutex,
                boolean isOwner) {
            this.path = path;
            this.session = session;
            this.handle = handle;
            this.mutex = mutex;
            this.isOwner = isOwner;
        }

        @Override
        public void run() {
            synchronized (HANDLES) {
                boolean wasOnly = HANDLES.remove(path, handle);
                if (mutex != null) {
                    Mutexes.leave(path, mutex);
                }
                if (isOwner && !staysUntilClosed && (wasOnly || !session.isCommon())) {
                    session.free(path);
                }
            }
        }
    }

    static Mutex mutex(SharedFile file, Session session) {
        return Mutexes.of(file, session);
    }

    /// The one handle of this JVM for a file.
    static Shared attach(Path path) {
        Path real;
        try {
            real = path.toRealPath();
        } catch (IOException e) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "there is no shared object %s (any more)".formatted(path)));
        }
        Shared known = reachable(HANDLES.get(real));
        if (known != null) {
            return known;
        }
        synchronized (HANDLES) {
            known = reachable(HANDLES.get(real));
            if (known == null) {
                known = open(real);
                known.register(known.session.accept(known.file));
            }
            return known;
        }
    }

    /// The handle of this JVM for a file, null when it has none.
    static Shared known(Path path) {
        return reachable(HANDLES.get(path));
    }

    /// What it was made as: `Array(i, 100)`.
    final String form() {
        return served == null
                ? file.header().kind().form(file.header(), file.page())
                : served.header().kind().form(served.header(), served.bound());
    }

    final Header header() {
        return served == null ? file.header() : served.header();
    }

    /// What a person has called it, empty for nothing.
    final String givenName() {
        return served == null ? file.givenName() : served.givenName();
    }

    /// Whether a server has it.
    final boolean isServed() {
        return served != null;
    }

    /// Only of what a server has.
    final Served served() {
        return served;
    }

    /// For what only a file of this machine has.
    ///
    /// @param call as in `path()`
    final void requireFile(String call) {
        if (served != null) {
            throw served.onlyHere(call);
        }
    }

    static <S extends Shared> S attach(Path path, Class<S> type) {
        Arguments.required(path, "the path");
        Shared shared;
        try {
            shared = attach(path);
        } catch (RuntimeException e) {
            throw Trace.trim(e);
        }
        if (!type.isInstance(shared)) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "%s is no %s: it is %s".formatted(path, type.getSimpleName(), shared)));
        }
        return type.cast(shared);
    }

    private static Shared open(Path path) {
        if (path.getParent() == null || !Files.isRegularFile(path)) {
            throw Trace.trim(new IllegalArgumentException(path + " is no file of a shared object"));
        }
        Session session;
        try {
            session = Session.of(path.getParent());
        } catch (IllegalArgumentException e) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "%s is not in the directory of a session: %s"
                                    .formatted(path, e.getMessage())));
        }
        SharedFile file = session.open(path.getFileName().toString());
        return switch (file.header().kind()) {
            case ARRAY -> Array.open(file, session);
            case VALUE -> Value.open(file, session);
            case LOCK -> new Lock(file, session);
            case EVENT -> new Event(file, session);
            case CONDITION -> Condition.open(file, session);
            case SEMAPHORE -> new Semaphore(file, session);
            case BARRIER -> new Barrier(file, session);
            case QUEUE -> new Queue<>(file, session);
            case READ_WRITE_LOCK -> new ReadWriteLock(file, session);
            case MANAGER -> new Manager(file, session);
            case PIPE -> new Pipe<>(file, session);
            case ROSTER ->
                    throw Trace.trim(new IllegalArgumentException(path + " is no shared object"));
        };
    }

    /// All that this process has a handle of, by their names.
    static List<Shared> all() {
        return Stream.concat(HANDLES.values().stream(), SERVED.values().stream())
                .map(Shared::reachable)
                .filter(Objects::nonNull)
                .filter(shared -> !shared.name().equals(ObjectName.OF_KIT))
                .sorted(Comparator.comparing(Shared::name))
                .toList();
    }

    private static Shared reachable(WeakReference<Shared> reference) {
        Shared shared = reference == null ? null : reference.get();
        return shared == null || shared.closed ? null : shared;
    }

    /// What errors and views call it: the name that it was given, else that of its file, as in
    /// `array-7`.
    public String name() {
        return served == null ? file.name() : served.name();
    }

    /// @param name a checked one
    final void giveName(String name) {
        if (!(served == null ? file.giveName(name) : served.giveName(name))) {
            throw Trace.trim(
                    new IllegalStateException(
                            "%s has its name already, and keeps it: it cannot be named %s"
                                    .formatted(name(), name)));
        }
    }

    /// The file behind this object, for `attach` in a process that was not given it.
    ///
    /// @throws UnsupportedOperationException when it lives on a server
    public Path path() {
        requireFile("path()");
        return file.path();
    }

    /// The server that has it, as in `10.0.0.7:7801`; empty for what lies in a file of this machine.
    public String server() {
        return served == null ? "" : served.server();
    }

    /// Gives the file back now, if this process made the object, and takes the handle out of use.
    /// Others who hold it can go on; nobody can attach it any more, but what was got by a name, until all
    /// have closed it. Closing twice does nothing.
    @Override
    public void close() {
        Halt.glance();
        giveBack();
    }

    final void giveBack() {
        boolean wasClosed = closed;
        closed = true;
        if (served != null) {
            if (!wasClosed) {
                SERVED.computeIfPresent(
                        served.id(), (_, handle) -> handle.refersTo(this) ? null : handle);
                served.close();
            }
            return;
        }
        leave.staysUntilClosed = false;
        leave.cleanable.clean();
    }

    /// Whether this handle was closed, so that it is out of use.
    public boolean isClosed() {
        return closed;
    }

    boolean isOutOfUse() {
        return isClosed();
    }

    /// @throws IllegalStateException when this handle is closed
    final void requireOpen() {
        if (isOutOfUse()) {
            throw Trace.trim(new IllegalStateException(name() + " is closed"));
        }
    }

    /// Halts before an access, in a program that is run step by step.
    ///
    /// @param words what comes, as one would type it behind the object
    void halt(String words) {
        haltNow(words);
    }

    /// As `halt`, whoever holds a lock.
    final void haltNow(String words) {
        Halt.before(name(), words, Halt.When.ALWAYS, null, 0, this::toString, touched(words));
    }

    /// As `halt`, before an access that has to wait unless something is so.
    final void haltUntil(String words, BooleanSupplier isReady) {
        Halt.before(name(), words, Halt.When.READY, isReady, 0, this::toString, touched(words));
    }

    /// As `haltUntil`, for at most a time.
    ///
    /// @return how long is to be waited still
    final Duration haltFor(String words, Duration time, BooleanSupplier isReady) {
        double seconds = Arguments.required(time, "the time").toNanos() / 1e9;
        return Halt.before(
                        name(),
                        words.formatted(seconds),
                        Halt.When.TIMED,
                        isReady,
                        seconds,
                        this::toString,
                        touched(words))
                ? Duration.ZERO
                : time;
    }

    /// What is known by name may be another thing in the next run.
    private String touched(String words) {
        return session.isCommon() ? Halt.ANYTHING : touches(words);
    }

    /// What an access touches of all that is shared, as [Halt#reads] and [Halt#writes] say it; for kinds of
    /// which that is not known, anything.
    ///
    /// @param words what comes, as one would type it behind the object
    String touches(String words) {
        return Halt.ANYTHING;
    }

    /// How what it shares is called for [#touches(String)], whatever name it has for a person.
    final String key() {
        return path().getFileName().toString();
    }

    final SharedFile file() {
        return file;
    }

    final Session session() {
        return session;
    }

    @Serial
    final Object writeReplace() throws ObjectStreamException {
        keep();
        return new Reference(address());
    }

    /// The name by which another process attaches it. Called when it is about to be sent to a child,
    /// or, as a part of a result, to the parent, to which it belongs from then on.
    final String depart() {
        if (!keep()) {
            giveToParent();
        }
        return address();
    }

    /// Whether its session says who has it: a file that is not there by its name.
    final boolean isOfSession() {
        return served == null && !session.isCommon();
    }

    /// Whether it is being sent to a child.
    private boolean keep() {
        requireOpen();
        return Child.keep(this, this::childEnded);
    }

    void giveToParent() {
        if (served != null) {
            served.giveToParent();
            return;
        }
        session.owners().give(file, session.owners().parent());
    }

    /// Makes it over to whoever opens it next.
    final void send() {
        giveTo(Owner.NEXT);
    }

    /// Makes it over. What a server has is had by all who have opened it.
    final void giveTo(Owner owner) {
        if (served == null) {
            session.owners().give(file, owner);
        }
    }

    /// Takes it back when it was not sent after all.
    final void keepOwn() {
        session.owners().takeBack(file);
    }

    /// The child is of the session that this process lives in, and named by its number there.
    private void childEnded(int holder) {
        if (session == Session.current()) {
            holderEnded(holder);
        }
    }

    static Object arrive(String name) {
        if (Served.isAddress(name)) {
            return arriveServed(Served.idIn(name));
        }
        if (name.endsWith(Managed.OBJECT_OF)) {
            return attach(
                            Path.of(name.substring(0, name.length() - Managed.OBJECT_OF.length())),
                            Manager.class)
                    .handler();
        }
        return name.endsWith(LOCK_OF)
                ? attach(
                                Path.of(name.substring(0, name.length() - LOCK_OF.length())),
                                Guarded.class)
                        .lock()
                : attach(Path.of(name));
    }

    /// Only what a server has: no name from another machine opens a file of this one.
    static Object arriveFromOthers(String name) {
        if (!Served.isAddress(name)) {
            throw Trace.trim(
                    new IllegalArgumentException("%s is no object of a server".formatted(name)));
        }
        return arrive(name);
    }

    /// @throws IllegalArgumentException when other machines cannot have it
    static void requireServed(Object shared) {
        if (!(shared instanceof Shared known && known.isServed())) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "%s is shared on this machine alone, and cannot go to another: what is made by its name is everybody's who has joined, as in Array.named(\"board\", \"i\", 100)"
                                    .formatted(
                                            shared instanceof Shared known
                                                    ? known.name()
                                                    : shared)));
        }
    }

    private static Object arriveServed(String id) {
        boolean isLock = id.endsWith(LOCK_OF);
        String of = isLock ? id.substring(0, id.length() - LOCK_OF.length()) : id;
        Shared shared = served(of);
        if (shared == null) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "there is no shared object %s on %s (any more)"
                                    .formatted(of, member().address())));
        }
        return isLock ? ((Guarded) shared).lock() : shared;
    }

    /// The path of the file; for the lock of an array or a value, that of its file with `LOCK_OF` behind it.
    String address() {
        return served == null ? path().toString() : served.address();
    }

    /// Called when a worker that was given this object has ended, and may have held its lock.
    void holderEnded(int holder) {}

    /// How a shared object travels. (No record: reading one links method handles, which would cost a worker
    /// milliseconds of its start.)
    private static final class Reference implements Serializable {
        @Serial private static final long serialVersionUID = 1;

        private final String name;

        Reference(String name) {
            this.name = name;
        }

        @Serial
        private Object readResolve() {
            return arrive(name);
        }
    }
}
