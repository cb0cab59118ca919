package tandem.sync;

import tandem.memory.Layout;
import tandem.memory.SharedFile;
import tandem.session.Session;

import java.util.Map;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;

/// A process of a model, played by a thread that runs the code of [Mutex] or [Signal]: it takes each
/// step when it is told to.
abstract sealed class Actor extends Thread {
    private static final long PATIENCE_SECONDS = 20;
    private static final String DEATH = "death";

    final long word;
    final Session session;
    private final Map<String, Actor> all;
    private final SynchronousQueue<String> toDo = new SynchronousQueue<>();
    private final SynchronousQueue<String> done = new SynchronousQueue<>();
    private String next;

    volatile boolean isAsleep;
    long nanos;

    private Actor(Session session, Map<String, Actor> all) {
        this.session = session;
        this.all = all;
        this.word = Layout.lockWord(session.holder(), this);
        setDaemon(true);
    }

    /// Unwinds a killed one.
    private static final class Death extends Error {
        private static final long serialVersionUID = 1;
    }

    /// Takes the lock and gives it back, again and again.
    static final class User extends Actor {
        private final Mutex mutex;

        User(SharedFile file, Session session, Map<String, Actor> all) {
            super(session, all);
            mutex = new Mutex(file, session);
        }

        @Override
        void play() {
            while (!next().equals("done")) {
                try {
                    mutex.acquire();
                    mutex.release();
                } catch (UncheckedInterruptedException | IllegalMonitorStateException e) {
                    // It was to leave, or was broken.
                }
            }
            did("done");
        }
    }

    /// Breaks the lock, again and again.
    static final class Breaker extends Actor {
        private final Mutex mutex;

        Breaker(SharedFile file, Session session, Map<String, Actor> all) {
            super(session, all);
            mutex = new Mutex(file, session);
        }

        @Override
        void play() {
            while (true) {
                next();
                mutex.breakLock();
                next();
                did("over");
            }
        }
    }

    /// Waits for the event once.
    static final class Waiting extends Actor {
        private final Signal signal;

        Waiting(SharedFile file, Session session, Map<String, Actor> all) {
            super(session, all);
            signal = new Signal(file, session);
        }

        @Override
        void play() {
            signal.await();
        }
    }

    /// Sets and clears the event.
    static final class Setter extends Actor {
        private final Signal signal;

        Setter(SharedFile file, Session session, Map<String, Actor> all) {
            super(session, all);
            signal = new Signal(file, session);
        }

        @Override
        void play() {
            while (true) {
                boolean sets = next().equals("sets");
                did(sets ? "sets" : "clears");
                if (sets) {
                    signal.set();
                } else {
                    signal.clear();
                }
            }
        }
    }

    abstract void play();

    @Override
    public void run() {
        try {
            play();
        } catch (Death e) {
            // As it is told to.
        }
    }

    /// The one that runs this code, null for any other thread.
    static Actor current() {
        return Thread.currentThread() instanceof Actor actor ? actor : null;
    }

    /// The step that it is to take, as soon as it is its turn.
    String next() {
        try {
            if (next == null) {
                next = toDo.take();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (next.equals(DEATH)) {
            throw new Death();
        }
        return next;
    }

    /// Says which step it has taken.
    void did(String step) {
        next = null;
        try {
            done.put(step);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// Wakes one of those who sleep, or nobody when it is to be so and nobody does.
    boolean wake(String who) {
        if (who.equals("0")) {
            return all.values().stream().noneMatch(actor -> actor.isAsleep);
        }
        Actor sleeper = all.get(who);
        boolean wasAsleep = sleeper != null && sleeper.isAsleep;
        if (wasAsleep) {
            sleeper.isAsleep = false;
        }
        return wasAsleep;
    }

    void wakeAll() {
        all.values().forEach(actor -> actor.isAsleep = false);
    }

    /// Has it take a step.
    ///
    /// @return the step that it has taken
    String take(String step) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        boolean isOffered = false;
        while (isAlive() && System.nanoTime() - end < 0) {
            if (!isOffered) {
                isOffered = toDo.offer(step, 10, TimeUnit.MILLISECONDS);
            } else {
                String taken = done.poll(10, TimeUnit.MILLISECONDS);
                if (taken != null) {
                    return taken;
                }
            }
        }
        return isAlive() ? "nothing" : "nothing, as it has ended";
    }

    /// Ends it where it is.
    void kill() throws InterruptedException {
        isAsleep = false;
        while (isAlive() && !toDo.offer(DEATH, 10, TimeUnit.MILLISECONDS)) {
            done.poll();
        }
        join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    }
}
