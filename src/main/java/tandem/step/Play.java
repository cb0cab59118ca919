package tandem.step;

import tandem.memory.Trace;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One run of a program, step by step: who can move, who does, and what has happened.
public final class Play {
    /*
     * Overview. The main process is one more who moves, number 0, with two exceptions, in which it goes on
     * by itself and no schedule speaks of it: where nobody else can move, as before the first worker is
     * spawned, and where it joins one that has ended. That an end is seen changes nothing for others and
     * stays so whatever they do: later or now is the same. So a program whose main process only spawns and joins
     * has schedules of workers alone. To spawn is no step of its own, but a part of the step before, for the
     * same reason.
     *
     * Who halts before something that it would have to wait for cannot move until that is there; the
     * objects are asked, by the threads that halt, after each step. A sleep, and a wait for a limited
     * time, can always be ended, but by themselves they end only when nobody else can move: then the
     * one whose time is over first goes on.
     */
    /// A program that makes no more progress within so many steps never ends.
    static final int MOST_STEPS = 20_000;

    /// Who has seen the same so often, one time after another, is waiting for others to change it.
    private static final int SAME_STEPS = 10;

    private static final Move MAIN = Move.step(0);

    private static final String ALONE =
            "; it goes on by itself where no worker can, and when one that it joins has ended";

    private final Stage stage;
    private final List<Step> steps = new ArrayList<>();
    private final List<Move> moves = new ArrayList<>();
    private Actor current;

    /// How many steps the main process has made since the last move because nobody else could, of those that
    /// it makes when there are workers.
    private int alone;

    private boolean isLookedAt;
    private boolean someoneDied;

    /// Whether somebody who waited has changed what others look at.
    private boolean hasGoneOn;

    Play(Stage stage) {
        this.stage = stage;
    }

    /// Lets the main process go on where it need not be told, until somebody is to be chosen, or all is over.
    ///
    /// @return false when the time was over first
    public boolean prepare(long nanos) {
        long end = System.nanoTime() + nanos;
        while (settle(end)) {
            if (steps.size() >= MOST_STEPS) {
                throw Trace.trim(
                        new IllegalStateException(
                                "the program has not ended after %d steps".formatted(MOST_STEPS)));
            }
            Actor main = stage.main();
            if (main == null || !canMove(main)) {
                return true;
            }
            if (main.isReady() && main.isJoining) {
                go(main);
            } else if (choices().equals(List.of(main))) {
                stage.isAlone();
                alone += stage.actors().size() > 1 ? 1 : 0;
                go(main);
            } else {
                return true;
            }
        }
        return false;
    }

    /// @return whether all is quiet, and everybody has looked at what the last step has changed
    private boolean settle(long end) {
        while (stage.settle(end - System.nanoTime())) {
            if (isLookedAt) {
                return true;
            }
            isLookedAt = true;
            for (Actor actor : List.copyOf(stage.actors())) {
                boolean waits = actor.state == Actor.State.WAITS;
                if (waits || actor.state == Actor.State.HALTS && looks(actor)) {
                    stage.look(actor);
                    if (!stage.settle(end - System.nanoTime())) {
                        isLookedAt = false;
                        return false;
                    }
                    hasGoneOn |= waits && actor.state != Actor.State.WAITS;
                }
            }
            isLookedAt = !hasGoneOn;
            hasGoneOn = false;
            someoneDied = false;
        }
        return false;
    }

    private boolean looks(Actor actor) {
        return someoneDied || actor.when.isAsked();
    }

    /// All threads, in the order of their numbers.
    public List<Actor> actors() {
        return stage.actors();
    }

    /// What the program shares, as far as it was used, and how it is.
    public Map<String, String> objects() {
        return stage.objects();
    }

    /// What has happened.
    public List<Step> steps() {
        return Collections.unmodifiableList(steps);
    }

    /// What was touched since this was asked last.
    Touches touched() {
        return stage.touched();
    }

    /// The moves so far.
    public Schedule schedule() {
        return new Schedule(moves);
    }

    /// Those that can move, the ready ones first.
    public List<Actor> choices() {
        return Stream.concat(those(Actor::isReady), those(Actor::isLater)).toList();
    }

    private Stream<Actor> those(Predicate<Actor> which) {
        return stage.actors().stream().filter(which);
    }

    /// Whether the program has run to its end.
    public boolean isOver() {
        Actor main = stage.main();
        return main == null
                ? stage.hasMainEnded()
                : stage.actors().stream()
                        .allMatch(actor -> actor.isOver() || hasRun(main) && isOf(main, actor));
    }

    private static boolean hasRun(Actor main) {
        return main.state == Actor.State.IDLES;
    }

    /// Whether it is the main process, or a thread of it that has ended.
    private static boolean isOf(Actor main, Actor actor) {
        return actor == main || actor.holder == main.holder && actor.state == Actor.State.GONE;
    }

    /// Why nobody can ever move again, null when somebody can or the program has run.
    public String stuck() {
        if (isOver() || stage.actors().stream().anyMatch(Play::canMove)) {
            return null;
        }
        return stage.actors().stream()
                .filter(actor -> !actor.isOver() && actor.state != Actor.State.GONE)
                .map(actor -> "%s waits for %s".formatted(actor.name(), reason(actor)))
                .collect(Collectors.joining("; ", "nobody can go on: ", ""));
    }

    private static boolean canMove(Actor actor) {
        return actor.isReady() || actor.isLater();
    }

    private String reason(Actor actor) {
        String state = stage.objects().get(actor.object);
        String action = actor.state == Actor.State.WAITS ? actor.object : actor.action();
        int held = state == null ? -1 : state.indexOf("held by");
        return held < 0 ? action : action + ", " + state.substring(held).replaceFirst("\\)$", "");
    }

    /// Who moves when nobody says: who moved last, unless it sees the same again and again, else the next one
    /// that is ready, else the one whose time is over first.
    ///
    /// @return null when none can
    public Actor usual() {
        if (current != null && current.isReady() && !seesTheSame(current)) {
            return current;
        }
        int from = current == null ? -1 : current.number();
        Actor next = first(actor -> actor.isReady() && actor.number() > from);
        if (next == null) {
            next = first(Actor::isReady);
        }
        return next == null ? earliest() : next;
    }

    /// Whether somebody has only looked at the same of late, which nobody has changed: one more look gives that again.
    boolean seesTheSame(Actor actor) {
        int from = steps.size() - SAME_STEPS;
        return from >= 0
                && steps.getLast().number() == actor.number()
                && steps.getLast().hasResult()
                && steps.subList(from, steps.size()).stream().map(Lines::line).distinct().count()
                        == 1;
    }

    private Actor first(Predicate<Actor> which) {
        return those(which).findFirst().orElse(null);
    }

    private Actor earliest() {
        return stage.actors().stream()
                .filter(Actor::isLater)
                .min(Comparator.comparingDouble(actor -> actor.due))
                .orElse(null);
    }

    /// Makes a move. One of the main process that cannot be made now, and that it has made by itself, is made.
    ///
    /// @throws IllegalArgumentException when it cannot be made now
    public void move(Move move) {
        if (move.equals(MAIN) && alone > 0 && (isOver() || !canMove(stage.main()))) {
            alone--;
            return;
        }
        if (isOver()) {
            throw refused(move, "the program has ended" + (move.equals(MAIN) ? ALONE : ""));
        }
        Actor actor =
                stage.actors().stream()
                        .filter(one -> one.number() == move.number())
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        refused(
                                                move,
                                                "there is no worker " + move.number() + " (yet)"));
        if (move.kind() == Move.Kind.STEP) {
            if (!canMove(actor)) {
                throw refused(
                        move,
                        "%s cannot move: %s%s"
                                .formatted(
                                        actor.name(), actor.next(), actor.isMain() ? ALONE : ""));
            }
            takeNote(move);
            current = actor;
            go(actor);
            return;
        }
        if (actor.isMain()) {
            throw refused(move, "a schedule ends workers, not the main process");
        }
        if (actor.isOver()) {
            throw refused(move, "%s %s".formatted(actor.name(), actor.next()));
        }
        takeNote(move);
        isLookedAt = false;
        someoneDied = true;
        steps.add(stage.end(actor, move.kind() == Move.Kind.KILL));
    }

    private void takeNote(Move move) {
        moves.add(move);
        alone = 0;
    }

    private IllegalArgumentException refused(Move move, String why) {
        return Trace.trim(
                new IllegalArgumentException(
                        "%s is no move after %s: %s"
                                .formatted(move, moves.isEmpty() ? "the start" : schedule(), why)));
    }

    private void go(Actor actor) {
        isLookedAt = false;
        steps.add(stage.go(actor));
    }
}
