package tandem.sync;

import static tandem.sync.Ledger.NONE;

import tandem.memory.Layout;
import tandem.memory.SharedFile;
import tandem.session.Session;

import java.lang.foreign.MemorySegment;

/// The threads that wait for a fair lock, in the order in which they came.
final class Turns {
    /*
     * Overview. The lock word is that of any lock (see Mutex). Behind it, each thread that waits has a
     * row, with the number of its ticket. The rows are guarded by a lock of their own, which is held for
     * the length of a change only.
     *
     *   F1  A row is there before the WAITERS bit is set, and who gives back a lock with that bit does
     *       not write 0 but the name of the thread with the lowest ticket. So the word is never 0
     *       while anybody waits in a row, and nobody who comes later can take the lock by its
     *       compare-and-set from 0: that is all there is to do for who finds the lock free.
     *   F2  The lock is handed over by that one write. The thread named has the lock, be it asleep,
     *       and clears its row when it finds out, as the first thing.
     *   F3  What the dead have left in rows is cleared by who hands over, as far as their slots have
     *       been freed. The lock may be handed to a dead one: then, as when a holder dies, the
     *       thread whose turn it is takes the word over, within a slice. It tells the two apart by the
     *       row: who died while it was still there has never been in. So its own row is cleared
     *       before it takes the word over; and before that, it looks whether the word still is the one of
     *       the dead: when another one was faster, it keeps its row.
     *   F4  Who gives up hands on what it was handed meanwhile, and clears its row after that: till then,
     *       a death there is that of one who waits.
     *   F5  Who sleeps announces itself in the queue of its row without the lock of the rows. So who
     *       wakes it takes the bit away before, not after: then it may be there again.
     *
     * src/model/turns.pml lets a model checker try.
     *
     * A row is cleared by its thread without the lock of the rows. Nobody else writes it meanwhile,
     * except for who breaks the lock: then the thread finds that it has no row, and comes again.
     */
    private static final long NO_TICKET = Long.MAX_VALUE;

    private final MemorySegment page;
    private final Monitor monitor;
    private final Ledger rows;

    /// @param guard what guards the rows
    Turns(SharedFile file, Session session, Mutex guard) {
        this.page = file.page();
        this.monitor = new Monitor(guard, file, session);
        this.rows = new Ledger(file, session, monitor);
    }

    private long word() {
        return (long) Layout.LONG.getVolatile(page, Layout.AT_LOCK_WORD);
    }

    private boolean change(long word, long to) {
        return Layout.LONG.compareAndSet(page, Layout.AT_LOCK_WORD, word, to);
    }

    /// Whose a row is, by the word of a lock that this thread holds; and the other way round.
    private static long owner(long word) {
        return Layout.waiting(word);
    }

    static long wordOf(long owner) {
        return Long.rotateLeft(owner, 32);
    }

    /// No change of the rows happens until `leave()`.
    void enter() {
        monitor.enter();
    }

    void leave() {
        monitor.leave();
    }

    /// Takes a row behind all others.
    ///
    /// @param own the word of the lock when this thread has it
    /// @return `NONE` when it has it now
    int come(long own) {
        monitor.enter();
        try {
            drop(own); // It was stopped before it could clear it.
            int row = NONE;
            while (true) {
                long word = word();
                if (owner(word) == owner(own) || word == 0 && change(0, own)) {
                    clear(row);
                    return NONE;
                }
                if (word != 0 && row == NONE) {
                    row = put(owner(own));
                }
                long asleep = word | Layout.LOCK_WAITERS;
                if (word != 0 && (word == asleep || change(word, asleep))) {
                    return row;
                }
            }
        } finally {
            monitor.leave();
        }
    }

    private int put(long owner) {
        int row = rows.free();
        if (row == NONE) {
            settle(true);
            row = rows.freeNow("threads that wait");
        }
        long ticket = (long) Layout.LONG.getVolatile(page, Layout.AT_TICKETS) + 1;
        Layout.LONG.setVolatile(page, Layout.AT_TICKETS, ticket);
        rows.put(row, owner, ticket);
        return row;
    }

    /// Whether a row is still the one of a thread.
    boolean has(int row, long own) {
        return row != NONE && rows.value(row) != 0 && rows.owner(row) == owner(own);
    }

    /// Says that the thread in a row is about to sleep.
    ///
    /// @return what it is to sleep on
    int announce(int row) {
        return rows.queue(row).announce();
    }

    /// As [WaitLoop#sleep].
    boolean sleep(WaitLoop loop, int row, int seen) {
        return rows.queue(row).sleep(loop, seen);
    }

    /// Clears the row of a thread that has the lock.
    void end(int row, long own) {
        if (has(row, own)) {
            rows.clear(row);
        }
    }

    private void clear(int row) {
        if (row != NONE) {
            rows.clear(row);
        }
    }

    /// Hands on what a thread that gives up was handed meanwhile, and clears its row.
    void giveUp(int row, long own) {
        monitor.enter();
        try {
            long word = word();
            if (owner(word) == owner(own)) {
                handOver(word);
            }
            end(row, own);
        } finally {
            monitor.leave();
        }
    }

    /// Gives the lock to the one whose turn it is, or to nobody when nobody waits.
    ///
    /// @param word with the name of who has it
    /// @return false when it is not as given
    boolean handOver(long word) {
        monitor.enter();
        try {
            settle(false);
            int next = first();
            if (next == NONE) {
                return change(word, 0);
            }
            long to = wordOf(rows.owner(next));
            boolean isDone = change(word, isOnly(next) ? to : to | Layout.LOCK_WAITERS);
            if (isDone) {
                rows.queue(next).changeAll();
            }
            return isDone;
        } finally {
            monitor.leave();
        }
    }

    /// Clears the row of a thread that waits no more; one that does wait comes again.
    void drop(long own) {
        monitor.enter();
        try {
            for (int row = NONE; (row = rows.next(row, owner(own))) != NONE; ) {
                rows.clear(row);
                rows.queue(row).changeAll();
            }
        } finally {
            monitor.leave();
        }
    }

    /// Whether it is the turn of a thread, which may wait or not, now that a holder has died. Asked after
    /// `enter()`.
    ///
    /// @param word with the name of the dead one
    boolean isTurnOf(long own, long word) {
        if (word() != word) {
            return false;
        }
        settle(true);
        int first = first();
        return first == NONE || rows.owner(first) == owner(own);
    }

    /// Whether a thread that is named by a lock word has not found out yet. Asked after `enter()`.
    boolean isWaiting(long word) {
        return rows.next(NONE, owner(word)) != NONE;
    }

    /// The row with the lowest ticket of those who wait.
    private int first() {
        long holder = owner(word());
        int first = NONE;
        long lowest = NO_TICKET;
        for (int row = NONE; (row = rows.next(row)) != NONE; ) {
            long ticket = rows.value(row);
            if (ticket != 0 && ticket < lowest && rows.owner(row) != holder) {
                lowest = ticket;
                first = row;
            }
        }
        return first;
    }

    private boolean isOnly(int only) {
        int other = rows.next(NONE);
        return (other == only ? rows.next(other) : other) == NONE;
    }

    /// Clears the rows of the dead, but of the one that has the lock.
    private void settle(boolean isThorough) {
        long holder = owner(word());
        for (int row = NONE; (row = rows.nextDead(row, isThorough)) != NONE; ) {
            if (rows.owner(row) != holder) {
                rows.clear(row);
            }
        }
    }

    /// Wakes those who wait, to look at once who has died. Does not wait.
    void wakeAll() {
        if (monitor.tryEnter()) {
            try {
                for (int row = NONE; (row = rows.next(row)) != NONE; ) {
                    rows.queue(row).changeAll();
                }
            } finally {
                monitor.leave();
            }
        }
    }
}
