package tandem.view;

import org.jline.utils.AttributedString;

import tandem.Array;
import tandem.Tandem;
import tandem.memory.Survey;
import tandem.process.Screen;
import tandem.sync.UncheckedInterruptedException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Draws an array in place at the prompt.
final class Watch {
    /*
     * Overview. A snippet has no terminal, only an output that ends up there. So the picture is drawn
     * with an empty row before it, and then the cursor goes back up to that row. Where lines of
     * workers come in between, Screen clears all below the cursor first, they take the picture's
     * place, and the next picture is drawn beneath them. At the end the cursor goes below.
     */
    private static final long FRAME_MILLIS = 100;
    private static final long RATE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int ROWS = 24;
    private static final int MOST_ROWS = 14;
    private static final String CLEAR_TO_END_OF_LINE = "\033[K";
    private static final String CLEAR_BELOW = "\033[J";

    private final Array array;
    private final Path path;
    private final int columns;
    private final Cells cells;
    private final Palette palette = new Palette(Screen.HAS_COLORS, false);

    Watch(Array array, int columns) {
        array.segment(); // Refuses a closed array.
        this.array = array;
        this.path = array.path();
        this.columns = columns - 1;
        this.cells = new Cells(array.size());
    }

    /// @param time null for no limit
    void run(Duration time) {
        long end = time == null ? 0 : System.nanoTime() + saturated(time);
        boolean hadWorkers = !Tandem.workers().isEmpty();
        boolean isLive = Screen.isTerminal();
        try (Observer observer = new Observer(Survey.of(path.getParent()), RATE_NANOS)) {
            List<AttributedString> lines = picture(observer);
            try {
                if (isLive) {
                    Screen.draw(System.out, drawn(lines));
                }
                while (hadWorkers ? !Tandem.workers().isEmpty() : time != null) {
                    if (time != null && System.nanoTime() - end >= 0) {
                        break;
                    }
                    Thread.sleep(FRAME_MILLIS);
                    if (isLive) {
                        lines = picture(observer);
                        Screen.draw(System.out, drawn(lines));
                    }
                }
                lines = picture(observer);
            } finally {
                if (isLive) {
                    Screen.endDrawing(System.out);
                }
                print(lines, isLive);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedInterruptedException("interrupted while watching " + path);
        }
    }

    private static long saturated(Duration time) {
        return time.compareTo(Duration.ofDays(36_500)) > 0 ? Long.MAX_VALUE / 2 : time.toNanos();
    }

    private List<AttributedString> picture(Observer observer) {
        Scene scene = observer.look();
        int rows = Math.max(2, Math.min(MOST_ROWS, View.environment("LINES", ROWS) - 8));
        List<Number> elements =
                observer.survey()
                        .elements(
                                path.getParent(),
                                path.getFileName().toString(),
                                0,
                                cells.room(columns, rows));
        return scene.groups().stream()
                .flatMap(group -> group.items().stream())
                .filter(item -> item.path().equals(path))
                .findFirst()
                .map(
                        item ->
                                ObjectScreen.draw(
                                        item,
                                        elements,
                                        0,
                                        cells,
                                        palette,
                                        columns,
                                        rows,
                                        System.nanoTime()))
                .orElseGet(() -> List.of(new AttributedString(array.toString())));
    }

    /// The picture, and the way back to the row above it.
    private String drawn(List<AttributedString> lines) {
        StringBuilder text = new StringBuilder("\r").append(CLEAR_TO_END_OF_LINE).append("\n");
        for (AttributedString line : lines) {
            text.append(line.toAnsi()).append(CLEAR_TO_END_OF_LINE).append("\n");
        }
        return text.append(CLEAR_BELOW).append("\033[%dA".formatted(lines.size() + 1)).toString();
    }

    private void print(List<AttributedString> lines, boolean isLive) {
        StringBuilder text = new StringBuilder();
        for (AttributedString line : lines) {
            text.append(isLive ? line.toAnsi() : line.toString()).append("\n");
        }
        System.out.print(text);
        System.out.flush();
    }
}
