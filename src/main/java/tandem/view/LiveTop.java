package tandem.view;

import org.jline.keymap.BindingReader;
import org.jline.keymap.KeyMap;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.NonBlockingReader;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// `top` at a terminal: draws ten times a second, and does what is typed.
final class LiveTop {
    private enum Key {
        UP,
        DOWN,
        PAGE_UP,
        PAGE_DOWN,
        OPEN,
        BACK,
        ORDER,
        FILTER,
        PAUSE,
        TERMINATE,
        KILL,
        BREAK,
        LARGE,
        HELP,
        YES,
        QUIT,
        ERASE,
        OTHER
    }

    private static final long FRAME_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int PAGE = 10;

    /// How long a lone Esc may be the beginning of an arrow key. Where processors are busy, as they may be
    /// when somebody looks at top, the rest of one is read late.
    private static final long AMBIGUOUS_MILLIS = 200;

    private final Source source;
    private final Palette palette;
    private final TopState state = new TopState();
    private Scene scene = new Scene(null, List.of());
    private Cells cells;
    private int columns;
    private volatile boolean isOver;

    /// What a `y` does, null when nothing is asked.
    private Runnable onYes;

    LiveTop(Source source, Palette palette) {
        this.source = source;
        this.palette = palette;
    }

    void run() throws IOException {
        try (Terminal terminal =
                TerminalBuilder.builder().system(true).graphemeCluster(false).build()) {
            terminal.handle(Terminal.Signal.INT, _ -> isOver = true);
            terminal.enterRawMode();
            terminal.puts(Capability.enter_ca_mode);
            terminal.puts(Capability.keypad_xmit);
            terminal.puts(Capability.cursor_invisible);
            try {
                loop(terminal);
            } finally {
                terminal.puts(Capability.cursor_visible);
                terminal.puts(Capability.keypad_local);
                terminal.puts(Capability.exit_ca_mode);
                terminal.flush();
            }
        }
    }

    private void loop(Terminal terminal) throws IOException {
        Display display = new Display(terminal, true);
        BindingReader reader = new BindingReader(terminal.reader());
        KeyMap<Key> keys = keys(terminal);
        KeyMap<Key> letters = letters();
        Size size = null;
        long next = System.nanoTime();
        while (!isOver) {
            if (System.nanoTime() - next >= 0) {
                next = System.nanoTime() + FRAME_NANOS;
                if (!state.isPaused) {
                    scene = source.look();
                }
            }
            Size current = terminal.getSize();
            if (!current.equals(size)) {
                size = current;
                display.resize(size);
                display.clear();
            }
            display.update(lines(size), 0);
            // Not a moment too short, or the same frame would be drawn twice.
            long millis = 1 + TimeUnit.NANOSECONDS.toMillis(Math.max(0, next - System.nanoTime()));
            int character = reader.peekCharacter(millis);
            if (character == NonBlockingReader.EOF) {
                return;
            }
            if (character >= 0) {
                Key key = reader.readBinding(state.isTyping ? letters : keys);
                if (key == null) {
                    return;
                }
                obey(key, reader.getLastBinding());
            }
        }
    }

    private List<AttributedString> lines(Size size) {
        columns = size.getColumns();
        int rows = size.getRows();
        Palette now = new Palette(palette.hasColors(), state.isLarge);
        if (state.opened == null) {
            return TopScreen.draw(scene, state, now, columns, rows);
        }
        Scene.Item item =
                scene.groups().stream()
                        .flatMap(group -> group.items().stream())
                        .filter(i -> i.path().equals(state.opened.path()))
                        .findFirst()
                        .orElse(null);
        if (item == null) {
            state.message = state.opened.name() + " is gone";
            state.opened = null;
            return TopScreen.draw(scene, state, now, columns, rows);
        }
        int room = Math.max(2, rows - ObjectScreen.FRAME - 1);
        List<Number> elements = List.of();
        if (cells != null) {
            int perRow = cells.perRow(columns);
            long last = Math.max(0, item.header().length() - 1);
            state.from = Math.clamp(state.from, 0, last) / perRow * perRow;
            elements = source.elements(item, state.from, cells.room(columns, room));
        }
        List<AttributedString> lines =
                new ArrayList<>(
                        ObjectScreen.draw(
                                item,
                                elements,
                                state.from,
                                cells,
                                now,
                                columns,
                                room,
                                System.nanoTime()));
        while (lines.size() < rows - 1) {
            lines.add(AttributedString.EMPTY);
        }
        lines.add(
                state.question != null
                        ? ObjectScreen.line(state.question, columns, now.question())
                        : state.message != null
                                ? ObjectScreen.line(state.message, columns, now.title())
                                : ObjectScreen.line(
                                        scene.server() == null
                                                ? "Esc back  up/down  b break lock  q quit"
                                                : "Esc back  up/down  q quit",
                                        columns,
                                        now.quiet()));
        return lines;
    }

    private void obey(Key key, String typed) {
        state.message = null;
        if (state.isTyping) {
            type(key, typed);
        } else if (onYes != null) {
            Runnable action = onYes;
            onYes = null;
            state.question = null;
            if (key == Key.YES) {
                action.run();
            }
        } else if (key == Key.QUIT) {
            isOver = true;
        } else if (state.isHelp) {
            state.isHelp = false;
        } else if (state.opened != null) {
            obeyInObject(key);
        } else {
            obeyInList(key);
        }
    }

    private void type(Key key, String typed) {
        switch (key) {
            case OPEN -> state.isTyping = false;
            case BACK -> {
                state.isTyping = false;
                state.filter = "";
            }
            case ERASE -> {
                int end = state.filter.length();
                state.filter =
                        end == 0
                                ? ""
                                : state.filter.substring(
                                        0, state.filter.offsetByCodePoints(end, -1));
            }
            case OTHER -> {
                if (typed.codePoints().noneMatch(Character::isISOControl)) {
                    state.filter += typed;
                }
            }
            default -> {}
        }
    }

    private void obeyInList(Key key) {
        switch (key) {
            case UP -> move(-1);
            case DOWN -> move(1);
            case PAGE_UP -> move(-PAGE);
            case PAGE_DOWN -> move(PAGE);
            case ORDER -> state.order = state.order.next();
            case FILTER -> {
                state.isTyping = true;
                state.filter = "";
            }
            case BACK -> state.filter = "";
            case PAUSE -> state.isPaused = !state.isPaused;
            case LARGE -> state.isLarge = !state.isLarge;
            case HELP -> state.isHelp = true;
            case OPEN -> open(TopScreen.item(scene, state.selected));
            case TERMINATE -> end(false);
            case KILL -> end(true);
            case BREAK -> breakLock(TopScreen.item(scene, state.selected));
            case YES, QUIT, ERASE, OTHER -> {}
        }
    }

    private void obeyInObject(Key key) {
        int perRow = cells == null ? 1 : cells.perRow(columns);
        switch (key) {
            case BACK, OPEN -> state.opened = null;
            case UP -> state.from -= perRow;
            case DOWN -> state.from += perRow;
            case PAGE_UP -> state.from -= (long) PAGE * perRow;
            case PAGE_DOWN -> state.from += (long) PAGE * perRow;
            case PAUSE -> state.isPaused = !state.isPaused;
            case LARGE -> state.isLarge = !state.isLarge;
            case BREAK -> breakLock(state.opened);
            default -> {}
        }
    }

    private void move(int by) {
        state.move(TopScreen.selectable(scene, state), by);
    }

    private void open(Scene.Item item) {
        if (item == null) {
            state.message = "only an object can be looked into: select one";
            return;
        }
        state.opened = item;
        state.from = 0;
        cells = item.header().typecode() == null ? null : new Cells(item.header().length());
    }

    private void ask(String question, Runnable action) {
        state.question = question + " y/n";
        onYes = action;
    }

    private void end(boolean forcibly) {
        if (isOnlyLookedAt()) {
            return;
        }
        Scene.Member member = TopScreen.member(scene, state.selected);
        if (member == null || member.pid() == 0 || member.state() == Scene.State.DEAD) {
            state.message = "only a process that runs can be ended: select one";
            return;
        }
        Object selected = state.selected;
        String process = "%s (pid %d)".formatted(Words.plain(member.name()), member.pid());
        ask(
                "%s %s?".formatted(forcibly ? "kill" : "terminate", process),
                () -> {
                    source.refresh();
                    Scene.Member still = TopScreen.member(source.look(), selected);
                    boolean done =
                            still != null
                                    && still.pid() == member.pid()
                                    && still.state() != Scene.State.DEAD
                                    && ProcessHandle.of(member.pid())
                                            .map(p -> forcibly ? p.destroyForcibly() : p.destroy())
                                            .orElse(false);
                    state.message =
                            !done
                                    ? process + " has ended already"
                                    : process + (forcibly ? " was killed" : " was told to end");
                });
    }

    private boolean isOnlyLookedAt() {
        if (scene.server() == null) {
            return false;
        }
        state.message = "other machines are only looked at: nothing is ended or broken from here";
        return true;
    }

    private void breakLock(Scene.Item item) {
        if (isOnlyLookedAt()) {
            return;
        }
        if (item == null || item.status() == Scene.Status.NONE) {
            state.message = "only an array with a lock of its own, or a lock, can be broken";
            return;
        }
        ask(
                "break the lock of %s, %s?".formatted(Words.plain(item.name()), item.holder()),
                () ->
                        ask(
                                "What it guards may be half-written. Really?",
                                () ->
                                        state.message =
                                                LockBreaker.run(
                                                        item.path(), item.holdingThread())));
    }

    private static KeyMap<Key> keys(Terminal terminal) {
        KeyMap<Key> keys = new KeyMap<>();
        keys.setAmbiguousTimeout(AMBIGUOUS_MILLIS);
        keys.setNomatch(Key.OTHER);
        keys.setUnicode(Key.OTHER);
        keys.bind(Key.UP, KeyMap.key(terminal, Capability.key_up), "\033[A", "\033OA");
        keys.bind(Key.DOWN, KeyMap.key(terminal, Capability.key_down), "\033[B", "\033OB");
        keys.bind(Key.PAGE_UP, KeyMap.key(terminal, Capability.key_ppage), "\033[5~");
        keys.bind(Key.PAGE_DOWN, KeyMap.key(terminal, Capability.key_npage), "\033[6~");
        keys.bind(Key.OPEN, "\r", "\n");
        keys.bind(Key.BACK, "\033");
        keys.bind(Key.ORDER, "s");
        keys.bind(Key.FILTER, "/");
        keys.bind(Key.PAUSE, " ");
        keys.bind(Key.TERMINATE, "t");
        keys.bind(Key.KILL, "k");
        keys.bind(Key.BREAK, "b");
        keys.bind(Key.LARGE, "c");
        keys.bind(Key.HELP, "?", "h");
        keys.bind(Key.YES, "y", "Y");
        keys.bind(Key.QUIT, "q", KeyMap.ctrl('C'));
        return keys;
    }

    /// While a text is typed.
    private static KeyMap<Key> letters() {
        KeyMap<Key> keys = new KeyMap<>();
        keys.setAmbiguousTimeout(AMBIGUOUS_MILLIS);
        keys.setNomatch(Key.OTHER);
        keys.setUnicode(Key.OTHER);
        keys.bind(Key.OPEN, "\r", "\n");
        keys.bind(Key.BACK, "\033");
        keys.bind(Key.ERASE, KeyMap.del(), "\b");
        return keys;
    }
}
