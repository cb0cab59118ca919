package tandem.process;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// What a worker is told when it starts. It comes over its standard input, a pipe that only its
/// parent can write to.
record Assignment(String name, Parcel parcel) {
    private static final int MAGIC = 0x74616e64;

    void write(OutputStream to) throws IOException {
        DataOutputStream out = new DataOutputStream(new java.io.BufferedOutputStream(to));
        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        out.writeInt(MAGIC);
        out.writeInt(nameBytes.length);
        out.write(nameBytes);
        parcel.write(out);
        out.flush();
    }

    static Assignment read(InputStream from) throws IOException {
        DataInputStream in = new DataInputStream(from);
        if (in.readInt() != MAGIC) {
            throw new IOException("what came over standard input is not from a parent");
        }
        String name = new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
        return new Assignment(name, Parcel.read(in));
    }
}
