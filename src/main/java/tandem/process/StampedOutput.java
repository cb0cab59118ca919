package tandem.process;

import tandem.launch.Again;
import tandem.session.Roster;
import tandem.session.Session;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;

/// A worker's output on its way to its parent. Each line ends with the moment at which it was
/// complete, which [LineOrder] takes away again: a separator and nine digits before the line's end. When
/// a line has been written, it is counted in the worker's slot of the roster.
final class StampedOutput extends OutputStream {
    private static final byte SEPARATOR = 0x1e;

    /// Each has its highest bit set: none is a line's end.
    private static final int DIGITS = 9;

    private static final int BITS_PER_DIGIT = 7;
    private static final int DIGIT = 0x7f;
    private static final int HIGHEST_BIT = 0x80;

    /// How many bytes a moment takes, before the line's end.
    static final int STAMP_BYTES = 1 + DIGITS;

    private final OutputStream pipe;

    /// Of each line: 0 where nobody waits for them, which costs as much, for who practises.
    private final int weight;

    private Roster roster;
    private int holder;

    private StampedOutput(OutputStream pipe, int weight) {
        this.pipe = pipe;
        this.weight = weight;
    }

    /// Takes the place of this process's output, when it is a worker.
    static void install() {
        if (Parent.exists() && !Again.IS_ON) {
            OutputStream pipe = new FileOutputStream(FileDescriptor.out);
            System.setOut(new PrintStream(new StampedOutput(pipe, 1), true, System.out.charset()));
        }
    }

    /// The same for lines that nobody waits for.
    static PrintStream to(OutputStream stream, Charset charset) {
        return new PrintStream(new StampedOutput(stream, 0), true, charset);
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int length) throws IOException {
        int end = from + length;
        int lines = 0;
        for (int i = from; i < end; i++) {
            lines += bytes[i] == '\n' ? 1 : 0;
        }
        if (lines == 0) {
            pipe.write(bytes, from, length);
        } else {
            pipe.write(stamped(bytes, from, end, lines));
            count(lines * weight);
        }
    }

    private static byte[] stamped(byte[] bytes, int from, int end, int lines) {
        byte[] stamped = new byte[end - from + lines * STAMP_BYTES];
        long moment = System.nanoTime();
        int at = 0;
        for (int i = from; i < end; i++) {
            if (bytes[i] == '\n') {
                stamped[at++] = SEPARATOR;
                for (int digit = DIGITS - 1; digit >= 0; digit--) {
                    stamped[at++] = (byte) (moment >>> digit * BITS_PER_DIGIT | HIGHEST_BIT);
                }
            }
            stamped[at++] = bytes[i];
        }
        return stamped;
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
            if (bytes[i] >= 0) {
                return false;
            }
        }
        return true;
    }

    /// The moment at the end of a line that has one.
    static long moment(byte[] bytes, int end) {
        long moment = 0;
        for (int i = end - DIGITS; i < end; i++) {
            moment = moment << BITS_PER_DIGIT | bytes[i] & DIGIT;
        }
        return moment;
    }
}
