package tandem.chaos;

import static tandem.Tandem.named;

import tandem.Array;
import tandem.Barrier;
import tandem.BrokenBarrierException;
import tandem.Pipe;
import tandem.Worker;
import tandem.chaos.Talker.Note;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/// Kills one of two workers who talk through a pipe and meet this thread at a barrier ([Talker]), pair
/// after pair.
///
/// Overview. What the dead one has sent, the other one has received, and nothing that was not begun; then
/// it sees the end, of what it receives, of what it sends, and of the object that it calls. A barrier at which both waited breaks with
/// the death of one. When the dead one had not come, the other waits for it, as it says in [Barrier]:
/// then, and only then, this thread breaks it.
final class Talks extends Rounds {
    private static final int MOST_MEETINGS = 40;
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Random random;
    private volatile long breaks;
    private volatile long longestNanos;

    Talks(long seed) {
        super("talks");
        random = new Random(seed);
    }

    long breaks() {
        return breaks;
    }

    /// The longest time that one went on talking to a dead one.
    long longestNanos() {
        return longestNanos;
    }

    @Override
    void round(boolean last) throws InterruptedException {
        if (last) {
            return;
        }
        Array notes = Talker.notes();
        Pipe<Object> pipe = new Pipe<>();
        Barrier meeting = new Barrier(Talker.PARTIES);
        List<Worker> both =
                List.of(
                        named("chaos-left").spawn(Talker::run, notes, 0, pipe.left(), meeting),
                        named("chaos-right").spawn(Talker::run, notes, 1, pipe.right(), meeting));
        if (meet(notes, meeting)) {
            int victim = random.nextInt(both.size());
            kill(both.get(victim), both.get(1 - victim), meeting);
            judge(notes, victim, 1 - victim);
        }
        both.forEach(Worker::kill);
        both.forEach(Worker::join);
        for (int party = 0; party < Talker.PARTIES; party++) {
            breaks += Talker.note(notes, party, Note.BREAKS);
        }
        pipe.close();
        meeting.close();
        notes.close();
        pause(PAUSE);
    }

    private boolean meet(Array notes, Barrier meeting) {
        Duration limit = Watchdog.LIMIT_OF_STARTS;
        for (int left = 1 + random.nextInt(MOST_MEETINGS); left > 0; left--) {
            try {
                meeting.await(limit);
            } catch (BrokenBarrierException e) {
                fail("nobody has died, and " + e.getMessage());
                return false;
            }
            if (!Talker.pass(notes, Talker.PARTIES - 1)) {
                broken("barrier: the harness passed it before all had come");
            }
            limit = Chaos.LIMIT;
        }
        return true;
    }

    private void kill(Worker victim, Worker other, Barrier meeting) throws InterruptedException {
        if (random.nextBoolean()) {
            took(() -> meeting.waiting() == 2, Chaos.LIMIT);
        } else {
            Thread.sleep(random.nextInt(20));
        }
        boolean doBothWait = meeting.waiting() == 2;
        victim.kill();
        countKill();
        long nanos =
                took(
                        () -> {
                            if (!doBothWait
                                    && !victim.isAlive()
                                    && meeting.waiting() < 2
                                    && !meeting.isBroken()) {
                                meeting.abort();
                            }
                            return !other.isAlive();
                        },
                        Chaos.LIMIT);
        if (nanos < 0) {
            fail(
                    "%s talks on to %s, which is dead; %s, and both waited there: %b"
                            .formatted(other, victim, meeting, doBothWait));
        } else if (other.exitCode() != 0) {
            fail("%s has ended with %d".formatted(other, other.exitCode()));
        }
        longestNanos = Math.max(longestNanos, nanos);
    }

    private void judge(Array notes, int dead, int other) {
        long sent = Talker.note(notes, dead, Note.SENT);
        long begun = Talker.note(notes, dead, Note.BEGUN);
        long received = Talker.note(notes, other, Note.RECEIVED);
        if (received < sent || received > begun) {
            broken(
                    "pipe: the dead one has sent %d to %d items, and %d were received"
                            .formatted(sent, begun, received));
        }
        long back = Talker.note(notes, dead, Note.RECEIVED);
        long most = Talker.note(notes, other, Note.BEGUN);
        if (back > most) {
            broken("pipe: %d items were received of %d".formatted(back, most));
        }
    }

    private void broken(String what) {
        breaks++;
        System.err.println("BROKEN " + what);
    }
}
