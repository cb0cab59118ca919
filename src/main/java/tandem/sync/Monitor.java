package tandem.sync;

import tandem.memory.Layout;
import tandem.memory.SharedFile;
import tandem.memory.WaitCounts;
import tandem.session.Session;

import java.lang.foreign.MemorySegment;
import java.util.function.BooleanSupplier;

/// A lock that survives the death of its holder, what it guards, and threads that wait until something
/// of that is so. Whatever processes share, other than a flag, is plain code within it:
///
/// ```java
/// monitor.enter();
/// try {
///     if (!monitor.await(notEmpty, deadline, _ -> !isEmpty(), () -> !isEmpty())) return null;
///     …                                  // prepare what is to be
///     commit();                          // one write
///     notFull.changeOne();
/// } finally {
///     monitor.leave();
/// }
/// ```
public final class Monitor {
    /*
     * Overview. A process may be killed at any instruction, in the monitor too; then the next one
     * takes the lock over, without a word, as nothing is half-written:
     *
     *   M1  What is guarded changes by one write of a word, the last of the change; all that is written
     *       before is not looked at until then (see Ledger). So the others find the old state or the
     *       new one, and there is nothing to repair.
     *   M2  What a dead process still owes, as its rows say, is settled by whoever finds it dead: it
     *       looks under the lock, at the latest a slice after the death if anybody waits for it.
     *       Settling is made of such changes too, and can be begun again.
     *   M3  Who waits looks at each slice whether it may go on, also when nobody has woken it.
     *
     * The lock may be another object's, and held several times by the thread: who waits gives all of
     * that back, and has it again when it goes on, however its wait ends. An interrupt ends only the
     * sleep, never the way back in; and who may go on at that moment goes on, with its interrupt flag
     * set.
     */
    private final Mutex mutex;
    private final SharedFile file;
    private final Session session;
    private final Waiter waiter;
    private final AdaptiveSpin spin = new AdaptiveSpin();

    /// Whether something is so, asked under the lock.
    interface Test {
        /// @param isThorough whether the kernel is to be asked who has died: after a look, and before
        ///     giving up
        boolean isSo(boolean isThorough);
    }

    /// @param mutex the lock
    /// @param file of the object that is waited for
    public Monitor(Mutex mutex, SharedFile file, Session session) {
        this.mutex = mutex;
        this.file = file;
        this.session = session;
        this.waiter = Waiter.of(session);
    }

    /// A queue of those who wait for something, at a place that is zero when it is made.
    public WaitQueue queue(MemorySegment segment, long offset) {
        return new WaitQueue(segment, offset, waiter);
    }

    /// Takes the lock. An interrupt does not end it, and is kept.
    public void enter() {
        enter(1);
    }

    private void enter(int depth) {
        boolean isInterrupted = false;
        try {
            while (true) {
                try {
                    mutex.acquireAgain(depth);
                    return;
                } catch (UncheckedInterruptedException e) {
                    isInterrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Takes the lock if nobody else holds it.
    public boolean tryEnter() {
        return mutex.tryAcquire();
    }

    /// Gives the lock back.
    public void leave() {
        mutex.release();
    }

    /// Waits until something is so. The caller has entered, and has entered when this returns or
    /// throws.
    ///
    /// @param isReady asked under the lock. Where that is changed under another lock, it is to be asked
    ///     whether somebody waits after the change.
    /// @param isWorthALook asked without the lock, where it may be wrong, once in each slice: whether
    ///     it could be so, or somebody who has died owes something
    /// @return whether it is so; false when the time was over first
    /// @throws UncheckedInterruptedException when the thread is interrupted, and it is not so
    /// @throws DeadlockException when it can never be so, and it is for this thread to give up
    boolean await(WaitQueue queue, Deadline deadline, Test isReady, BooleanSupplier isWorthALook) {
        if (isReady.isSo(false)) {
            return true;
        }
        long start = System.nanoTime();
        try {
            boolean ready = waitRecorded(queue, deadline, isReady, isWorthALook);
            WaitCounts.add(file.page(), file.header().kind().waits(), System.nanoTime() - start);
            return ready;
        } finally {
            long nanos = System.nanoTime() - start;
            spin.learn(nanos);
            session.roster().countEventWait(session.holder(), nanos);
        }
    }

    private boolean waitRecorded(
            WaitQueue queue, Deadline deadline, Test isReady, BooleanSupplier isWorthALook) {
        if (!Flight.isOn()) {
            return waitUntil(queue, deadline, isReady, isWorthALook);
        }
        Flight.ObjectWait event = new Flight.ObjectWait();
        event.begin();
        event.object = file.name();
        event.kind = file.header().kind().prefix();
        if (event.isEnabled() && file.header().kind().namesHolder()) {
            event.holder =
                    session.roster()
                            .describe(Layout.holder(file.header().kind().holder(file.page())));
        }
        event.over = waitUntil(queue, deadline, isReady, isWorthALook);
        event.commit();
        return event.over;
    }

    private boolean waitUntil(
            WaitQueue queue, Deadline deadline, Test isReady, BooleanSupplier isWorthALook) {
        try (WaitLoop loop = new WaitLoop(session, waiter, file, deadline)) {
            while (true) {
                int seen = queue.announce();
                if (isReady.isSo(false)) {
                    return true;
                }
                int depth = mutex.releaseFully();
                boolean isVain;
                try {
                    isVain = sleep(loop, queue, seen, isWorthALook);
                } finally {
                    enter(depth);
                }
                if (isReady.isSo(isVain || queue.isAsSeen(seen))) {
                    return true;
                }
                if (isVain) {
                    return false;
                }
            }
        } catch (UncheckedInterruptedException e) {
            if (isReady.isSo(true)) {
                return true;
            }
            throw e;
        }
    }

    /// Sleeps, without the lock, until it is time to look under it.
    ///
    /// @return whether the time is over
    private boolean sleep(WaitLoop loop, WaitQueue queue, int seen, BooleanSupplier isWorthALook) {
        if (spin.sees(System.nanoTime(), () -> !queue.isAsSeen(seen))) {
            return false;
        }
        while (queue.isAsSeen(seen)) {
            if (loop.isVain()) {
                return true;
            }
            loop.checkCircle();
            if (queue.sleep(loop, seen) && isWorthALook.getAsBoolean()) {
                return false;
            }
        }
        return false;
    }
}
