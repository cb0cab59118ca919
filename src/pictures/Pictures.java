import module java.base;

import org.jline.utils.ScreenTerminal;

/// Makes the pictures of the README from real runs, at a terminal that `tmux` provides: docs/tour.svg,
/// which moves, is a session at the prompt; docs/top.svg and docs/watch.svg are what `scripts/tandem top`
/// and `watch(a)` draw.
///
/// `java -cp target/lib/jline-*.jar src/pictures/Pictures.java`, in the project's folder; with `tour`,
/// `top` or `watch` only that one.
static final int COLUMNS = 80;

static final int CELL_WIDTH = 9;
static final int CELL_HEIGHT = 19;
static final int MARGIN = 12;
static final String BACKGROUND = "#1d1f24";
static final String FOREGROUND = "#e6e6e6";

/// The first eight colours of a terminal, to be read on the background.
static final String[] COLORS = {
    "#3b3f46", "#ff6b6b", "#7bd88f", "#f2c55c", "#79a8ff", "#d68fff", "#5fd0d6", "#e6e6e6"
};

static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(60);

final List<Process> started = new ArrayList<>();

/// What is typed in the tour, and what is awaited before the next line is.
static final String[][] TOUR = {
    {"var a = Array.of(\"i\", 3)              // shared memory", "[0, 0, 0])"},
    {"var p = spawn(workA, a, 3)            // a script, in a JVM of its own", "的数组:[2, 0, 0]"},
    {"var q = spawn(x -> x.add(0, 5), a)    // code, in another JVM", "q ==> Worker(Worker-2"},
    {"joinAll(p, q); a", "[8, 0, 0])"},
    {"var r = named(\"greedy\").spawn(x -> { x.acquire(); sleep(60); }, a)", "r ==> "},
    {"a.lock()", "held by greedy"},
    {"r.kill()                              // the holder dies", "jshell> "},
    {"try (var h = a.hold()) { IO.println(\"recovered: \" + h.recovered()); }", "recovered: true"},
};

static final int TOUR_ROWS = 24;
static final int FRAME_MILLIS = 40;
static final int KEY_MILLIS = 40;
static final int READ_MILLIS = 900;
static final int LAST_MILLIS = 4000;

void main(String[] args) throws Exception {
    var folder = Files.createTempDirectory("tandem");
    var wanted = args.length == 0 ? Set.of("tour", "top", "watch") : Set.of(args);
    try {
        if (wanted.contains("tour")) {
            tour(folder);
        }
        if (wanted.contains("top")) {
            top(folder);
        }
        if (wanted.contains("watch")) {
            picture(
                    folder,
                    "scripts/tandem src/pictures/Family.java watch",
                    10,
                    "taken 15",
                    "docs/watch.svg");
        }
    } finally {
        started.forEach(Process::destroy);
        tmux(folder, "kill-server");
        try (var left = Files.walk(folder)) {
            left.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        }
    }
}

void top(Path folder) throws Exception {
    var family = tandem(folder, "src/pictures/Family.java").start();
    started.add(family);
    var lines = family.inputReader(StandardCharsets.UTF_8);
    while (!"ready".equals(lines.readLine())) {
        if (!family.isAlive()) {
            throw new IllegalStateException("the family of the picture has ended");
        }
    }
    picture(folder, "scripts/tandem top", 18, "waits for lock-3, 6", "docs/top.svg");
    family.getOutputStream().close();
    family.waitFor();
}

/// A row of the screen, as long as it looks so.
record Shown(int row, String svg, long fromMillis) {}

/// Types the tour, and keeps each row of the screen with the time in which it was to be seen.
void tour(Path folder) throws Exception {
    Files.createDirectories(folder.resolve(".java/.userPrefs"));
    open(
            folder,
            TOUR_ROWS,
            "TANDEM_JSHELL_OPTS='-J-Djava.util.prefs.userRoot=%1$s -R-Dtandem.dir=%1$s' scripts/tandem"
                    .formatted(folder));
    await(folder, "jshell>");
    tmux(folder, "send-keys", "-R", "C-l");
    var film = new Film(folder);
    for (var step : TOUR) {
        for (var keys : step[0].split("(?<=\\G..)")) {
            tmux(folder, "send-keys", "-l", "--", keys.replaceAll(";$", "\\\\;"));
            film.rest(KEY_MILLIS);
        }
        tmux(folder, "send-keys", "Enter");
        film.rest(READ_MILLIS);
        await(folder, step[1]);
        film.rest(READ_MILLIS);
    }
    film.rest(LAST_MILLIS);
    Files.writeString(Path.of("docs/tour.svg"), film.svg());
    tmux(folder, "kill-server");
    IO.println("docs/tour.svg");
}

final class Film {
    private final Path folder;
    private final long start = System.nanoTime();
    private final Shown[] rows = new Shown[TOUR_ROWS];
    private final StringBuilder groups = new StringBuilder();
    private final List<Shown> gone = new ArrayList<>();
    private final List<Long> goneAt = new ArrayList<>();

    Film(Path folder) {
        this.folder = folder;
    }

    private long now() {
        return (System.nanoTime() - start) / 1_000_000;
    }

    /// Looks at the screen for a while.
    void rest(long millis) throws Exception {
        var end = now() + millis;
        do {
            look();
            Thread.sleep(FRAME_MILLIS);
        } while (now() < end);
    }

    private void look() throws Exception {
        var cells = screen(folder, TOUR_ROWS);
        var now = now();
        for (int row = 0; row < TOUR_ROWS; row++) {
            var text = new StringBuilder();
            row(text, cells, row);
            var before = rows[row];
            if (before == null || !before.svg().contentEquals(text)) {
                end(before, now);
                rows[row] = new Shown(row, text.toString(), now);
            }
        }
    }

    private void end(Shown shown, long at) {
        if (shown != null && !shown.svg().isEmpty()) {
            gone.add(shown);
            goneAt.add(at);
        }
    }

    /// Where pictures do not move, the last one is to be seen.
    String svg() {
        var all = now();
        for (int i = 0; i < gone.size(); i++) {
            group(gone.get(i), goneAt.get(i), all);
        }
        for (var shown : rows) {
            if (!shown.svg().isEmpty()) {
                group(shown, all, all);
            }
        }
        return head(TOUR_ROWS) + groups + "</svg>\n";
    }

    private void group(Shown shown, long end, long all) {
        var isLast = end == all;
        groups.append(
                """
                <g visibility="%s"><animate attributeName="visibility" calcMode="discrete" dur="%.1fs" \
                repeatCount="indefinite" values="hidden;visible%s" keyTimes="0;%.4f%s"/>
                %s</g>
                """
                        .formatted(
                                isLast ? "visible" : "hidden",
                                all / 1000.0,
                                isLast ? "" : ";hidden",
                                (double) shown.fromMillis() / all,
                                isLast ? "" : ";%.4f".formatted((double) end / all),
                                shown.svg()));
    }
}

ProcessBuilder tandem(Path folder, String... arguments) {
    var command = new ArrayList<>(List.of("scripts/tandem"));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("TANDEM_JAVA_OPTS", "-Dtandem.dir=" + folder);
    return builder;
}

/// Runs a command at a terminal until a text is on it, and keeps what is there.
void picture(Path folder, String command, int rows, String awaited, String file) throws Exception {
    open(folder, rows, "TANDEM_JAVA_OPTS=-Dtandem.dir=%s %s".formatted(folder, command));
    await(folder, awaited);
    var cells = screen(folder, rows);
    var text = new StringBuilder(head(rows));
    for (int row = 0; row < rows; row++) {
        row(text, cells, row);
    }
    Files.writeString(Path.of(file), text.append("</svg>\n"));
    tmux(folder, "kill-server");
    IO.println(file);
}

void open(Path folder, int rows, String command) throws Exception {
    tmux(
            folder,
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            "-x",
            "" + COLUMNS,
            "-y",
            "" + rows,
            command);
}

void await(Path folder, String awaited) throws Exception {
    var end = System.nanoTime() + DEADLINE_NANOS;
    while (!tmux(folder, "capture-pane", "-p").contains(awaited)) {
        if (System.nanoTime() > end) {
            throw new IllegalStateException(
                    "not on the screen: " + awaited + "\n" + tmux(folder, "capture-pane", "-p"));
        }
        Thread.sleep(50);
    }
}

long[] screen(Path folder, int rows) throws Exception {
    var screen = new ScreenTerminal(COLUMNS, rows);
    // ScreenTerminal takes "background as ever" for the foreground too.
    var captured = tmux(folder, "capture-pane", "-p", "-e").replace("\033[49m", "");
    screen.write(captured.stripTrailing().replace("\n", "\r\n"));
    var cells = new long[COLUMNS * rows];
    screen.dump(cells, new int[2]);
    return cells;
}

String tmux(Path folder, String... arguments) throws Exception {
    var command = new ArrayList<>(List.of("tmux", "-u", "-L", "pictures"));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("TMUX_TMPDIR", folder.toString());
    builder.environment().put("TERM", "xterm-256color");
    builder.environment().put("LANG", "C.UTF-8");
    builder.environment().keySet().removeAll(Set.of("TMUX", "NO_COLOR"));
    var process = builder.start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
}

String head(int rows) {
    var width = COLUMNS * CELL_WIDTH + 2 * MARGIN;
    var height = rows * CELL_HEIGHT + 2 * MARGIN;
    return """
    <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d"
        font-family="DejaVu Sans Mono, Menlo, Consolas, Noto Sans Mono CJK SC, monospace" font-size="15">
    <rect width="%1$d" height="%2$d" rx="8" fill="%3$s"/>
    """
            .formatted(width, height, BACKGROUND);
}

/// Each character stands where its cell is, so that the columns hold in any font.
void row(StringBuilder text, long[] cells, int row) {
    for (int column = 0; column < COLUMNS; ) {
        var cell = cells[row * COLUMNS + column];
        var end = column + 1;
        while (end < COLUMNS
                && isAscii(cell)
                && isAscii(cells[row * COLUMNS + end])
                && look(cells[row * COLUMNS + end]).equals(look(cell))) {
            end++;
        }
        append(text, cells, row, column, end);
        column = end;
    }
}

boolean isBlank(long cell) {
    var character = ScreenTerminal.cellCodePoint(cell);
    return character == 0 || character == ' ';
}

boolean isAscii(long cell) {
    return ScreenTerminal.cellCodePoint(cell) < 0x7f;
}

record Look(String foreground, String background, boolean isBold) {}

Look look(long cell) {
    var front = FOREGROUND;
    if (ScreenTerminal.cellHasForeground(cell)) {
        front = color(ScreenTerminal.cellForeground(cell));
    }
    return ScreenTerminal.cellInverse(cell)
            ? new Look(BACKGROUND, front, ScreenTerminal.cellBold(cell))
            : new Look(front, BACKGROUND, ScreenTerminal.cellBold(cell));
}

/// The screen keeps a colour as 12 bits: the nearest of the eight.
String color(int bits) {
    int red = (bits >> 8 & 15) > 5 ? 1 : 0;
    int green = (bits >> 4 & 15) > 5 ? 2 : 0;
    int blue = (bits & 15) > 5 ? 4 : 0;
    return COLORS[red + green + blue];
}

void append(StringBuilder text, long[] cells, int row, int from, int to) {
    var look = look(cells[row * COLUMNS + from]);
    while (to > from
            && look.background().equals(BACKGROUND)
            && isBlank(cells[row * COLUMNS + to - 1])) {
        to--;
    }
    var x = MARGIN + from * CELL_WIDTH;
    var y = MARGIN + row * CELL_HEIGHT;
    var length = (to - from) * CELL_WIDTH;
    if (!look.background().equals(BACKGROUND)) {
        text.append(
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>\n"
                        .formatted(x, y, length, CELL_HEIGHT, look.background()));
    }
    var characters = new StringBuilder();
    for (int i = from; i < to; i++) {
        var character = ScreenTerminal.cellCodePoint(cells[row * COLUMNS + i]);
        characters.appendCodePoint(character == 0 ? ' ' : character);
    }
    if (characters.toString().isBlank()) {
        return;
    }
    var escaped = characters.toString().replace("&", "&amp;").replace("<", "&lt;");
    var fit =
            to - from > 1
                    ? " textLength=\"%d\" lengthAdjust=\"spacingAndGlyphs\"".formatted(length)
                    : "";
    text.append(
            "<text x=\"%d\" y=\"%d\" fill=\"%s\"%s%s xml:space=\"preserve\">%s</text>\n"
                    .formatted(
                            x,
                            y + CELL_HEIGHT - 5,
                            look.foreground(),
                            look.isBold() ? " font-weight=\"bold\"" : "",
                            fit,
                            escaped));
}
