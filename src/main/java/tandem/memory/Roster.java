package tandem.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Who is in the session: a slot for each process, in a file that every process of the session maps.
///
/// A slot is claimed by the parent before the worker starts (or by a process that joins by itself),
/// filled in by the process that it stands for, and freed by the parent when that process has ended.
/// Claiming moves the slot's generation on, so that the holder bits of an earlier process never name
/// a later one; 2 million processes would have to use one slot while a lock still names the first.
public final class Roster {
    static final long DATA_BYTES =
            (long) Layout.SLOTS * Layout.SLOT_BYTES + (long) Layout.WAITS * Layout.WAIT_BYTES;

    private static final int FUTEX = 1;
    private static final int PORTABLE = 2;

    /// Stops a worker that spawns itself before it takes the machine.
    private static final String LIMIT_PROPERTY = "tandem.processes";

    private static final int USUAL_LIMIT = 256;

    private final MemorySegment page;
    private final MemorySegment slots;
    private final Waits waits;

    /// Null for one who looks at a session from outside, and has no part in its locks.
    private final Path directory;

    Roster(SharedFile file) {
        this(file.page(), file.data(), file.path().getParent());
    }

    /// For one who looks at a session from outside.
    ///
    /// @param slots the slots and the waits behind them
    Roster(MemorySegment page, MemorySegment slots) {
        this(page, slots, null);
    }

    private Roster(MemorySegment page, MemorySegment slots, Path directory) {
        this.page = page;
        this.slots = slots;
        this.directory = directory;
        this.waits = new Waits(slots.asSlice((long) Layout.SLOTS * Layout.SLOT_BYTES), this);
    }

    static Header header() {
        return new Header(Layout.KIND_ROSTER, null, Layout.GUARD_NONE, "", Layout.SLOTS);
    }

    /// Whether the session waits with futex. All its processes wait alike, or wake-ups get lost:
    /// the first that asks decides for all.
    ///
    /// @param proposal what this process would choose
    public boolean usesFutex(boolean proposal) {
        int before =
                (int)
                        Layout.INT.compareAndExchange(
                                page, Layout.AT_WAITER, 0, proposal ? FUTEX : PORTABLE);
        return before == 0 ? proposal : before == FUTEX;
    }

    /// A number that no other object of the session has.
    int nextObject() {
        return 1 + (int) Layout.INT.getAndAdd(page, Layout.AT_OBJECT_COUNT, 1);
    }

    /// Who waits for what.
    public Waits waits() {
        return waits;
    }

    /// Takes a slot for a process that is about to start.
    ///
    /// @return the holder bits that will name it
    /// @throws IllegalStateException when every slot is in use
    public int claim(String name, int parent) {
        int limit = limit();
        int inUse = inUse();
        if (inUse >= limit) {
            freeDead();
            inUse = inUse();
        }
        if (inUse >= limit) {
            throw Trace.trim(
                    new IllegalStateException(
                            "this session has %d processes already, and that is the limit: is a worker spawning itself? -Dtandem.processes=%d would allow more, up to %d"
                                    .formatted(
                                            inUse,
                                            Math.min(2 * limit, Layout.SLOTS - 1),
                                            Layout.SLOTS - 1)));
        }
        for (int slot = 1; slot < Layout.SLOTS; slot++) {
            long at = at(slot);
            int state = (int) Layout.INT.getVolatile(slots, at);
            if ((state & Layout.SLOT_STATE_MASK) != Layout.SLOT_FREE) {
                continue;
            }
            int generation =
                    ((state >>> Layout.SLOT_GENERATION_SHIFT) + 1) & Layout.GENERATION_MASK;
            int used = generation << Layout.SLOT_GENERATION_SHIFT | Layout.SLOT_USED;
            if (Layout.INT.compareAndSet(slots, at, state, used)) {
                Layout.LONG.setVolatile(slots, at + Layout.SLOT_PID, 0L);
                Layout.LONG.setVolatile(slots, at + Layout.SLOT_STARTED, 0L);
                Layout.INT.setVolatile(slots, at + Layout.SLOT_PARENT, parent);
                Layout.INT.setVolatile(slots, at + Layout.SLOT_PRESENT, 0);
                clearCounts(at);
                writeName(at + Layout.SLOT_NAME, name);
                countChange();
                return generation << Layout.HOLDER_GENERATION_SHIFT | slot;
            }
        }
        throw Trace.trim(
                new IllegalStateException(
                        "this session already has %d processes, and there is room for no more"
                                .formatted(Layout.SLOTS - 1)));
    }

    private static int limit() {
        String limit = System.getProperty(LIMIT_PROPERTY, "" + USUAL_LIMIT);
        int most = Layout.SLOTS - 1;
        try {
            int number = Integer.parseInt(limit);
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // As for one that is out of range.
        }
        throw Trace.trim(
                new IllegalStateException(
                        "-D%s=%s: a session can have 1 to %d processes"
                                .formatted(LIMIT_PROPERTY, limit, most)));
    }

    /// Names a process anew, as when a spare becomes a worker. It has waited for nothing yet.
    public void rename(int holder, String name) {
        clearCounts(at(slot(holder)));
        writeName(at(slot(holder)) + Layout.SLOT_NAME, name);
        countChange();
    }

    /// Says that something is different for those who look at who takes part and who waits.
    void countChange() {
        Layout.LONG.getAndAdd(page, Layout.AT_CHANGES, 1L);
    }

    /// Says which process a claimed slot stands for. Both its parent, once it has started it, and
    /// the process itself say so.
    public void identify(int holder, ProcessHandle process) {
        long at = at(slot(holder));
        long started = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        Layout.LONG.setVolatile(slots, at + Layout.SLOT_STARTED, started);
        Layout.LONG.setVolatile(slots, at + Layout.SLOT_PID, process.pid());
        countChange();
    }

    /// Says that a process, which is this one, has locked the byte of its slot.
    void enter(int holder) {
        identify(holder, ProcessHandle.current());
        Layout.INT.setVolatile(slots, at(slot(holder)) + Layout.SLOT_PRESENT, 1);
    }

    /// Whether the process has come up so far that it has entered the session.
    public boolean hasEntered(int holder) {
        return (int) Layout.INT.getVolatile(slots, at(slot(holder)) + Layout.SLOT_PRESENT) != 0;
    }

    /// Gives a slot back when its process has ended.
    public void free(int holder) {
        int generation = generation(holder);
        Layout.INT.compareAndSet(
                slots,
                at(slot(holder)),
                generation << Layout.SLOT_GENERATION_SHIFT | Layout.SLOT_USED,
                generation << Layout.SLOT_GENERATION_SHIFT | Layout.SLOT_FREE);
        countChange();
    }

    /// Whether the process that these bits name has not ended. A process that has come up is asked
    /// for by the lock on its byte, which tells even where its pid means nothing or its end has been
    /// seen by nobody. Before that, a pid that another process got does not count: the start times
    /// differ.
    public boolean isAlive(int holder) {
        if (!isCurrent(holder)) {
            return false;
        }
        int slot = slot(holder);
        boolean isPresent =
                directory != null
                        && (int) Layout.INT.getVolatile(slots, at(slot) + Layout.SLOT_PRESENT) != 0;
        boolean alive = isPresent ? !Presence.hasLeft(directory, slot) : isStarting(holder);
        return alive && isCurrent(holder);
    }

    private boolean isStarting(int holder) {
        long pid = pid(holder);
        if (pid == 0) {
            return true;
        }
        long started =
                (long) Layout.LONG.getVolatile(slots, at(slot(holder)) + Layout.SLOT_STARTED);
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(
                        process ->
                                started == 0
                                        || process.info()
                                                .startInstant()
                                                .map(t -> t.toEpochMilli() == started)
                                                .orElse(true))
                .isPresent();
    }

    /// Frees the slots of those whose parent has died before it could.
    private void freeDead() {
        for (int slot = 1; slot < Layout.SLOTS; slot++) {
            int state = (int) Layout.INT.getVolatile(slots, at(slot));
            if ((state & Layout.SLOT_STATE_MASK) == Layout.SLOT_USED) {
                int generation = state >>> Layout.SLOT_GENERATION_SHIFT;
                int holder = generation << Layout.HOLDER_GENERATION_SHIFT | slot;
                if (!isAlive(holder)) {
                    free(holder);
                }
            }
        }
    }

    /// Whether the slot still stands for the process that these bits named when they were made.
    public boolean isCurrent(int holder) {
        int state = (int) Layout.INT.getVolatile(slots, at(slot(holder)));
        return state == (generation(holder) << Layout.SLOT_GENERATION_SHIFT | Layout.SLOT_USED);
    }

    /// The pid, 0 while the process has not come up.
    public long pid(int holder) {
        return (long) Layout.LONG.getVolatile(slots, at(slot(holder)) + Layout.SLOT_PID);
    }

    /// The pid of the process that started this one.
    public long parentPid(int holder) {
        return pid((int) Layout.INT.getVolatile(slots, at(slot(holder)) + Layout.SLOT_PARENT));
    }

    /// Counts a wait for a lock, however it ended. Several threads of the process may do so at once,
    /// as in the two methods that follow.
    public void countLockWait(int holder, long nanos) {
        WaitCounts.add(slots, at(slot(holder)) + Layout.SLOT_LOCK_WAITS, nanos);
    }

    /// Counts a wait for an event, however it ended.
    public void countEventWait(int holder, long nanos) {
        WaitCounts.add(slots, at(slot(holder)) + Layout.SLOT_EVENT_WAITS, nanos);
    }

    /// Counts a lock that the process has taken from one that had died, or broken.
    public void countRecovery(int holder) {
        Layout.LONG.getAndAdd(slots, at(slot(holder)) + Layout.SLOT_RECOVERIES, 1L);
    }

    /// Counts lines that the process has written to its parent.
    public void countLines(int holder, int lines) {
        Layout.LONG.getAndAdd(slots, at(slot(holder)) + Layout.SLOT_LINES, (long) lines);
    }

    /// How many lines the process has written to its parent, and counted.
    public long lines(int holder) {
        return (long) Layout.LONG.getVolatile(slots, at(slot(holder)) + Layout.SLOT_LINES);
    }

    /// What a process has counted. Its slot keeps this until another process takes it.
    public ProcessCounts counts(int holder) {
        long at = at(slot(holder));
        return new ProcessCounts(
                WaitCounts.read(slots, at + Layout.SLOT_LOCK_WAITS),
                WaitCounts.read(slots, at + Layout.SLOT_EVENT_WAITS),
                (long) Layout.LONG.getVolatile(slots, at + Layout.SLOT_RECOVERIES));
    }

    public String name(int holder) {
        byte[] bytes = new byte[Layout.SLOT_NAME_BYTES];
        MemorySegment.copy(
                slots, JAVA_BYTE, at(slot(holder)) + Layout.SLOT_NAME, bytes, 0, bytes.length);
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    /// All processes of the session, for a person.
    List<String> processes() {
        return holders().stream().map(this::describe).toList();
    }

    /// The holder bits of all processes of the session.
    List<Integer> holders() {
        List<Integer> holders = new ArrayList<>();
        for (int slot = 1; slot < Layout.SLOTS; slot++) {
            int state = (int) Layout.INT.getVolatile(slots, at(slot));
            if ((state & Layout.SLOT_STATE_MASK) != Layout.SLOT_FREE) {
                int generation = state >>> Layout.SLOT_GENERATION_SHIFT & Layout.GENERATION_MASK;
                holders.add(generation << Layout.HOLDER_GENERATION_SHIFT | slot);
            }
        }
        return holders;
    }

    /// A process for a person: its name and pid.
    public String describe(int holder) {
        int state = (int) Layout.INT.getVolatile(slots, at(slot(holder)));
        return state >>> Layout.SLOT_GENERATION_SHIFT == generation(holder)
                ? "%s (pid %d)".formatted(name(holder), pid(holder))
                : "a process that has ended";
    }

    private void clearCounts(long at) {
        slots.asSlice(at + Layout.SLOT_LOCK_WAITS, Layout.SLOT_COUNTS_BYTES).fill((byte) 0);
    }

    private int inUse() {
        int count = 0;
        for (int slot = 1; slot < Layout.SLOTS; slot++) {
            int state = (int) Layout.INT.getVolatile(slots, at(slot));
            count += (state & Layout.SLOT_STATE_MASK) == Layout.SLOT_FREE ? 0 : 1;
        }
        return count;
    }

    private void writeName(long at, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        int end = Math.min(bytes.length, Layout.SLOT_NAME_BYTES - 1);
        while (end < bytes.length && end > 0 && (bytes[end] & 0xc0) == 0x80) {
            end--;
        }
        slots.asSlice(at, Layout.SLOT_NAME_BYTES).fill((byte) 0);
        MemorySegment.copy(bytes, 0, slots, JAVA_BYTE, at, end);
    }

    static int slot(int holder) {
        return holder & Layout.HOLDER_SLOT_MASK;
    }

    private static int generation(int holder) {
        return (holder >>> Layout.HOLDER_GENERATION_SHIFT) & Layout.GENERATION_MASK;
    }

    private static long at(int slot) {
        return (long) slot * Layout.SLOT_BYTES;
    }
}
