package tandem.session;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import tandem.memory.Guard;
import tandem.memory.Header;
import tandem.memory.Kind;
import tandem.memory.Layout;
import tandem.memory.SharedFile;
import tandem.memory.Trace;
import tandem.memory.WaitCounts;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Who is in the session: a slot for each process, in a file that every process of the session maps.
///
/// A slot is claimed by the parent before the worker starts (or by a process that joins by itself),
/// filled in by the process that it stands for, and freed by the parent when that process has ended.
/// Claiming moves the slot's generation on, so that the holder bits of an earlier process never name
/// a later one; 2 million processes would have to use one slot while a lock still names the first.
public final class Roster {
    /*
     * Overview. State, generation and claimer of a slot are one word, which a compare-and-set changes
     * from free to used and back. What else is in the slot says by holder bits whose it is, so that
     * what an earlier process has left there says nothing about a later one, from the claim on. Until
     * a process is identified, its claimer answers for it: a parent that dies before it has started
     * the process will not do so any more.
     *
     * A parent frees the slots of its children. Those of processes that have no parent, or none that
     * lives, are freed by whoever claims a slot next.
     */
    /// Names the process that has made the session: it takes the first slot for the first time.
    static final int FOUNDER = 1 << Layout.HOLDER_GENERATION_SHIFT | 1;

    /// What the names of the kit's own threads begin with.
    public static final String THREADS = "tandem-";

    /// The name of a process that has nothing to do yet, and nothing of what others share.
    public static final String SPARE = "(spare)";

    private static final int FUTEX = 1;
    private static final int PORTABLE = 2;

    /// Stops a worker that spawns itself before it takes the machine.
    private static final String LIMIT_PROPERTY = "tandem.processes";

    private static final int USUAL_LIMIT = 256;

    private final MemorySegment page;
    private final MemorySegment slots;
    private final Waits waits;
    private final Set<Integer> freedMakers = ConcurrentHashMap.newKeySet();

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
        return new Header(Kind.ROSTER, null, Guard.NONE, "", Layout.SLOTS);
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

    /// The number that the last object of the session has got, 0 for none.
    public int lastObject() {
        return (int) Layout.INT.getVolatile(page, Layout.AT_OBJECT_COUNT);
    }

    /// A number that no other object of the session has.
    int nextObject() {
        return 1 + (int) Layout.INT.getAndAdd(page, Layout.AT_OBJECT_COUNT, 1);
    }

    /// The timeline that is being recorded, 0 for none.
    public long timeline() {
        return (long) Layout.LONG.getVolatile(page, Layout.AT_TIMELINE);
    }

    /// The number of a timeline.
    public static int timelineNumber(long timeline) {
        return (int) timeline;
    }

    /// Begins one, in the place of one whose process has ended.
    long beginTimeline(int holder) {
        long own = (long) holder << 32 | nextObject();
        while (true) {
            long before = timeline();
            int other = (int) (before >>> 32);
            if (before != 0 && isAlive(other)) {
                throw Trace.trim(
                        new IllegalStateException(
                                "a timeline is being recorded already, by %s: close it first"
                                        .formatted(describe(other))));
            }
            if (Layout.LONG.compareAndSet(page, Layout.AT_TIMELINE, before, own)) {
                return own;
            }
        }
    }

    /// Ends one, if it is the one that is being recorded.
    public void endTimeline(long timeline) {
        Layout.LONG.compareAndSet(page, Layout.AT_TIMELINE, timeline, 0L);
    }

    /// Who waits for what.
    public Waits waits() {
        return waits;
    }

    /// Takes a slot for a process that is about to start.
    ///
    /// @param parent the holder bits of this process, 0 when it takes the slot for itself
    /// @return the holder bits that will name it
    /// @throws IllegalStateException when every slot is in use
    public int claim(String name, int parent) {
        freeOrphans();
        int limit = limit();
        int inUse = inUse();
        if (inUse >= limit) {
            throw Trace.trim(
                    new IllegalStateException(
                            "this session has %d processes already, and that is the limit: is a worker spawning itself? -Dtandem.processes=%d would allow more, up to %d"
                                    .formatted(
                                            inUse,
                                            Math.min(2 * limit, Layout.SLOTS - 1),
                                            Layout.SLOTS - 1)));
        }
        int claimer = parent == 0 ? (int) -ProcessHandle.current().pid() : parent;
        for (int slot = 1; slot < Layout.SLOTS; slot++) {
            long before = word(slot);
            if (!isFree(before)) {
                continue;
            }
            int generation = (generationOf(before) + 1) & Layout.GENERATION_MASK;
            long used = used(generation) | (long) claimer << Layout.SLOT_CLAIMER_SHIFT;
            long at = at(slot);
            if (Layout.LONG.compareAndSet(slots, at, before, used)) {
                if (parent != 0) {
                    countMade(parent);
                }
                clearCounts(at);
                Layout.LONG.setVolatile(slots, at + Layout.SLOT_MADE, 0L);
                writeName(at + Layout.SLOT_NAME, name);
                countChange();
                return holder(slot, generation);
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
        Layout.LONG.setVolatile(slots, at + Layout.SLOT_STARTED, Vitals.started(process));
        Layout.LONG.setVolatile(slots, at + Layout.SLOT_PID, process.pid());
        Layout.INT.setVolatile(slots, at + Layout.SLOT_IDENTIFIED, holder);
        countChange();
    }

    /// Says that a process, which is this one, has locked the byte of its slot.
    void enter(int holder) {
        identify(holder, ProcessHandle.current());
        Layout.INT.setVolatile(slots, at(slot(holder)) + Layout.SLOT_PRESENT, holder);
    }

    /// Whether the process has come up so far that it has entered the session.
    public boolean hasEntered(int holder) {
        return isMarked(holder, Layout.SLOT_PRESENT);
    }

    /// Says that a process has made something that may outlive it.
    void countMade(int holder) {
        Layout.LONG.getAndAdd(slots, at(slot(holder)) + Layout.SLOT_MADE, 1L);
    }

    /// Whether a process that this one has freed the slot of has made anything. Asked once.
    boolean takeMade(int holder) {
        return freedMakers.remove(holder);
    }

    /// Gives a slot back when its process has ended.
    public void free(int holder) {
        long word = word(slot(holder));
        if (isUsed(word, holder)) {
            if ((long) Layout.LONG.getVolatile(slots, at(slot(holder)) + Layout.SLOT_MADE) != 0) {
                freedMakers.add(holder);
            }
            long free =
                    (long) generation(holder) << Layout.SLOT_GENERATION_SHIFT | Layout.SLOT_FREE;
            Layout.LONG.compareAndSet(slots, at(slot(holder)), word, free);
        }
        countChange();
    }

    /// Whether the process that these bits name has not ended. A process that has come up is asked
    /// for by the lock on its byte, which tells even where its pid means nothing or its end has been
    /// seen by nobody. Before that, a pid that another process got does not count: the start times
    /// differ. One that is still to be started lives as long as who is about to start it.
    public boolean isAlive(int holder) {
        long word = word(slot(holder));
        if (!isUsed(word, holder)) {
            return false;
        }
        boolean alive =
                directory != null && hasEntered(holder)
                        ? !Presence.hasLeft(directory, slot(holder))
                        : pid(holder) == 0 ? isClaimerAlive(word) : isRunning(holder);
        return alive && isCurrent(holder);
    }

    private boolean isClaimerAlive(long word) {
        int claimer = claimer(word);
        return claimer > 0
                ? isAlive(claimer)
                : ProcessHandle.of(-claimer).filter(ProcessHandle::isAlive).isPresent();
    }

    private boolean isRunning(int holder) {
        long started =
                (long) Layout.LONG.getVolatile(slots, at(slot(holder)) + Layout.SLOT_STARTED);
        return ProcessHandle.of(pid(holder))
                .filter(ProcessHandle::isAlive)
                .filter(process -> started == 0 || Vitals.started(process) == started)
                .isPresent();
    }

    /// Frees the slots of those who have ended, and whom no parent can free any more.
    private void freeOrphans() {
        int living = 0;
        for (int holder : holders()) {
            int claimer = claimer(word(slot(holder)));
            if (claimer > 0 && claimer != living && isAlive(claimer)) {
                living = claimer;
            }
            if ((claimer <= 0 || claimer != living) && !isAlive(holder)) {
                free(holder);
            }
        }
    }

    /// Whether the slot still stands for the process that these bits named when they were made.
    public boolean isCurrent(int holder) {
        return isUsed(word(slot(holder)), holder);
    }

    /// The pid, 0 while the process has not come up.
    public long pid(int holder) {
        return isMarked(holder, Layout.SLOT_IDENTIFIED)
                ? (long) Layout.LONG.getVolatile(slots, at(slot(holder)) + Layout.SLOT_PID)
                : 0;
    }

    /// The process that started this one, 0 for one that joined by itself.
    int parent(int holder) {
        return Math.max(0, claimer(word(slot(holder))));
    }

    /// The pid of the process that started this one, 0 for one that joined by itself.
    public long parentPid(int holder) {
        int claimer = claimer(word(slot(holder)));
        return claimer > 0 ? pid(claimer) : 0;
    }

    private boolean isMarked(int holder, long mark) {
        return (int) Layout.INT.getVolatile(slots, at(slot(holder)) + mark) == holder;
    }

    /// Counts a wait for a lock, however it ended, unless it was one of the kit's own threads that waited.
    /// Several threads of the process may do so at once, as in the two methods that follow.
    public void countLockWait(int holder, long nanos) {
        countWait(holder, Layout.SLOT_LOCK_WAITS, nanos);
    }

    /// Counts a wait for an event, as `countLockWait` does.
    public void countEventWait(int holder, long nanos) {
        countWait(holder, Layout.SLOT_EVENT_WAITS, nanos);
    }

    private void countWait(int holder, long counts, long nanos) {
        if (!Thread.currentThread().getName().startsWith(THREADS)) {
            WaitCounts.add(slots, at(slot(holder)) + counts, nanos);
        }
    }

    /// Counts a lock that the process has taken from one that had died, or broken.
    public void countRecovery(int holder) {
        Layout.LONG.getAndAdd(slots, at(slot(holder)) + Layout.SLOT_RECOVERIES, 1L);
    }

    /// Counts lines that the process has written to its parent.
    public void countLines(int holder, int lines) {
        Layout.LONG.getAndAdd(slots, at(slot(holder)) + Layout.SLOT_LINES, (long) lines);
    }

    /// How many lines the process has written to its parent, and counted, also when it has ended. When
    /// another process has taken its slot since, nobody knows: then it is the largest number.
    public long lines(int holder) {
        int slot = slot(holder);
        long lines = (long) Layout.LONG.getVolatile(slots, at(slot) + Layout.SLOT_LINES);
        return generationOf(word(slot)) == generation(holder) ? lines : Long.MAX_VALUE;
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
            long word = word(slot);
            if (!isFree(word)) {
                holders.add(holder(slot, generationOf(word)));
            }
        }
        return holders;
    }

    /// A process for a person: its name and pid.
    public String describe(int holder) {
        return generationOf(word(slot(holder))) == generation(holder)
                ? "%s (pid %d)".formatted(name(holder), pid(holder))
                : "a process that has ended";
    }

    private void clearCounts(long at) {
        slots.asSlice(at + Layout.SLOT_LOCK_WAITS, Layout.SLOT_COUNTS_BYTES).fill((byte) 0);
        Layout.LONG.setVolatile(slots, at + Layout.SLOT_LINES, 0L);
    }

    private int inUse() {
        int count = 0;
        for (int slot = 1; slot < Layout.SLOTS; slot++) {
            count += isFree(word(slot)) ? 0 : 1;
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

    private long word(int slot) {
        return (long) Layout.LONG.getVolatile(slots, at(slot));
    }

    private static boolean isFree(long word) {
        return (word & Layout.SLOT_STATE_MASK) == Layout.SLOT_FREE;
    }

    private static boolean isUsed(long word, int holder) {
        return (int) word == (int) used(generation(holder));
    }

    private static long used(int generation) {
        return (long) generation << Layout.SLOT_GENERATION_SHIFT | Layout.SLOT_USED;
    }

    private static int generationOf(long word) {
        return (int) word >>> Layout.SLOT_GENERATION_SHIFT & Layout.GENERATION_MASK;
    }

    /// Holder bits, or a pid, negative.
    private static int claimer(long word) {
        return (int) (word >> Layout.SLOT_CLAIMER_SHIFT);
    }

    private static int holder(int slot, int generation) {
        return generation << Layout.HOLDER_GENERATION_SHIFT | slot;
    }

    /// The slot of a process.
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
