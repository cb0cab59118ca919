package tandem.bench;

import static tandem.Tandem.sleep;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The seed's program, from its command to its first line, where Tandem is new: in a copy of its folder that
/// nobody has built, with caches that nobody has made. What Maven has downloaded is there.
final class FirstMinute implements AutoCloseable {
    private static final List<String> NEEDED =
            List.of("pom.xml", "startup.jsh", "src", "scripts", "examples");
    private static final String COMMAND = "scripts/tandem";
    private static final String PROGRAM = "examples/WorkABC.java";

    private static final long CACHES_DEADLINE_NANOS = 300_000_000_000L;

    private final int rounds;
    private final Path folder;
    private int caches;

    FirstMinute(int rounds) throws IOException {
        this.rounds = rounds;
        this.folder = Files.createTempDirectory("tandem-bench-");
        for (String each : NEEDED) {
            copy(Path.of(each));
        }
    }

    private void copy(Path from) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                Files.copy(each, folder.resolve(each.toString()));
            }
        }
    }

    /// The first command: it builds Tandem. Seconds.
    Figure unbuilt() {
        return measure(
                () -> {
                    delete(folder.resolve("target"));
                    return firstLine(newCaches());
                });
    }

    /// Built before, without caches. Seconds.
    Figure withoutCaches() {
        return measure(() -> firstLine(newCaches()));
    }

    /// From the second minute on. Seconds.
    Figure withCaches() {
        Path cache = newCaches();
        makeCaches(cache);
        return measure(() -> firstLine(cache));
    }

    /// They are made in the background, while the program runs and after it.
    private void makeCaches(Path cache) {
        try {
            command(cache).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().onExit().join();
            long start = System.nanoTime();
            while (!areMade(cache)) {
                if (System.nanoTime() - start > CACHES_DEADLINE_NANOS) {
                    throw new IllegalStateException("no startup caches were made in " + cache);
                }
                sleep(0.1);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean areMade(Path cache) throws IOException {
        try (Stream<Path> folders = Files.list(cache.resolve("tandem"))) {
            return folders.anyMatch(folder -> Files.exists(folder.resolve("made")));
        }
    }

    private Path newCaches() {
        return folder.resolve("caches-" + ++caches);
    }

    private ProcessBuilder command(Path cache) {
        ProcessBuilder builder = new ProcessBuilder(folder.resolve(COMMAND).toString(), PROGRAM);
        builder.directory(folder.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("XDG_CACHE_HOME", cache.toString());
        return builder;
    }

    private double firstLine(Path cache) {
        ProcessBuilder builder = command(cache);
        long start = System.nanoTime();
        try {
            Process command = builder.start();
            try (BufferedReader out = command.inputReader(StandardCharsets.UTF_8)) {
                String line = out.readLine();
                long end = System.nanoTime();
                if (line == null) {
                    throw new IllegalStateException(COMMAND + " has printed nothing");
                }
                return (end - start) / 1e9;
            } finally {
                List<ProcessHandle> others = command.descendants().toList();
                command.destroy(); // So that it takes its session with it.
                command.onExit().completeOnTimeout(command, 10, TimeUnit.SECONDS).join();
                others.forEach(ProcessHandle::destroyForcibly);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Round {
        double run() throws IOException;
    }

    private Figure measure(Round round) {
        double[] all = new double[rounds];
        try {
            for (int i = 0; i < rounds; i++) {
                all[i] = round.run();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Figure.of(all);
    }

    private static void delete(Path what) throws IOException {
        if (Files.exists(what)) {
            try (Stream<Path> all = Files.walk(what)) {
                for (Path each : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
                    Files.delete(each);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        delete(folder);
    }
}
