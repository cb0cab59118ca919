package tandem.sync;

import static tandem.sync.Ledger.NONE;

import tandem.memory.Arguments;
import tandem.memory.Layout;
import tandem.memory.SharedFile;
import tandem.memory.Trace;
import tandem.memory.WaitCounts;
import tandem.record.Recorder;
import tandem.session.Session;

import java.lang.foreign.MemorySegment;
import java.time.Duration;

/// A number of permits that processes take and give back, in the page of a shared file.
public final class Permits extends Allowance {
    /*
     * Overview. The words in the page and the rows of the ledger are guarded by the file's lock:
     *
     *   permits  those that no bare `acquire()` has taken
     *   a row    of a process: how many its holds have
     *   free     permits - all rows: what can be taken
     *
     * Taking and giving back is one write, of the permits or of a row. The row of a process that has
     * died is cleared by one write as well: its permits are free then.
     */
    private final MemorySegment page;
    private final SharedFile file;
    private final Monitor monitor;
    private final Mutex mutex;
    private final Ledger holds;
    private final WaitQueue queue;
    private final long self;

    /// @param mutex the one of the file
    public Permits(SharedFile file, Session session, Mutex mutex) {
        this.file = file;
        this.page = file.page();
        this.mutex = mutex;
        this.monitor = new Monitor(mutex, file, session);
        this.holds = new Ledger(file, session, monitor);
        this.queue = monitor.queue(page, Layout.AT_QUEUE);
        this.self = Layout.owner(session.holder());
    }

    /// Fills in a new file.
    ///
    /// @param bound how many there may be at most, 0 for any number
    public void begin(long permits, long bound) {
        set(Layout.AT_BOUND, bound);
        set(Layout.AT_PERMITS, permits);
        show();
    }

    private long get(long offset) {
        return (long) Layout.LONG.getVolatile(page, offset);
    }

    private void set(long offset, long value) {
        Layout.LONG.setVolatile(page, offset, value);
    }

    private long free() {
        long free = get(Layout.AT_PERMITS);
        for (int row = NONE; (row = holds.next(row)) != NONE; ) {
            free -= holds.value(row);
        }
        return free;
    }

    /// For those who look from outside.
    private void show() {
        set(Layout.AT_SHOWN, free());
    }

    /// How many could be taken at this moment. Never waits.
    @Override
    public long available() {
        return Math.max(0, free());
    }

    /// How many there may be at most, 0 for any number.
    @Override
    public long bound() {
        return get(Layout.AT_BOUND);
    }

    /// How often one was taken.
    @Override
    public long taken() {
        return get(Layout.AT_COUNT);
    }

    @Override
    public WaitCounts waits() {
        return WaitCounts.read(page, file.header().kind().waits());
    }

    /// Takes one, and waits for as long as that takes.
    @Override
    public void acquire() {
        take(Deadline.NEVER, false);
    }

    /// Takes one if it can be had within a time.
    @Override
    public boolean acquire(Duration time) {
        Arguments.required(time, "the time");
        return time.isPositive() ? take(Deadline.after(time), false) : tryAcquire();
    }

    /// Takes one that comes back when this process dies, and waits for as long as that takes.
    @Override
    public long hold() {
        take(Deadline.NEVER, true);
        return 0; // They are counted for each process.
    }

    /// Takes one if there is one.
    @Override
    public boolean tryAcquire() {
        monitor.enter();
        try {
            if (free() <= 0) {
                settle(true);
            }
            boolean isFree = free() > 0;
            if (isFree) {
                takeOne(false);
            }
            return isFree;
        } finally {
            monitor.leave();
        }
    }

    private boolean take(Deadline deadline, boolean isHold) {
        monitor.enter();
        try {
            boolean isFree =
                    monitor.await(
                            queue,
                            deadline,
                            isThorough -> free() > 0 || settle(isThorough) && free() > 0,
                            () -> free() > 0 || holds.hasDead(true));
            if (isFree) {
                takeOne(isHold);
            }
            return isFree;
        } finally {
            monitor.leave();
        }
    }

    private void takeOne(boolean isHold) {
        set(Layout.AT_COUNT, get(Layout.AT_COUNT) + 1);
        if (isHold) {
            int row = row();
            if (row != NONE) {
                holds.setValue(row, holds.value(row) + 1);
            } else {
                holds.put(freeRow(), self, 1);
            }
        } else {
            set(Layout.AT_PERMITS, get(Layout.AT_PERMITS) - 1);
        }
        show();
        if (isHold) {
            Recorder.begins(file);
        }
    }

    /// There is one for each process that there can be, when the dead have none.
    private int freeRow() {
        int row = holds.free();
        return row == NONE && settle(true) ? holds.free() : row;
    }

    /// The row of this process, `NONE` when it has no holds.
    private int row() {
        return holds.next(NONE, self);
    }

    /// Gives some back.
    ///
    /// @throws IllegalStateException when there would be more than there may be; nothing happens then
    @Override
    public void release(long count) {
        monitor.enter();
        try {
            long permits = get(Layout.AT_PERMITS);
            long most = bound() == 0 ? Long.MAX_VALUE : bound();
            if (permits > most - count) {
                throw Trace.trim(
                        new IllegalStateException(tooMany(file.name(), permits, most, count)));
            }
            set(Layout.AT_PERMITS, permits + count);
            changed(count);
        } finally {
            monitor.leave();
        }
    }

    /// Gives a held one back.
    @Override
    public void releaseHold(long hold) {
        monitor.enter();
        try {
            int row = row();
            if (row == NONE) {
                return;
            }
            Recorder.ends(file);
            holds.setValue(row, holds.value(row) - 1);
            changed(1);
        } finally {
            monitor.leave();
        }
    }

    private void changed(long count) {
        show();
        if (count == 1) {
            queue.changeOne();
        } else {
            queue.changeAll();
        }
    }

    /// Frees what the dead have held.
    ///
    /// @return whether there was any
    private boolean settle(boolean isThorough) {
        boolean isSettled = false;
        for (int row = NONE; (row = holds.nextDead(row, isThorough)) != NONE; ) {
            holds.clear(row);
            isSettled = true;
        }
        if (isSettled) {
            show();
            queue.changeAll();
        }
        return isSettled;
    }

    /// Frees at once what a process has held that has ended and whose slot has been freed. Does not
    /// wait.
    @Override
    public void holderEnded(int holder) {
        mutex.wakeHeirs(holder);
        holds.settleFreed(() -> settle(false));
    }

    @Override
    public String toString() {
        return file.name();
    }
}
