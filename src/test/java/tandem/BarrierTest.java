package tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import static tandem.Tandem.call;
import static tandem.Tandem.millis;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tandem.sync.UncheckedInterruptedException;

import java.util.List;
import java.util.stream.Stream;

class BarrierTest implements WithWorkers {
    private static void awaitWaiting(Barrier barrier, int count) {
        Await.until(count + " have come", () -> barrier.waiting() == count);
    }

    private static Beside<Integer> come(Barrier barrier) {
        return Beside.call(barrier::await);
    }

    private static void isBroken(Beside<Integer> waiting) {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(waiting::end)
                .withCauseInstanceOf(BrokenBarrierException.class);
    }

    @Test
    void nobodyGoesOnBeforeAllHaveCome() {
        int rounds = WithWorkers.rounds(300);
        Barrier barrier = new Barrier(3);
        Array came = Array.of("i", rounds);
        Array indices = Array.of("i", 3);
        Code.Action0 work =
                () -> {
                    for (int round = 0; round < rounds; round++) {
                        came.add(round, 1);
                        int index = barrier.await();
                        check(came.get(round) == 3, "all came to round " + round);
                        indices.add(index, 1);
                    }
                };
        end(start("one", work), start("two", work), start("three", work));
        assertThat(indices.slice().toInts()).containsOnly(rounds);
        assertThat(barrier.stats().passed()).isEqualTo(rounds);
        assertThat(barrier.waiting()).isZero();
    }

    private static void check(boolean fact, String claim) {
        WithWorkers.check(fact, claim);
    }

    @Test
    void theActionRunsOnceForAll() {
        Array log = Array.of("i", 2);
        Barrier barrier =
                new Barrier(
                        2,
                        () -> {
                            check(log.get(1) == 2, "all have come");
                            log.add(0, 1);
                        });
        Code.Action1<Barrier> once =
                b -> {
                    log.add(1, 1);
                    b.await();
                    check(log.get(0) == 1, "the action has run, once");
                };
        Worker one = Tandem.spawn(once, barrier);
        Worker two = Tandem.spawn(once, barrier);
        end(one, two);
        assertThat(log.slice().toInts()).containsExactly(1, 2);
    }

    @Test
    void anActionThatFailsBreaksIt() {
        Barrier barrier =
                new Barrier(
                        2,
                        () -> {
                            throw new IllegalStateException("no");
                        });
        Beside<Integer> first = come(barrier);
        awaitWaiting(barrier, 1);
        assertThatIllegalStateException().isThrownBy(barrier::await).withMessage("no");
        isBroken(first);
        assertThat(barrier.isBroken()).isTrue();
    }

    @Test
    void aTimeThatIsOverBreaksIt() {
        Barrier barrier = new Barrier(3);
        Beside<Integer> patient = come(barrier);
        awaitWaiting(barrier, 1);
        assertThatExceptionOfType(BrokenBarrierException.class)
                .isThrownBy(() -> barrier.await(millis(20)))
                .withMessageStartingWith(barrier.name() + " is broken");
        isBroken(patient);
        assertThatExceptionOfType(BrokenBarrierException.class).isThrownBy(barrier::await);
        assertThat(barrier).hasToString("Barrier(%s, broken)".formatted(barrier.name()));
        barrier.reset();
        assertThat(barrier.isBroken()).isFalse();
        List<Beside<Integer>> all = Stream.generate(() -> come(barrier)).limit(3).toList();
        assertThat(all.stream().mapToInt(Beside::end)).containsExactlyInAnyOrder(0, 1, 2);
    }

    @Test
    void anInterruptBreaksIt() {
        Barrier barrier = new Barrier(3);
        Beside<Integer> patient = come(barrier);
        Beside<Void> interrupted =
                Beside.run(
                        () ->
                                assertThatExceptionOfType(UncheckedInterruptedException.class)
                                        .isThrownBy(barrier::await));
        awaitWaiting(barrier, 2);
        interrupted.interrupt();
        interrupted.end();
        isBroken(patient);
    }

    @Test
    void abortAndResetLetThoseGoWhoWait() {
        Barrier barrier = new Barrier(2);
        Beside<Integer> one = come(barrier);
        awaitWaiting(barrier, 1);
        assertThat(barrier).hasToString("Barrier(%s, 1 of 2 wait)".formatted(barrier.name()));
        barrier.reset();
        isBroken(one);
        assertThat(barrier.isBroken()).isFalse();
        Beside<Integer> two = come(barrier);
        awaitWaiting(barrier, 1);
        barrier.abort();
        isBroken(two);
        assertThat(barrier.isBroken()).isTrue();
        barrier.reset();
        Beside<Integer> three = come(barrier);
        awaitWaiting(barrier, 1);
        assertThat(barrier.await()).isEqualTo(1);
        assertThat(three.end()).isZero();
    }

    @Test
    void itBreaksWhenOneWhoHasComeIsKilled() {
        Barrier barrier = new Barrier(3);
        Worker victim = start("victim", barrier::await);
        awaitWaiting(barrier, 1);
        Beside<Integer> patient = come(barrier);
        awaitWaiting(barrier, 2);
        kill(victim);
        isBroken(patient);
        assertThat(barrier.isBroken()).isTrue();
    }

    @Test
    void itTravelsWithItsAction() {
        Value runs = Value.of("i");
        Barrier barrier = new Barrier(1, () -> runs.add(1)).named("start");
        Barrier same =
                call(
                                b -> {
                                    check(b.await() == 0, "one is enough");
                                    check(b.await() == 0, "and once more");
                                    return b;
                                },
                                barrier)
                        .result();
        assertThat(same).isSameAs(barrier);
        assertThat(runs.get()).isEqualTo(2);
        assertThat(barrier.await()).isZero();
        assertThat(runs.get()).isEqualTo(3);
        Barrier made = call(() -> new Barrier(1, () -> runs.add(10))).result();
        assertThat(made.await()).isZero();
        assertThat(runs.get()).isEqualTo(13);
        assertThat(Barrier.attach(made.path())).isSameAs(made);
    }

    @Test
    @Tag("once")
    void whatMakesNoSenseIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Barrier(0))
                .withMessage("a Barrier cannot be for 0 threads: 1 to 1000");
        assertThatIllegalArgumentException().isThrownBy(() -> new Barrier(1001));
        Thread cannotTravel = Thread.currentThread();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Barrier(1, cannotTravel::interrupt))
                .withMessageContaining("cannot travel");
        Barrier barrier = new Barrier(2);
        assertThat(barrier.parties()).isEqualTo(2);
        barrier.close();
        assertThatIllegalStateException().isThrownBy(barrier::await);
        assertThat(barrier).hasToString("Barrier(%s, closed)".formatted(barrier.name()));
    }
}
