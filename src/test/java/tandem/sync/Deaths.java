package tandem.sync;

import tandem.memory.Guard;
import tandem.memory.Header;
import tandem.memory.Kind;
import tandem.memory.Layout;
import tandem.memory.SharedFile;
import tandem.session.Roster;
import tandem.session.Session;

import java.lang.reflect.Constructor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Runs deeds of processes that are killed before each of their steps, in turn. A process is a thread
/// with a place in the session; a dead one touches nothing any more, and its place is free.
final class Deaths {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /// Steps that the victim may take yet, while it is one.
    private static final ThreadLocal<int[]> LEFT = new ThreadLocal<>();

    private Deaths() {}

    /// Unwinds a killed one.
    private static final class Death extends Error {
        private static final long serialVersionUID = 1;

        Death() {
            super(null, null, false, false);
        }
    }

    /// What the victim does, while others look on.
    enum Deed {
        HOLDS,
        TAKES,
        RELEASES,
        WAITS,
        SIGNALS
    }

    /// Called before each access to shared memory.
    static void step() {
        int[] left = LEFT.get();
        if (left != null && left[0]-- <= 0) {
            left[0] = 0;
            throw new Death();
        }
    }

    /// @return how often the victim was killed before it had done its deed
    static int run(String deed) throws Exception {
        for (int steps = 0; ; steps++) {
            if (!kills(Deed.valueOf(deed), steps)) {
                return steps;
            }
        }
    }

    private static boolean kills(Deed deed, int steps) throws Exception {
        return switch (deed) {
            case HOLDS -> killsHolder(steps);
            case TAKES -> killsTaker(steps);
            case RELEASES -> killsReleaser(steps);
            case WAITS -> killsWaiter(steps);
            case SIGNALS -> killsSignaller(steps);
        };
    }

    /// It holds a permit and gives it back, while another waits for the only one: who gets it.
    private static boolean killsHolder(int steps) throws Exception {
        SharedFile file = create(Kind.SEMAPHORE, "");
        Permits own = permits(file, Session.current());
        own.begin(1, 1);
        Process victim = new Process();
        Permits its = permits(file, victim.session);
        victim.start(
                steps,
                () -> {
                    its.hold();
                    its.releaseHold();
                });
        require(own.acquire(PATIENCE), "the permit is had, after " + steps + " steps");
        boolean isKilled = victim.end();
        require(own.available() == 0, "there is one permit, after " + steps + " steps");
        own.release(1);
        require(own.available() == 1, "there is one permit, after " + steps + " steps");
        return isKilled;
    }

    /// It takes one of two permits: it is taken or not.
    private static boolean killsTaker(int steps) throws Exception {
        SharedFile file = create(Kind.SEMAPHORE, "");
        Permits own = permits(file, Session.current());
        own.begin(2, 2);
        Process victim = new Process();
        Permits its = permits(file, victim.session);
        victim.start(steps, its::acquire);
        boolean isKilled = victim.end();
        require(own.tryAcquire(), "one is there, after " + steps + " steps");
        boolean isNotTaken = own.tryAcquire();
        require(isKilled || !isNotTaken, "it has taken one, after " + steps + " steps");
        require(own.available() == 0, "two at most, after " + steps + " steps");
        return isKilled;
    }

    /// It gives a permit, for which another waits: who gets it, or gets that of the next.
    private static boolean killsReleaser(int steps) throws Exception {
        SharedFile file = create(Kind.SEMAPHORE, "");
        Permits own = permits(file, Session.current());
        own.begin(0, 0);
        Process waiter = new Process();
        Permits waiters = permits(file, waiter.session);
        waiter.start(Integer.MAX_VALUE, waiters::acquire);
        Process victim = new Process();
        Permits its = permits(file, victim.session);
        victim.start(steps, () -> its.release(1));
        boolean isKilled = victim.end();
        own.release(1);
        require(!waiter.end(), "the waiter gets one, after " + steps + " steps");
        require(
                own.available() == 1 || isKilled && own.available() == 0,
                "one is left, after " + steps + " steps");
        return isKilled;
    }

    /// It waits for a signal, and another one after it: who gets the only signal if it dies.
    private static boolean killsWaiter(int steps) throws Exception {
        SharedFile lock = create(Kind.LOCK, "");
        SharedFile file = create(Kind.CONDITION, lock.path().getFileName().toString());
        Mutex mutex = new Mutex(lock, Session.current());
        Tickets own = new Tickets(file, Session.current(), mutex);
        Process victim = new Process();
        victim.startToWait(lock, file, steps);
        await("it waits or is dead", () -> own.waiting() == 1 || !victim.isAlive());
        if (!victim.isAlive()) {
            victim.end();
        }
        long before = own.waiting();
        Process other = new Process();
        other.startToWait(lock, file, Integer.MAX_VALUE);
        await("the other waits", () -> own.waiting() > before || own.waiting() == 2);
        mutex.acquire();
        own.signal(1);
        mutex.release();
        boolean isKilled = victim.end();
        if (isKilled) {
            require(!other.end(), "the other is signalled, after " + steps + " steps");
        } else {
            require(own.waiting() == 1, "the other waits, after " + steps + " steps");
            mutex.acquire();
            own.signal(1);
            mutex.release();
            require(!other.end(), "the other is signalled, after " + steps + " steps");
        }
        require(own.waiting() == 0, "nobody waits, after " + steps + " steps");
        return isKilled;
    }

    /// It signals one of two who wait: that one goes on, or none does.
    private static boolean killsSignaller(int steps) throws Exception {
        SharedFile lock = create(Kind.LOCK, "");
        SharedFile file = create(Kind.CONDITION, lock.path().getFileName().toString());
        Mutex mutex = new Mutex(lock, Session.current());
        Tickets own = new Tickets(file, Session.current(), mutex);
        Process first = new Process();
        first.startToWait(lock, file, Integer.MAX_VALUE);
        await("one waits", () -> own.waiting() == 1);
        Process second = new Process();
        second.startToWait(lock, file, Integer.MAX_VALUE);
        await("two wait", () -> own.waiting() == 2);
        Process victim = new Process();
        Mutex its = new Mutex(lock, victim.session);
        Tickets tickets = new Tickets(file, victim.session, its);
        victim.start(
                steps,
                () -> {
                    its.acquire();
                    tickets.signal(1);
                    its.release();
                });
        boolean isKilled = victim.end();
        mutex.acquire();
        long waiting = own.waiting();
        require(waiting == 1 || isKilled && waiting == 2, waiting + " wait, after " + steps);
        own.signal(waiting);
        mutex.release();
        require(!first.end(), "the first goes on, after " + steps + " steps");
        require(!second.end(), "the second goes on, after " + steps + " steps");
        return isKilled;
    }

    private static SharedFile create(Kind kind, String guardFile) {
        Guard guard =
                kind == Kind.LOCK ? Guard.OWN : guardFile.isEmpty() ? Guard.NONE : Guard.ELSEWHERE;
        return Session.current()
                .create(
                        new Header(
                                kind, null, guard, guardFile, kind == Kind.LOCK ? 0 : Layout.ROWS));
    }

    private static Permits permits(SharedFile file, Session session) {
        return new Permits(file, session, new Mutex(file, session));
    }

    private static void require(boolean fact, String claim) {
        if (!fact) {
            throw new AssertionError("not so: " + claim);
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            require(System.nanoTime() - end < 0, what);
            LockSupport.parkNanos(50_000);
        }
    }

    /// A process of the session, as far as its objects are concerned.
    private static final class Process {
        final Session session;
        private Thread thread;
        private volatile boolean isKilled;

        Process() throws ReflectiveOperationException {
            Session current = Session.current();
            Constructor<Session> constructor =
                    Session.class.getDeclaredConstructor(Path.class, Roster.class, int.class);
            constructor.setAccessible(true);
            session =
                    constructor.newInstance(
                            current.directory(),
                            current.roster(),
                            current.roster().claim("victim", current.holder()));
        }

        void start(int steps, Runnable deed) {
            thread =
                    Thread.ofPlatform()
                            .daemon()
                            .start(
                                    () -> {
                                        LEFT.set(new int[] {steps});
                                        try {
                                            deed.run();
                                        } catch (Death e) {
                                            isKilled = true;
                                        } finally {
                                            LEFT.remove();
                                        }
                                        if (isKilled) {
                                            session.roster().free(session.holder());
                                        }
                                    });
        }

        void startToWait(SharedFile lock, SharedFile file, int steps) {
            Mutex mutex = new Mutex(lock, session);
            Tickets tickets = new Tickets(file, session, mutex);
            start(
                    steps,
                    () -> {
                        mutex.acquire();
                        tickets.await();
                        mutex.release();
                    });
        }

        boolean isAlive() {
            return thread.isAlive();
        }

        /// Waits for its end.
        ///
        /// @return whether it was killed
        boolean end() throws InterruptedException {
            require(thread.join(PATIENCE), "it ends");
            if (!isKilled) {
                session.roster().free(session.holder());
            }
            return isKilled;
        }
    }
}
