package tandem.process;

import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// How the lines of workers look where a person reads them: with the worker's name in a colour of its
/// own, above the line that is being typed at the prompt of JShell, and above one that says what is
/// being waited for.
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
    private static final byte[] EMPTY_LINE = "\n".getBytes(StandardCharsets.US_ASCII);
    private static final long REDRAW_AFTER_MILLIS = 60;

    private static final int JSHELL_PACKET = 127;
    private static final boolean IS_IN_JSHELL =
            System.getProperty("sun.java.command", "").startsWith("jdk.jshell.");
    private static final boolean IS_TERMINAL = isTerminal();
    public static final boolean HAS_COLORS = hasColors();
    private static final AtomicInteger WORKERS = new AtomicInteger();
    private static final AtomicBoolean REDRAWING = new AtomicBoolean();

    /// What stands below all lines now.
    private static String status = "";

    /// Whether a picture stands below the cursor.
    private static boolean isDrawing;

    private Screen() {}

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
        } else if (Prompt.isOpen()) {
            out.write(CLEAR_LINE, 0, CLEAR_LINE.length);
            pass(out, lines, length);
            out.write(EMPTY_LINE, 0, EMPTY_LINE.length);
            out.flush();
            Prompt.redrawSoon();
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
    static synchronized void status(String text) {
        if (IS_TERMINAL && System.out != null && !status.equals(text)) {
            status = text;
            draw(CLEAR + text);
        }
    }

    private static void draw(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.out.write(bytes, 0, bytes.length);
        System.out.flush();
    }

    /// Draws a picture that ends with the cursor where it began: in an empty row above it. It may cut
    /// lines off at the terminal's edge meanwhile.
    public static synchronized void draw(PrintStream out, String picture) {
        isDrawing = true;
        out.print(picture);
        out.flush();
    }

    /// Clears the picture away.
    public static synchronized void endDrawing(PrintStream out) {
        isDrawing = false;
        out.print(WRAP_LINES);
        out.writeBytes(CLEAR_LINE);
        out.flush();
    }

    /// Says something of the kit's own on the error output, if there is one, without waiting for those
    /// who write lines.
    public static void say(String line) {
        PrintStream err = System.err;
        if (err != null) {
            err.println(line);
        }
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
        Console console = Prompt.EXISTS ? null : System.console();
        return Prompt.EXISTS || console != null && console.isTerminal();
    }

    /// The line that a person types in JShell, which is in another process or does not know of the
    /// output of this one. A line that is printed meanwhile would stand in the middle of it. So the
    /// row is cleared first, and then JShell gets the signal of a process that was stopped and goes
    /// on, upon which it draws its line anew: from so many rows further up as the line takes, less
    /// one, which nobody else knows; hence the empty line.
    private static final class Prompt {
        /// Set by `scripts/tandem` where there is a terminal: to `parent` in the JVM that runs the
        /// snippets, to `self` in JShell's own.
        private static final String WHERE = System.getProperty("tandem.prompt", "");

        static final boolean EXISTS = !Parent.exists() && !WHERE.isEmpty();

        /// Whether JShell waits for a line: no snippet runs.
        static boolean isOpen() {
            return EXISTS
                    && Thread.getAllStackTraces().values().stream()
                            .noneMatch(
                                    trace -> {
                                        for (StackTraceElement frame : trace) {
                                            if (frame.getClassName().startsWith("REPL.$JShell$")) {
                                                return true;
                                            }
                                        }
                                        return false;
                                    });
        }

        /// Output takes a moment to get from here to the terminal.
        static void redrawSoon() {
            if (REDRAWING.compareAndSet(false, true)) {
                Thread redraw = new Thread(Prompt::redraw, "tandem-redraw");
                redraw.setDaemon(true);
                redraw.start();
            }
        }

        private static void redraw() {
            try {
                Thread.sleep(REDRAW_AFTER_MILLIS);
                REDRAWING.set(false);
                ProcessHandle self = ProcessHandle.current();
                long shell =
                        WHERE.equals("parent")
                                ? self.parent().map(ProcessHandle::pid).orElseThrow()
                                : self.pid();
                new ProcessBuilder("kill", "-CONT", Long.toString(shell))
                        .redirectOutput(Redirect.DISCARD)
                        .redirectError(Redirect.DISCARD)
                        .start()
                        .waitFor(1, TimeUnit.SECONDS);
            } catch (IOException e) {
                // There is no such command: the next key that is typed draws a part of the line.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
