package tandem.sync;

import tandem.memory.Arguments;
import tandem.memory.Layout;
import tandem.memory.SharedFile;
import tandem.memory.WaitCounts;
import tandem.session.Session;

import java.lang.foreign.MemorySegment;
import java.time.Duration;

/// A flag that processes wait for, on the event word of a shared file.
public final class Signal extends Flag {
    /*
     * Overview. The word has 64 bits:
     *
     *     63 … 2  how often the flag was set
     *     1       someone may be asleep
     *     0       the flag
     *
     * A waiter leaves when the flag is up or the count has moved since it came, so a set() is never
     * missed, even if a clear() follows before the waiter runs. Waiters are not registered
     * anywhere: one that dies leaves at most the asleep bit, which costs the next set() one call.
     * (src/model/event.pml lets a model checker try.)
     *
     * The futex compares the low 32 bits, with the flag, the bit and 30 bits of the count. A
     * sleeper that 2^30 set()s fool in between sleeps one slice, then compares all 64 bits.
     */
    private static final long UP = Layout.EVENT_UP;
    private static final long ASLEEP = 2;
    private static final long ONE_SET = 1L << Layout.EVENT_COUNT_SHIFT;

    private final MemorySegment page;
    private final SharedFile file;
    private final Session session;
    private final Waiter waiter;
    private final AdaptiveSpin spin = new AdaptiveSpin();

    public Signal(SharedFile file, Session session) {
        this.page = file.page();
        this.file = file;
        this.session = session;
        this.waiter = Waiter.of(session);
    }

    /// Raises the flag and lets all go who wait. Never blocks.
    @Override
    public void set() {
        long word;
        do {
            word = word();
        } while (!replace(word, ((word + ONE_SET) | UP) & ~ASLEEP));
        if ((word & ASLEEP) != 0) {
            waiter.wake(page, Layout.AT_EVENT_FUTEX, true);
        }
    }

    /// Lowers the flag. Those who were let go stay let go. Never blocks.
    @Override
    public void clear() {
        long word;
        do {
            word = word();
        } while (!replace(word, word & ~UP));
    }

    @Override
    public boolean isSet() {
        return Layout.isSet(word());
    }

    /// Waits until the flag is up or was raised in between.
    ///
    /// @throws UncheckedInterruptedException when the thread is interrupted while it waits
    @Override
    public void await() {
        await(Deadline.NEVER);
    }

    /// As `await()`, for at most a time.
    ///
    /// @return whether the flag was up
    @Override
    public boolean await(Duration time) {
        Arguments.required(time, "the time");
        return isSet() || (time.isPositive() && await(Deadline.after(time)));
    }

    private boolean await(Deadline deadline) {
        long first = word();
        if (isOver(first, first)) {
            return true;
        }
        long start = System.nanoTime();
        try {
            boolean over =
                    spin.sees(start, () -> isOver(first, word())) || sleepRecorded(first, deadline);
            WaitCounts.add(page, Layout.AT_EVENT_WAITS, System.nanoTime() - start);
            return over;
        } finally {
            long nanos = System.nanoTime() - start;
            spin.learn(nanos);
            session.roster().countEventWait(session.holder(), nanos);
        }
    }

    private boolean sleepRecorded(long first, Deadline deadline) {
        if (!Flight.isOn()) {
            return sleep(first, deadline);
        }
        Flight.EventWait event = new Flight.EventWait();
        event.begin();
        event.event = file.name();
        event.set = sleep(first, deadline);
        event.commit();
        return event.set;
    }

    private boolean sleep(long first, Deadline deadline) {
        try (WaitLoop loop = new WaitLoop(session, waiter, file, deadline)) {
            while (true) {
                long word = word();
                if (isOver(first, word)) {
                    return true;
                }
                if (loop.isVain()) {
                    return false;
                }
                long asleep = word | ASLEEP;
                if (word == asleep || replace(word, asleep)) {
                    loop.sleep(page, Layout.AT_EVENT_FUTEX, (int) asleep);
                }
            }
        }
    }

    /// How often the flag was raised.
    @Override
    public long sets() {
        return Layout.sets(word());
    }

    @Override
    public WaitCounts waits() {
        return WaitCounts.read(page, Layout.AT_EVENT_WAITS);
    }

    private static boolean isOver(long first, long word) {
        return (word & UP) != 0 || Layout.sets(word) != Layout.sets(first);
    }

    private long word() {
        return (long) Layout.LONG.getVolatile(page, Layout.AT_EVENT_WORD);
    }

    private boolean replace(long expected, long word) {
        return Layout.LONG.compareAndSet(page, Layout.AT_EVENT_WORD, expected, word);
    }
}
