package tandem.process;

import tandem.memory.Roster;
import tandem.memory.Session;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// A worker's output on its way to its parent. Each line ends with the moment at which it was
/// complete, which [LineOrder] takes away again: a separator and 16 hexadecimal digits before the
/// line's end. When a line has been written, it is counted in the worker's slot of the roster.
final class StampedOutput extends OutputStream {
    private static final byte SEPARATOR = 0x1e;
    private static final int DIGITS = 16;
    private static final int BITS_PER_DIGIT = 4;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    /// How many bytes a moment takes, before the line's end.
    static final int STAMP_BYTES = 1 + DIGITS;

    private final OutputStream pipe;
    private Roster roster;
    private int holder;

    private StampedOutput(OutputStream pipe) {
        this.pipe = pipe;
    }

    /// Takes the place of this process's output, when it is a worker.
    static void install() {
        if (Parent.exists()) {
            OutputStream stamped = new StampedOutput(new FileOutputStream(FileDescriptor.out));
            System.setOut(new PrintStream(stamped, true, System.out.charset()));
        }
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int length) throws IOException {
        ByteArrayOutputStream stamped = new ByteArrayOutputStream(length + STAMP_BYTES);
        int lines = 0;
        int start = from;
        for (int i = from; i < from + length; i++) {
            if (bytes[i] == '\n') {
                stamped.write(bytes, start, i - start);
                stamp(stamped);
                start = i;
                lines++;
            }
        }
        stamped.write(bytes, start, from + length - start);
        pipe.write(stamped.toByteArray());
        if (lines > 0) {
            count(lines);
        }
    }

    private static void stamp(ByteArrayOutputStream line) {
        long moment = System.nanoTime();
        line.write(SEPARATOR);
        for (int shift = (DIGITS - 1) * BITS_PER_DIGIT; shift >= 0; shift -= BITS_PER_DIGIT) {
            line.write(HEX[(int) (moment >>> shift) & HEX.length - 1]);
        }
    }

    /// Before this process can do something that others take notice of, it has joined the session.
    private void count(int lines) {
        if (roster == null) {
            Session session = Session.current();
            roster = session.roster();
            holder = session.holder();
        }
        roster.countLines(holder, lines);
    }

    /// Whether a line, which ends at an index, ends with a moment.
    static boolean isStamped(byte[] bytes, int from, int end) {
        if (end - from < STAMP_BYTES || bytes[end - STAMP_BYTES] != SEPARATOR) {
            return false;
        }
        for (int i = end - DIGITS; i < end; i++) {
            if (Character.digit(bytes[i], HEX.length) < 0) {
                return false;
            }
        }
        return true;
    }

    /// The moment at the end of a line that has one.
    static long moment(byte[] bytes, int end) {
        long moment = 0;
        for (int i = end - DIGITS; i < end; i++) {
            moment = moment << BITS_PER_DIGIT | Character.digit(bytes[i], HEX.length);
        }
        return moment;
    }
}
