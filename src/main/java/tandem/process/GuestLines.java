package tandem.process;

import java.io.ByteArrayOutputStream;

/// The lines of a worker that runs here for another machine, on their way there.
public final class GuestLines implements LinePump.Target {
    private final Listener listener;
    private final boolean isErrors;

    /// Where they go.
    public interface Listener {
        /// @param lines whole ones, each with its end
        void add(boolean isErrors, byte[] lines);
    }

    GuestLines(Listener listener, boolean isErrors) {
        this.listener = listener;
        this.isErrors = isErrors;
    }

    /// Without the moments, which are of this machine's clock.
    @Override
    public void add(byte[] block, int length) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream(length);
        for (int start = 0; start < length; ) {
            int end = start;
            while (end < length && block[end] != '\n') {
                end++;
            }
            boolean isStamped = StampedOutput.isStamped(block, start, end);
            lines.write(block, start, end - start - (isStamped ? StampedOutput.STAMP_BYTES : 0));
            if (end < length) {
                lines.write('\n');
            }
            start = end + 1;
        }
        listener.add(isErrors, lines.toByteArray());
    }

    @Override
    public void gather(long millis) {
        Screen.ERRORS.gather(millis);
    }

    @Override
    public void close() {}
}
