package tandem.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static tandem.Tandem.join;
import static tandem.Tandem.leave;
import static tandem.Tandem.millis;
import static tandem.Tandem.seconds;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tandem.Array;
import tandem.Event;
import tandem.Queue;
import tandem.sync.UnreachableException;

import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// What becomes of the items of a queue on a server when processes and connections end, and which there
/// can be.
@Tag("once")
@Timeout(120)
class QueueOnServerTest extends WithServer {
    private final String name = "jobs-" + test;

    private Queue<Object> jobs() {
        return Queue.named(name, 3);
    }

    private Served served() {
        return Member.get("me").open(Served.idOf(name));
    }

    @Test
    void othersFindItAndWhatItIs() {
        assertThat(jobs()).isSameAs(jobs());
        assertThat(Queue.attach(name)).isSameAs(jobs());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Queue.named(name, 4))
                .withMessageContaining(name + " is Queue(3) on")
                .withMessageEndingWith("not Queue(4)");
    }

    @Test
    void numbersTextAndArraysOfThemPass() {
        Queue<Object> queue = Queue.named("plain-" + test);
        List<Object> items =
                List.of(1, -1L, 2.5, 1.5f, 'ü', (byte) 7, (short) 8, true, "", "text", "文字 \ud83d");
        items.forEach(queue::put);
        for (Object item : items) {
            assertThat(queue.take()).isEqualTo(item);
        }
        queue.put(new int[] {1, 2});
        queue.put(new boolean[] {true, false});
        queue.put(new byte[] {' ', 0, 10, -1});
        assertThat(queue.take()).isEqualTo(new int[] {1, 2});
        assertThat(queue.take()).isEqualTo(new boolean[] {true, false});
        assertThat(queue.take()).isEqualTo(new byte[] {' ', 0, 10, -1});
        byte[] large = new byte[20 << 20];
        new Random(1).nextBytes(large);
        queue.put(large);
        assertThat(queue.take()).isEqualTo(large);
    }

    @Test
    void whatIsSharedThereStaysShared() {
        Queue<Object> queue = jobs();
        Array board = Array.named("board-" + test, "q", 4);
        Event go = Event.named("go-" + test);
        queue.put(board);
        queue.put(board.lock());
        queue.put(go);
        assertThat(queue.take()).isSameAs(board);
        assertThat(queue.take()).isSameAs(board.lock());
        assertThat(queue.take()).isSameAs(go);
    }

    @Test
    void nothingElseIsPut() {
        Queue<Object> queue = jobs();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> queue.put(List.of(1)))
                .withMessageContaining("cannot be put into %s: it lives on".formatted(name))
                .withMessageContaining(
                        "numbers, text, arrays of numbers, and what is shared there");
        assertThatIllegalArgumentException().isThrownBy(() -> queue.put(Array.of("i", 1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> queue.put(new byte[(64 << 20) + 1]))
                .withMessageContaining("an item of 67,108,865 bytes cannot be put into " + name)
                .withMessageContaining("takes 67,108,864 at most");
        assertThat(queue.isEmpty()).isTrue();
    }

    /// Another guest sends what only a queue of one machine reads.
    @Test
    void nothingIsDeserialisedThatOthersSend() {
        Queue<Object> queue = jobs();
        for (String form : List.of("3", "4", "7", "5", "99", "2", "18950", "17926")) {
            put(form, "\u0001\u0002odd");
            assertThatIllegalStateException()
                    .as("form " + form)
                    .isThrownBy(queue::take)
                    .withMessageStartingWith(
                            "an item of %s cannot be read, and is lost: ".formatted(name));
        }
        queue.put("good");
        assertThat(queue.take()).isEqualTo("good");
    }

    private void put(String form, String bytes) {
        byte[][] arguments = {
            Link.ascii(Served.idOf(name)), Link.ascii(form), Link.ascii(bytes), Link.ascii("0")
        };
        assertThat(Member.get("me").once("put", "put", arguments).kind()).isEqualTo(Answer.DONE);
    }

    @Test
    void whoWaitsIsToldAtOnce() throws Exception {
        Queue<Object> queue = Queue.named(name, 1);
        areToldAtOnce(name, 't', queue::take, () -> queue.put(1));
        for (int i = 0; i < 10; i++) {
            queue.taskDone();
        }
        queue.put(2);
        areToldAtOnce(name, 'p', () -> queue.put(3), queue::take);
        for (int i = 0; i < 10; i++) {
            queue.taskDone();
        }
        queue.take();
        queue.taskDone();
        areToldAtOnce(
                name,
                'j',
                () -> {
                    queue.put(4);
                    queue.join();
                },
                () -> {
                    queue.take();
                    queue.taskDone();
                });
    }

    @Test
    void aKilledTakerTakesNothingWithIt() throws Exception {
        Queue<Object> queue = jobs();
        GuestProcess guest = guest();
        guest.say("take");
        await("it waits", () -> OnServer.isWaitedFor(served(), 't'));
        signal("KILL", guest.pid());
        CompletableFuture<Object> other = CompletableFuture.supplyAsync(queue::take);
        queue.put("one");
        assertThat(other.get(60, TimeUnit.SECONDS)).isEqualTo("one");
        assertThat(queue.stats().taken()).isEqualTo(1);
    }

    @Test
    void aKilledSenderThatWaitsForRoomLeavesNothing() throws Exception {
        Queue<Object> queue = jobs();
        List.of(1, 2, 3).forEach(queue::put);
        GuestProcess guest = guest();
        guest.say("put");
        await("it waits", () -> OnServer.isWaitedFor(served(), 'p'));
        signal("KILL", guest.pid());
        assertThat(queue.take()).isEqualTo(1);
        assertThat(queue.put(4, seconds(5))).isTrue();
        queue.close();
        assertThat(queue).containsExactly(2, 3, 4);
    }

    @Test
    void thoseWhoWaitWhileTheServerIsStartedAnewGoOn() throws Exception {
        Queue<Object> queue = jobs();
        List.of(1, 2, 3).forEach(queue::put);
        Queue<Object> empty = Queue.named("empty-" + test);
        CompletableFuture<Void> putter = CompletableFuture.runAsync(() -> queue.put(4));
        CompletableFuture<Object> taker = CompletableFuture.supplyAsync(empty::take);
        CompletableFuture<Void> joiner = CompletableFuture.runAsync(queue::join);
        await("one waits", () -> OnServer.isWaitedFor(served(), 'p'));
        await("another waits", () -> OnServer.isWaitedFor(served(), 'j'));
        killAndRestart();
        assertThat(queue.size()).isEqualTo(3);
        empty.put("there");
        assertThat(taker.get()).isEqualTo("there");
        for (int i = 1; i <= 4; i++) {
            assertThat(queue.take()).isEqualTo(i);
            queue.taskDone();
        }
        putter.join();
        joiner.join();
    }

    @Test
    void whatIsAskedAgainIsDoneOnce() throws Exception {
        try (Cutter cutter = new Cutter(server().port());
                Link link = new Link(code(cutter.port()), Member.GUEST)) {
            LossyCalls call = LossyCalls.join(cutter, link, "9".repeat(32));
            String id = call.once("make", "", "QUEUE", "", "4096", "", "", "", "2", "0").text();
            assertThat(call.once("put", id, "1", "a", "0").text()).isEqualTo("1");
            assertThat(call.once("put", id, "1", "b", "0").text()).isEqualTo("2");
            assertThat(call.once("put", id, "1", "c", "0").kind()).isEqualTo(Answer.BUSY);
            assertThat(call.once("take", id, "0").text()).isEqualTo("1 a");
            call.once("untake", id, call.last());
            assertThat(call.look("queue", id)).isEqualTo("2\t0\t0");
            assertThat(call.once("take", id, "0").text()).isEqualTo("1 a");
            assertThat(call.once("take", id, "0").text()).isEqualTo("1 b");
            call.once("untake", id, "0");
            assertThat(call.once("take", id, "0").kind()).isEqualTo(Answer.BUSY);
            assertThat(call.once("done", id).text()).isEqualTo("1");
            assertThat(call.once("finished", id, "0").kind()).isEqualTo(Answer.BUSY);
            assertThat(call.once("done", id).text()).isEqualTo("1");
            assertThat(call.once("done", id).text()).isEqualTo("0");
            assertThat(call.once("finished", id, "0").kind()).isEqualTo(Answer.DONE);
            call.once("shut", id);
            assertThat(call.once("put", id, "1", "d", "0").kind()).isEqualTo(Answer.CLOSED);
            assertThat(call.once("take", id, "0").kind()).isEqualTo(Answer.CLOSED);
            assertThat(call.look("queue", id)).isEqualTo("0\t1\t2");
            assertThat(call.lost()).isGreaterThan(15);
            call.leave();
        }
    }

    @Test
    void anItemThatWasGivenUpWithoutAnAnswerIsTheFirstAgain() throws Exception {
        leave();
        try (Cutter cutter = new Cutter(server().port())) {
            join(code(cutter.port()).text());
            Queue<Object> queue = jobs();
            List.of(1, 2).forEach(queue::put);
            cutter.answersToLose.set(Integer.MAX_VALUE);
            assertThatThrownBy(queue::poll)
                    .isInstanceOf(UnreachableException.class)
                    .hasMessageContaining("nobody knows whether take() was done");
            assertThatThrownBy(() -> queue.put(3, millis(1)))
                    .isInstanceOf(UnreachableException.class)
                    .hasMessageContaining("nobody knows whether put(…) was done");
            cutter.answersToLose.set(0);
            await("it is back", () -> queue.size() == 2 && queue.stats().taken() == 0);
            assertThat(queue.take()).isEqualTo(1);
            assertThat(queue.take()).isEqualTo(2);
        }
    }

    @Test
    void nothingIsLostOrTwiceWhereConnectionsBreakAllTheTime() throws Exception {
        try (Cutter cutter = new Cutter(server().port())) {
            GuestProcess sender = guest(cutter.port());
            GuestProcess receiver = guest(cutter.port());
            sender.say("send");
            receiver.say("receive");
            cutter.disturb(new Random(7));
            assertThat(receiver.await("received ")).isEqualTo(Integer.toString(Guest.SENT));
            cutter.leaveInPeace();
            sender.await("done send");
        }
    }
}
