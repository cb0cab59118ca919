package tandem.step;

import tandem.memory.Trace;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Who moves when, as a text that anybody can replay: `1121` lets the first worker make two steps,
/// then the second one, then the first again. Workers are numbered as they were spawned, from the
/// tenth on in brackets, as `(10)`; 0 is the main process, where it and a worker could both go on; `k2` kills the second one, `t2` terminates it. Behind its end, who moved last
/// goes on for as long as it can, then the next one; so it does when who moved last sees the same ten times.
public record Schedule(List<Move> moves) {
    public static final Schedule EMPTY = new Schedule(List.of());

    private static final Pattern MOVE = Pattern.compile("([kt]?)(?:(\\d)|\\((\\d{1,4})\\))\\s*");

    public Schedule {
        moves = List.copyOf(moves);
    }

    /// @throws IllegalArgumentException when it is none
    public static Schedule of(String text) {
        String rest = text.strip();
        Matcher all = Pattern.compile("(?:" + MOVE + ")*").matcher(rest);
        if (!all.matches()) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            ("\"%s\" is no schedule: a digit for each step, as in 1121, that says"
                                 + " which worker moves; 0 is the main process, (10) the tenth"
                                 + " worker; k2 kills the second, t2 terminates it")
                                    .formatted(text)));
        }
        return new Schedule(MOVE.matcher(rest).results().map(Schedule::move).toList());
    }

    private static Move move(MatchResult found) {
        int number = Integer.parseInt(found.group(2) == null ? found.group(3) : found.group(2));
        return new Move(
                switch (found.group(1)) {
                    case "k" -> Move.Kind.KILL;
                    case "t" -> Move.Kind.TERMINATE;
                    default -> Move.Kind.STEP;
                },
                number);
    }

    @Override
    public String toString() {
        return moves.stream().map(Move::toString).collect(Collectors.joining());
    }
}
