package tandem.prompt;

import org.jline.utils.AttributedStyle;
import org.jline.utils.Signals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Supplier;

/// The terminal of the prompt, which two write on: the line reader of JShell, that changes what it has
/// written while a line is being typed, and everybody else.
///
/// While the reader reads, what it writes goes onto a [Canvas], and the lines of all others stand above
/// the picture on it, each as soon as it is complete. Otherwise all comes in the order in which it was
/// written.
final class PromptTerminal {
    private static final String READING = "\033[?2004h";
    private static final String READ = "\033[?2004l";
    private static final AttributedStyle GREY =
            AttributedStyle.DEFAULT.foreground(AttributedStyle.BLACK + AttributedStyle.BRIGHT);

    /// Whatever a program has left: plain, of the usual set, and wrapped at the edge.
    private static final String USUAL_CHARACTERS = "\033[0m\033(B\017\033[?7h";

    /// So much may wait for the next moment at which lines are shown. A longer line is shown in parts.
    private static final int MOST_HELD = 1 << 18;

    /// The picture is not drawn more often than this for the lines of others.
    private static final long FRAME_MILLIS = 15;

    private final OutputStream terminal;
    private final Tty tty;
    private final int columns;
    private final Painter painter;
    private final Sequences sequences = new Sequences();
    private final Guide guide;

    /// What the guide offers while nothing is typed.
    private String offered = "";

    /// Whether the line that is being typed will not be sent.
    private boolean isInterrupted;

    /// Whether this process takes care of its return after it was stopped.
    private boolean returns;

    /// What the reader has drawn, null while it does not read.
    private Canvas canvas;

    /// What stood there before the prompt, and what with it, null before that is drawn.
    private Picture before = Picture.EMPTY;

    private Picture empty;

    /// What others have written since the reader began to read, and is not shown yet.
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();

    /// What was written since the last line's end, while the reader does not read.
    private final ByteArrayOutputStream unended = new ByteArrayOutputStream();

    PromptTerminal(OutputStream terminal, Tty tty, Guide guide) {
        this.terminal = terminal;
        this.guide = guide;
        this.tty = tty;
        this.columns = tty.size().getColumns();
        this.painter = new Painter(terminal, tty::size);
        Signals.register("WINCH", this::follow);
        Thread thread = new Thread(this::showHeld, "tandem-prompt");
        thread.setDaemon(true);
        thread.start();
    }

    /// For the line reader.
    ///
    /// @param shell for the guide, who is asked, at a prompt, when nothing of this is locked: what he asks the
    ///     shell may print
    PrintStream reader(Supplier<Shell> shell) {
        return stream(
                this::writeOfReader,
                () -> {
                    if (draw() && guide != Guide.NONE) {
                        offer(guide.asked(shell.get()));
                    }
                },
                false);
    }

    private synchronized void offer(String line) throws IOException {
        offered = line;
        if (canvas != null) {
            painter.draw(shown());
        }
    }

    /// What is shown while the reader reads: what it has drawn, and in grey what is offered.
    private Picture shown() {
        Picture picture = canvas.picture();
        return offered().isEmpty() ? picture : picture.followedBy(offered, GREY);
    }

    /// What is offered, and nothing has been typed instead.
    synchronized String offered() {
        return isLineEmpty() ? offered : "";
    }

    /// Ctrl-C was pressed.
    synchronized void interrupt() {
        isInterrupted = canvas != null;
    }

    /// For everybody else.
    PrintStream others() {
        return stream(this::writeOfOthers, () -> {}, true);
    }

    private interface Writer {
        void write(byte[] bytes, int length) throws IOException;
    }

    private interface Flusher {
        void flush() throws IOException;
    }

    private static PrintStream stream(Writer writer, Flusher flusher, boolean flushesItself) {
        OutputStream bytes =
                new OutputStream() {
                    @Override
                    public void write(int value) throws IOException {
                        writer.write(new byte[] {(byte) value}, 1);
                    }

                    @Override
                    public void write(byte[] block, int from, int length) throws IOException {
                        writer.write(Arrays.copyOfRange(block, from, from + length), length);
                    }

                    @Override
                    public void flush() throws IOException {
                        flusher.flush();
                    }
                };
        return new PrintStream(bytes, flushesItself, StandardCharsets.UTF_8);
    }

    private synchronized void writeOfReader(byte[] bytes, int length) throws IOException {
        sequences.cut(bytes, length, this::print, this::control);
    }

    /// The reader writes byte after byte, and says when it has done.
    ///
    /// @return whether that was a prompt for a new line
    private synchronized boolean draw() throws IOException {
        if (canvas == null) {
            return false;
        }
        if (canvas.takeCleared()) {
            painter.clearScreen();
        }
        boolean isNew = empty == null;
        if (isNew) {
            empty = canvas.picture();
        }
        painter.draw(shown());
        return isNew && !empty.equals(before);
    }

    private void print(String text) {
        if (canvas == null) {
            pass(text);
        } else {
            if (text.indexOf('\007') >= 0) {
                pass("\007");
            }
            canvas.print(text);
        }
    }

    private void control(String sequence) {
        switch (sequence) {
            case READING -> begin();
            case READ -> end();
            default -> {
                if (canvas == null) {
                    pass(sequence);
                } else {
                    canvas.control(sequence);
                }
            }
        }
    }

    /// What a snippet has printed last may be the question that is now answered: it is a part of the
    /// picture.
    private void begin() {
        if (!returns) {
            returns = true;
            // JShell has taken care of this signal before: it would draw the line once more.
            Signals.register("CONT", this::comeBack);
        }
        canvas = new Canvas(columns);
        byte[] question = unended.toByteArray();
        new Sequences().cut(question, question.length, canvas::print, canvas::control);
        canvas.takeCleared();
        unended.reset();
        before = canvas.picture();
        empty = null;
        offered = "";
        isInterrupted = false;
        painter.begin(before);
        pass(USUAL_CHARACTERS + READING);
    }

    private void end() {
        if (canvas != null) {
            try {
                painter.finish(canvas.picture());
                if (!isInterrupted && empty != null && !empty.equals(before)) {
                    guide.sent(canvas.picture().textBehind(empty));
                }
                canvas = null;
                pass(READ);
                byte[] rest = held.toByteArray();
                held.reset();
                writeOfOthers(rest, rest.length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void pass(String text) {
        try {
            terminal.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized void writeOfOthers(byte[] bytes, int length) throws IOException {
        if (canvas == null) {
            terminal.write(bytes, 0, length);
            int line = afterLastLine(bytes, length);
            if (line > 0) {
                unended.reset();
            }
            unended.write(bytes, line, length - line);
            if (unended.size() > MOST_HELD) {
                terminal.write('\n');
                unended.reset();
            }
        } else {
            held.write(bytes, 0, length);
            if (held.size() > MOST_HELD) {
                show();
                if (held.size() > MOST_HELD) {
                    held.write('\n');
                    show();
                }
            } else {
                notifyAll();
            }
        }
    }

    private static int afterLastLine(byte[] bytes, int length) {
        int at = length;
        while (at > 0 && bytes[at - 1] != '\n') {
            at--;
        }
        return at;
    }

    private void showHeld() {
        try {
            while (true) {
                synchronized (this) {
                    while (afterLastLine(held.toByteArray(), held.size()) == 0) {
                        wait();
                    }
                    show();
                }
                Thread.sleep(FRAME_MILLIS);
            }
        } catch (IOException e) {
            // The terminal is gone.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Shows the lines that are complete.
    private void show() throws IOException {
        byte[] bytes = held.toByteArray();
        int end = afterLastLine(bytes, bytes.length);
        if (end > 0) {
            held.reset();
            held.write(bytes, end, bytes.length - end);
            byte[] lines = Sequences.keptWithin(Arrays.copyOf(bytes, end));
            painter.drawBelow(lines, shown());
        }
    }

    /// Whether a line is asked for at the prompt, and nothing has been typed. (What asks without a prompt
    /// is a program.)
    synchronized boolean isLineEmpty() {
        return canvas != null
                && empty != null
                && !empty.equals(before)
                && canvas.picture().equals(empty);
    }

    /// Whether a character stands where the key Delete would take one.
    synchronized boolean hasTextBehindCursor() {
        return canvas != null && canvas.hasTextBehindCursor();
    }

    /// The window has got another size.
    private synchronized void follow() {
        try {
            tty.measure();
            if (canvas != null) {
                painter.drawAnew(shown());
            }
        } catch (IOException e) {
            // The terminal is gone, and with it who would look at it.
        }
    }

    /// This process was stopped, and goes on: below what others have written meanwhile.
    private synchronized void comeBack() {
        try {
            tty.makeRaw();
            if (canvas != null) {
                painter.begin(Picture.EMPTY);
                painter.draw(shown());
                pass(READING);
            }
        } catch (IOException e) {
            // As above.
        }
    }

    /// Leaves the terminal as it was.
    synchronized void leave() {
        if (canvas != null) {
            pass("\r\n" + READ);
        }
        tty.restore();
    }
}
