package tandem.prompt;

import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Lines with a cursor.
///
/// @param cursorColumn in columns from the beginning of its line
record Picture(List<AttributedString> lines, int cursorLine, int cursorColumn) {
    static final Picture EMPTY = new Picture(List.of(AttributedString.EMPTY), 0, 0);

    /// A row of a terminal.
    ///
    /// @param continues whether the terminal goes on with the same line in the next row by itself
    record Row(AttributedString text, boolean continues) {}

    /// How the lines look on a terminal that wraps them.
    record Wrapped(List<Row> rows, int cursorRow, int cursorColumn) {
        /// How the rows look on a terminal of another width that takes each for a line.
        Wrapped wrap(int columns) {
            return new Picture(rows.stream().map(Row::text).toList(), cursorRow, cursorColumn)
                    .wrap(columns);
        }

        /// The part that a window of so many rows shows: the end, unless the cursor is further up.
        Wrapped visible(int height) {
            int first = Math.max(0, Math.min(cursorRow, rows.size() - height));
            int end = Math.min(rows.size(), first + height);
            return new Wrapped(rows.subList(first, end), cursorRow - first, cursorColumn);
        }

        /// The number of rows at the beginning that are the same in both.
        int commonRows(Wrapped other) {
            int common = 0;
            while (common < Math.min(rows.size(), other.rows.size())
                    && rows.get(common).equals(other.rows.get(common))) {
                common++;
            }
            return common;
        }
    }

    /// The same with a text at its end, behind the cursor.
    Picture followedBy(String text, AttributedStyle style) {
        List<AttributedString> all = new ArrayList<>(lines);
        AttributedString last = all.removeLast();
        for (String line : text.split("\n", -1)) {
            all.add(
                    new AttributedStringBuilder()
                            .append(last)
                            .append(line, style)
                            .toAttributedString());
            last = AttributedString.EMPTY;
        }
        return new Picture(all, cursorLine, cursorColumn);
    }

    /// What has been typed behind a prompt, without the prompts of further lines.
    String textBehind(Picture prompt) {
        String all = text();
        String begin = prompt.text();
        return (all.startsWith(begin) ? all.substring(begin.length()) : all)
                .replaceAll("\n *\\.\\.\\.> ", "\n");
    }

    private String text() {
        return lines.stream().map(AttributedString::toString).collect(Collectors.joining("\n"));
    }

    Wrapped wrap(int columns) {
        List<Row> rows = new ArrayList<>();
        int cursorRow = 0;
        int column = 0;
        for (int i = 0; i < lines.size(); i++) {
            List<AttributedString> parts = parts(lines.get(i), columns);
            int left = i == cursorLine ? cursorColumn : -1;
            for (int j = 0; j < parts.size(); j++) {
                boolean isLast = j == parts.size() - 1;
                int width = parts.get(j).columnLength();
                if (left >= 0 && (left < width || isLast && left < columns)) {
                    cursorRow = rows.size();
                    column = left;
                    left = -1;
                }
                left -= left < 0 ? 0 : width;
                rows.add(new Row(parts.get(j), !isLast));
            }
            if (left >= 0) {
                // Behind a full row.
                cursorRow = rows.size();
                column = 0;
                rows.add(new Row(AttributedString.EMPTY, false));
            }
        }
        return new Wrapped(rows, cursorRow, column);
    }

    private static List<AttributedString> parts(AttributedString line, int columns) {
        List<AttributedString> parts = line.columnSplitLength(columns);
        return parts.isEmpty() ? List.of(AttributedString.EMPTY) : parts;
    }
}
