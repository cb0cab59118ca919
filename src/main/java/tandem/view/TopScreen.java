package tandem.view;

import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

import tandem.memory.WaitCounts;
import tandem.session.ProcessCounts;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The picture of `top`: what is seen, as rows of text for a screen of some size.
final class TopScreen {
    /// What a selected row stands for: a process or an object of a session.
    ///
    /// @param holder of a process, 0 for an object
    /// @param file of an object, empty for a process
    record Key(Path directory, int holder, String file) {}

    private static final int WIDE = 100;

    /// From this width on, the rows of processes have room for what they have waited.
    private static final int WIDER = 110;

    private static final String KEYS = "? help  q quit";
    private static final String[] HELP = {
        "up, down      select a process or an object",
        "Enter         look into an object; Esc goes back",
        "s             next order: start, name, busiest, longest wait",
        "/             show only what contains a text",
        "space         pause",
        "t, k          terminate, or kill, the selected process",
        "b             break the lock of the selected object",
        "c             large contrast, for a projector",
        "? or h        this page",
        "q, Ctrl-C     quit",
        "",
        "WAIT: how many have waited for a tenth of a second or more. PER S: how often",
        "a lock is taken, or an event set, in a second. BUSY: the share of the time in",
        "which somebody waited. REC: how often a lock was taken from a process that had",
        "died. WAITS, WAITED (from 110 columns on): how often a process has waited, and",
        "for how long in all.",
    };

    private final Scene scene;
    private final TopState state;
    private final Palette palette;
    private final int columns;
    private final TopRows rows;

    private TopScreen(Scene scene, TopState state, Palette palette, int columns) {
        this.scene = scene;
        this.state = state;
        this.palette = palette;
        this.columns = columns;
        List<TopRows.Section> sections = new ArrayList<>();
        for (Scene.Group group : scene.groups()) {
            add(group, sections);
        }
        this.rows = new TopRows(sections, text -> line("  " + text, palette.quiet()));
    }

    /// The whole screen.
    static List<AttributedString> draw(
            Scene scene, TopState state, Palette palette, int columns, int height) {
        TopScreen screen = new TopScreen(scene, state, palette, columns);
        List<AttributedString> lines = new ArrayList<>();
        lines.add(screen.title());
        int room = Math.max(0, height - 2);
        lines.addAll(state.isHelp ? screen.help() : screen.window(room));
        while (lines.size() > room + 1) {
            lines.removeLast();
        }
        while (lines.size() < room + 1) {
            lines.add(AttributedString.EMPTY);
        }
        lines.add(screen.footer());
        return lines;
    }

    /// All rows, for where there is no screen.
    static List<AttributedString> text(Scene scene, Palette palette, int columns) {
        TopState state = new TopState();
        TopScreen screen = new TopScreen(scene, state, palette, columns);
        List<AttributedString> lines = new ArrayList<>();
        lines.add(screen.line(screen.count(), palette.title()));
        screen.rows.all().forEach(row -> lines.add(row.text()));
        return lines;
    }

    /// What can be selected, in the order of the rows.
    static List<Key> selectable(Scene scene, TopState state) {
        return new TopScreen(scene, state, new Palette(false, false), WIDE).rows.keys();
    }

    static Scene.Member member(Scene scene, Object key) {
        return scene.groups().stream()
                .flatMap(g -> g.members().stream().filter(m -> key(g, m).equals(key)))
                .findFirst()
                .orElse(null);
    }

    static Scene.Item item(Scene scene, Object key) {
        return scene.groups().stream()
                .flatMap(g -> g.items().stream().filter(i -> key(g, i).equals(key)))
                .findFirst()
                .orElse(null);
    }

    private static Key key(Scene.Group group, Scene.Member member) {
        return new Key(group.directory(), member.holder(), "");
    }

    private static Key key(Scene.Group group, Scene.Item item) {
        return new Key(group.directory(), 0, item.file());
    }

    private void add(Scene.Group group, List<TopRows.Section> sections) {
        List<Scene.Member> members =
                group.members().stream()
                        .filter(m -> state.passes(m.name(), m.doing()))
                        .sorted(state.order.ofMembers())
                        .toList();
        List<Scene.Item> items =
                group.items().stream()
                        .filter(i -> state.passes(i.name(), i.file(), i.type(), i.holder()))
                        .sorted(state.order.ofItems())
                        .toList();
        List<TopRows.Row> head = new ArrayList<>();
        if (!sections.isEmpty()) {
            head.add(new TopRows.Row(AttributedString.EMPTY));
        }
        head.add(
                new TopRows.Row(
                        line(
                                scene.server() == null && group.isDeserted()
                                        ? group.title() + ": deserted, the next session removes it"
                                        : group.title(),
                                palette.title())));
        if (!members.isEmpty()) {
            head.add(new TopRows.Row(memberHead()));
        }
        sections.add(
                new TopRows.Section(
                        head,
                        members.stream()
                                .map(m -> new TopRows.Row(key(group, m), member(m), trouble(m)))
                                .toList(),
                        "process"));
        List<TopRows.Row> objects = new ArrayList<>();
        items.forEach(i -> objects.add(new TopRows.Row(key(group, i), item(i), trouble(i))));
        if (group.more() > 0) {
            objects.add(
                    new TopRows.Row(
                            line("  and %,d more".formatted(group.more()), palette.quiet())));
        }
        if (!objects.isEmpty()) {
            sections.add(
                    new TopRows.Section(
                            items.isEmpty() ? List.of() : List.of(new TopRows.Row(itemHead())),
                            objects,
                            "object"));
        }
    }

    private static String trouble(Scene.Member member) {
        return switch (member.state()) {
            case IN_CIRCLE -> "in a circle";
            case DEAD -> "dead";
            case WAITING -> "waiting";
            case RUNNING, STARTING, SPARE, STOPPED -> "";
        };
    }

    private static String trouble(Scene.Item item) {
        return switch (item.status()) {
            case IN_CIRCLE -> "in a circle";
            case ORPHANED -> "held by the dead";
            case NONE, FREE, HELD -> item.waiting().isEmpty() ? "" : "waited for";
        };
    }

    private AttributedString memberHead() {
        Line line = new Line(palette.quiet());
        line.left("  PROCESS", memberName() + 2);
        if (!palette.isLarge()) {
            line.right("PID", 8);
            if (columns >= WIDE) {
                line.right("PARENT", 8);
            }
            line.right("CPU", 5).right("MEMORY", 8);
            if (columns >= WIDER) {
                line.right("WAITS", 7).right("WAITED", 8).right("REC", 4);
            }
        }
        return line.space().rest("STATE").text();
    }

    private AttributedString member(Scene.Member member) {
        Line line = new Line(palette.text());
        line.left("  " + member.name(), memberName() + 2);
        if (!palette.isLarge()) {
            line.right(member.pid() == 0 ? "" : Long.toString(member.pid()), 8);
            if (columns >= WIDE) {
                line.right(member.parent() == 0 ? "" : Long.toString(member.parent()), 8);
            }
            line.right(Words.share(member.cpu()), 5);
            line.right(Words.bytes(member.residentBytes()), 8);
            if (columns >= WIDER) {
                addCounts(line, member.counts());
            }
        }
        return line.space().style(palette.of(member.state())).rest(member.doing()).text();
    }

    private static void addCounts(Line line, ProcessCounts counts) {
        WaitCounts all = counts.all();
        line.right(all.waits() == 0 ? "" : Words.count(all.waits()), 7);
        line.right(all.waits() == 0 ? "" : Words.duration(all.total().toMillis()), 8);
        line.right(counts.recoveries() == 0 ? "" : Words.count(counts.recoveries()), 4);
    }

    private int memberName() {
        return palette.isLarge() ? 22 : columns >= WIDE ? 24 : 18;
    }

    private AttributedString itemHead() {
        Line line = new Line(palette.quiet());
        line.left("  OBJECT", itemName());
        if (!palette.isLarge()) {
            line.space().left("TYPE", itemType());
        }
        line.space().left("HOLDER", itemHolder()).right("WAIT", 5);
        if (!palette.isLarge()) {
            line.right("PER S", 7).right("BUSY", 5).right("REC", 4);
        }
        return line.space().rest("CONTENTS").text();
    }

    private AttributedString item(Scene.Item item) {
        Line line = new Line(palette.text());
        line.left("  " + item.name(), itemName());
        if (!palette.isLarge()) {
            line.space().left(item.type(), itemType());
        }
        line.space()
                .style(palette.of(item.status()))
                .left(Words.fitHead(item.holder(), itemHolder()), itemHolder());
        line.style(palette.text());
        boolean hasLock = item.status() != Scene.Status.NONE;
        line.right(item.waiting().isEmpty() ? "" : Integer.toString(item.waiting().size()), 5);
        if (!palette.isLarge()) {
            boolean isCounted = hasLock || item.type().isEmpty();
            line.right(isCounted ? Words.count(item.perSecond()) : "", 7);
            line.right(hasLock ? Words.share(item.contended()) : "", 5);
            line.right(item.recoveries() == 0 ? "" : Words.count(item.recoveries()), 4);
        }
        return line.space().rest(item.contents()).text();
    }

    private int itemName() {
        return palette.isLarge() || columns >= WIDE ? 18 : 12;
    }

    private int itemType() {
        return columns >= WIDE ? 14 : 9;
    }

    private int itemHolder() {
        return palette.isLarge() || columns >= WIDE ? 26 : 16;
    }

    private AttributedString title() {
        StringBuilder text = new StringBuilder("Tandem: ").append(count());
        if (state.order != TopState.Order.START) {
            text.append(", by ").append(state.order.title);
        }
        if (!state.filter.isEmpty() && !state.isTyping) {
            text.append(", with \"").append(state.filter).append('"');
        }
        if (state.isPaused) {
            text.append(", PAUSED");
        }
        int left = Math.max(0, columns - KEYS.length());
        return line(Words.fit(text.toString(), left, false) + KEYS, palette.title());
    }

    private String count() {
        int processes = scene.groups().stream().mapToInt(g -> g.members().size()).sum();
        int objects = scene.groups().stream().mapToInt(g -> g.items().size() + g.more()).sum();
        String all = "%s, %s".formatted(plural(processes, "process"), plural(objects, "object"));
        if (scene.isSilent()) {
            return scene.server() + " does not answer";
        }
        if (scene.server() == null) {
            return "%s, %s".formatted(plural(scene.groups().size(), "session"), all);
        }
        long machines = scene.groups().stream().filter(g -> !g.members().isEmpty()).count();
        return "%s, %s on %s".formatted(plural((int) machines, "machine"), all, scene.server());
    }

    static String plural(int count, String what) {
        String ending = what.endsWith("s") ? "es" : "s";
        return (count == 0 ? "no" : Integer.toString(count))
                + " "
                + what
                + (count == 1 ? "" : ending);
    }

    private List<AttributedString> help() {
        List<AttributedString> lines = new ArrayList<>();
        for (String line : HELP) {
            lines.add(line("  " + line, palette.text()));
        }
        return lines;
    }

    /// What there is to say when nothing is shared.
    private String nothing() {
        if (scene.server() == null) {
            return "Nobody shares anything: Array.of(\"i\", 3) in scripts/tandem does.";
        }
        return scene.isSilent() ? "All goes on here when it is back." : "Nobody has joined it.";
    }

    private List<AttributedString> window(int room) {
        if (scene.groups().isEmpty()) {
            return List.of(AttributedString.EMPTY, line("  " + nothing(), palette.text()));
        }
        state.select(rows.keys());
        return rows.window(state.selected, room).stream()
                .map(
                        row ->
                                row.key() != null && row.key().equals(state.selected)
                                        ? mark(row)
                                        : row.text())
                .toList();
    }

    private AttributedString mark(TopRows.Row row) {
        String text = "> " + row.text().toString().substring(2);
        return new AttributedString(Words.fit(text, columns, false), palette.selected());
    }

    private AttributedString footer() {
        if (state.question != null) {
            return line(state.question, palette.question());
        }
        if (state.isTyping) {
            return line("/" + state.filter + "_", palette.title());
        }
        if (state.message != null) {
            return line(state.message, palette.title());
        }
        return line(
                "up/down select  Enter look into  s order  / filter"
                        + (scene.server() == null ? "  t k end  b break lock" : "")
                        + (columns >= WIDE ? "  c contrast  space pause" : ""),
                palette.quiet());
    }

    private AttributedString line(String text, AttributedStyle style) {
        return new AttributedString(Words.fit(text, columns, false).stripTrailing(), style);
    }

    /// A row that is built from left to right, and no longer than the screen is wide.
    private final class Line {
        private final AttributedStringBuilder text = new AttributedStringBuilder();
        private AttributedStyle style;
        private int used;

        Line(AttributedStyle style) {
            this.style = style;
        }

        Line style(AttributedStyle next) {
            style = next;
            return this;
        }

        Line left(String value, int width) {
            return add(value, width, false);
        }

        Line right(String value, int width) {
            return add(value, width, true);
        }

        Line space() {
            return add("", 1, false);
        }

        Line rest(String value) {
            return add(value, columns - used, false);
        }

        private Line add(String value, int width, boolean isRight) {
            int room = Math.clamp(columns - used, 0, Math.max(0, width));
            text.append(Words.fit(value, room, isRight), style);
            used += room;
            return this;
        }

        AttributedString text() {
            return text.toAttributedString();
        }
    }
}
