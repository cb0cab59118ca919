package tandem.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

import tandem.Queue;

/// Two threads of one JVM at one queue for one item.
public class QueueStress {
    /// Each puts one and takes one, and goes on when the other has too.
    @JCStressTest
    @Outcome(
            id = {"1, 2", "2, 1"},
            expect = ACCEPTABLE,
            desc = "each item went to one of them")
    @Outcome(expect = FORBIDDEN, desc = "one was lost or doubled")
    @State
    public static class EachPutsAndTakes {
        private static final Queue<Integer> QUEUE = new Queue<>(1);

        private final Turns first = new Turns();
        private final Turns second = new Turns();

        @Actor
        public void first(II_Result result) {
            QUEUE.put(1);
            result.r1 = QUEUE.take();
            first.take();
            second.await(1);
        }

        @Actor
        public void second(II_Result result) {
            QUEUE.put(2);
            result.r2 = QUEUE.take();
            second.take();
            first.await(1);
        }
    }

    @JCStressTest
    @Outcome(id = "1, 2, 3", expect = ACCEPTABLE, desc = "first in, first out")
    @Outcome(expect = FORBIDDEN, desc = "one was lost, doubled or overtaken")
    @State
    public static class Order {
        private static final Queue<Integer> QUEUE = new Queue<>(1);

        @Actor
        public void put() {
            QUEUE.put(1);
            QUEUE.put(2);
            QUEUE.put(3);
        }

        @Actor
        public void take(III_Result result) {
            result.r1 = QUEUE.take();
            result.r2 = QUEUE.take();
            result.r3 = QUEUE.take();
        }
    }
}
