package tandem.sync;

import tandem.memory.Kind;
import tandem.memory.Layout;
import tandem.session.Roster;
import tandem.session.Session;
import tandem.session.Waits;

import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.ThreadPoolExecutor;

/// A thread's wait as others see it: shown in the session from the first look-around on, so that
/// short waits cost nothing.
public final class LongWait implements AutoCloseable {
    private static final int NOT_SHOWN = -1;

    /// The threads of the JVM that carry virtual ones, or wake them up.
    private static final String CARRIER = "jdk.internal.misc.CarrierThread";

    private static final String UNPARKER = "VirtualThread-";
    private static final String POLLER = "-Poller";

    /// Null while this process shares on this machine alone.
    private static volatile OuterCircles outer;

    private final Session session;
    private final Waits.Target target;
    private final boolean timed;
    private final long self;
    private final Errand errand;
    private final long since;
    private int place = NOT_SHOWN;
    private boolean isShownAlone;

    /// Null when nobody beyond this machine is told.
    private OuterCircles.Told told;

    /// @param session whose the target is: there the wait is shown, by the name that this process has
    ///     there
    /// @param timed whether it ends by itself
    public LongWait(Session session, Waits.Target target, boolean timed) {
        this.session = session;
        this.target = target;
        this.timed = timed;
        this.self = Layout.waiting(session.holder(), Thread.currentThread());
        this.errand = Errand.current(session);
        this.since = Errand.now(errand);
    }

    /// Shows it to whoever looks. Called again, it shows what is different: that the thread is the
    /// only one by now. When the wait is for the turn of another process's call, that is shown already, as
    /// the caller's.
    public void show() {
        if (errand != null && target.kind() == Kind.MANAGER) {
            return;
        }
        boolean isAlone = !isShownAlone && isAlone();
        if (place == NOT_SHOWN || isAlone) {
            session.roster().waits().end(place);
            place = session.roster().waits().begin(self, target, timed, isAlone, since);
            isShownAlone = isAlone;
            tellOthers();
        }
    }

    private void tellOthers() {
        OuterCircles circles = outer;
        closeTold();
        if (circles != null && !timed && (target.isProcess() || target.kind().namesHolder())) {
            told = circles.tell(session, target, isShownAlone);
        }
    }

    private void closeTold() {
        if (told != null) {
            told.close();
        }
    }

    /// Looks whether it can never end, and whether it is for this thread to give up.
    ///
    /// @throws DeadlockException when both are so
    void checkCircle() {
        if (timed) {
            return;
        }
        checkCircle(self);
        if (errand != null) {
            checkCircle(errand.owner());
        }
        List<Circle.Place> circle = told == null ? null : told.circle();
        if (circle != null) {
            throw Circle.refusal(circle);
        }
    }

    private void checkCircle(long start) {
        Circle circle = Circle.find(session, start);
        if (circle != null
                && (circle.isTurnOf(self) || errand != null && circle.isTurnOf(errand.owner()))) {
            throw circle.refusal();
        }
    }

    /// Takes it from sight.
    @Override
    public void close() {
        session.roster().waits().end(place);
        closeTold();
    }

    /// From now on, others are told of long waits of this process.
    ///
    /// @param circles null for nobody
    public static void tell(OuterCircles circles) {
        outer = circles;
    }

    /// Whether this thread is the only one here that could do anything: no other but the JVM's own,
    /// the kit's, and those that wait in a pool for somebody to give them work.
    public static boolean isAlone() {
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
            if (threads[i] != Thread.currentThread() && couldAct(threads[i], all)) {
                return false;
            }
        }
        return count < threads.length;
    }

    private static boolean couldAct(Thread thread, ThreadGroup ofJvm) {
        if (thread.getName().startsWith(Roster.THREADS)) {
            return false;
        }
        if (thread.getClass().getName().equals(CARRIER)
                || thread.getName().startsWith(UNPARKER)
                || thread.getName().endsWith(POLLER)) {
            return true; // There may be virtual threads, which nobody can count.
        }
        ThreadGroup group = thread.getThreadGroup();
        boolean isOfJvm =
                group == null || group == ofJvm || group.getName().equals("InnocuousThreadGroup");
        return thread instanceof ForkJoinWorkerThread
                ? !isIdle(thread, ForkJoinPool.class, "awaitWork")
                : !isOfJvm && !isIdle(thread, ThreadPoolExecutor.class, "getTask");
    }

    /// Whether a thread of a pool waits for work, which only another thread can give it: not for
    /// the time of something that was put off.
    private static boolean isIdle(Thread thread, Class<?> pool, String wait) {
        for (StackTraceElement frame : thread.getStackTrace()) {
            String type = frame.getClassName();
            if (type.equals(pool.getName()) && frame.getMethodName().equals(wait)) {
                return true;
            }
            if (!type.startsWith("java.") && !type.startsWith("jdk.") || type.contains("Delay")) {
                return false;
            }
        }
        return false;
    }
}
