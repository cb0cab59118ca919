package tandem.sync;

import static tandem.sync.Ledger.NONE;

import tandem.memory.Arguments;
import tandem.memory.Kind;
import tandem.memory.Layout;
import tandem.memory.Notice;
import tandem.memory.SharedFile;
import tandem.memory.Trace;
import tandem.memory.WaitCounts;
import tandem.record.Holding;
import tandem.record.Recorder;
import tandem.session.Roster;
import tandem.session.Session;

import java.lang.foreign.MemorySegment;
import java.time.Duration;

/// A recursive lock between processes, owned by a thread of one of them, on the lock word of a
/// shared file. There must be one mutex for a file in a JVM.
public final class Mutex extends Exclusion {
    /*
     * Overview. The word is 0 when the lock is free, else it names the thread that holds it: the
     * holder bits of its process and its id there (see Layout), plus the WAITERS bit when someone may
     * be asleep. How often that thread has taken the lock is known to it alone: `depth` of its hold.
     *
     * Invariants
     *   I1  Only a compare-and-set from 0, or from the exact word of a dead holder, takes the lock;
     *       only the holder, by a compare-and-set from its own name to 0, gives it back. So one thread
     *       holds it. breakLock() is no holder: it puts a name that no process has (slot 0) in the
     *       place of the holder's, by a compare-and-set on exactly what it saw, and then 0 in the
     *       place of that. So a breaker that dies in between has left the lock to a holder that is
     *       dead, and who was broken finds another name than its own, whoever has the lock then.
     *   I2  A hold is read and written by its thread alone. Its depth is above 0 from the moment that
     *       the thread has taken the lock until it gives it back, or learns from the word that it was
     *       broken. `last` is a guess at whose hold is asked for next: most locks are taken again by
     *       the thread that had them. Only for a thread that has ended is it more: there it says how
     *       often it had taken the lock, and who wins a compare-and-set on its name takes its place.
     *   I3  Whoever sleeps has first seen the WAITERS bit in the word, and the kernel checks that the
     *       half of it with the process and the bit is still the same. Whoever clears the word and saw
     *       the bit wakes one sleeper.
     *       A sleeper that is woken puts the bit back when it takes the lock, as it cannot know
     *       whether others sleep: one wake too many at the end, never one too few.
     *   I4  A process that dies between the exchange and the wake, or after it was woken and before
     *       it took the word, costs the sleepers one slice (100 ms) at most: they look by themselves.
     *
     * src/model/lock.pml lets a model checker try them.
     *
     * A waiter spins before it sleeps, and again when it was woken, with growing pauses between the
     * looks. Most locks are held for less than a sleep and a wake-up take; the pauses let the holder
     * work on its cache line in peace, and the bit stays unset, so that releases stay within Java.
     */
    /// How often a thread has taken the lock and not given it back.
    private static final class Hold {
        final Thread owner;

        /// The lock word while the thread has the lock and nobody waits.
        final long word;

        int depth;

        /// Whether it was told of a death.
        boolean recovered;

        /// What is recorded of it, null before anything is.
        Holding recorded;

        Hold(Thread owner, int process) {
            this.owner = owner;
            this.word = Layout.lockWord(process, owner);
        }
    }

    /// Looks at the word are 1, 2, 4 … pauses of the processor apart, up to this many: some 30 µs in
    /// all, about what a sleep and a wake-up take. With one processor, nobody can release meanwhile.
    private static final int LONGEST_PAUSE =
            Runtime.getRuntime().availableProcessors() > 1 ? 512 : 0;

    private final AdaptiveSpin spin = new AdaptiveSpin();
    private final MemorySegment page;
    private final SharedFile file;

    /// Whether people write what it guards: then it may be half-written. What a monitor guards never is.
    private final boolean guardsContents;

    /// Whether it is held for the length of a change only, by who waits for nobody meanwhile.
    private final boolean isBrief;

    private final Session session;
    private final int self;
    private final Waiter waiter;

    /// Those of a fair lock, else null.
    private final Turns turns;

    private final ThreadLocal<Hold> holds;
    private Hold last;

    public Mutex(SharedFile file, Session session) {
        this(
                file,
                session,
                file.page(),
                file.header().kind().isLockable(),
                file.header().isFair() ? new Turns(file, session, ofRows(file, session)) : null);
    }

    /// What guards the rows of a fair lock.
    private static Mutex ofRows(SharedFile file, Session session) {
        return new Mutex(file, session, Layout.AT_ROWS_PAGE);
    }

    /// A second one in a file, which is for nobody but the object itself.
    ///
    /// @param offset how far all of its words lie behind those of the first
    Mutex(SharedFile file, Session session, long offset) {
        this(file, session, file.page().asSlice(offset), false, null);
    }

    private Mutex(
            SharedFile file,
            Session session,
            MemorySegment page,
            boolean guardsContents,
            Turns turns) {
        this.page = page;
        this.file = file;
        this.guardsContents = guardsContents;
        this.isBrief = !guardsContents && file.header().kind() != Kind.MANAGER;
        this.session = session;
        this.self = session.holder();
        this.waiter = Waiter.of(session);
        this.turns = turns;
        this.holds = ThreadLocal.withInitial(() -> new Hold(Thread.currentThread(), self));
        this.last = holds.get();
    }

    /// Takes the lock, and waits for as long as that takes.
    ///
    /// @throws UncheckedInterruptedException when the thread is interrupted while it waits
    @Override
    public void acquire() {
        Hold own = own();
        if (own.depth > 0) {
            deepen(own);
        } else if (Layout.LONG.compareAndSet(page, Layout.AT_LOCK_WORD, 0L, own.word)) {
            enter(own);
        } else {
            acquireSlowly(own, Deadline.NEVER);
        }
    }

    /// Takes the lock that this thread had given back with `releaseFully`, as often as it had taken it.
    ///
    /// @throws UncheckedInterruptedException when the thread is interrupted while it waits
    void acquireAgain(int depth) {
        acquire();
        own().depth += depth - 1;
    }

    /// Gives the lock back, however often this thread has taken it. The thread is known to hold it.
    ///
    /// @return how often
    int releaseFully() {
        Hold own = own();
        int depth = own.depth;
        own.depth = 1;
        release();
        return depth;
    }

    /// @param call what the thread is about to do with the lock, as in `signal()`
    /// @throws IllegalMonitorStateException when this thread does not hold it
    public void requireOwned(String call) {
        Hold own = own();
        if (own.depth == 0) {
            if (!adopt(own)) {
                throw notOwner(call);
            }
            own.depth--;
        }
        if (!isIn(word(), own)) {
            throw broken(own);
        }
    }

    /// Takes the lock if that is possible within a time.
    ///
    /// @throws UncheckedInterruptedException when the thread is interrupted while it waits
    @Override
    public boolean acquire(Duration time) {
        Arguments.required(time, "the time");
        return tryAcquire() || (time.isPositive() && acquireSlowly(own(), Deadline.after(time)));
    }

    /// Takes the lock if nobody holds it.
    @Override
    public boolean tryAcquire() {
        Hold own = own();
        if (own.depth > 0) {
            deepen(own);
            return true;
        }
        if (Layout.LONG.compareAndSet(page, Layout.AT_LOCK_WORD, 0L, own.word)) {
            enter(own);
            return true;
        }
        return adopt(own) || takeFromDead(own, word());
    }

    /// Gives the lock back, once for each time that it was taken.
    ///
    /// @throws IllegalMonitorStateException when this thread does not hold it
    @Override
    public void release() {
        Hold own = own();
        if (own.depth == 0) {
            if (!adopt(own)) {
                throw notOwner("release()");
            }
            own.depth--;
        }
        if (own.depth > 1) {
            own.depth--;
            return;
        }
        own.depth = 0;
        recordEnd(own);
        if (!Layout.LONG.compareAndSet(page, Layout.AT_LOCK_WORD, own.word, 0L)) {
            releaseAndWake(own);
        }
    }

    private void releaseAndWake(Hold own) {
        long word = own.word | Layout.LOCK_WAITERS;
        if (turns != null) {
            if (!turns.handOver(word)) {
                throw broken(own);
            }
            return;
        }
        if (!Layout.LONG.compareAndSet(page, Layout.AT_LOCK_WORD, word, 0L)) {
            throw broken(own);
        }
        waiter.wake(page, Layout.AT_LOCK_FUTEX, false);
    }

    private Hold own() {
        Hold guess = last;
        return guess.owner == Thread.currentThread() ? guess : holds.get();
    }

    private void deepen(Hold own) {
        if (!isIn((long) Layout.LONG.get(page, Layout.AT_LOCK_WORD), own)) {
            throw broken(own);
        }
        own.depth = Math.incrementExact(own.depth);
    }

    private static boolean isIn(long word, Hold hold) {
        return (word & ~Layout.LOCK_WAITERS) == hold.word;
    }

    /// What was broken is not held any more by the thread that took it.
    private IllegalMonitorStateException broken(Hold own) {
        own.depth = 0;
        recordEnd(own);
        return Trace.trim(
                new IllegalMonitorStateException(
                        "%s is not held by thread %s any more: breakLock() took it away, and now it is %s"
                                .formatted(name(), own.owner.getName(), holder())));
    }

    /// Frees the lock, whoever holds it, and says so on the error output. For a lock whose holder
    /// lives and will never release it; what it guards may be half-written, and the next `hold()` is
    /// told so. Nothing happens when the holder releases it at this moment.
    @Override
    public void breakLock() {
        breakLock(Layout.waiting(word()));
    }

    /// As `breakLock()`, for a holder that somebody has seen: when another thread has the lock now, of
    /// whichever process, it keeps it.
    ///
    /// @param holder the thread, as [Layout#waiting(long)] names it
    public void breakLock(long holder) {
        long broken = Layout.breakingLockWord(self, Thread.currentThread());
        String before = holder();
        long word = word();
        while (holder != 0 && Layout.waiting(word) == holder) {
            if (Layout.LONG.compareAndSet(page, Layout.AT_LOCK_WORD, word, broken)) {
                countRecovery();
                if (turns != null) {
                    turns.drop(Turns.wordOf(holder));
                    turns.handOver(broken);
                } else if (Layout.LONG.compareAndSet(page, Layout.AT_LOCK_WORD, broken, 0L)) {
                    waiter.wake(page, Layout.AT_LOCK_FUTEX, false);
                }
                Notice.say(
                        "tandem: %s was %s; %s has broken the lock: what it guards may be half-written"
                                .formatted(name(), before, session.roster().describe(self)));
                return;
            }
            before = holder();
            word = word();
        }
        Notice.say(
                (word == 0
                                ? "tandem: %s is free, there is nothing to break"
                                : "tandem: %s has changed hands and is left alone: it is %s")
                        .formatted(name(), holder()));
    }

    /// Whether the memory of the lock was given back.
    public boolean isClosed() {
        return !page.scope().isAlive();
    }

    /// Breaks the hold of a thread of this process that has taken the lock while its memory was given
    /// back, so that it could not release it.
    ///
    /// @param last the page, which nobody else here can use any more
    public void abandon(MemorySegment last) {
        long word = (long) Layout.LONG.getVolatile(last, Layout.AT_LOCK_WORD);
        while (holderBits(word) == self) {
            Layout.LONG.getAndAdd(last, Layout.AT_LOCK_RECOVERIES, 1L);
            if (Layout.LONG.compareAndSet(last, Layout.AT_LOCK_WORD, word, 0L)) {
                waiter.wake(last, Layout.AT_LOCK_FUTEX, false);
                return;
            }
            word = (long) Layout.LONG.getVolatile(last, Layout.AT_LOCK_WORD);
        }
    }

    /// Wakes those who wait for the lock, if it was held by a process that has ended and whose slot
    /// has been freed: they look at once instead of at the end of their slice.
    @Override
    public void wakeHeirs(int ended) {
        try {
            if (holderBits(word()) == ended) {
                if (turns != null) {
                    turns.wakeAll();
                } else {
                    waiter.wake(page, Layout.AT_LOCK_FUTEX, true);
                }
            }
        } catch (IllegalStateException e) {
            requireClosed(e);
        }
    }

    private void requireClosed(IllegalStateException e) {
        if (!isClosed()) {
            throw e;
        }
    }

    private void enter(Hold own) {
        own.depth = 1;
        own.recovered = false;
        if (last != own) {
            last = own;
        }
        count(Layout.AT_LOCK_ACQUISITIONS);
        if (Recorder.isOn() && !isBrief) {
            recordBegin(own);
        }
    }

    private void recordBegin(Hold own) {
        Holding recorded = own.recorded;
        if (recorded == null || !recorded.isCurrent()) {
            recorded = Recorder.holding(file);
            own.recorded = recorded;
        }
        if (recorded != null) {
            recorded.begin();
        }
    }

    private static void recordEnd(Hold own) {
        if (Recorder.isOn() && own.recorded != null) {
            own.recorded.end();
        }
    }

    /// The counts are written by the holder alone.
    private void count(long offset) {
        Layout.LONG.set(page, offset, (long) Layout.LONG.get(page, offset) + 1);
    }

    private void countRecovery() {
        Layout.LONG.getAndAdd(page, Layout.AT_LOCK_RECOVERIES, 1L);
        session.roster().countRecovery(self);
    }

    private String name() {
        return file.name();
    }

    private IllegalMonitorStateException notOwner(String call) {
        return Trace.trim(
                new IllegalMonitorStateException(
                        "%s by thread %s of %s, which does not hold %s: it is %s"
                                .formatted(
                                        call,
                                        Thread.currentThread().getName(),
                                        session.roster().describe(self),
                                        name(),
                                        holder())));
    }

    private boolean acquireSlowly(Hold own, Deadline deadline) {
        long start = System.nanoTime();
        try {
            boolean spun = turns == null && spin(own, own.word);
            boolean acquired = spun || sleepRecorded(own, deadline);
            if (acquired) {
                long end = System.nanoTime();
                WaitCounts.addExclusively(page, Layout.AT_LOCK_WAITS, end - start);
                if (spun && Recorder.isOn() && own.recorded != null) {
                    own.recorded.spun(start, end);
                }
            }
            return acquired;
        } catch (IllegalStateException e) {
            requireClosed(e);
            throw Trace.trim(
                    new IllegalStateException(
                            name()
                                    + " was closed while thread "
                                    + own.owner.getName()
                                    + " waited for its lock",
                            e));
        } finally {
            session.roster().countLockWait(self, System.nanoTime() - start);
        }
    }

    private boolean sleepRecorded(Hold own, Deadline deadline) {
        if (!Flight.isOn()) {
            return await(own, deadline);
        }
        Flight.LockWait event = new Flight.LockWait();
        event.begin();
        event.lock = name();
        if (event.isEnabled()) {
            event.holder = session.roster().describe(holderBits(word()));
        }
        event.acquired = await(own, deadline);
        event.commit();
        return event.acquired;
    }

    private boolean await(Hold own, Deadline deadline) {
        return turns == null ? sleep(own, deadline) : awaitTurn(own, deadline);
    }

    private boolean sleep(Hold own, Deadline deadline) {
        long again = own.word | Layout.LOCK_WAITERS;
        try (WaitLoop loop = loop(deadline)) {
            while (true) {
                long word = word();
                if (word == 0) {
                    if (Layout.LONG.compareAndSet(page, Layout.AT_LOCK_WORD, 0L, again)) {
                        enter(own);
                        return true;
                    }
                    continue;
                }
                long asleep = word | Layout.LOCK_WAITERS;
                if (word != asleep
                        && !Layout.LONG.compareAndSet(page, Layout.AT_LOCK_WORD, word, asleep)) {
                    continue;
                }
                // Whoever gives up has set the bit: his wake-up may have been for others too.
                if (adopt(own)) {
                    return true;
                }
                if (loop.isVain()) {
                    return false;
                }
                loop.checkCircle();
                boolean looks = loop.sleep(page, Layout.AT_LOCK_FUTEX, (int) asleep);
                if (spin(own, again)) {
                    return true;
                }
                boolean hasLeft = !session.roster().isCurrent(holderBits(asleep));
                if ((looks || hasLeft) && takeFromDead(own, asleep)) {
                    return true;
                }
            }
        }
    }

    /// Whoever waits for what guards no contents has it soon: it is held for the length of a change.
    private WaitLoop loop(Deadline deadline) {
        boolean endsByItself = isBrief || deadline != Deadline.NEVER;
        return new WaitLoop(session, waiter, file, deadline, endsByItself, !isBrief);
    }

    /// Waits until the word names this thread.
    private boolean awaitTurn(Hold own, Deadline deadline) {
        int row = NONE;
        boolean looks = false;
        long start = System.nanoTime();
        try (WaitLoop loop = loop(deadline)) {
            while (true) {
                if (!turns.has(row, own.word)) {
                    row = turns.come(own.word);
                    if (row == NONE || spin.sees(start, () -> isIn(word(), own))) {
                        enter(own);
                        return true;
                    }
                }
                int seen = turns.announce(row);
                long word = word();
                if (isIn(word, own)) {
                    enter(own);
                    return true;
                }
                boolean hasLeft = !session.roster().isCurrent(holderBits(word));
                if (adopt(own) || (looks || hasLeft) && takeFromDead(own, word)) {
                    return true;
                }
                if (loop.isVain()) {
                    return false;
                }
                loop.checkCircle();
                looks = turns.sleep(loop, row, seen);
            }
        } finally {
            spin.learn(System.nanoTime() - start);
            if (own.depth > 0) {
                turns.end(row, own.word);
            } else {
                turns.giveUp(row, own.word);
            }
        }
    }

    /// @param taken what the word is to be when the lock is this thread's
    private boolean spin(Hold own, long taken) {
        for (int pause = 1; pause <= LONGEST_PAUSE; pause <<= 1) {
            for (int i = 0; i < pause; i++) {
                Thread.onSpinWait();
            }
            if (word() == 0 && Layout.LONG.compareAndSet(page, Layout.AT_LOCK_WORD, 0L, taken)) {
                enter(own);
                return true;
            }
        }
        return false;
    }

    /// Under JShell's local execution every snippet runs on a thread of its own: what an ended
    /// thread of this process holds, another may use and release. Whether it holds the lock is asked
    /// when it is known to have ended: before, it may still be releasing it.
    private boolean adopt(Hold own) {
        Hold ended = last;
        if (ended.owner.isAlive()) {
            return false;
        }
        long word = word();
        if (!isIn(word, ended)
                || !Layout.LONG.compareAndSet(
                        page, Layout.AT_LOCK_WORD, word, own.word | word & Layout.LOCK_WAITERS)) {
            return false;
        }
        own.depth = Math.incrementExact(ended.depth);
        own.recovered = ended.recovered;
        own.recorded = ended.recorded;
        last = own;
        return true;
    }

    private boolean takeFromDead(Hold own, long word) {
        int holder = holderBits(word);
        Roster roster = session.roster();
        if (holder == 0 || holder == self || roster.isAlive(holder)) {
            return false;
        }
        if (turns == null) {
            return takeOver(own, word, true);
        }
        turns.enter();
        try {
            if (!turns.isTurnOf(own.word, word)) {
                return false;
            }
            boolean wasIn = !turns.isWaiting(word);
            turns.drop(own.word);
            return takeOver(own, word, wasIn);
        } finally {
            turns.leave();
        }
    }

    /// @param wasIn whether the dead holder knew that it was one
    private boolean takeOver(Hold own, long word, boolean wasIn) {
        String dead = session.roster().describe(holderBits(word));
        if (!Layout.LONG.compareAndSet(
                page, Layout.AT_LOCK_WORD, word, own.word | Layout.LOCK_WAITERS)) {
            return false;
        }
        enter(own);
        if (wasIn) {
            tellOfDeath(dead);
        }
        return true;
    }

    private void tellOfDeath(String dead) {
        countRecovery();
        Flight.lockRecovered(name(), dead);
        if (guardsContents) {
            Notice.say(
                    "tandem: %s was held by %s, which is dead: its contents may be half-written"
                            .formatted(name(), dead));
        }
    }

    private long word() {
        return (long) Layout.LONG.getVolatile(page, Layout.AT_LOCK_WORD);
    }

    private static int holderBits(long word) {
        return (int) word & Layout.HOLDER_MASK;
    }

    /// Whether a holder has died with the lock, so that what it guards may be half-written, and no
    /// holder before this one has asked: who took the lock over may only have read an element. Asked
    /// by the holder.
    @Override
    public boolean isRecovered() {
        Hold own = own();
        long recoveries = (long) Layout.LONG.get(page, Layout.AT_LOCK_RECOVERIES);
        if (recoveries != (long) Layout.LONG.get(page, Layout.AT_LOCK_TOLD)) {
            Layout.LONG.set(page, Layout.AT_LOCK_TOLD, recoveries);
            own.recovered = true;
        }
        return own.recovered;
    }

    /// How often the lock was taken by a thread that did not hold it already.
    @Override
    public long acquisitions() {
        return (long) Layout.LONG.getVolatile(page, Layout.AT_LOCK_ACQUISITIONS);
    }

    /// The acquisitions that had to wait.
    @Override
    public WaitCounts waits() {
        return WaitCounts.read(page, Layout.AT_LOCK_WAITS);
    }

    /// How often the lock was taken from a process that had died.
    @Override
    public long recoveries() {
        return (long) Layout.LONG.getVolatile(page, Layout.AT_LOCK_RECOVERIES);
    }

    /// Whether a thread of this process holds the lock at this moment; false when its memory was given
    /// back.
    public boolean isOwned() {
        try {
            return holderBits(word()) == self;
        } catch (IllegalStateException e) {
            requireClosed(e);
            return false;
        }
    }

    /// Whether this thread would have the lock without waiting, at this moment.
    @Override
    public boolean isAvailable() {
        long word = word();
        return word == 0
                || own().depth > 0
                || isIn(word, last) && !last.owner.isAlive()
                || !session.roster().isAlive(holderBits(word));
    }

    /// Whether anybody holds the lock at this moment.
    @Override
    public boolean isHeld() {
        return word() != 0;
    }

    /// Who holds the lock at this moment, for a person: "free" or "held by 1 号进程 (pid 4711)".
    @Override
    public String holder() {
        long word = word();
        if (word == 0) {
            return "free";
        }
        String process = "held by " + session.roster().describe(holderBits(word));
        Hold hold = last;
        if (!isIn(word, hold)) {
            return process;
        }
        Thread thread = hold.owner;
        if (thread == Thread.currentThread()) {
            return process + ", this thread";
        }
        return process
                + ", thread "
                + thread.getName()
                + (thread.isAlive() ? "" : ", which has ended");
    }

    @Override
    public String toString() {
        return name();
    }
}
