package tandem.timeline;

import tandem.record.Kind;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A run in a terminal, a line for each lane.
///
/// ```
///              0             100 ms         200 ms
/// MainProcess  --......................................>
/// 1 号进程        -AAAAAAAAAAAAAAAAAAAAAAA--
/// 2 号进程        --aaaaaaaaaaaaaaaaaaaaaaAA---
///
/// A array-1
/// ```
public final class Paper {
    private static final int NARROWEST = 40;
    private static final int WIDEST_NAME = 20;
    private static final int WAITED = 6;
    private static final int AXIS_LABEL = 12;
    private static final int MOST_WAITS = 5;

    /// What takes less of a column is not worth a letter.
    private static final double LEAST_SHARE = 0.1;

    private static final char RUNS = '-';
    private static final char JOINS = '.';
    private static final char BRIEFLY = ':';
    private static final char KILLED = 'x';
    private static final char GOES_ON = '>';

    private static final String HOLDS_COLOR = "\033[32m";
    private static final String WAITS_COLOR = "\033[33m";
    private static final String KILLED_COLOR = "\033[31m";
    private static final String NO_COLOR = "\033[0m";

    private final Run run;
    private final Letters letters;
    private final int columns;
    private final int name;
    private final int width;
    private final boolean hasColors;
    private final List<String> lines = new ArrayList<>();

    private Paper(Run run, int columns, boolean hasColors) {
        this.run = run;
        this.letters = new Letters(run);
        this.columns = Math.max(NARROWEST, columns);
        this.hasColors = hasColors;
        this.name =
                run.lanes().stream()
                        .mapToInt(lane -> Text.columns(Text.plain(lane.name())))
                        .map(one -> Math.min(one, WIDEST_NAME))
                        .max()
                        .orElse(0);
        this.width = this.columns - name - 2 - WAITED;
    }

    /// @param columns of the terminal
    public static List<String> draw(Run run, int columns, boolean hasColors) {
        Paper paper = new Paper(run, columns, hasColors);
        paper.draw();
        return paper.lines;
    }

    private void draw() {
        if (run.lanes().isEmpty()) {
            lines.add("nothing shared was used within " + Text.duration(run.nanos()));
        } else {
            axis();
            StringBuilder used = new StringBuilder();
            for (Lane lane : run.lanes()) {
                char[] cells = cells(lane);
                lane(lane, cells);
                used.append(cells);
            }
            key(used.toString());
            longest();
        }
        run.notes().forEach(note -> lines.add(Text.cut(Text.plain(note), columns)));
    }

    private void axis() {
        StringBuilder line = new StringBuilder(" ".repeat(name + 2));
        Axis axis = Axis.of(run.nanos(), Math.max(2, width / AXIS_LABEL));
        for (long time : axis.times()) {
            int at = name + 2 + column(time);
            String label = Axis.label(time);
            if (at >= line.length() && at + label.length() <= name + 2 + width) {
                line.append(" ".repeat(at - line.length())).append(label);
            }
        }
        lines.add(Text.fill(line.toString(), name + 2 + width) + " waits");
    }

    private int column(long time) {
        return (int) Math.min(width - 1, time * width / Math.max(1, run.nanos()));
    }

    private void lane(Lane lane, char[] cells) {
        String label = Text.fill(Text.cut(Text.plain(lane.name()), name), name);
        long waited =
                lane.spans().stream()
                        .filter(span -> span.kind() == Kind.WAITS)
                        .mapToLong(Span::nanos)
                        .sum();
        long share = 100 * waited / Math.max(1, lane.end() - lane.begin());
        lines.add("%s  %s %4d%%".formatted(label, colored(cells), Math.min(100, share)));
    }

    private char[] cells(Lane lane) {
        char[] cells = " ".repeat(width).toCharArray();
        int first = column(lane.begin());
        int last = column(lane.end());
        long[] best = new long[width];
        for (int i = first; i <= last; i++) {
            cells[i] = RUNS;
        }
        Stream.of(Kind.HOLDS, Kind.WAITS)
                .flatMap(kind -> lane.spans().stream().filter(span -> span.kind() == kind))
                .forEach(span -> enter(span, cells, best));
        if (lane.signal() > 0) {
            cells[last] = KILLED;
        } else if (!lane.isOver() && last == width - 1) {
            cells[last] = GOES_ON;
        }
        return cells;
    }

    /// What takes most of the time of a column is shown there; a wait rather than what is held meanwhile.
    private void enter(Span span, char[] cells, long[] best) {
        char letter =
                span.isJoin()
                        ? JOINS
                        : span.kind() == Kind.HOLDS
                                ? letters.of(span.object())
                                : letters.small(span.object());
        for (int i = column(span.begin()); i <= column(span.end()); i++) {
            long from = run.nanos() * i / width;
            long to = run.nanos() * (i + 1) / width;
            long overlap = Math.min(to, span.end()) - Math.max(from, span.begin());
            double density = (double) span.nanos() / Math.max(1, span.length());
            long time = Math.max(1, (long) (overlap * density));
            if (time >= best[i]) {
                best[i] = time;
                cells[i] = time < LEAST_SHARE * (to - from) ? BRIEFLY : letter;
            }
        }
    }

    private String colored(char[] cells) {
        if (!hasColors) {
            return new String(cells);
        }
        StringBuilder text = new StringBuilder();
        String before = "";
        for (char cell : cells) {
            String color = color(cell);
            if (!color.equals(before)) {
                text.append(before.isEmpty() ? "" : NO_COLOR).append(color);
                before = color;
            }
            text.append(cell);
        }
        return text.append(before.isEmpty() ? "" : NO_COLOR).toString();
    }

    private static String color(char cell) {
        return switch (cell) {
            case RUNS, GOES_ON, BRIEFLY, ' ' -> "";
            case KILLED -> KILLED_COLOR;
            case '#' -> HOLDS_COLOR;
            default -> Character.isUpperCase(cell) ? HOLDS_COLOR : WAITS_COLOR;
        };
    }

    private void key(String used) {
        List<String> objects =
                letters.objects().stream()
                        .filter(object -> isIn(used, object))
                        .map(object -> letters.of(object) + " " + Text.plain(object))
                        .toList();
        List<String> key = new ArrayList<>();
        if (!objects.isEmpty()) {
            key.add("A holds");
            key.add("a waits");
        }
        addIfIn(key, used, BRIEFLY, "both, now and then");
        addIfIn(key, used, JOINS, "waits for a worker's end");
        addIfIn(key, used, RUNS, "runs");
        addIfIn(key, used, KILLED, "killed");
        if (used.indexOf('#') >= 0 || used.indexOf('+') >= 0) {
            key.add("# + other objects");
        }
        lines.add("");
        lines.addAll(Text.lines(key, columns));
        lines.addAll(Text.lines(objects, columns));
    }

    private boolean isIn(String used, String object) {
        char letter = letters.of(object);
        return letter != '#'
                && (used.indexOf(letter) >= 0 || used.indexOf(letters.small(object)) >= 0);
    }

    private static void addIfIn(List<String> key, String used, char cell, String words) {
        if (used.indexOf(cell) >= 0) {
            key.add(cell + " " + words);
        }
    }

    private record Named(Lane lane, Span span) {}

    private void longest() {
        List<Named> waits =
                run.lanes().stream()
                        .flatMap(lane -> lane.spans().stream().map(span -> new Named(lane, span)))
                        .filter(one -> one.span.kind() == Kind.WAITS && !one.span.isJoin())
                        .sorted(Comparator.comparingLong(one -> -one.span.length()))
                        .limit(MOST_WAITS)
                        .toList();
        if (!waits.isEmpty()) {
            lines.add("");
            lines.add("the longest waits");
        }
        for (Named one : waits) {
            Span wait = one.span;
            String times = wait.count() == 1 ? "" : ", %,d times".formatted(wait.count());
            String text =
                    "  %s at %s: %s for %s%s%s"
                            .formatted(
                                    one.lane.name(),
                                    Axis.label(wait.begin()),
                                    Text.duration(wait.length()),
                                    wait.object(),
                                    wait.by().isEmpty() ? "" : ", held by " + wait.by(),
                                    times);
            lines.add(Text.cut(Text.plain(text), columns));
        }
    }
}
