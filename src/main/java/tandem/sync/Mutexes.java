package tandem.sync;

import tandem.memory.SharedFile;
import tandem.session.Session;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/// The mutexes of this JVM: one for each file with a lock, for as long as anybody can reach it. One
/// that is held outlives its handles: who attaches the file again can release it.
public final class Mutexes {
    private static final Map<Path, Reference> ALL = new HashMap<>();
    private static final Map<Path, Mutex> HELD = new HashMap<>();
    private static final ReferenceQueue<Mutex> GONE = new ReferenceQueue<>();

    private Mutexes() {}

    private static final class Reference extends WeakReference<Mutex> {
        final Path path;

        Reference(Path path, Mutex mutex) {
            super(mutex, GONE);
            this.path = path;
        }
    }

    public static synchronized Mutex of(SharedFile file, Session session) {
        for (Reference gone; (gone = (Reference) GONE.poll()) != null; ) {
            ALL.remove(gone.path, gone);
        }
        Path path = file.path();
        Reference reference = ALL.get(path);
        Mutex mutex = reference == null ? null : reference.get();
        if (mutex == null || mutex.isClosed()) {
            mutex = new Mutex(file, session);
            ALL.put(path, new Reference(path, mutex));
        }
        HELD.remove(path);
        return mutex;
    }

    /// Says that the memory of a mutex is about to be given back.
    public static synchronized void retire(Path path, Mutex mutex) {
        if (isCurrent(path, mutex)) {
            ALL.remove(path);
        }
    }

    /// Says that a handle of the file is gone. A mutex that was retired is kept no longer, though a
    /// thread may just have taken it.
    public static synchronized void leave(Path path, Mutex mutex) {
        HELD.values().removeIf(held -> !held.isOwned());
        if (isCurrent(path, mutex) && mutex.isOwned()) {
            HELD.put(path, mutex);
        }
    }

    /// Whether a thread of this process holds one.
    static synchronized boolean isAnyOwned() {
        return Stream.concat(ALL.values().stream().map(Reference::get), HELD.values().stream())
                .anyMatch(mutex -> mutex != null && mutex.isOwned());
    }

    private static boolean isCurrent(Path path, Mutex mutex) {
        Reference reference = ALL.get(path);
        return reference != null && reference.refersTo(mutex);
    }
}
