package tandem.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static tandem.Tandem.leave;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tandem.Barrier;
import tandem.BrokenBarrierException;

/// What becomes of those who wait at a barrier on a server when processes and connections end.
@Tag("once")
@Timeout(120)
class BarrierOnServerTest extends WithServer {
    private final String name = "start-" + test;

    private Barrier start() {
        return Barrier.named(name, 3);
    }

    private static void awaitWaiting(Barrier barrier, int count) {
        await(count + " have come", () -> barrier.waiting() == count);
    }

    private GuestProcess coming(Barrier barrier, int count) throws Exception {
        GuestProcess guest = guest();
        guest.say("come");
        awaitWaiting(barrier, count);
        return guest;
    }

    @Test
    void othersFindItAndWhatItIs() {
        assertThat(start()).isSameAs(start());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Barrier.named(name, 4))
                .withMessageContaining(name + " is Barrier(3) on")
                .withMessageEndingWith("not Barrier(4)");
        assertThatThrownBy(() -> Barrier.named("acting-" + test, 3, () -> {}))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("nobody there runs code that others send")
                .hasMessageEndingWith("who gets the index 2 can act");
    }

    @Test
    void allGoOnWhenAllHaveCome() throws Exception {
        Barrier start = start();
        GuestProcess first = coming(start, 1);
        GuestProcess second = coming(start, 2);
        assertThat(start.await()).isEqualTo(2);
        first.await("came as 0");
        second.await("came as 1");
        assertThat(start.stats().passed()).isEqualTo(1);
    }

    @Test
    void whoWaitsIsToldAtOnce() throws Exception {
        Barrier two = Barrier.named("two-" + test, 2);
        areToldAtOnce("two-" + test, 'b', two::await, two::await);
        assertThat(two.stats().passed()).isEqualTo(10);
    }

    @Test
    void itBreaksWhenOneWhoHasComeIsKilled() throws Exception {
        Barrier start = start();
        GuestProcess victim = coming(start, 1);
        GuestProcess patient = coming(start, 2);
        signal("KILL", victim.pid());
        assertThat(patient.await("failed come")).contains("BrokenBarrierException");
        assertThat(start.isBroken()).isTrue();
        assertThatThrownBy(start::await).isInstanceOf(BrokenBarrierException.class);
    }

    @Test
    void whoWaitsWhileTheServerIsStartedAnewGoesOnWithTheOthers() throws Exception {
        Barrier start = start();
        GuestProcess first = coming(start, 1);
        GuestProcess second = coming(start, 2);
        killAndRestart();
        assertThat(start.waiting()).isEqualTo(2);
        assertThat(start.await()).isEqualTo(2);
        first.await("came as 0");
        second.await("came as 1");
    }

    @Test
    void whatIsAskedAgainIsDoneOnce() throws Exception {
        leave(); // Where nobody else speaks, a silence is the server's own.
        try (Cutter cutter = new Cutter(server().port());
                Link link = new Link(code(cutter.port()), Member.GUEST)) {
            LossyCalls call = LossyCalls.join(cutter, link, "8".repeat(32));
            String id = call.once("make", "", "BARRIER", "", "0", "", "", "", "2", "0").text();
            assertThat(call.once("arrive", id, "1", "0").kind()).isEqualTo(Answer.BUSY);
            assertThat(call.once("arrive", id, "1", "0").kind()).isEqualTo(Answer.BUSY);
            assertThat(call.look("barrier", id)).isEqualTo("1\t0\t0");
            assertThat(call.once("arrive", id, "2", "0").text()).isEqualTo("1");
            assertThat(call.once("quit", id, "2", call.last()).text()).isEqualTo("1");
            assertThat(call.once("quit", id, "1", "0").text()).isEqualTo("0");
            assertThat(call.look("barrier", id)).isEqualTo("0\t0\t1");
            call.once("arrive", id, "3", "0");
            assertThat(call.once("quit", id, "3", "0").kind()).isEqualTo(Answer.BROKEN);
            assertThat(call.look("barrier", id)).isEqualTo("0\t1\t1");
            call.once("reset", id);
            call.once("arrive", id, "4", "0");
            call.once("reset", id);
            assertThat(call.look("barrier", id)).isEqualTo("0\t0\t1");
            call.once("abort", id);
            assertThat(call.once("arrive", id, "4", "0").kind()).isEqualTo(Answer.BROKEN);
            assertThat(call.once("arrive", id, "4", "0").kind()).isEqualTo(Answer.BROKEN);
            assertThat(call.lost()).isGreaterThan(10);
            call.leave();
        }
    }
}
