package tandem.travel;

import java.io.IOException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.chrono.Chronology;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DecimalStyle;
import java.time.format.FormatStyle;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalField;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Formatters of dates and times, which are not Serializable, and do not tell their pattern. Their text
/// names each step of it, as the builder's own steps do; so the steps are found, and a formatter is
/// built from them. Whether that one does the same is tried before it is sent.
final class Formatters {
    private static final String LETTERS = "GuyQqMLdDgEecFaBhHkKmsSAnNVvzOXxZYwW";
    private static final int MOST_LETTERS = 9;
    private static final int MOST_WAYS = 64;

    /// What begins a step on the wire: a constant of the class, a pattern, a literal text, or a
    /// localised style.
    private static final char CONSTANT = 'c';

    private static final char PATTERN = 'p';

    private static final char LITERAL = 'l';
    private static final char STYLE = 's';

    private static final List<String> SETTINGS =
            List.of(
                    "ParseCaseSensitive(true)",
                    "ParseCaseSensitive(false)",
                    "ParseStrict(true)",
                    "ParseStrict(false)");

    private Formatters() {}

    /// Apart, as few programs need it: what patterns and styles look like in a formatter's text.
    private static final class Steps {
        static final Map<String, String> BY_TEXT = new HashMap<>();

        static {
            for (char letter : LETTERS.toCharArray()) {
                for (int count = MOST_LETTERS; count > 0; count--) {
                    add(PATTERN + String.valueOf(letter).repeat(count));
                }
            }
            List<String> styles = new ArrayList<>(List.of(""));
            Arrays.stream(FormatStyle.values()).map(Enum::name).forEach(styles::add);
            for (String date : styles) {
                for (String time : styles) {
                    add(STYLE + date + "," + time);
                }
            }
            SETTINGS.forEach(setting -> BY_TEXT.put(setting, setting));
        }

        private static void add(String step) {
            try {
                var builder = new DateTimeFormatterBuilder();
                append(builder, step);
                BY_TEXT.put(builder.toFormatter(Locale.ROOT).toString(), step);
            } catch (IllegalArgumentException e) {
                // There is no such pattern.
            }
        }
    }

    /// What a formatter is made of: its steps, then its settings. Null when that cannot be found.
    static Object[] parts(DateTimeFormatter formatter) {
        String text = formatter.toString();
        String constant = KnownTypes.constant(one -> one.toString().equals(text));
        List<List<String>> ways =
                constant != null ? List.of(List.of(CONSTANT + constant)) : ways(text);
        for (List<String> steps : ways) {
            Object[] parts = parts(steps, formatter);
            if (isAlike(make(parts), formatter)) {
                return parts;
            }
        }
        return null;
    }

    private static Object[] parts(List<String> steps, DateTimeFormatter formatter) {
        DecimalStyle style = formatter.getDecimalStyle();
        return new Object[] {
            steps.toArray(new String[0]),
            formatter.getLocale(),
            new char[] {
                style.getZeroDigit(),
                style.getPositiveSign(),
                style.getNegativeSign(),
                style.getDecimalSeparator()
            },
            formatter.getResolverStyle(),
            formatter.getResolverFields(),
            formatter.getChronology(),
            formatter.getZone()
        };
    }

    /// The ways to read a text as steps: `'a''b'` is two characters, or a text with a quote in it.
    private static List<List<String>> ways(String text) {
        List<List<String>> found = new ArrayList<>();
        addWays(text, new ArrayList<>(), found);
        return found;
    }

    private static void addWays(String rest, List<String> before, List<List<String>> found) {
        if (rest.isEmpty() && !before.isEmpty()) {
            found.add(List.copyOf(before));
        }
        if (rest.isEmpty() || found.size() == MOST_WAYS) {
            return;
        }
        char first = rest.charAt(0);
        if (first == '\'') {
            for (int end = rest.indexOf('\'', 1); end > 0; end = rest.indexOf('\'', end + 2)) {
                String one = end == 1 ? "'" : rest.substring(1, end).replace("''", "'");
                addWays(rest.substring(end + 1), with(before, LITERAL + one), found);
                if (end == 1 || !rest.startsWith("''", end)) {
                    break;
                }
            }
            return;
        }
        int end = "[]()".indexOf(first) >= 0 ? 1 : rest.indexOf(')') + 1;
        String one = rest.substring(0, end);
        String step = end == 1 ? one : Steps.BY_TEXT.get(one);
        if (step != null) {
            addWays(rest.substring(end), with(before, step), found);
        }
    }

    private static List<String> with(List<String> before, String step) {
        List<String> steps = new ArrayList<>(before);
        steps.add(step);
        return steps;
    }

    /// Whether two formatters say the same of every month, weekday, hour, era and sign.
    private static boolean isAlike(DateTimeFormatter made, DateTimeFormatter formatter) {
        if (!made.toString().equals(formatter.toString())) {
            return false;
        }
        for (int i = 0; i < 24; i++) {
            ZonedDateTime sample =
                    ZonedDateTime.of(
                            i % 2 == 0 ? 2023 : -44 * i,
                            1 + i % 12,
                            1 + i,
                            i,
                            2 * i,
                            i,
                            7 * i * 1_000_000,
                            i % 3 == 0 ? ZoneOffset.UTC : ZoneId.of("Europe/Paris"));
            if (!said(made, sample).equals(said(formatter, sample))) {
                return false;
            }
        }
        return true;
    }

    private static String said(DateTimeFormatter formatter, ZonedDateTime sample) {
        try {
            return formatter.format(sample);
        } catch (RuntimeException e) {
            return e.toString();
        }
    }

    @SuppressWarnings("unchecked")
    static DateTimeFormatter make(Object[] parts) {
        char[] signs = (char[]) parts[2];
        return build((String[]) parts[0], (Locale) parts[1])
                .withDecimalStyle(
                        DecimalStyle.STANDARD
                                .withZeroDigit(signs[0])
                                .withPositiveSign(signs[1])
                                .withNegativeSign(signs[2])
                                .withDecimalSeparator(signs[3]))
                .withResolverStyle((ResolverStyle) parts[3])
                .withResolverFields((Set<TemporalField>) parts[4])
                .withChronology((Chronology) parts[5])
                .withZone((ZoneId) parts[6]);
    }

    private static DateTimeFormatter build(String[] steps, Locale locale) {
        if (steps[0].charAt(0) == CONSTANT) {
            return KnownTypes.formatter(steps[0].substring(1)).withLocale(locale);
        }
        List<DateTimeFormatterBuilder> open = new ArrayList<>();
        open.add(new DateTimeFormatterBuilder());
        for (String step : steps) {
            DateTimeFormatterBuilder builder = open.getLast();
            switch (step) {
                case "[" -> builder.optionalStart();
                case "]" -> builder.optionalEnd();
                case "(" -> open.add(new DateTimeFormatterBuilder());
                case ")" -> open.get(open.size() - 2).append(open.removeLast().toFormatter(locale));
                default -> append(builder, step);
            }
        }
        return open.getFirst().toFormatter(locale);
    }

    private static void append(DateTimeFormatterBuilder builder, String step) {
        String rest = step.substring(1);
        switch (SETTINGS.indexOf(step)) {
            case 0 -> builder.parseCaseSensitive();
            case 1 -> builder.parseCaseInsensitive();
            case 2 -> builder.parseStrict();
            case 3 -> builder.parseLenient();
            default -> {
                switch (step.charAt(0)) {
                    case PATTERN -> builder.appendPattern(rest);
                    case LITERAL -> builder.appendLiteral(rest);
                    default -> {
                        String[] styles = rest.split(",", -1);
                        builder.appendLocalized(style(styles[0]), style(styles[1]));
                    }
                }
            }
        }
    }

    private static FormatStyle style(String name) {
        return name.isEmpty() ? null : FormatStyle.valueOf(name);
    }

    /// @throws IOException when the parts are damaged
    static DateTimeFormatter read(Object[] parts) throws IOException {
        try {
            return make(parts);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw TravelLimits.damaged("a formatter: " + e.getMessage());
        }
    }
}
