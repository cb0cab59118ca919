package tandem.chaos;

import tandem.Array;
import tandem.BrokenBarrierException;
import tandem.Held;
import tandem.Lock;
import tandem.Side;
import tandem.Tandem;
import tandem.chaos.Board.Note;
import tandem.sync.UncheckedInterruptedException;

import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// A worker: does everything that shared objects can do, as fast as it can, and checks what it sees.
///
/// Overview. What is guarded by a lock is broken while the lock is held and mended before it is
/// released, so that a holder finds it whole, unless the holder before died and `recovered()` says
/// so. Then, and only then, it may be broken in the way in which that step breaks it, and is mended.
///
/// Mutual exclusion is proved by stamps. A holder finds no stamp, puts its own, and finds its own
/// before it takes it away. No two incarnations have the same, so that a second holder either finds
/// a stamp or destroys one. After a recovery there may be a stamp, of a process that is dead.
///
/// No update is lost: a worker knows how much it has added to its element of the ledger, and finds
/// that there at each hold. Its successor finds as much as was noted, or one more, when the
/// predecessor died before the note. The tally is checked at the end, between the additions that
/// came back and those that may have been made.
final class Hammer {
    /// How long the bell may take, which is rung several times a second.
    private static final Duration BELL = Chaos.LIMIT;

    private static final int RACE = 2_000;

    /// Numbers in most items of the belt, and in some, which lie in files of their own.
    private static final int SMALL = 2_000;

    private static final int LARGE = 1_500_000;

    /// The exit code of a process that SIGTERM has ended.
    private static final int TERMINATED = 143;

    private final Board board;
    private final int worker;
    private final long stamp;
    private final Random random = new Random();
    private final int[] uniform = new int[Board.UNIFORM_SIZE / 2];

    /// Its element of the ledger, −1 before it knows.
    private long added = -1;

    /// What it has found in the till.
    private long inTill;

    /// As [Board#calm] was when it began to wait for a lock.
    private long calm;

    private Hammer(Board board, int worker) {
        this.board = board;
        this.worker = worker;
        this.stamp = Board.stamp(worker, board.note(worker, Note.INCARNATION));
    }

    static void run(Board board, int worker) {
        board.note(worker, Note.PID, ProcessHandle.current().pid());
        new Hammer(board, worker).run();
    }

    private void run() {
        countUnsure(Note.TALLY_BEGUN, Note.TALLY_DONE, Note.TALLY_UNSURE);
        countUnsure(Note.TILL_BEGUN, Note.TILL_DONE, Note.TILL_UNSURE);
        while (!board.isOver()) {
            if (random.nextInt(50) == 0) {
                awaitBell();
                race();
            }
            switch (random.nextInt(19)) {
                case 0, 1, 2 -> useLedger();
                case 3 -> useLedgerIfItIsSoonFree();
                case 4, 5 -> useUniform();
                case 6 -> useLedgerAndUniform();
                case 7, 8 -> useAccounts();
                case 9 -> useAll();
                case 10 -> usePermit();
                case 11 -> useMarket();
                case 12 -> useMeeting();
                case 13 -> useBelt();
                case 14 -> usePage();
                case 15 -> useQueue();
                case 16, 17 -> useTill();
                default -> useGate();
            }
            board.count(worker, Note.OPERATIONS);
        }
        begin(Step.ENDING);
    }

    private void countUnsure(Note begun, Note done, Note unsure) {
        if (board.note(worker, begun) != board.note(worker, done)) {
            board.count(worker, unsure);
            board.note(worker, begun, board.note(worker, done));
        }
    }

    private void useLedger() {
        begin(Step.LEDGER);
        try (Held held = hold(board.ledger().lock())) {
            changeLedger(enter(Step.LEDGER, held));
            leave(Step.LEDGER);
        }
        board.note(worker, Note.LEDGER_DONE, added);
    }

    private void useLedgerIfItIsSoonFree() {
        begin(Step.LEDGER);
        boolean has =
                random.nextBoolean()
                        ? board.ledger().tryAcquire()
                        : board.ledger().acquire(Duration.ofMillis(random.nextInt(10)));
        if (has) {
            try (Held held = hold(board.ledger().lock())) {
                changeLedger(enter(Step.LEDGER, held));
            }
            leave(Step.LEDGER);
            board.ledger().release();
            board.note(worker, Note.LEDGER_DONE, added);
        }
    }

    private void useUniform() {
        begin(Step.UNIFORM);
        try (Held held = hold(board.uniform().lock())) {
            changeUniform(enter(Step.UNIFORM, held));
            leave(Step.UNIFORM);
        }
    }

    private void useAccounts() {
        begin(Step.ACCOUNTS);
        try (Held held = hold(board.accounts())) {
            changeAccounts(enter(Step.ACCOUNTS, held));
            leave(Step.ACCOUNTS);
        }
    }

    private void useLedgerAndUniform() {
        begin(Step.LEDGER);
        try (Held first = hold(board.ledger().lock())) {
            changeLedger(enter(Step.LEDGER, first));
            useUniform();
            leave(Step.LEDGER);
        }
        board.note(worker, Note.LEDGER_DONE, added);
    }

    /// All three, in the one order in which anybody takes them.
    private void useAll() {
        begin(Step.LEDGER);
        try (Held first = hold(board.ledger().lock())) {
            boolean recovered = enter(Step.LEDGER, first);
            begin(Step.UNIFORM);
            try (Held second = hold(board.uniform().lock())) {
                changeUniform(enter(Step.UNIFORM, second));
                useAccounts();
                leave(Step.UNIFORM);
            }
            changeLedger(recovered);
            leave(Step.LEDGER);
        }
        board.note(worker, Note.LEDGER_DONE, added);
    }

    /// A worker that is told to end while it waits dies with what it holds: it could not leave that
    /// in order.
    private static Held hold(Lock lock) {
        return hold(lock::hold);
    }

    private static Held hold(Side access) {
        return hold(access::hold);
    }

    private static Held hold(Supplier<Held> how) {
        try {
            return how.get();
        } catch (UncheckedInterruptedException e) {
            Runtime.getRuntime().halt(TERMINATED);
            throw e;
        }
    }

    private boolean enter(Step lock, Held held) {
        long now = System.nanoTime();
        long found = board.holder(lock);
        if (held.recovered()) {
            board.count(worker, Note.RECOVERIES);
            if (found != 0) {
                learnOfDeath(lock, found, now);
            }
        } else {
            check(found == 0, "%s: %s holds it, and so does %s", lock, name(found), name(stamp));
            long released = board.released(lock);
            if (isCalm() && released - board.note(worker, Note.STEP_BEGAN) > 0) {
                board.handovers().add(worker, now - released);
            }
        }
        board.setHolder(lock, stamp);
        begin(Step.HOLDING);
        return held.recovered();
    }

    private void leave(Step lock) {
        long found = board.holder(lock);
        check(found == stamp, "%s: %s came into the hold of %s", lock, name(found), name(stamp));
        board.setReleased(lock, System.nanoTime());
        board.setHolder(lock, 0);
    }

    private void learnOfDeath(Step lock, long dead, long now) {
        int who = Board.workerOf(dead);
        long pid = board.note(who, Note.PID);
        boolean isReplaced = board.note(who, Note.INCARNATION) != Board.incarnationOf(dead);
        check(
                isReplaced || !isAlive(pid),
                "%s: taken from %s (pid %d), which lives",
                lock,
                name(dead),
                pid);
        if (board.note(who, Note.KILLED) == dead && isCalm()) {
            long killedAt = board.note(who, Note.KILLED_AT);
            board.recoveries().add(worker, Math.min(now - killedAt, longestWait(lock, now)));
        }
    }

    /// A process that has ended and was not asked for its exit code yet runs no program any more.
    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .flatMap(process -> process.info().command())
                .isPresent();
    }

    /// How long somebody has waited for a lock by now, this worker or another.
    private long longestWait(Step lock, long now) {
        long longest = 0;
        for (int other = 0; other < board.workers(); other++) {
            if (board.step(other) == lock && isAlive(board.note(other, Note.PID))) {
                longest = Math.max(longest, now - board.note(other, Note.STEP_BEGAN));
            }
        }
        return longest;
    }

    private boolean isCalm() {
        return calm >= 0 && board.calm() == calm;
    }

    private void changeLedger(boolean recovered) {
        long[] elements = board.ledger().slice().toLongs();
        long sum = Arrays.stream(elements).skip(1).sum();
        long total = elements[0];
        check(
                total == sum || (recovered && total == sum + 1),
                "ledger: the total is %d, the sum %d, recovered: %b",
                total,
                sum,
                recovered);
        if (total != sum) {
            board.ledger().set(0, sum);
        }
        long mine = elements[1 + worker];
        if (added < 0) {
            long done = board.note(worker, Note.LEDGER_DONE);
            check(
                    mine == done || mine == done + 1,
                    "ledger: %s finds %d where its predecessor had noted %d",
                    name(stamp),
                    mine,
                    done);
            board.note(worker, Note.LEDGER_DONE, mine);
        } else {
            check(mine == added, "ledger: %s finds %d, not %d", name(stamp), mine, added);
        }
        board.ledger().add(0, 1);
        VarHandle.releaseFence();
        work();
        added = board.ledger().add(1 + worker, 1);
    }

    private void changeUniform(boolean recovered) {
        int[] elements = board.uniform().slice().toInts();
        if (!recovered) {
            Arrays.sort(elements);
            check(
                    elements[0] == elements[elements.length - 1],
                    "uniform array: %d beside %d, and no recovery",
                    elements[0],
                    elements[elements.length - 1]);
        }
        Arrays.fill(uniform, random.nextInt());
        board.uniform().setSlice(0, uniform.length, uniform);
        work();
        board.uniform().setSlice(uniform.length, Board.UNIFORM_SIZE, uniform);
    }

    private void changeAccounts(boolean recovered) {
        long debit = Arrays.stream(board.debit().slice().toLongs()).sum();
        long credit = Arrays.stream(board.credit().slice().toLongs()).sum();
        long missing = Board.MONEY - debit - credit;
        check(
                missing == 0 || recovered,
                "accounts: %d and %d are not %d, and no recovery",
                debit,
                credit,
                Board.MONEY);
        board.debit().add(0, missing);
        long amount = random.nextInt(1_000);
        board.debit().add(random.nextInt(Board.ACCOUNTS_SIZE), -amount);
        work();
        board.credit().add(random.nextInt(Board.ACCOUNTS_SIZE), amount);
    }

    private void useGate() {
        begin(Step.GATE);
        switch (random.nextInt(3)) {
            case 0 -> board.gate().set();
            case 1 -> board.gate().clear();
            default -> board.gate().await(Tandem.millis(random.nextInt(10)));
        }
    }

    private void usePermit() {
        begin(Step.PERMIT);
        try (Held _ = board.permits().hold()) {
            work();
        }
    }

    private void usePage() {
        boolean writes = random.nextBoolean();
        begin(writes ? Step.WRITING : Step.READING);
        if (random.nextInt(3) == 0) {
            if (board.page().write().acquire(Tandem.millis(random.nextInt(10)))) {
                board.page().write().release();
            }
            return;
        }
        try (Held held = hold(writes ? board.page().write() : board.page().read())) {
            changePair(board.pair(), "page", held.recovered(), writes);
        }
    }

    private void useQueue() {
        begin(Step.QUEUE);
        if (random.nextInt(3) == 0) {
            if (board.queue().acquire(Tandem.millis(random.nextInt(10)))) {
                board.queue().release();
            }
            return;
        }
        try (Held held = hold(board.queue())) {
            changePair(board.served(), "queue", held.recovered(), true);
        }
    }

    private void changePair(Array pair, String name, boolean recovered, boolean writes) {
        long first = pair.get(0);
        long second = pair.get(1);
        check(
                first == second || recovered,
                "%s: %d beside %d, and no recovery",
                name,
                first,
                second);
        if (writes) {
            pair.set(0, Math.max(first, second) + 1);
            work();
            pair.set(1, pair.get(0));
        } else {
            work();
            check(pair.get(0) == first, "%s: it was written while it was read", name);
        }
    }

    private void useMarket() {
        begin(Step.MARKET);
        int change = random.nextBoolean() ? 1 : -1;
        try (Held _ = hold(board.market())) {
            if (!isPossible(change)) {
                board.traded().await(Tandem.millis(random.nextInt(10)));
            }
            if (isPossible(change)) {
                board.stock().add(change);
                board.traded().signal(random.nextInt(3));
            }
        }
    }

    private boolean isPossible(int change) {
        long stock = board.stock().get();
        check(stock >= 0 && stock <= Board.STOCK, "market: the stock is %d", stock);
        return stock + change >= 0 && stock + change <= Board.STOCK;
    }

    private void useMeeting() {
        begin(Step.MEETING);
        try {
            board.meeting().await(Tandem.millis(random.nextInt(20)));
        } catch (BrokenBarrierException e) {
            if (random.nextInt(3) == 0) {
                board.meeting().reset();
            }
        }
    }

    private void useBelt() {
        begin(Step.BELT);
        if (random.nextBoolean()) {
            int[] item = new int[random.nextInt(random.nextInt(20) == 0 ? LARGE : SMALL)];
            Arrays.fill(item, item.length);
            board.belt().put(item, Tandem.millis(random.nextInt(10)));
        } else {
            int[] item = board.belt().poll(Tandem.millis(random.nextInt(10)));
            boolean isWhole = item == null || Arrays.stream(item).allMatch(n -> n == item.length);
            check(isWhole, "belt: an item of %d is damaged", item == null ? 0 : item.length);
        }
        int size = board.belt().size();
        check(size >= 0 && size <= Board.BELT, "belt: there are %d items", size);
    }

    /// What a predecessor has begun may yet come to its end.
    private void useTill() {
        begin(Step.TILL);
        long before = board.till().amount(worker);
        check(before >= inTill, "till: %s finds %d after %d", name(stamp), before, inTill);
        board.count(worker, Note.TILL_BEGUN);
        inTill =
                random.nextBoolean()
                        ? board.till().add(worker, 1)
                        : board.till()
                                .change(
                                        worker,
                                        amount -> {
                                            work();
                                            return amount + 1;
                                        });
        board.count(worker, Note.TILL_DONE);
        check(inTill > before, "till: %s finds %d after %d + 1", name(stamp), inTill, before);
    }

    private void awaitBell() {
        begin(Step.BELL);
        boolean heard = board.bell().await(BELL);
        long now = System.nanoTime();
        check(heard, "the bell was not heard within %s", BELL);
        long rung = board.rung();
        if (isCalm() && rung - board.note(worker, Note.STEP_BEGAN) > 0) {
            board.wakeups().add(worker, now - rung);
        }
    }

    /// Takes two locks for as short as possible, and as often as possible, together with all others
    /// who have heard the bell.
    private void race() {
        for (int i = 0; i < RACE; i++) {
            begin(Step.TALLY);
            board.count(worker, Note.TALLY_BEGUN);
            board.tally().add(0, 1);
            board.count(worker, Note.TALLY_DONE);
            begin(Step.UNIFORM);
            try (Held held = hold(board.uniform().lock())) {
                if (enter(Step.UNIFORM, held)) {
                    changeUniform(true);
                }
                leave(Step.UNIFORM);
            }
        }
    }

    /// Mostly nothing, so that the locks are fought for; sometimes so long that a waiter sleeps.
    private void work() {
        int choice = random.nextInt(100);
        if (choice < 8) {
            LockSupport.parkNanos(1_000_000L * (1 + random.nextInt(5)));
        } else if (choice < 20) {
            long end = System.nanoTime() + random.nextInt(100_000);
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
        }
    }

    private void begin(Step step) {
        calm = board.calm();
        board.begin(worker, step);
    }

    private void check(boolean fact, String claim, Object... details) {
        if (!fact) {
            board.count(worker, Note.BREAKS);
            System.err.println("BROKEN " + claim.formatted(details));
        }
    }

    private static String name(long stamp) {
        return stamp == 0
                ? "nobody"
                : "worker %d.%d".formatted(Board.workerOf(stamp), Board.incarnationOf(stamp));
    }
}
