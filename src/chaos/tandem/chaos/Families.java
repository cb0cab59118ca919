package tandem.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Kills parents, one after the other: each a JVM with a session of its own. Its workers end by
/// themselves, and the next one sweeps its session.
final class Families implements Runnable {
    /// How long workers may outlive their parent.
    private static final Duration ORPHANS_LIMIT = Duration.ofSeconds(1);

    private static final Duration PAUSE = Duration.ofSeconds(3);
    private static final Duration LOOK = Duration.ofMillis(5);

    private final List<ProcessHandle> everyProcess = new ArrayList<>();
    private final List<Path> everySession = new ArrayList<>();
    private final Thread thread = new Thread(this, "chaos-families");
    private volatile boolean over;
    private volatile long kills;
    private volatile long failures;
    private volatile long longestNanos;

    Families() {
        thread.setDaemon(true);
        thread.start();
    }

    /// How many parents were killed.
    long kills() {
        return kills;
    }

    /// How often workers outlived their parent for too long, or a session its family.
    long failures() {
        return failures;
    }

    /// The longest time that a worker lived on without its parent.
    long longestNanos() {
        return longestNanos;
    }

    List<ProcessHandle> everyProcess() {
        return everyProcess;
    }

    List<Path> everySession() {
        return everySession;
    }

    /// Asks the last of them to end by itself, and waits for that.
    void end() throws InterruptedException {
        over = true;
        thread.join(Chaos.LIMIT.multipliedBy(10));
        if (thread.isAlive()) {
            fail("a parent does not start or does not end");
        }
    }

    @Override
    public void run() {
        try {
            Path deserted = null;
            boolean last;
            do {
                last = over && kills > 0;
                deserted = live(deserted, last);
            } while (!last);
        } catch (IOException | RuntimeException e) {
            fail("a parent could not be started: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Path live(Path deserted, boolean last) throws IOException, InterruptedException {
        Process parent = new ProcessBuilder(command()).redirectErrorStream(true).start();
        everyProcess.add(parent.toHandle());
        Path session;
        List<ProcessHandle> workers = new ArrayList<>();
        try (BufferedReader output = parent.inputReader()) {
            String line = output.readLine();
            if (line == null || !line.startsWith("/")) {
                throw new IOException("it said " + line);
            }
            String[] words = line.split(" ");
            session = Path.of(words[0]);
            everySession.add(session);
            Arrays.stream(words)
                    .skip(1)
                    .map(Long::parseLong)
                    .forEach(pid -> ProcessHandle.of(pid).ifPresent(workers::add));
            everyProcess.addAll(workers);
            if (deserted != null && took(() -> !Files.exists(deserted), Chaos.LIMIT) < 0) {
                fail(deserted + " is not swept by the next session");
            }
            if (!last) {
                parent.destroyForcibly();
                kills++;
            } else {
                parent.destroy();
            }
            parent.waitFor();
        }
        Duration limit = last ? Chaos.LIMIT : ORPHANS_LIMIT;
        long nanos = took(() -> workers.stream().noneMatch(Families::runs), limit);
        if (nanos < 0) {
            fail("workers live on %s after their parent's end".formatted(limit));
        }
        if (last) {
            if (Files.exists(session)) {
                fail(session + " is not removed by the parent that ends");
            }
            return null;
        }
        longestNanos = Math.max(longestNanos, nanos);
        // A session that is only seconds old is not swept: its first process may not be up yet.
        Files.setLastModifiedTime(session, FileTime.from(Instant.now().minusSeconds(60)));
        for (long end = System.nanoTime() + PAUSE.toNanos(); !over && System.nanoTime() < end; ) {
            Thread.sleep(LOOK);
        }
        return session;
    }

    /// Whether a process runs, and is not only an entry that its parent has not yet taken note of: the
    /// parent of orphans may let that wait for seconds. Such an entry has no command.
    static boolean runs(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }

    /// How long a condition took to come true, −1 when it did not within the limit.
    private static long took(BooleanSupplier condition, Duration limit)
            throws InterruptedException {
        Stopwatch stopwatch = new Stopwatch();
        while (!condition.getAsBoolean()) {
            if (stopwatch.nanos() > limit.toNanos()) {
                return -1;
            }
            Thread.sleep(LOOK);
            stopwatch.look();
        }
        return stopwatch.nanos();
    }

    /// The command that started this process, with the other program in the place of this one.
    private static List<String> command() {
        ProcessHandle.Info info = ProcessHandle.current().info();
        List<String> command = new ArrayList<>(List.of(info.command().orElseThrow()));
        for (String argument : info.arguments().orElseThrow()) {
            if (argument.endsWith("Chaos.java")) {
                command.add(Path.of(argument).resolveSibling("Family.java").toString());
                break;
            }
            command.add(argument);
        }
        return command;
    }

    private void fail(String what) {
        failures++;
        System.err.println("FAILED " + what);
    }
}
