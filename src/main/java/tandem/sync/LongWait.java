package tandem.sync;

import tandem.memory.Layout;
import tandem.memory.Session;
import tandem.memory.Trace;
import tandem.memory.Waits;

import java.util.List;

/// A thread's wait as others see it: shown in the session from the first look-around on, so that
/// short waits cost nothing.
public final class LongWait implements AutoCloseable {
    private static final int NOT_SHOWN = -1;

    private final Session session;
    private final Waits.Target target;
    private final boolean timed;
    private final long self;
    private final long since = System.currentTimeMillis();
    private int place = NOT_SHOWN;

    /// What the thread holds while it waits.
    private List<Mutex> held = List.of();

    /// @param timed whether it ends by itself
    public LongWait(Session session, Waits.Target target, boolean timed) {
        this.session = session;
        this.target = target;
        this.timed = timed;
        this.self = Layout.claim(session.holder(), Thread.currentThread());
    }

    /// Shows it to whoever looks.
    public void show() {
        if (place == NOT_SHOWN) {
            held = Mutex.heldBy(Thread.currentThread());
            held.forEach(mutex -> mutex.claim(self));
            place = session.roster().waits().begin(self, target, timed, isAlone(), since);
        }
    }

    /// Looks whether it can never end, and whether it is for this thread to give up.
    ///
    /// @throws DeadlockException when both are so
    void checkCircle() {
        if (timed) {
            return;
        }
        Circle circle = Circle.find(session, self);
        if (circle != null && circle.isTurnOf(self)) {
            String description = circle.describe();
            Flight.deadlock(description);
            throw Trace.trim(new DeadlockException(description));
        }
    }

    /// Takes it from sight.
    @Override
    public void close() {
        session.roster().waits().end(place);
        held.forEach(mutex -> mutex.claim(0));
    }

    /// Whether this thread is the only one here that could do anything: no other but the JVM's own
    /// and the kit's.
    private static boolean isAlone() {
        ThreadGroup all = Thread.currentThread().getThreadGroup();
        while (all != null && all.getParent() != null) {
            all = all.getParent();
        }
        if (all == null) {
            return false;
        }
        Thread[] threads = new Thread[all.activeCount() + 16];
        int count = all.enumerate(threads);
        for (int i = 0; i < count; i++) {
            Thread thread = threads[i];
            ThreadGroup group = thread.getThreadGroup();
            boolean isOfJvm =
                    group == null || group == all || group.getName().equals("InnocuousThreadGroup");
            if (thread != Thread.currentThread()
                    && !isOfJvm
                    && !thread.getName().startsWith("tandem-")) {
                return false;
            }
        }
        return count < threads.length;
    }
}
