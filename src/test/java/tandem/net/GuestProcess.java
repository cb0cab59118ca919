package tandem.net;

import tandem.testing.Program;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A [Guest] in a process of its own.
final class GuestProcess implements AutoCloseable {
    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final StringBuffer all = new StringBuffer();

    GuestProcess(String code, int test) throws IOException {
        this(List.of(), code, test);
    }

    /// @param before what stands before the command, as `Room.on` gives it
    GuestProcess(List<String> before, String code, int test) throws IOException {
        process =
                java(before, "tandem.net.Guest", code, Integer.toString(test))
                        .redirectErrorStream(true)
                        .start();
        Thread.ofPlatform().daemon().start(this::read);
        await("ready");
    }

    /// Has it do something, and awaits that it has.
    void does(String what) throws IOException {
        say(what);
        await("done " + what);
    }

    /// A program of these tests.
    static ProcessBuilder java(List<String> before, String... arguments) {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dstdout.encoding=UTF-8",
                        "-Dstderr.encoding=UTF-8",
                        "-cp",
                        System.getProperty("java.class.path")));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    private void read() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line; (line = reader.readLine()) != null; ) {
                all.append(line).append('\n');
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add("(no more: %s)".formatted(e));
        }
    }

    long pid() {
        return process.pid();
    }

    void say(String step) throws IOException {
        OutputStream out = process.getOutputStream();
        out.write((step + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /// The rest of the next line that begins so.
    String await(String beginning) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        try {
            while (true) {
                String line = lines.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (line == null) {
                    throw new AssertionError("no line \"%s…\" after\n%s".formatted(beginning, all));
                }
                if (line.startsWith(beginning)) {
                    return line.substring(beginning.length());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /// Lets it come to its end.
    void end() throws IOException {
        process.getOutputStream().close();
        Program.awaitEndOf(process.pid(), Program.DEADLINE);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        Program.awaitEndOf(process.pid(), Program.DEADLINE);
    }
}
