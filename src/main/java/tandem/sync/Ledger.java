package tandem.sync;

import tandem.memory.Layout;
import tandem.memory.SharedFile;
import tandem.session.Roster;
import tandem.session.Session;

import java.lang.foreign.MemorySegment;

/// Who owes what, or waits for it: rows behind the header page of a shared file, each of an owner and
/// a value. Read and written under a lock.
final class Ledger {
    /*
     * Overview. A row is in use while its value is not 0. The owner is written before the value, so
     * that a row comes, changes and goes by one write, of its value; and it changes hands by one, of
     * its owner. Rows are looked at up to the mark, which goes up before a row behind it comes.
     */
    private final MemorySegment page;
    private final MemorySegment rows;
    private final Roster roster;
    private final Monitor monitor;

    Ledger(SharedFile file, Session session, Monitor monitor) {
        this.page = file.page();
        this.rows = file.data();
        this.roster = session.roster();
        this.monitor = monitor;
    }

    private static long at(int row) {
        return (long) row * Layout.ROW_BYTES;
    }

    /// Rows from this on are not in use.
    int mark() {
        return Math.clamp((int) Layout.INT.getVolatile(page, Layout.AT_ROWS), 0, Layout.ROWS);
    }

    long owner(int row) {
        return (long) Layout.LONG.getVolatile(rows, at(row) + Layout.ROW_OWNER);
    }

    /// 0 when the row is not in use.
    long value(int row) {
        return (long) Layout.LONG.getVolatile(rows, at(row) + Layout.ROW_VALUE);
    }

    /// A row that is not in use, -1 when all are.
    int free() {
        int mark = mark();
        for (int row = 0; row < mark; row++) {
            if (value(row) == 0) {
                return row;
            }
        }
        return mark < Layout.ROWS ? mark : -1;
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

    /// Whether the process of an owner has ended.
    ///
    /// @param isThorough whether the kernel is asked; else it counts when its slot has been freed
    boolean isDead(long owner, boolean isThorough) {
        int holder = Layout.holder(owner);
        return isThorough ? !roster.isAlive(holder) : !roster.isCurrent(holder);
    }

    /// Whether a row is of a process that has ended. May be asked without the lock, as a hint.
    boolean hasDead(boolean isThorough) {
        int mark = mark();
        for (int row = 0; row < mark; row++) {
            if (value(row) != 0 && isDead(owner(row), isThorough)) {
                return true;
            }
        }
        return false;
    }
}
