package tandem.net;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What a function of the library has answered: a letter that says how it went, and the rest. Of what
/// others have written, nothing is shown as it came.
record Answer(char kind, byte[] bytes) {
    static final char DONE = '+';
    static final char BUSY = 'B';
    static final char FENCED = 'F';
    static final char RANGE = 'R';
    static final char NONE = 'N';
    static final char OTHER = 'X';
    static final char CLOSED = 'C';
    static final char BROKEN = 'K';
    static final char TOO_MUCH = 'Q';
    static final char CIRCLE = 'D';
    static final char UNKNOWN_PROCESS = 'G';
    static final char LAST = 'L';

    static Answer of(byte[] whole) {
        if (whole.length == 0) {
            throw new IllegalStateException("the server has sent an empty answer");
        }
        return new Answer((char) whole[0], Arrays.copyOfRange(whole, 1, whole.length));
    }

    boolean is(char wanted) {
        return kind == wanted;
    }

    /// Printable: control characters, by which a terminal could be told things, are replaced.
    String text() {
        return printable(new String(bytes, StandardCharsets.UTF_8));
    }

    String[] fields() {
        return text().split("\t", -1);
    }

    static String printable(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> c != '\t' && c != '\n' && isControl(c) ? '?' : c)
                .forEach(shown::appendCodePoint);
        return shown.toString();
    }

    private static boolean isControl(int c) {
        int type = Character.getType(c);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.SURROGATE;
    }
}
