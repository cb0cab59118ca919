package tandem.view;

import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The elements of an array as a table that is drawn again and again: those that have changed are
/// set off for a moment.
final class Cells {
    private static final long GLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(700);
    private static final int WIDEST = 24;
    private static final int GAP = 2;

    private final long size;

    /// Columns of a cell: grows with what it has to hold, and never shrinks, so that nothing jumps.
    private int width = 3;

    private List<Number> before = List.of();
    private long[] changedAt = {};
    private long fromBefore = -1;

    /// @param size of the whole array
    Cells(long size) {
        this.size = size;
    }

    /// How many elements such a table has room for, with what is known of their width.
    int room(int columns, int rows) {
        return Math.max(0, rows - 1) * perRow(columns);
    }

    int perRow(int columns) {
        int most = Math.max(1, (columns - labelWidth()) / (width + GAP));
        return most >= 10 ? most - most % 10 : most >= 5 ? 5 : most;
    }

    private int labelWidth() {
        return Math.max(4, Long.toString(size).length()) + 1;
    }

    /// The table: a head with the columns' numbers, then the rows.
    ///
    /// @param elements from the first that is shown on
    /// @param from the index of that first one
    /// @param now on the clock of `System.nanoTime()`
    List<AttributedString> draw(
            List<Number> elements, long from, int columns, int rows, long now, Palette palette) {
        compare(elements, from, now);
        int perRow = perRow(columns);
        List<AttributedString> lines = new ArrayList<>();
        AttributedStringBuilder head = new AttributedStringBuilder();
        head.append(" ".repeat(labelWidth()), palette.quiet());
        for (int i = 0; i < Math.min(perRow, elements.size()); i++) {
            head.append(" ".repeat(GAP));
            head.append(Words.fit(Integer.toString(i), width, true), palette.quiet());
        }
        lines.add(head.toAttributedString());
        for (int start = 0; start < elements.size() && lines.size() < rows; start += perRow) {
            AttributedStringBuilder line = new AttributedStringBuilder();
            String label = Long.toString(from + start);
            line.append(Words.fit(label, labelWidth(), true), palette.quiet());
            for (int i = start; i < Math.min(start + perRow, elements.size()); i++) {
                boolean glows = changedAt[i] != 0 && now - changedAt[i] < GLOW_NANOS;
                AttributedStyle style = glows ? palette.changed() : palette.text();
                line.append(" ".repeat(GAP));
                line.append(Words.fit(elements.get(i).toString(), width, true), style);
            }
            lines.add(line.toAttributedString());
        }
        return lines;
    }

    private void compare(List<Number> elements, long from, long now) {
        boolean isSame = from == fromBefore && elements.size() == before.size();
        if (!isSame) {
            changedAt = new long[elements.size()];
        }
        for (int i = 0; i < elements.size(); i++) {
            width = Math.clamp(elements.get(i).toString().length(), width, WIDEST);
            if (isSame && !elements.get(i).equals(before.get(i))) {
                changedAt[i] = now;
            }
        }
        before = elements;
        fromBefore = from;
    }
}
