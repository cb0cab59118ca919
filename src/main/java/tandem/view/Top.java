package tandem.view;

import tandem.net.Lookout;
import tandem.session.Joined;
import tandem.session.Survey;
import tandem.sync.UnreachableException;

import java.io.Console;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;

/// `scripts/tandem top [--json] [--join HOST:PORT/CODE]`: the user's sessions, or what a server knows, live at
/// a terminal, else once as text. The code comes by the environment.
final class Top {
    private static final String USAGE =
            "scripts/tandem top shows the sessions, or with --join HOST:PORT/CODE who has joined a"
                    + " server; --json prints them once as JSON";
    private static final long SNAPSHOT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long RATE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int TEXT_COLUMNS = 160;

    private Top() {}

    static void main(String[] args) throws IOException {
        try {
            run(args);
        } catch (IllegalArgumentException | IllegalStateException | UnreachableException e) {
            System.err.println("tandem: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void run(String[] args) throws IOException {
        List<String> options = List.of(args);
        if (!options.isEmpty() && !options.equals(List.of("--json"))) {
            System.err.println("tandem: " + USAGE);
            System.exit(2);
        }
        Console console = System.console();
        if (!options.isEmpty()) {
            System.out.println(Json.of(snapshot(Top::source)));
        } else if (console != null && console.isTerminal()) {
            try (Source source = source(RATE_NANOS)) {
                new LiveTop(source, Palette.ofEnvironment()).run();
            }
        } else {
            System.out.print(text(snapshot(Top::source), TEXT_COLUMNS));
        }
    }

    /// What there is to look at: a server, where the environment has its code.
    private static Source source(long rateNanos) {
        Joined joined = Joined.current();
        return joined == null ? sessions(rateNanos) : server(joined, rateNanos);
    }

    private static Source sessions(long rateNanos) {
        return new Observer(Survey.ofAll(), rateNanos);
    }

    private static Source server(Joined joined, long rateNanos) {
        return new ServerObserver(new Lookout(joined.code()), rateNanos);
    }

    /// The sessions as text without colours, and what the server knows that this process has joined.
    static String text(int columns) {
        String sessions = text(snapshot(Top::sessions), columns);
        Joined joined = Joined.current();
        return joined == null ? sessions : sessions + "\n" + text(joined, columns);
    }

    /// What the server knows, or why it says nothing.
    private static String text(Joined joined, int columns) {
        try {
            return text(snapshot(rate -> server(joined, rate)), columns);
        } catch (IllegalStateException | UnreachableException e) {
            return e.getMessage() + "\n";
        }
    }

    private static String text(Scene scene, int columns) {
        StringBuilder text = new StringBuilder();
        TopScreen.text(scene, new Palette(false, false), columns)
                .forEach(line -> text.append(line.toString().stripTrailing()).append('\n'));
        return text.toString();
    }

    /// What there is, with rates over half a second.
    private static Scene snapshot(LongFunction<Source> opening) {
        try (Source source = opening.apply(SNAPSHOT_NANOS)) {
            Scene first = source.look();
            if (first.groups().isEmpty()) {
                return first;
            }
            TimeUnit.NANOSECONDS.sleep(SNAPSHOT_NANOS);
            return source.look();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Scene(null, List.of());
        }
    }
}
