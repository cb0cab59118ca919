package tandem.view;

import org.jline.utils.WCWidth;

import java.util.Locale;

/// How figures and names look in little room.
final class Words {
    private static final String UNKNOWN = "";

    private Words() {}

    /// `0.3 s`, `42 s`, `3 min`, `5 h`.
    static String duration(long millis) {
        long seconds = millis / 1000;
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1e3);
        }
        return seconds < 120
                ? seconds + " s"
                : seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }

    /// `0`, `0.4`, `17`, `3.2 k`, `81 M`.
    static String count(double number) {
        if (number < 0.05) {
            return "0";
        }
        if (number < 9.95) {
            return String.format(Locale.ROOT, "%.1f", number);
        }
        String[] units = {"", " k", " M", " G", " T"};
        int unit = 0;
        double scaled = number;
        while (scaled >= 999.5 && unit < units.length - 1) {
            scaled /= 1000;
            unit++;
        }
        return String.format(
                Locale.ROOT, unit > 0 && scaled < 9.95 ? "%.1f%s" : "%.0f%s", scaled, units[unit]);
    }

    /// `0`, `17`, `3.2 k`: of what has no fractions.
    static String count(long number) {
        return number < 1000 ? Long.toString(number) : count((double) number);
    }

    /// `84 MB`, nothing where unknown.
    static String bytes(long bytes) {
        return bytes < 0 ? UNKNOWN : (bytes >> 20) + " MB";
    }

    /// `7%`, nothing where unknown.
    static String share(double share) {
        return Double.isNaN(share) ? UNKNOWN : Math.round(share * 100) + "%";
    }

    /// A text without what would move the cursor.
    static String plain(String text) {
        return text.codePoints().anyMatch(Character::isISOControl)
                ? text.codePoints()
                        .map(c -> Character.isISOControl(c) ? '?' : c)
                        .collect(
                                StringBuilder::new,
                                StringBuilder::appendCodePoint,
                                StringBuilder::append)
                        .toString()
                : text;
    }

    /// Exactly so many columns: cut with an ellipsis, or filled with spaces. A Chinese character
    /// takes two.
    static String fit(String text, int columns, boolean isRight) {
        String fitting = plain(text);
        int length = columns(fitting);
        if (length > columns) {
            fitting = columns == 0 ? "" : cut(fitting, columns - 1) + "…";
            length = columns(fitting);
        }
        String filling = " ".repeat(columns - length);
        return isRight ? filling + fitting : fitting + filling;
    }

    private static int columns(String text) {
        int columns = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            columns += columns(text.codePointAt(i));
        }
        return columns;
    }

    private static int columns(int codePoint) {
        return codePoint < 0x7f ? 1 : Math.max(0, WCWidth.wcwidth(codePoint));
    }

    /// The beginning of a text that takes no more columns.
    private static String cut(String text, int columns) {
        int end = 0;
        for (int used = 0; end < text.length(); end += Character.charCount(text.codePointAt(end))) {
            used += columns(text.codePointAt(end));
            if (used > columns) {
                break;
            }
        }
        return text.substring(0, end);
    }
}
