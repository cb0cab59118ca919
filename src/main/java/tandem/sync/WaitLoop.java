package tandem.sync;

import tandem.memory.SharedFile;
import tandem.record.Recorder;
import tandem.session.Session;
import tandem.session.Waits;

import java.lang.foreign.MemorySegment;

/// One wait of a thread for a word of a shared file, in which it looks around between the slices of
/// its sleep. What all waits have in common is here; what they wait for is with those who wait:
///
/// ```java
/// try (WaitLoop loop = new WaitLoop(session, waiter, file, deadline)) {
///     while (true) {
///         int seen = word();               // and whoever changes it wakes
///         if (isOver(seen)) return true;
///         if (loop.isVain()) return false;
///         loop.sleep(page, offset, seen);
///     }
/// }
/// ```
final class WaitLoop implements AutoCloseable {
    private final LongWait wait;

    /// Null when it is not recorded.
    private final Recorder.Waiting recorded;

    private final Waiter waiter;
    private final SharedFile file;
    private final Deadline deadline;
    private long nextLook = System.nanoTime() + Waiter.SLICE_NANOS;
    private boolean isTimeToLook;
    private int round;

    /// Whether the thread halts here, where time is not that of a clock, and it is over.
    private boolean isStepped;

    private boolean isVain;

    /// @param file of the object that is waited for
    WaitLoop(Session session, Waiter waiter, SharedFile file, Deadline deadline) {
        this(session, waiter, file, deadline, deadline != Deadline.NEVER, true);
    }

    /// @param endsByItself whether it can be no part of a circle
    /// @param isToldOf whether it is one in a timeline
    WaitLoop(
            Session session,
            Waiter waiter,
            SharedFile file,
            Deadline deadline,
            boolean endsByItself,
            boolean isToldOf) {
        Waits.Target target = Waits.Target.ofFile(file.path().getFileName().toString());
        this.wait = new LongWait(session, target, endsByItself);
        this.waiter = waiter;
        this.file = file;
        this.deadline = deadline;
        if (isToldOf) {
            Recorder.look();
        }
        this.recorded = isToldOf && Recorder.isOn() ? Recorder.waits(file, session) : null;
    }

    /// Whether the time is over. One that lasts is shown to others from the first look on.
    ///
    /// @throws UncheckedInterruptedException when the thread is interrupted
    boolean isVain() {
        UncheckedInterruptedException.check("waiting for " + file.name());
        if (isVain || !isStepped && deadline.isOver()) {
            return true;
        }
        if (isTimeToLook) {
            wait.show();
        }
        return false;
    }

    /// Looks whether the wait can never end, and whether it is for this thread to give up.
    ///
    /// @throws DeadlockException when both are so
    void checkCircle() {
        if (isTimeToLook) {
            wait.checkCircle();
        }
    }

    /// Sleeps while a word is as it was seen, until somebody wakes it, and for a slice at most.
    ///
    /// @return whether the last look around is a slice ago, so that it is time for the next
    boolean sleep(MemorySegment page, long offset, int seen) {
        if (Halt.IS_ON) {
            byte answer = Halt.blocked(file, deadline.seconds());
            isStepped = answer != Halt.NONE;
            isVain = answer == Halt.GO;
            if (isStepped) {
                return true;
            }
        }
        waiter.await(page, offset, seen, deadline.slice(), round++);
        isTimeToLook = System.nanoTime() - nextLook >= 0;
        if (isTimeToLook) {
            nextLook = System.nanoTime() + Waiter.SLICE_NANOS;
        }
        return isTimeToLook;
    }

    @Override
    public void close() {
        wait.close();
        if (recorded != null) {
            recorded.close();
        }
    }
}
