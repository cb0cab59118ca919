package tandem.travel;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Strings of any length and of any characters, lone surrogates among them. One that is the JVM's own
/// copy of its characters, as those in the source of a program are, is that in the other JVM too.
final class Texts {
    private static final int LATIN = 0;
    private static final int WIDE = 1;
    private static final int INTERNED = 2;
    private static final int LONGEST_LITERAL = 65_535;

    private Texts() {}

    @SuppressWarnings("StringEquality")
    static void write(DataOutputStream out, String text) throws IOException {
        boolean latin = true;
        for (int i = 0; latin && i < text.length(); i++) {
            latin = text.charAt(i) <= 0xff;
        }
        boolean interned = text.length() <= LONGEST_LITERAL && text.intern() == text;
        out.writeByte((latin ? LATIN : WIDE) | (interned ? INTERNED : 0));
        out.writeInt(text.length());
        if (latin) {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        } else {
            out.writeChars(text);
        }
    }

    static String read(DataInputStream in) throws IOException {
        int form = in.readByte();
        String text;
        if ((form & WIDE) == 0) {
            text = new String(TravelLimits.readBytes(in), StandardCharsets.ISO_8859_1);
        } else {
            byte[] bytes = TravelLimits.readBytes(in, Character.BYTES);
            char[] characters = new char[bytes.length / Character.BYTES];
            for (int i = 0; i < characters.length; i++) {
                characters[i] = (char) (bytes[2 * i] << 8 | bytes[2 * i + 1] & 0xff);
            }
            text = new String(characters);
        }
        return (form & INTERNED) == 0 ? text : text.intern();
    }
}
