package tandem.step;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A run on paper: each step is a line.
public final class Lines {
    /// How long a step may take that waits for nobody.
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private Lines() {}

    /// Runs a program by a schedule and on to its end, and prints each step and what there is at the end.
    ///
    /// @return the moves that were made
    /// @throws IllegalArgumentException when a move of the schedule cannot be made
    public static Schedule print(Program program, Schedule schedule, PrintStream out) {
        Play play = program.start();
        int printed = 0;
        int moved = 0;
        while (true) {
            prepare(play);
            printed = print(play.steps(), printed, out);
            printOutput(program, out);
            List<Move> moves = schedule.moves();
            Actor usual = play.usual();
            if (moved < moves.size()) {
                play.move(moves.get(moved++));
            } else if (usual == null) {
                break;
            } else {
                play.move(Move.step(usual.number()));
            }
        }
        end(play).forEach(out::println);
        return play.schedule();
    }

    static void prepare(Play play) {
        if (!play.prepare(TimeUnit.NANOSECONDS.convert(PATIENCE))) {
            throw new IllegalStateException(
                    play.actors().stream()
                            .filter(actor -> actor.next().equals("runs"))
                            .map(Actor::name)
                            .findFirst()
                            .map(name -> name + " has come to no access for a minute")
                            .orElse("the program has come to no access for a minute"));
        }
    }

    private static int print(List<Step> steps, int printed, PrintStream out) {
        for (Step step : steps.subList(printed, steps.size())) {
            out.println(line(step));
        }
        return steps.size();
    }

    private static void printOutput(Program program, PrintStream out) {
        for (String line; (line = program.printed()) != null; ) {
            out.println(line);
        }
    }

    /// A step, with the line of the program that makes it.
    public static String line(Step step) {
        return step.place().isEmpty() ? step.toString() : step + "   " + step.place();
    }

    /// How it has ended.
    public static List<String> end(Play play) {
        String stuck = play.stuck();
        List<String> lines = new ArrayList<>();
        lines.add("schedule: " + play.schedule());
        lines.addAll(objects(play));
        if (stuck != null) {
            lines.add(stuck);
        }
        return lines;
    }

    /// What the program shares, a line for each.
    public static List<String> objects(Play play) {
        return play.objects().entrySet().stream().map(Lines::object).sorted().toList();
    }

    private static String object(Map.Entry<String, String> object) {
        return object.getValue().contains(object.getKey())
                ? object.getValue()
                : object.getKey() + ": " + object.getValue();
    }
}
