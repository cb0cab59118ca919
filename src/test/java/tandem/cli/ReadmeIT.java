package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tandem.testing.Program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// What the README shows at the prompt is what comes when it is typed.
class ReadmeIT {
    private static final String PROMPT = "    jshell> ";

    @TempDir Path memory;
    @TempDir Path folder;

    @BeforeEach
    void prepare() throws IOException {
        Program.jar();
        Files.createDirectories(folder.resolve(".java/.userPrefs"));
    }

    /// The session that stands under a heading.
    private static List<String> session(String heading) throws IOException {
        return Files.readAllLines(Program.home().resolve("README.md")).stream()
                .dropWhile(line -> !line.replaceFirst("^#+ ", "").equals(heading))
                .skip(1)
                .takeWhile(line -> !line.startsWith("#"))
                .filter(line -> line.startsWith("    "))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"A tour", "The forgotten lock", "The circle", "The killed holder"})
    void isWhatComesWhenItIsTyped(String heading) throws IOException {
        List<String> session = session(heading);
        String[] typed =
                session.stream()
                        .filter(line -> line.startsWith(PROMPT))
                        .map(line -> line.substring(PROMPT.length()))
                        .toArray(String[]::new);

        assertThat(typed).isNotEmpty();
        String said = said(typed);
        for (int left = 2; left > 0 && isUntold(said); left--) {
            said = said(typed);
        }
        for (String line : session) {
            if (!line.startsWith(PROMPT)) {
                assertThat(said).containsPattern(pattern(line.strip()));
            }
        }
        Program.awaitEmpty(memory);
    }

    private String said(String... typed) {
        Program.Ended ended =
                Program.tandem()
                        .in(folder)
                        .with(
                                "TANDEM_JSHELL_OPTS",
                                "-J-Djava.util.prefs.userRoot=%s -R-Dtandem.dir=%s"
                                        .formatted(folder, memory))
                        .typing(typed)
                        .run();
        return swapped((ended.out() + ended.err()).replaceAll("(?m)^\\[[\\w-]+] ", ""));
    }

    /// What may happen too, and the page does not tell: one worker was done before the other one came, so that
    /// both eat or no update was lost; or both came last, and none eats.
    private static boolean isUntold(String said) {
        return said.contains("[2000000]")
                || said.contains("Ann eats") && said.contains("Bob eats")
                || said.matches("(?s).*gives up waiting\\n.*gives up waiting\\n.*");
    }

    /// It may be Ann who came last.
    private static String swapped(String said) {
        return said.contains("Ann (pid")
                        && said.matches("(?s).*Ann \\(pid \\d+\\) holds left and gives up.*")
                ? said.replace("Ann", "\0")
                        .replace("Bob", "Ann")
                        .replace("\0", "Bob")
                        .replace("left", "\0")
                        .replace("right", "left")
                        .replace("\0", "right")
                : said;
    }

    /// What differs from run to run: numbers of processes, threads, answers and objects, how many
    /// updates were lost, and whether the name of a dead holder is still known.
    private static Pattern pattern(String line) {
        String words = line.replaceFirst("^\\[[\\w-]+] ", "");
        return Pattern.compile(
                Pattern.quote(words)
                        .replace("held by thief (pid 31709), which", "held by \\E.*\\Q, which")
                        .replaceAll("\\[\\d{7}]", "\\\\E\\\\[(?!2000000])\\\\d+]\\\\Q")
                        .replaceAll("(?<=pid |thread |^\\\\Q\\$|event-)\\d+", "\\\\E\\\\d+\\\\Q"));
    }
}
