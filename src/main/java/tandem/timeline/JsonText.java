package tandem.timeline;

import java.util.Locale;

/// Text as JSON has it.
public final class JsonText {
    private JsonText() {}

    /// A name may hold anything, also half of a character that takes two.
    public static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints()
                .forEach(
                        c -> {
                            if (c == '"' || c == '\\') {
                                quoted.append('\\').appendCodePoint(c);
                            } else if (c < ' '
                                    || c >= Character.MIN_SURROGATE
                                            && c <= Character.MAX_SURROGATE) {
                                quoted.append(String.format(Locale.ROOT, "\\u%04x", c));
                            } else {
                                quoted.appendCodePoint(c);
                            }
                        });
        return quoted.append('"').toString();
    }
}
