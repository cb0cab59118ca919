package tandem.sync;

import static tandem.sync.Ledger.NONE;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import tandem.memory.Arguments;
import tandem.memory.Layout;
import tandem.memory.SharedFile;
import tandem.memory.WaitCounts;
import tandem.session.Session;

import java.lang.foreign.MemorySegment;
import java.time.Duration;

/// Threads that wait for each other: none goes on before as many have come as there are to be, and
/// then all do. One such time is a phase.
public final class Phases extends Rendezvous {
    /*
     * Overview. All is guarded by the file's lock. The state is one word: the number of the phase,
     * whether the barrier is broken, and whether it is just being reset. Each thread that has come has
     * a row, whose value is the phase that it came in, and whether that phase was reset.
     *
     *   B1  A thread has come when its row is there; a phase is over when the number goes up. So both
     *       happen by one write, and the rows of earlier phases count for nothing: their threads are
     *       just leaving, and clear them.
     *   B2  The one who came last runs the action before it moves the number, without the lock; while
     *       all have come and the phase is not over, whoever comes too early waits.
     *   B3  When the process of a thread that has come in this phase dies, the barrier breaks.
     *   B4  A reset sets its bit, marks the rows of the phase, and then moves the number: who finds the
     *       bit goes on with it.
     *
     * src/model/phases.pml lets a model checker try.
     */
    private static final long BROKEN = 1;
    private static final long RESETTING = 2;
    private static final int PHASE_SHIFT = 2;

    private static final long RESET = 1;

    private final MemorySegment page;
    private final SharedFile file;
    private final Session session;
    private final Mutex mutex;
    private final Monitor monitor;
    private final Ledger rows;
    private final WaitQueue queue;
    private final MemorySegment code;

    /// @param mutex the one of the file
    public Phases(SharedFile file, Session session, Mutex mutex) {
        this.file = file;
        this.page = file.page();
        this.session = session;
        this.mutex = mutex;
        this.monitor = new Monitor(mutex, file, session);
        this.rows = new Ledger(file, session, monitor);
        this.code = file.data().asSlice((long) Layout.ROWS * Layout.ROW_BYTES);
        this.queue = monitor.queue(page, Layout.AT_QUEUE);
    }

    /// Fills in a new file.
    ///
    /// @param code of the action, as it travels
    public void begin(int parties, byte[] code) {
        MemorySegment.copy(code, 0, this.code, JAVA_BYTE, 0, code.length);
        set(Layout.AT_PARTIES, parties);
    }

    /// The code of the action, as it travels; empty when there is none.
    @Override
    public byte[] code() {
        return code.toArray(JAVA_BYTE);
    }

    private long get(long offset) {
        return (long) Layout.LONG.getVolatile(page, offset);
    }

    private void set(long offset, long value) {
        Layout.LONG.setVolatile(page, offset, value);
    }

    private long state() {
        return get(Layout.AT_STATE);
    }

    private static long phase(long state) {
        return state >>> PHASE_SHIFT;
    }

    /// The value of the row of a thread that has come in this phase; never 0.
    private static long came(long phase) {
        return phase + 1 << 1;
    }

    private void moveOn(long phase) {
        set(Layout.AT_STATE, phase + 1 << PHASE_SHIFT);
        show();
        queue.changeAll();
    }

    @Override
    public int parties() {
        return (int) get(Layout.AT_PARTIES);
    }

    /// How many have come in this phase; 0 when it is broken. Never waits.
    @Override
    public int waiting() {
        return isBroken() ? 0 : arrivals();
    }

    private int arrivals() {
        long came = came(phase(state()));
        int arrivals = 0;
        for (int row = NONE; (row = rows.next(row)) != NONE; ) {
            arrivals += rows.value(row) == came ? 1 : 0;
        }
        return arrivals;
    }

    @Override
    public boolean isBroken() {
        return (state() & BROKEN) != 0;
    }

    /// How many phases are over.
    @Override
    public long passed() {
        return get(Layout.AT_COUNT);
    }

    @Override
    public WaitCounts waits() {
        return WaitCounts.read(page, file.header().kind().waits());
    }

    /// For those who look from outside.
    private void show() {
        set(Layout.AT_SHOWN, waiting());
    }

    /// Comes, and waits for the others.
    ///
    /// @param action what the one who comes last does before all go on
    /// @return how many had come before; -1 when the barrier is broken, or breaks
    @Override
    public int await(Runnable action) {
        return await(Deadline.NEVER, action);
    }

    /// As `await(Runnable)`, for at most a time, after which the barrier breaks.
    @Override
    public int await(Duration time, Runnable action) {
        Arguments.required(time, "the time");
        return await(Deadline.after(time), action);
    }

    private int await(Deadline deadline, Runnable action) {
        boolean isOver = false;
        monitor.enter();
        int row = NONE;
        try {
            int came = -1;
            if (awaitRoom(deadline)) {
                long phase = phase(state());
                row = rows.free();
                came = arrivals();
                rows.put(
                        row, Layout.waiting(session.holder(), Thread.currentThread()), came(phase));
                show();
                boolean goesOn =
                        came + 1 == parties()
                                ? act(phase, action)
                                : awaitOthers(deadline, phase, row);
                came = goesOn ? came : -1;
            }
            isOver = true;
            return came;
        } finally {
            if (!isOver && (row == NONE || rows.value(row) == came(phase(state())))) {
                breakNow();
            }
            if (row != NONE) {
                rows.clear(row);
                show();
            }
            monitor.leave();
        }
    }

    /// Waits, when all have come already, for the next phase.
    ///
    /// @return false when the barrier is broken
    private boolean awaitRoom(Deadline deadline) {
        boolean isInTime =
                monitor.await(
                        queue,
                        deadline,
                        isThorough -> {
                            settle(isThorough);
                            return isBroken() || arrivals() < parties() && rows.free() != NONE;
                        },
                        () -> true);
        if (!isInTime) {
            breakNow();
        }
        return !isBroken();
    }

    private boolean awaitOthers(Deadline deadline, long phase, int row) {
        boolean isInTime =
                monitor.await(
                        queue,
                        deadline,
                        isThorough -> {
                            settle(isThorough);
                            return phase(state()) != phase || isBroken();
                        },
                        () -> state() != phase << PHASE_SHIFT || rows.hasDead(true));
        if (!isInTime) {
            breakNow();
        }
        return phase(state()) != phase && (rows.value(row) & RESET) == 0;
    }

    /// Runs the action, without the lock, and lets all go on.
    private boolean act(long phase, Runnable action) {
        if (code.byteSize() > 0) {
            monitor.leave();
            try {
                action.run();
            } finally {
                monitor.enter();
            }
            settle(false);
        }
        if (state() != phase << PHASE_SHIFT) {
            return false;
        }
        set(Layout.AT_COUNT, get(Layout.AT_COUNT) + 1);
        moveOn(phase);
        return true;
    }

    /// Breaks it: all who wait and all who come learn of it, until it is reset.
    @Override
    public void abort() {
        monitor.enter();
        try {
            settle(false);
            breakNow();
        } finally {
            monitor.leave();
        }
    }

    private void breakNow() {
        if (!isBroken()) {
            set(Layout.AT_STATE, state() | BROKEN);
            show();
            queue.changeAll();
        }
    }

    /// Makes it as good as new. Those who wait are told that it is broken.
    @Override
    public void reset() {
        monitor.enter();
        try {
            settle(false);
            set(Layout.AT_STATE, state() | RESETTING);
            settle(false);
        } finally {
            monitor.leave();
        }
    }

    /// Ends a reset that was begun, clears the rows of the dead, and breaks the barrier when one of them
    /// had come in this phase.
    private void settle(boolean isThorough) {
        long state = state();
        if ((state & RESETTING) != 0) {
            long came = came(phase(state));
            for (int row = NONE; (row = rows.next(row)) != NONE; ) {
                if (rows.value(row) == came) {
                    rows.setValue(row, came | RESET);
                }
            }
            moveOn(phase(state));
        }
        bury(isThorough);
    }

    private void bury(boolean isThorough) {
        long came = came(phase(state()));
        boolean hasDead = false;
        for (int row = NONE; (row = rows.nextDead(row, isThorough)) != NONE; ) {
            hasDead = true;
            if (rows.value(row) == came) {
                breakNow();
            }
            rows.clear(row);
        }
        if (hasDead) {
            show();
        }
    }

    /// Breaks it at once when a process that has ended, and whose slot has been freed, had come. Does
    /// not wait.
    @Override
    public void holderEnded(int holder) {
        mutex.wakeHeirs(holder);
        rows.settleFreed(() -> settle(false));
    }
}
