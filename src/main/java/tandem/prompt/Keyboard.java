package tandem.prompt;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.function.BooleanSupplier;

/// The keys, for a reader that knows fewer of them than keyboards have.
///
/// It reads no key before it is asked for one: an editor that JShell starts gets what is typed
/// meanwhile.
final class Keyboard extends InputStream {
    private static final int ESCAPE = 0x1b;
    private static final int LONGEST = 4;
    private static final byte[] BEGINNING_OF_LINE = {1};
    private static final byte[] END_OF_LINE = {5};

    private static final int CONTROL_D = 4;

    /// Without a character to delete, it would list completions.
    private static final byte[] DELETE = {CONTROL_D};

    private static final byte[] NOTHING = {};
    private static final Map<String, byte[]> OTHERS =
            Map.of(
                    "\033[1~", BEGINNING_OF_LINE,
                    "\033OH", BEGINNING_OF_LINE,
                    "\033[4~", END_OF_LINE,
                    "\033[F", END_OF_LINE,
                    "\033OF", END_OF_LINE,
                    "\033[3~", DELETE);

    private final InputStream keys;
    private final BooleanSupplier canDelete;
    private final BooleanSupplier canEnd;
    private byte[] ready = NOTHING;
    private int taken;

    /// @param canDelete whether a character stands where Delete would take one
    /// @param canEnd whether Ctrl-D ends JShell now; its line reader, told of another terminal, knows no
    ///     key for that
    Keyboard(InputStream keys, BooleanSupplier canDelete, BooleanSupplier canEnd) {
        this.keys = keys;
        this.canDelete = canDelete;
        this.canEnd = canEnd;
    }

    @Override
    public int read() throws IOException {
        while (taken == ready.length) {
            int key = keys.read();
            if (key != ESCAPE) {
                return key == CONTROL_D && canEnd.getAsBoolean() ? -1 : key;
            }
            ready = sequence();
            taken = 0;
        }
        return ready[taken++] & 0xff;
    }

    /// What came with an escape: it is sent at once.
    private byte[] sequence() throws IOException {
        StringBuilder sequence = new StringBuilder().append((char) ESCAPE);
        while (sequence.length() < LONGEST
                && !OTHERS.containsKey(sequence.toString())
                && keys.available() > 0) {
            sequence.append((char) keys.read());
        }
        byte[] other = OTHERS.get(sequence.toString());
        if (other == DELETE && !canDelete.getAsBoolean()) {
            return NOTHING;
        }
        if (other != null) {
            return other;
        }
        byte[] same = new byte[sequence.length()];
        for (int i = 0; i < same.length; i++) {
            same[i] = (byte) sequence.charAt(i);
        }
        return same;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        int key = length == 0 ? 0 : read();
        if (length > 0 && key >= 0) {
            bytes[from] = (byte) key;
        }
        return key < 0 ? -1 : Math.min(length, 1);
    }
}
