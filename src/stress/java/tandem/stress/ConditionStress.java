package tandem.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

import tandem.Condition;
import tandem.Held;
import tandem.Lock;

import java.time.Duration;

/// One thread waits for what another says by a signal.
@JCStressTest
@Outcome(id = "true", expect = ACCEPTABLE, desc = "heard")
@Outcome(expect = FORBIDDEN, desc = "missed")
@State
public class ConditionStress {
    private static final Lock LOCK = new Lock();
    private static final Condition CHANGED = LOCK.newCondition();
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private boolean isSet;

    @Actor
    public void await(Z_Result result) {
        try (Held held = LOCK.hold()) {
            boolean isHeard = true;
            while (!isSet && isHeard) {
                isHeard = CHANGED.await(LIMIT);
            }
            result.r1 = isHeard;
        }
    }

    @Actor
    public void signal() {
        try (Held held = LOCK.hold()) {
            isSet = true;
            CHANGED.signal();
        }
    }
}
