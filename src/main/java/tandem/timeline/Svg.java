package tandem.timeline;

import tandem.record.Kind;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// A run as a picture of its own: a lane for each thread, with what it held in full height and what it waited for
/// in half. The mouse shows what each one is.
public final class Svg {
    private static final int WIDTH = 1_000;
    private static final int TOP = 34;
    private static final int LANE = 30;
    private static final int BAR = 20;
    private static final int MARGIN = 12;
    private static final int KEY_LINE = 20;
    private static final int LETTER = 8;
    private static final int WIDEST_NAME = 220;
    private static final int AXIS_LABEL = 90;
    private static final int KEY_MARK = 22;
    private static final int KEY_GAP = 26;

    /// Narrower ones of one kind, in which nothing could be seen, are drawn as one.
    private static final double LEAST_PIXELS = 0.6;

    /// Told apart by most people who do not see all colours (Okabe and Ito).
    private static final String[] COLORS = {
        "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c6d1f", "#666666"
    };

    private final Run run;
    private final Letters letters;
    private final int left;
    private final List<String> lines = new ArrayList<>();

    private Svg(Run run) {
        this.run = run;
        this.letters = new Letters(run);
        this.left =
                2 * MARGIN
                        + run.lanes().stream()
                                .mapToInt(lane -> Text.columns(lane.name()) * LETTER)
                                .map(width -> Math.min(width, WIDEST_NAME))
                                .max()
                                .orElse(0);
    }

    public static String of(Run run) {
        return new Svg(run).draw();
    }

    private String draw() {
        int bottom = TOP + run.lanes().size() * LANE;
        axis(bottom);
        for (int i = 0; i < run.lanes().size(); i++) {
            lane(run.lanes().get(i), TOP + i * LANE);
        }
        int height = key(bottom + KEY_LINE) + MARGIN;
        return """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" width="%1$d" height="%2$d" \
        font-family="sans-serif" font-size="13" fill="#222">
        <defs><pattern id="waits" width="6" height="6" patternUnits="userSpaceOnUse" \
        patternTransform="rotate(45)"><rect width="3" height="6" fill="#fff" fill-opacity=".65"/>\
        </pattern></defs>
        <rect width="%1$d" height="%2$d" fill="#fff"/>
        """
                        .formatted(WIDTH, height)
                + String.join("\n", lines)
                + "\n</svg>\n";
    }

    private double x(long time) {
        return left + (double) (WIDTH - left - MARGIN) * time / Math.max(1, run.nanos());
    }

    private void add(String line, Object... values) {
        lines.add(String.format(Locale.ROOT, line, values));
    }

    private void axis(int bottom) {
        Axis axis = Axis.of(run.nanos(), Math.max(2, (WIDTH - left) / AXIS_LABEL));
        for (long time : axis.times()) {
            add("<path d=\"M%.1f %d V%d\" stroke=\"#ddd\"/>", x(time), TOP - LETTER, bottom);
            add(
                    "<text x=\"%.1f\" y=\"%d\" font-size=\"11\" fill=\"#666\">%s</text>",
                    x(time) + 2, TOP - LETTER, Axis.label(time));
        }
    }

    private void lane(Lane lane, int top) {
        add(
                "<text x=\"%d\" y=\"%d\">%s</text>",
                MARGIN, top + BAR - 2, escape(Text.cut(lane.name(), WIDEST_NAME / LETTER)));
        add(
                "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"4\""
                        + " fill=\"#bbb\"><title>%s</title></rect>",
                x(lane.begin()),
                top + BAR / 2,
                x(lane.end()) - x(lane.begin()),
                escape(
                        "%s, pid %d: %s"
                                .formatted(
                                        lane.name(),
                                        lane.pid(),
                                        Text.duration(lane.end() - lane.begin()))));
        Stream.of(Kind.HOLDS, Kind.WAITS)
                .flatMap(
                        kind ->
                                visible(
                                        lane.spans().stream()
                                                .filter(span -> span.kind() == kind)
                                                .toList())
                                        .stream())
                .forEach(span -> span(lane, span, top));
        if (lane.signal() > 0) {
            add(
                    "<path d=\"M%1$.1f %2$d l8 8 m0 -8 l-8 8\" stroke=\"#c00\""
                            + " stroke-width=\"2.5\"><title>%3$s</title></path>",
                    x(lane.end()) - 4,
                    top + BAR / 2 - 2,
                    escape(lane.process() + " was killed by signal " + lane.signal()));
        }
    }

    private List<Span> visible(List<Span> spans) {
        Map<String, Span> open = new HashMap<>();
        List<Span> visible = new ArrayList<>();
        for (Span span : spans) {
            Span before = open.get(span.object());
            boolean isOne =
                    before != null
                            && isNarrow(before.begin(), before.end())
                            && isNarrow(before.end(), span.end());
            if (before != null && !isOne) {
                visible.add(before);
            }
            open.put(span.object(), isOne ? sum(before, span) : span);
        }
        visible.addAll(open.values());
        return visible;
    }

    private boolean isNarrow(long from, long to) {
        return x(to) - x(from) < LEAST_PIXELS;
    }

    private static Span sum(Span one, Span next) {
        return new Span(
                one.kind(),
                one.object(),
                one.by().equals(next.by()) ? one.by() : "",
                one.begin(),
                Math.max(one.end(), next.end()),
                next.isOpen(),
                one.count() + next.count(),
                one.nanos() + next.nanos());
    }

    private void span(Lane lane, Span span, int top) {
        double from = x(span.begin());
        double width = Math.max(LEAST_PIXELS, x(span.end()) - from);
        boolean isHold = span.kind() == Kind.HOLDS;
        int y = isHold ? top + 2 : top + BAR / 2 - 2;
        int height = isHold ? BAR : BAR / 2 + 2;
        String title =
                escape(
                        "%s %s, for %s from %s on"
                                .formatted(
                                        lane.name(),
                                        span.words(),
                                        Text.duration(span.length()),
                                        Axis.label(span.begin())));
        String color = span.isJoin() ? "#999" : color(span.object());
        add(
                "<rect x=\"%.2f\" y=\"%d\" width=\"%.2f\" height=\"%d\""
                        + " fill=\"%s\"><title>%s</title></rect>",
                from, y, width, height, color, title);
        if (!isHold) {
            add(
                    "<rect x=\"%.2f\" y=\"%d\" width=\"%.2f\" height=\"%d\" fill=\"url(#waits)\""
                            + " pointer-events=\"none\"/>",
                    from, y, width, height);
        }
    }

    private String color(String object) {
        return COLORS[letters.number(object) % COLORS.length];
    }

    private int key(int top) {
        int x = MARGIN;
        int y = top;
        for (String object : letters.objects()) {
            int width = KEY_MARK + Text.columns(object) * LETTER + KEY_GAP;
            if (x > MARGIN && x + width > WIDTH) {
                x = MARGIN;
                y += KEY_LINE;
            }
            add(
                    "<rect x=\"%d\" y=\"%d\" width=\"14\" height=\"12\" fill=\"%s\"/><text x=\"%d\""
                            + " y=\"%d\">%s</text>",
                    x, y, color(object), x + KEY_MARK, y + 11, escape(object));
            x += width;
        }
        y += x == MARGIN ? 0 : KEY_LINE + 4;
        add(
                "<text x=\"%d\" y=\"%d\" font-size=\"11\" fill=\"#666\">in full height: holds;"
                        + " hatched: waits, grey for a worker's end; the line: runs</text>",
                MARGIN, y + 9);
        y += KEY_LINE;
        for (String note : run.notes()) {
            add(
                    "<text x=\"%d\" y=\"%d\" font-size=\"11\" fill=\"#666\">%s</text>",
                    MARGIN, y + 9, escape(note));
            y += KEY_LINE;
        }
        return y;
    }

    private static String escape(String text) {
        return Text.plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
