package tandem.step;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A run that is told by lines what to do next: at a prompt, which has lines and no keys.
public final class Talk {
    private static final String USAGE =
            "Enter: a step of the marked one; 1: a step of that one, 1221: some steps; 0 is the"
                + " main process; k1, t1: kill, terminate it; p, p 4: all to the end, 4 a second;"
                + " r: back to the start; q: leave";
    private static final Pattern PLAY = Pattern.compile("p\\s*(\\d{0,3})");

    private final Program program;
    private final BufferedReader in;
    private final PrintStream out;
    private Play play;
    private int printed;

    /// What was done before the way back to the start.
    private List<Move> planned = List.of();

    private Talk(Program program, BufferedReader in, PrintStream out) {
        this.program = program;
        this.in = in;
        this.out = out;
    }

    /// Runs a program until somebody leaves, or there is nothing more to read.
    public static void hold(Program program, BufferedReader in, PrintStream out) {
        new Talk(program, in, out).hold();
    }

    private void hold() {
        out.println(USAGE);
        play = program.start();
        for (String line = ""; line != null && !line.equals("q"); ) {
            show();
            line = read();
            if (line != null) {
                obey(line);
            }
        }
    }

    private String read() {
        try {
            String line = in.readLine();
            return line == null ? null : line.strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void show() {
        settle();
        if (next() == null) {
            Lines.end(play).forEach(out::println);
            return;
        }
        for (Actor actor : play.actors()) {
            if (!actor.isOver()) {
                out.println(
                        "%s %d %s %s %s"
                                .formatted(
                                        actor.number() == next().number() ? ">" : " ",
                                        actor.number(),
                                        actor.name(),
                                        actor.isReady() ? "is about to" : "waits:",
                                        actor.next()));
            }
        }
        Lines.objects(play).forEach(object -> out.println("  " + object));
    }

    /// Prints what has been done since.
    private void settle() {
        Lines.prepare(play);
        List<Step> steps = play.steps();
        steps.subList(printed, steps.size()).forEach(step -> out.println(Lines.line(step)));
        printed = steps.size();
    }

    private Move next() {
        Actor usual = play.usual();
        return !planned.isEmpty()
                ? planned.getFirst()
                : usual == null ? null : Move.step(usual.number());
    }

    private void obey(String line) {
        Matcher playing = PLAY.matcher(line);
        try {
            if (line.isEmpty()) {
                moveNext();
            } else if (playing.matches()) {
                String speed = playing.group(1);
                playOn(speed.isEmpty() ? 1 : Math.max(1, Integer.parseInt(speed)));
            } else if (line.equals("r")) {
                planned = play.schedule().moves();
                printed = 0;
                play = program.start();
            } else if (!line.equals("q")) {
                for (Move move : Schedule.of(line).moves()) {
                    planned = List.of();
                    settle();
                    play.move(move);
                }
            }
        } catch (IllegalArgumentException e) {
            out.println(e.getMessage());
        }
    }

    private boolean moveNext() {
        settle();
        Move next = next();
        if (next == null) {
            return false;
        }
        planned = planned.isEmpty() ? planned : planned.subList(1, planned.size());
        play.move(next);
        return true;
    }

    private void playOn(int speed) {
        try {
            while (moveNext()) {
                settle();
                TimeUnit.NANOSECONDS.sleep(TimeUnit.SECONDS.toNanos(1) / speed);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
