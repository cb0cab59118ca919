package tandem.view;

import org.jline.utils.WCWidth;

/// How figures and names look in little room.
final class Words {
    private static final String UNKNOWN = "";

    private Words() {}

    /// `0.3 s`, `42 s`, `3 min`, `5 h`.
    static String duration(long millis) {
        long seconds = millis / 1000;
        if (seconds < 10) {
            return tenths(millis / 1e3) + " s";
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
            return tenths(number);
        }
        String[] units = {"", " k", " M", " G", " T"};
        int unit = 0;
        double scaled = number;
        while (scaled >= 999.5 && unit < units.length - 1) {
            scaled /= 1000;
            unit++;
        }
        boolean isSmall = unit > 0 && scaled < 9.95;
        return (isSmall ? tenths(scaled) : Long.toString(Math.round(scaled))) + units[unit];
    }

    /// One digit behind the point. (A frame has dozens of these, and a format takes microseconds.)
    private static String tenths(double number) {
        long tenths = Math.round(number * 10);
        return tenths / 10 + "." + tenths % 10;
    }

    /// `1234567` as `1,234,567`.
    static String grouped(long number) {
        StringBuilder text = new StringBuilder(Long.toString(number));
        for (int at = text.length() - 3; at > 0; at -= 3) {
            text.insert(at, ',');
        }
        return text.toString();
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
        StringBuilder plain = null;
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                plain = plain == null ? new StringBuilder(text) : plain;
                plain.setCharAt(i, '?');
            }
        }
        return plain == null ? text : plain.toString();
    }

    /// Whether every character of a text takes one column: so it is with nearly all.
    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    /// Exactly so many columns: cut with an ellipsis, or filled with spaces. A Chinese character
    /// takes two.
    static String fit(String text, int columns, boolean isRight) {
        boolean isAscii = isAscii(text);
        String fitting = isAscii ? text : plain(text);
        int length = isAscii ? text.length() : columns(fitting);
        if (length > columns) {
            fitting = columns == 0 ? "" : cut(fitting, columns - 1) + "…";
            length = columns(fitting);
        }
        String filling = " ".repeat(columns - length);
        return isRight ? filling + fitting : fitting + filling;
    }

    /// Where a text does not fit, what is before its last comma is cut, and what follows stays.
    static String fitHead(String text, int columns) {
        String plain = plain(text);
        int comma = plain.lastIndexOf(", ");
        int left = comma < 0 ? 0 : columns - columns(plain.substring(comma));
        return left <= 0 || columns(plain) <= columns
                ? text
                : fit(plain.substring(0, comma), left, false) + plain.substring(comma);
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
