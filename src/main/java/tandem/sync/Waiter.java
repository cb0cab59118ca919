package tandem.sync;

import tandem.memory.Notice;
import tandem.record.Recorder;
import tandem.session.Session;

import java.lang.foreign.MemorySegment;

/// How a thread waits for a shared word to change, and how it is woken.
///
/// Every wait is short: it ends after a slice at the latest, so that the caller looks around (at
/// interrupts, deadlines, holders that have died) and so that JShell's Ctrl-C gets through.
public abstract sealed class Waiter permits FutexWaiter, PortableWaiter {
    /// The longest single wait.
    public static final long SLICE_NANOS = 100_000_000;

    Waiter() {}

    /// Waits while the `int` at an offset is as expected, for at most some nanoseconds, which no
    /// slice exceeds. It may return at any time: the caller looks again.
    ///
    /// @param round how often the caller has waited already, for waiters that slow down
    abstract void await(MemorySegment page, long offset, int expected, long nanos, int round);

    /// Wakes one of those who wait on a word, or all of them.
    ///
    /// @return how many were woken; 0 where nobody has to be
    abstract int wake(MemorySegment page, long offset, boolean all);

    /// The waiter that the processes of a session agreed on. `-Dtandem.waiter=portable` in the
    /// session's first process chooses the portable one.
    static Waiter of(Session session) {
        Recorder.look();
        boolean futex = FutexWaiter.isAllowed() && !Choice.PORTABLE;
        if (!session.roster().usesFutex(futex)) {
            return PortableWaiter.INSTANCE;
        }
        if (!futex) {
            Choice.warn();
            return PortableWaiter.INSTANCE;
        }
        return FutexWaiter.INSTANCE;
    }

    /// How a session that starts here would wait, for a person.
    public static String describeChoice() {
        if (Choice.PORTABLE) {
            return "in Java alone, by -Dtandem.waiter=portable";
        }
        return FutexWaiter.isAllowed()
                ? "futex"
                : "in Java alone: not Linux, or without --enable-native-access=ALL-UNNAMED";
    }

    private static final class Choice {
        static final boolean PORTABLE = "portable".equals(System.getProperty("tandem.waiter"));

        private static boolean warned;

        static synchronized void warn() {
            if (!warned) {
                warned = true;
                Notice.say(
                        "tandem: the other processes of this session sleep in futex, which this one"
                            + " cannot wake: add --enable-native-access=ALL-UNNAMED to its java");
            }
        }
    }
}
