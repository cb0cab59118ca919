package tandem.process;

import java.io.Console;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/// How the lines of workers look where a person reads them: with the worker's name in a colour of its
/// own, and above a line that says what is being waited for. (What is being typed at the prompt is
/// another process's to keep: see tandem.prompt.)
///
/// `-Dtandem.color=always` or `never` decides about colours; otherwise they are for a terminal that
/// shows them, unless `NO_COLOR` is set.
///
/// A picture that is drawn again and again stands below the lines.
public final class Screen {
    /// Cyan, green, magenta, yellow, blue: to be read on white and on black.
    private static final int[] COLORS = {36, 32, 35, 33, 34};

    private static final String CLEAR = "\r\033[J";
    private static final String WRAP_LINES = "\033[?7h";
    private static final byte[] CLEAR_LINE = CLEAR.getBytes(StandardCharsets.US_ASCII);

    private static final int JSHELL_PACKET = 127;

    /// JShell's agent, the JDK's or the kit's.
    private static final boolean IS_IN_JSHELL =
            System.getProperty("sun.java.command", "")
                    .matches("(jdk\\.jshell\\.|tandem\\.prompt\\.Agent\\b).*");

    private static final boolean IS_TERMINAL = isTerminal();
    public static final boolean HAS_COLORS = hasColors();
    private static final AtomicInteger WORKERS = new AtomicInteger();

    /// What stands below all lines now.
    private static String status = "";

    /// Whether a picture stands below the cursor.
    private static boolean isDrawing;

    private Screen() {}

    /// For lines of error output, which are shown as they come.
    static final LinePump.Target ERRORS =
            new LinePump.Target() {
                @Override
                public void add(byte[] lines, int length) {
                    write(System.err, lines, length);
                }

                @Override
                public void gather(long millis) {
                    try {
                        Thread.sleep(millis);
                    } catch (InterruptedException e) {
                        // A stream of the program's own did that. The worker still needs a reader.
                    }
                }

                @Override
                public void close() {}
            };

    /// What goes before each line of a worker's output: nothing without colours.
    static String prefixOfOutput(String name, int color) {
        return HAS_COLORS ? prefixOfErrors(name, color) : "";
    }

    /// What goes before each line of a worker's error output.
    static String prefixOfErrors(String name, int color) {
        return HAS_COLORS ? "\033[%dm[%s]\033[0m ".formatted(color, name) : "[%s] ".formatted(name);
    }

    /// The colour of the next worker.
    static int nextColor() {
        return COLORS[WORKERS.getAndIncrement() % COLORS.length];
    }

    /// Writes whole lines, to nobody where the program has taken the stream away.
    static synchronized void write(PrintStream out, byte[] lines, int length) {
        if (out == null) {
            return;
        }
        if (isDrawing || !status.isEmpty()) {
            out.write(CLEAR_LINE, 0, CLEAR_LINE.length);
            pass(out, lines, length);
            out.flush();
            draw(status);
        } else {
            pass(out, lines, length);
            out.flush();
        }
    }

    /// What runs in JShell sends its output to JShell in packets, and JShell may print something of its
    /// own between two: none of them ends within a line that has room in one.
    private static void pass(PrintStream out, byte[] lines, int length) {
        int from = 0;
        int end = 0;
        for (int i = 0; i < length && IS_IN_JSHELL; i++) {
            if (lines[i] == '\n') {
                if (end > from && i + 1 - from > JSHELL_PACKET) {
                    out.write(lines, from, end - from);
                    from = end;
                }
                end = i + 1;
            }
        }
        out.write(lines, from, length - from);
    }

    /// Shows a line below all others, in the place of the one before; nothing in a pipe.
    ///
    /// @param text empty to take the line away
    public static synchronized void status(String text) {
        if (IS_TERMINAL && OrderedOutput.beneath() != null && !status.equals(text)) {
            status = text;
            draw(CLEAR + text);
        }
    }

    private static void draw(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        PrintStream out = OrderedOutput.beneath();
        out.write(bytes, 0, bytes.length);
        out.flush();
    }

    /// Draws a picture that ends with the cursor where it began: in an empty row above it. It may cut
    /// lines off at the terminal's edge meanwhile.
    public static synchronized void drawPicture(String picture) {
        isDrawing = true;
        draw(picture);
    }

    /// Clears the picture away.
    public static synchronized void endPicture() {
        isDrawing = false;
        draw(WRAP_LINES + CLEAR);
    }

    static void print(PrintStream out, String lines) {
        byte[] bytes = lines.getBytes(StandardCharsets.UTF_8);
        write(out, bytes, bytes.length);
    }

    private static boolean hasColors() {
        switch (System.getProperty("tandem.color", "")) {
            case "always":
                return true;
            case "never":
                return false;
            default:
                String off = System.getenv("NO_COLOR");
                return (off == null || off.isEmpty()) && IS_TERMINAL;
        }
    }

    /// Whether a person sees at once what this process prints, on a terminal that knows more than
    /// lines.
    public static boolean isTerminal() {
        String terminal = System.getenv("TERM");
        if (Parent.exists() || terminal == null || terminal.equals("dumb")) {
            return false;
        }
        if (System.getProperty("tandem.prompt") != null) {
            return true;
        }
        Console console = System.console();
        return console != null && console.isTerminal();
    }
}
