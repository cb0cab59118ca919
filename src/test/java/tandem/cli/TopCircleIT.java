package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tandem.testing.Program;
import tandem.testing.Terminal;

import java.nio.file.Path;
import java.util.regex.Pattern;

/// `scripts/tandem top` at a real terminal beside processes that really wait for each other, and one
/// that is really killed.
class TopCircleIT {
    private static final String RED = "\033\\[1m\033\\[31m";

    @TempDir Path memory;
    @TempDir Path folder;

    private Program.Running family;
    private long lastOfCircle;
    private long victim;
    private Terminal terminal;

    @BeforeEach
    void startFamilyAndTop() {
        Program.jar();
        family =
                Program.tandem("src/test/scripts/Philosophers.java")
                        .with("TANDEM_JAVA_OPTS", "-Dtandem.dir=" + memory)
                        .start();
        lastOfCircle = Long.parseLong(family.awaitLine("circle "));
        victim = Long.parseLong(family.awaitLine("holder "));
        String command =
                "TANDEM_JAVA_OPTS=-Dtandem.dir='%s' '%s' top"
                        .formatted(memory, Program.home().resolve("scripts/tandem"));
        terminal = Terminal.open(folder, 80, 24, command);
    }

    @AfterEach
    void end() {
        if (terminal != null) {
            terminal.close();
        }
        signal("CONT", family.pid());
        family.close();
    }

    private static void signal(String name, long pid) {
        Program.of("kill", "-" + name, Long.toString(pid)).run();
    }

    private void awaitRow(String row) {
        Pattern pattern = Pattern.compile("^[> ] " + row + " *$", Pattern.MULTILINE);
        terminal.await(row, screen -> pattern.matcher(screen).find());
    }

    @Test
    void aCircleStandsOutUntilOneGivesUp() {
        awaitRow("哲学家-1 .* circle: waits for lock-\\d+, \\d.* s");
        awaitRow("哲学家-2 .* circle: waits for lock-\\d+, \\d.* s");
        awaitRow("哲学家-3 .* stopped, waits for lock-\\d+, \\d.* s");
        awaitRow("lock-\\d+ +哲学家-3 +1 +0 100%");
        assertThat(terminal.styled())
                .containsPattern(RED + "circle: waits for lock-")
                .containsPattern("lock-\\d+ +" + RED + "哲学家-3");

        terminal.write("/lock");
        terminal.press("Enter");
        terminal.press("NPage");
        terminal.press("Enter");
        terminal.await("  held by 哲学家-", ", which is in a circle, taken 1 times");
        terminal.press("Escape");
        terminal.press("Escape");

        signal("CONT", lastOfCircle);
        family.awaitLine("哲学家-3 gives up");
        terminal.await(
                "no circle", screen -> !screen.contains("circle") && !screen.contains("哲学家"));
        assertThat(terminal.styled()).doesNotContainPattern(RED);
    }

    @Test
    void aDeadHolderStandsOutThoughNobodyHasSeenItsEnd() {
        awaitRow("array-\\d+ +i × 3 +victim +0 .*\\[7, 0, 0\\]");
        signal("STOP", family.pid());
        signal("KILL", victim);
        awaitRow("MainProcess .* stopped");
        awaitRow("victim .* dead");
        awaitRow("array-\\d+ +i × 3 +dead: victim .*\\[7, 0, 0\\]");
        assertThat(terminal.styled()).containsPattern("array-\\d+ +i × 3 +" + RED + "dead: victim");

        signal("CONT", family.pid());
        terminal.await("no victim", screen -> !screen.contains("\n  victim"));
        awaitRow("array-\\d+ +i × 3 +dead: victim .*\\[7, 0, 0\\]");
    }
}
