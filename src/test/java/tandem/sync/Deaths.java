package tandem.sync;

import tandem.memory.Guard;
import tandem.memory.Header;
import tandem.memory.Kind;
import tandem.memory.Layout;
import tandem.memory.SharedFile;
import tandem.session.Roster;
import tandem.session.Session;
import tandem.sync.Sharing.Access;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// Runs deeds of processes that are killed before each of their steps, in turn. A process is a thread
/// with a place in the session; a dead one touches nothing any more, and its place is free.
final class Deaths {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /// Bytes of an item that does not fit before the end of the ring, and of one that lies beside.
    private static final int SMALL = 200;

    private static final int LARGE = 3000;

    private static final ThreadLocal<Fate> FATE = new ThreadLocal<>();

    /// Attempts that go on at a time: most of theirs, those who look on sleep until they look for the dead.
    private static final int SIDE_BY_SIDE = 16;

    /// The files of the attempts that are going on.
    private static final Queue<SharedFile> MADE = new ConcurrentLinkedQueue<>();

    private Deaths() {}

    /// Unwinds a killed one.
    private static final class Death extends Error {
        private static final long serialVersionUID = 1;

        Death() {
            super(null, null, false, false);
        }

        static void happen() {
            throw new Death();
        }
    }

    /// How many steps a process takes before what is to happen then.
    private static final class Fate {
        private final Runnable then;
        private volatile int left;
        private volatile int taken;

        Fate(int steps, Runnable then) {
            this.left = steps;
            this.then = then;
        }

        void step() {
            if (left <= 0) {
                then.run();
            } else {
                left--;
            }
            taken++;
        }
    }

    /// What the victim does, while others look on.
    enum Deed {
        HOLDS,
        TAKES,
        RELEASES,
        WAITS,
        SIGNALS,
        COMES,
        RESETS,
        PUTS,
        PUTS_BESIDE,
        TAKES_ITEM,
        TAKES_ITEM_BESIDE,
        CLOSES,
        HAS_AN_END,
        READS,
        WRITES,
        QUEUES,
        INHERITS,
        TAKES_A_TURN,
        AWAITS_A_TURN,
        GIVES_UP_A_TURN,
        INHERITS_A_TURN,
        FINDS_AN_HEIR
    }

    /// Called before each access to shared memory.
    static void step() {
        Fate fate = FATE.get();
        if (fate != null) {
            fate.step();
        }
    }

    /// @return how often the victim was killed before it had done its deed
    static int run(String deed) throws Exception {
        AtomicInteger next = new AtomicInteger();
        AtomicInteger enough = new AtomicInteger(Integer.MAX_VALUE);
        Callable<Void> attempts =
                () -> {
                    try {
                        for (int steps; (steps = next.getAndIncrement()) < enough.get(); ) {
                            if (!attempt(Deed.valueOf(deed), steps)) {
                                enough.accumulateAndGet(steps, Math::min);
                            }
                        }
                        return null;
                    } catch (Throwable e) {
                        enough.set(0);
                        throw e;
                    }
                };
        try (ExecutorService threads = Executors.newFixedThreadPool(SIDE_BY_SIDE)) {
            for (Future<Void> each :
                    threads.invokeAll(Collections.nCopies(SIDE_BY_SIDE, attempts))) {
                each.get();
            }
        } finally {
            for (SharedFile file; (file = MADE.poll()) != null; ) {
                Files.deleteIfExists(file.path());
            }
        }
        return enough.get();
    }

    private static boolean attempt(Deed deed, int steps) throws Exception {
        return switch (deed) {
            case HOLDS -> killsHolder(steps);
            case TAKES -> killsTaker(steps);
            case RELEASES -> killsReleaser(steps);
            case WAITS -> killsWaiter(steps);
            case SIGNALS -> killsSignaller(steps);
            case COMES -> killsComer(steps);
            case RESETS -> killsResetter(steps);
            case PUTS -> killsPutter(steps, SMALL);
            case PUTS_BESIDE -> killsPutter(steps, LARGE);
            case TAKES_ITEM -> killsItemTaker(steps, SMALL);
            case TAKES_ITEM_BESIDE -> killsItemTaker(steps, LARGE);
            case CLOSES -> killsCloser(steps);
            case HAS_AN_END -> killsOwnerOfEnd(steps);
            case READS -> killsReader(steps);
            case WRITES -> killsWriter(steps);
            case QUEUES -> killsQueued(steps);
            case INHERITS -> killsHeirOfShare(steps);
            case TAKES_A_TURN -> killsTurnTaker(steps);
            case AWAITS_A_TURN -> killsTurnWaiter(steps);
            case GIVES_UP_A_TURN -> killsWhoGivesUp(steps);
            case INHERITS_A_TURN -> killsHeirOfTurn(steps);
            case FINDS_AN_HEIR -> stopsBeforeAnHeir(steps);
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
                    its.releaseHold(0);
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
        await("it waits or is dead", () -> victim.waitsFor(file) || !victim.isAlive());
        Process other = new Process();
        other.startToWait(lock, file, Integer.MAX_VALUE);
        await("the other waits", () -> other.waitsFor(file));
        boolean isDeadBefore = !victim.isAlive();
        mutex.acquire();
        own.signal(1);
        mutex.release();
        boolean isKilled = victim.end();
        if (isKilled && (isDeadBefore || victim.hadRow)) {
            require(!other.end(), "the other is signalled, after " + steps + " steps");
        } else {
            // The victim has used the signal.
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

    /// A barrier for two, where one waits.
    private static final class BarrierWithOne {
        final SharedFile file = create(Kind.BARRIER, "");
        final Phases own = phases(file, Session.current());
        final Process waiter = new Process();

        /// What the one who waits has been told.
        volatile int came = -2;

        BarrierWithOne() throws Exception {
            own.begin(2, new byte[0]);
            Phases its = phases(file, waiter.session);
            waiter.start(Integer.MAX_VALUE, () -> came = its.await(Deaths::doNothing));
            Deaths.await("one waits", () -> own.waiting() == 1);
        }

        /// @return whether it was killed before it had done all
        boolean kills(int steps, Consumer<Phases> deed) throws Exception {
            Process victim = new Process();
            Phases its = phases(file, victim.session);
            victim.start(steps, () -> deed.accept(its));
            return victim.end();
        }
    }

    /// It comes to a barrier as one of two, where the other waits: both go on, or the other learns that
    /// it is broken, or waits for another one.
    private static boolean killsComer(int steps) throws Exception {
        BarrierWithOne barrier = new BarrierWithOne();
        Phases own = barrier.own;
        boolean isKilled = barrier.kills(steps, its -> its.await(Deaths::doNothing));
        if (isKilled && !own.isBroken() && own.passed() == 0 && own.waiting() == 1) {
            own.await(PATIENCE, Deaths::doNothing);
        }
        require(!barrier.waiter.end(), "the other goes on, after " + steps + " steps");
        require(
                barrier.came == 0 || isKilled && barrier.came == -1,
                "it came first, and all came or it broke, after " + steps + " steps");
        return isKilled;
    }

    /// It resets a barrier where another one waits: that one learns of it, or goes on as if nothing had
    /// been.
    private static boolean killsResetter(int steps) throws Exception {
        BarrierWithOne barrier = new BarrierWithOne();
        Phases own = barrier.own;
        boolean isKilled = barrier.kills(steps, Phases::reset);
        if ((long) Layout.LONG.getVolatile(barrier.file.page(), Layout.AT_STATE) != 0) {
            require(
                    !barrier.waiter.end() && barrier.came == -1,
                    "it is told by itself, after " + steps + " steps");
        }
        Process second = new Process();
        Phases seconds = phases(barrier.file, second.session);
        second.start(Integer.MAX_VALUE, () -> seconds.await(Deaths::doNothing));
        await(
                "one waits alone or all went on",
                () -> own.passed() == 1 || second.waitsFor(barrier.file) && own.waiting() == 1);
        if (own.passed() == 0) {
            require(own.await(PATIENCE, Deaths::doNothing) == 1, "a second one comes to the other");
        }
        require(!second.end() && !barrier.waiter.end(), "all end, after " + steps + " steps");
        require(isKilled || barrier.came == -1, "it was told, after " + steps + " steps");
        require(!own.isBroken() && own.passed() == 1, "it is whole, after " + steps + " steps");
        return isKilled;
    }

    /// It puts an item, for which another waits: who gets it, or the next.
    private static boolean killsPutter(int steps, int bytes) throws Exception {
        SharedFile file = create(Kind.QUEUE, "");
        Ring own = almostAtItsEnd(file, 0);
        Process taker = new Process();
        Ring takers = ring(file, taker.session);
        int[] got = new int[1];
        taker.start(Integer.MAX_VALUE, () -> got[0] = form(takers.take(Deaths::ignore)));
        Process victim = new Process();
        Ring its = ring(file, victim.session);
        victim.start(steps, () -> its.put(1, MemorySegment.ofArray(new byte[bytes])));
        boolean isKilled = victim.end();
        own.holderEnded(victim.session.holder());
        require(own.put(2, MemorySegment.ofArray(new byte[bytes])), "there is room");
        require(!taker.end(), "the other gets one, after " + steps + " steps");
        require(got[0] == 1 || isKilled && got[0] == 2, "the first first, after " + steps);
        require(own.size() == (got[0] == 1 ? 1 : 0), "what was put is there, after " + steps);
        if (own.size() == 1) {
            require(form(own.take(Deaths::ignore)) == 2, "and then the next, after " + steps);
        }
        // The taker may have been looking at the first call, which does not wait for it.
        own.holderEnded(victim.session.holder());
        require(left(file).isEmpty(), left(file) + " is left, after " + steps + " steps");
        return isKilled;
    }

    /// It takes one of two items, while another waits for room: that one goes on when there is.
    private static boolean killsItemTaker(int steps, int bytes) throws Exception {
        SharedFile file = create(Kind.QUEUE, "");
        Ring own = almostAtItsEnd(file, 2);
        require(own.put(1, MemorySegment.ofArray(new byte[bytes])), "there is room");
        require(own.put(2, MemorySegment.ofArray(new byte[bytes])), "there is room");
        Process putter = new Process();
        Ring putters = ring(file, putter.session);
        putter.start(
                Integer.MAX_VALUE, () -> putters.put(3, MemorySegment.ofArray(new byte[bytes])));
        Process victim = new Process();
        Ring its = ring(file, victim.session);
        victim.start(steps, () -> its.take(Deaths::ignore));
        boolean isKilled = victim.end();
        own.holderEnded(victim.session.holder());
        int first = form(own.take(Deaths::ignore));
        require(first == 2 || isKilled && first == 1, "it took all or nothing, after " + steps);
        require(!putter.end(), "the other can put, after " + steps + " steps");
        for (int next = first + 1; next <= 3; next++) {
            Ring.Item item = own.take(Deaths::ignore);
            require(form(item) == next && item.bytes().length == bytes, "in order, " + steps);
        }
        require(own.size() == 0, "and no more, after " + steps + " steps");
        require(isKilled || left(file).isEmpty(), left(file) + " is left, after " + steps);
        return isKilled;
    }

    /// It closes a queue at which one waits for an item: that one learns of it, or goes on waiting.
    private static boolean killsCloser(int steps) throws Exception {
        SharedFile file = create(Kind.QUEUE, "");
        Ring own = almostAtItsEnd(file, 0);
        Process taker = new Process();
        Ring takers = ring(file, taker.session);
        int[] got = {-1};
        taker.start(Integer.MAX_VALUE, () -> got[0] = form(takers.take(Deaths::ignore)));
        Process victim = new Process();
        Ring its = ring(file, victim.session);
        victim.start(steps, its::close);
        boolean isKilled = victim.end();
        boolean isPut = own.put(7, MemorySegment.ofArray(new byte[SMALL]));
        require(isKilled || !isPut, "nothing is put into a closed one, after " + steps);
        require(!taker.end(), "the other goes on, after " + steps + " steps");
        require(got[0] == (isPut ? 7 : 0), "it got it or was told, after " + steps + " steps");
        own.close();
        require(
                own.isClosed() && own.size() == 0,
                "nothing comes any more, after " + steps + " steps");
        return isKilled;
    }

    /// It comes to an end of a pipe, sends, and leaves, while another waits at the other end: who gets
    /// what was sent, or what the next one sends, and then learns that nobody is there.
    private static boolean killsOwnerOfEnd(int steps) throws Exception {
        SharedFile file = create(Kind.PIPE, "");
        Ends own = ends(file, Session.current());
        Process waiter = new Process();
        Ends waiters = ends(file, waiter.session);
        List<Integer> got = Collections.synchronizedList(new ArrayList<>());
        waiter.start(
                Integer.MAX_VALUE,
                () -> {
                    for (int form = -1; form != 0; ) {
                        form = form(waiters.from(Ends.End.LEFT).take(Deaths::ignore));
                        got.add(form);
                    }
                });
        Process victim = new Process();
        Ends its = ends(file, victim.session);
        victim.start(
                steps,
                () -> {
                    its.come(Ends.End.LEFT);
                    its.from(Ends.End.LEFT).put(1, MemorySegment.ofArray(new byte[SMALL]));
                    its.leave(Ends.End.LEFT);
                });
        boolean isKilled = victim.end();
        own.come(Ends.End.LEFT);
        own.from(Ends.End.LEFT).put(2, MemorySegment.ofArray(new byte[SMALL]));
        own.leave(Ends.End.LEFT);
        require(!waiter.end(), "the other ends, after " + steps + " steps");
        require(own.isGone(Ends.End.LEFT), "nobody is there, after " + steps + " steps");
        int last = got.removeLast();
        require(last == 0, "the end is an end, after " + steps + " steps");
        require(isKilled || got.getFirst() == 1, got + " was sent, after " + steps + " steps");
        require(List.of(1, 2).containsAll(got), got + " was sent, after " + steps + " steps");
        return isKilled;
    }

    private static Ends ends(SharedFile file, Session session) {
        return new Ends(file, session, new Mutex(file, session));
    }

    /// A ring of which less than a small item is left before its end.
    private static Ring almostAtItsEnd(SharedFile file, int most) {
        Ring ring = ring(file, Session.current());
        ring.begin(most);
        for (int i = 0; i < 2; i++) {
            ring.put(0, MemorySegment.ofArray(new byte[1980]));
            ring.take(Deaths::ignore);
        }
        return ring;
    }

    private static Ring ring(SharedFile file, Session session) {
        return new Ring(file, session, new Mutex(file, session));
    }

    /// 0 when there is no item.
    private static int form(Ring.Item item) {
        return item == null ? 0 : item.form();
    }

    private static void ignore(Ring.Item item) {}

    /// The files beside a ring.
    private static List<String> left(SharedFile file) {
        return Session.current().left().names(file.path().getFileName() + "-item-");
    }

    /// It reads, twice, while another one wants to write: who gets it then.
    private static boolean killsReader(int steps) throws Exception {
        SharedFile file = create(Kind.READ_WRITE_LOCK, "");
        Shares own = shares(file, Session.current());
        Process victim = new Process();
        Shares its = shares(file, victim.session);
        victim.start(
                steps,
                () -> {
                    its.acquire(Access.READ);
                    its.acquire(Access.READ);
                    its.release(Access.READ);
                    its.release(Access.READ);
                });
        require(own.acquire(Access.WRITE, PATIENCE), "it is had, after " + steps + " steps");
        boolean isKilled = victim.end();
        require(own.recoveries() == 0, "nobody wrote, after " + steps + " steps");
        requireWritten(own, steps);
        return isKilled;
    }

    /// It writes, and goes on as a reader, while another one wants to write: who gets it then, and learns
    /// of a death at most once.
    private static boolean killsWriter(int steps) throws Exception {
        SharedFile file = create(Kind.READ_WRITE_LOCK, "");
        Shares own = shares(file, Session.current());
        Process victim = new Process();
        Shares its = shares(file, victim.session);
        victim.start(
                steps,
                () -> {
                    its.acquire(Access.WRITE);
                    its.acquire(Access.READ);
                    its.release(Access.WRITE);
                    its.release(Access.READ);
                });
        require(own.acquire(Access.WRITE, PATIENCE), "it is had, after " + steps + " steps");
        boolean isKilled = victim.end();
        long recoveries = own.recoveries();
        require(
                recoveries == 0 || isKilled && recoveries == 1,
                recoveries + " deaths, after " + steps + " steps");
        require(
                own.isRecovered(Access.WRITE) == (recoveries == 1),
                "it is told, after " + steps + " steps");
        requireWritten(own, steps);
        return isKilled;
    }

    /// It waits to write, while one reads and another one waits to read after it: who goes on at its
    /// death, or after it.
    private static boolean killsQueued(int steps) throws Exception {
        SharedFile file = create(Kind.READ_WRITE_LOCK, "");
        Shares own = shares(file, Session.current());
        own.acquire(Access.READ);
        Process victim = new Process();
        Shares its = shares(file, victim.session);
        victim.start(
                steps,
                () -> {
                    its.acquire(Access.WRITE);
                    its.release(Access.WRITE);
                });
        await("it waits or is dead", () -> victim.waitsFor(file) || !victim.isAlive());
        Process reader = new Process();
        Shares readers = shares(file, reader.session);
        reader.start(
                Integer.MAX_VALUE,
                () -> {
                    readers.acquire(Access.READ);
                    readers.release(Access.READ);
                });
        await("the reader waits or is in", () -> reader.waitsFor(file) || !reader.isAlive());
        own.release(Access.READ);
        require(!reader.end(), "the reader reads, after " + steps + " steps");
        boolean isKilled = victim.end();
        require(own.acquire(Access.WRITE, PATIENCE), "it is had, after " + steps + " steps");
        requireWritten(own, steps);
        return isKilled;
    }

    /// It finds a dead writer: the next one goes on, and is told of that.
    private static boolean killsHeirOfShare(int steps) throws Exception {
        SharedFile file = create(Kind.READ_WRITE_LOCK, "");
        Shares own = shares(file, Session.current());
        Process dead = new Process();
        Shares deads = shares(file, dead.session);
        dead.start(Integer.MAX_VALUE, () -> deads.acquire(Access.WRITE));
        dead.end();
        Process victim = new Process();
        Shares its = shares(file, victim.session);
        victim.start(
                steps,
                () -> {
                    its.acquire(Access.READ);
                    require(its.isRecovered(Access.READ), "a reader is told");
                    its.release(Access.READ);
                });
        boolean isKilled = victim.end();
        require(own.acquire(Access.WRITE, PATIENCE), "it is had, after " + steps + " steps");
        require(own.recoveries() > 0, "a death is counted, after " + steps + " steps");
        require(own.isRecovered(Access.WRITE), "a writer is told, after " + steps + " steps");
        requireWritten(own, steps);
        return isKilled;
    }

    /// This thread writes, and nobody has anything after it.
    private static void requireWritten(Shares own, int steps) {
        require(
                own.holders().startsWith("written by ") && own.holders().endsWith(", this thread"),
                own.holders() + ", after " + steps + " steps");
        own.release(Access.WRITE);
        require(own.holders().equals("free"), own.holders() + ", after " + steps + " steps");
    }

    /// It takes a fair lock, for which others wait then, and gives it to the first: all have it in turn.
    private static boolean killsTurnTaker(int steps) throws Exception {
        SharedFile file = createFair();
        Mutex own = new Mutex(file, Session.current());
        Process victim = new Process();
        Mutex its = new Mutex(file, victim.session);
        Process other = new Process();
        Mutex others = new Mutex(file, other.session);
        victim.start(
                steps,
                () -> {
                    its.acquire();
                    await("the other waits", () -> other.waitsFor(file));
                    its.release();
                });
        await("it is had or it is dead", () -> own.isHeld() || !victim.isAlive());
        other.start(
                Integer.MAX_VALUE,
                () -> {
                    require(others.acquire(PATIENCE), "it is had, after " + steps + " steps");
                    others.release();
                });
        require(own.acquire(PATIENCE), "it is had, after " + steps + " steps");
        own.release();
        boolean isKilled = victim.end();
        require(!other.end(), "the other has had it, after " + steps + " steps");
        require(own.recoveries() <= (isKilled ? 1 : 0), own.recoveries() + ", after " + steps);
        require(own.tryAcquire(), "it is free, after " + steps + " steps");
        return isKilled;
    }

    /// It waits for its turn, and another one after it: who has it at its death, or after it.
    private static boolean killsTurnWaiter(int steps) throws Exception {
        SharedFile file = createFair();
        Mutex own = new Mutex(file, Session.current());
        own.acquire();
        Process victim = new Process();
        Mutex its = new Mutex(file, victim.session);
        victim.start(
                steps,
                () -> {
                    its.acquire();
                    its.release();
                });
        await("it waits or is dead", () -> victim.waitsFor(file) || !victim.isAlive());
        Process other = new Process();
        Mutex others = new Mutex(file, other.session);
        other.start(
                Integer.MAX_VALUE,
                () -> {
                    others.acquire();
                    others.release();
                });
        await("the other waits", () -> other.waitsFor(file));
        own.release();
        require(!other.end(), "the other has had it, after " + steps + " steps");
        boolean isKilled = victim.end();
        require(
                own.recoveries() == 0 || isKilled && own.recoveries() == 1,
                own.recoveries() + " deaths, after " + steps + " steps");
        require(own.tryAcquire(), "it is free, after " + steps + " steps");
        return isKilled;
    }

    /// It is handed a fair lock, and gives up at that moment: the next one has it, and is told of nothing, as
    /// nobody has died inside.
    private static boolean killsWhoGivesUp(int steps) throws Exception {
        SharedFile file = createFair();
        Mutex own = new Mutex(file, Session.current());
        own.acquire();
        Process victim = new Process();
        victim.start(
                steps,
                () -> {
                    long name = Layout.lockWord(victim.session.holder(), Thread.currentThread());
                    Mutex guard = new Mutex(file, victim.session, Layout.AT_ROWS_PAGE);
                    Turns turns = new Turns(file, victim.session, guard);
                    int row = turns.come(name);
                    await("it is handed over", () -> !own.isOwned());
                    turns.giveUp(row, name);
                });
        await(
                "it waits or is dead",
                () -> (word(file.page()) & Layout.LOCK_WAITERS) != 0 || !victim.isAlive());
        own.release();
        require(own.acquire(PATIENCE), "it is had, after " + steps + " steps");
        boolean isKilled = victim.end();
        require(own.recoveries() == 0, "nobody has had it, after " + steps + " steps");
        own.release();
        require(own.tryAcquire(), "it is free, after " + steps + " steps");
        return isKilled;
    }

    /// It finds a dead holder, and stands still until the one before it has the lock: then it is the next
    /// one nonetheless.
    ///
    /// @return whether it has stood still
    private static boolean stopsBeforeAnHeir(int steps) throws Exception {
        SharedFile file = createFair();
        Mutex own = new Mutex(file, Session.current());
        MemorySegment guard = file.page().asSlice(Layout.AT_ROWS_PAGE);
        Process dead = new Process();
        Process first = new Process();
        Process late = new Process();
        Process last = new Process();
        List<Process> had = Collections.synchronizedList(new ArrayList<>());
        dead.start(Integer.MAX_VALUE, new Mutex(file, dead.session)::acquire);
        await("one holds it, and ends", () -> own.isHeld() && !dead.isAlive());
        BooleanSupplier isInTheWay =
                () -> Layout.holder(Layout.waiting(word(guard))) == late.session.holder();
        Fate fate =
                new Fate(
                        steps,
                        () ->
                                await(
                                        "the first has it, or needs what this one holds",
                                        () -> !had.isEmpty() || isInTheWay.getAsBoolean()));
        startToHave(
                first,
                new Fate(Integer.MAX_VALUE, Deaths::doNothing),
                file,
                had,
                () -> {
                    int before = fate.taken;
                    await(
                            "the late one looks",
                            () -> {
                                own.wakeHeirs(first.session.holder());
                                return fate.taken > before + 30;
                            });
                });
        await("the first waits", () -> first.waitsFor(file));
        startToHave(late, fate, file, had, Deaths::doNothing);
        await("the late one waits or stands", () -> late.waitsFor(file) || fate.left == 0);
        boolean isInRow = late.waitsFor(file);
        Fate whole = new Fate(Integer.MAX_VALUE, Deaths::doNothing);
        if (isInRow) {
            startToHave(last, whole, file, had, Deaths::doNothing);
            await("the last waits", () -> last.waitsFor(file));
        }
        dead.session.roster().free(dead.session.holder());
        own.wakeHeirs(dead.session.holder());
        late.end();
        first.end();
        if (isInRow) {
            last.end();
        }
        List<Process> inTurn = isInRow ? List.of(first, late, last) : List.of(first, late);
        require(had.equals(inTurn), "they have had it in turn, after " + steps + " steps");
        require(own.recoveries() == 1, "one has died inside, after " + steps + " steps");
        return fate.left == 0;
    }

    /// Has a process take the lock, note that, and do something before it gives it back.
    private static void startToHave(
            Process process, Fate fate, SharedFile file, List<Process> had, Runnable inside) {
        Mutex mutex = new Mutex(file, process.session);
        process.start(
                fate,
                () -> {
                    mutex.acquire();
                    had.add(process);
                    inside.run();
                    mutex.release();
                });
    }

    private static long word(MemorySegment page) {
        return (long) Layout.LONG.getVolatile(page, Layout.AT_LOCK_WORD);
    }

    /// It finds a dead holder, as the first of two: the other one has it then, and is told if it is not.
    private static boolean killsHeirOfTurn(int steps) throws Exception {
        SharedFile file = createFair();
        Mutex own = new Mutex(file, Session.current());
        Process dead = new Process();
        Mutex deads = new Mutex(file, dead.session);
        dead.start(Integer.MAX_VALUE, deads::acquire);
        dead.end();
        Process victim = new Process();
        Mutex its = new Mutex(file, victim.session);
        victim.start(
                steps,
                () -> {
                    its.acquire();
                    its.release();
                });
        require(own.acquire(PATIENCE), "it is had, after " + steps + " steps");
        boolean isKilled = victim.end();
        require(own.recoveries() > 0, "a death is counted, after " + steps + " steps");
        require(own.isRecovered(), "it is told, after " + steps + " steps");
        own.release();
        require(!own.isHeld(), "it is free, after " + steps + " steps");
        return isKilled;
    }

    private static void doNothing() {}

    private static Shares shares(SharedFile file, Session session) {
        return new Shares(file, session, new Mutex(file, session));
    }

    private static SharedFile createFair() {
        Header header = new Header(Kind.LOCK, null, Guard.OWN, "", Layout.ROWS);
        SharedFile file = Session.current().create(header);
        MADE.add(file);
        return file;
    }

    private static Phases phases(SharedFile file, Session session) {
        return new Phases(file, session, new Mutex(file, session));
    }

    private static SharedFile create(Kind kind, String guardFile) {
        Guard guard =
                kind == Kind.LOCK ? Guard.OWN : guardFile.isEmpty() ? Guard.NONE : Guard.ELSEWHERE;
        SharedFile file =
                Session.current().create(new Header(kind, null, guard, guardFile, length(kind)));
        MADE.add(file);
        return file;
    }

    private static long length(Kind kind) {
        return switch (kind) {
            case LOCK, BARRIER -> 0;
            case QUEUE, PIPE -> Layout.LEAST_RING;
            default -> Layout.ROWS;
        };
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
        private volatile Thread thread;
        private volatile boolean isKilled;

        /// Of what it waits for, null when it does not.
        private SharedFile waits;

        /// Whether it had a row there when it died.
        private volatile boolean hadRow;

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
            start(new Fate(steps, Death::happen), deed);
        }

        void start(Fate fate, Runnable deed) {
            thread =
                    Thread.ofPlatform()
                            .daemon()
                            .unstarted(
                                    () -> {
                                        FATE.set(fate);
                                        try {
                                            deed.run();
                                        } catch (Death e) {
                                            isKilled = true;
                                            hadRow = waits != null && waitsFor(waits);
                                        } finally {
                                            FATE.remove();
                                        }
                                        if (isKilled) {
                                            session.roster().free(session.holder());
                                        }
                                    });
            thread.start();
        }

        void startToWait(SharedFile lock, SharedFile file, int steps) {
            Mutex mutex = new Mutex(lock, session);
            Tickets tickets = new Tickets(file, session, mutex);
            waits = file;
            start(
                    steps,
                    () -> {
                        mutex.acquire();
                        tickets.await();
                        mutex.release();
                    });
        }

        /// Whether it has a row in a file.
        boolean waitsFor(SharedFile file) {
            if (thread == null) {
                return false;
            }
            long self = Layout.waiting(session.holder(), thread);
            MemorySegment rows = file.data();
            for (long row = 0; row < rows.byteSize(); row += Layout.ROW_BYTES) {
                if ((long) Layout.LONG.getVolatile(rows, row + Layout.ROW_OWNER) == self
                        && (long) Layout.LONG.getVolatile(rows, row + Layout.ROW_VALUE) != 0) {
                    return true;
                }
            }
            return false;
        }

        boolean isAlive() {
            return thread.isAlive();
        }

        /// Waits for its end.
        ///
        /// @return whether it was killed
        boolean end() throws InterruptedException {
            if (!thread.join(PATIENCE)) {
                throw new AssertionError(
                        "it does not end: " + Arrays.toString(thread.getStackTrace()));
            }
            if (!isKilled) {
                session.roster().free(session.holder());
            }
            return isKilled;
        }
    }
}
