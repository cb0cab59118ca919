package tandem.launch;

import tandem.session.Roster;
import tandem.session.Session;
import tandem.travel.Job;
import tandem.travel.Kit;
import tandem.travel.Parcel;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/// JVMs that were started before they are needed. Each has run a rehearsal, so that the classes and
/// the code for attaching shared objects and running lambdas are loaded; then it sleeps in a read of
/// its standard input, and ends when its parent does.
///
/// One thread tends them: it starts new ones, one at a time and a little after one was taken, so
/// that the worker which has just started has the processor for itself; and it ends all of them when
/// none was needed for a while.
public final class Spares {
    public static final int MOST = 16;

    private static final Duration DELAY = Duration.ofMillis(500);
    private static final Duration LONGEST_IDLE = Duration.ofMinutes(10);

    private static final Deque<Started> IDLE = new ArrayDeque<>();
    private static int wanted;
    private static Rehearsal rehearsal;
    private static Thread tender;

    private Spares() {}

    /// What a spare does to get ready.
    public interface Rehearsal {
        Kit kit();

        Job job();

        Object[] arguments();
    }

    /// Keeps so many ready from now on, 0 for none. Returns at once.
    public static synchronized void keep(int count, Rehearsal toRehearse) {
        wanted = count;
        rehearsal = toRehearse;
        tend();
    }

    /// How many are ready at this moment.
    public static synchronized int ready() {
        return IDLE.size();
    }

    /// A spare of a session, null when none is ready.
    public static synchronized Started take(Session session, String name) {
        if (JavaCommand.FURTHER.isBound()) {
            return null;
        }
        for (Started spare; (spare = IDLE.poll()) != null; ) {
            if (spare.process().isAlive() && spare.session() == session) {
                session.roster().rename(spare.holder(), name);
                tend();
                return spare;
            }
            spare.release();
        }
        tend();
        return null;
    }

    private static void tend() {
        if (tender == null && wanted > 0) {
            tender = new Thread(Spares::run, "tandem-spares");
            tender.setDaemon(true);
            tender.start();
        }
        Spares.class.notifyAll();
    }

    private static void run() {
        try {
            while (isNeeded()) {
                Thread.sleep(DELAY);
                add(prepare());
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            // Spares only make things faster: without them, workers start cold.
        } finally {
            end();
        }
    }

    /// Waits until there are too few. False, and all are ended, when none was taken for long.
    private static synchronized boolean isNeeded() throws InterruptedException {
        while (IDLE.size() >= wanted) {
            int before = IDLE.size();
            while (IDLE.size() > wanted) {
                IDLE.poll().release();
            }
            long start = System.nanoTime();
            Spares.class.wait(LONGEST_IDLE.toMillis());
            if (System.nanoTime() - start >= LONGEST_IDLE.toNanos() && IDLE.size() == before) {
                forget();
                return false;
            }
        }
        return true;
    }

    private static Started prepare() throws IOException {
        Rehearsal current = rehearsal();
        Parcel parcel = Parcel.ofJob(current.kit(), current.job(), current.arguments());
        Started spare = Started.ofCode(current.kit(), Roster.SPARE, Session.current());
        try {
            spare.send(new Assignment(Assignment.REHEARSAL, "", "", parcel));
            if (spare.process().getInputStream().read() != Assignment.REHEARSED) {
                throw new IOException("the rehearsal of a spare failed");
            }
            return spare;
        } catch (Throwable e) {
            spare.release();
            throw e;
        }
    }

    private static synchronized Rehearsal rehearsal() {
        return rehearsal;
    }

    private static synchronized void add(Started spare) {
        IDLE.add(spare);
    }

    /// The next one that needs a spare starts another thread.
    private static synchronized void end() {
        if (tender == Thread.currentThread()) {
            forget();
        }
    }

    private static void forget() {
        IDLE.forEach(Started::release);
        IDLE.clear();
        tender = null;
    }
}
