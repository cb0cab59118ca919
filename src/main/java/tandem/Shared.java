package tandem;

import tandem.memory.Layout;
import tandem.memory.Session;
import tandem.memory.SharedFile;
import tandem.memory.Trace;
import tandem.process.Child;
import tandem.sync.Mutex;

import java.io.IOException;
import java.io.ObjectStreamException;
import java.io.Serial;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.lang.ref.Cleaner;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;

/// What several processes hold at once: an [Array], a [Lock] or an [Event].
///
/// A shared object can be given to `spawn`, or sent in anything else that is serialised: the
/// receiver gets a handle to the same memory. In one JVM it is one object, however often it arrives
/// or is attached, so that its lock is recursive everywhere.
///
/// Nobody has to close anything. The file behind an object goes when its creator can no longer reach
/// it and none of his running workers was given it, or when the session ends. All methods may be
/// called by any number of threads and processes at once.
public abstract sealed class Shared implements Serializable, AutoCloseable
        permits Array, Lock, Event {
    @Serial private static final long serialVersionUID = 1;

    static final String LOCK_OF = "/lock";

    private static final Cleaner CLEANER = Cleaner.create();
    private static final ConcurrentHashMap<Path, WeakReference<Shared>> HANDLES =
            new ConcurrentHashMap<>();

    /// One for each file with a lock. A mutex that is held outlives its handle: who attaches the
    /// file again can release it.
    private static final ConcurrentHashMap<Path, Mutex> MUTEXES = new ConcurrentHashMap<>();

    private final transient SharedFile file;
    private final transient Session session;

    /// Set for the handle that owns the file, null for one that attached it.
    private transient Cleaner.Cleanable deletion;

    private transient volatile boolean closed;

    Shared(SharedFile file, Session session) {
        this.file = file;
        this.session = session;
    }

    /// Makes this handle the owner of its file: the file goes with it.
    final void own() {
        Path path = path();
        HANDLES.put(path, new WeakReference<>(this));
        deletion = CLEANER.register(this, () -> delete(path));
    }

    static Mutex mutex(SharedFile file, Session session) {
        return MUTEXES.computeIfAbsent(file.path(), _ -> new Mutex(file, session));
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
                WeakReference<Shared> reference = new WeakReference<>(known);
                HANDLES.put(real, reference);
                CLEANER.register(known, () -> forget(real, reference));
            }
            return known;
        }
    }

    static <S extends Shared> S attach(Path path, Class<S> type) {
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
            case Layout.KIND_ARRAY -> openArray(file, session);
            case Layout.KIND_LOCK -> new Lock(file, session);
            case Layout.KIND_EVENT -> new Event(file, session);
            default ->
                    throw Trace.trim(
                            new IllegalArgumentException(path + " is no Array, Lock or Event"));
        };
    }

    private static Array openArray(SharedFile file, Session session) {
        try {
            return Array.open(file, session);
        } catch (IllegalArgumentException e) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "%s cannot be attached, because of its lock: %s"
                                    .formatted(file.path(), e.getMessage())));
        }
    }

    private static Shared reachable(WeakReference<Shared> reference) {
        Shared shared = reference == null ? null : reference.get();
        return shared == null || shared.closed ? null : shared;
    }

    private static void forget(Path path, WeakReference<Shared> handle) {
        HANDLES.remove(path, handle);
        MUTEXES.computeIfPresent(path, (_, mutex) -> mutex.isOwned() ? mutex : null);
    }

    private static void delete(Path path) {
        forget(path, HANDLES.get(path));
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The file behind this object, for `attach` in a process that was not given it.
    public Path path() {
        return file.path();
    }

    /// Gives the file back now, if this process made the object, and takes the handle out of use.
    /// Others who hold it can go on; nobody can attach it any more. Closing twice does nothing.
    @Override
    public void close() {
        closed = true;
        HANDLES.computeIfPresent(
                path(), (_, reference) -> reference.refersTo(this) ? null : reference);
        if (deletion != null) {
            deletion.clean();
        }
    }

    final boolean isClosed() {
        return closed;
    }

    /// @throws IllegalStateException when this handle is closed
    final void requireOpen() {
        if (closed) {
            throw Trace.trim(new IllegalStateException(path().getFileName() + " is closed"));
        }
    }

    final SharedFile file() {
        return file;
    }

    final Session session() {
        return session;
    }

    @Serial
    final Object writeReplace() throws ObjectStreamException {
        return new Reference(depart());
    }

    /// The name by which a child attaches it. Called when it is about to be sent to one.
    final String depart() {
        requireOpen();
        Child.keep(this, this::holderEnded);
        return name();
    }

    static Shared arrive(String name) {
        return name.endsWith(LOCK_OF)
                ? attach(Path.of(name.substring(0, name.length() - LOCK_OF.length())), Array.class)
                        .lock()
                : attach(Path.of(name));
    }

    /// The path of the file; for the lock of an array, that of the array with `LOCK_OF` behind it.
    String name() {
        return path().toString();
    }

    /// Called when a worker that was given this object has ended, and may have held its lock.
    void holderEnded(int holder) {}

    /// How a shared object travels. (No record: see [Task].)
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
