package tandem.sync;

import static tandem.sync.Ledger.NONE;

import tandem.memory.Arguments;
import tandem.memory.Layout;
import tandem.memory.Notice;
import tandem.memory.SharedFile;
import tandem.memory.Trace;
import tandem.memory.WaitCounts;
import tandem.record.Recorder;
import tandem.session.Session;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Shares of something that any number of threads read at a time, or one writes: first come, first
/// served.
public final class Shares extends Sharing {
    /*
     * Overview. All is guarded by the file's lock. Each thread that has a share, or waits for one, has
     * one row. Its value:
     *
     *     1 and 0   1: it waits to read; 2: it waits to write; 3: it has a share
     *     63 … 2    while it waits, its ticket; else how often it has taken the share to read
     *               (2 to 31) and to write (32 to 61), and whether it was told of a death (62)
     *
     *   S1  A thread comes, goes on, takes its share again, and gives it back, by one write of that
     *       value. So one that is killed has the share or has it not.
     *   S2  A reader may go on when nobody writes, and no writer has a lower ticket; a writer when nobody
     *       has a share, and nobody has a lower ticket. Who comes has none yet, which counts as
     *       the highest. Each waiter finds out by itself, under the lock; who changes anything
     *       wakes those who may go on then.
     *   S3  What the dead have in rows is cleared, row by row, by who finds them dead. When one of them
     *       wrote, that is counted before: so it may be told once too often, and not once too few.
     *   S4  The page names the thread that writes, for those who look from outside and for circles:
     *       after its row says so, until before it says so no more. So a thread that lives and is
     *       named there writes.
     *
     * src/model/shares.pml lets a model checker try.
     *
     * As with a lock (see Mutex), another thread of the process may go on with the share of one that
     * has ended. Who these are is known to their own process alone, from `threads`.
     */
    private static final long MODE = 3;
    private static final long READS = 1;
    private static final long WRITES = 2;
    private static final long HAS = 3;

    private static final int TICKET_SHIFT = 2;
    private static final long NO_TICKET = Long.MAX_VALUE >>> TICKET_SHIFT;

    private static final int WRITES_SHIFT = 32;
    private static final long ONE_READ = 1L << TICKET_SHIFT;
    private static final long ONE_WRITE = 1L << WRITES_SHIFT;
    private static final long MOST = (1L << 30) - 1;
    private static final long TOLD = 1L << 62;

    private final MemorySegment page;
    private final SharedFile file;
    private final Session session;
    private final Mutex mutex;
    private final Monitor monitor;
    private final Ledger rows;

    /// The threads of this process that have rows, by their names there.
    private final Map<Long, Thread> threads = new ConcurrentHashMap<>();

    /// The value of the row of a thread that waits so, without its ticket.
    private static long waitFor(Access access) {
        return access == Access.READ ? READS : WRITES;
    }

    /// What the value of a row has more for each time that the thread has taken it so.
    private static long one(Access access) {
        return access == Access.READ ? ONE_READ : ONE_WRITE;
    }

    /// How often a thread has it so, by the value of its row.
    private static long count(Access access, long value) {
        return (value & MODE) == HAS ? value / one(access) & MOST : 0;
    }

    /// Who may go on, as the rows are.
    private record Order(boolean isHad, boolean isWritten, long first, long firstWriter) {
        /// @param value of the row of a thread that waits, or would
        boolean lets(long value) {
            return isWaitOf(Access.WRITE, value)
                    ? !isHad && ticket(value) <= first
                    : !isWritten && ticket(value) <= firstWriter;
        }
    }

    /// @param mutex the one of the file
    public Shares(SharedFile file, Session session, Mutex mutex) {
        this.file = file;
        this.page = file.page();
        this.session = session;
        this.mutex = mutex;
        this.monitor = new Monitor(mutex, file, session);
        this.rows = new Ledger(file, session, monitor);
    }

    private long get(long offset) {
        return (long) Layout.LONG.getVolatile(page, offset);
    }

    private void set(long offset, long value) {
        Layout.LONG.setVolatile(page, offset, value);
    }

    private static long ticket(long value) {
        return value >>> TICKET_SHIFT;
    }

    private static boolean isWaitOf(Access access, long value) {
        return (value & MODE) == waitFor(access);
    }

    private static boolean isShare(long value) {
        return (value & MODE) == HAS;
    }

    private long self() {
        return Layout.waiting(session.holder(), Thread.currentThread());
    }

    private Order order() {
        boolean isHad = false;
        boolean isWritten = false;
        long first = NO_TICKET;
        long firstWriter = NO_TICKET;
        for (int row = NONE; (row = rows.next(row)) != NONE; ) {
            long value = rows.value(row);
            if (isShare(value)) {
                isHad = true;
                isWritten |= count(Access.WRITE, value) > 0;
            } else if (value != 0) {
                first = Math.min(first, ticket(value));
                if (isWaitOf(Access.WRITE, value)) {
                    firstWriter = Math.min(firstWriter, ticket(value));
                }
            }
        }
        return new Order(isHad, isWritten, first, firstWriter);
    }

    /// Wakes those who may go on now, and shows how it is to those who look from outside.
    private void changed() {
        Order order = order();
        long readers = 0;
        long writer = 0;
        for (int row = NONE; (row = rows.next(row)) != NONE; ) {
            long value = rows.value(row);
            if (count(Access.WRITE, value) > 0) {
                writer = rows.owner(row);
            } else if (isShare(value)) {
                readers++;
            } else if (value != 0 && order.lets(value)) {
                rows.queue(row).changeOne();
            }
        }
        set(Layout.AT_SHOWN, readers);
        set(Layout.AT_WRITER, writer);
    }

    /// Takes a share, and waits for as long as that takes.
    @Override
    public void acquire(Access access) {
        take(access, Deadline.NEVER, "acquire()");
    }

    /// Takes a share if it can be had within a time.
    @Override
    public boolean acquire(Access access, Duration time) {
        Arguments.required(time, "the time");
        return take(access, time.isPositive() ? Deadline.after(time) : null, "acquire(…)");
    }

    /// Takes a share if it can be had at once.
    @Override
    public boolean tryAcquire(Access access) {
        return take(access, null, "tryAcquire()");
    }

    /// @param deadline null when it does not wait
    private boolean take(Access access, Deadline deadline, String call) {
        long self = self();
        monitor.enter();
        try {
            int row = share(self);
            if (row != NONE) {
                takeAgain(row, access, call);
                return true;
            }
            row = freeRow();
            long comes = NO_TICKET << TICKET_SHIFT | waitFor(access);
            if (order().lets(comes) || settle(deadline == null) && order().lets(comes)) {
                rows.put(row, self, HAS + one(access));
            } else if (deadline != null && awaitTurn(row, self, access, deadline)) {
                rows.setValue(row, HAS + one(access));
            } else {
                return false;
            }
            threads.put(self, Thread.currentThread());
            set(Layout.AT_COUNT, get(Layout.AT_COUNT) + 1);
            changed();
            Recorder.begins(file);
            return true;
        } finally {
            monitor.leave();
        }
    }

    private boolean awaitTurn(int row, long self, Access access, Deadline deadline) {
        long ticket = get(Layout.AT_TICKETS) + 1;
        set(Layout.AT_TICKETS, ticket);
        long waits = ticket << TICKET_SHIFT | waitFor(access);
        threads.put(self, Thread.currentThread());
        rows.put(row, self, waits);
        boolean goesOn = false;
        try {
            goesOn =
                    monitor.await(
                            rows.queue(row),
                            deadline,
                            isThorough ->
                                    order().lets(waits)
                                            || settle(isThorough) && order().lets(waits),
                            () -> order().lets(waits) || rows.hasDead(true));
            return goesOn;
        } finally {
            if (!goesOn) {
                rows.clear(row);
                threads.remove(self);
                changed();
            }
        }
    }

    private void takeAgain(int row, Access access, String call) {
        long value = rows.value(row);
        if (access == Access.WRITE && count(access, value) == 0) {
            throw wouldWaitForItself(
                    call, session.roster().describe(session.holder()), file.name());
        }
        if (count(access, value) == MOST) {
            throw Trace.trim(
                    new IllegalStateException(
                            "%s is held %,d times by this thread, and it cannot be taken once more"
                                    .formatted(file.name(), MOST)));
        }
        rows.setValue(row, value + one(access));
    }

    private int freeRow() {
        int row = rows.free();
        if (row == NONE) {
            settle(true);
            row = rows.freeNow("threads that hold it or wait");
        }
        return row;
    }

    /// The row of a thread's share, `NONE` when it has none. One in which it waited goes: it was
    /// stopped before it could clear it.
    private int share(long self) {
        for (int row = NONE; (row = rows.next(row, self)) != NONE; ) {
            if (isShare(rows.value(row))) {
                return row;
            }
            rows.clear(row);
            changed();
        }
        return adopted(self);
    }

    /// The row of a thread of this process that has ended, now this thread's.
    private int adopted(long self) {
        for (Map.Entry<Long, Thread> entry : threads.entrySet()) {
            if (!entry.getValue().isAlive()) {
                threads.remove(entry.getKey());
                int row = share(entry.getKey());
                if (row != NONE) {
                    rows.setOwner(row, self);
                    threads.put(self, Thread.currentThread());
                    changed();
                    return row;
                }
            }
        }
        return NONE;
    }

    /// Gives a share back, once for each time that it was taken.
    ///
    /// @throws IllegalMonitorStateException when this thread does not have it
    @Override
    public void release(Access access) {
        long self = self();
        monitor.enter();
        try {
            int row = share(self);
            long value = row == NONE ? 0 : rows.value(row);
            long count = count(access, value);
            if (count == 0) {
                throw notOwner(
                        access,
                        session.roster().describe(session.holder()),
                        file.name(),
                        holders());
            }
            if (count > 1) {
                rows.setValue(row, value - one(access));
            } else {
                giveBack(row, (value & ~TOLD) - one(access), access);
            }
        } finally {
            monitor.leave();
        }
    }

    /// @param left what the thread has yet
    private void giveBack(int row, long left, Access access) {
        if (access == Access.WRITE) {
            set(Layout.AT_WRITER, 0);
        }
        if (left == HAS) {
            Recorder.ends(file);
            threads.remove(rows.owner(row));
            rows.clear(row);
        } else {
            rows.setValue(row, left);
        }
        changed();
    }

    /// Whether the process of a thread that wrote has died, so that what is guarded may be half-written,
    /// and no writer before this one has asked. Asked by a thread that has a share, so that nobody else
    /// writes what this rests on.
    @Override
    public boolean isRecovered(Access access) {
        int row = share(self());
        long value = rows.value(row);
        boolean isRecovered = recoveries() != get(Layout.AT_TOLD);
        if (isRecovered && access == Access.WRITE) {
            rows.setValue(row, value | TOLD);
            set(Layout.AT_TOLD, recoveries());
        }
        return isRecovered || (value & TOLD) != 0;
    }

    /// Who has shares at this moment, for a person: "free", "written by WorkA (pid 4711)", or "read by"
    /// several. Never waits.
    @Override
    public String holders() {
        List<String> names = new ArrayList<>();
        for (int row = NONE; (row = rows.next(row)) != NONE; ) {
            long value = rows.value(row);
            if (isShare(value)) {
                String name = name(rows.owner(row));
                if (count(Access.WRITE, value) > 0) {
                    return "written by " + name;
                }
                names.add(name);
            }
        }
        return readers(names);
    }

    private String name(long owner) {
        Thread thread = owner == self() ? Thread.currentThread() : threads.get(owner);
        return name(session.roster().describe(Layout.holder(owner)), thread);
    }

    /// How often a share was taken by a thread that had none.
    @Override
    public long taken() {
        return get(Layout.AT_COUNT);
    }

    @Override
    public WaitCounts waits() {
        return WaitCounts.read(page, file.header().kind().waits());
    }

    /// How often the process of a thread that wrote has died.
    @Override
    public long recoveries() {
        return get(Layout.AT_RECOVERIES);
    }

    /// Clears the rows of the dead.
    ///
    /// @return whether there was any
    private boolean settle(boolean isThorough) {
        boolean hasDead = false;
        for (int row = NONE; (row = rows.nextDead(row, isThorough)) != NONE; ) {
            hasDead = true;
            if (count(Access.WRITE, rows.value(row)) > 0) {
                recover(session.roster().describe(Layout.holder(rows.owner(row))));
            }
            rows.clear(row);
        }
        if (hasDead) {
            changed();
        }
        return hasDead;
    }

    private void recover(String dead) {
        set(Layout.AT_RECOVERIES, recoveries() + 1);
        set(Layout.AT_WRITER, 0);
        session.roster().countRecovery(session.holder());
        Flight.lockRecovered(file.name(), dead);
        Notice.say(
                "tandem: %s was written by %s, which is dead: what it guards may be half-written"
                        .formatted(file.name(), dead));
    }

    /// Passes on at once what a process had that has ended and whose slot has been freed. Does not wait.
    @Override
    public void holderEnded(int holder) {
        mutex.wakeHeirs(holder);
        rows.settleFreed(() -> settle(false));
    }

    @Override
    public String toString() {
        return file.name();
    }
}
