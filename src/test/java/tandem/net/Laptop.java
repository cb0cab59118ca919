package tandem.net;

import static tandem.Tandem.accept;
import static tandem.Tandem.everywhere;
import static tandem.Tandem.join;
import static tandem.Tandem.leave;
import static tandem.Tandem.on;

import tandem.Worker;
import tandem.testing.Program;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Another machine, which is a process here: told over its input what to do, a line for each step.
final class Laptop implements AutoCloseable {
    private final Process process;
    private final StringBuffer said = new StringBuffer();

    Laptop(String code, String machine) throws IOException {
        this(List.of(), code, machine);
    }

    /// @param before what stands before the command, as `Room.on` gives it
    Laptop(List<String> before, String code, String machine) throws IOException {
        ProcessBuilder builder =
                GuestProcess.java(before, "tandem.net.Laptop", code).redirectErrorStream(true);
        builder.environment().put("TANDEM_MACHINE", machine);
        process = builder.start();
        Thread.ofPlatform().daemon().start(this::read);
        await("ready");
    }

    static void main(String... arguments) throws Exception {
        join(arguments[0]);
        IO.println("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        Worker last = null;
        for (String line; (line = in.readLine()) != null; ) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "accept" -> accept();
                case "leave" -> leave();
                case "spawn" -> {
                    last = on(words[words.length - 1]).spawn(() -> Thread.sleep(60_000));
                    IO.println("its pid: %d.".formatted(last.pid()));
                }
                case "await" -> {
                    while (!accepts(words[1])) {
                        Thread.sleep(50);
                    }
                }
                case "exit" -> {
                    last.join();
                    IO.println("its exit code: %d.".formatted(last.exitCode()));
                }
                default -> throw new IllegalArgumentException(line);
            }
            IO.println("done " + line);
        }
    }

    private static boolean accepts(String machine) {
        try {
            return everywhere().machines().contains(machine);
        } catch (IllegalStateException e) {
            return false; // Nobody does.
        }
    }

    private void read() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line; (line = reader.readLine()) != null; ) {
                said.append(line).append('\n');
            }
        } catch (IOException e) {
            said.append(e).append('\n');
        }
    }

    /// All that it has printed.
    String said() {
        return said.toString();
    }

    void await(String text) {
        Program.await(
                Program.DEADLINE,
                () -> "\"%s\" of:\n%s".formatted(text, said),
                () -> said().contains(text));
    }

    /// Tells it to do something, and waits until it has.
    void tell(String step) throws IOException {
        say(step);
        await("done " + step);
    }

    private void say(String step) throws IOException {
        OutputStream out = process.getOutputStream();
        out.write((step + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    @Override
    public void close() {
        kill();
    }

    /// Ends it at once, by SIGKILL.
    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor(Program.DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
