package tandem.sync;

import tandem.memory.Layout;
import tandem.memory.SharedFile;
import tandem.memory.WaitCounts;
import tandem.session.Session;

import java.lang.foreign.MemorySegment;

/// The calls of an object that one process has: one at a time, and counted in the page of a shared file.
///
/// All of them run in threads of that process, and so it alone writes here.
public final class Callers {
    private final MemorySegment page;
    private final Session session;
    private final Mutex mutex;

    /// @param mutex the one of the file
    public Callers(SharedFile file, Session session, Mutex mutex) {
        this.session = session;
        this.page = file.page();
        this.mutex = mutex;
    }

    /// Fills in a new file.
    ///
    /// @param process that has the object
    public void found(int process) {
        Layout.LONG.setVolatile(page, Layout.AT_CALLED, (long) process);
    }

    /// The process that has the object.
    public int process() {
        return (int) (long) Layout.LONG.getVolatile(page, Layout.AT_CALLED);
    }

    /// How often it was called.
    public long calls() {
        return (long) Layout.LONG.getVolatile(page, Layout.AT_COUNT);
    }

    /// How many calls are not over.
    public long open() {
        return (long) Layout.LONG.getVolatile(page, Layout.AT_SHOWN);
    }

    public WaitCounts waits() {
        return mutex.waits();
    }

    /// Begins a call, which `end` ends.
    ///
    /// @param isAlone whether no other thread may be in one; false when the object sees to that by itself
    /// @throws UncheckedInterruptedException when the thread is interrupted while it waits; nothing has
    ///     begun then
    public void begin(boolean isAlone) {
        Layout.LONG.getAndAdd(page, Layout.AT_SHOWN, 1L);
        try {
            if (isAlone) {
                mutex.acquire();
            }
        } catch (Throwable e) {
            Layout.LONG.getAndAdd(page, Layout.AT_SHOWN, -1L);
            throw e;
        }
        Layout.LONG.getAndAdd(page, Layout.AT_COUNT, 1L);
    }

    public void end(boolean isAlone) {
        Layout.LONG.getAndAdd(page, Layout.AT_SHOWN, -1L);
        if (isAlone) {
            Errand.end(session);
            mutex.release();
        }
    }
}
