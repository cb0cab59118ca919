package tandem.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The functions on the server, `tandem.lua`.
final class Library {
    private static final String RESOURCE = "tandem.lua";
    private static final int VERSION_LETTERS = 12;

    private static final class Text {
        static final String TEXT = read();
        static final String VERSION = versionOf(TEXT);
    }

    private Library() {}

    /// Of which both sides need the same: a part of the hash of the text.
    static String version() {
        return Text.VERSION;
    }

    /// What is loaded into a server.
    ///
    /// @param secret a part of the names of all keys there
    /// @param limit how many bytes each machine may have
    static String text(String secret, long limit) {
        return Text.TEXT
                .replace("@VERSION@", version())
                .replace("@SECRET@", secret)
                .replace("@LIMIT@", Long.toString(limit));
    }

    private static String read() {
        try (InputStream in = Library.class.getResourceAsStream(RESOURCE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String versionOf(String text) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, VERSION_LETTERS);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
