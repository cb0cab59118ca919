package tandem.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.J_Result;
import org.openjdk.jcstress.infra.results.L_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

import tandem.Array;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/// Two threads of one JVM at one array.
public class ArrayStress {
    @JCStressTest
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "both counted")
    @Outcome(expect = FORBIDDEN, desc = "a lost update")
    @State
    public static class Add {
        private static final Array COUNTS = Array.of("q", 1 << 20);
        private static final AtomicLong STATES = new AtomicLong();

        /// An element of its own, as long as there are no more states than elements.
        private final long element = STATES.getAndIncrement() % COUNTS.size();

        public Add() {
            COUNTS.set(element, 0);
        }

        @Actor
        public void first() {
            COUNTS.add(element, 1);
        }

        @Actor
        public void second() {
            COUNTS.add(element, 1);
        }

        @Arbiter
        public void sum(J_Result result) {
            result.r1 = COUNTS.get(element);
        }
    }

    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "the same object")
    @Outcome(expect = FORBIDDEN, desc = "two objects for one file")
    @State
    public static class AttachTwice {
        private final Turns opened = new Turns();
        private final Turns closed = new Turns();
        private Array other;

        @Actor
        public void first(Z_Result result) {
            Array mine = Foreign.attach();
            opened.await(1);
            result.r1 = mine == other;
            mine.close();
            other.close();
            closed.take();
        }

        @Actor
        public void second() {
            other = Foreign.attach();
            opened.take();
            closed.await(1);
        }
    }

    @JCStressTest
    @Outcome(id = "7", expect = ACCEPTABLE, desc = "the value")
    @Outcome(
            id = {"IllegalStateException", "IllegalArgumentException"},
            expect = ACCEPTABLE,
            desc = "it is closed")
    @Outcome(expect = FORBIDDEN, desc = "anything else")
    @State
    public static class CloseAgainstGet {
        private final Turns opened = new Turns();
        private final Turns closed = new Turns();
        private Array array;

        @Actor
        public void close() {
            array = Foreign.attach();
            opened.take();
            array.close();
            closed.take();
        }

        @Actor
        public void get(L_Result result) {
            opened.await(1);
            try {
                result.r1 = array.get(0);
            } catch (Throwable e) {
                result.r1 = e.getClass().getSimpleName();
            }
            closed.await(1);
        }
    }

    /// A file that this process has not made, so that to close its handle does not remove it.
    private static final class Foreign {
        /// Mappings go with the garbage, and a process may have only so many of them.
        private static final int MOST_MAPPINGS = 5_000;

        private static final Path FILE = copy();
        private static final AtomicLong MAPPINGS = new AtomicLong();

        static Array attach() {
            if (MAPPINGS.incrementAndGet() % MOST_MAPPINGS == 0) {
                System.gc();
            }
            return Array.attach(FILE);
        }

        private static Path copy() {
            try (Array made = Array.of("i", new int[] {7})) {
                return Files.copy(made.path(), made.path().resolveSibling("array-1000000"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
