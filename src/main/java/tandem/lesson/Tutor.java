package tandem.lesson;

import org.jline.utils.AttributedStyle;

import tandem.prompt.Guide;
import tandem.prompt.Shell;

import java.util.List;
import java.util.Set;

/// Leads through lessons at the prompt: shows a step, offers its lines one after another, and looks at the end
/// whether what was to be seen is there. What else is typed, the shell does as ever, and the same line is
/// offered again.
final class Tutor implements Guide {
    private static final Set<String> WORDS = Set.of("next", "back", "hint", "again");

    /// A check may be about what has only just been begun.
    private static final long PATIENCE_NANOS = 750_000_000;

    private static final long PAUSE_MILLIS = 250;

    private final Language language;
    private final List<Lesson> lessons;
    private Shell shell;
    private int lesson;
    private int step = -1;

    /// The block of the step that comes next; that of the line while one is offered.
    private int block;

    /// Where those who have not got on begin again.
    private int retry;

    /// What is offered, and the line of the lesson if it is one.
    private String offer = "";

    private Block.Line line;
    private boolean isDone;

    /// Whether the person was told that the step is not done, and may leave it.
    private boolean isWarned;

    /// What was sent, null when that is dealt with.
    private String sent;

    private boolean isWord;

    /// Whether it did not compile.
    private boolean isRefused;

    /// @param lessons the one that is begun with, and those that follow
    Tutor(Language language, List<Lesson> lessons) {
        this.language = language;
        this.lessons = lessons;
    }

    @Override
    public void sent(String typed) {
        sent = typed.strip();
        isWord = WORDS.contains(sent);
    }

    @Override
    public boolean isForGuide() {
        return isWord;
    }

    @Override
    public String asked(Shell asking) {
        shell = asking;
        isRefused = asking.hasRefused();
        isWord = false;
        if (step < 0) {
            open();
        } else if (sent != null && !sent.isEmpty()) {
            switch (sent) {
                case "next" -> next();
                case "back" -> begin(Math.max(0, step - 1));
                case "again" -> begin(step);
                case "hint" -> hint();
                default -> typed();
            }
        }
        sent = null;
        return offer;
    }

    /// The line of the lesson that is offered, null when none is.
    Block.Line line() {
        return line;
    }

    Step step() {
        return lesson().steps().get(step);
    }

    /// Whether all lines were sent, and yet something is not as it should be: what, or null.
    Block.Check missing() {
        return line == null && !isDone && step().blocks().get(block) instanceof Block.Check check
                ? check
                : null;
    }

    /// Whether nothing of the lesson is left to be done.
    boolean isAtEnd() {
        return isDone && step == lesson().steps().size() - 1;
    }

    private Lesson lesson() {
        return lessons.get(lesson);
    }

    private void open() {
        say("");
        say(lesson().title(), Typesetter.BOLD);
        for (Block each : lesson().introduction()) {
            if (each instanceof Block.Text text) {
                show(text);
            }
        }
        say("");
        tell(
                language.of(
                        "Enter sends the grey line; Tab takes it, to be changed; or type what you"
                            + " like. next, back, again and hint are words for the lesson, /exit"
                            + " leaves it.",
                        "回车发送灰色的那一行；Tab 把它取来修改；也可以输入任何别的内容。next（下一步）、back（上一步）、"
                                + "again（再看一遍）和 hint（提示）是课程用的词，/exit 离开。"));
        begin(0);
    }

    private void begin(int number) {
        step = number;
        block = 0;
        retry = 0;
        isDone = false;
        isWarned = false;
        say("");
        say(
                "— %s %d/%d: %s"
                        .formatted(
                                language.of("Step", "步骤"),
                                step + 1,
                                lesson().steps().size(),
                                step().title()),
                Typesetter.BOLD);
        goOn();
    }

    /// Shows and checks what comes next, up to the next line to be typed.
    private void goOn() {
        line = null;
        boolean isBelowText = false;
        List<Block> blocks = step().blocks();
        while (block < blocks.size()) {
            switch (blocks.get(block)) {
                case Block.Text text -> {
                    show(text);
                    isBelowText = true;
                }
                case Block.Hint _ -> {
                    // It is shown to those who ask.
                }
                case Block.Line next -> {
                    line = next;
                    offer = next.code();
                    return;
                }
                case Block.Check check -> {
                    if (isBelowText) {
                        say("");
                    }
                    if (!holds(check)) {
                        sayMissing(check);
                        offer = step().hasHint() ? "hint" : "again";
                        return;
                    }
                    sayDone(check);
                    retry = block + 1;
                }
            }
            block++;
        }
        isDone = true;
        offer = "next";
        if (step == lesson().steps().size() - 1) {
            if (lesson == lessons.size() - 1) {
                offer = "/exit";
                tell(language.of("This is the end.", "课程到此结束。"));
            } else {
                tell(
                        language.of("The end of this lesson. The next one: ", "这一课到此结束。下一课：")
                                + lessons.get(lesson + 1).title());
            }
        }
    }

    private boolean holds(Block.Check check) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!shell.isTrue(check.condition())) {
            if (System.nanoTime() > end) {
                return false;
            }
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    private void typed() {
        if (isRefused) {
            return;
        }
        if (line != null && Likeness.isSame(line.code(), sent)) {
            block++;
            goOn();
        } else if (missing() != null) {
            goOn();
        }
    }

    /// Those who have done a step in their own way go on, and so do those who insist.
    private void next() {
        List<Block> blocks = step().blocks();
        for (Block each : isDone ? List.<Block>of() : blocks.subList(block, blocks.size())) {
            if (each instanceof Block.Check check) {
                if (holds(check)) {
                    sayDone(check);
                } else if (isWarned) {
                    break;
                } else {
                    isWarned = true;
                    sayMissing(check);
                    tell(language.of("next once more leaves this step.", "再输入一次 next 就跳过这一步。"));
                    return;
                }
            }
        }
        if (step < lesson().steps().size() - 1) {
            begin(step + 1);
        } else if (lesson < lessons.size() - 1) {
            lesson++;
            open();
        } else {
            tell(language.of("That was the last step. /exit leaves.", "这是最后一步。/exit 离开。"));
        }
    }

    private void hint() {
        if (!step().hasHint()) {
            tell(
                    language.of(
                            "There is no hint for this step; again shows it once more.",
                            "这一步没有提示；again 再显示一遍。"));
        }
        for (Block each : step().blocks()) {
            if (each instanceof Block.Hint hint) {
                shell.out().print("\n" + Typesetter.text(hint.node(), shell.columns()));
            }
        }
        if (missing() != null) {
            List<Block> blocks = step().blocks();
            for (block = retry; !(blocks.get(block) instanceof Block.Line); block++) {
                if (blocks.get(block) instanceof Block.Check) {
                    offer = "again";
                    return;
                }
            }
            goOn();
        }
    }

    private void sayDone(Block.Check check) {
        say("✓ " + check.sentence(), Typesetter.GOOD);
    }

    private void sayMissing(Block.Check check) {
        say(language.of("✗ Not yet: ", "✗ 还没有：") + check.condition(), Typesetter.MISSING);
    }

    private void show(Block.Text text) {
        shell.out().print("\n" + Typesetter.text(text.node(), shell.columns()));
    }

    private void tell(String words) {
        say(words, AttributedStyle.DEFAULT);
    }

    private void say(String words) {
        shell.out().print(words + "\n");
    }

    private void say(String words, AttributedStyle style) {
        shell.out().print(Typesetter.text(words, style, shell.columns()));
    }
}
