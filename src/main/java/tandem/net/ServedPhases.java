package tandem.net;

import static tandem.net.ServedWait.NEVER;

import tandem.memory.Arguments;
import tandem.memory.WaitCounts;
import tandem.net.Link.Channel;
import tandem.net.ServedWait.Question;
import tandem.sync.Rendezvous;
import tandem.sync.UncheckedInterruptedException;
import tandem.sync.UnreachableException;

import java.time.Duration;

/// Who has come to a barrier on a server. It has no action: that would be code of another machine.
final class ServedPhases extends Rendezvous {
    private static final char OTHERS = 'b';
    private static final int BROKEN = -1;

    private final Member member;
    private final Served object;
    private final byte[] id;
    private final ServedWait wait;

    ServedPhases(Member member, Served object) {
        this.member = member;
        this.object = object;
        this.id = Link.ascii(object.id());
        this.wait = new ServedWait(member, object, OTHERS);
    }

    @Override
    public int await(Runnable action) {
        return await(NEVER);
    }

    @Override
    public int await(Duration time, Runnable action) {
        Arguments.required(time, "the time");
        return await(ServedWait.end(time));
    }

    private int await(long end) {
        byte[] row = Link.digits(member.nextAttempt());
        Question question =
                new Question(
                        "await()",
                        "arrive",
                        new byte[][] {id, row},
                        (channel, call) -> quit(channel, row, call));
        try {
            Answer answer = wait.ask(question, end);
            return answer == null ? quit(row) : came(answer);
        } catch (UncheckedInterruptedException e) {
            quitLater(row);
            throw e;
        }
    }

    /// Does not wait any longer.
    ///
    /// @return as `came`: the others may just have come
    private int quit(byte[] row) {
        Channel channel = member.takeChannel();
        try {
            return came(quit(channel, row, new byte[0]));
        } catch (UnreachableException e) {
            quitLater(row);
            return BROKEN;
        } finally {
            member.giveChannel(channel);
        }
    }

    private void quitLater(byte[] row) {
        member.later(() -> member.once("await()", "quit", id, row, new byte[0]));
    }

    private Answer quit(Channel channel, byte[] row, byte[] call) {
        return member.once(channel, "await()", "quit", id, row, call);
    }

    private int came(Answer answer) {
        if (answer.is(Answer.BROKEN)) {
            return BROKEN;
        }
        require(answer, "await()");
        return Integer.parseInt(answer.text());
    }

    private void require(Answer answer, String words) {
        if (!answer.is(Answer.DONE)) {
            throw object.refusal(answer, words);
        }
    }

    @Override
    public void abort() {
        require(member.once("abort()", "abort", id), "abort()");
    }

    @Override
    public void reset() {
        require(member.once("reset()", "reset", id), "reset()");
    }

    private long look(int index) {
        Answer answer = member.often("a look", "barrier", id);
        require(answer, "a look");
        return Long.parseLong(answer.fields()[index]);
    }

    @Override
    public int waiting() {
        return (int) look(0);
    }

    @Override
    public boolean isBroken() {
        return look(1) != 0;
    }

    @Override
    public long passed() {
        return look(2);
    }

    @Override
    public int parties() {
        return (int) object.bound();
    }

    @Override
    public byte[] code() {
        return new byte[0];
    }

    /// Of this process alone.
    @Override
    public WaitCounts waits() {
        return wait.counts();
    }

    /// Whoever has a child tells the server of its end.
    @Override
    public void holderEnded(int ended) {}
}
