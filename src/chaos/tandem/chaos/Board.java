package tandem.chaos;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import tandem.Array;
import tandem.Barrier;
import tandem.Condition;
import tandem.Event;
import tandem.Lock;
import tandem.Manager;
import tandem.Queue;
import tandem.ReadWriteLock;
import tandem.Semaphore;
import tandem.Value;
import tandem.session.Joined;

import java.io.Serializable;
import java.util.Arrays;

/// What the harness and its workers share: the objects that are hammered, and the notes by which
/// the harness judges what it sees.
///
/// @param notes read and written without a lock, always with the memory order of volatiles
/// @param recoveries samples: how long others waited for a killed holder
/// @param handovers samples: from a release to the hold of one who waited
/// @param wakeups samples: from a ring of the bell to the end of a wait for it
/// @param ledger element 0 is the sum of all others, one for each worker; a lock of its own
/// @param uniform all elements are equal; a lock of its own
/// @param accounts guards `debit` and `credit`
/// @param debit together with `credit`, always [#MONEY]
/// @param tally one element, added to as fast as that goes
/// @param gate set, cleared and awaited by all
/// @param bell rung by the harness now and then: set and cleared at once
/// @param permits [#PERMITS] of them, held and given back
/// @param market guards `stock`, 0 to [#STOCK]; `traded` is signalled when that has changed
/// @param page what `pair` is written on, and read from
/// @param pair two equal elements
/// @param queue a fair lock, which guards `served`
/// @param served two equal elements
/// @param meeting two come to it, or one who does not wait for long, and breaks it
/// @param belt at most [#BELT] items, of which each element says how many there are
/// @param till a managed object of the harness
record Board(
        int workers,
        Array notes,
        Samples recoveries,
        Samples handovers,
        Samples wakeups,
        Array ledger,
        Array uniform,
        Lock accounts,
        Array debit,
        Array credit,
        Array tally,
        Event gate,
        Event bell,
        Semaphore permits,
        Lock market,
        Condition traded,
        Value stock,
        ReadWriteLock page,
        Array pair,
        Lock queue,
        Array served,
        Barrier meeting,
        Queue<int[]> belt,
        Till till)
        implements Serializable {
    static final int UNIFORM_SIZE = 4096;
    static final int ACCOUNTS_SIZE = 8;
    static final long MONEY = 1_000_000;
    static final int PERMITS = 2;
    static final int STOCK = 3;
    static final int BELT = 3;

    /// Cells before those of the workers: the stamp and the last release of each lock, and four more.
    private static final int AT_STAMPS = 0;

    private static final int AT_RELEASES = Step.LOCKS;
    private static final int AT_OVER = 2 * Step.LOCKS;
    private static final int AT_STOPPED = AT_OVER + 1;
    private static final int AT_STOPS = AT_OVER + 2;
    private static final int AT_RING = AT_OVER + 3;
    private static final int AT_WORKERS = AT_OVER + 4;

    private static final int INCARNATION_SHIFT = 16;

    /// A worker's own cells. Only the worker writes them, and the harness between two incarnations
    /// of it, except where the harness is named.
    enum Note {
        /// How often the worker was replaced; by the harness.
        INCARNATION,
        PID,
        /// The stamp with which it was last sent SIGKILL, and when, in nanoseconds; by the harness.
        KILLED,
        KILLED_AT,
        /// A [Step], and when it began.
        STEP,
        STEP_BEGAN,
        /// How many steps it has begun.
        STEPS,
        OPERATIONS,
        RECOVERIES,
        BREAKS,
        /// Its element of the ledger, noted after the release.
        LEDGER_DONE,
        /// How often it was about to add to the tally, and how often it knows that it has.
        TALLY_BEGUN,
        TALLY_DONE,
        /// How many of its incarnations died between these two.
        TALLY_UNSURE,
        /// The same of its calls of the till.
        TILL_BEGUN,
        TILL_DONE,
        TILL_UNSURE
    }

    /// @param code by which a server is joined that has what is hammered, null for none: the notes are of this
    ///     machine in any case, and so is the till
    static Board of(int workers, String code) {
        Array notes = Array.of("q", AT_WORKERS + (long) workers * Note.values().length, false);
        Samples recoveries = Samples.of(workers);
        Samples handovers = Samples.of(workers);
        Samples wakeups = Samples.of(workers);
        Till till = Manager.of(Till.class, new Drawer(workers));
        if (code != null) {
            Joined.set(code, true);
        }
        Lock accounts = new Lock();
        Lock market = new Lock();
        Lock queue = Lock.fair();
        Board board =
                new Board(
                        workers,
                        notes,
                        recoveries,
                        handovers,
                        wakeups,
                        Array.of("q", workers + 1L),
                        Array.of("i", UNIFORM_SIZE),
                        accounts,
                        Array.of("q", ACCOUNTS_SIZE, accounts),
                        Array.of("q", ACCOUNTS_SIZE, accounts),
                        Array.of("q", 1),
                        new Event(),
                        new Event(),
                        Semaphore.bounded(PERMITS),
                        market,
                        market.newCondition(),
                        Value.of("i", 0, market),
                        new ReadWriteLock(),
                        Array.of("q", 2, false),
                        queue,
                        Array.of("q", 2, queue),
                        new Barrier(2),
                        new Queue<>(BELT),
                        till);
        board.debit.set(0, MONEY);
        return board;
    }

    void close() {
        for (AutoCloseable shared :
                Arrays.asList(
                        notes,
                        ledger,
                        uniform,
                        debit,
                        credit,
                        accounts,
                        tally,
                        gate,
                        bell,
                        permits,
                        traded,
                        stock,
                        market,
                        page,
                        pair,
                        served,
                        queue,
                        meeting,
                        Manager.behind(till))) {
            try {
                shared.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        recoveries.close();
        handovers.close();
        wakeups.close();
    }

    /// A stamp that no other incarnation of any worker has.
    static long stamp(int worker, long incarnation) {
        return incarnation << INCARNATION_SHIFT | (worker + 1);
    }

    static int workerOf(long stamp) {
        return (int) (stamp & ((1 << INCARNATION_SHIFT) - 1)) - 1;
    }

    static long incarnationOf(long stamp) {
        return stamp >>> INCARNATION_SHIFT;
    }

    /// The stamp of the worker that holds a lock, 0 when nobody does.
    long holder(Step lock) {
        return get(AT_STAMPS + lock.ordinal());
    }

    void setHolder(Step lock, long stamp) {
        set(AT_STAMPS + lock.ordinal(), stamp);
    }

    /// When the last holder was about to release a lock, in nanoseconds.
    long released(Step lock) {
        return get(AT_RELEASES + lock.ordinal());
    }

    void setReleased(Step lock, long nanos) {
        set(AT_RELEASES + lock.ordinal(), nanos);
    }

    boolean isOver() {
        return get(AT_OVER) != 0;
    }

    void end() {
        set(AT_OVER, 1);
    }

    /// When the bell was last rung, in nanoseconds.
    long rung() {
        return get(AT_RING);
    }

    void noteRing() {
        set(AT_RING, System.nanoTime());
    }

    void noteStop() {
        set(AT_STOPPED, get(AT_STOPPED) + 1);
        set(AT_STOPS, get(AT_STOPS) + 1);
    }

    void noteResumption() {
        set(AT_STOPPED, get(AT_STOPPED) - 1);
    }

    long stops() {
        return get(AT_STOPS);
    }

    /// A time was undisturbed by stopped workers when this is the same at its two ends, and not −1.
    long calm() {
        return get(AT_STOPPED) == 0 ? stops() : -1;
    }

    long note(int worker, Note note) {
        return get(cell(worker, note));
    }

    void note(int worker, Note note, long value) {
        set(cell(worker, note), value);
    }

    void count(int worker, Note note) {
        note(worker, note, note(worker, note) + 1);
    }

    /// A note of all workers, added up.
    long sum(Note note) {
        long sum = 0;
        for (int worker = 0; worker < workers; worker++) {
            sum += note(worker, note);
        }
        return sum;
    }

    Step step(int worker) {
        return Step.values()[(int) note(worker, Note.STEP)];
    }

    void begin(int worker, Step step) {
        note(worker, Note.STEP_BEGAN, System.nanoTime());
        note(worker, Note.STEP, step.ordinal());
        count(worker, Note.STEPS);
    }

    private static int cell(int worker, Note note) {
        return AT_WORKERS + worker * Note.values().length + note.ordinal();
    }

    private long get(int cell) {
        return (long) JAVA_LONG.varHandle().getVolatile(notes.segment(), (long) cell * Long.BYTES);
    }

    private void set(int cell, long value) {
        JAVA_LONG.varHandle().setVolatile(notes.segment(), (long) cell * Long.BYTES, value);
    }
}
