package tandem.view;

import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;

import tandem.memory.Guard;

import java.util.ArrayList;
import java.util.List;

/// The picture of one shared object: its elements, who holds it and who waits.
final class ObjectScreen {
    /// Rows that are not the table's.
    static final int FRAME = 4;

    private ObjectScreen() {}

    /// @param elements those that are shown, none for what is no array
    /// @param from the index of the first one
    /// @param rows how many the table may have
    static List<AttributedString> draw(
            Scene.Item item,
            List<Number> elements,
            long from,
            Cells cells,
            Palette palette,
            int columns,
            int rows,
            long now) {
        List<AttributedString> lines = new ArrayList<>();
        String title = item.name() + (item.type().isEmpty() ? "" : "  " + item.type());
        lines.add(line(title, columns, palette.title()));
        if (item.header().kind().hasElements()) {
            lines.addAll(cells.draw(elements, from, columns, rows, now, palette));
            long hidden = item.header().length() - elements.size();
            if (hidden > 0) {
                lines.add(
                        line(
                                "  elements %,d to %,d of %,d"
                                        .formatted(
                                                from,
                                                from + Math.max(0, elements.size() - 1),
                                                item.header().length()),
                                columns,
                                palette.quiet()));
            }
        }
        lines.add(line("  " + holder(item), columns, palette.of(item.status())));
        lines.add(
                line(
                        item.waiting().isEmpty()
                                ? "  nobody waits"
                                : "  waiting: " + String.join(", ", item.waiting()),
                        columns,
                        palette.of(
                                item.waiting().isEmpty()
                                        ? Scene.State.SPARE
                                        : Scene.State.WAITING)));
        return lines;
    }

    private static String holder(Scene.Item item) {
        return switch (item.status()) {
            case NONE ->
                    !item.header().kind().isLockable()
                            ? "%s, %s".formatted(item.holder(), counted(item))
                            : item.header().guard() == Guard.ELSEWHERE
                                    ? "guarded by " + item.holder()
                                    : item.holder();
            case FREE -> "free, %s".formatted(counts(item));
            case HELD -> "held by %s, %s".formatted(item.holder(), counts(item));
            case ORPHANED ->
                    "held by a process that is %s, %s".formatted(item.holder(), counts(item));
            case IN_CIRCLE ->
                    "held by %s, which is in a circle, %s".formatted(item.holder(), counts(item));
        };
    }

    private static String counts(Scene.Item item) {
        return "%s (%s a second)%s"
                .formatted(
                        counted(item),
                        Words.count(item.perSecond()),
                        item.recoveries() == 0
                                ? ""
                                : ", %,d of them recovered".formatted(item.recoveries()));
    }

    private static String counted(Scene.Item item) {
        return item.header().kind().counted(item.count());
    }

    static AttributedString line(String text, int columns, AttributedStyle style) {
        return new AttributedString(Words.fit(text, columns, false).stripTrailing(), style);
    }
}
