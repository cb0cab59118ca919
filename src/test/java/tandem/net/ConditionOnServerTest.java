package tandem.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import static tandem.Tandem.leave;
import static tandem.Tandem.seconds;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tandem.Condition;
import tandem.Held;
import tandem.Lock;

/// What becomes of waits and signals of a condition on a server when processes and connections end.
@Tag("once")
@Timeout(120)
class ConditionOnServerTest extends WithServer {
    private final String name = "changed-" + test;

    private Lock door() {
        return Lock.named("door-" + test);
    }

    private void awaitWaiting(Condition condition, int count) {
        await(count + " wait", () -> condition.stats().waiting() == count);
    }

    private static void signalOne(Lock door, Condition condition) {
        try (Held _ = door.hold()) {
            condition.signal();
        }
    }

    private GuestProcess resting() throws Exception {
        GuestProcess guest = guest();
        rest(guest);
        return guest;
    }

    private static void rest(GuestProcess guest) throws Exception {
        guest.say("rest");
        guest.await("rests");
    }

    @Test
    void othersFindItAndItsLock() {
        Lock door = door();
        Condition condition = door.newCondition(name);
        assertThat(door.newCondition(name)).isSameAs(condition);
        assertThat(Condition.attach(name).lock()).isSameAs(door);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Lock.named("other-" + test).newCondition(name))
                .withMessageContaining("is Condition(ndoor-%d) on".formatted(test));
    }

    @Test
    @Tag("alone")
    void aSignalGoesFromMachineToMachine() throws Exception {
        Lock door = door();
        Condition condition = door.newCondition(name);
        GuestProcess guest = guest();
        long shortest = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            rest(guest);
            awaitWaiting(condition, 1);
            long begun = System.nanoTime();
            signalOne(door, condition);
            guest.await("done rest");
            shortest = Math.min(shortest, System.nanoTime() - begun);
        }
        assertThat(shortest).isLessThan(SOON_NANOS);
        assertThat(condition.stats().signals()).isEqualTo(5);
    }

    @Test
    void theSignalOfOneWhoIsKilledGoesToTheNext() throws Exception {
        Lock door = door();
        Condition condition = door.newCondition(name);
        GuestProcess victim = resting();
        awaitWaiting(condition, 1);
        GuestProcess survivor = resting();
        awaitWaiting(condition, 2);
        signal("KILL", victim.pid());
        signalOne(door, condition);
        survivor.await("done rest");
        assertThat(condition.stats().waiting()).isZero();
        assertThat(door.acquire(seconds(1))).isTrue();
        door.release();
    }

    @Test
    void whoWaitsWhileTheServerIsStartedAnewGetsItsSignal() throws Exception {
        Lock door = door();
        Condition condition = door.newCondition(name);
        GuestProcess guest = resting();
        awaitWaiting(condition, 1);
        killAndRestart();
        awaitWaiting(condition, 1);
        signalOne(door, condition);
        guest.await("done rest");
    }

    /// The server has lost its power before it had written the wait, or has forgotten the process.
    @Test
    void whoIsNotKnownAnyMoreDoesNotWaitForEver() throws Exception {
        try (Link link = new Link(code(server().port()), Member.GUEST);
                Cutter cutter = new Cutter(server().port())) {
            LossyCalls call = LossyCalls.join(cutter, link, "7".repeat(32));
            String lock = call.once("make", "", "LOCK", "", "0", "*", "", "").text();
            String id = call.once("make", "", "CONDITION", "", "0", lock, "", "").text();
            assertThat(call.often("rests", id, "9").kind()).isEqualTo(Answer.DONE);
            call.leave();
        }
    }

    @Test
    void whatIsAskedAgainIsDoneOnce() throws Exception {
        leave(); // Where nobody else speaks, a silence is the server's own.
        try (Cutter cutter = new Cutter(server().port());
                Link link = new Link(code(cutter.port()), Member.GUEST)) {
            LossyCalls call = LossyCalls.join(cutter, link, "6".repeat(32));
            String lock = call.once("make", "", "LOCK", "", "0", "*", "", "").text();
            String id = call.once("make", "", "CONDITION", "", "0", lock, "", "").text();
            for (String row : new String[] {"11", "12"}) {
                call.once("acquire", lock, row, "0");
                assertThat(call.once("rest", id, row, row, "0").kind()).isEqualTo(Answer.DONE);
            }
            assertThat(call.once("rest", id, "12", "13", "0").kind()).isEqualTo(Answer.FENCED);
            assertThat(call.once("signal", id, "12", "1").kind()).isEqualTo(Answer.FENCED);
            assertThat(call.look("condition", id)).isEqualTo("2\t0");
            call.once("acquire", lock, "14", "0");
            assertThat(call.once("signal", id, "14", "1").kind()).isEqualTo(Answer.DONE);
            assertThat(call.look("condition", id)).isEqualTo("1\t1");
            assertThat(call.once("rise", id, "11").text()).isEqualTo("1");
            assertThat(call.once("rise", id, "12").text()).isEqualTo("0");
            assertThat(call.look("condition", id)).isEqualTo("0\t1");
            assertThat(call.lost()).isGreaterThan(8);
            call.leave();
        }
    }
}
