package tandem.view;

import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;

import tandem.step.Actor;
import tandem.step.Lines;
import tandem.step.Move;
import tandem.step.Play;
import tandem.step.Step;

import java.util.ArrayList;
import java.util.List;

/// The screen of a program that is run step by step: what each worker does next, the objects, and what
/// has happened.
final class StepScreen {
    private static final int LEAST_HAPPENED = 3;
    private static final int NAME = 16;
    private static final int PLACE = 20;

    private final int columns;
    private final Palette palette;
    private final List<AttributedString> lines = new ArrayList<>();

    private StepScreen(int columns, Palette palette) {
        this.columns = columns;
        this.palette = palette;
    }

    /// @param isQuiet whether all halt, and somebody can be let go
    static List<AttributedString> draw(
            String title,
            Play play,
            boolean isQuiet,
            StepState state,
            Palette palette,
            int columns,
            int rows) {
        StepScreen screen = new StepScreen(columns, palette);
        screen.draw(title, play, isQuiet, state, rows);
        return screen.lines;
    }

    private void draw(String title, Play play, boolean isQuiet, StepState state, int rows) {
        add(title + "   schedule: " + play.schedule() + planned(state), palette.title());
        Move next = isQuiet ? state.next(play) : null;
        int room = Math.max(1, (rows - LEAST_HAPPENED - 4) / 2);
        List<Actor> actors = play.actors();
        actors.stream().limit(room).forEach(actor -> lines.add(row(actor, next)));
        more(actors.size() - room);
        add("objects", palette.quiet());
        int left = Math.max(1, rows - lines.size() - LEAST_HAPPENED - 2);
        List<String> objects = Lines.objects(play);
        objects.stream().limit(left).forEach(object -> add("  " + object, palette.text()));
        more(objects.size() - left);
        add("what has happened", palette.quiet());
        happened(play, isQuiet, state, rows - lines.size() - 1);
        while (lines.size() < rows - 1) {
            lines.add(AttributedString.EMPTY);
        }
        footer(state);
    }

    private static String planned(StepState state) {
        StringBuilder text = new StringBuilder(state.planned.isEmpty() ? "" : " then ");
        state.planned.forEach(text::append);
        return text.toString();
    }

    private void more(int hidden) {
        if (hidden > 0) {
            add("  … and %d more".formatted(hidden), palette.quiet());
        }
    }

    private AttributedString row(Actor actor, Move next) {
        boolean isNext = next != null && next.number() == actor.number();
        String number = Integer.toString(actor.number());
        int words = Math.max(0, columns - 4 - NAME - 2 - PLACE - 1);
        String text =
                "%s %s %s  %s %s"
                        .formatted(
                                isNext ? ">" : " ",
                                Words.fit(number, 2, true),
                                Words.fit(actor.name(), NAME, false),
                                Words.fit(does(actor), words, false),
                                actor.place());
        String fitting = Words.fit(text, columns, false).stripTrailing();
        return new AttributedString(fitting, style(actor, isNext));
    }

    private AttributedStyle style(Actor actor, boolean isNext) {
        if (isNext) {
            return palette.selected();
        }
        if (actor.isReady()) {
            return palette.of(Scene.State.RUNNING);
        }
        return actor.isOver() ? palette.quiet() : palette.of(Scene.State.WAITING);
    }

    private static String does(Actor actor) {
        boolean waits = actor.isHalting() && !actor.isReady();
        return waits ? "waits: " + actor.next() : actor.next();
    }

    private void happened(Play play, boolean isQuiet, StepState state, int room) {
        List<String> texts = new ArrayList<>();
        for (Object one : state.happened) {
            texts.add(one instanceof Step step ? "  " + Lines.line(step) : "  | " + one);
        }
        if (isQuiet && play.isOver()) {
            texts.add("the program has ended");
        } else if (isQuiet && play.stuck() != null) {
            texts.add(play.stuck());
        }
        for (String text : texts.subList(Math.max(0, texts.size() - room), texts.size())) {
            add(text, palette.text());
        }
    }

    private void footer(StepState state) {
        if (state.message != null) {
            add(state.message, palette.question());
        } else if (state.ending != null) {
            String what = state.ending == Move.Kind.KILL ? "kill" : "terminate";
            add("the number of the worker to " + what, palette.question());
        } else {
            add(
                    "0-9 one step  Enter next  space %s  +/- %s/s  b back  r start  k t end  q quit"
                            .formatted(
                                    state.isPlaying ? "stop" : "play",
                                    state.speed < 1
                                            ? Double.toString(state.speed)
                                            : Integer.toString((int) state.speed)),
                    palette.quiet());
        }
    }

    private void add(String text, AttributedStyle style) {
        lines.add(new AttributedString(Words.fit(text, columns, false).stripTrailing(), style));
    }
}
