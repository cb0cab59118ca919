package tandem.bench;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

import tandem.Array;
import tandem.Lock;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/// What one process alone can do, measured with JMH in nanoseconds, each benchmark in JVMs of its
/// own (`forks`), with the same garbage collector and heap that a user's JVM would have:
///
/// - `lockIncrementRelease`: a `Lock` around an increment of a raw int, as a C programmer writes it
/// - `add`: `a.add(0, 1)`
/// - `read`, `fill` (with one number), `write` (each its index), `increment`: an array without a lock, element by element in index order; and
///   the same loops over the array's `segment()` and over an `int[]`; the shared ones also in a program that
///   has used arrays with locks and of other types (`Mixed`)
/// - `incrementChecked`: the loop over an `int[]` with a check that each sum fits, as an array checks it
/// - `slice`: `a.slice().toInts()` of 10 million ints, beside `clone()` of such an `int[]`
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class OneProcess {
    static final int SLICED = 10_000_000;

    private static final int ELEMENTS = 1 << 20;

    /// One int and its lock.
    @State(Scope.Benchmark)
    public static class Cell {
        private final Lock lock = new Lock();
        private final Array array = Array.of("i", 1, lock);
        private final MemorySegment segment = array.segment();
    }

    /// The numbers from 0 on, shared without a lock.
    @State(Scope.Benchmark)
    public static class SharedElements {
        private final Array array = Array.of("i", IntStream.range(0, ELEMENTS).toArray(), false);

        /// Whether the program has used arrays of other kinds before.
        @Param({"alone", "Mixed"})
        String before;

        @Setup
        public void useOthers() {
            if (before.equals("alone")) {
                return;
            }
            for (String typecode : List.of("i", "h", "q", "d")) {
                for (boolean lock : new boolean[] {true, false}) {
                    use(Array.of(typecode, 1000, lock));
                }
            }
        }

        private static void use(Array array) {
            for (int round = 0; round < 100; round++) {
                for (int i = 0; i < array.size(); i++) {
                    if (array.typecode().equals("d")) {
                        array.set(i, array.getDouble(i) + 0.5);
                        array.add(i, 0.5);
                    } else {
                        array.set(i, array.get(i) + 1);
                        array.add(i, 1);
                    }
                }
            }
        }
    }

    /// The same numbers, by the memory in which they lie.
    @State(Scope.Benchmark)
    public static class Segment {
        private final MemorySegment segment =
                Array.of("i", IntStream.range(0, ELEMENTS).toArray(), false).segment();
    }

    /// The same numbers in Java's own array.
    @State(Scope.Benchmark)
    public static class PlainElements {
        private final int[] array = IntStream.range(0, ELEMENTS).toArray();
    }

    /// Ten million ints, shared.
    @State(Scope.Benchmark)
    public static class BigShared {
        private final Array array = Array.of("i", IntStream.range(0, SLICED).toArray(), true);
    }

    /// Ten million ints in Java's own array.
    @State(Scope.Benchmark)
    public static class BigPlain {
        private final int[] array = IntStream.range(0, SLICED).toArray();
    }

    /// Runs them all.
    ///
    /// @return the figures in ns by the name of the benchmark
    static Map<String, Figure> run(int forks, int iterations) throws RunnerException {
        Options options =
                new OptionsBuilder()
                        .include("^" + OneProcess.class.getName().replace(".", "\\.") + "\\.")
                        .forks(forks)
                        .jvmArgs(
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow")
                        .warmupIterations(4)
                        .warmupTime(TimeValue.milliseconds(250))
                        .measurementIterations(iterations)
                        .measurementTime(TimeValue.milliseconds(500))
                        .timeout(TimeValue.seconds(30))
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .build();
        Map<String, Figure> figures = new HashMap<>();
        for (RunResult result : new Runner(options).run()) {
            String name = result.getParams().getBenchmark();
            String before = result.getParams().getParam("before");
            Statistics all = result.getPrimaryResult().getStatistics();
            figures.put(
                    name.substring(name.lastIndexOf('.') + 1)
                            + ("Mixed".equals(before) ? before : ""),
                    new Figure(all.getPercentile(50), all.getMin(), all.getMax()));
        }
        return figures;
    }

    @Benchmark
    public void lockIncrementRelease(Cell cell) {
        cell.lock.acquire();
        cell.segment.set(JAVA_INT, 0, cell.segment.get(JAVA_INT, 0) + 1);
        cell.lock.release();
    }

    @Benchmark
    public long add(Cell cell) {
        return cell.array.add(0, 1);
    }

    @Benchmark
    @OperationsPerInvocation(ELEMENTS)
    public long read(SharedElements elements) {
        Array array = elements.array;
        long sum = 0;
        for (int i = 0; i < ELEMENTS; i++) {
            sum += array.get(i);
        }
        return sum;
    }

    @Benchmark
    @OperationsPerInvocation(ELEMENTS)
    public long readSegment(Segment elements) {
        MemorySegment segment = elements.segment;
        long sum = 0;
        for (int i = 0; i < ELEMENTS; i++) {
            sum += segment.getAtIndex(JAVA_INT, i);
        }
        return sum;
    }

    @Benchmark
    @OperationsPerInvocation(ELEMENTS)
    public long readPlain(PlainElements elements) {
        int[] array = elements.array;
        long sum = 0;
        for (int i = 0; i < ELEMENTS; i++) {
            sum += array[i];
        }
        return sum;
    }

    @Benchmark
    @OperationsPerInvocation(ELEMENTS)
    public void fill(SharedElements elements) {
        Array array = elements.array;
        for (int i = 0; i < ELEMENTS; i++) {
            array.set(i, 7);
        }
    }

    @Benchmark
    @OperationsPerInvocation(ELEMENTS)
    public void fillSegment(Segment elements) {
        MemorySegment segment = elements.segment;
        for (int i = 0; i < ELEMENTS; i++) {
            segment.setAtIndex(JAVA_INT, i, 7);
        }
    }

    @Benchmark
    @OperationsPerInvocation(ELEMENTS)
    public void fillPlain(PlainElements elements) {
        int[] array = elements.array;
        for (int i = 0; i < ELEMENTS; i++) {
            array[i] = 7;
        }
    }

    @Benchmark
    @OperationsPerInvocation(ELEMENTS)
    public void write(SharedElements elements) {
        Array array = elements.array;
        for (int i = 0; i < ELEMENTS; i++) {
            array.set(i, i);
        }
    }

    @Benchmark
    @OperationsPerInvocation(ELEMENTS)
    public void writeSegment(Segment elements) {
        MemorySegment segment = elements.segment;
        for (int i = 0; i < ELEMENTS; i++) {
            segment.setAtIndex(JAVA_INT, i, i);
        }
    }

    @Benchmark
    @OperationsPerInvocation(ELEMENTS)
    public void writePlain(PlainElements elements) {
        int[] array = elements.array;
        for (int i = 0; i < ELEMENTS; i++) {
            array[i] = i;
        }
    }

    @Benchmark
    @OperationsPerInvocation(ELEMENTS)
    public void increment(SharedElements elements) {
        Array array = elements.array;
        for (int i = 0; i < ELEMENTS; i++) {
            array.set(i, array.get(i) + 1);
        }
    }

    @Benchmark
    @OperationsPerInvocation(ELEMENTS)
    public void incrementSegment(Segment elements) {
        MemorySegment segment = elements.segment;
        for (int i = 0; i < ELEMENTS; i++) {
            segment.setAtIndex(JAVA_INT, i, segment.getAtIndex(JAVA_INT, i) + 1);
        }
    }

    @Benchmark
    @OperationsPerInvocation(ELEMENTS)
    public void incrementPlain(PlainElements elements) {
        int[] array = elements.array;
        for (int i = 0; i < ELEMENTS; i++) {
            array[i]++;
        }
    }

    @Benchmark
    @OperationsPerInvocation(ELEMENTS)
    public void incrementChecked(PlainElements elements) {
        int[] array = elements.array;
        for (int i = 0; i < ELEMENTS; i++) {
            long sum = array[i] + 1L;
            if ((int) sum != sum) {
                throw new ArithmeticException();
            }
            array[i] = (int) sum;
        }
    }

    @Benchmark
    public int[] slice(BigShared big) {
        return big.array.slice().toInts();
    }

    @Benchmark
    public int[] clonePlain(BigPlain big) {
        return big.array.clone();
    }
}
