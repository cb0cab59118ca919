package tandem.launch;

import tandem.travel.Parcel;
import tandem.travel.TravelLimits;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// What a worker is told when it starts. It comes over its standard input, a pipe that only its
/// parent can write to.
///
/// @param name of the worker; `REHEARSAL` when the job is only to get the JVM ready for the real one
/// @param script the file of the script whose classes are in the parcel; empty where that has a job, or the
///     arguments of a script that the worker compiles
/// @param joined see [tandem.session.Joined#forChild()]; empty in a rehearsal
public record Assignment(String name, String script, String joined, Parcel parcel) {
    static final String REHEARSAL = "";

    /// What a spare writes to its output when it is ready.
    public static final int REHEARSED = 6;

    private static final int MAGIC = 0x74616e64;

    void write(OutputStream to) throws IOException {
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(to));
        out.writeInt(MAGIC);
        write(out, name);
        write(out, script);
        write(out, joined);
        parcel.write(out);
        out.flush();
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    public boolean isRehearsal() {
        return name.equals(REHEARSAL);
    }

    /// Reads one assignment; null when the pipe ends before it begins.
    public static Assignment read(InputStream from) throws IOException {
        int first = from.read();
        if (first < 0) {
            return null;
        }
        DataInputStream in = new DataInputStream(from);
        if (first != MAGIC >>> 24
                || in.readUnsignedShort() != (MAGIC >>> 8 & 0xffff)
                || in.readByte() != (byte) MAGIC) {
            throw new IOException("what came over standard input is not from a parent");
        }
        return new Assignment(readText(in), readText(in), readText(in), Parcel.read(in));
    }

    private static String readText(DataInputStream in) throws IOException {
        return new String(TravelLimits.readBytes(in), StandardCharsets.UTF_8);
    }
}
