package tandem.process;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Function;

/// What was thrown on another machine, as text: the name of its class, its message, its frames, and the trace
/// that a person reads. It is made anew here when its class is one of those below; its causes are in the
/// trace alone.
final class ThrownElsewhere {
    private static final int MOST_FRAMES = 100;
    private static final int MOST_BYTES = 1 << 18;

    private static final Map<String, Function<String, RuntimeException>> KNOWN =
            Map.ofEntries(
                    Map.entry("java.lang.RuntimeException", RuntimeException::new),
                    Map.entry("java.lang.ArithmeticException", ArithmeticException::new),
                    Map.entry(
                            "java.lang.ArrayIndexOutOfBoundsException",
                            ArrayIndexOutOfBoundsException::new),
                    Map.entry("java.lang.ClassCastException", ClassCastException::new),
                    Map.entry("java.lang.IllegalArgumentException", IllegalArgumentException::new),
                    Map.entry(
                            "java.lang.IllegalMonitorStateException",
                            IllegalMonitorStateException::new),
                    Map.entry("java.lang.IllegalStateException", IllegalStateException::new),
                    Map.entry(
                            "java.lang.IndexOutOfBoundsException", IndexOutOfBoundsException::new),
                    Map.entry("java.lang.NullPointerException", NullPointerException::new),
                    Map.entry("java.lang.NumberFormatException", NumberFormatException::new),
                    Map.entry(
                            "java.lang.StringIndexOutOfBoundsException",
                            StringIndexOutOfBoundsException::new),
                    Map.entry(
                            "java.lang.UnsupportedOperationException",
                            UnsupportedOperationException::new),
                    Map.entry("java.util.NoSuchElementException", NoSuchElementException::new));

    private ThrownElsewhere() {}

    /// @param thrown null when it has only a trace
    static byte[] write(Throwable thrown, String trace) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        text(out, trace);
        text(out, thrown == null ? "" : thrown.getClass().getName());
        String message = message(thrown);
        out.writeBoolean(message != null);
        text(out, message == null ? "" : message);
        StackTraceElement[] frames =
                thrown == null ? new StackTraceElement[0] : thrown.getStackTrace();
        int count = Math.min(frames.length, MOST_FRAMES);
        out.writeInt(count);
        for (int i = 0; i < count; i++) {
            text(out, frames[i].getClassName());
            text(out, frames[i].getMethodName());
            text(out, frames[i].getFileName() == null ? "" : frames[i].getFileName());
            out.writeInt(frames[i].getLineNumber());
        }
        return bytes.toByteArray();
    }

    private static String message(Throwable thrown) {
        try {
            return thrown == null ? null : thrown.getMessage();
        } catch (RuntimeException | Error e) {
            return null;
        }
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, MOST_BYTES);
        out.writeInt(length);
        out.write(bytes, 0, length);
    }

    private static String text(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("a text of %d bytes has not come".formatted(length));
        }
        byte[] harmless = DistantLines.harmless(in.readNBytes(length));
        return new String(harmless, StandardCharsets.UTF_8);
    }

    static Outcome read(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        String trace = text(in);
        String type = text(in);
        boolean hasMessage = in.readBoolean();
        String message = text(in);
        int count = in.readInt();
        if (count < 0 || count > MOST_FRAMES) {
            throw new IOException("%d frames".formatted(count));
        }
        StackTraceElement[] frames = new StackTraceElement[count];
        for (int i = 0; i < count; i++) {
            String of = text(in);
            String method = text(in);
            String file = text(in);
            frames[i] =
                    new StackTraceElement(of, method, file.isEmpty() ? null : file, in.readInt());
        }
        String shown = trace.isBlank() ? "something without a trace" : trace;
        if (!KNOWN.containsKey(type)) {
            return new Outcome(null, null, shown);
        }
        RuntimeException thrown = KNOWN.get(type).apply(hasMessage ? message : null);
        thrown.setStackTrace(frames);
        return new Outcome(null, thrown, shown);
    }
}
