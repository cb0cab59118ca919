package tandem.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// A program that a test starts, as a person would from a shell: with a working directory, an
/// environment and an input of its own, its output captured, and never without a deadline.
///
/// ```java
/// Program.Ended ended = Program.tandem("examples/WorkABC.java", "300").with("LC_ALL", "C").run();
/// ```
///
/// The environment is this one's without what would change Tandem's ways, with the JDK of the tests
/// and with startup caches of the build's own.
public final class Program {
    /// How long anything may take that a test waits for.
    public static final Duration DEADLINE = Duration.ofSeconds(90);

    /// Where the startup caches of the tests lie.
    public static final Path CACHES = home().resolve("target/test-cache");

    private static final Duration PAUSE = Duration.ofMillis(10);

    private final ProcessBuilder builder;
    private byte[] input = {};

    private Program(List<String> command) {
        List<String> whole = new ArrayList<>(Signals.DEFAULT);
        whole.addAll(command);
        builder = new ProcessBuilder(whole).directory(home().toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(Program::changesItsWays);
        environment.put("LANG", "C.UTF-8");
        environment.put("XDG_CACHE_HOME", CACHES.toString());
        environment.put("TANDEM_JAVA_HOME", System.getProperty("java.home"));
    }

    private static boolean changesItsWays(String variable) {
        return variable.startsWith("TANDEM_")
                || variable.startsWith("LC_")
                || List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "JAVA_HOME", "CLASSPATH")
                        .contains(variable);
    }

    /// In the background of a shell, or under nohup, the tests ignore signals, and what they start
    /// would too: what a terminal does to a program could not be tested.
    private static final class Signals {
        private static final long HUP_AND_INT = 0b11;

        static final List<String> DEFAULT =
                ignoresSome() ? List.of("env", "--default-signal=HUP,INT") : List.of();

        private static boolean ignoresSome() {
            try {
                return Files.readAllLines(Path.of("/proc/self/status")).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .map(line -> line.substring("SigIgn:".length()).strip())
                        .anyMatch(mask -> (Long.parseUnsignedLong(mask, 16) & HUP_AND_INT) != 0);
            } catch (IOException e) {
                return false;
            }
        }
    }

    /// Any program; started in the project's folder unless `in` says otherwise.
    public static Program of(String... command) {
        return new Program(List.of(command));
    }

    /// The one command of the kit.
    public static Program tandem(String... arguments) {
        return new Program(command(home().resolve("scripts/tandem").toString(), arguments));
    }

    /// JShell with the kit and no terminal, which leaves nothing outside of two folders.
    ///
    /// @param execution how it runs what is typed
    /// @param preferences for what JShell keeps
    /// @param memory for sessions
    public static Program shell(String execution, Path preferences, Path memory) {
        String here =
                "-J-Djava.util.prefs.userRoot=%s -J-Dtandem.dir=%s".formatted(preferences, memory);
        return tandem("--execution", execution)
                .with(
                        "TANDEM_JSHELL_OPTS",
                        execution.equals("local") ? here : here + " -R-Dtandem.dir=" + memory);
    }

    /// A program of the JDK that runs the tests: `java`, `jshell`.
    public static Program jdk(String tool, String... arguments) {
        Path folder = Path.of(System.getProperty("java.home"), "bin");
        return new Program(command(folder.resolve(tool).toString(), arguments));
    }

    private static List<String> command(String first, String... others) {
        return Stream.concat(Stream.of(first), Stream.of(others)).toList();
    }

    /// The folder of the project.
    public static Path home() {
        return Path.of(System.getProperty("tandem.home"));
    }

    /// The finished jar.
    public static Path jar() {
        return Jar.PATH;
    }

    public Program in(Path folder) {
        builder.directory(folder.toFile());
        return this;
    }

    public Program with(String variable, String value) {
        builder.environment().put(variable, value);
        return this;
    }

    public Program without(String variable) {
        builder.environment().remove(variable);
        return this;
    }

    /// Lines that it reads from its standard input, which ends after them.
    public Program typing(String... lines) {
        input = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        return this;
    }

    /// Runs it to its end.
    public Ended run() {
        try (Running running = start()) {
            return running.end();
        }
    }

    /// Starts it.
    public Running start() {
        try {
            Process process = builder.start();
            try (OutputStream stdin = process.getOutputStream()) {
                stdin.write(input);
            } catch (IOException e) {
                // It ended without reading all of its input, as it may.
            }
            return new Running(process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Waits for a condition.
    ///
    /// @param what what is awaited, for the failure
    /// @throws AssertionError when the condition has not come true within the time
    public static void await(Duration time, Supplier<String> what, BooleanSupplier condition) {
        await(time, PAUSE, what, condition);
    }

    /// @param pause between two looks
    static void await(
            Duration time, Duration pause, Supplier<String> what, BooleanSupplier condition) {
        long end = System.nanoTime() + time.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError(
                        "not within %d ms: %s".formatted(time.toMillis(), what.get()));
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting for " + what.get(), e);
            }
        }
    }

    /// Waits until the operating system knows no running process of this number.
    public static void awaitEndOf(long pid, Duration time) {
        await(time, () -> "end of process " + pid, () -> !isAlive(pid));
    }

    /// Waits until nothing is left in a folder. For what was typed at JShell, which waits no more than a
    /// second for the end of the JVM that has run it.
    public static void awaitEmpty(Path folder) {
        awaitEmpty(folder, () -> {});
    }

    /// As that, with something to be done before each look: a visit, as who ends sweeps for a second at most,
    /// and leaves the rest to the next one.
    public static void awaitEmpty(Path folder, Runnable visit) {
        await(
                DEADLINE,
                () -> "%s to be empty, and not %s".formatted(folder, files(folder)),
                () -> {
                    visit.run();
                    return files(folder).isEmpty();
                });
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }

    /// Maven leaves the jar as it is when nothing in it changes. For `scripts/tandem`, which would
    /// build it again when a source is newer, it is made to look as new as that one. (Startup caches are
    /// for a jar of one time: of several JVMs that run tests, all have to set the same.)
    private static final class Jar {
        static final Path PATH = Path.of(System.getProperty("tandem.jar"));

        static {
            try (Stream<Path> sources = Files.walk(home().resolve("src/main"))) {
                FileTime newest = Files.getLastModifiedTime(home().resolve("pom.xml"));
                for (Path source : sources.toList()) {
                    FileTime time = Files.getLastModifiedTime(source);
                    newest = time.compareTo(newest) > 0 ? time : newest;
                }
                if (newest.compareTo(Files.getLastModifiedTime(PATH)) > 0) {
                    Files.setLastModifiedTime(PATH, newest);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// What a program that has ended leaves: its exit code and its output.
    public record Ended(int exitCode, String out, String err) {
        public List<String> lines() {
            return out.lines().toList();
        }
    }

    /// A program that has been started. `close` kills it and what it has started, and waits for their ends.
    public static final class Running implements AutoCloseable {
        private final Process process;
        private final Output out;
        private final Output err;

        private Running(Process process) {
            this.process = process;
            this.out = new Output(process.getInputStream());
            this.err = new Output(process.getErrorStream());
        }

        public long pid() {
            return process.pid();
        }

        public boolean isAlive() {
            return process.isAlive();
        }

        /// Ends it at once, by SIGKILL.
        public void kill() {
            process.destroyForcibly();
        }

        /// What it has printed so far.
        public String out() {
            return out.toString();
        }

        /// What it has printed so far on its error output.
        public String err() {
            return err.toString();
        }

        /// Waits until it has printed a whole line that begins so.
        ///
        /// @return the rest of that line
        public String awaitLine(String beginning) {
            await(
                    DEADLINE,
                    () -> "a line \"%s…\" of\n%s\n%s".formatted(beginning, out, err),
                    () -> !isAlive() || line(beginning) != null);
            if (!isAlive()) {
                out.toEnd();
            }
            String line = line(beginning);
            if (line == null) {
                throw new AssertionError(
                        "it ended without \"%s…\":\n%s\n%s".formatted(beginning, out, err));
            }
            return line.substring(beginning.length());
        }

        private String line(String beginning) {
            String all = out();
            return all.substring(0, all.lastIndexOf('\n') + 1)
                    .lines()
                    .filter(line -> line.startsWith(beginning))
                    .findFirst()
                    .orElse(null);
        }

        /// Waits for its end.
        ///
        /// @throws AssertionError when it still runs after [#DEADLINE]
        public Ended end() {
            try {
                if (!process.waitFor(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new AssertionError(
                            "%s still runs, having said\n%s\n%s"
                                    .formatted(process.info(), out, err));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
            return new Ended(process.exitValue(), out.toEnd(), err.toEnd());
        }

        @Override
        public void close() {
            List<ProcessHandle> all =
                    Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
            all.forEach(ProcessHandle::destroyForcibly);
            all.forEach(one -> awaitEndOf(one.pid(), DEADLINE));
        }
    }

    /// One stream of a program, read as it comes.
    private static final class Output {
        private final StringBuffer text = new StringBuffer();
        private final Thread reader;

        Output(InputStream from) {
            // No virtual thread: a read of a pipe holds its carrier, of which there are few.
            reader = Thread.ofPlatform().daemon().start(() -> read(from));
        }

        private void read(InputStream from) {
            char[] some = new char[8192];
            try (var characters = new InputStreamReader(from, StandardCharsets.UTF_8)) {
                for (int read; (read = characters.read(some)) >= 0; ) {
                    text.append(some, 0, read);
                }
            } catch (IOException e) {
                text.append(e);
            }
        }

        String toEnd() {
            try {
                // A process that it left behind may keep the stream open.
                reader.join(Duration.ofSeconds(5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return toString();
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
