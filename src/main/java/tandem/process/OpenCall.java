package tandem.process;

import tandem.memory.Kind;
import tandem.memory.Layout;
import tandem.record.Recorder;
import tandem.session.Session;
import tandem.session.Waits;
import tandem.sync.Errand;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/// A call of another process's object, from its beginning to the answer. One that lasts is shown to others
/// as a wait for the object.
final class OpenCall implements AutoCloseable {
    /*
     * Overview. The thread of the call listens to a socket and cannot look around. So one thread looks for
     * all of them, ten times a second, and sleeps when nobody has called since its last look.
     */
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Set<OpenCall> ALL = ConcurrentHashMap.newKeySet();

    private static volatile boolean isBusy;
    private static volatile boolean isAsleep = true;
    private static Thread looker;

    private final Session session;
    private final Waits.Target target;
    private final long self;
    private final long since;

    /// Null when it is not recorded.
    private final Recorder.Waiting recorded;

    private boolean isShown;
    private boolean isOver;

    /// @param number of the object
    OpenCall(Session session, int number) {
        this.session = session;
        this.target = new Waits.Target(Kind.MANAGER, number);
        this.self = Layout.waiting(session.holder(), Thread.currentThread());
        this.since = Errand.now(session);
        Recorder.look();
        this.recorded = Recorder.isOn() ? Recorder.waits(target.fileName()) : null;
        ALL.add(this);
        if (!isBusy) {
            isBusy = true;
        }
        if (isAsleep) {
            isAsleep = false;
            wake();
        }
    }

    private static synchronized void wake() {
        if (looker == null) {
            looker = new Thread(OpenCall::look, "tandem-calls");
            looker.setDaemon(true);
            looker.start();
        }
        LockSupport.unpark(looker);
    }

    private static void look() {
        while (true) {
            isBusy = false;
            LockSupport.parkNanos(PAUSE.toNanos());
            long now = System.currentTimeMillis();
            for (OpenCall call : ALL) {
                if (now - call.since >= PAUSE.toMillis()) {
                    call.show();
                }
            }
            if (!isBusy) {
                isAsleep = true;
                while (isAsleep && ALL.isEmpty() && !isBusy) {
                    LockSupport.park();
                }
                isAsleep = false;
            }
        }
    }

    /// The name of the thread in waits.
    long self() {
        return self;
    }

    /// When it began, milliseconds since 1970.
    long since() {
        return since;
    }

    private synchronized void show() {
        if (!isShown && !isOver) {
            isShown = true;
            session.roster().waits().begin(self, target, false, false, since);
        }
    }

    /// The answer is there, or will not come.
    @Override
    public void close() {
        ALL.remove(this);
        if (recorded != null) {
            recorded.close();
        }
        synchronized (this) {
            isOver = true;
            if (isShown) {
                session.roster().waits().endOf(self);
                isShown = false;
            }
        }
    }
}
