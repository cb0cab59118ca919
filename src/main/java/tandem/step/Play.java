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
     * Overview. The main process goes on by itself whenever it can: a schedule is about the workers.
     * Who halts before something that it would have to wait for cannot move until that is there; the
     * objects are asked, by the threads that halt, after each step. A sleep, and a wait for a limited
     * time, can always be ended, but by themselves they end only when nobody else can move: then the
     * one whose time is over first goes on.
     */
    /// A program that makes no more progress within so many steps never ends.
    static final int MOST_STEPS = 20_000;

    private final Stage stage;
    private final List<Step> steps = new ArrayList<>();
    private final List<Move> moves = new ArrayList<>();
    private Actor current;
    private boolean isLookedAt;
    private boolean someoneDied;

    /// Whether somebody who waited has changed what others look at.
    private boolean hasGoneOn;

    Play(Stage stage) {
        this.stage = stage;
    }

    /// Lets all go on that need not be told, until a worker is to be chosen, or all is over.
    ///
    /// @return false when the time was over first
    public boolean prepare(long nanos) {
        long end = System.nanoTime() + nanos;
        while (settle(end)) {
            Actor main = stage.main();
            if (main == null
                    || !main.isReady() && (first(Actor::isReady) != null || earliest() != main)) {
                return true;
            }
            if (steps.size() >= MOST_STEPS) {
                throw Trace.trim(
                        new IllegalStateException(
                                "the program has not ended after %d steps".formatted(MOST_STEPS)));
            }
            go(main);
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
        return Stream.concat(workers(Actor::isReady), workers(Actor::isLater)).toList();
    }

    private Stream<Actor> workers(Predicate<Actor> which) {
        return stage.actors().stream().filter(actor -> !actor.isMain()).filter(which);
    }

    /// Whether the program has run to its end.
    public boolean isOver() {
        Actor main = stage.main();
        return main == null
                ? stage.hasMainEnded()
                : stage.actors().stream()
                        .allMatch(
                                actor ->
                                        actor.isOver()
                                                || actor == main
                                                        && main.state == Actor.State.IDLES);
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

    /// Who moves when nobody says: who moved last, else the next one that is ready, else the one
    /// whose time is over first.
    ///
    /// @return null when none can
    public Actor usual() {
        if (current != null && current.isReady()) {
            return current;
        }
        int from = current == null ? 0 : current.number();
        Actor next = first(actor -> actor.isReady() && actor.number() > from);
        if (next == null) {
            next = first(Actor::isReady);
        }
        return next == null ? earliest() : next;
    }

    private Actor first(Predicate<Actor> which) {
        return workers(which).findFirst().orElse(null);
    }

    private Actor earliest() {
        return stage.actors().stream()
                .filter(Actor::isLater)
                .min(Comparator.comparingDouble(actor -> actor.due))
                .orElse(null);
    }

    /// Makes a move.
    ///
    /// @return what it does
    /// @throws IllegalArgumentException when it cannot be made now
    public Step move(Move move) {
        if (isOver()) {
            throw refused(move, "the program has ended");
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
                throw refused(move, "%s cannot move: %s".formatted(actor.name(), actor.next()));
            }
            moves.add(move);
            current = actor;
            return go(actor);
        }
        if (actor.isMain() || actor.isOver()) {
            throw refused(move, "%s %s".formatted(actor.name(), actor.next()));
        }
        moves.add(move);
        isLookedAt = false;
        someoneDied = true;
        Step step = stage.end(actor, move.kind() == Move.Kind.KILL);
        steps.add(step);
        return step;
    }

    private IllegalArgumentException refused(Move move, String why) {
        return Trace.trim(
                new IllegalArgumentException(
                        "%s is no move after %s: %s"
                                .formatted(move, moves.isEmpty() ? "the start" : schedule(), why)));
    }

    private Step go(Actor actor) {
        isLookedAt = false;
        Step step = stage.go(actor);
        steps.add(step);
        return step;
    }
}
