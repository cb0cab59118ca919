package tandem.step;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
     * Schedules that differ in the order of neighbours which stand apart (see Touches) are the same, and
     * one of them is tried: at each point, who was chosen before, in another run, sleeps in those that choose
     * otherwise, until a step is made from which his own does not stand apart. Who sleeps need not be
     * chosen: what would come of that has come in the other run. Where all sleep, the run has nothing new,
     * and goes to its end without others coming from it. (Godefroid: Partial-Order Methods for the
     * Verification of Concurrent Systems, 1996: sleep sets.) The one that breaks the program may be told
     * longer than another of its kind: so a second search looks for that one for a moment, among those that
     * are told less, without leaving any out.
     *
     * A large program has too many: when half of the time is over, the rest are drawn, again with few
     * switches. (Musuvathi and Qadeer: Iterative context bounding for systematic testing of
     * multithreaded programs, 2007.)
     */
    private static final int MOST_WAITING = 200_000;

    /// One in so many steps of a drawn run is a switch.
    private static final int STEPS_PER_SWITCH = 6;

    private static final long SEED = 1;
    private static final Duration MOMENT = Duration.ofSeconds(1);

    private final CodeProgram program;
    private final boolean isReduced;
    private final Consumer<String> ends;
    private final long start = System.nanoTime();
    private final long nanos;
    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private final Random random = new Random(SEED);
    private int made;
    private int tried;
    private boolean isCut;

    /// What was told to the run that broke the program, null before.
    private Task breaking;

    /// A point at which several could be chosen.
    ///
    /// @param sleeping who need not be chosen, by their numbers, and what their steps touch
    /// @param chosen who was chosen so far, in the order in which that was tried
    private record Fork(Map<Integer, Touches> sleeping, Map<Integer, Touches> chosen) {
        /// Takes note of a step from here.
        ///
        /// @return who sleeps behind it
        Map<Integer, Touches> behind(int number, Touches touched) {
            Map<Integer, Touches> behind = new LinkedHashMap<>(sleeping);
            behind.putAll(chosen);
            behind.values().removeIf(other -> !other.standsApartFrom(touched));
            chosen.put(number, touched);
            return behind;
        }
    }

    /// A run to be tried.
    ///
    /// @param switches away from who could go on
    /// @param choices who moves, by their numbers
    /// @param fork at which the last one is chosen, null when there are none
    /// @param order of its making
    private record Task(int switches, List<Integer> choices, Fork fork, int order)
            implements Comparable<Task> {
        static final Task FIRST = new Task(0, List.of(), null, 0);

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

    private Search(CodeProgram program, Duration time, boolean isReduced, Consumer<String> ends) {
        this.program = program;
        this.nanos = TimeUnit.NANOSECONDS.convert(time);
        this.isReduced = isReduced;
        this.ends = ends;
    }

    /// @param time for at most how long
    public static Found run(CodeProgram program, Duration time) {
        Search search = new Search(program, time, true, _ -> {});
        Found found = search.run();
        if (found.schedule() == null || search.passed() >= search.nanos) {
            return found;
        }
        Search shorter = new Search(program, MOMENT, false, _ -> {});
        Found better = shorter.runBefore(search.breaking);
        return better == null
                ? found
                : new Found(
                        better.schedule(), better.reason(), better.steps(), found.tried(), false);
    }

    /// @param isReduced whether schedules that are the same are tried once
    /// @param ends is told how each run has ended
    public static Found run(
            CodeProgram program, Duration time, boolean isReduced, Consumer<String> ends) {
        return new Search(program, time, isReduced, ends).run();
    }

    private Found run() {
        tasks.add(Task.FIRST);
        while (!tasks.isEmpty() && (tried == 0 || passed() < nanos / 2)) {
            Found found = attempt(tasks.remove(), false);
            if (found != null) {
                return found;
            }
        }
        while (!tasks.isEmpty() && passed() < nanos) {
            Found found = attempt(Task.FIRST, true);
            if (found != null) {
                return found;
            }
        }
        return new Found(null, null, List.of(), tried, tasks.isEmpty() && !isCut);
    }

    /// @return null when there is none that is told less, as far as the time goes
    private Found runBefore(Task other) {
        tasks.add(Task.FIRST);
        Found found = null;
        while (found == null
                && !tasks.isEmpty()
                && tasks.peek().compareTo(other) < 0
                && passed() < nanos) {
            found = attempt(tasks.remove(), false);
        }
        return found;
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
        Map<Integer, Touches> sleeping = Map.of();
        boolean isNew = !isDrawn;
        int told = task.choices.size();
        int switches = 0;
        int toldSwitches = 0;
        int last = 0;
        for (Fork fork = null; ; ) {
            Lines.prepare(play);
            Touches touched = play.touched();
            if (fork != null && isReduced) {
                sleeping = fork.behind(last, touched);
            }
            List<Actor> ready = play.choices();
            Actor usual = play.usual();
            if (usual == null) {
                break;
            }
            int at = choices.size();
            int chosen = usual.number();
            fork = null;
            if (at < task.choices.size()) {
                chosen = task.choices.get(at);
                fork = at == task.choices.size() - 1 ? task.fork : null;
            } else if (isDrawn) {
                if (random.nextInt(STEPS_PER_SWITCH) == 0) {
                    chosen = ready.get(random.nextInt(ready.size())).number();
                    told = at + 1;
                }
            } else if (isNew) {
                Actor awake = awake(play, sleeping);
                isNew = awake != null;
                if (isNew) {
                    chosen = awake.number();
                    told = awake == usual ? told : at + 1;
                    fork = new Fork(sleeping, new LinkedHashMap<>());
                    for (Actor other : ready) {
                        if (other != awake && isWorthIt(play, other, sleeping)) {
                            addTask(
                                    choices,
                                    switches + cost(other, usual, last),
                                    other.number(),
                                    fork);
                        }
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
            toldSwitches = choices.size() <= told ? switches : toldSwitches;
            last = chosen;
        }
        String reason = reason(play);
        ends.accept(reason == null ? program.result() : reason);
        if (reason == null) {
            return null;
        }
        breaking = new Task(toldSwitches, choices.subList(0, told), null, 0);
        return found(play, breaking.choices, reason);
    }

    /// Who moves when nobody says, of those that do not sleep; null when all do.
    private Actor awake(Play play, Map<Integer, Touches> sleeping) {
        return Stream.concat(Stream.of(play.usual()), play.choices().stream())
                .filter(one -> isWorthIt(play, one, sleeping))
                .findFirst()
                .orElse(null);
    }

    /// Whether something new may come of a step. Of one that sees the same once more nothing does, unless its
    /// thread counts them: so these are left out, and are not said to have been tried.
    private boolean isWorthIt(Play play, Actor actor, Map<Integer, Touches> sleeping) {
        if (sleeping.containsKey(actor.number())) {
            return false;
        }
        boolean isMore = play.seesTheSame(actor);
        isCut |= isMore;
        return !isMore;
    }

    /// What it costs to choose somebody: a switch, when who moved last could go on, or when a time is
    /// over before it has to be.
    private static int cost(Actor chosen, Actor usual, int last) {
        boolean isSwitch = usual.number() == last && chosen.number() != last;
        boolean isEarly = chosen.isLater() && usual != chosen;
        return isSwitch || isEarly ? 1 : 0;
    }

    private void addTask(List<Integer> before, int switches, int chosen, Fork fork) {
        if (tasks.size() >= MOST_WAITING) {
            isCut = true;
            return;
        }
        List<Integer> choices = Stream.concat(before.stream(), Stream.of(chosen)).toList();
        tasks.add(new Task(switches, choices, fork, made++));
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

    private Found found(Play play, List<Integer> told, String reason) {
        return new Found(
                new Schedule(told.stream().map(Move::step).toList()),
                reason,
                play.steps().stream().map(Lines::line).toList(),
                tried,
                false);
    }
}
