package tandem.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static tandem.Tandem.join;
import static tandem.Tandem.leave;
import static tandem.Tandem.named;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tandem.Array;
import tandem.Event;
import tandem.Lock;
import tandem.Queue;
import tandem.Worker;
import tandem.net.Link.Channel;
import tandem.net.Link.Errand;
import tandem.testing.Program;

/// How much one machine may store on a server.
@Tag("once")
@Timeout(120)
class LimitTest {
    private static final Errand ANY = new Errand("a step", true);
    private static final int LIMIT = 1 << 20;
    private static final int MOST = 1_000_000;

    private static Server server;

    @BeforeAll
    static void startServer() {
        assumeTrue(Server.isInstalled(), "neither valkey-server nor redis-server is on the PATH");
        server = Server.start(Server.Plan.USUAL.withLimit(LIMIT));
    }

    @AfterAll
    static void endServer() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void joinIt() {
        join(server.code("127.0.0.1").text());
    }

    @AfterEach
    void leaveIt() {
        leave();
    }

    /// That all was given back: there is room for the most.
    private static void requireRoom() {
        try (Array all = Array.named("all", "b", MOST)) {
            assertThat(all.size()).isEqualTo(MOST);
        }
    }

    @Test
    void whoHasItsShareIsRefusedAndOthersGoOn() {
        Array big = Array.named("big", "b", MOST);
        assertThatIllegalStateException()
                .isThrownBy(() -> Array.named("more", "b", 100_000))
                .withMessage(
                        "Array.named(\"more\") is refused: this machine, %s, has 1,001,024 bytes on %s, where each may have 1,048,576, and that takes 101,024 more. Room comes from close(), and from queues that are emptied; the most is in big (1,001,024)"
                                .formatted(Member.host(), big.server()));
        try (Link link = new Link(server.code("127.0.0.1"), Member.GUEST)) {
            assertThat(makeElsewhere(link, "theirs").kind()).isEqualTo(Answer.DONE);
            assertThat(makeElsewhere(link, "more of theirs").kind()).isEqualTo(Answer.TOO_MUCH);
        }
        big.set(3, 4);
        Lock.named("small").hold().close();
        big.close();
        Lock.named("small").close();
        requireRoom();
    }

    private static Answer makeElsewhere(Link link, String name) {
        Channel channel = link.take();
        byte[] me = Link.ascii("0123456789abcdef0123456789abcdef");
        byte[] none = new byte[0];
        link.call(channel, ANY, "join", me, none, Link.ascii("elsewhere"), none, none, none);
        return link.call(
                channel,
                ANY,
                "make",
                me,
                channel.number(),
                channel.nextCall(),
                Link.ascii(name),
                Link.ascii("ARRAY"),
                Link.ascii("b"),
                Link.ascii("600000"),
                none,
                none,
                none);
    }

    /// Who opens it again by its name is charged nothing.
    @Test
    void whatIsThereAlreadyCountsOnce() {
        try (Array big = Array.named("big", "b", MOST)) {
            assertThat(Array.named("big", "b", MOST)).isSameAs(big);
        }
        requireRoom();
    }

    @Test
    void whatIsTakenFromAQueueIsGivenBack() {
        Queue<byte[]> jobs = Queue.named("jobs", 1_000);
        for (int i = 0; i < 2; i++) {
            jobs.put(new byte[400_000]);
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> jobs.put(new byte[400_000]))
                .withMessageContaining("the most is in jobs (801,");
        assertThat(jobs.size()).isEqualTo(2);
        assertThat(jobs.take()).hasSize(400_000);
        jobs.put(new byte[400_000]);
        jobs.close();
        assertThat(jobs.take()).hasSize(400_000);
        assertThat(jobs.take()).hasSize(400_000);
        Queue<byte[]> left = Queue.named("left", 1_000);
        left.put(new byte[900_000]);
        leave();
        join(server.code("127.0.0.1").text());
        requireRoom();
    }

    @Test
    void whatAKilledProcessHadIsGivenBack() {
        Event made = Event.named("made");
        Worker worker =
                named("w")
                        .spawn(
                                () -> {
                                    Array.named("his", "b", MOST);
                                    Event.named("made").set();
                                    Event.named("never").await();
                                });
        made.await();
        assertThatIllegalStateException()
                .isThrownBy(() -> Array.named("all", "b", MOST))
                .withMessageContaining("the most is in his (1,001,024)");
        worker.kill();
        worker.join();
        made.close();
        Program.await(
                Program.DEADLINE,
                () -> "room",
                () -> {
                    try {
                        requireRoom();
                        return true;
                    } catch (IllegalStateException e) {
                        return false;
                    }
                });
    }
}
