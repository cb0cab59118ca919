package tandem.prompt;

import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;
import org.jline.utils.WCWidth;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// What the line reader of JShell believes to have written on a terminal, since it began to read: its
/// prompt, the line that is typed, lists of completions. It knows the control sequences of the terminal
/// that JShell takes it for, `ansi`. It has as many rows as it takes, and never scrolls.
final class Canvas {
    private static final int TAB = 8;
    private static final Cell BLANK = new Cell(" ", AttributedStyle.DEFAULT);

    /// A place for a character.
    ///
    /// @param text empty in the right half of a wide character
    private record Cell(String text, AttributedStyle style) {}

    private static final class Row {
        final List<Cell> cells = new ArrayList<>();

        /// Whether the next row belongs to the same line: a character did not fit into this one.
        boolean continues;
    }

    private final int columns;
    private final List<Row> rows = new ArrayList<>(List.of(new Row()));
    private final AttributedStringBuilder style = new AttributedStringBuilder();
    private int row;

    /// As many as `columns` behind the last character of a full row: the next one begins a new row.
    private int column;

    private boolean isCleared;

    Canvas(int columns) {
        this.columns = columns;
    }

    /// Writes a text without sequences, but perhaps with control characters.
    void print(String text) {
        text.codePoints().forEach(this::print);
    }

    private void print(int character) {
        switch (character) {
            case '\r' -> column = 0;
            case '\n' -> moveTo(row + 1, 0);
            case '\b' -> column = Math.max(0, Math.min(column, columns - 1) - 1);
            case '\t' -> column = Math.min(columns - 1, (column / TAB + 1) * TAB);
            default -> {
                int width = WCWidth.wcwidth(character);
                if (width > 0) {
                    put(Character.toString(character), width);
                } else if (width == 0) {
                    combine(Character.toString(character));
                }
            }
        }
    }

    /// Behind a full row the reader goes on to the next one with a blank and a step back, and takes that
    /// row to be as it was.
    private void put(String text, int width) {
        if (column + width > columns) {
            boolean isOnlyMoving = column == columns && text.equals(" ");
            row().continues = true;
            moveTo(row + 1, isOnlyMoving ? 1 : 0);
            if (isOnlyMoving) {
                return;
            }
        }
        List<Cell> cells = row().cells;
        fill(cells, column);
        Cell cell = new Cell(text, style.style());
        for (int i = 0; i < width; i++) {
            Cell part = i == 0 ? cell : new Cell("", cell.style);
            if (column < cells.size()) {
                cells.set(column, part);
            } else {
                cells.add(part);
            }
            column++;
        }
    }

    /// An accent, or the like, joins the character before it.
    private void combine(String accent) {
        List<Cell> cells = row().cells;
        int at = Math.min(column, cells.size()) - 1;
        while (at > 0 && cells.get(at).text.isEmpty()) {
            at--;
        }
        if (at >= 0) {
            Cell cell = cells.get(at);
            cells.set(at, new Cell(cell.text + accent, cell.style));
        }
    }

    /// Does what a control sequence says; one that is not known does nothing.
    ///
    /// @param sequence from its escape on
    void control(String sequence) {
        if (!sequence.startsWith("\033[") || sequence.startsWith("\033[?")) {
            return;
        }
        char command = sequence.charAt(sequence.length() - 1);
        String[] numbers = sequence.substring(2, sequence.length() - 1).split(";");
        int count = number(numbers, 0, 1);
        List<Cell> cells = row().cells;
        switch (command) {
            case 'A' -> moveTo(row - count, column);
            case 'B' -> moveTo(row + count, column);
            case 'C' -> column = Math.min(columns - 1, column + count);
            case 'D' -> column = Math.max(0, Math.min(column, columns - 1) - count);
            case 'E' -> moveTo(row + count, 0);
            case 'G' -> column = Math.clamp(count - 1L, 0, columns - 1);
            case 'H' -> {
                // The reader goes to the upper left corner to clear the whole screen, and only
                // then.
                isCleared = true;
                moveTo(0, 0);
            }
            case 'J' -> eraseBelow();
            case 'K' -> eraseInRow(number(numbers, 0, 0));
            case 'L' -> {
                for (int i = 0; i < count; i++) {
                    rows.add(row, new Row());
                }
            }
            case 'M' -> {
                rows.subList(row, Math.min(rows.size(), row + count)).clear();
                moveTo(row, column);
            }
            case 'P' -> {
                if (column < cells.size()) {
                    cells.subList(column, Math.min(cells.size(), column + count)).clear();
                }
            }
            case 'X' -> {
                for (int at = column; at < Math.min(cells.size(), column + count); at++) {
                    cells.set(at, BLANK);
                }
            }
            case '@' -> {
                fill(cells, column);
                cells.addAll(column, Collections.nCopies(count, BLANK));
                if (cells.size() > columns) {
                    cells.subList(columns, cells.size()).clear();
                }
            }
            case 'm' -> style.ansiAppend(sequence);
            default -> {}
        }
    }

    private static int number(String[] numbers, int index, int otherwise) {
        return index < numbers.length && numbers[index].matches("\\d{1,5}")
                ? Math.max(otherwise, Integer.parseInt(numbers[index]))
                : otherwise;
    }

    private void eraseBelow() {
        eraseInRow(0);
        rows.subList(row + 1, rows.size()).clear();
    }

    /// @param part 0 from the cursor on, 1 up to it, 2 all
    private void eraseInRow(int part) {
        Row current = row();
        if (part != 1) {
            int from = part == 2 ? 0 : column;
            if (from < current.cells.size()) {
                current.cells.subList(from, current.cells.size()).clear();
            }
            current.continues = false;
        } else {
            for (int at = 0; at <= column && at < current.cells.size(); at++) {
                current.cells.set(at, BLANK);
            }
        }
    }

    private static void fill(List<Cell> cells, int length) {
        while (cells.size() < length) {
            cells.add(BLANK);
        }
    }

    private void moveTo(int newRow, int newColumn) {
        row = Math.max(0, newRow);
        column = newColumn;
        while (rows.size() <= row) {
            rows.add(new Row());
        }
    }

    private Row row() {
        return rows.get(row);
    }

    /// Whether a character stands at the cursor or behind it.
    boolean hasTextBehindCursor() {
        return row().cells.size() > column || row < rows.size() - 1;
    }

    /// Whether the whole screen was to be cleared since this was asked last.
    boolean takeCleared() {
        boolean was = isCleared;
        isCleared = false;
        return was;
    }

    /// What is to be seen, as lines that a terminal of any width may wrap.
    Picture picture() {
        List<AttributedString> lines = new ArrayList<>();
        AttributedStringBuilder line = new AttributedStringBuilder();
        int cursorLine = 0;
        int cursorColumn = 0;
        int before = 0;
        for (int i = 0; i < rows.size(); i++) {
            Row current = rows.get(i);
            if (i == row) {
                cursorLine = lines.size();
                cursorColumn = before + column;
            }
            current.cells.forEach(cell -> line.append(cell.text, cell.style));
            before += current.cells.size();
            if (!current.continues || i == rows.size() - 1) {
                lines.add(line.toAttributedString());
                line.setLength(0);
                before = 0;
            }
        }
        return new Picture(List.copyOf(lines), cursorLine, cursorColumn);
    }
}
