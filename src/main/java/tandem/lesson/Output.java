package tandem.lesson;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a page says that is printed, compared with what was. `…` stands for any text, and alone in a line
/// for any number of lines. Lines of workers may come earlier or later than those of the shell. Numbers differ from run to run where nobody chose them: pids, those of answers,
/// of workers and of things without a name.
final class Output {
    private static final Pattern SEQUENCE = Pattern.compile("\033\\[[0-?]*[ -/]*[@-~]");

    private static final Pattern OF_WORKER = Pattern.compile("\\[[^\\]]+] ");

    private static final Pattern NUMBER =
            Pattern.compile(
                    "(?<=pid |\\$|Worker-|array-|value-|lock-|event-|queue-|pool-|barrier-)\\d+");

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
        List<String> page = lines(expected);
        return matches(page, lines, Output::isOfWorker)
                && matches(page, lines, line -> !isOfWorker(line));
    }

    private static boolean isOfWorker(String line) {
        return OF_WORKER.matcher(line).lookingAt();
    }

    private static boolean matches(
            List<String> page, List<String> lines, Predicate<String> belongs) {
        String pattern =
                page.stream()
                        .filter(line -> line.equals("…") || belongs.test(line))
                        .map(line -> line.equals("…") ? "(?:.*\n)*" : line(line) + "\n")
                        .collect(Collectors.joining());
        String all =
                lines.stream()
                        .filter(belongs)
                        .map(line -> withoutNumbers(line) + "\n")
                        .collect(Collectors.joining());
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
