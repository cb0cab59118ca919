package tandem.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

import tandem.Value;

/// Two threads of one JVM at one value. Each goes on when the other has changed it too.
public class ValueStress {
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE,
            desc = "one after the other")
    @Outcome(expect = FORBIDDEN, desc = "a lost update")
    @State
    public static class Update {
        private static final Value COUNT = Value.of("q", 0);

        private final Turns first = new Turns();
        private final Turns second = new Turns();

        @Actor
        public void first(II_Result result) {
            result.r1 = update(first, second);
        }

        @Actor
        public void second(II_Result result) {
            result.r2 = update(second, first);
        }

        /// It is even before each state, as both have updated it before.
        private static int update(Turns mine, Turns others) {
            long updated = COUNT.update(count -> count + 1);
            mine.take();
            others.await(1);
            return (int) (updated & 1);
        }
    }

    @JCStressTest
    @Outcome(
            id = {"true, false", "false, true"},
            expect = ACCEPTABLE,
            desc = "one of them has set it")
    @Outcome(expect = FORBIDDEN, desc = "both or none")
    @State
    public static class CompareAndSet {
        private static final Value OWNER = Value.of("i", 0, false);

        private final Turns first = new Turns();
        private final Turns second = new Turns();

        @Actor
        public void first(ZZ_Result result) {
            result.r1 = set(1, first, second);
        }

        @Actor
        public void second(ZZ_Result result) {
            result.r2 = set(2, second, first);
        }

        private static boolean set(int number, Turns mine, Turns others) {
            boolean isSet = OWNER.compareAndSet(0, number);
            mine.take();
            others.await(1);
            if (isSet) {
                OWNER.set(0);
            }
            mine.take();
            others.await(2);
            return isSet;
        }
    }
}
