package tandem.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

import tandem.Held;
import tandem.Lock;

/// Two threads of one JVM at one lock. All states share it: an actor may be a state ahead.
public class LockStress {
    private static final Lock LOCK = new Lock();

    @JCStressTest
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "the first was first")
    @Outcome(id = "2, 1", expect = ACCEPTABLE, desc = "the second was first")
    @Outcome(expect = FORBIDDEN, desc = "both at once")
    @State
    public static class MutualExclusion {
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

    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "read before")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "read after")
    @Outcome(expect = FORBIDDEN, desc = "half of it seen")
    @State
    public static class Visibility {
        private int one;
        private int other;

        @Actor
        public void write() {
            LOCK.acquire();
            one = 1;
            other = 1;
            LOCK.release();
        }

        @Actor
        public void read(II_Result result) {
            LOCK.acquire();
            result.r2 = other;
            result.r1 = one;
            LOCK.release();
        }
    }

    /// Each gives it back when the other has tried too.
    @JCStressTest
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "the first has it")
    @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "the second has it")
    @Outcome(expect = FORBIDDEN, desc = "both or none")
    @State
    public static class TryAcquire {
        private final Turns first = new Turns();
        private final Turns second = new Turns();

        @Actor
        public void first(ZZ_Result result) {
            result.r1 = tryIt(first, second);
        }

        @Actor
        public void second(ZZ_Result result) {
            result.r2 = tryIt(second, first);
        }

        private static boolean tryIt(Turns mine, Turns others) {
            boolean has = LOCK.tryAcquire();
            mine.take();
            others.await(1);
            if (has) {
                LOCK.release();
            }
            return has;
        }
    }

    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "read before")
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "read after")
    @Outcome(expect = FORBIDDEN, desc = "an inner release let the other in")
    @State
    public static class Recursion {
        private int count;

        @Actor
        public void again() {
            LOCK.acquire();
            LOCK.acquire();
            count++;
            LOCK.release();
            count++;
            LOCK.release();
        }

        @Actor
        public void read(I_Result result) {
            if (!LOCK.tryAcquire()) {
                LOCK.acquire();
            }
            result.r1 = count;
            LOCK.release();
        }
    }
}
