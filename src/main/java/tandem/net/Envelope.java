package tandem.net;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A job on its way to another machine: what is to be run there, and who has sent it.
///
/// @param acceptance for which it was signed: of one process, and of one time
/// @param job its number, which no other has
/// @param sender the key of the process that has sent it
/// @param name of the worker
/// @param machine that it comes from
/// @param everything whether the sender makes on the server also what it makes without a name
/// @param parcel what is run, packed
public record Envelope(
        String acceptance,
        String job,
        String sender,
        String name,
        String machine,
        boolean everything,
        byte[] parcel) {
    /*
     * Overview. What runs code has to know that it comes from one who has the join code, before it reads
     * anything else of it. So a blob is the HMAC of the rest by a key that is made of the code's password,
     * and then the rest. The server keeps the blob and could change or repeat it: a changed one has a wrong
     * HMAC; one for another process, or for an acceptance that is over, names another acceptance; and one
     * that comes again has the number of a job that was there, which the process remembers.
     */
    private static final String HMAC = "HmacSHA256";
    private static final int HMAC_BYTES = 32;
    private static final String PURPOSE = "tandem: code for another machine, 1";

    /// It is not from one who has the code.
    static final class Forged extends Exception {
        private static final long serialVersionUID = 1;

        Forged(String what) {
            super(what);
        }
    }

    byte[] seal(JoinCode code) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF(acceptance);
            out.writeUTF(job);
            out.writeUTF(sender);
            out.writeUTF(name);
            out.writeUTF(machine);
            out.writeBoolean(everything);
            out.write(parcel);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] signed = bytes.toByteArray();
        byte[] blob = Arrays.copyOf(hmac(code, signed), HMAC_BYTES + signed.length);
        System.arraycopy(signed, 0, blob, HMAC_BYTES, signed.length);
        return blob;
    }

    /// Checks the signature before anything else.
    ///
    /// @throws Forged when it is wrong
    static Envelope open(byte[] blob, JoinCode code) throws Forged {
        if (blob.length < HMAC_BYTES) {
            throw new Forged("it has no signature");
        }
        byte[] signed = Arrays.copyOfRange(blob, HMAC_BYTES, blob.length);
        if (!MessageDigest.isEqual(Arrays.copyOf(blob, HMAC_BYTES), hmac(code, signed))) {
            throw new Forged("its signature is wrong");
        }
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(signed));
            return new Envelope(
                    in.readUTF(),
                    in.readUTF(),
                    in.readUTF(),
                    Answer.printable(in.readUTF()),
                    Answer.printable(in.readUTF()),
                    in.readBoolean(),
                    in.readAllBytes());
        } catch (IOException e) {
            throw new Forged("it is damaged");
        }
    }

    private static byte[] hmac(JoinCode code, byte[] bytes) {
        try {
            byte[] password = code.password().getBytes(StandardCharsets.UTF_8);
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(password, HMAC));
            byte[] key = mac.doFinal(PURPOSE.getBytes(StandardCharsets.UTF_8));
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + HMAC, e);
        }
    }
}
