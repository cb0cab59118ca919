package tandem.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What a person waits for at the prompt of `scripts/tandem`, beside a bare `jshell` and Python. What
/// is typed comes through a pipe, without a terminal, and waits there before anyone reads it.
final class Prompt {
    private static final int WARMUPS = 2;
    private static final int DEADLINE_SECONDS = 300;
    private static final String JDK = System.getProperty("java.home");
    private static final List<String> TANDEM = List.of("scripts/tandem");
    private static final List<String> JSHELL = List.of(Path.of(JDK, "bin", "jshell").toString());
    private static final int LINES = 16;

    private final int rounds;

    Prompt(int rounds) {
        this.rounds = rounds;
    }

    /// From the start of the command until its first line runs, the imports and the variables of
    /// the scripts being in place; and the same of `jshell`, in turn. In milliseconds.
    ///
    /// @return Tandem's, then the bare one's
    List<Figure> firstLine() throws IOException, InterruptedException {
        double[] tandem = new double[rounds];
        double[] jshell = new double[rounds];
        for (int i = -WARMUPS; i < rounds; i++) {
            double one = firstLine(TANDEM);
            double other = firstLine(JSHELL);
            if (i >= 0) {
                tandem[i] = one;
                jshell[i] = other;
            }
        }
        return List.of(Figure.of(tandem), Figure.of(jshell));
    }

    private static double firstLine(List<String> command) throws IOException, InterruptedException {
        long start = System.nanoTime();
        String typed = "System.out.println(\"moment=\" + System.nanoTime())\n/exit\n";
        return (run(command, typed, "moment=").getFirst() - start) / 1e6;
    }

    /// A line at a prompt that has run some, from the one before it to its own: in milliseconds, and the same
    /// of `jshell`.
    ///
    /// @return Tandem's, then the bare one's
    List<Figure> nextLine() throws IOException, InterruptedException {
        return List.of(nextLine(TANDEM), nextLine(JSHELL));
    }

    private Figure nextLine(List<String> command) throws IOException, InterruptedException {
        String typed =
                "System.out.println(\"moment=\" + System.nanoTime())\n".repeat(LINES) + "/exit\n";
        double[] all = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            List<Long> moments = run(command, typed, "moment=");
            double[] each = new double[LINES / 2];
            for (int k = 0; k < each.length; k++) {
                int at = LINES - each.length + k;
                each[k] = (moments.get(at) - moments.get(at - 1)) / 1e6;
            }
            all[i] = Figure.of(each).median();
        }
        return Figure.of(all);
    }

    /// The program of `examples/WorkABC.java` at a prompt that has run it before, so that its
    /// startup caches are there: from the first `spawn` to the last `join`, in milliseconds.
    ///
    /// @param spares how many spare JVMs are ready each time, and have been for some seconds; 0 to wait
    ///     for none
    Figure seed(int spares) throws IOException, InterruptedException {
        String program =
                """
                void seed() throws Exception { \
                while (tandem.launch.Spares.ready() < SPARES) { sleep(0.1); } \
                sleep(SPARES > 0 ? 3 : 0); \
                var a = Array.of("i", 3, true); \
                long start = System.nanoTime(); \
                var p1 = named("1 号进程").spawn(workA, a); \
                var p2 = named("2 号进程").spawn(workB, a); \
                var p3 = named("3 号进程").spawn(workC, a); \
                p1.join(); p2.join(); p3.join(); \
                System.out.println("seed=" + (System.nanoTime() - start)); }
                """
                        .replace("SPARES", Integer.toString(spares));
        return seedFigure(run(TANDEM, program + "seed()\n".repeat(1 + rounds), "seed="));
    }

    /// The same program in Python, in an interpreter that runs already.
    Figure pythonSeed() throws IOException, InterruptedException {
        List<String> python =
                List.of("python3", "src/bench/python/seed.py", Integer.toString(rounds));
        return Peers.version("python3").isPresent()
                ? seedFigure(run(python, "", "seed="))
                : Figure.NONE;
    }

    private static Figure seedFigure(List<Long> nanos) {
        return Figure.of(nanos.stream().skip(1).mapToDouble(each -> each / 1e6).toArray());
    }

    /// Runs a command, and returns the numbers that follow a mark in its output, where each line that
    /// was typed appears too.
    private static List<Long> run(List<String> command, String typed, String mark)
            throws IOException, InterruptedException {
        Path input = Files.createTempFile("tandem-bench-", ".txt");
        try {
            Files.writeString(input, typed);
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .redirectInput(input.toFile())
                            .redirectError(Redirect.INHERIT);
            builder.environment().put("TANDEM_JAVA_HOME", JDK);
            Process process = builder.start();
            Thread deadline = Thread.ofVirtual().start(() -> endOverdue(process));
            List<Long> found = new ArrayList<>();
            try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                for (String line; (line = lines.readLine()) != null; ) {
                    int at = line.lastIndexOf(mark);
                    if (at >= 0 && Character.isDigit(line.codePointAt(at + mark.length()))) {
                        found.add(Long.valueOf(line.substring(at + mark.length()).strip()));
                    }
                }
            }
            deadline.interrupt();
            if (process.waitFor() != 0 || found.isEmpty()) {
                throw new IllegalStateException(
                        "%s ended with %d, having said %s %d times"
                                .formatted(command, process.exitValue(), mark, found.size()));
            }
            return found;
        } finally {
            Files.delete(input);
        }
    }

    private static void endOverdue(Process process) {
        try {
            if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            // It has ended in time.
        }
    }
}
