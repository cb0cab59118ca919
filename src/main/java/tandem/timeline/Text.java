package tandem.timeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How times and names look where each character has its column.
final class Text {
    private Text() {}

    /// `1.52 s`, `213 ms`, `8.4 ms`, `83 µs`.
    static String duration(long nanos) {
        double micros = nanos / 1e3;
        if (micros < 999.5) {
            return number(micros) + " µs";
        }
        return micros < 999_500 ? number(micros / 1e3) + " ms" : number(micros / 1e6) + " s";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 9.95 ? "%.1f" : "%.0f", value)
                .replaceFirst("\\.0$", "");
    }

    /// How many columns a text takes: characters of Chinese, Japanese and Korean take two.
    static int columns(String text) {
        return text.codePoints().map(Text::columns).sum();
    }

    private static int columns(int codePoint) {
        int type = Character.getType(codePoint);
        if (type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || type == Character.FORMAT) {
            return 0;
        }
        return isWide(codePoint) ? 2 : 1;
    }

    /// As Unicode's East Asian Width says.
    private static boolean isWide(int codePoint) {
        return codePoint >= 0x1100
                && (codePoint <= 0x115f
                        || codePoint >= 0x2e80 && codePoint <= 0xa4cf && codePoint != 0x303f
                        || codePoint >= 0xac00 && codePoint <= 0xd7a3
                        || codePoint >= 0xf900 && codePoint <= 0xfaff
                        || codePoint >= 0xfe30 && codePoint <= 0xfe6f
                        || codePoint >= 0xff00 && codePoint <= 0xff60
                        || codePoint >= 0xffe0 && codePoint <= 0xffe6
                        || codePoint >= 0x1f300 && codePoint <= 0x1faff
                        || codePoint >= 0x20000 && codePoint <= 0x3fffd);
    }

    /// A name without what would move the cursor.
    static String plain(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /// A text that takes no more columns: cut, with two dots.
    static String cut(String text, int columns) {
        if (columns(text) <= columns) {
            return text;
        }
        StringBuilder cut = new StringBuilder();
        int left = columns - 2;
        for (int c : text.codePoints().toArray()) {
            left -= columns(c);
            if (left < 0) {
                break;
            }
            cut.appendCodePoint(c);
        }
        return cut + "..";
    }

    /// A text with spaces up to a width.
    static String fill(String text, int columns) {
        return text + " ".repeat(Math.max(0, columns - columns(text)));
    }

    /// Texts in as few lines as they take, with two spaces between them.
    static List<String> lines(List<String> texts, int columns) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String text : texts) {
            String one = cut(text, columns);
            if (!line.isEmpty() && columns(line.toString()) + 2 + columns(one) > columns) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : "  ").append(one);
        }
        if (!line.isEmpty()) {
            lines.add(line.toString());
        }
        return lines;
    }
}
