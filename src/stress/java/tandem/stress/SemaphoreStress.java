package tandem.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

import tandem.Semaphore;

import java.time.Duration;

/// Two threads of one JVM at one semaphore.
public class SemaphoreStress {
    /// Each gives its permit back when the other has tried too.
    @JCStressTest
    @Outcome(
            id = {"true, false", "false, true"},
            expect = ACCEPTABLE,
            desc = "one has it")
    @Outcome(expect = FORBIDDEN, desc = "both or none")
    @State
    public static class OnePermit {
        private static final Semaphore PERMIT = new Semaphore(1);

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
            boolean has = PERMIT.tryAcquire();
            mine.take();
            others.await(1);
            if (has) {
                PERMIT.release();
            }
            mine.take();
            others.await(2);
            return has;
        }
    }

    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "it is had")
    @Outcome(expect = FORBIDDEN, desc = "a permit or a wake-up is lost")
    @State
    public static class ReleaseAgainstAcquire {
        private static final Semaphore PERMITS = new Semaphore(0);
        private static final Duration LIMIT = Duration.ofSeconds(10);

        @Actor
        public void release() {
            PERMITS.release();
        }

        @Actor
        public void acquire(Z_Result result) {
            result.r1 = PERMITS.acquire(LIMIT);
        }
    }
}
