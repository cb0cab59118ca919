package tandem;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The README says the same in both languages, and points to what exists.
@Tag("once")
class ReadmeTest {
    private static final Path HOME = Path.of(System.getProperty("tandem.home"));

    private final List<String> english = lines("README.md");
    private final List<String> chinese = lines("README.zh-CN.md");

    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(HOME.resolve(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void assertSame(String what, Function<List<String>, List<String>> part) {
        assertThat(part.apply(chinese)).as(what).isNotEmpty().isEqualTo(part.apply(english));
    }

    @Test
    void bothHaveTheSameHeadings() {
        assertSame(
                "levels of headings",
                lines ->
                        lines.stream()
                                .filter(line -> line.startsWith("#"))
                                .map(line -> line.replaceFirst("^(#+).*", "$1"))
                                .toList());
    }

    @Test
    void bothHaveTheSameCode() {
        assertSame(
                "blocks of code, without their comments",
                lines ->
                        lines.stream()
                                .filter(line -> line.startsWith("    "))
                                .map(line -> line.replaceFirst("\\s+(?://|# ).*", ""))
                                .toList());
    }

    @Test
    void bothHaveTheSameTables() {
        assertSame(
                "code and figures in rows of tables",
                lines ->
                        lines.stream()
                                .filter(line -> line.startsWith("|"))
                                .map(
                                        line ->
                                                found("`[^`]*`|\\d[\\d.]* (?:ns|µs|ms)", line)
                                                        .toString())
                                .toList());
    }

    @Test
    void bothHaveTheSameCodeInTheirText() {
        assertSame(
                "code in paragraphs",
                lines ->
                        lines.stream()
                                .filter(line -> !line.startsWith("|") && !line.startsWith("    "))
                                .flatMap(line -> found("`[^`]+`", line).stream())
                                .sorted()
                                .toList());
    }

    @Test
    void bothHaveTheSameLinksAndWhatTheyPointToExists() {
        assertSame("links", ReadmeTest::links);
        assertThat(links(english)).allMatch(link -> Files.exists(HOME.resolve(link)));
        for (String page : List.of("docs/benchmarks.md", "docs/safety.md", "CHANGELOG.md")) {
            assertThat(HOME.resolve(page)).exists();
        }
    }

    private static List<String> links(List<String> lines) {
        return lines.stream()
                .flatMap(line -> found("(?<=]\\()[^)]+", line).stream())
                .filter(link -> !link.startsWith("README"))
                .toList();
    }

    private static List<String> found(String pattern, String line) {
        return Pattern.compile(pattern).matcher(line).results().map(MatchResult::group).toList();
    }

    @Test
    void theFiguresAreThoseOfTheBenchmarks() {
        String measured = String.join("\n", lines("docs/benchmarks.md"));
        List<String> rows =
                english.stream()
                        .dropWhile(line -> !line.equals("## Figures"))
                        .filter(line -> line.matches("\\|.*\\d.*(?:ns|µs|ms).*"))
                        .toList();

        assertThat(rows).hasSize(5);
        rows.stream()
                .flatMap(row -> Stream.of(row.split("\\|")).skip(2))
                .flatMap(cell -> found("\\d[\\d.]*(?= (?:ns|µs|ms))", cell).stream())
                .forEach(figure -> assertThat(measured).contains("| " + figure + " ("));
    }
}
