package tandem.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;

/// What is cut out of lines, and where blocks of bytes are cut.
@Tag("once")
class SequencesTest {
    private static String within(String lines) {
        return new String(Sequences.keptWithin(lines.getBytes(UTF_8)), UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain\n",
                "\033[32m[Worker-1]\033[0m 中文 \033[1;38;5;200mé\033[m\n",
                "\033[38:2::1:2:3mcolon\n",
                "\ttab, back\b\b, bell\007, again\rover\033[K\033[1K\n",
                "two\nlines\r\n"
            })
    void whatStaysInItsRowIsKept(String lines) {
        assertThat(within(lines)).isEqualTo(lines);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\033[5A",
                "\033[H",
                "\033[2J",
                "\033[3;10r",
                "\033[?25l",
                "\033[?1049h",
                "\033[>4;1m",
                "\033[6n",
                "\033[!p",
                "\033c",
                "\0337",
                "\033(0",
                "\033#8",
                "\033]0;a title\007",
                "\033]8;;http://a\033\\",
                "\033P+q\033\\",
                "\016",
                "\005",
                "\013\f\177\0",
                "\u009b"
            })
    void whatReachesFurtherIsLeftOut(String sequence) {
        assertThat(within("a" + sequence + "b\n")).isEqualTo("ab\n");
    }

    @Test
    void whatIsNotCompleteTakesNoMoreThanItsLine() {
        assertThat(within("a\033[12\nb\n")).isEqualTo("a\nb\n");
        assertThat(within("a\033]0;never ended\nb\n")).isEqualTo("a\nb\n");
        assertThat(within("a\033\nb\033[\033[31mc\n")).isEqualTo("a\nb\033[31mc\n");
    }

    @Test
    void aSequenceOrACharacterMayComeInParts() {
        List<String> parts = new ArrayList<>();
        Sequences sequences = new Sequences();
        for (byte each : "é\033[31m中\033(B".getBytes(UTF_8)) {
            sequences.cut(new byte[] {each}, 1, parts::add, parts::add);
        }
        assertThat(parts).containsExactly("é", "\033[31m", "中", "\033(B");
    }
}
