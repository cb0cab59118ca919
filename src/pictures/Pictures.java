import module java.base;

import org.jline.utils.ScreenTerminal;

/// Makes docs/top.svg and docs/watch.svg from a real run: what `scripts/tandem top` and `watch(a)`
/// draw at a terminal that `tmux` provides.
///
/// `java -cp target/lib/jline-*.jar src/pictures/Pictures.java`, in the project's folder.
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

void main() throws Exception {
    var folder = Files.createTempDirectory("tandem");
    try {
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
        picture(
                folder,
                "scripts/tandem src/pictures/Family.java watch",
                10,
                "taken 15",
                "docs/watch.svg");
    } finally {
        started.forEach(Process::destroy);
        tmux(folder, "kill-server");
        try (var left = Files.walk(folder)) {
            left.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        }
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
            "TANDEM_JAVA_OPTS=-Dtandem.dir=%s %s".formatted(folder, command));
    var end = System.nanoTime() + DEADLINE_NANOS;
    while (!tmux(folder, "capture-pane", "-p").contains(awaited)) {
        if (System.nanoTime() > end) {
            throw new IllegalStateException(
                    "not on the screen: " + awaited + "\n" + tmux(folder, "capture-pane", "-p"));
        }
        Thread.sleep(50);
    }
    var screen = new ScreenTerminal(COLUMNS, rows);
    // ScreenTerminal takes "background as ever" for the foreground too.
    var captured = tmux(folder, "capture-pane", "-p", "-e").replace("\033[49m", "");
    screen.write(captured.stripTrailing().replace("\n", "\r\n"));
    Files.writeString(Path.of(file), svg(screen, rows));
    tmux(folder, "kill-server");
    IO.println(file);
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

/// Each character stands where its cell is, so that the columns hold in any font.
String svg(ScreenTerminal screen, int rows) {
    var cells = new long[COLUMNS * rows];
    screen.dump(cells, new int[2]);
    var width = COLUMNS * CELL_WIDTH + 2 * MARGIN;
    var height = rows * CELL_HEIGHT + 2 * MARGIN;
    var text = new StringBuilder();
    text.append(
            """
            <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d"
                font-family="DejaVu Sans Mono, Menlo, Consolas, Noto Sans Mono CJK SC, monospace" font-size="15">
            <rect width="%1$d" height="%2$d" rx="8" fill="%3$s"/>
            """
                    .formatted(width, height, BACKGROUND));
    for (int row = 0; row < rows; row++) {
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
    return text.append("</svg>\n").toString();
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
