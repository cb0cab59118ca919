package tandem.net;

import tandem.memory.Arguments;
import tandem.memory.Trace;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/// What one types to join a server: `HOST:PORT/CODE`. The code is the password of a guest, and the
/// beginning of the SHA-256 of the server's certificate, by which a guest knows the server.
///
/// @param password in the letters of the code
/// @param pin the first bytes of the hash of the certificate
record JoinCode(String host, int port, String password, byte[] pin) {
    /*
     * The code is 33 bytes in Base64 for URLs, 44 letters: the password, the pin, and a byte of the hash
     * of both, so that most slips of the pen are seen here and not on a server.
     */
    static final int PASSWORD_BYTES = 16;
    static final int PIN_BYTES = 16;

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final int MOST_PORT = 65_535;

    static JoinCode of(String host, int port, byte[] password, byte[] certificate) {
        byte[] pin = Arrays.copyOf(hash(certificate), PIN_BYTES);
        return new JoinCode(host, port, ENCODER.encodeToString(password), pin);
    }

    /// @throws IllegalArgumentException when it is none, with what is wrong with it
    static JoinCode parse(String text) {
        String line = Arguments.line(text, "the code to join with").strip();
        int slash = line.indexOf('/');
        int colon = line.lastIndexOf(':', slash);
        if (slash < 0 || colon < 1) {
            throw refused(
                    "it has the form HOST:PORT/CODE, as scripts/tandem workshop has printed it");
        }
        String host = line.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        return parse(host, port(line.substring(colon + 1, slash)), line.substring(slash + 1));
    }

    private static JoinCode parse(String host, int port, String code) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(code);
        } catch (IllegalArgumentException e) {
            bytes = new byte[0];
        }
        if (bytes.length != PASSWORD_BYTES + PIN_BYTES + 1) {
            throw refused(
                    "what stands behind the / has %d letters, and a code has 44"
                            .formatted(code.length()));
        }
        if (check(bytes) != bytes[bytes.length - 1]) {
            throw refused("a letter of the code is wrong");
        }
        byte[] password = Arrays.copyOf(bytes, PASSWORD_BYTES);
        byte[] pin = Arrays.copyOfRange(bytes, PASSWORD_BYTES, PASSWORD_BYTES + PIN_BYTES);
        return new JoinCode(host, port, ENCODER.encodeToString(password), pin);
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port > 0 && port <= MOST_PORT) {
                return port;
            }
        } catch (NumberFormatException e) {
            // It is refused below.
        }
        throw refused("its port, \"%s\", is no number from 1 to %d".formatted(text, MOST_PORT));
    }

    private static IllegalArgumentException refused(String why) {
        return Trace.trim(new IllegalArgumentException("this cannot be joined: " + why));
    }

    private static byte check(byte[] bytes) {
        return hash(Arrays.copyOf(bytes, PASSWORD_BYTES + PIN_BYTES))[0];
    }

    private static byte[] hash(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /// Whether a certificate is the one that the code is of.
    boolean fits(byte[] certificate) {
        return MessageDigest.isEqual(pin, Arrays.copyOf(hash(certificate), PIN_BYTES));
    }

    /// Without what is secret.
    String address() {
        return "%s:%d".formatted(host.indexOf(':') < 0 ? host : "[" + host + "]", port);
    }

    String text() {
        byte[] bytes = Arrays.copyOf(Base64.getUrlDecoder().decode(password), 33);
        System.arraycopy(pin, 0, bytes, PASSWORD_BYTES, PIN_BYTES);
        bytes[bytes.length - 1] = check(bytes);
        return address() + "/" + ENCODER.encodeToString(bytes);
    }

    /// Without what is secret.
    @Override
    public String toString() {
        return address();
    }
}
