package tandem.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static tandem.Tandem.join;
import static tandem.Tandem.leave;
import static tandem.Tandem.seconds;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tandem.Semaphore;
import tandem.sync.UnreachableException;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// What becomes of the permits of a semaphore on a server when processes and connections end.
@Tag("once")
@Timeout(120)
class SemaphoreOnServerTest extends WithServer {
    private Semaphore permits() {
        return Semaphore.bounded("permits-" + test, 3);
    }

    @Test
    void othersFindItAndWhatItIs() {
        Semaphore s = permits();
        assertThat(permits()).isSameAs(s);
        assertThat(Semaphore.attach("permits-" + test)).isSameAs(s);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Semaphore.named("permits-" + test, 3))
                .withMessageContaining("is Semaphore(bounded to 3) on")
                .withMessageEndingWith("not Semaphore");
    }

    @Test
    void whoWaitsIsToldAtOnce() throws Exception {
        Semaphore s = Semaphore.named("permits-" + test, 0);
        areToldAtOnce("permits-" + test, 's', s::acquire, s::release);
        assertThat(s.available()).isZero();
    }

    @Test
    void theHoldOfAKilledProcessComesBackAndWhatItTookIsTaken() throws Exception {
        Semaphore s = permits();
        GuestProcess guest = guest();
        guest.does("hold");
        guest.does("permit");
        s.acquire();
        assertThat(s.tryAcquire()).isFalse();
        long begun = System.nanoTime();
        signal("KILL", guest.pid());
        s.acquire();
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun))
                .isBetween(1_500L, 30_000L);
        assertThat(s.tryAcquire()).isFalse();
        s.release(3);
        assertThat(s.available()).isEqualTo(3);
    }

    @Test
    void whoWasStoppedForLongerThanItsLeaseIsToldAndGivesNothingBack() throws Exception {
        Semaphore s = permits();
        GuestProcess guest = guest();
        guest.does("hold");
        signal("STOP", guest.pid());
        for (int i = 0; i < 3; i++) {
            s.acquire();
        }
        signal("CONT", guest.pid());
        guest.say("give back");
        assertThat(guest.await("failed give back"))
                .contains("IllegalMonitorStateException: a permit of permits-" + test)
                .contains("is not held by this process any more");
        assertThat(s.available()).isZero();
    }

    @Test
    void aKilledWaiterTakesNothingWithIt() throws Exception {
        Semaphore s = permits();
        for (int i = 0; i < 3; i++) {
            s.acquire();
        }
        GuestProcess guest = guest();
        guest.say("permit");
        await("it waits", () -> OnServer.isWaitedFor(served(), 's'));
        signal("KILL", guest.pid());
        s.release();
        assertThat(s.acquire(seconds(5))).isTrue();
    }

    private Served served() {
        return Member.get("me").open(Served.idOf("permits-" + test));
    }

    @Test
    void whoWaitsWhileTheServerIsStartedAnewGetsItsPermit() throws Exception {
        Semaphore s = permits();
        for (int i = 0; i < 3; i++) {
            s.acquire();
        }
        AtomicBoolean has = new AtomicBoolean();
        Thread waiter =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    s.acquire();
                                    has.set(true);
                                });
        await("it waits", () -> OnServer.isWaitedFor(served(), 's'));
        killAndRestart();
        assertThat(s.available()).isZero();
        assertThat(has).isFalse();
        s.release();
        waiter.join();
        assertThat(s.available()).isZero();
    }

    @Test
    void whatIsAskedAgainIsDoneOnce() throws Exception {
        try (Cutter cutter = new Cutter(server().port());
                Link link = new Link(code(cutter.port()), Member.GUEST)) {
            LossyCalls call = LossyCalls.join(cutter, link, "5".repeat(32));
            String id = call.once("make", "", "SEMAPHORE", "", "0", "", "", "", "5", "4").text();
            call.once("permits", id, "1");
            assertThat(call.once("permits", id, "1").kind()).isEqualTo(Answer.RANGE);
            call.once("permit", id, "1", "0", "0");
            call.once("permit", id, "2", "1", "0");
            assertThat(call.look("semaphore", id)).isEqualTo("3\t2");
            call.once("unhold", id, "2");
            assertThat(call.once("unhold", id, "2").kind()).isEqualTo(Answer.FENCED);
            assertThat(call.look("semaphore", id)).isEqualTo("4\t2");
            call.once("permit", id, "3", "0", "0");
            String asked = call.last();
            call.once("unpermit", id, "3", asked);
            assertThat(call.look("semaphore", id)).isEqualTo("4\t3");
            call.once("unpermit", id, "3", asked);
            assertThat(call.look("semaphore", id)).isEqualTo("4\t3");
            assertThat(call.lost()).isGreaterThan(8);
            call.leave();
        }
    }

    @Test
    void whatIsGivenUpWithoutAnAnswerIsTakenBack() throws Exception {
        leave();
        try (Cutter cutter = new Cutter(server().port())) {
            join(code(cutter.port()).text());
            Semaphore s = permits();
            cutter.answersToLose.set(Integer.MAX_VALUE);
            assertThatThrownBy(() -> s.tryAcquire()).isInstanceOf(UnreachableException.class);
            cutter.answersToLose.set(0);
            await("it is taken back", () -> s.stats().acquisitions() <= 1 && s.available() == 3);
        }
    }
}
