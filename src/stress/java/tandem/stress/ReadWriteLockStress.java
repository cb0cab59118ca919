package tandem.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

import tandem.Held;
import tandem.ReadWriteLock;

/// One thread writes what another reads.
@JCStressTest
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "read before")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "read after")
@Outcome(expect = FORBIDDEN, desc = "half of it seen")
@State
public class ReadWriteLockStress {
    private static final ReadWriteLock LOCK = new ReadWriteLock();

    private int one;
    private int other;

    @Actor
    public void write() {
        try (Held held = LOCK.write().hold()) {
            one = 1;
            other = 1;
        }
    }

    @Actor
    public void read(II_Result result) {
        try (Held held = LOCK.read().hold()) {
            result.r2 = other;
            result.r1 = one;
        }
    }
}
