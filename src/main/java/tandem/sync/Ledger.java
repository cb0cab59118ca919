package tandem.sync;

import tandem.memory.Layout;
import tandem.memory.SharedFile;
import tandem.memory.Trace;
import tandem.session.Roster;
import tandem.session.Session;

import java.lang.foreign.MemorySegment;

/// Who owes what, or waits for it: rows behind the header page of a shared file, each of an owner and
/// a value. Read and written under a lock.
final class Ledger {
    /*
     * Overview. A row is in use while its value is not 0. The owner is written before the value, so
     * that a row comes, changes and goes by one write, of its value; and it changes hands by one, of
     * its owner. Rows are looked at up to the mark, which goes up before a row behind it comes. Who goes
     * from row to row may clear the one he is at, or have it change hands.
     */
    static final int NONE = -1;

    private final SharedFile file;
    private final MemorySegment page;
    private final MemorySegment rows;
    private final Roster roster;
    private final Monitor monitor;

    Ledger(SharedFile file, Session session, Monitor monitor) {
        this.file = file;
        this.page = file.page();
        this.rows = file.data();
        this.roster = session.roster();
        this.monitor = monitor;
    }

    private static long at(int row) {
        return (long) row * Layout.ROW_BYTES;
    }

    /// Rows from this on are not in use.
    private int mark() {
        return Math.clamp((int) Layout.INT.getVolatile(page, Layout.AT_ROWS), 0, Layout.ROWS);
    }

    long owner(int row) {
        return (long) Layout.LONG.getVolatile(rows, at(row) + Layout.ROW_OWNER);
    }

    /// 0 when the row is not in use.
    long value(int row) {
        return (long) Layout.LONG.getVolatile(rows, at(row) + Layout.ROW_VALUE);
    }

    /// The next row in use, `NONE` when there is none.
    ///
    /// @param before behind which it is looked for, `NONE` for the first
    int next(int before) {
        int mark = mark();
        for (int row = before + 1; row < mark; row++) {
            if (value(row) != 0) {
                return row;
            }
        }
        return NONE;
    }

    /// The next row in use that is an owner's, `NONE` when there is none.
    int next(int before, long owner) {
        int row = next(before);
        while (row != NONE && owner(row) != owner) {
            row = next(row);
        }
        return row;
    }

    /// The next row in use whose owner's process has ended, `NONE` when there is none. May be asked
    /// without the lock, as a hint.
    ///
    /// @param isThorough whether the kernel is asked; else it counts when its slot has been freed
    int nextDead(int before, boolean isThorough) {
        int row = next(before);
        while (row != NONE && !isDead(owner(row), isThorough)) {
            row = next(row);
        }
        return row;
    }

    /// Whether there is a row whose owner's process has ended. May be asked without the lock, as a hint.
    boolean hasDead(boolean isThorough) {
        return nextDead(NONE, isThorough) != NONE;
    }

    /// As [#hasDead], of an owner.
    boolean isDead(long owner, boolean isThorough) {
        int holder = Layout.holder(owner);
        return isThorough ? !roster.isAlive(holder) : !roster.isCurrent(holder);
    }

    /// Has those seen to whose slots have been freed, when there are any and nobody has the lock. Does not
    /// wait.
    ///
    /// @param settle is run under the lock
    void settleFreed(Runnable settle) {
        if (hasDead(false) && monitor.tryEnter()) {
            try {
                settle.run();
            } finally {
                monitor.leave();
            }
        }
    }

    /// A row that is not in use, `NONE` when all are.
    int free() {
        int mark = mark();
        for (int row = 0; row < mark; row++) {
            if (value(row) == 0) {
                return row;
            }
        }
        return mark < Layout.ROWS ? mark : NONE;
    }

    /// A row that is not in use, when there was none before the rows of the dead were cleared.
    ///
    /// @param whose are in use, for a person
    /// @throws IllegalStateException when all are
    int freeNow(String whose) {
        int row = free();
        if (row == NONE) {
            throw Trace.trim(
                    new IllegalStateException(
                            "%s has %d %s already, and there is room for no more"
                                    .formatted(file.name(), Layout.ROWS, whose)));
        }
        return row;
    }

    /// Takes a row that is not in use.
    void put(int row, long owner, long value) {
        if (row >= mark()) {
            Layout.INT.setVolatile(page, Layout.AT_ROWS, row + 1);
        }
        Layout.LONG.setVolatile(rows, at(row) + Layout.ROW_OWNER, owner);
        setValue(row, value);
    }

    void setValue(int row, long value) {
        Layout.LONG.setVolatile(rows, at(row) + Layout.ROW_VALUE, value);
    }

    void clear(int row) {
        setValue(row, 0);
    }

    void setOwner(int row, long owner) {
        Layout.LONG.setVolatile(rows, at(row) + Layout.ROW_OWNER, owner);
    }

    /// The queue of the one who waits by a row.
    WaitQueue queue(int row) {
        return monitor.queue(rows, at(row) + Layout.ROW_QUEUE);
    }
}
