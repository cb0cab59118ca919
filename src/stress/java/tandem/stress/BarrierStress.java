package tandem.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

import tandem.Barrier;

/// Two threads of one JVM meet, and see what the other had written before.
@JCStressTest
@Outcome(
        id = {"0, 1, 1, 1", "1, 0, 1, 1"},
        expect = ACCEPTABLE,
        desc = "both have met")
@Outcome(expect = FORBIDDEN, desc = "one has gone on alone")
@State
public class BarrierStress {
    private static final Barrier BARRIER = new Barrier(2);

    private int one;
    private int other;

    @Actor
    public void first(IIII_Result result) {
        one = 1;
        result.r1 = BARRIER.await();
        result.r3 = other;
    }

    @Actor
    public void second(IIII_Result result) {
        other = 1;
        result.r2 = BARRIER.await();
        result.r4 = one;
    }
}
