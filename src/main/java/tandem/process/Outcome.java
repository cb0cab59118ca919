package tandem.process;

import tandem.session.Joined;
import tandem.session.Session;
import tandem.travel.ClassNames;
import tandem.travel.Kit;
import tandem.travel.Parcel;
import tandem.travel.Plain;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/// What became of a job: what it returned, or what it threw. The worker leaves it in a file of the
/// session, which its parent takes when the worker has ended.
///
/// @param value what was returned, null when something was thrown
/// @param thrown what was thrown, null when something was returned or when it cannot travel
/// @param trace what was thrown and where, as text
public record Outcome(Object value, Throwable thrown, String trace) {
    /// That of a job that has returned something.
    public static Outcome returned(Object value) {
        return new Outcome(value, null, "");
    }

    /// That of a job that has thrown something.
    public static Outcome threw(Throwable thrown) {
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
            Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
            for (Throwable t = thrown; t != null && seen.add(t); t = cause(t)) {
                StackTraceElement[] frames = t.getStackTrace();
                int end = 0;
                while (end < frames.length && !isOfKit(frames[end])) {
                    end++;
                }
                while (end > 0 && end < frames.length && isOfReflection(frames[end - 1])) {
                    end--;
                }
                t.setStackTrace(Arrays.copyOf(frames, end));
            }
        }
        StringWriter text = new StringWriter();
        try {
            thrown.printStackTrace(new PrintWriter(text, true));
        } catch (RuntimeException | Error e) {
            text.append(thrown.getClass().getName())
                    .append(", which cannot be printed: ")
                    .append(String.valueOf(e));
        }
        return text.toString();
    }

    /// Its cause; null when its own code fails to say it.
    private static Throwable cause(Throwable thrown) {
        try {
            return thrown.getCause();
        } catch (RuntimeException | Error e) {
            return null;
        }
    }

    private static boolean isOfKit(StackTraceElement frame) {
        return frame.getClassName().equals("tandem.Code")
                || frame.getClassName().equals(Work.class.getName())
                || frame.getClassName().equals(Operations.class.getName());
    }

    private static boolean isOfReflection(StackTraceElement frame) {
        String name = frame.getClassName();
        return name.startsWith("jdk.internal.reflect.") || name.startsWith("java.lang.reflect.");
    }

    /// Leaves the outcome for the parent. What cannot travel is replaced by an error that says so.
    void leave(Session session, Kit kit) throws IOException {
        byte[] bytes =
                Joined.isForGuest() ? toPlain(kit) : toBytes(parts -> Parcel.toBytes(kit, parts));
        session.left().leave(name(session.holder()), bytes);
    }

    /// It as bytes for the parent. What cannot travel is replaced by an error that says so.
    public byte[] toBytes(Kit kit) throws IOException {
        return toBytes(parts -> Parcel.toBytes(kit, parts));
    }

    /// It in the plain form, for a machine where the worker may not run code: what is returned as
    /// [Plain] has it, what is thrown as [ThrownElsewhere] has it.
    public byte[] toPlain(Kit kit) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        if (!failed()) {
            try {
                byte[] plain = Plain.write(kit, value);
                out.writeBoolean(false);
                out.write(plain);
                return bytes.toByteArray();
            } catch (IOException e) {
                return threw(cannotTravel(e.getMessage())).toPlain(kit);
            }
        }
        out.writeBoolean(true);
        out.write(ThrownElsewhere.write(thrown, trace));
        return bytes.toByteArray();
    }

    /// What `toPlain` has written, wherever it comes from.
    public static Outcome openPlain(byte[] all, Kit kit) {
        try {
            if (all.length == 0) {
                throw new IOException("it is empty");
            }
            byte[] rest = Arrays.copyOfRange(all, 1, all.length);
            return all[0] == 0 ? returned(Plain.read(kit, rest)) : ThrownElsewhere.read(rest);
        } catch (IOException | RuntimeException e) {
            return threw(
                    new IllegalStateException("the result cannot be read: " + e.getMessage(), e));
        }
    }

    /// How it becomes bytes.
    interface Packer {
        byte[] pack(Object... parts) throws IOException;
    }

    /// What cannot travel is replaced by an error that says so.
    byte[] toBytes(Packer packer) throws IOException {
        try {
            return packer.pack(value, thrown, trace);
        } catch (IOException e) {
            Outcome instead =
                    failed() ? new Outcome(null, null, trace) : threw(cannotTravel(e.getMessage()));
            return packer.pack(instead.value, instead.thrown, instead.trace);
        }
    }

    private IllegalStateException cannotTravel(String why) {
        var error =
                new IllegalStateException(
                        "the result (%s) cannot travel back: %s"
                                .formatted(ClassNames.plain(value.getClass()), why));
        error.setStackTrace(new StackTraceElement[0]);
        return error;
    }

    /// Takes the bytes that a worker has left, null when it has left none that can be trusted.
    static byte[] take(Session session, int holder) {
        try {
            return session.left().take(name(holder));
        } catch (IOException e) {
            return null;
        }
    }

    /// What `toBytes` has written.
    public static Outcome open(byte[] all, Kit kit, ClassLoader loader) {
        try {
            Object[] parts = Parcel.fromBytes(all, kit, loader);
            return new Outcome(parts[0], (Throwable) parts[1], (String) parts[2]);
        } catch (IOException | ReflectiveOperationException | RuntimeException e) {
            return threw(new IllegalStateException("the result cannot be read: " + e, e));
        }
    }

    private static String name(int holder) {
        return "outcome-" + holder;
    }
}
