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

/// Kills parents, one after the other: each a JVM with a session of its own. Its workers end by
/// themselves, and the next one sweeps its session.
final class Families extends Rounds {
    /// How long workers may outlive their parent.
    private static final Duration ORPHANS_LIMIT = Duration.ofSeconds(1);

    private static final Duration PAUSE = Duration.ofSeconds(3);

    private final List<ProcessHandle> everyProcess = new ArrayList<>();
    private final List<Path> everySession = new ArrayList<>();
    private volatile long longestNanos;

    /// The session of the parent that was killed last, to be swept by the next; null when there is none.
    private Path deserted;

    Families() {
        super("families");
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

    /// The last one ends by itself.
    @Override
    void round(boolean last) throws IOException, InterruptedException {
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
            Path before = deserted;
            if (before != null && took(() -> !Files.exists(before), Chaos.LIMIT) < 0) {
                fail(before + " is not swept by the next session");
            }
            if (!last) {
                parent.destroyForcibly();
                countKill();
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
            return;
        }
        longestNanos = Math.max(longestNanos, nanos);
        // A session that is only seconds old is not swept: its first process may not be up yet.
        Files.setLastModifiedTime(session, FileTime.from(Instant.now().minusSeconds(60)));
        deserted = session;
        pause(PAUSE);
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
}
