package tandem.view;

import tandem.launch.JavaCommand;
import tandem.memory.Notice;
import tandem.process.Screen;
import tandem.record.Recorder;
import tandem.session.Session;
import tandem.timeline.Paper;
import tandem.timeline.Run;
import tandem.timeline.Svg;
import tandem.timeline.TraceEvents;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// `scripts/tandem timeline [--svg FILE] [--json FILE] FILE.java [ARG …]`: runs a program, and shows what its
/// processes have done.
final class TimelineMain {
    private static final String USAGE =
            "scripts/tandem timeline [--svg FILE.svg] [--json FILE.json] FILE.java [ARG …] runs a"
                    + " program, and shows who has waited for what, and who has held it";

    private static final long GRACE_SECONDS = 5;

    private final Path prefix = Session.current().timelineFile(Session.current().nextTimeline());
    private Path svg;
    private Path json;
    private boolean isShown;

    private TimelineMain() {}

    static void main(String[] arguments) {
        try {
            System.exit(new TimelineMain().run(new ArrayDeque<>(List.of(arguments))));
        } catch (IOException | InterruptedException | RuntimeException e) {
            Notice.say("tandem: " + e.getMessage());
            System.exit(1);
        }
    }

    private int run(Deque<String> arguments) throws IOException, InterruptedException {
        while (arguments.size() > 1 && arguments.peek().startsWith("--")) {
            switch (arguments.poll()) {
                case "--svg" -> svg = Path.of(arguments.poll());
                case "--json" -> json = Path.of(arguments.poll());
                default -> arguments.clear();
            }
        }
        if (arguments.isEmpty() || !arguments.peek().endsWith(".java")) {
            System.err.println("tandem: " + USAGE);
            return 2;
        }
        Process program = start(new ArrayList<>(arguments));
        Session.current().atExit(() -> showEnded(program, arguments.peek()));
        int code = program.waitFor();
        show(arguments.peek());
        return code;
    }

    /// Ctrl-C tells both to end; what has been recorded is shown all the same.
    private void showEnded(Process program, String file) {
        try {
            program.waitFor(GRACE_SECONDS, TimeUnit.SECONDS);
            show(file);
        } catch (InterruptedException | IOException | RuntimeException e) {
            Notice.say("tandem: " + e.getMessage());
        }
    }

    /// It has the terminal, and its end is that of a program that was started without this one.
    private Process start(List<String> fileAndArguments) throws IOException {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.add("--enable-native-access=ALL-UNNAMED");
        line.add("-Dstdout.encoding=UTF-8");
        line.add("-Dstderr.encoding=UTF-8");
        String options = System.getenv("TANDEM_JAVA_OPTS");
        if (options != null && !options.isBlank()) {
            line.addAll(List.of(options.strip().split("\\s+")));
        }
        line.add("-cp");
        line.add(JavaCommand.classPath());
        line.add("-D%s=%s".formatted(Recorder.PROPERTY, prefix));
        line.addAll(fileAndArguments);
        return new ProcessBuilder(line).inheritIO().start();
    }

    private synchronized void show(String file) throws IOException {
        if (isShown) {
            return;
        }
        isShown = true;
        Run run = Run.readWhole(prefix, System.nanoTime());
        System.out.println("timeline of " + file);
        Paper.draw(run, Window.now().columns(), Screen.HAS_COLORS).forEach(System.out::println);
        if (svg != null) {
            Files.writeString(svg, Svg.of(run));
        }
        if (json != null) {
            Files.writeString(json, TraceEvents.of(run));
        }
        if (svg == null && json == null) {
            System.out.println(
                    """
                    --svg t.svg before the file keeps the picture, --json t.json the facts,
                    for https://ui.perfetto.dev\
                    """);
        }
    }
}
