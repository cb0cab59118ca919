package tandem.sync;

import tandem.memory.Trace;
import tandem.memory.WaitCounts;

import java.time.Duration;
import java.util.List;

/// Shares of something that any number of threads read at a time, or one writes, wherever their state lies: in
/// a file of this machine ([Shares]), or on a server. First come, first served.
public abstract class Sharing {
    /// As many readers are named in messages.
    private static final int MOST_NAMES = 5;

    /// What a thread takes: a share to read, or the one to write.
    public enum Access {
        READ("read()", "reading"),
        WRITE("write()", "writing");

        private final String call;
        private final String doing;

        Access(String call, String doing) {
            this.call = call;
            this.doing = doing;
        }

        /// As in `read()`.
        public String call() {
            return call;
        }
    }

    /// Takes a share, and waits for as long as that takes.
    ///
    /// @throws UncheckedInterruptedException when the thread is interrupted while it waits
    public abstract void acquire(Access access);

    /// Takes a share if it can be had within a time.
    ///
    /// @throws UncheckedInterruptedException when the thread is interrupted while it waits
    public abstract boolean acquire(Access access, Duration time);

    /// Takes a share if it can be had at once.
    public abstract boolean tryAcquire(Access access);

    /// Gives a share back, once for each time that it was taken.
    ///
    /// @throws IllegalMonitorStateException when this thread does not have it
    public abstract void release(Access access);

    /// Whether the process of a thread that wrote has died, so that what is guarded may be half-written,
    /// and no writer before this one has asked. Asked by a thread that has a share.
    public abstract boolean isRecovered(Access access);

    /// Who has shares at this moment, for a person: "free", "written by WorkA (pid 4711)", or "read by"
    /// several. Never waits.
    public abstract String holders();

    /// How often a share was taken by a thread that had none.
    public abstract long taken();

    public abstract WaitCounts waits();

    /// How often the process of a thread that wrote has died.
    public abstract long recoveries();

    /// Passes on at once what a process of this session had that has ended.
    ///
    /// @param ended its holder bits
    public abstract void holderEnded(int ended);

    /// What is thrown to who reads, and would write.
    ///
    /// @param call as in `acquire()`
    protected static IllegalStateException wouldWaitForItself(
            String call, String process, String name) {
        return Trace.trim(
                new IllegalStateException(
                        "write().%s by thread %s of %s, which reads %s: it would wait for itself for ever. Release read() first, then take write(), and look again at what was read, as others may have written meanwhile"
                                .formatted(call, Thread.currentThread().getName(), process, name)));
    }

    /// What is thrown to who gives back what it does not have.
    protected static IllegalMonitorStateException notOwner(
            Access access, String process, String name, String holders) {
        return Trace.trim(
                new IllegalMonitorStateException(
                        "%s.release() by thread %s of %s, which does not hold %s for %s: it is %s"
                                .formatted(
                                        access.call,
                                        Thread.currentThread().getName(),
                                        process,
                                        name,
                                        access.doing,
                                        holders)));
    }

    /// Those who read, for a person.
    protected static String readers(List<String> names) {
        if (names.isEmpty()) {
            return "free";
        }
        int more = names.size() - MOST_NAMES;
        List<String> named = more <= 1 ? names : names.subList(0, MOST_NAMES);
        return "read by "
                + String.join(" and ", named)
                + (more <= 1 ? "" : " and %,d more".formatted(more));
    }

    /// One of them, for a person.
    ///
    /// @param thread null for one of another process
    protected static String name(String process, Thread thread) {
        if (thread == null) {
            return process;
        }
        return thread == Thread.currentThread()
                ? process + ", this thread"
                : process
                        + ", thread "
                        + thread.getName()
                        + (thread.isAlive() ? "" : ", which has ended");
    }
}
