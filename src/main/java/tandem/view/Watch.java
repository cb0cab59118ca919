package tandem.view;

import org.jline.utils.AttributedString;

import tandem.Array;
import tandem.Shared;
import tandem.Tandem;
import tandem.Value;
import tandem.memory.Arguments;
import tandem.memory.Trace;
import tandem.net.Lookout;
import tandem.process.Screen;
import tandem.session.Joined;
import tandem.session.Survey;
import tandem.sync.UncheckedInterruptedException;

import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// Draws a shared object in place at the prompt.
final class Watch {
    /*
     * Overview. A snippet has no terminal, only an output that ends up there. So the picture is drawn
     * with an empty row before it, and then the cursor goes back up to that row. Where lines of
     * workers come in between, Screen clears all below the cursor first, they take the picture's
     * place, and the next picture is drawn beneath them. At the end the cursor goes below.
     *
     * The way back is counted in rows, so no line of the picture may take two, also in the moment
     * after the window has become narrower: while it is drawn, the terminal cuts lines off.
     *
     * JShell's Ctrl-C throws an error into the snippet's thread wherever it is, also in the midst of
     * a picture. So another thread draws, and the snippet's waits.
     */
    private static final long FRAME_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long RATE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MOST_ROWS = 14;

    /// Rows of the window that are not the table's.
    private static final int FRAME = ObjectScreen.FRAME + 4;

    private static final String CLEAR_TO_END_OF_LINE = "\033[K";
    private static final String CLEAR_BELOW = "\033[J";
    private static final String CUT_LINES = "\033[?7l";
    private static final String WRAP_LINES = "\033[?7h";

    private final Shared object;
    private final String name;
    private final boolean isOnServer;
    private final Cells cells;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Palette palette = new Palette(Screen.HAS_COLORS, false);
    private Window window = Window.now();
    private long windowSeen = System.nanoTime();

    Watch(Shared object) {
        this.object = Arguments.required(object, "the object");
        if (object.isClosed()) {
            throw Trace.trim(new IllegalStateException(object.name() + " is closed"));
        }
        this.name = object.name();
        this.isOnServer = !object.server().isEmpty();
        this.cells =
                new Cells(
                        switch (object) {
                            case Array array -> array.size();
                            case Value _ -> 1;
                            default -> 0;
                        });
    }

    /// @param time null for no limit
    void run(Duration time) {
        CompletableFuture<Void> drawing =
                CompletableFuture.runAsync(
                        this::draw, Thread.ofPlatform().daemon().name("tandem-watch")::start);
        try {
            awaitEnd(time, drawing);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedInterruptedException("interrupted while watching " + name);
        } finally {
            ended.countDown();
            drawing.handle((_, _) -> null).join();
        }
        if (drawing.isCompletedExceptionally()
                && drawing.exceptionNow() instanceof RuntimeException e) {
            throw e;
        }
    }

    private void awaitEnd(Duration time, Future<?> drawing) throws InterruptedException {
        boolean hadWorkers = !Tandem.workers().isEmpty();
        long end = time == null ? 0 : System.nanoTime() + saturated(time);
        while (!drawing.isDone() && (hadWorkers ? !Tandem.workers().isEmpty() : time != null)) {
            long left = time == null ? Long.MAX_VALUE : end - System.nanoTime();
            if (left <= 0) {
                break;
            }
            TimeUnit.NANOSECONDS.sleep(Math.min(left, FRAME_NANOS));
        }
    }

    /// Until it is ended. The last picture stays.
    private void draw() {
        boolean isLive = Screen.isTerminal();
        try (Source source = source()) {
            if (isLive) {
                drawUntilEnded(source);
            }
            ended.await();
            print(picture(source), isLive);
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts this thread", e);
        }
    }

    private void drawUntilEnded(Source source) throws InterruptedException {
        try {
            do {
                lookAtWindow();
                Screen.drawPicture(drawn(picture(source)));
            } while (!ended.await(FRAME_NANOS, TimeUnit.NANOSECONDS));
        } finally {
            Screen.endPicture();
        }
    }

    private static long saturated(Duration time) {
        return time.compareTo(Duration.ofDays(36_500)) > 0 ? Long.MAX_VALUE / 2 : time.toNanos();
    }

    /// A window may get another size at any time.
    private void lookAtWindow() {
        if (System.nanoTime() - windowSeen >= WINDOW_NANOS) {
            window = Window.now();
            windowSeen = System.nanoTime();
        }
    }

    private Source source() {
        return isOnServer
                ? new ServerObserver(new Lookout(Joined.current().code()), RATE_NANOS)
                : new Observer(Survey.of(object.path().getParent()), RATE_NANOS);
    }

    /// As people call it: the class that they see.
    private String kind() {
        Class<?> type = object.getClass();
        while (!Modifier.isPublic(type.getModifiers())) {
            type = type.getSuperclass();
        }
        return type.getSimpleName();
    }

    private boolean isIt(Scene.Item item) {
        return isOnServer
                ? item.name().equals(name) && item.header().kind().title().equals(kind())
                : item.path().equals(object.path());
    }

    private List<AttributedString> picture(Source source) {
        Scene scene = source.look();
        int columns = window.columns() - 1;
        int rows = Math.clamp(window.rows() - FRAME, 2, MOST_ROWS);
        return scene.groups().stream()
                .flatMap(group -> group.items().stream())
                .filter(this::isIt)
                .findFirst()
                .map(
                        item ->
                                ObjectScreen.draw(
                                        item,
                                        source.elements(item, 0, cells.room(columns, rows)),
                                        0,
                                        cells,
                                        palette,
                                        columns,
                                        rows,
                                        System.nanoTime()))
                .orElseGet(() -> List.of(new AttributedString(object.toString())));
    }

    /// The picture, and the way back to the row above it.
    private String drawn(List<AttributedString> lines) {
        StringBuilder text = new StringBuilder("\r").append(CLEAR_TO_END_OF_LINE).append("\n");
        text.append(CUT_LINES);
        int shown = Math.min(lines.size(), Math.max(1, window.rows() - 2));
        for (AttributedString line : lines.subList(0, shown)) {
            text.append(line.toAnsi()).append(CLEAR_TO_END_OF_LINE).append("\n");
        }
        text.append(WRAP_LINES).append(CLEAR_BELOW);
        return text.append("\033[%dA".formatted(shown + 1)).toString();
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
