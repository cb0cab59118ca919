package tandem.lesson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Pages of Markdown as lessons, and what they say.
@Tag("once")
class LessonTest {
    private static final Path FOLDER = Path.of(System.getProperty("tandem.home"), "lessons");
    private static final int LONGEST_LINE = 80;

    private static final String PAGE =
            """
            # A *lesson*

            Hello.

            ## First

            Some `code`.

            ```java
            int x = 1
            int twice(int n) {
                return 2 * n;
            }
            ```

            ```text
            x ==> …
            ```

            > Hint: Send it.

            ```java check
            x == 1   // It is one.
            ```

            ## Second

            - nothing
            """;

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().matches(".*/\\d\\d-.*\\.md"))
                    .sorted()
                    .toList();
        }
    }

    private static Path chinese(Path page) {
        return FOLDER.resolve("zh").resolve(page.getFileName());
    }

    @Test
    void aPageHasStepsWithLinesChecksAndHints() {
        Lesson lesson = Lesson.parse(Path.of("page.md"), PAGE);

        assertThat(lesson.title()).isEqualTo("A lesson");
        assertThat(lesson.introduction()).hasSize(1);
        assertThat(lesson.steps()).extracting(Step::title).containsExactly("First", "Second");
        Step first = lesson.steps().getFirst();
        assertThat(first.lines())
                .containsExactly(
                        new Block.Line("int x = 1", null),
                        new Block.Line("int twice(int n) {\n    return 2 * n;\n}", "x ==> …\n"));
        assertThat(first.hasHint()).isTrue();
        assertThat(first.blocks()).contains(new Block.Check("x == 1", "It is one."));
        assertThat(lesson.steps().getLast().hasHint()).isFalse();
    }

    @Test
    void whatIsNoLessonIsRefusedByName() {
        assertThatThrownBy(() -> Lesson.parse(Path.of("page.md"), "Hello."))
                .hasMessageContaining("page.md is no lesson");
        assertThatThrownBy(() -> Lesson.read(Path.of("nowhere.md")))
                .hasMessage("the lesson nowhere.md cannot be read");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "var a = Array.of(\"i\", 3) | var a = Array.of(\"i\", 5)   | true",
                "int guess = 99            | int guess = 7               | true",
                "a.set(0, 5)               | a.set( 0,5 )                | true",
                "a.set(0, 5)               | a.get(0)                    | false",
                "a.set(0, 5)               | help()                      | false",
                "a                         | a                           | true",
                "a                         | b                           | false",
                "abcde                     | abxyz                       | false",
            })
    void aLineThatWasChangedIsTheSame(String offered, String sent, boolean isSame) {
        assertThat(Likeness.isSame(offered, sent)).isEqualTo(isSame);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a ==> 5                   | a ==> 5                     | true",
                "a ==> 5                   | a ==> 6                     | false",
                "a ==> 5                   | a ==> 5/b                   | false",
                "a ==> 5/b                 | a ==> 5                     | false",
                "a ==> …                   | a ==> 6                     | true",
                "a/…                       | a/b/c                       | true",
                "…/c                       | c                           | true",
                "$3 ==> 1 (pid 17)         | $12 ==> 1 (pid 4)           | true",
                "$3 ==> lock-1             | $12 ==> door-1              | false",
                "a/[Ann] b                 | [Ann] b/a                   | true",
                "[Ann] a/[Ann] b           | [Ann] b/[Ann] a             | false",
                "a                         | a/[Ann] b                   | false",
            })
    void outputIsComparedButForNumbersThatNobodyChose(String page, String printed, boolean isSame) {
        assertThat(
                        Output.matches(
                                page.replace("/", "\n"),
                                Output.lines(printed.replace("/", "\n\n"))))
                .isEqualTo(isSame);
    }

    @Test
    void colorsOfWorkersAreNoDifference() {
        assertThat(Output.lines("\033[36m[Ann]\033[0m hello\r\n")).containsExactly("[Ann] hello");
    }

    @ParameterizedTest
    @MethodSource("pages")
    void aPageHasFourOrFiveStepsWithChecksAndFitsAScreen(Path page) {
        Lesson lesson = Lesson.read(page);

        assertThat(lesson.title()).startsWith(Integer.parseInt(number(page)) + " · ");
        assertThat(lesson.steps()).hasSizeBetween(4, 5);
        assertThat(lesson.steps().stream().flatMap(step -> step.blocks().stream()))
                .filteredOn(Block.Check.class::isInstance)
                .hasSizeGreaterThanOrEqualTo(3);
        assertThat(lesson.steps().stream().flatMap(step -> step.lines().stream()))
                .allMatch(
                        line -> line.code().lines().allMatch(one -> one.length() <= LONGEST_LINE));
        for (Language language : Language.values()) {
            Lesson inLanguage = Lesson.read(language == Language.ENGLISH ? page : chinese(page));
            for (Step step : inLanguage.steps()) {
                for (Block block : step.blocks()) {
                    if (block instanceof Block.Text(var node)) {
                        assertThat(Typesetter.text(node, 80).lines().toList())
                                .as("lines of %s", step.title())
                                .hasSizeLessThan(14)
                                .allMatch(
                                        line -> AttributedString.fromAnsi(line).columnLength() < 80)
                                .noneMatch(line -> line.matches("^[，。；：、？！）].*"));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyStepHasACheckOrSaysThatItIsOnlyToBeRead(Path page) throws IOException {
        for (Path file : List.of(page, chinese(page))) {
            List<Step> steps = Lesson.read(file).steps();
            String[] sources = Files.readString(file).split("(?m)^## ");
            assertThat(sources).hasSize(steps.size() + 1);
            for (int i = 0; i < steps.size(); i++) {
                Step step = steps.get(i);
                boolean isOnlyToBeRead = sources[i + 1].contains("<!-- only to be read -->");
                assertThat(step.blocks().stream().anyMatch(Block.Check.class::isInstance))
                        .as("a check in %s, %s", file, step.title())
                        .isNotEqualTo(isOnlyToBeRead);
            }
        }
    }

    private static String number(Path page) {
        return page.getFileName().toString().substring(0, 2);
    }

    /// All but the sentences of checks.
    private static List<String> code(Lesson lesson) {
        return lesson.steps().stream()
                .flatMap(
                        step ->
                                Stream.concat(
                                        Stream.of("step"),
                                        step.blocks().stream()
                                                .flatMap(
                                                        block ->
                                                                switch (block) {
                                                                    case Block.Line(
                                                                                    var line,
                                                                                    var output) ->
                                                                            Stream.of(
                                                                                    line + "\n→"
                                                                                            + output);
                                                                    case Block.Check(
                                                                                    var condition,
                                                                                    _) ->
                                                                            Stream.of(
                                                                                    "check "
                                                                                            + condition);
                                                                    case Block.Hint _ ->
                                                                            Stream.of("hint");
                                                                    case Block.Text _ ->
                                                                            Stream.empty();
                                                                })))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void theChinesePageHasTheSameStepsAndCode(Path page) {
        assertThat(code(Lesson.read(chinese(page)))).isEqualTo(code(Lesson.read(page)));
    }

    @Test
    void theListNamesAllInBothLanguages() throws IOException {
        String list = Files.readString(FOLDER.resolve("README.md"));
        List<Path> pages = pages();

        assertThat(pages).hasSize(10);
        for (Path page : pages) {
            String file = page.getFileName().toString();
            assertThat(list)
                    .contains("[%s](%s)".formatted(words(Lesson.read(page)), file))
                    .contains("[%s](zh/%s)".formatted(words(Lesson.read(chinese(page))), file));
        }
    }

    private static String words(Lesson lesson) {
        return lesson.title().replaceFirst("^\\d+ · ", "");
    }
}
