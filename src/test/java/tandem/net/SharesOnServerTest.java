package tandem.net;

import static org.assertj.core.api.Assertions.assertThat;

import static tandem.Tandem.leave;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tandem.Held;
import tandem.ReadWriteLock;

/// What becomes of the shares of a read-write lock on a server when processes and connections end.
@Tag("once")
@Timeout(120)
class SharesOnServerTest extends WithServer {
    private final String name = "pages-" + test;

    private static Served served(String name) {
        return Member.get("me").open("n" + name);
    }

    @Test
    void whoWritesIsAloneOnAllMachines() throws Exception {
        ReadWriteLock pages = ReadWriteLock.named(name);
        assertThat(ReadWriteLock.attach(name)).isSameAs(pages);
        GuestProcess guest = guest();
        pages.read().acquire();
        guest.say("write");
        await("it waits", () -> OnServer.shares(served(name)) == 2);
        pages.read().release();
        guest.await("done write");
        assertThat(pages.read().tryAcquire()).isFalse();
        assertThat(pages.toString()).contains("written by ", "(pid %d on ".formatted(guest.pid()));
        guest.does("written");
        assertThat(pages.read().tryAcquire()).isTrue();
        pages.read().release();
        assertThat(pages.stats().recoveries()).isZero();
    }

    @Test
    void whoWasAwayWhileItWroteIsTold() throws Exception {
        ReadWriteLock pages = ReadWriteLock.named(name);
        GuestProcess guest = guest();
        guest.does("write");
        signal("STOP", guest.pid());
        try (Held held = pages.read().hold()) {
            assertThat(held.recovered()).isTrue();
        } finally {
            signal("CONT", guest.pid());
        }
        guest.say("written");
        assertThat(guest.await("failed written: "))
                .startsWith("IllegalMonitorStateException: %s is not held by".formatted(name));
        try (Held held = pages.write().hold()) {
            assertThat(held.recovered()).isTrue();
        }
        try (Held held = pages.write().hold()) {
            assertThat(held.recovered()).isFalse();
        }
        assertThat(pages.stats().recoveries()).isOne();
    }

    @Test
    void whoWaitsIsToldByALetter() throws Exception {
        ReadWriteLock pages = ReadWriteLock.named(name);
        int soon = 0;
        for (int i = 0; i < 10; i++) {
            pages.write().acquire();
            Thread reader = Thread.ofPlatform().start(() -> pages.read().hold().close());
            await("it waits", () -> OnServer.shares(served(name)) == 2);
            long begun = System.nanoTime();
            pages.write().release();
            reader.join();
            soon += System.nanoTime() - begun < SOON_NANOS ? 1 : 0;
        }
        assertThat(soon).as("told soon, of 10").isGreaterThan(5);
    }

    /// Each answer is lost once, after the question has arrived.
    @Test
    void whatIsAskedAgainIsDoneOnce() throws Exception {
        leave(); // Where nobody else speaks, a silence is the server's own.
        try (Cutter cutter = new Cutter(server().port());
                Link link = new Link(code(cutter.port()), Member.GUEST)) {
            LossyCalls call =
                    LossyCalls.join(
                            cutter,
                            link,
                            "00000000000000000000000000000%03d".formatted(test % 1000));
            String id = call.once("make", name, "READ_WRITE_LOCK", "", "1024", "", "", "").text();
            assertThat(call.once("share", id, "1.7", "0", "", "R").text()).isEqualTo("0");
            assertThat(call.once("share", id, "2.8", "0", "", "R").text()).isEqualTo("0");
            assertThat(call.once("share", id, "3.9", "2", "", "W").kind()).isEqualTo(Answer.BUSY);
            assertThat(call.once("share", id, "4.10", "0", "", "R").kind())
                    .as("before the writer")
                    .isEqualTo(Answer.BUSY);
            assertThat(call.once("unshare", id, "1.7", "").kind()).isEqualTo(Answer.DONE);
            assertThat(call.once("unshare", id, "1.7", "").kind()).isEqualTo(Answer.FENCED);
            assertThat(call.once("forgoshare", id, "2.8").kind()).isEqualTo(Answer.DONE);
            assertThat(call.once("share", id, "3.9", "2", "", "W").text()).isEqualTo("0");
            assertThat(call.once("unshare", id, "3.9", "R").kind()).isEqualTo(Answer.DONE);
            assertThat(call.once("share", id, "5.11", "0", "", "R").text()).isEqualTo("0");
            assertThat(call.once("share", id, "6.12", "0", "", "W").kind()).isEqualTo(Answer.BUSY);
            assertThat(call.look("shares", id)).startsWith("4\t0\n");
            assertThat(call.lost()).isGreaterThan(10);
            call.leave();
        }
    }
}
