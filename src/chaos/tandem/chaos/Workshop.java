package tandem.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/// A server, which is killed now and then, and is started again by its workshop with the data that it had.
final class Workshop implements AutoCloseable {
    private static final int SHORTEST_PAUSE_SECONDS = 12;
    private static final int LONGEST_PAUSE_SECONDS = 20;

    private final Process process;
    private final String code;
    private final Random random;
    private long next;
    private long kills;

    Workshop(long seed) {
        try {
            process =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-XX:+UseSerialGC",
                                    "-Xmx64m",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    "tandem.net.Workshop")
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String line = process.inputReader().readLine();
            if (line == null) {
                throw new IllegalStateException(
                        "no server has started: scripts/tandem workshop says why");
            }
            code = line.substring(line.lastIndexOf(' ') + 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        random = new Random(seed);
        wait(SHORTEST_PAUSE_SECONDS / 2);
    }

    private void wait(int seconds) {
        next = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    }

    /// By which it is joined.
    String code() {
        return code;
    }

    long kills() {
        return kills;
    }

    /// Kills the server, if it is time.
    void strike() {
        if (System.nanoTime() - next > 0) {
            process.descendants().filter(Workshop::isServer).forEach(this::kill);
            wait(random.nextInt(SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS));
        }
    }

    private void kill(ProcessHandle server) {
        kills += server.destroyForcibly() ? 1 : 0;
    }

    /// By what it calls itself: the file that it is may have another name.
    private static boolean isServer(ProcessHandle one) {
        try {
            Path name = Path.of("/proc", Long.toString(one.pid()), "comm");
            return Files.readString(name).strip().endsWith("-server");
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
