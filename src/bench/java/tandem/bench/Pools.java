package tandem.bench;

import static tandem.Tandem.spawn;

import tandem.Array;
import tandem.Pool;
import tandem.Worker;

import java.nio.file.Path;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;

/// A pool of two workers: what a task costs that does nothing, and how much sooner two workers are done with
/// work than one process.
final class Pools {
    private static final Path COLD = Path.of("src/bench/scripts/ColdMap.java");
    private static final int WORKERS = 2;
    private static final int EMPTY_TASKS = 10_000;
    private static final int TASKS = 32;
    private static final int STEPS = 4_000_000;
    private static final int WARMUPS = 8;

    /// A map of empty tasks is so short that its code is compiled after some hundred only.
    private static final int EMPTY_WARMUPS = 150;

    private final int rounds;
    private int sum;

    Pools(int rounds) {
        this.rounds = rounds;
    }

    /// @return microseconds for each task of a map whose chunks have one task
    Figure emptyTask() {
        List<Integer> items = items(EMPTY_TASKS);
        try (Pool pool = Pool.of(WORKERS)) {
            return measure(EMPTY_WARMUPS, () -> emptyTask(pool, items));
        }
    }

    /// The same for the first tasks of a JVM, whose pool's workers are up.
    Figure firstEmptyTasks() {
        return measure(0, () -> coldNanos(true, EMPTY_TASKS, 0, 1) / 1e3 / EMPTY_TASKS);
    }

    private static double emptyTask(Pool pool, List<Integer> items) {
        long start = System.nanoTime();
        pool.map(x -> x, items, 1);
        return (System.nanoTime() - start) / 1e3 / EMPTY_TASKS;
    }

    /// How many times sooner a map is done by the pool than by this process, all code compiled.
    Figure warm() {
        List<Integer> items = items(TASKS);
        try (Pool pool = Pool.of(WORKERS)) {
            return measure(
                    WARMUPS,
                    () -> {
                        long start = System.nanoTime();
                        sum += items.stream().mapToInt(x -> work(x + 1)).sum();
                        long middle = System.nanoTime();
                        pool.map(x -> work(x + 1), items);
                        return (double) (middle - start) / (System.nanoTime() - middle);
                    });
        }
    }

    /// The same in a JVM that has never run the code, whose pool's workers have not either.
    Figure cold() {
        return measure(
                WARMUPS,
                () ->
                        (double) coldNanos(false, TASKS, STEPS, 0)
                                / coldNanos(true, TASKS, STEPS, 0));
    }

    /// @param chunk 0 for what the pool chooses
    private static long coldNanos(boolean isPooled, int tasks, int steps, int chunk) {
        Array nanos = Array.of("q", 2);
        Worker worker = spawn(COLD, nanos, isPooled, WORKERS, tasks, steps, chunk);
        worker.join();
        if (worker.exitCode() != 0) {
            throw new IllegalStateException(worker.toString());
        }
        return nanos.get(0);
    }

    private static List<Integer> items(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    /// @return what nobody needs, but that the compiler must reckon
    private static int work(int x) {
        for (int i = 0; i < STEPS; i++) {
            x ^= x << 13;
            x ^= x >>> 17;
            x ^= x << 5;
        }
        return x;
    }

    private Figure measure(int warmups, DoubleSupplier round) {
        for (int i = 0; i < warmups; i++) {
            round.getAsDouble();
        }
        double[] all = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            all[i] = round.getAsDouble();
        }
        return Figure.of(all);
    }
}
