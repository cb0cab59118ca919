package tandem.bench;

import static tandem.Tandem.prestart;
import static tandem.Tandem.sleep;
import static tandem.Tandem.spawn;

import tandem.Array;
import tandem.Worker;
import tandem.launch.Spares;
import tandem.launch.StartupCache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// How long it takes from the call of `spawn` to the first instruction of the worker, in
/// milliseconds, in a parent that has spawned before. Both sides read the clock of
/// `System.nanoTime()`, which is one for all processes of a Linux machine.
final class Starts {
    private static final Path STARTER = Path.of("src/bench/scripts/Starter.java");
    private static final String NEW_SCRIPTS = "src/bench/scripts/NewScripts.java";
    private static final String HELLO = "src/bench/scripts/Hello.java";
    private static final int WARMUPS = 2;
    private static final long SPARE_DEADLINE_NANOS = 30_000_000_000L;
    private static final long CACHES_DEADLINE_NANOS = 300_000_000_000L;

    private final int rounds;
    private final Array moment = Array.of("q", 1);

    Starts(int rounds) {
        this.rounds = rounds;
    }

    /// Until the archives of classes are there that a person's second minute has: the jar may be a
    /// moment old, and who starts the first worker has them made in the background.
    void awaitCaches() {
        prestart(0);
        started(this::spawnCode);
        if (StartupCache.folder().isPresent()) {
            await(
                    () -> !StartupCache.made().isEmpty() && !StartupCache.isBuilding(),
                    CACHES_DEADLINE_NANOS,
                    "no start-up caches were made: see scripts/tandem doctor");
        }
    }

    /// Code in a JVM that has to be started.
    Figure codeCold() {
        prestart(0);
        return measure(() -> started(this::spawnCode));
    }

    /// Code in a JVM that was started before.
    Figure codeFromSpare() {
        return fromSpare(this::spawnCode);
    }

    /// A script that ran before, in a JVM that was started before.
    Figure scriptFromSpare() {
        return fromSpare(this::spawnScript);
    }

    private Figure fromSpare(Supplier<Worker> spawning) {
        try {
            return measure(
                    () -> {
                        prestart(1);
                        awaitSpare();
                        return started(spawning);
                    });
        } finally {
            prestart(0);
        }
    }

    /// A script that ran before.
    Figure script() {
        prestart(0);
        return measure(() -> started(this::spawnScript));
    }

    private Worker spawnScript() {
        return spawn(STARTER, moment);
    }

    /// A script that has to be compiled, as it is another one each time.
    Figure newScript() throws IOException {
        Path folder = Files.createTempDirectory("tandem-bench-");
        Path script = folder.resolve("New.java");
        try {
            return measure(
                    () -> {
                        write(script);
                        return started(() -> spawn(script, moment));
                    });
        } finally {
            Files.deleteIfExists(script);
            Files.delete(folder);
        }
    }

    private static void write(Path script) {
        try {
            String text = Files.readString(STARTER);
            Files.writeString(script, "%s// %d%n".formatted(text, System.nanoTime()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// New scripts of a program that is itself run from its source: the first one of each, or the fourth.
    Figure newScriptOfProgram(boolean isFirst) {
        return measure(
                () -> {
                    List<String> printed =
                            printedBy("scripts/tandem", NEW_SCRIPTS, isFirst ? "1" : "4");
                    return Double.parseDouble(printed.getLast());
                });
    }

    private static List<String> printedBy(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// `java Hello.java`, without Tandem.
    Figure bareSource() {
        return hello(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    }

    /// `scripts/tandem Hello.java`, which uses nothing of Tandem.
    Figure program() {
        return hello("scripts/tandem");
    }

    private Figure hello(String command) {
        return measure(
                () -> {
                    long start = System.nanoTime();
                    String printed = printedBy(command, HELLO).getFirst();
                    return (Long.parseLong(printed.strip()) - start) / 1e6;
                });
    }

    private Worker spawnCode() {
        return spawn(cell -> cell.set(0, System.nanoTime()), moment);
    }

    private double started(Supplier<Worker> spawning) {
        long start = System.nanoTime();
        Worker worker = spawning.get();
        worker.join();
        if (worker.exitCode() != 0) {
            throw new IllegalStateException(worker.toString());
        }
        return (moment.get(0) - start) / 1e6;
    }

    private static void awaitSpare() {
        await(() -> Spares.ready() > 0, SPARE_DEADLINE_NANOS, "no spare JVM got ready");
    }

    private static void await(BooleanSupplier condition, long deadlineNanos, String inVain) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > deadlineNanos) {
                throw new IllegalStateException(inVain);
            }
            sleep(0.01);
        }
    }

    private Figure measure(Supplier<Double> round) {
        for (int i = 0; i < WARMUPS; i++) {
            round.get();
        }
        double[] all = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            all[i] = round.get();
        }
        return Figure.of(all);
    }
}
