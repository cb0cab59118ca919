package tandem.sync;

import static tandem.sync.Ledger.NONE;

import tandem.memory.Arguments;
import tandem.memory.Layout;
import tandem.memory.SharedFile;
import tandem.memory.WaitCounts;
import tandem.session.Session;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/// Threads that have given a lock back, and wait until somebody who holds it signals: first come, first
/// served.
public final class Tickets extends Standby {
    /*
     * Overview. All is guarded by the lock that the threads give back. Each that waits has a row: who
     * it is, and the number of its ticket, which is larger than those before.
     *
     *   C1  A thread has been signalled when a row of its has a ticket up to `granted`. So any number
     *       of threads is signalled by one write of that word, and a thread goes on only under the
     *       lock, after it has cleared its rows.
     *   C2  A process that dies between a signal and the clearing of its row has not used the signal:
     *       who finds it dead gives the row to the thread that has waited longest, by one write of
     *       the owner; so that one has two rows, of which only the older was granted. When nobody
     *       waits, the row goes, and the signal with it, as without a death.
     *   C3  However many rows a thread has, it waits once, and is signalled once: who is granted
     *       already is not counted for a signal, and a dead one's rows are passed on as one.
     *   C4  A signal does not leave out one that has just died, as its row would be covered too: it
     *       is passed on from there.
     *
     * src/model/monitor.pml lets a model checker try.
     *
     * A row that a thread did not clear, as Ctrl-C in JShell stopped it, goes when it waits again.
     */
    private final MemorySegment page;
    private final SharedFile file;
    private final Mutex mutex;
    private final Monitor monitor;
    private final Ledger rows;
    private final Session session;

    /// @param mutex the lock
    public Tickets(SharedFile file, Session session, Mutex mutex) {
        this.file = file;
        this.page = file.page();
        this.mutex = mutex;
        this.session = session;
        this.monitor = new Monitor(mutex, file, session);
        this.rows = new Ledger(file, session, monitor);
    }

    private long get(long offset) {
        return (long) Layout.LONG.getVolatile(page, offset);
    }

    private void set(long offset, long value) {
        Layout.LONG.setVolatile(page, offset, value);
    }

    /// Gives the lock back, waits for a signal, and has the lock again.
    @Override
    public void await() {
        await(Deadline.NEVER);
    }

    /// As `await()`, for at most a time.
    ///
    /// @return whether there was a signal
    @Override
    public boolean await(Duration time) {
        Arguments.required(time, "the time");
        return await(Deadline.after(time));
    }

    @Override
    protected void requireOwned(String call) {
        mutex.requireOwned(call);
    }

    private boolean await(Deadline deadline) {
        mutex.requireOwned("await()");
        long self = Layout.waiting(session.holder(), Thread.currentThread());
        clear(self);
        int row = rows.free();
        if (row == NONE) {
            settle(true);
            row = rows.freeNow("threads that wait");
        }
        long ticket = get(Layout.AT_TICKETS) + 1;
        set(Layout.AT_TICKETS, ticket);
        rows.put(row, self, ticket);
        show();
        try {
            return monitor.await(
                    rows.queue(row),
                    deadline,
                    isThorough -> isGranted(self) || settle(isThorough) && isGranted(self),
                    () -> isGranted(self) || rows.hasDead(true));
        } finally {
            clear(self);
            show();
        }
    }

    private boolean isGranted(int row) {
        return rows.value(row) <= get(Layout.AT_GRANTED);
    }

    private boolean isGranted(long owner) {
        for (int row = NONE; (row = rows.next(row, owner)) != NONE; ) {
            if (isGranted(row)) {
                return true;
            }
        }
        return false;
    }

    private void clear(long owner) {
        for (int row = NONE; (row = rows.next(row, owner)) != NONE; ) {
            rows.clear(row);
        }
    }

    /// Signals those who have waited longest.
    ///
    /// @param count how many, at most
    @Override
    public void signal(long count) {
        mutex.requireOwned("signal()");
        settle(false);
        Set<Long> granted = granted();
        long last = get(Layout.AT_GRANTED);
        for (long i = 0; i < count; i++) {
            int next = next(last, granted);
            if (next == NONE) {
                break;
            }
            last = rows.value(next);
        }
        grant(last);
    }

    private void grant(long last) {
        long before = get(Layout.AT_GRANTED);
        if (last == before) {
            return;
        }
        set(Layout.AT_GRANTED, last);
        int woken = 0;
        for (int row = NONE; (row = rows.next(row)) != NONE; ) {
            if (rows.value(row) > before && rows.value(row) <= last) {
                wake(row);
                woken++;
            }
        }
        set(Layout.AT_COUNT, get(Layout.AT_COUNT) + woken);
        show();
    }

    private void wake(int row) {
        rows.queue(row).changeOne();
    }

    private Set<Long> granted() {
        Set<Long> granted = new HashSet<>();
        for (int row = NONE; (row = rows.next(row)) != NONE; ) {
            if (isGranted(row)) {
                granted.add(rows.owner(row));
            }
        }
        return granted;
    }

    /// The row with the lowest ticket above another one, whose owner has not been signalled; `NONE` when
    /// there is none.
    private int next(long after, Set<Long> granted) {
        int next = NONE;
        for (int row = NONE; (row = rows.next(row)) != NONE; ) {
            long ticket = rows.value(row);
            if (ticket > after
                    && (next == NONE || ticket < rows.value(next))
                    && !granted.contains(rows.owner(row))) {
                next = row;
            }
        }
        return next;
    }

    /// Takes the dead out of the rows, and passes on what they were signalled.
    ///
    /// @return whether there was any
    private boolean settle(boolean isThorough) {
        boolean hasDead = false;
        for (int row = NONE; (row = rows.nextDead(row, isThorough)) != NONE; ) {
            hasDead = true;
            if (isGranted(row)) {
                passOn(row, rows.owner(row), isThorough);
            } else {
                rows.clear(row);
            }
        }
        if (hasDead) {
            show();
        }
        return hasDead;
    }

    private void passOn(int row, long dead, boolean isThorough) {
        for (int other = NONE; (other = rows.next(other, dead)) != NONE; ) {
            if (other != row) {
                rows.clear(other);
            }
        }
        Set<Long> granted = granted();
        int heir = next(get(Layout.AT_GRANTED), granted);
        while (heir != NONE && rows.isDead(rows.owner(heir), isThorough)) {
            granted.add(rows.owner(heir));
            heir = next(get(Layout.AT_GRANTED), granted);
        }
        if (heir == NONE) {
            rows.clear(row);
        } else {
            rows.setOwner(row, rows.owner(heir));
            wake(heir);
        }
    }

    /// For those who look from outside.
    private void show() {
        set(Layout.AT_SHOWN, waiting());
    }

    /// How many wait and have not been signalled. Never waits.
    @Override
    public long waiting() {
        Set<Long> granted = granted();
        Set<Long> waiting = new HashSet<>();
        for (int row = NONE; (row = rows.next(row)) != NONE; ) {
            if (!granted.contains(rows.owner(row))) {
                waiting.add(rows.owner(row));
            }
        }
        return waiting.size();
    }

    /// How many were signalled.
    @Override
    public long signals() {
        return get(Layout.AT_COUNT);
    }

    @Override
    public WaitCounts waits() {
        return WaitCounts.read(page, file.header().kind().waits());
    }

    /// Passes on at once what a process was signalled that has ended and whose slot has been freed.
    /// Does not wait.
    @Override
    public void holderEnded() {
        rows.settleFreed(() -> settle(false));
    }
}
