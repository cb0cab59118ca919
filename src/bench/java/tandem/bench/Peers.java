package tandem.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The competitors in other languages: `src/bench/c/peers.c`, compiled here, and
/// `src/bench/python/peers.py`. Both print a line for each row: name, median, min, max and unit,
/// with tabs between. A language that this machine lacks has no figures; one that fails or takes
/// too long ends the benchmark.
final class Peers {
    private static final Path C_SOURCE = Path.of("src/bench/c/peers.c");
    private static final Path PYTHON_SOURCE = Path.of("src/bench/python/peers.py");
    private static final int DEADLINE_SECONDS = 240;

    private final Map<String, Figure> figures = new HashMap<>();

    private Peers() {}

    /// C's figures. The program knows Linux only: robust mutexes and futexes.
    static Peers c(int rounds) throws IOException, InterruptedException {
        Peers peers = new Peers();
        if (version("cc").isPresent() && System.getProperty("os.name").equals("Linux")) {
            Path folder = Files.createTempDirectory("tandem-bench-");
            Path program = folder.resolve("peers");
            try {
                run(
                        List.of(
                                "cc",
                                "-O2",
                                "-pthread",
                                C_SOURCE.toString(),
                                "-o",
                                program.toString()));
                peers.read(run(List.of(program.toString(), Integer.toString(rounds))));
            } finally {
                Files.deleteIfExists(program);
                Files.delete(folder);
            }
        }
        return peers;
    }

    /// @param groups of rows, as `net`; all of them where none is named
    static Peers python(int rounds, String... groups) throws IOException, InterruptedException {
        Peers peers = new Peers();
        if (version("python3").isPresent()) {
            List<String> command = new ArrayList<>();
            command.addAll(List.of("python3", PYTHON_SOURCE.toString(), Integer.toString(rounds)));
            command.addAll(List.of(groups));
            peers.read(run(command));
        }
        return peers;
    }

    /// The figure of a row, `Figure.NONE` when the language is missing.
    Figure get(String row) {
        Figure figure = figures.get(row);
        if (figure == null && !figures.isEmpty()) {
            throw new IllegalArgumentException("no competitor printed the row " + row);
        }
        return figure == null ? Figure.NONE : figure;
    }

    private void read(List<String> lines) {
        for (String line : lines) {
            String[] fields = line.split("\t");
            figures.put(
                    fields[0],
                    new Figure(
                            Double.parseDouble(fields[1]),
                            Double.parseDouble(fields[2]),
                            Double.parseDouble(fields[3])));
        }
    }

    /// What a tool says of itself, without the distribution's remarks in parentheses; empty when
    /// there is no such tool.
    static Optional<String> version(String tool) {
        try {
            return run(List.of(tool, "--version")).stream()
                    .findFirst()
                    .map(line -> line.replaceAll(" \\(.*?\\)", ""));
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while asking for " + tool, e);
        }
    }

    /// What a program prints.
    ///
    /// @throws IOException when it cannot be started
    /// @throws IllegalStateException when it fails or takes too long
    private static List<String> run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("tandem-bench-", ".txt");
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectOutput(output.toFile())
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new IllegalStateException(
                        "%s took more than %d s".formatted(command, DEADLINE_SECONDS));
            }
            if (process.exitValue() != 0) {
                throw new IllegalStateException(
                        "%s ended with %d".formatted(command, process.exitValue()));
            }
            return Files.readAllLines(output);
        } finally {
            Files.delete(output);
        }
    }
}
