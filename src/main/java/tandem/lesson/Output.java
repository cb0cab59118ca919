package tandem.lesson;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a page says that is printed, compared with what was. `…` stands for any text, and alone in a line
/// for any number of lines. Numbers differ from run to run where nobody chose them: pids, those of answers,
/// of workers and of things without a name.
final class Output {
    private static final Pattern SEQUENCE = Pattern.compile("\033\\[[0-?]*[ -/]*[@-~]");

    private static final Pattern NUMBER =
            Pattern.compile(
                    "(?<=pid |\\$|Worker-|(?:array|value|lock|event|queue|pipe|semaphore|barrier|condition)-)\\d+");

    private Output() {}

    /// What was printed, without colours and empty lines.
    static List<String> lines(String printed) {
        return SEQUENCE.matcher(printed)
                .replaceAll("")
                .lines()
                .map(String::stripTrailing)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    static boolean matches(String expected, List<String> lines) {
        String pattern =
                lines(expected).stream()
                        .map(line -> line.strip().equals("…") ? "(?:.*\n)*" : line(line) + "\n")
                        .collect(Collectors.joining());
        String all =
                lines.stream().map(Output::withoutNumbers).map(line -> line + "\n").collect(Collectors.joining());
        return all.matches(pattern);
    }

    private static String line(String line) {
        return Stream.of(withoutNumbers(line).split("…", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*"));
    }

    private static String withoutNumbers(String line) {
        return NUMBER.matcher(line).replaceAll("0");
    }
}
