package tandem.memory;

import java.util.Arrays;

/// Stack traces as the person sees them who made a mistake: they begin where he called the kit, not
/// inside of it. `-Dtandem.trace=true` leaves all frames.
public final class Trace {
    private static final boolean WHOLE = Boolean.getBoolean("tandem.trace");

    private Trace() {}

    /// Takes the frames of the kit, and those that lie between them, from the top of a trace and of
    /// the traces of its causes.
    ///
    /// @return what it was given, to be thrown
    public static <T extends Throwable> T trim(T thrown) {
        for (Throwable t = WHOLE ? null : thrown; t != null; t = t.getCause()) {
            StackTraceElement[] frames = t.getStackTrace();
            int first = 0;
            for (int i = 0; i < frames.length && !isOfUser(frames[i]); i++) {
                if (isOfKit(frames[i])) {
                    first = i + 1;
                }
            }
            if (first > 0 && first < frames.length && isOfReflection(frames[first])) {
                first--;
            }
            t.setStackTrace(Arrays.copyOfRange(frames, first, frames.length));
        }
        return thrown;
    }

    /// What calls by reflection looks at the top of a trace, to tell errors in the call from those in
    /// what was called.
    private static boolean isOfReflection(StackTraceElement frame) {
        String name = frame.getClassName();
        return name.startsWith("jdk.internal.reflect.") || name.startsWith("java.lang.reflect.");
    }

    /// Also what stands before a managed object, which Java has made for the kit.
    private static boolean isOfKit(StackTraceElement frame) {
        String name = frame.getClassName();
        return name.startsWith("tandem.") || name.startsWith("$Proxy", name.lastIndexOf('.') + 1);
    }

    private static boolean isOfUser(StackTraceElement frame) {
        String name = frame.getClassName();
        return !isOfKit(frame) && !name.startsWith("java.") && !name.startsWith("jdk.");
    }
}
