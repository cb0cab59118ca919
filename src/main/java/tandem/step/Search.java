package tandem.step;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Tries the schedules of a program, one after another.
public final class Search {
    /*
     * Overview. A run is told by its choices: who moved at each point. Behind what it was told, each one
     * goes on for as long as it can. A switch away from one that could go on is what breaks programs, and
     * few of them break most: so the runs with none come first, then those with one, and so on, of these
     * the ones that are told least. From each run come those that choose otherwise at one point
     * behind what it was told; so each schedule is tried once, and when none is left, all were.
     *
     * A large program has too many: when half of the time is over, the rest are drawn, again with few
     * switches. (Musuvathi and Qadeer: Iterative context bounding for systematic testing of
     * multithreaded programs, 2007.)
     */
    private static final int MOST_WAITING = 200_000;

    /// One in so many steps of a drawn run is a switch.
    private static final int STEPS_PER_SWITCH = 6;

    private static final long SEED = 1;

    private final CodeProgram program;
    private final long start = System.nanoTime();
    private final long nanos;
    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private final Random random = new Random(SEED);
    private int made;
    private int tried;
    private boolean isCut;

    /// A run to be tried.
    ///
    /// @param switches away from who could go on
    /// @param choices who moves, by their numbers
    /// @param order of its making
    private record Task(int switches, List<Integer> choices, int order)
            implements Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            int bySwitches = Integer.compare(switches, other.switches);
            int byLength = Integer.compare(choices.size(), other.choices.size());
            if (bySwitches != 0) {
                return bySwitches;
            }
            return byLength != 0 ? byLength : Integer.compare(order, other.order);
        }
    }

    private Search(CodeProgram program, Duration time) {
        this.program = program;
        this.nanos = TimeUnit.NANOSECONDS.convert(time);
    }

    /// @param time for at most how long
    public static Found run(CodeProgram program, Duration time) {
        return new Search(program, time).run();
    }

    private Found run() {
        tasks.add(new Task(0, List.of(), 0));
        while (!tasks.isEmpty() && (tried == 0 || passed() < nanos / 2)) {
            Found found = attempt(tasks.remove(), false);
            if (found != null) {
                return found;
            }
        }
        while (!tasks.isEmpty() && passed() < nanos) {
            Found found = attempt(new Task(0, List.of(), 0), true);
            if (found != null) {
                return found;
            }
        }
        return new Found(null, null, List.of(), tried, tasks.isEmpty() && !isCut);
    }

    private long passed() {
        return System.nanoTime() - start;
    }

    /// Makes one run, and takes note of those that come from it.
    ///
    /// @param isDrawn whether chance says who moves
    /// @return what it has found, null when all went well
    private Found attempt(Task task, boolean isDrawn) {
        tried++;
        Play play = program.start();
        List<Integer> choices = new ArrayList<>();
        int switches = 0;
        int last = 0;
        while (true) {
            Lines.prepare(play);
            List<Actor> ready = play.choices();
            Actor usual = play.usual();
            if (usual == null) {
                break;
            }
            int at = choices.size();
            int chosen = usual.number();
            if (at < task.choices.size()) {
                chosen = task.choices.get(at);
            } else if (isDrawn && random.nextInt(STEPS_PER_SWITCH) == 0) {
                chosen = ready.get(random.nextInt(ready.size())).number();
            } else if (!isDrawn) {
                for (Actor other : ready) {
                    if (other.number() != chosen) {
                        addTask(choices, switches + cost(other, usual, last), other.number());
                    }
                }
            }
            for (Actor one : ready) {
                if (one.number() == chosen) {
                    switches += cost(one, usual, last);
                }
            }
            play.move(Move.step(chosen));
            choices.add(chosen);
            last = chosen;
        }
        String reason = reason(play);
        return reason == null ? null : found(play, task, choices, isDrawn, reason);
    }

    /// What it costs to choose somebody: a switch, when who moved last could go on, or when a time is
    /// over before it has to be.
    private static int cost(Actor chosen, Actor usual, int last) {
        boolean isSwitch = usual.number() == last && chosen.number() != last;
        boolean isEarly = chosen.isLater() && usual != chosen;
        return isSwitch || isEarly ? 1 : 0;
    }

    private void addTask(List<Integer> before, int switches, int chosen) {
        if (tasks.size() >= MOST_WAITING) {
            isCut = true;
            return;
        }
        List<Integer> choices = Stream.concat(before.stream(), Stream.of(chosen)).toList();
        tasks.add(new Task(switches, choices, made++));
    }

    /// What went wrong in a run that is over, null when nothing did.
    private String reason(Play play) {
        String stuck = play.stuck();
        if (stuck != null) {
            return stuck;
        }
        for (Actor actor : play.actors()) {
            if (actor.isOver() && actor.exitCode > 0) {
                return "%s %s".formatted(actor.name(), actor.next());
            }
        }
        String result = program.result();
        if (result == null) {
            return "the program has ended without a result";
        }
        String value = result.substring(1);
        return switch (result.substring(0, 1)) {
            case CodeProgram.RIGHT -> null;
            case CodeProgram.WRONG -> "the program has given %s, which is wrong".formatted(value);
            default -> "the program has thrown " + value;
        };
    }

    private Found found(
            Play play, Task task, List<Integer> choices, boolean isDrawn, String reason) {
        List<Move> moves = (isDrawn ? choices : task.choices).stream().map(Move::step).toList();
        return new Found(
                new Schedule(moves),
                reason,
                play.steps().stream().map(Lines::line).toList(),
                tried,
                false);
    }
}
