package tandem.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Carries a worker's output to this process's, in whole lines, so that the lines of several
/// workers never mix. Bytes pass as they are: nothing is lost where this process's own encoding
/// knows fewer characters than the worker's.
final class LinePump implements Runnable {
    private static final int BUFFER = 1 << 16;
    private static final int LONGEST_LINE = 1 << 20;

    /// After a few bytes, more are left to gather for a moment, so that a worker that prints line after
    /// line does not keep this process busy, which would slow the worker down.
    private static final int FEW = 1 << 12;

    private static final long GATHERING_MILLIS = 1;

    private final InputStream from;
    private final Target to;
    private final byte[] prefix;

    /// What has been read of the line that is not complete yet.
    private byte[] buffer = new byte[BUFFER];

    private int filled;

    /// Whether it is busy with something that it has read, as the reader of this process's output may be
    /// slow; or has not begun to read.
    private volatile boolean passing = true;

    /// Where the lines go.
    interface Target {
        /// @param lines its first bytes are lines, each with its end
        void add(byte[] lines, int length);

        /// Waits for so long, unless somebody waits for lines.
        void gather(long millis);

        /// Whether it is known that there are more: they were written.
        default boolean isExpecting() {
            return false;
        }

        /// Waits until they have got there. There are no more.
        void close();
    }

    /// @param prefix goes before each line
    LinePump(InputStream from, Target to, String prefix) {
        this.from = from;
        this.to = to;
        this.prefix = prefix.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void run() {
        passing = false;
        try (from) {
            for (int read; (read = from.read(buffer, filled, buffer.length - filled)) >= 0; ) {
                passing = true;
                int searched = filled;
                filled += read;
                passLines(searched);
                if (read < FEW) {
                    to.gather(GATHERING_MILLIS);
                }
                passing = false;
            }
        } catch (IOException e) {
            // The worker is gone, and the pipe with it; what it said last is in the buffer.
        }
        if (filled > 0) {
            passing = true;
            passTheRest();
            passing = false;
        }
        passing = true;
        to.close();
        passing = false;
    }

    /// Passes the lines that are complete. Where they cannot be passed, because this process's own
    /// output is broken or for want of memory, they are lost, and the worker goes on.
    private void passLines(int searched) {
        try {
            int end = filled;
            while (end > searched && buffer[end - 1] != '\n') {
                end--;
            }
            if (end > searched) {
                pass(end);
                System.arraycopy(buffer, end, buffer, 0, filled - end);
                filled -= end;
            } else if (filled == buffer.length) {
                if (filled >= LONGEST_LINE) {
                    pass(filled);
                    filled = 0;
                } else {
                    buffer = Arrays.copyOf(buffer, 2 * filled);
                }
            }
        } catch (Throwable e) {
            filled = 0;
        }
    }

    private void passTheRest() {
        try {
            buffer = Arrays.copyOf(buffer, filled + 1);
            buffer[filled] = '\n';
            pass(filled + 1);
        } catch (Throwable e) {
            // As above.
        }
    }

    boolean isPassing() {
        return passing;
    }

    /// Whether lines are known to be on their way to it.
    boolean isExpecting() {
        return to.isExpecting();
    }

    private void pass(int end) {
        byte[] lines = prefix.length == 0 ? buffer : prefixed(buffer, end, prefix);
        to.add(lines, prefix.length == 0 ? end : lines.length);
    }

    /// Lines, each with a prefix before it.
    static byte[] prefixed(byte[] buffer, int end, byte[] prefix) {
        int count = 0;
        for (int i = 0; i < end; i++) {
            count += isStart(buffer, i) ? 1 : 0;
        }
        byte[] lines = new byte[end + count * prefix.length];
        int at = 0;
        for (int i = 0; i < end; i++) {
            if (isStart(buffer, i)) {
                System.arraycopy(prefix, 0, lines, at, prefix.length);
                at += prefix.length;
            }
            lines[at++] = buffer[i];
        }
        return lines;
    }

    /// Whether a byte is the first of a line, or of what is written over one after a carriage return.
    private static boolean isStart(byte[] buffer, int i) {
        return i == 0
                || buffer[i - 1] == '\n'
                || buffer[i - 1] == '\r' && buffer[i] != '\n' && buffer[i] != '\r';
    }
}
