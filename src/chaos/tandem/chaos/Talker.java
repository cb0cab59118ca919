package tandem.chaos;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import tandem.Array;
import tandem.Barrier;
import tandem.BrokenBarrierException;
import tandem.EndOfPipeException;
import tandem.Manager;
import tandem.Pipe;
import tandem.WorkerException;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/// One of two workers at the ends of a pipe, who meet the harness at a barrier meanwhile, and call an
/// object that the other one has, which comes before all items. It ends when all three have told it that
/// they are over.
///
/// Overview. Items are numbered, and each is received whole and once: number n + 1 comes after n. Nobody
/// passes the barrier for the n-th time before all have come n times, so that the others have passed it
/// n − 1 or n times by then. The object counts the calls of the other one.
final class Talker {
    static final int PARTIES = 3;

    /// Numbers in most items, and in some, which lie in files of their own.
    private static final int SMALL = 2_000;

    private static final int LARGE = 60_000;

    private final Array notes;
    private final int side;
    private final Pipe.End<Object> end;
    private final Barrier meeting;

    /// What a party writes down of itself; only the party writes it.
    enum Note {
        /// How many items it was about to send, and how many it knows to have sent.
        BEGUN,
        SENT,
        RECEIVED,
        /// How often it has passed the barrier.
        PASSED,
        BREAKS
    }

    private Talker(Array notes, int side, Pipe.End<Object> end, Barrier meeting) {
        this.notes = notes;
        this.side = side;
        this.end = end;
        this.meeting = meeting;
    }

    static Array notes() {
        return Array.of("q", PARTIES * Note.values().length, false);
    }

    static void run(Array notes, int side, Pipe.End<Object> end, Barrier meeting)
            throws InterruptedException {
        Talker talker = new Talker(notes, side, end, meeting);
        Thread sender = Thread.ofPlatform().start(talker::send);
        Till till = (Till) end.receive();
        Thread caller = Thread.ofPlatform().start(() -> talker.call(till));
        Thread comer = Thread.ofPlatform().start(talker::meet);
        talker.receive();
        sender.join();
        comer.join();
        caller.join();
    }

    private void call(Till till) {
        try {
            for (long calls = 1; ; calls++) {
                long amount = till.add(0, 1);
                check(amount == calls, "till: %d calls were made, and it counts %d", calls, amount);
                LockSupport.parkNanos(1_000_000);
            }
        } catch (WorkerException e) {
            // The other one is dead.
        }
    }

    private void send() {
        Random random = new Random();
        try {
            end.send(Manager.of(Till.class, new Drawer(1)));
            for (int number = 1; ; number++) {
                int[] item = new int[1 + random.nextInt(random.nextInt(50) == 0 ? LARGE : SMALL)];
                Arrays.fill(item, number);
                note(notes, side, Note.BEGUN, number);
                end.send(item);
                note(notes, side, Note.SENT, number);
                LockSupport.parkNanos(random.nextInt(2_000_000));
            }
        } catch (EndOfPipeException e) {
            // The other one is dead.
        }
    }

    private void receive() {
        try {
            for (int number = 1; ; number++) {
                int expected = number;
                int[] item = (int[]) end.receive();
                check(
                        Arrays.stream(item).allMatch(n -> n == expected),
                        "pipe: item %d comes in the place of item %d, or is damaged",
                        item[0],
                        expected);
                note(notes, side, Note.RECEIVED, number);
            }
        } catch (EndOfPipeException e) {
            // The other one is dead.
        }
    }

    private void meet() {
        try {
            while (true) {
                meeting.await();
                check(pass(notes, side), "barrier: a thread passed it before all had come");
            }
        } catch (BrokenBarrierException e) {
            // The other one is dead.
        }
    }

    /// Notes that a party has passed the barrier once more.
    ///
    /// @return whether the others may have passed it as often as they have
    static boolean pass(Array notes, int party) {
        long passed = note(notes, party, Note.PASSED) + 1;
        boolean haveAllCome = true;
        for (int other = 0; other < PARTIES; other++) {
            long its = note(notes, other, Note.PASSED);
            haveAllCome &= its == passed || its == passed - 1;
        }
        note(notes, party, Note.PASSED, passed);
        return haveAllCome;
    }

    private void check(boolean fact, String claim, Object... details) {
        if (!fact) {
            note(notes, side, Note.BREAKS, note(notes, side, Note.BREAKS) + 1);
            System.err.println("BROKEN " + claim.formatted(details));
        }
    }

    static long note(Array notes, int party, Note note) {
        return (long) JAVA_LONG.varHandle().getVolatile(notes.segment(), at(party, note));
    }

    private static void note(Array notes, int party, Note note, long value) {
        JAVA_LONG.varHandle().setVolatile(notes.segment(), at(party, note), value);
    }

    private static long at(int party, Note note) {
        return (party * Note.values().length + note.ordinal()) * (long) Long.BYTES;
    }
}
