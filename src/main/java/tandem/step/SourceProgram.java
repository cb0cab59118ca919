package tandem.step;

import tandem.launch.JavaCommand;
import tandem.sync.Halt;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/// A source file that is run as `java FILE.java`, in JVMs of its own for each run.
public final class SourceProgram extends Program {
    private static final long GRACE_SECONDS = 3;

    private final List<String> command;
    private final Queue<String> printed = new ConcurrentLinkedQueue<>();
    private Stage stage;
    private Process process;

    /// @param fileAndArguments the source file, and what it is given
    public SourceProgram(List<String> fileAndArguments) {
        this.command = List.copyOf(fileAndArguments);
    }

    @Override
    public String printed() {
        return printed.poll();
    }

    @Override
    public Play start() {
        close();
        printed.clear();
        Path socket = socket();
        Stage opened = new Stage(socket, false);
        stage = opened;
        List<String> line =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Dstdout.encoding=UTF-8",
                                "-Dstderr.encoding=UTF-8",
                                "-cp",
                                JavaCommand.classPath()));
        line.add("-D%s=%s".formatted(Halt.PROPERTY, socket));
        line.addAll(JavaCommand.inheritedProperties());
        line.addAll(command);
        try {
            process =
                    new ProcessBuilder(line)
                            .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                            .redirectErrorStream(true)
                            .start();
        } catch (IOException e) {
            throw new UncheckedIOException("no process can be started for " + command, e);
        }
        Process started = process;
        Thread reader = new Thread(() -> read(started, opened), "tandem-step-output");
        reader.setDaemon(true);
        reader.start();
        return new Play(stage);
    }

    /// Its end is told when all that it has printed is there.
    private void read(Process started, Stage opened) {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line; (line = lines.readLine()) != null; ) {
                printed.add(line);
            }
        } catch (IOException e) {
            // It is ended.
        }
        try {
            opened.mainEnded(started.waitFor());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Its workers end with it, and then its files go. Meanwhile they still tell the stage what they do.
    @Override
    public void close() {
        if (process != null) {
            process.destroy();
            try {
                process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            process.destroyForcibly();
            stage.close();
            process = null;
        }
    }
}
