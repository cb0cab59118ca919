package tandem;

import tandem.memory.Trace;
import tandem.session.Session;
import tandem.travel.Codebase;
import tandem.travel.Update;

import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// The code of a pool's tasks, left in files for its workers. Code that is what earlier code was, with all
/// that it captures, has the file and the number of that: the workers have it open, and warm.
final class PoolCode {
    /// How many are kept that nobody uses.
    private static final int KEPT = 16;

    private static final AtomicInteger LAST = new AtomicInteger();

    private final Session session;
    private final Map<String, Published> published = new LinkedHashMap<>(2 * KEPT, 0.75f, true);

    PoolCode(Session session) {
        this.session = session;
    }

    /// Code with a number.
    final class Published {
        private final int number = LAST.incrementAndGet();

        /// Jobs and tasks. Guarded by the lock of the outer object, when it becomes more than zero.
        private final AtomicInteger users = new AtomicInteger();

        private Published() {}

        int number() {
            return number;
        }

        /// For one who uses it already.
        void use() {
            users.incrementAndGet();
        }

        void leave() {
            users.decrementAndGet();
        }

        private String file() {
            return PoolMessage.fileOfCode(session.holder(), number);
        }
    }

    /// Publishes code, for one who uses it.
    ///
    /// @throws IllegalStateException when there is no room for it
    synchronized Published publish(Update update) {
        String digest = Codebase.digest(update.parcel().toBytes());
        Published code = published.get(digest);
        if (code == null) {
            code = new Published();
            try {
                session.left().leave(code.file(), update.toBytes());
            } catch (IOException e) {
                throw Trace.trim(
                        new IllegalStateException("the code cannot be sent: " + e.getMessage(), e));
            }
            published.put(digest, code);
        }
        code.use();
        forgetOthers();
        return code;
    }

    private void forgetOthers() {
        Iterator<Published> eldest = published.values().iterator();
        for (int left = published.size() - KEPT; left > 0; left--) {
            Published code = eldest.next();
            if (code.users.get() == 0) {
                session.left().delete(code.file());
                eldest.remove();
            }
        }
    }

    synchronized void deleteAll() {
        published.values().forEach(code -> session.left().delete(code.file()));
        published.clear();
    }
}
