package tandem.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// A real terminal with a program in it, which tmux provides. `close` ends both.
public final class Terminal implements AutoCloseable {
    /// Between two looks at a screen, each of which takes a process.
    private static final Duration PAUSE = Duration.ofMillis(40);

    /// More rows than workers print while a test runs, but for those that flood the terminal.
    private static final int HISTORY = 20_000;

    private final Path folder;

    private Terminal(Path folder) {
        this.folder = folder;
    }

    /// Opens one, with a shell's command in it. A test without tmux is skipped.
    ///
    /// @param folder for what tmux needs, empty or not
    public static Terminal open(Path folder, int columns, int rows, String command) {
        assumeTrue(isInstalled("tmux"), "tmux is not installed");
        Terminal terminal = new Terminal(folder);
        terminal.tmux(
                "-f",
                "/dev/null",
                "set-option",
                "-g",
                "history-limit",
                Integer.toString(HISTORY),
                ";",
                "new-session",
                "-d",
                "-x",
                Integer.toString(columns),
                "-y",
                Integer.toString(rows),
                "-c",
                Program.home().toString(),
                command);
        return terminal;
    }

    /// Opens one of 80 columns and 24 rows, with JShell and Tandem in it, started in the project's
    /// folder.
    ///
    /// @param memory where its session is to lie
    public static Terminal ofShell(Path folder, Path memory) throws IOException {
        return ofShell(folder, memory, 80, 24);
    }

    /// The same of another size.
    public static Terminal ofShell(Path folder, Path memory, int columns, int rows)
            throws IOException {
        return open(folder, columns, rows, "exec " + commandOfShell(folder, memory));
    }

    /// The command that opens JShell with Tandem in it.
    public static String commandOfShell(Path folder, Path memory) throws IOException {
        Files.createDirectories(folder.resolve(".java/.userPrefs"));
        String options =
                "-J-Djava.util.prefs.userRoot=%s -R-Dtandem.dir=%s".formatted(folder, memory);
        return "env TANDEM_JSHELL_OPTS='%s' scripts/tandem".formatted(options);
    }

    /// Whether there is such a program on the path.
    public static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
    }

    private Program.Ended tmux(String... arguments) {
        List<String> command =
                Stream.concat(Stream.of("tmux", "-u", "-L", "tandem"), Stream.of(arguments))
                        .toList();
        return Program.of(command.toArray(String[]::new))
                .with("TMUX_TMPDIR", folder.toString())
                .with("TERM", "xterm-256color")
                .without("TMUX")
                .run();
    }

    /// What is to be seen, row by row.
    public String screen() {
        return tmux("capture-pane", "-p").out();
    }

    /// What is to be seen, line by line: rows that belong to one line are one.
    public String lines() {
        return tmux("capture-pane", "-p", "-J").out();
    }

    /// What is to be seen and what was, line by line, as far as tmux keeps it: some 20 000 rows.
    public String history() {
        return tmux("capture-pane", "-p", "-J", "-S", "-").out();
    }

    /// What is to be seen, with the sequences that set colours and weights.
    public String styled() {
        return tmux("capture-pane", "-p", "-e").out();
    }

    /// Types a text.
    public void write(String text) {
        tmux("send-keys", "-l", text);
    }

    /// Types a line.
    public void type(String line) {
        write(line);
        press("Enter");
    }

    /// Presses keys, by tmux's names: `Enter`, `C-c`, `Down`.
    public void press(String... keys) {
        tmux(Stream.concat(Stream.of("send-keys"), Stream.of(keys)).toArray(String[]::new));
    }

    public void resize(int columns, int rows) {
        tmux("resize-window", "-x", Integer.toString(columns), "-y", Integer.toString(rows));
    }

    /// Waits until all of these are to be seen.
    public void await(String... texts) {
        await(
                String.join("\" and \"", texts),
                screen -> Stream.of(texts).allMatch(screen::contains));
    }

    /// Waits until the screen is as it has to be.
    ///
    /// @param what how, for the failure
    public void await(String what, Predicate<String> isSo) {
        Program.await(
                Program.DEADLINE,
                PAUSE,
                () -> "\"%s\" on the screen:\n%s".formatted(what, screen()),
                () -> isSo.test(lines()));
    }

    /// Waits until the cursor stands behind a prompt of JShell that has nothing after it.
    public void awaitPrompt() {
        await("a prompt", screen -> screen.stripTrailing().endsWith("jshell>"));
    }

    /// Waits for the end of what runs in it.
    public void awaitEnd() {
        Program.await(
                Program.DEADLINE,
                () -> "its end:\n" + screen(),
                () -> tmux("has-session").exitCode() != 0);
    }

    /// The Java program that runs in it.
    public ProcessHandle java() {
        return processes()
                .filter(process -> process.info().command().orElse("").endsWith("java"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no java runs in it:\n" + screen()));
    }

    /// The program in it and all that it has started; none when it has ended.
    private Stream<ProcessHandle> processes() {
        String pane = tmux("list-panes", "-F", "#{pane_pid}").out().strip();
        return Stream.of(pane)
                .filter(pid -> !pid.isEmpty())
                .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
                .flatMap(leader -> Stream.concat(Stream.of(leader), leader.descendants()));
    }

    @Override
    public void close() {
        List<ProcessHandle> ending = processes().toList();
        tmux("kill-server");
        ending.forEach(process -> Program.awaitEndOf(process.pid(), Program.DEADLINE));
    }
}
