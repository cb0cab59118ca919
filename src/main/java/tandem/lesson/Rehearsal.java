package tandem.lesson;

import tandem.prompt.Guide;
import tandem.prompt.Shell;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;

/// Goes through lessons as somebody does who sends each line as it is offered, and compares what comes with
/// what the pages say. Each lesson begins with a shell that knows nothing of the others.
final class Rehearsal implements Guide {
    /// How long what a page says may take to appear behind the prompt that follows.
    private static final long LATE_MILLIS = 30_000;

    private static final long PAUSE_MILLIS = 20;

    /// How long a line may take.
    private static final int LONGEST_SECONDS = 60;

    private final List<Lesson> lessons;
    private final PrintStream report;
    private final List<String> differences = new ArrayList<>();
    private final BlockingQueue<String> typed = new LinkedBlockingQueue<>();

    /// What was printed since the first line of a fence was sent.
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private int lesson = -1;
    private volatile Tutor tutor;
    private int lines;
    private boolean isReset;

    private volatile long answeredAt = System.nanoTime();

    Rehearsal(List<Lesson> lessons, PrintStream report) {
        this.lessons = lessons;
        this.report = report;
        Thread.ofPlatform().daemon().start(this::watch);
    }

    /// Nobody is there to press Ctrl-C.
    private void watch() {
        while (System.nanoTime() - answeredAt < LONGEST_SECONDS * 1_000_000_000L) {
            pause(1000);
        }
        String line = tutor == null || tutor.line() == null ? "the shell" : tutor.line().code();
        report.println("%s does not end within %d s".formatted(line, LONGEST_SECONDS));
        System.exit(1);
    }

    /// What is to be typed.
    BlockingQueue<String> typed() {
        return typed;
    }

    boolean wentWell() {
        return differences.isEmpty() && lesson == lessons.size();
    }

    @Override
    public void sent(String line) {
        if (tutor != null) {
            tutor.sent(line);
        }
    }

    @Override
    public boolean isForGuide() {
        return tutor != null && tutor.isForGuide();
    }

    @Override
    public void heard(byte[] bytes, int from, int length) {
        synchronized (printed) {
            printed.write(bytes, from, length);
        }
    }

    @Override
    public String asked(Shell shell) {
        typed.add(answer(shell));
        answeredAt = System.nanoTime();
        return "";
    }

    private String answer(Shell shell) {
        if (tutor == null) {
            if (!isReset && lesson >= 0) {
                isReset = true;
                return "/reset";
            }
            isReset = false;
            if (++lesson == lessons.size()) {
                return "/exit";
            }
            tutor = new Tutor(Language.ENGLISH, List.of(lessons.get(lesson)));
            lines = 0;
            clear();
        } else if (tutor.line() != null) {
            lines++;
            compare();
        }
        String offer = tutor.asked(shell);
        if (tutor.missing() != null) {
            differ("is not so: " + tutor.missing().condition());
        }
        if (tutor.isAtEnd() || tutor.missing() != null) {
            report.printf(
                    "%s: %d steps, %d lines%n",
                    lessons.get(lesson).title(), lessons.get(lesson).steps().size(), lines);
            tutor = null;
            return answer(shell);
        }
        return offer;
    }

    private void compare() {
        Block.Line line = tutor.line();
        boolean isLastOfFence = line.output() != null || isLastOfFence(line);
        if (!isLastOfFence) {
            return;
        }
        if (line.output() != null) {
            awaitMatch(line.output());
            if (!Output.matches(line.output(), heardLines())) {
                differ(
                        "%s prints something else than the page says:\n%s\nIt was\n%s"
                                .formatted(
                                        line.code(),
                                        indented(Output.lines(line.output())),
                                        indented(heardLines())));
            }
        } else if (heardLines().stream()
                .anyMatch(said -> said.matches("\\|  (?:Error|Exception).*"))) {
            differ(line.code() + " is not accepted:\n" + indented(heardLines()));
        }
        clear();
    }

    /// Without a page's word about its output, each line stands for itself, unless one with it follows in the fence.
    private boolean isLastOfFence(Block.Line line) {
        List<Block> blocks = tutor.step().blocks();
        int at = blocks.indexOf(line);
        return at == blocks.size() - 1 || !(blocks.get(at + 1) instanceof Block.Line);
    }

    private void awaitMatch(String output) {
        long end = System.nanoTime() + LATE_MILLIS * 1_000_000;
        while (!Output.matches(output, heardLines()) && System.nanoTime() < end) {
            pause(PAUSE_MILLIS);
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<String> heardLines() {
        synchronized (printed) {
            return Output.lines(printed.toString(StandardCharsets.UTF_8));
        }
    }

    private void clear() {
        synchronized (printed) {
            printed.reset();
        }
    }

    private void differ(String what) {
        String difference =
                "%s, step \"%s\": %s"
                        .formatted(lessons.get(lesson).file(), tutor.step().title(), what);
        differences.add(difference);
        report.println(difference);
    }

    private static String indented(List<String> lines) {
        return lines.stream().map(line -> "    " + line).collect(Collectors.joining("\n"));
    }
}
