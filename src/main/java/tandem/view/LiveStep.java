package tandem.view;

import org.jline.keymap.BindingReader;
import org.jline.keymap.KeyMap;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.NonBlockingReader;

import tandem.step.Move;
import tandem.step.Play;
import tandem.step.Program;
import tandem.step.Schedule;
import tandem.step.Step;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A program step by step at a terminal, by keys.
final class LiveStep {
    private enum Key {
        NUMBER,
        NEXT,
        PLAY,
        FASTER,
        SLOWER,
        BACK,
        START,
        KILL,
        TERMINATE,
        QUIT,
        OTHER
    }

    private record Typed(Key key, String text) {
        /// Whether it lets somebody go, which is possible when all who went before have halted again.
        boolean moves() {
            return key == Key.NUMBER || key == Key.NEXT;
        }
    }

    private static final long SETTLE_NANOS = TimeUnit.MILLISECONDS.toNanos(30);
    private static final long FRAME_MILLIS = 30;

    private final Program program;
    private final String title;
    private final Palette palette;
    private final StepState state;
    private Play play;
    private int seen;
    private boolean isQuiet;

    /// How many moves are to be made at once, on the way back to where one was.
    private int hurried;

    /// What was typed, and waits for its time.
    private final Deque<Typed> ahead = new ArrayDeque<>();

    private long nextMove;
    private volatile boolean isOver;

    LiveStep(Program program, String title, Schedule schedule, Palette palette) {
        this.program = program;
        this.title = title;
        this.palette = palette;
        this.state = new StepState(schedule.moves());
    }

    void run() throws IOException {
        try (Terminal terminal =
                TerminalBuilder.builder().system(true).graphemeCluster(false).build()) {
            terminal.handle(Terminal.Signal.INT, _ -> isOver = true);
            terminal.enterRawMode();
            terminal.puts(Capability.enter_ca_mode);
            terminal.puts(Capability.cursor_invisible);
            try {
                loop(terminal);
            } finally {
                terminal.puts(Capability.cursor_visible);
                terminal.puts(Capability.exit_ca_mode);
                terminal.flush();
            }
        }
    }

    private void loop(Terminal terminal) throws IOException {
        Display display = new Display(terminal, true);
        BindingReader reader = new BindingReader(terminal.reader());
        KeyMap<Key> keys = keys();
        Size size = null;
        play = program.start();
        while (!isOver) {
            isQuiet = play.prepare(SETTLE_NANOS);
            takeNote();
            moveByItself();
            Size current = terminal.getSize();
            if (!current.equals(size)) {
                size = current;
                display.resize(size);
                display.clear();
            }
            display.update(
                    StepScreen.draw(
                            title,
                            play,
                            isQuiet,
                            state,
                            palette,
                            size.getColumns(),
                            size.getRows()),
                    0);
            int character = reader.peekCharacter(FRAME_MILLIS);
            if (character == NonBlockingReader.EOF) {
                return;
            }
            if (character >= 0) {
                Key key = reader.readBinding(keys);
                if (key == null) {
                    return;
                }
                take(new Typed(key, reader.getLastBinding()));
            }
            while (!ahead.isEmpty() && (isQuiet || !ahead.peek().moves())) {
                obey(ahead.poll());
            }
        }
    }

    /// Who wants to go back or to leave does not wait for what was typed before.
    private void take(Typed typed) {
        if (typed.key == Key.BACK || typed.key == Key.START || typed.key == Key.QUIT) {
            ahead.clear();
            obey(typed);
        } else {
            ahead.add(typed);
        }
    }

    private void takeNote() {
        List<Step> steps = play.steps();
        state.happened.addAll(steps.subList(seen, steps.size()));
        seen = steps.size();
        for (String line; (line = program.printed()) != null; ) {
            state.happened.add(line);
        }
    }

    private void moveByItself() {
        boolean isTime = state.isPlaying && System.nanoTime() - nextMove >= 0;
        if (isQuiet && (hurried > 0 || isTime)) {
            hurried = Math.max(0, hurried - 1);
            moveNext();
        }
    }

    private void moveNext() {
        Move next = state.next(play);
        if (next == null) {
            state.isPlaying = false;
            hurried = 0;
            return;
        }
        if (move(next) && !state.planned.isEmpty()) {
            state.planned = state.planned.subList(1, state.planned.size());
        }
    }

    private boolean move(Move move) {
        try {
            play.move(move);
            isQuiet = false;
            nextMove = System.nanoTime() + (long) (TimeUnit.SECONDS.toNanos(1) / state.speed);
            return true;
        } catch (IllegalArgumentException e) {
            state.message = e.getMessage();
            state.isPlaying = false;
            hurried = 0;
            return false;
        }
    }

    private void obey(Typed typed) {
        state.message = null;
        if (typed.key != Key.NUMBER) {
            state.ending = null;
        }
        switch (typed.key) {
            case NUMBER -> moveNumber(typed.text.charAt(0) - '0');
            case NEXT -> moveNext();
            case PLAY -> state.isPlaying = !state.isPlaying;
            case FASTER -> state.faster();
            case SLOWER -> state.slower();
            case BACK -> restart(Math.max(0, play.schedule().moves().size() - 1));
            case START -> restart(0);
            case KILL -> state.ending = Move.Kind.KILL;
            case TERMINATE -> state.ending = Move.Kind.TERMINATE;
            case QUIT -> isOver = true;
            case OTHER -> {}
        }
    }

    private void moveNumber(int number) {
        Move.Kind kind = state.ending == null ? Move.Kind.STEP : state.ending;
        state.ending = null;
        Move move = new Move(kind, number);
        boolean isPlanned = !state.planned.isEmpty() && state.planned.getFirst().equals(move);
        if (move(move)) {
            state.planned = isPlanned ? state.planned.subList(1, state.planned.size()) : List.of();
        }
    }

    /// Goes back to the start, keeps what was done for the way forward, and makes so many moves of it.
    private void restart(int moves) {
        List<Move> made = play.schedule().moves();
        state.planned = Stream.concat(made.stream(), state.planned.stream()).toList();
        state.happened.clear();
        state.isPlaying = false;
        seen = 0;
        isQuiet = false;
        hurried = moves;
        play = program.start();
    }

    private static KeyMap<Key> keys() {
        KeyMap<Key> keys = new KeyMap<>();
        keys.setNomatch(Key.OTHER);
        keys.setUnicode(Key.OTHER);
        for (char number = '0'; number <= '9'; number++) {
            keys.bind(Key.NUMBER, Character.toString(number));
        }
        keys.bind(Key.NEXT, "\r", "\n");
        keys.bind(Key.PLAY, " ");
        keys.bind(Key.FASTER, "+", "=");
        keys.bind(Key.SLOWER, "-");
        keys.bind(Key.BACK, "b");
        keys.bind(Key.START, "r");
        keys.bind(Key.KILL, "k");
        keys.bind(Key.TERMINATE, "t");
        keys.bind(Key.QUIT, "q", KeyMap.ctrl('C'));
        return keys;
    }
}
