package tandem.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

import tandem.Held;
import tandem.Lock;

/// Two threads of one JVM at one fair lock.
@JCStressTest
@Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "the first was first")
@Outcome(id = "2, 1", expect = ACCEPTABLE, desc = "the second was first")
@Outcome(expect = FORBIDDEN, desc = "both at once")
@State
public class FairLockStress {
    private static final Lock LOCK = Lock.fair();

    private int count;

    @Actor
    public void first(II_Result result) {
        try (Held held = LOCK.hold()) {
            result.r1 = ++count;
        }
    }

    @Actor
    public void second(II_Result result) {
        try (Held held = LOCK.hold()) {
            result.r2 = ++count;
        }
    }
}
