package tandem.shapes;

import tandem.launch.JavaCommand;
import tandem.shapes.Shrinker.Difference;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Writes random programs, and looks whether their code computes in another JVM what it computes in
/// its own: `scripts/tandem shapes --seconds 60 [--count N] [--seed N] [--of code|pools] [--kind KIND]
/// [--way WAY]`.
///
/// Overview. A program ([Program]) is made of random shapes of the [Catalogue], which hold each other's
/// objects, by a [Plan], which a seed gives. The [Writer] writes it down as one of several [Kind]s; the
/// [Runner] runs many of a kind in one JVM, where each runs its code in another JVM, by one of several [Way]s, and then itself.
/// What it computes is a text made of values, identities and errors. Every other batch is about pools: a
/// [PoolPlan] of tasks, and of changes between them, is written down by the [PoolWriter], with what the
/// [PoolModel] says that tasks see. The [Shrinker] makes a program
/// that differs smaller. Program number n of a run with seed s is the first of one with seed s + n.
public final class Shapes {
    private static final int JOBS = 2;
    private static final int SHOWN = 3;
    private static final Duration SHRINKING = Duration.ofSeconds(60);

    private final Options options;
    private final Runner runner;
    private final List<Difference> differences = new ArrayList<>();
    private int programs;

    private Shapes(Options options) throws IOException {
        this.options = options;
        Path own = Path.of(System.getProperty("jdk.launcher.sourcefile")).toAbsolutePath();
        this.runner = new Runner(own.getParent(), JavaCommand.kit());
    }

    /// What programs are about.
    private enum Matter {
        CODE,
        POOLS
    }

    private record Options(
            long seconds,
            int count,
            long seed,
            List<Matter> matters,
            List<Kind> kinds,
            List<Way> ways) {
        static Options of(String[] arguments) {
            long seconds = 0;
            int count = 0;
            long seed = System.nanoTime() / 1_000_000 % 1_000_000_000;
            List<Matter> matters = List.of(Matter.values());
            List<Kind> kinds = List.of(Kind.values());
            List<Way> ways = List.of(Way.values());
            for (int i = 0; i < arguments.length; i += 2) {
                String value = i + 1 < arguments.length ? arguments[i + 1] : "";
                switch (arguments[i]) {
                    case "--seconds" -> seconds = Long.parseLong(value);
                    case "--count" -> count = Integer.parseInt(value);
                    case "--seed" -> seed = Long.parseLong(value);
                    case "--of" ->
                            matters = List.of(Matter.valueOf(value.toUpperCase(Locale.ROOT)));
                    case "--kind" -> kinds = Arrays.stream(value.split(",")).map(Kind::of).toList();
                    case "--way" -> ways = Arrays.stream(value.split(",")).map(Way::of).toList();
                    default -> throw new IllegalArgumentException(arguments[i]);
                }
            }
            if (seconds < 0 || count < 0) {
                throw new IllegalArgumentException("a negative number");
            }
            return seconds == 0 && count == 0
                    ? new Options(60, Integer.MAX_VALUE, seed, matters, kinds, ways)
                    : new Options(
                            seconds == 0 ? Integer.MAX_VALUE : seconds,
                            count == 0 ? Integer.MAX_VALUE : count,
                            seed,
                            matters,
                            kinds,
                            ways);
        }
    }

    public static void main(String[] arguments) throws Exception {
        Options options;
        try {
            options = Options.of(arguments);
        } catch (IllegalArgumentException e) {
            System.err.printf(
                    "tandem shapes: %s%nusage: tandem shapes [--seconds N] [--count N] [--seed N]"
                            + " [--of code|pools] [--kind KIND,…] [--way WAY,…], of %s; %s%n",
                    e.getMessage(), Plan.kinds(), Way.words());
            System.exit(2);
            return;
        }
        Shapes shapes = new Shapes(options);
        shapes.run();
        System.exit(shapes.conclude() ? 0 : 1);
    }

    /// Two batches run at any time. When one has ended, the next one of the next kind begins.
    private void run() throws IOException, InterruptedException, ExecutionException {
        long end = System.nanoTime() + Duration.ofSeconds(options.seconds).toNanos();
        try (ExecutorService pool = Executors.newFixedThreadPool(JOBS)) {
            List<Future<List<Difference>>> running = new ArrayList<>();
            int begun = 0;
            for (int batch = 0; begun < options.count && System.nanoTime() < end; batch++) {
                Matter matter = options.matters.get(batch % options.matters.size());
                Kind kind =
                        options.kinds.get(batch / options.matters.size() % options.kinds.size());
                int most = kind.isTyped() ? 10 : 40;
                int size =
                        Math.min(matter == Matter.POOLS ? most / 3 : most, options.count - begun);
                List<Outline> plans = new ArrayList<>();
                for (int i = 0; i < size; i++) {
                    long seed = options.seed + begun++;
                    plans.add(
                            matter == Matter.POOLS
                                    ? PoolPlan.of(seed, kind)
                                    : Plan.of(seed, kind, options.ways));
                }
                running.add(pool.submit(() -> batch(plans)));
                if (running.size() == JOBS) {
                    take(running.removeFirst());
                }
            }
            for (Future<List<Difference>> last : running) {
                take(last);
            }
        }
    }

    private void take(Future<List<Difference>> batch)
            throws InterruptedException, ExecutionException {
        differences.addAll(batch.get());
    }

    private List<Difference> batch(List<? extends Outline> plans)
            throws IOException, InterruptedException {
        List<Outcome> outcomes = runner.run(plans);
        List<Difference> found = new ArrayList<>();
        for (int i = 0; i < plans.size(); i++) {
            Difference one = new Difference(plans.get(i), outcomes.get(i));
            if (one.outcome().here() == null && plans.size() > 1) {
                one = new Difference(one.plan(), runner.run(List.of(one.plan())).getFirst());
            }
            if (!one.outcome().isCompiled() || one.failsHere()) {
                System.out.printf(
                        "The generator wrote a wrong program (seed %d, kind %s, %s):%n%s%n%s%n",
                        one.plan().seed(),
                        one.plan().kind().word(),
                        one.plan().options(),
                        one.outcome(),
                        one.text());
                System.exit(2);
            }
            if (one.outcome().differs()) {
                found.add(one);
                System.out.printf(
                        "differs: --seed %d --kind %s %s --count 1   (%s)%n%s%n",
                        one.plan().seed(),
                        one.plan().kind().word(),
                        one.plan().options(),
                        one.plan().contents(),
                        one.outcome());
            }
        }
        synchronized (this) {
            programs += plans.size();
        }
        return found;
    }

    /// Shows the first differences, each as small as it gets.
    private boolean conclude() throws IOException, InterruptedException {
        Set<String> shown = new LinkedHashSet<>();
        Shrinker shrinker = new Shrinker(runner);
        for (Difference one : differences) {
            if (shown.size() < SHOWN) {
                show(shrinker.shrink(one, System.nanoTime() + SHRINKING.toNanos()), shown);
            }
        }
        System.out.printf(
                "shapes: %d programs, %d differences, seed %d, kinds %s%n",
                programs,
                differences.size(),
                options.seed,
                String.join(" ", options.kinds.stream().map(Kind::word).toList()));
        return differences.isEmpty();
    }

    private static void show(Difference smallest, Set<String> shown) {
        if (shown.add(smallest.plan().options() + smallest.plan().contents())) {
            System.out.printf(
                    "%n--- seed %d, kind %s, %s, shapes %s%n%s%n%s%n",
                    smallest.plan().seed(),
                    smallest.plan().kind().word(),
                    smallest.plan().options(),
                    smallest.plan().contents(),
                    smallest.text(),
                    smallest.outcome());
        }
    }
}
