package tandem.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static tandem.Tandem.join;
import static tandem.Tandem.leave;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import redis.clients.jedis.Protocol.Command;

import tandem.Array;
import tandem.net.Link.Channel;
import tandem.net.Link.Errand;
import tandem.net.Link.Request;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// Slices that are so long that they go past the server's functions.
@Tag("once")
@Timeout(120)
class ManyElementsTest extends WithServer {
    private static final Errand ANY = new Errand("a call", true);
    private static final int SIZE = 40_000;
    private static final long SEED = 7;

    private String name;
    private Array board;

    @BeforeEach
    void makeIt() {
        name = "many-" + test;
        board = Array.named(name, "i", SIZE);
    }

    private static int[] all(int value) {
        int[] values = new int[SIZE];
        Arrays.fill(values, value);
        return values;
    }

    @ParameterizedTest
    @ValueSource(strings = {"b", "H", "i", "I", "q", "Q", "f", "d"})
    void slicesAreThoseOfAnArrayOfThisMachine(String typecode) {
        Random random = new Random(SEED);
        leave();
        Array here = Array.of(typecode, SIZE);
        join(code(server().port()).text());
        Array there = Array.named("random-" + typecode + test, typecode, SIZE);
        for (int i = 0; i < 60; i++) {
            int from = random.nextInt(SIZE);
            int to = from + random.nextInt(SIZE - from + 1);
            if (random.nextBoolean()) {
                List<Integer> values = random.ints(to - from, 0, 100).boxed().toList();
                here.setSlice(from, to, values);
                there.setSlice(from, to, values);
            }
            assertThat(there.slice(from, to)).isEqualTo(here.slice(from, to));
        }
        assertThat(there.slice()).isEqualTo(here.slice());
        here.close();
        there.close();
    }

    /// Nobody sees half of a slice, and no step of others comes between.
    @Test
    void eachIsOneStep() throws Exception {
        List<Thread> writers =
                IntStream.range(0, 3)
                        .mapToObj(
                                i ->
                                        Thread.ofPlatform()
                                                .start(
                                                        () -> {
                                                            for (int k = 0; k < 50; k++) {
                                                                board.setSlice(
                                                                        0, SIZE, all(100 * i + k));
                                                            }
                                                        }))
                        .toList();
        for (int i = 0; i < 100; i++) {
            int[] seen = board.slice().toInts();
            assertThat(seen).containsOnly(seen[0]);
        }
        for (Thread writer : writers) {
            writer.join();
        }
    }

    @Test
    void whoHasLostTheLockWritesNothing() {
        board.setSlice(0, SIZE, all(1));
        board.acquire();
        board.lock().breakLock();
        assertThatThrownBy(() -> board.setSlice(0, SIZE, all(2)))
                .isInstanceOf(IllegalMonitorStateException.class);
        assertThat(board.slice().toInts()).containsOnly(1);
    }

    @Test
    void itIsThereWhateverIsLost() throws Exception {
        leave();
        try (Cutter cutter = new Cutter(server().port())) {
            join(code(cutter.port()).text());
            Array mine = Array.named(name + "-lossy", "i", SIZE);
            cutter.disturb(new Random(SEED));
            for (int i = 0; i < 60; i++) {
                mine.setSlice(0, SIZE, all(i));
                assertThat(mine.slice().toInts()).containsOnly(i);
            }
            cutter.leaveInPeace();
            leave();
        }
    }

    /// Calls of one that knows what goes over the line.
    private final class Raw implements AutoCloseable {
        private final Link link = new Link(code(server().port()), Member.GUEST);
        private final Channel channel = link.take();
        private final byte[] me = Link.ascii("5".repeat(28) + test);
        private final byte[] id = Link.ascii("n" + name);

        Raw() {
            byte[] none = new byte[0];
            link.call(channel, ANY, "join", me, none, none, none, none, none);
            link.call(channel, ANY, "open", me, channel.number(), channel.nextCall(), id);
        }

        private byte[][] which(byte[] call, byte[]... more) {
            byte[][] first = {
                me, channel.number(), call, id, {}, Link.ascii("0"), Link.ascii("" + SIZE)
            };
            byte[][] all = Arrays.copyOf(first, first.length + more.length);
            System.arraycopy(more, 0, all, first.length, more.length);
            return all;
        }

        private byte[] bytes(int value) {
            byte[] bytes = new byte[SIZE * Integer.BYTES];
            java.nio.ByteBuffer.wrap(bytes).asIntBuffer().put(all(value));
            return bytes;
        }

        Answer byDesk(byte[] call, int value) {
            Request write =
                    new Request(
                            Command.SETRANGE,
                            Link.ascii("{t}w" + new String(me)),
                            Link.ascii("0"),
                            bytes(value));
            return link.call(
                    channel,
                    ANY,
                    List.of(Request.of("layonce", which(call)), write, Request.of("clear", me)),
                    Request.of("set", which(call, bytes(value))));
        }

        Answer byFunction(byte[] call, int value) {
            return link.call(channel, ANY, "set", which(call, bytes(value)));
        }

        @Override
        public void close() {
            link.call(channel, ANY, "leave", me);
            link.close();
        }
    }

    @Test
    void whatComesAgainIsNotDoneAgain() {
        try (Raw raw = new Raw()) {
            byte[] first = raw.channel.nextCall();
            assertThat(raw.byDesk(first, 1).is(Answer.DONE)).isTrue();
            board.setSlice(0, SIZE, all(2));
            assertThat(raw.byFunction(first, 1).is(Answer.DONE)).isTrue();
            assertThat(raw.byDesk(first, 1).is(Answer.DONE)).isTrue();
            assertThat(board.slice().toInts()).containsOnly(2);

            byte[] second = raw.channel.nextCall();
            assertThat(raw.byFunction(second, 3).is(Answer.DONE)).isTrue();
            board.setSlice(0, SIZE, all(4));
            assertThat(raw.byDesk(second, 3).is(Answer.DONE)).isTrue();
            assertThat(raw.byDesk(first, 1).is('S')).isTrue();
            assertThat(board.slice().toInts()).containsOnly(4);
        }
    }

    /// What no client of ours does: it comes back with the end of who has done it.
    @Test
    void whatIsLeftOnADeskComesBack() {
        board.setSlice(0, SIZE, all(8));
        try (Raw raw = new Raw()) {
            byte[] call = raw.channel.nextCall();
            assertThat(raw.link.call(raw.channel, ANY, "layonce", raw.which(call)).is('+'))
                    .isTrue();
        }
        assertThat(board.slice().toInts()).containsOnly(8);
    }
}
