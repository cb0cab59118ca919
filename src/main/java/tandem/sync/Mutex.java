package tandem.sync;

import tandem.memory.Layout;
import tandem.memory.Roster;
import tandem.memory.Session;
import tandem.memory.SharedFile;
import tandem.memory.Trace;
import tandem.memory.WaitCounts;
import tandem.memory.Waits;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;

/// A recursive lock between processes, owned by a thread of one of them, on the lock word of a
/// shared file. There must be one mutex for a file in a JVM.
public final class Mutex {
    /*
     * Overview. The word is 0 when the lock is free, else the holder bits of the process that holds
     * it (see Layout), plus the WAITERS bit when someone may be asleep. Which thread of the process
     * holds it, and how often, is known to that process alone: `hold`.
     *
     * Invariants
     *   I1  Only a compare-and-set from 0, or from the exact word of a dead holder, takes the lock;
     *       only the holder, by a compare-and-set to 0, gives it back. So one process holds it, and as
     *       a process's own threads go through the same word, one thread. breakLock() is no holder:
     *       it puts a name that no process has (slot 0) in the place of the holder's, by a
     *       compare-and-set on exactly what it saw, and then 0 in the place of that. So a hold of
     *       another thread of its own process is broken like any other, and a breaker that dies in
     *       between has left the lock to a holder that is dead.
     *   I2  `hold` names the thread of this process that took the lock last, and is written by the one
     *       that takes it; its depth is written by that thread alone, and is 0 when it does not hold
     *       the lock. So a thread that finds itself there with a depth above 0 has taken the lock, and
     *       whether it was broken since then, the word says. What it does before it learns of that
     *       changes its own hold, and not that of the next one. The hold stays as it is at a release,
     *       because most locks are taken again by the thread that had them. For a thread that has
     *       ended, who wins a compare-and-set on `hold` is the new one.
     *   I3  Whoever sleeps has first seen the WAITERS bit in the word, and the kernel checks that the
     *       word is still the same. Whoever clears the word and saw the bit wakes one sleeper.
     *       A sleeper that is woken puts the bit back when it takes the lock, as it cannot know
     *       whether others sleep: one wake too many at the end, never one too few.
     *   I4  The claim beside the word names the process and the thread that hold it while that thread
     *       shows to others that it waits for something else: it is written before the wait is shown,
     *       and replaced by 0 after it is shown no more, before the thread goes on. It is what circles
     *       are found by; a lock that is only held needs none. The process is named as in the lock's
     *       session, wherever it waits. Who no longer holds the lock, as it was broken, takes back
     *       what it wrote, and nothing else.
     *   I5  A process that dies between the exchange and the wake, or after it was woken and before
     *       it took the word, costs the sleepers one slice (100 ms) at most: they look by themselves.
     *
     * src/model/lock.pml lets a model checker try them.
     *
     * A waiter spins before it sleeps, and again when it was woken, with growing pauses between the
     * looks. Most locks
     * are held for less than a sleep and a wake-up take; the pauses let the holder work on its cache
     * line in peace, and the bit stays unset, so that releases stay within Java.
     */
    private static final VarHandle HOLD;
    private static final VarHandle DEPTH;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HOLD = lookup.findVarHandle(Mutex.class, "hold", Hold.class);
            DEPTH = lookup.findVarHandle(Hold.class, "depth", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// How often a thread has taken the lock and not given it back.
    private static final class Hold {
        final Thread owner;
        int depth;

        Hold(Thread owner, int depth) {
            this.owner = owner;
            this.depth = depth;
        }
    }

    /// Looks at the word are 1, 2, 4 … pauses of the processor apart, up to this many: some 30 µs in
    /// all, about what a sleep and a wake-up take. With one processor, nobody can release meanwhile.
    private static final int LONGEST_PAUSE =
            Runtime.getRuntime().availableProcessors() > 1 ? 512 : 0;

    private static final Set<Mutex> ALL =
            Collections.newSetFromMap(Collections.synchronizedMap(new WeakHashMap<>()));

    private final MemorySegment page;
    private final String name;
    private final Waits.Target target;
    private final Session session;
    private final int self;
    private final Waiter waiter;

    private Hold hold = new Hold(null, 0);

    /// Whether the one that holds the lock now was told of a death.
    private boolean recovered;

    public Mutex(SharedFile file, Session session) {
        this.page = file.page();
        this.name = file.path().getFileName().toString();
        this.target = Waits.Target.ofFile(name);
        this.session = session;
        this.self = session.holder();
        this.waiter = Waiter.of(session);
        ALL.add(this);
    }

    /// Takes the lock, and waits for as long as that takes.
    ///
    /// @throws UncheckedInterruptedException when the thread is interrupted while it waits
    public void acquire() {
        Thread current = Thread.currentThread();
        if (isOwner(current)) {
            deepen();
        } else if (Layout.INT.compareAndSet(page, Layout.AT_LOCK_WORD, 0, self)) {
            own(current);
        } else {
            acquireSlowly(current, Deadline.NEVER);
        }
    }

    /// Takes the lock if that is possible within a time.
    ///
    /// @throws UncheckedInterruptedException when the thread is interrupted while it waits
    public boolean acquire(Duration time) {
        return tryAcquire()
                || (time.isPositive()
                        && acquireSlowly(Thread.currentThread(), Deadline.after(time)));
    }

    /// Takes the lock if nobody holds it.
    public boolean tryAcquire() {
        Thread current = Thread.currentThread();
        if (isOwner(current)) {
            deepen();
            return true;
        }
        if (Layout.INT.compareAndSet(page, Layout.AT_LOCK_WORD, 0, self)) {
            own(current);
            return true;
        }
        return adopt(current) || takeFromDead(current, word());
    }

    /// Gives the lock back, once for each time that it was taken.
    ///
    /// @throws IllegalMonitorStateException when this thread does not hold it
    public void release() {
        Thread current = Thread.currentThread();
        Hold own = hold;
        if (own.owner != current || own.depth == 0) {
            if (!adopt(current)) {
                throw notOwner(current);
            }
            own = hold;
            own.depth--;
        }
        if (own.depth > 1) {
            own.depth--;
            return;
        }
        requireUnbroken();
        DEPTH.setRelease(own, 0);
        if (!Layout.INT.compareAndSet(page, Layout.AT_LOCK_WORD, self, 0)) {
            releaseAndWake();
        }
    }

    private void releaseAndWake() {
        if (!Layout.INT.compareAndSet(page, Layout.AT_LOCK_WORD, self | Layout.WAITERS, 0)) {
            throw broken();
        }
        waiter.wake(page, Layout.AT_LOCK_WORD, false);
    }

    private void deepen() {
        requireUnbroken();
        hold.depth = Math.incrementExact(hold.depth);
    }

    /// What another process has broken is not held any more by the thread that took it.
    private void requireUnbroken() {
        if (((int) Layout.INT.get(page, Layout.AT_LOCK_WORD) & Layout.HOLDER_MASK) != self) {
            throw broken();
        }
    }

    private IllegalMonitorStateException broken() {
        Hold own = hold;
        if (own.owner == Thread.currentThread()) {
            DEPTH.setRelease(own, 0);
        }
        return Trace.trim(
                new IllegalMonitorStateException(
                        "%s is not held by thread %s any more: breakLock() took it away, and now it is %s"
                                .formatted(name, Thread.currentThread().getName(), holder())));
    }

    /// Frees the lock, whoever holds it, and says so on the error output. For a lock whose holder
    /// lives and will never release it; what it guards may be half-written, and the next `hold()` is
    /// told so. Nothing happens when the holder releases it at this moment.
    public void breakLock() {
        breakLock(word() & Layout.HOLDER_MASK);
    }

    /// As `breakLock()`, for a holder that somebody has seen: when another has the lock now, it keeps
    /// it.
    ///
    /// @param holder its bits in the lock word
    public void breakLock(int holder) {
        String before = holder();
        int broken = Roster.slot(self) << Layout.HOLDER_GENERATION_SHIFT | Layout.WAITERS;
        int word = word();
        while (holder != 0 && (word & Layout.HOLDER_MASK) == holder) {
            if (Layout.INT.compareAndSet(page, Layout.AT_LOCK_WORD, word, broken)) {
                Layout.LONG.setVolatile(page, Layout.AT_LOCK_CLAIM, 0L);
                countRecovery();
                if (Layout.INT.compareAndSet(page, Layout.AT_LOCK_WORD, broken, 0)) {
                    waiter.wake(page, Layout.AT_LOCK_WORD, false);
                }
                System.err.printf(
                        "tandem: %s was %s; %s has broken the lock: what it guards may be"
                                + " half-written%n",
                        name, before, session.roster().describe(self));
                return;
            }
            word = word();
        }
        System.err.printf(
                (word & Layout.HOLDER_MASK) == 0
                        ? "tandem: %s is free, there is nothing to break%n"
                        : "tandem: %s has changed hands and is left alone: it is %s%n",
                name,
                holder());
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
        int word = (int) Layout.INT.getVolatile(last, Layout.AT_LOCK_WORD);
        while ((word & Layout.HOLDER_MASK) == self) {
            Layout.LONG.getAndAdd(last, Layout.AT_LOCK_RECOVERIES, 1L);
            if (Layout.INT.compareAndSet(last, Layout.AT_LOCK_WORD, word, 0)) {
                waiter.wake(last, Layout.AT_LOCK_WORD, false);
                return;
            }
            word = (int) Layout.INT.getVolatile(last, Layout.AT_LOCK_WORD);
        }
    }

    private boolean isOwner(Thread current) {
        Hold last = hold;
        return last.owner == current && last.depth > 0;
    }

    /// Wakes those who wait for the lock, if it was held by a process that has ended and whose slot
    /// has been freed: they look at once instead of at the end of their slice.
    public void wakeHeirs(int ended) {
        try {
            if ((word() & Layout.HOLDER_MASK) == ended) {
                waiter.wake(page, Layout.AT_LOCK_WORD, true);
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

    /// The locks that a thread of this process holds.
    static List<Mutex> heldBy(Thread thread) {
        synchronized (ALL) {
            return ALL.stream().filter(mutex -> mutex.isOwner(thread)).toList();
        }
    }

    /// Names a thread of this process to others as the one that holds the lock, if it does.
    void claim(Thread holder) {
        if (isHeldBy(holder)) {
            Layout.LONG.setVolatile(page, Layout.AT_LOCK_CLAIM, Layout.claim(self, holder));
            if (!isHeldBy(holder)) {
                unclaim(holder);
            }
        }
    }

    /// Takes back what `claim` has written.
    void unclaim(Thread holder) {
        Layout.LONG.compareAndSet(page, Layout.AT_LOCK_CLAIM, Layout.claim(self, holder), 0L);
    }

    private boolean isHeldBy(Thread thread) {
        return isOwner(thread) && (word() & Layout.HOLDER_MASK) == self;
    }

    private void own(Thread current) {
        Hold own = hold;
        if (own.owner == current) {
            DEPTH.setRelease(own, 1);
        } else {
            HOLD.setRelease(this, new Hold(current, 1));
        }
        recovered = false;
        count(Layout.AT_LOCK_ACQUISITIONS);
    }

    /// The counts are written by the holder alone.
    private void count(long offset) {
        Layout.LONG.set(page, offset, (long) Layout.LONG.get(page, offset) + 1);
    }

    private void countRecovery() {
        Layout.LONG.getAndAdd(page, Layout.AT_LOCK_RECOVERIES, 1L);
        session.roster().countRecovery(self);
    }

    private IllegalMonitorStateException notOwner(Thread current) {
        return Trace.trim(
                new IllegalMonitorStateException(
                        "release() by thread %s of %s, which does not hold %s: it is %s"
                                .formatted(
                                        current.getName(),
                                        session.roster().describe(self),
                                        name,
                                        holder())));
    }

    private boolean acquireSlowly(Thread current, Deadline deadline) {
        long start = System.nanoTime();
        try {
            boolean acquired = spin(current, self) || sleepRecorded(current, deadline);
            if (acquired) {
                WaitCounts.addExclusively(page, Layout.AT_LOCK_WAITS, System.nanoTime() - start);
            }
            return acquired;
        } catch (IllegalStateException e) {
            requireClosed(e);
            throw Trace.trim(
                    new IllegalStateException(
                            name
                                    + " was closed while thread "
                                    + current.getName()
                                    + " waited for its lock",
                            e));
        } finally {
            session.roster().countLockWait(self, System.nanoTime() - start);
        }
    }

    private boolean sleepRecorded(Thread current, Deadline deadline) {
        if (!Flight.isOn()) {
            return sleep(current, deadline);
        }
        Flight.LockWait event = new Flight.LockWait();
        event.begin();
        event.lock = name;
        if (event.isEnabled()) {
            event.holder = session.roster().describe(word() & Layout.HOLDER_MASK);
        }
        event.acquired = sleep(current, deadline);
        event.commit();
        return event.acquired;
    }

    private boolean sleep(Thread current, Deadline deadline) {
        long nextLook = System.nanoTime() + Waiter.SLICE_NANOS;
        boolean looks = false;
        try (LongWait wait = new LongWait(session, target, deadline != Deadline.NEVER)) {
            for (int round = 0; ; round++) {
                int word = word();
                if (word == 0) {
                    if (Layout.INT.compareAndSet(
                            page, Layout.AT_LOCK_WORD, 0, self | Layout.WAITERS)) {
                        own(current);
                        return true;
                    }
                    continue;
                }
                int asleep = word | Layout.WAITERS;
                if (word != asleep
                        && !Layout.INT.compareAndSet(page, Layout.AT_LOCK_WORD, word, asleep)) {
                    continue;
                }
                // Whoever gives up has set the bit: his wake-up may have been for others too.
                if (adopt(current)) {
                    return true;
                }
                UncheckedInterruptedException.check("waiting for " + name);
                if (deadline.isOver()) {
                    return false;
                }
                if (looks) {
                    wait.show();
                    wait.checkCircle();
                }
                waiter.await(page, Layout.AT_LOCK_WORD, asleep, deadline.slice(), round);
                if (spin(current, self | Layout.WAITERS)) {
                    return true;
                }
                looks = System.nanoTime() - nextLook >= 0;
                if (looks) {
                    nextLook = System.nanoTime() + Waiter.SLICE_NANOS;
                }
                boolean hasLeft = !session.roster().isCurrent(asleep & Layout.HOLDER_MASK);
                if (word() == asleep && (looks || hasLeft) && takeFromDead(current, asleep)) {
                    return true;
                }
            }
        }
    }

    private boolean spin(Thread current, int claim) {
        for (int pause = 1; pause <= LONGEST_PAUSE; pause <<= 1) {
            for (int i = 0; i < pause; i++) {
                Thread.onSpinWait();
            }
            int word = word();
            if (word == 0 && Layout.INT.compareAndSet(page, Layout.AT_LOCK_WORD, 0, claim)) {
                own(current);
                return true;
            }
        }
        return false;
    }

    /// Under JShell's local execution every snippet runs on a thread of its own: what an ended
    /// thread of this process holds, another may use and release. Whether it holds the lock is asked
    /// when it is known to have ended: before, it may still be releasing it.
    private boolean adopt(Thread current) {
        Hold ended = (Hold) HOLD.getVolatile(this);
        return ended.owner != null
                && !ended.owner.isAlive()
                && (word() & Layout.HOLDER_MASK) == self
                && ended.depth > 0
                && HOLD.compareAndSet(
                        this, ended, new Hold(current, Math.incrementExact(ended.depth)));
    }

    private boolean takeFromDead(Thread current, int word) {
        int holder = word & Layout.HOLDER_MASK;
        Roster roster = session.roster();
        if (holder == 0 || holder == self || roster.isAlive(holder)) {
            return false;
        }
        String dead = roster.describe(holder);
        if (!Layout.INT.compareAndSet(page, Layout.AT_LOCK_WORD, word, self | Layout.WAITERS)) {
            return false;
        }
        own(current);
        Layout.LONG.setVolatile(page, Layout.AT_LOCK_CLAIM, 0L);
        countRecovery();
        Flight.lockRecovered(name, dead);
        System.err.printf(
                "tandem: %s was held by %s, which is dead: its contents may be half-written%n",
                name, dead);
        return true;
    }

    private int word() {
        return (int) Layout.INT.getVolatile(page, Layout.AT_LOCK_WORD);
    }

    /// Whether a holder has died with the lock, so that what it guards may be half-written, and no
    /// holder before this one has asked: who took the lock over may only have read an element. Asked
    /// by the holder.
    public boolean isRecovered() {
        long recoveries = (long) Layout.LONG.get(page, Layout.AT_LOCK_RECOVERIES);
        if (recoveries != (long) Layout.LONG.get(page, Layout.AT_LOCK_TOLD)) {
            Layout.LONG.set(page, Layout.AT_LOCK_TOLD, recoveries);
            recovered = true;
        }
        return recovered;
    }

    /// How often the lock was taken by a thread that did not hold it already.
    public long acquisitions() {
        return (long) Layout.LONG.getVolatile(page, Layout.AT_LOCK_ACQUISITIONS);
    }

    /// The acquisitions that had to wait.
    public WaitCounts waits() {
        return WaitCounts.read(page, Layout.AT_LOCK_WAITS);
    }

    /// How often the lock was taken from a process that had died.
    public long recoveries() {
        return (long) Layout.LONG.getVolatile(page, Layout.AT_LOCK_RECOVERIES);
    }

    /// Whether a thread of this process holds the lock at this moment.
    public boolean isOwned() {
        return (int) DEPTH.getAcquire((Hold) HOLD.getAcquire(this)) > 0;
    }

    /// Whether anybody holds the lock at this moment.
    public boolean isHeld() {
        return word() != 0;
    }

    /// Who holds the lock at this moment, for a person: "free" or "held by 1 号进程 (pid 4711)".
    public String holder() {
        int holder = word() & Layout.HOLDER_MASK;
        if (holder == 0) {
            return "free";
        }
        String process = "held by " + session.roster().describe(holder);
        Thread thread = ((Hold) HOLD.getAcquire(this)).owner;
        if (holder != self || !isOwned() || thread == null) {
            return process;
        }
        if (thread == Thread.currentThread()) {
            return process + ", this thread";
        }
        return process
                + ", thread "
                + thread.getName()
                + (thread.isAlive() ? "" : ", which has ended");
    }
}
