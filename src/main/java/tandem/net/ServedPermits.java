package tandem.net;

import static tandem.net.ServedWait.NEVER;

import tandem.memory.Arguments;
import tandem.memory.Trace;
import tandem.memory.WaitCounts;
import tandem.net.ServedWait.Question;
import tandem.sync.Allowance;

import java.time.Duration;

/// The permits of a semaphore on a server.
///
/// Each that is asked for has a number that this process never uses again: what a hold is given back by.
/// So who was away for longer than its lease gives back nothing that another has had since.
final class ServedPermits extends Allowance {
    private static final byte[] HOLD = {'1'};
    private static final byte[] BARE = {'0'};
    private static final char SIDE = 's';

    private final Member member;
    private final Served object;
    private final byte[] id;
    private final ServedWait wait;

    ServedPermits(Member member, Served object) {
        this.member = member;
        this.object = object;
        this.id = Link.ascii(object.id());
        this.wait = new ServedWait(member, object, SIDE);
    }

    @Override
    public void acquire() {
        take(NEVER, false);
    }

    @Override
    public boolean acquire(Duration time) {
        Arguments.required(time, "the time");
        return time.isPositive() ? take(ServedWait.end(time), false) != 0 : tryAcquire();
    }

    @Override
    public boolean tryAcquire() {
        return take(System.nanoTime(), false) != 0;
    }

    @Override
    public long hold() {
        return take(NEVER, true);
    }

    /// @return the number of the attempt, 0 when the time was over first
    private long take(long end, boolean isHold) {
        long attempt = member.nextAttempt();
        String words = isHold ? "hold()" : "acquire()";
        byte[] number = Link.digits(attempt);
        Question question =
                new Question(
                        words,
                        "permit",
                        new byte[][] {id, number, isHold ? HOLD : BARE},
                        (channel, call) ->
                                member.once(channel, words, "unpermit", id, number, call));
        Answer answer = wait.ask(question, end);
        if (answer == null) {
            return 0;
        }
        require(answer, words);
        return attempt;
    }

    private void require(Answer answer, String words) {
        if (!answer.is(Answer.DONE)) {
            throw object.refusal(answer, words);
        }
    }

    @Override
    public void release(long count) {
        String words = "release(%d)".formatted(count);
        Answer answer = member.once(words, "permits", id, Link.digits(count));
        if (answer.is(Answer.RANGE)) {
            throw Trace.trim(
                    new IllegalStateException(
                            tooMany(object.name(), Long.parseLong(answer.text()), bound(), count)));
        }
        require(answer, words);
    }

    @Override
    public void releaseHold(long hold) {
        Answer answer = member.once("release()", "unhold", id, Link.digits(hold));
        if (answer.is(Answer.FENCED)) {
            throw Trace.trim(
                    new IllegalMonitorStateException(
                            "a permit of %s is not held by this process any more, which was away for longer than %s waits: it was given back already"
                                    .formatted(object.name(), object.server())));
        }
        require(answer, "release()");
    }

    private long look(int index) {
        Answer answer = member.often("a look", "semaphore", id);
        require(answer, "a look");
        return Long.parseLong(answer.fields()[index]);
    }

    @Override
    public long available() {
        return look(0);
    }

    @Override
    public long bound() {
        return object.bound();
    }

    @Override
    public long taken() {
        return look(1);
    }

    /// Of this process alone.
    @Override
    public WaitCounts waits() {
        return wait.counts();
    }

    /// Whoever has a child tells the server of its end.
    @Override
    public void holderEnded(int ended) {}

    @Override
    public String toString() {
        return object.name();
    }
}
