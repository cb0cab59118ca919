package tandem.process;

import tandem.memory.Session;

import java.io.IOException;
import java.io.NotSerializableException;
import java.io.PrintWriter;
import java.io.Serializable;
import java.io.StringWriter;
import java.util.Arrays;

/// What became of a job: what it returned, or what it threw. The worker leaves it in a file of the
/// session, which its parent takes when the worker has ended.
///
/// @param value what was returned, null when something was thrown
/// @param thrown what was thrown, null when something was returned or when it cannot travel
/// @param trace what was thrown and where, as text
public record Outcome(Object value, Throwable thrown, String trace) implements Serializable {

    private static final int SERIALIZED = 0;
    private static final int PLAIN = 1;

    static Outcome returned(Object value) {
        return new Outcome(value, null, "");
    }

    static Outcome threw(Throwable thrown) {
        return new Outcome(null, thrown, trace(thrown));
    }

    /// Whether the job ended by throwing.
    public boolean failed() {
        return !trace.isEmpty();
    }

    /// The trace without the frames of the kit, which say nothing about the user's code. With
    /// `-Dtandem.trace=true` they stay.
    private static String trace(Throwable thrown) {
        if (!Boolean.getBoolean("tandem.trace")) {
            for (Throwable t = thrown; t != null; t = t.getCause()) {
                StackTraceElement[] frames = t.getStackTrace();
                int end = 0;
                while (end < frames.length && !isOfKit(frames[end])) {
                    end++;
                }
                t.setStackTrace(Arrays.copyOf(frames, end));
            }
        }
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }

    private static boolean isOfKit(StackTraceElement frame) {
        return frame.getClassName().equals("tandem.Code")
                || frame.getClassName().equals(Work.class.getName());
    }

    /// Leaves the outcome for the parent, as one byte that says how it is written, and then a plain
    /// value or the serialised outcome. What cannot travel is replaced by an error that says so.
    void leave(Session session, Kit kit) throws IOException {
        byte[] bytes = failed() ? null : Plain.pack(kit, null, null, value);
        int form = bytes == null ? SERIALIZED : PLAIN;
        if (bytes == null) {
            bytes = serialize();
        }
        byte[] all = new byte[bytes.length + 1];
        all[0] = (byte) form;
        System.arraycopy(bytes, 0, all, 1, bytes.length);
        session.leave(name(session.holder()), all);
    }

    private byte[] serialize() throws IOException {
        try {
            return Parcel.serialize(this);
        } catch (IOException e) {
            Outcome instead = failed() ? new Outcome(null, null, trace) : threw(cannotTravel(e));
            return Parcel.serialize(instead);
        }
    }

    private IllegalStateException cannotTravel(IOException e) {
        return new IllegalStateException(
                "the result (%s) cannot travel back: %s%s"
                        .formatted(
                                Reach.plainName(value.getClass().getTypeName()),
                                e.getMessage(),
                                e instanceof NotSerializableException
                                        ? " is not Serializable"
                                        : ""));
    }

    /// Takes the bytes that a worker has left, null when it has left none that can be trusted.
    static byte[] take(Session session, int holder) {
        try {
            return session.take(name(holder));
        } catch (IOException e) {
            return null;
        }
    }

    static Outcome open(byte[] all, Kit kit, ClassLoader loader) {
        try {
            byte[] bytes = Arrays.copyOfRange(all, 1, all.length);
            return all[0] == PLAIN
                    ? returned(Plain.open(bytes, kit, loader).arguments().getFirst())
                    : (Outcome) Parcel.deserialize(bytes, loader);
        } catch (IOException | ReflectiveOperationException e) {
            return threw(new IllegalStateException("the result cannot be read: " + e, e));
        }
    }

    private static String name(int holder) {
        return "outcome-" + holder;
    }
}
