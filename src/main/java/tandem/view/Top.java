package tandem.view;

import tandem.session.Survey;

import java.io.Console;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// `scripts/tandem top [--json]`: the user's sessions, live at a terminal, else once as text.
final class Top {
    private static final String USAGE =
            "scripts/tandem top shows the sessions; --json, its only option, prints them once as"
                    + " JSON";
    private static final long SNAPSHOT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long RATE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int TEXT_COLUMNS = 160;

    private Top() {}

    static void main(String[] args) throws IOException {
        List<String> options = List.of(args);
        if (!options.isEmpty() && !options.equals(List.of("--json"))) {
            System.err.println("tandem: " + USAGE);
            System.exit(2);
        }
        Console console = System.console();
        if (!options.isEmpty()) {
            System.out.println(Json.of(snapshot()));
        } else if (console != null && console.isTerminal()) {
            try (Observer observer = new Observer(Survey.ofAll(), RATE_NANOS)) {
                new LiveTop(observer, Palette.ofEnvironment()).run();
            }
        } else {
            System.out.print(text(TEXT_COLUMNS));
        }
    }

    /// One snapshot as text without colours.
    static String text(int columns) {
        StringBuilder text = new StringBuilder();
        TopScreen.text(snapshot(), new Palette(false, false), columns)
                .forEach(line -> text.append(line.toString().stripTrailing()).append('\n'));
        return text.toString();
    }

    /// What there is, with rates over half a second.
    private static Scene snapshot() {
        try (Observer observer = new Observer(Survey.ofAll(), SNAPSHOT_NANOS)) {
            Scene first = observer.look();
            if (first.groups().isEmpty()) {
                return first;
            }
            TimeUnit.NANOSECONDS.sleep(SNAPSHOT_NANOS);
            return observer.look();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Scene(List.of());
        }
    }
}
