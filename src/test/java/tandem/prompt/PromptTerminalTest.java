package tandem.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// Who writes when on the terminal of the prompt, without one.
@Tag("once")
class PromptTerminalTest {
    private static final String READING = "\033[?2004h";
    private static final String READ = "\033[?2004l";
    private static final int LONG = 3_000_000;
    private static final int LONGEST = 1 << 19;

    private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    private final PromptTerminal prompt = new PromptTerminal(terminal, Tty.none(), Guide.NONE);
    private final PrintStream reader = prompt.reader(() -> null);
    private final PrintStream others = prompt.others();

    private String written() {
        synchronized (prompt) {
            return terminal.toString(StandardCharsets.UTF_8);
        }
    }

    private void read(String text) {
        reader.print(text);
        reader.flush();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLineThatDoesNotEndIsShownInParts(boolean isReading) {
        if (isReading) {
            read(READING + "jshell> ");
        }
        for (int i = 0; i < LONG / 1000; i++) {
            others.print("x".repeat(1000));
        }
        read((isReading ? "\r\n" + READ : "") + READING + "jshell> ");

        assertThat(written().chars().filter(each -> each == 'x').count())
                .isBetween((long) LONG, (long) LONG + LONGEST);
        assertThat(written().lines()).allMatch(line -> line.length() < LONGEST);
        assertThat(written()).contains("jshell> ");
    }

    @Test
    void whatAsksInTheSameRowBelongsToThePicture() {
        others.print("old\nname? ");
        read(READING);
        others.print("of another\n");
        read("Ada");
        read("\r\n" + READ);

        assertThat(written()).startsWith("old\nname? ");
        assertThat(written().substring("old\nname? ".length()))
                .contains("of another\n", "name? Ada");
    }

    @Test
    void anEmptyLineIsOneBehindAPromptOnly() {
        assertThat(prompt.isLineEmpty()).isFalse();
        others.print("name? ");
        read(READING);
        assertThat(prompt.isLineEmpty()).isFalse();
        read("\r\n" + READ + READING + "jshell> ");
        assertThat(prompt.isLineEmpty()).isTrue();
        read("x");
        assertThat(prompt.isLineEmpty()).isFalse();
        read("\b\033[K");
        assertThat(prompt.isLineEmpty()).isTrue();
        read("\r\n" + READ);
        assertThat(prompt.isLineEmpty()).isFalse();
    }
}
