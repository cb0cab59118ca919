package tandem.prompt;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Cuts bytes for a terminal into texts and control sequences, wherever the blocks end in which they
/// come.
final class Sequences {
    private static final Pattern WHOLE =
            Pattern.compile("\033(?:\\[[0-?]*[ -/]*[@-~]|[()*+].|[^\\[()*+])");

    /// What lines of others must not do below the last line: move the cursor to other rows, clear the
    /// screen, choose another character set, or have the terminal answer. (Every byte is a character
    /// here.)
    private static final Pattern REACHING_OUT =
            Pattern.compile(
                    // All sequences but those that set colours, or clear a row from within.
                    "\\x1b(?!\\[[0-9;:]*[mK])(?:"
                            + "\\[[ -?]*[@-~]?"
                            // A text for the terminal, such as a title.
                            + "|[]PX^_][^\\x07\\x1b\\n]*(?:\\x07|\\x1b\\\\)?"
                            + "|[ -/]*[0-~]?)"
                            // The other control characters, also those that begin a sequence.
                            + "|\\xc2[\\x80-\\x9f]|[\\x00-\\x06\\x0b\\x0c\\x0e-\\x1a\\x1c-\\x1f\\x7f]");

    private final CharsetDecoder decoder =
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private byte[] undecoded = {};
    private String rest = "";

    void cut(byte[] bytes, int length, Consumer<String> text, Consumer<String> sequence) {
        String all = rest + decode(bytes, length);
        Matcher whole = WHOLE.matcher(all);
        int at = 0;
        while (at < all.length()) {
            int escape = all.indexOf('\033', at);
            int end = escape < 0 ? all.length() : escape;
            if (end > at) {
                text.accept(all.substring(at, end));
                at = end;
            } else if (whole.region(at, all.length()).lookingAt()) {
                sequence.accept(whole.group());
                at = whole.end();
            } else {
                break;
            }
        }
        rest = all.substring(at);
    }

    private String decode(byte[] bytes, int length) {
        ByteBuffer in = ByteBuffer.allocate(undecoded.length + length);
        in.put(undecoded).put(bytes, 0, length).flip();
        CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
        decoder.reset().decode(in, out, false);
        undecoded = new byte[in.remaining()];
        in.get(undecoded);
        return out.flip().toString();
    }

    /// Whole lines without what would reach beyond them. Colours, tabs and what a line does within
    /// itself stay.
    static byte[] keptWithin(byte[] lines) {
        String all = new String(lines, StandardCharsets.ISO_8859_1);
        return REACHING_OUT.matcher(all).replaceAll("").getBytes(StandardCharsets.ISO_8859_1);
    }
}
