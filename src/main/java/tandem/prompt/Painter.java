package tandem.prompt;

import org.jline.terminal.Size;
import org.jline.utils.AttributedString;

import tandem.prompt.Picture.Row;
import tandem.prompt.Picture.Wrapped;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/// Draws a picture at the end of what a terminal shows, and other lines above it.
///
/// It knows in which of the picture's rows the terminal's cursor stands, and so how far up the picture
/// begins; nothing else on the terminal matters. Before each stroke it asks for the window's size. A
/// terminal that has become narrower has wrapped the rows of the picture, each by itself, and the cursor
/// has gone with its character.
///
/// A stroke may be on its way when the window gets another size, and is then drawn on rows of that one.
/// So while a picture changes, each of its rows is a line to the terminal, which does not join them
/// when it becomes wider: a stroke that goes up by as many rows as there were goes too far in no case,
/// and takes away nothing that others have written. When the picture is finished, rows that go on in
/// the next one are drawn as one line, to be copied as one.
final class Painter {
    private static final String CLEAR_BELOW = "\033[J";
    private static final String CLEAR_ROW = "\033[K";
    private static final String CLEAR_SCREEN = "\033[H\033[2J";
    private static final String PLAIN = "\033[0m";
    private static final String HIDE_CURSOR = "\033[?25l";
    private static final String SHOW_CURSOR = "\033[?25h";

    private final OutputStream terminal;
    private final Supplier<Size> window;
    private Size size;
    private Wrapped shown;

    Painter(OutputStream terminal, Supplier<Size> window) {
        this.terminal = terminal;
        this.window = window;
        this.size = window.get();
        this.shown = Picture.EMPTY.wrap(size.getColumns());
    }

    /// From now on a picture begins where the cursor is, which stands in a row of its own or behind
    /// the beginning of the picture.
    void begin(Picture present) {
        look();
        shown = visible(present);
    }

    /// Draws a picture in the place of the one before.
    void draw(Picture picture) throws IOException {
        look();
        Wrapped next = visible(picture);
        StringBuilder text = new StringBuilder();
        int common = next.commonRows(shown);
        int from = Math.min(common, Math.min(next.rows().size(), shown.rows().size()) - 1);
        if (common < Math.max(next.rows().size(), shown.rows().size())) {
            text.append(HIDE_CURSOR);
            moveToRow(text, shown.cursorRow(), from);
            int last = next.rows().size() - 1;
            append(text, next, from, false);
            if (last < shown.rows().size() - 1) {
                moveToRow(text, last, last + 1);
                text.append(CLEAR_BELOW);
                moveToRow(text, last + 1, next.cursorRow());
            } else {
                moveToRow(text, last, next.cursorRow());
            }
            moveToColumn(text, next.cursorColumn());
            text.append(SHOW_CURSOR);
        } else {
            moveToRow(text, shown.cursorRow(), next.cursorRow());
            moveToColumn(text, next.cursorColumn());
        }
        write(text);
        shown = next;
    }

    /// Draws a picture again, where it may have gone.
    void drawAnew(Picture picture) throws IOException {
        look();
        drawAll(new byte[0], visible(picture), false);
    }

    /// Draws a picture below other lines, which end with a line's end.
    void drawBelow(byte[] lines, Picture picture) throws IOException {
        look();
        drawAll(lines, visible(picture), false);
    }

    /// Draws all of a picture, however high, with which it ends.
    void finish(Picture picture) throws IOException {
        look();
        Wrapped all = picture.wrap(size.getColumns());
        boolean isJoined = all.rows().stream().anyMatch(Row::continues);
        if (all.rows().size() <= size.getRows() && !isJoined) {
            draw(picture);
        } else {
            drawAll(new byte[0], all, true);
        }
    }

    void clearScreen() throws IOException {
        write(new StringBuilder(CLEAR_SCREEN));
        begin(Picture.EMPTY);
    }

    private void drawAll(byte[] above, Wrapped next, boolean joins) throws IOException {
        StringBuilder before = new StringBuilder(HIDE_CURSOR);
        moveToRow(before, shown.cursorRow(), 0);
        before.append(CLEAR_BELOW);
        StringBuilder after = new StringBuilder(PLAIN);
        append(after, next, 0, joins);
        moveToRow(after, next.rows().size() - 1, next.cursorRow());
        moveToColumn(after, next.cursorColumn());
        after.append(SHOW_CURSOR);
        ByteArrayOutputStream stroke = new ByteArrayOutputStream();
        stroke.writeBytes(before.toString().getBytes(StandardCharsets.UTF_8));
        stroke.writeBytes(above);
        stroke.writeBytes(after.toString().getBytes(StandardCharsets.UTF_8));
        terminal.write(stroke.toByteArray());
        shown = next;
    }

    private void look() {
        Size now = window.get();
        if (!now.equals(size)) {
            size = now;
            shown = shown.wrap(now.getColumns()).visible(now.getRows());
        }
    }

    private Wrapped visible(Picture picture) {
        return picture.wrap(size.getColumns()).visible(size.getRows());
    }

    /// A row that is cleared from its beginning on, a terminal takes for the beginning of a line.
    ///
    /// @param joins whether rows that go on in the next one are one line to the terminal
    private void append(StringBuilder text, Wrapped wrapped, int from, boolean joins) {
        List<Row> rows = wrapped.rows();
        boolean isNewLine = from == 0 || !joins || !rows.get(from - 1).continues();
        for (int i = from; i < rows.size(); i++) {
            AttributedString row = rows.get(i).text();
            text.append(isNewLine ? CLEAR_ROW : "").append(row.toAnsi());
            if (!isNewLine && row.columnLength() < size.getColumns()) {
                text.append(CLEAR_ROW);
            }
            if (i < rows.size() - 1) {
                isNewLine =
                        !joins || !rows.get(i).continues() || rows.get(i + 1).text().length() == 0;
                text.append(isNewLine ? "\r\n" : "");
            }
        }
    }

    private static void moveToRow(StringBuilder text, int from, int to) {
        text.append('\r');
        if (to != from) {
            text.append("\033[%d%c".formatted(Math.abs(to - from), to < from ? 'A' : 'B'));
        }
    }

    private static void moveToColumn(StringBuilder text, int column) {
        if (column > 0) {
            text.append("\033[%dC".formatted(column));
        }
    }

    private void write(StringBuilder text) throws IOException {
        terminal.write(text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
