package tandem.sync;

import static tandem.sync.Ledger.NONE;

import tandem.memory.Layout;
import tandem.memory.SharedFile;
import tandem.memory.WaitCounts;
import tandem.session.Session;

import java.lang.foreign.MemorySegment;

/// The two ends of a pipe: a ring from each to the other, and who has them.
public final class Ends {
    /*
     * Overview. Each process that has an end has a row, whose value says which. Beside the rows, a word
     * says of each end whether it was somebody's, and whether it is nobody's any more. Both are
     * guarded by the file's lock.
     *
     *   E1  Who comes writes its row before it takes the second bit away; who leaves, or finds the last
     *       one dead, sets that bit before it clears the row. So a process that is killed in between
     *       leaves a row of a dead one, which anybody may clear, and never an end of which it is
     *       neither known that somebody has it, nor that nobody has.
     *   E2  Nobody waits for good at an end whose other end is nobody's: whoever sets the bit wakes all,
     *       and who waits looks at each slice who has died.
     */
    private static final long ONE_WAY = 16;

    private final MemorySegment page;
    private final long self;
    private final SharedFile file;
    private final Mutex mutex;
    private final Monitor monitor;
    private final Ledger rows;
    private final Ring toRight;
    private final Ring toLeft;

    /// One of the two.
    public enum End {
        LEFT,
        RIGHT;

        public End other() {
            return this == LEFT ? RIGHT : LEFT;
        }

        /// The value of its rows, never 0.
        private long row() {
            return ordinal() + 1;
        }

        private long had() {
            return 1L << ordinal();
        }

        private long gone() {
            return 4L << ordinal();
        }
    }

    /// @param mutex the one of the file
    public Ends(SharedFile file, Session session, Mutex mutex) {
        this.file = file;
        this.page = file.page();
        this.self = Layout.owner(session.holder());
        this.mutex = mutex;
        this.monitor = new Monitor(mutex, file, session);
        this.rows = new Ledger(file, session, monitor);
        long first = (long) Layout.ROWS * Layout.ROW_BYTES;
        long bytes = file.header().length();
        this.toRight =
                new Ring(
                        file,
                        session,
                        mutex,
                        0,
                        file.data().asSlice(first, bytes),
                        new From(End.LEFT),
                        "-item-");
        this.toLeft =
                new Ring(
                        file,
                        session,
                        new Mutex(file, session, Layout.AT_SECOND_RING),
                        Layout.AT_SECOND_RING,
                        file.data().asSlice(first + bytes, bytes),
                        new From(End.RIGHT),
                        "-back-");
    }

    /// Who is at the ring that goes from an end to the other.
    private final class From implements Ring.Sides {
        private final End end;

        From(End end) {
            this.end = end;
        }

        @Override
        public boolean arePuttersGone() {
            return isGone(end);
        }

        @Override
        public boolean areTakersGone() {
            return isGone(end.other());
        }

        @Override
        public void look() {
            if (rows.hasDead(true) && monitor.tryEnter()) {
                boolean hasGone;
                try {
                    hasGone = bury(true);
                } finally {
                    monitor.leave();
                }
                if (hasGone) {
                    wakeAll();
                }
            }
        }
    }

    /// Fills in a new file.
    ///
    /// @param isOneWay whether only the left end sends
    public void begin(boolean isOneWay) {
        setBits(isOneWay ? ONE_WAY : 0);
    }

    private long bits() {
        return (long) Layout.LONG.getVolatile(page, Layout.AT_ENDS);
    }

    private void setBits(long bits) {
        Layout.LONG.setVolatile(page, Layout.AT_ENDS, bits);
    }

    /// Whether only the left end sends.
    public boolean isOneWay() {
        return (bits() & ONE_WAY) != 0;
    }

    /// Whether an end was somebody's, and is nobody's any more.
    public boolean isGone(End end) {
        return (bits() & end.gone()) != 0;
    }

    /// What is sent at an end.
    public Ring from(End end) {
        return end == End.LEFT ? toRight : toLeft;
    }

    /// How often something was received.
    public long received() {
        return toRight.taken() + toLeft.taken();
    }

    public WaitCounts waits() {
        return WaitCounts.read(page, file.header().kind().waits());
    }

    /// Says that this process has an end.
    ///
    /// @throws IllegalStateException when too many have the pipe
    public void come(End end) {
        monitor.enter();
        try {
            bury(false);
            if (row(end) == NONE) {
                rows.put(freeRow(), self, end.row());
            }
            setBits((bits() | end.had()) & ~end.gone());
        } finally {
            monitor.leave();
        }
    }

    private int freeRow() {
        int row = rows.free();
        if (row == NONE) {
            bury(true);
            row = rows.freeNow("processes");
        }
        return row;
    }

    /// The row that says that this process has an end, `NONE` when there is none.
    private int row(End end) {
        int row = rows.next(NONE, self);
        while (row != NONE && rows.value(row) != end.row()) {
            row = rows.next(row, self);
        }
        return row;
    }

    /// Says that this process has an end no more.
    public void leave(End end) {
        monitor.enter();
        try {
            int row = row(end);
            if (row != NONE) {
                clear(row);
            } else {
                noteGone(end, NONE);
            }
        } finally {
            monitor.leave();
        }
        wakeAll();
    }

    /// Says that a process has ended to which an end was given, whether it had come to that or not.
    public void ended(End end) {
        monitor.enter();
        try {
            bury(true);
            noteGone(end, NONE);
        } finally {
            monitor.leave();
        }
        wakeAll();
    }

    /// @return whether an end is nobody's any more by that
    private boolean clear(int row) {
        End end = End.values()[(int) rows.value(row) - 1];
        boolean isGone = noteGone(end, row);
        rows.clear(row);
        return isGone;
    }

    /// Notes that an end is nobody's any more, unless a row says otherwise.
    ///
    /// @param except the row that does not count
    /// @return whether it is nobody's
    private boolean noteGone(End end, int except) {
        for (int row = NONE; (row = rows.next(row)) != NONE; ) {
            if (row != except && rows.value(row) == end.row()) {
                return false;
            }
        }
        setBits(bits() | end.had() | end.gone());
        return true;
    }

    private boolean bury(boolean isThorough) {
        boolean hasGone = false;
        for (int row = NONE; (row = rows.nextDead(row, isThorough)) != NONE; ) {
            hasGone |= clear(row);
        }
        return hasGone;
    }

    private void wakeAll() {
        toRight.wakeAll();
        toLeft.wakeAll();
    }

    /// Sees to what a process has left that has ended, and whose slot has been freed.
    public void holderEnded(int holder) {
        toRight.holderEnded(holder);
        toLeft.holderEnded(holder);
    }

    /// For those who look from outside: how many wait to be received at an end.
    public int waitingAt(End end) {
        return from(end.other()).size();
    }

    @Override
    public String toString() {
        return file.name();
    }
}
