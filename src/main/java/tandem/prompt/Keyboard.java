package tandem.prompt;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// The keys, for a reader that knows fewer of them than keyboards have.
///
/// It reads no key before it is asked for one: an editor that JShell starts gets what is typed
/// meanwhile.
final class Keyboard extends InputStream {
    private static final int ESCAPE = 0x1b;
    private static final int LONGEST = 4;
    private static final byte[] BEGINNING_OF_LINE = {1};
    private static final byte[] END_OF_LINE = {5};

    private static final int CONTROL_C = 3;
    private static final int CONTROL_D = 4;
    private static final int TAB = '\t';
    private static final int ENTER = '\r';
    private static final Set<String> RIGHT = Set.of("\033[C", "\033OC");

    /// Keys that come faster than this are no answer to what is shown.
    private static final long GLANCE_NANOS = 200_000_000;

    /// Without a character to delete, it would list completions.
    private static final byte[] DELETE = {CONTROL_D};

    private static final byte[] NOTHING = {};
    private static final byte[] END = {-1};
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
    private final Supplier<String> offered;
    private final Runnable interrupted;

    /// Whether a key was pressed since the last line was sent, and when: the reader may not have shown it.
    private boolean isTyped;

    private long typedAt;
    private byte[] ready = NOTHING;
    private int taken;

    /// @param canDelete whether a character stands where Delete would take one
    /// @param canEnd whether Ctrl-D ends JShell now; its line reader, told of another terminal, knows no
    ///     key for that
    /// @param offered the line that is shown as ready to be sent, empty when none is
    /// @param interrupted is told of Ctrl-C
    Keyboard(
            InputStream keys,
            BooleanSupplier canDelete,
            BooleanSupplier canEnd,
            Supplier<String> offered,
            Runnable interrupted) {
        this.keys = keys;
        this.canDelete = canDelete;
        this.canEnd = canEnd;
        this.offered = offered;
        this.interrupted = interrupted;
    }

    @Override
    public int read() throws IOException {
        while (taken == ready.length) {
            int key = keys.read();
            if (key == CONTROL_D && canEnd.getAsBoolean()) {
                return -1;
            }
            if (key == CONTROL_C) {
                interrupted.run();
            }
            byte[] pressed = key == ESCAPE ? sequence() : new byte[] {(byte) key};
            ready = key < 0 ? END : taking(pressed);
            taken = 0;
            isTyped = key != ENTER && key != CONTROL_C;
            typedAt = System.nanoTime();
        }
        return ready == END ? -1 : ready[taken++] & 0xff;
    }

    /// What the keys of the line that is offered would have sent, where a key takes it; otherwise that key.
    private byte[] taking(byte[] pressed) {
        boolean sends = pressed.length == 1 && pressed[0] == ENTER;
        boolean takes =
                sends
                        || pressed.length == 1 && pressed[0] == TAB
                        || RIGHT.contains(new String(pressed, StandardCharsets.US_ASCII));
        if (!takes || isTyped && System.nanoTime() - typedAt < GLANCE_NANOS) {
            return pressed;
        }
        String line = offered.get();
        return line.isEmpty() ? pressed : keys(line, sends);
    }

    /// What somebody presses who types a text. (The reader of JShell indents lines by itself.)
    static byte[] keys(String text, boolean sends) {
        return (text.replaceAll("\\n *", "\r") + (sends ? "\r" : ""))
                .getBytes(StandardCharsets.UTF_8);
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
