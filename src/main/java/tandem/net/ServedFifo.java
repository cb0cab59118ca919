package tandem.net;

import static tandem.net.ServedWait.NEVER;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import tandem.memory.Arguments;
import tandem.memory.Trace;
import tandem.memory.WaitCounts;
import tandem.net.ServedWait.Question;
import tandem.sync.Fifo;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/// The items of a queue on a server.
final class ServedFifo extends Fifo {
    /// Of an item.
    private static final long MOST_BYTES = 64L << 20;

    private static final char ITEMS = 't';
    private static final char ROOM = 'p';
    private static final char ALL_DONE = 'j';

    private final Member member;
    private final Served object;
    private final byte[] id;
    private final ServedWait items;
    private final ServedWait room;
    private final ServedWait allDone;

    ServedFifo(Member member, Served object) {
        this.member = member;
        this.object = object;
        this.id = Link.ascii(object.id());
        this.items = new ServedWait(member, object, ITEMS);
        this.room = new ServedWait(member, object, ROOM);
        this.allDone = new ServedWait(member, object, ALL_DONE);
    }

    private static long end(Duration time) {
        return time == null ? NEVER : ServedWait.end(time);
    }

    private void require(Answer answer, String words) {
        if (!answer.is(Answer.DONE)) {
            throw object.refusal(answer, words);
        }
    }

    /// @throws IllegalArgumentException when the item is too large
    @Override
    public Integer put(int form, MemorySegment item, Duration time) {
        if (item.byteSize() > MOST_BYTES) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "an item of %,d bytes cannot be put into %s: %s takes %,d at most. An Array there can have more, and its name can be put"
                                    .formatted(
                                            item.byteSize(),
                                            object.name(),
                                            object.server(),
                                            MOST_BYTES)));
        }
        byte[][] arguments = {id, Link.digits(form), item.toArray(JAVA_BYTE)};
        Answer answer = room.ask(new Question("put(…)", "put", arguments, null), end(time));
        if (answer == null || answer.is(Answer.CLOSED)) {
            return null;
        }
        require(answer, "put(…)");
        return (int) Long.parseLong(answer.text());
    }

    @Override
    public Item take(Receiver receiver) {
        return take(receiver, NEVER);
    }

    @Override
    public Item take(Receiver receiver, Duration time) {
        Arguments.required(time, "the time");
        return take(receiver, ServedWait.end(time));
    }

    private Item take(Receiver receiver, long end) {
        Question question =
                new Question(
                        "take()",
                        "take",
                        new byte[][] {id},
                        (channel, call) -> member.once(channel, "take()", "untake", id, call));
        Answer answer = items.ask(question, end);
        if (answer == null || answer.is(Answer.CLOSED)) {
            return null;
        }
        require(answer, "take()");
        Item item = item(answer.bytes());
        receiver.receive(item);
        return item;
    }

    /// As it was sent, it is checked: others may have written it.
    private Item item(byte[] bytes) {
        int space = 0;
        while (space < bytes.length && bytes[space] != ' ') {
            space++;
        }
        try {
            int form = Integer.parseInt(new String(bytes, 0, space, StandardCharsets.US_ASCII));
            return new Item(form, Arrays.copyOfRange(bytes, space + 1, bytes.length));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw Trace.trim(
                    new IllegalStateException(
                            "%s has sent what is no item of %s"
                                    .formatted(object.server(), object.name())));
        }
    }

    /// Size, whether it is closed, how many were taken.
    private long look(int index) {
        Answer answer = member.often("a look", "queue", id);
        require(answer, "a look");
        return Long.parseLong(answer.fields()[index]);
    }

    @Override
    public boolean isTaken(int number) {
        return (int) taken() - number >= 0;
    }

    @Override
    public int size() {
        return (int) look(0);
    }

    @Override
    public int bound() {
        return (int) object.bound();
    }

    @Override
    public void close() {
        require(member.once("close()", "shut", id), "close()");
    }

    @Override
    public boolean isClosed() {
        return look(1) != 0;
    }

    @Override
    public boolean done() {
        Answer answer = member.once("taskDone()", "done", id);
        require(answer, "taskDone()");
        return answer.text().equals("1");
    }

    @Override
    public void awaitDone() {
        awaitDone(NEVER);
    }

    @Override
    public boolean awaitDone(Duration time) {
        Arguments.required(time, "the time");
        return awaitDone(ServedWait.end(time));
    }

    private boolean awaitDone(long end) {
        Question question =
                new Question(
                        "join()",
                        "finished",
                        new byte[][] {id},
                        (channel, _) -> member.once(channel, "join()", "heard"));
        Answer answer = allDone.ask(question, end);
        if (answer == null) {
            return false;
        }
        require(answer, "join()");
        return true;
    }

    @Override
    public long taken() {
        return look(2);
    }

    /// Of this process alone.
    @Override
    public WaitCounts waits() {
        return items.counts().plus(room.counts()).plus(allDone.counts());
    }

    /// Whoever has a child tells the server of its end.
    @Override
    public void holderEnded(int ended) {}

    @Override
    public String toString() {
        return object.name();
    }
}
