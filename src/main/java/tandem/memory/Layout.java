package tandem.memory;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Where every shared byte lies: the one drawing that all sides use. `docs/layout.md` states it as
/// a contract for programs outside the kit.
///
/// Every file starts with the same header page, in the byte order of the machine:
///
/// ```
///  offset  bytes  field
///       0      8  magic, written last: a file without it is not finished
///       8      4  version of the layout
///      12      4  kind: 1 array, 2 lock, 3 event, 4 roster, 5 value, 6 condition,
///                 7 semaphore, 8 barrier, 9 queue, 10 readwritelock, 11 manager,
///                 12 pipe
///      16      4  typecode, an ASCII letter (arrays, values)
///      20      4  guard: 0 none, 1 the lock word below, 2 the lock in the file named at 512
///      24      8  length in elements (arrays, values), in slots (rosters), in rows (0 for a
///                 lock that is not fair); bytes of the action's code (barriers), of the
///                 ring (queues), of each of two rings (pipes), of the text (managers)
///      32      8  offset of the data, 4096 in this version
///      40      8  pid of the creator
///      48      8  time of creation, milliseconds since 1970
///      56      8  owner: holder bits of the process that frees the file (0 to 31), and of the one that
///                 made it over to him, or his own, until he has opened it (32 to 63)
///      64      4  roster: number of objects made so far
///      68      4  roster: 1 the session waits with futex, 2 with the portable waiter
///      72      8  roster: how often a process came, was named anew or went, and a wait began or
///                 ended: counted behind the change, for those who look again and again
///      80      8  roster: the timeline that is being recorded: its number (bits 0 to 31), holder bits of whose it is
///                 (32 to 63); 0 for none
///     128      8  lock word                           (a pair of cache lines of its own)
///     144      8  how often the lock was taken
///     152      8  how often somebody had to wait for it first
///     160      8  nanoseconds waited in all
///     168      8  nanoseconds of the longest wait
///     176      8  how often it was taken from a process that had died, or broken
///     184      8  how many of these times a holder has been told of
///     256      8  event word                          (a pair of cache lines of its own)
///     264      8  how often somebody waited for the event, or another object without a lock of its own
///     272      8  nanoseconds waited in all
///     280      8  nanoseconds of the longest wait
///     512    256  name of the file that holds the lock (guard 2), UTF-8, zero-terminated
///     768      4  length of the object's own name in bytes: 0 none, -1 it is being written
///     772    252  that name, UTF-8, given once
///    1024      8  permits that no bare acquire() has taken (semaphores), the state (barriers), the last
///                 ticket (conditions, read-write locks, fair locks), what was taken (queues),
///                 holder bits of the process that has the object (managers)
///    1032      8  how many permits there may be, 0 for any number (semaphores), parties (barriers), the
///                 last ticket that was signalled (conditions), how many items there may be, 0 for as
///                 many as the ring takes (queues), the thread that writes, as in a roster's wait, 0 for none
///                 (read-write locks)
///    1040      8  how often one was taken, a phase was over, one was signalled, one was called
///    1048      8  permits that are free, threads that have come, that wait, that read, calls that are not
///                 over (managers): for those who look on; items that are done (queues)
///    1056      4  rows from this one on are not in use
///    1064      8  how often the thread that wrote has died (read-write locks)
///    1072      8  how many of these times a writer has been told of
///    1064      8  bits of a pipe: the left, the right end was somebody's (0, 1), and is nobody's any more
///                 (2, 3); only the left end sends (4)
///    1152      4  how often something has changed (bits 1 to 31), someone may be asleep (bit 0); of a
///                 queue, that there is something to take   (a pair of cache lines of its own)
///    1280     64  fair locks: the lock word of the rows, and its counts, as from 128 on
///    1280      4  of a queue the same, that there is room
///    1408      4  the same, that all items are done
///    1536     56  the lock of those who put into a queue: as from 128 on; that at 128 is for those who
///                 take                                (a pair of cache lines of its own)
///    1664      8  what was put (queues)               (a pair of cache lines of its own)
///    1672      8  1 when the queue is closed
///    2176   1552  pipes: all words of a queue from 128 on for what goes from right to left; those before are
///                 for what goes from left to right
///    4096      …  data: elements, rows (and then the code of a barrier's action), the ring, rows and
///                 two rings (pipes), the name of an interface and of a process (managers), or the roster's slots and then its waits
/// ```
///
/// What was put into a queue, or taken from it, is one word, so that both change at once: how many
/// items (bits 32 to 63), how many units of 8 bytes of the ring (bits 0 to 31), of which the place in the
/// ring is the rest by its length. An item in the ring, at a multiple of 8 bytes, in one piece:
///
/// ```
///       0      4  length of what follows in bytes; -1: the next item is at the beginning of the ring;
///                 -2: eight bytes follow, the number of a file beside, with the item in it
///       4      4  form of the item (see travel.Marshalled)
///       8      …  the item
/// ```
///
/// A row, 32 bytes, 1024 of them, of who owes something, or waits, in a semaphore, a barrier, a
/// condition, a read-write lock or a fair lock:
///
/// ```
///       0      8  whose: as in a roster's wait; the thread is 0 where it does not matter
///       8      8  0: not in use; permits that are held (semaphores); 2 × (phase + 1), plus 1 when that
///                 was reset (barriers); the ticket (conditions, fair locks); of a read-write lock:
///                 bits 0 and 1: waits to read (1), waits to write (2), has it (3); bits 2 to 63: the
///                 ticket, or how often it has it to read (2 to 31) and to write (32 to 61)
///      16      4  the word at 1152 for the one who waits (conditions, read-write locks, fair locks)
/// ```
///
/// The state of a barrier: the number of the phase (bits 2 to 63), it is being reset (bit 1), it is
/// broken (bit 0).
///
/// A roster's slot, 256 bytes, slot 0 unused:
///
/// ```
///       0      8  state (bits 0 and 1): 0 free, 1 in use; generation (bits 2 to 22); who claimed
///                 it (bits 32 to 63): holder bits of the parent, or, for a process that joined by
///                 itself, its pid, negative
///       8      8  pid
///      16      8  when the process started: on Linux in clock ticks since the machine did, else in
///                 milliseconds since 1970; 0 where unknown
///      24      4  holder bits of the process that the two words before are of: another's, or 0,
///                 until it has come up
///      28      4  its holder bits when it has locked its byte of the file `alive`, until it ends
///      32      8  how often its threads waited for locks
///      40      8  nanoseconds waited for locks in all
///      48      8  nanoseconds of the longest of these waits
///      56     24  the same three of waits for events
///      80      8  how often it took a lock from a process that had died, or broke one
///      88      8  how many objects and workers it has made
///      96      8  how many lines it has written to its parent, each with the moment at its end
///     128    128  name, UTF-8, zero-terminated, cut at a character's border
/// ```
///
/// A roster's wait, 64 bytes, 4096 of them after the slots: what a thread has waited for since a
/// while.
///
/// ```
///       0      8  whose: holder bits (32 to 62), id of the thread (0 to 31); 0: free
///       8      4  number of the wait, counted by each of these places
///      12      4  kind of the object; that of the roster for the end of a process;
///                 bit 8: there is a time limit; bit 9: its process has no other thread
///      16      4  the object's number, or the holder bits of the process
///      24      8  since when, milliseconds since 1970
/// ```
///
/// Holder bits name a process for the life of a session; a lock word also names the thread:
///
/// ```
///       63 … 32           31        30 … 10          9 … 0
///    id of the thread | waiters | generation (21) | slot (10)
/// ```
public final class Layout {
    public static final VarHandle INT = JAVA_INT.varHandle();
    public static final VarHandle LONG = JAVA_LONG.varHandle();

    /// "tandem" and two bytes that text editors and tar would damage.
    public static final long MAGIC = 0x0a_00_6d_65_64_6e_61_74L;

    public static final int VERSION = 3;

    public static final long AT_MAGIC = 0;
    static final long AT_VERSION = 8;
    static final long AT_KIND = 12;
    static final long AT_TYPECODE = 16;
    static final long AT_GUARD = 20;
    static final long AT_LENGTH = 24;
    static final long AT_DATA_OFFSET = 32;
    public static final long AT_CREATOR_PID = 40;
    static final long AT_CREATED = 48;
    public static final long AT_OWNER = 56;
    public static final long AT_OBJECT_COUNT = 64;
    public static final long AT_WAITER = 68;
    public static final long AT_CHANGES = 72;
    public static final long AT_TIMELINE = 80;

    public static final long AT_LOCK_WORD = 128;

    /// The half of the lock word with the process and the waiters' bit: a futex compares 32 bits.
    public static final long AT_LOCK_FUTEX =
            AT_LOCK_WORD + (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? 0 : 4);

    public static final long AT_LOCK_ACQUISITIONS = 144;
    public static final long AT_LOCK_WAITS = 152;
    public static final long AT_LOCK_WAITED = 160;
    public static final long AT_LOCK_RECOVERIES = 176;
    public static final long AT_LOCK_TOLD = 184;
    public static final long AT_EVENT_WORD = 256;
    public static final long AT_EVENT_WAITS = 264;
    public static final long AT_EVENT_WAITED = 272;

    /// The half of the event word that changes with every `set()`: a futex compares 32 bits.
    public static final long AT_EVENT_FUTEX =
            AT_EVENT_WORD + (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? 0 : 4);

    static final long AT_GUARD_NAME = 512;
    static final int GUARD_NAME_BYTES = 256;
    static final long AT_NAME_LENGTH = 768;
    static final long AT_NAME = 772;
    static final int NAME_BYTES = 252;

    public static final long AT_STATE = 1024;
    public static final long AT_PERMITS = 1024;
    public static final long AT_TICKETS = 1024;
    public static final long AT_CALLED = 1024;
    public static final long AT_BOUND = 1032;
    public static final long AT_PARTIES = 1032;
    public static final long AT_GRANTED = 1032;
    public static final long AT_WRITER = 1032;
    public static final long AT_COUNT = 1040;
    public static final long AT_SHOWN = 1048;
    public static final long AT_ROWS = 1056;
    public static final long AT_RECOVERIES = 1064;
    public static final long AT_TOLD = 1072;
    public static final long AT_QUEUE = 1152;

    public static final long AT_HEAD = 1024;
    public static final long AT_DONE = 1048;
    public static final long AT_ROOM = 1280;
    public static final long AT_ALL_DONE = 1408;
    public static final long AT_PUT_LOCK = 1536;
    public static final long AT_TAIL = 1664;
    public static final long AT_CLOSED = 1672;

    public static final long AT_ENDS = 1064;

    /// A page within the page: the words of the second ring of a pipe are as far behind those of the first.
    public static final long AT_SECOND_RING = 2048;

    public static final int LEAST_RING = 4096;
    public static final int RING_UNIT = 8;
    public static final int RING_ITEMS_SHIFT = 32;

    /// A page within the page: what guards the rows of a fair lock is at `AT_LOCK_WORD` and so on from
    /// here.
    public static final long AT_ROWS_PAGE = 1152;

    public static final long HEADER_BYTES = 4096;

    public static final int ROWS = 1024;
    public static final int ROW_BYTES = 32;
    public static final long ROW_OWNER = 0;
    public static final long ROW_VALUE = 8;
    public static final long ROW_QUEUE = 16;

    public static final int SLOT_BYTES = 256;
    public static final int SLOTS = 1024;
    public static final long SLOT_STATE = 0;
    public static final long SLOT_PID = 8;
    public static final long SLOT_STARTED = 16;
    public static final long SLOT_IDENTIFIED = 24;
    public static final long SLOT_PRESENT = 28;
    public static final long SLOT_LOCK_WAITS = 32;
    public static final long SLOT_EVENT_WAITS = 56;
    public static final long SLOT_RECOVERIES = 80;
    public static final long SLOT_MADE = 88;
    public static final long SLOT_LINES = 96;
    public static final int SLOT_COUNTS_BYTES = 56;
    public static final long SLOT_NAME = 128;
    public static final int SLOT_NAME_BYTES = 128;

    public static final int WAITS = 4096;
    public static final int WAIT_BYTES = 64;
    public static final long WAIT_OWNER = 0;
    public static final long WAIT_NUMBER = 8;
    public static final long WAIT_KIND = 12;
    public static final long WAIT_TARGET = 16;
    public static final long WAIT_SINCE = 24;

    /// Of a roster, behind the header page.
    public static final long ROSTER_BYTES = (long) SLOTS * SLOT_BYTES + (long) WAITS * WAIT_BYTES;

    public static final int SLOT_FREE = 0;
    public static final int SLOT_USED = 1;
    public static final int SLOT_STATE_MASK = 3;
    public static final int SLOT_GENERATION_SHIFT = 2;
    public static final int SLOT_CLAIMER_SHIFT = 32;

    public static final int HOLDER_SLOT_MASK = SLOTS - 1;
    public static final int HOLDER_GENERATION_SHIFT = 10;
    public static final int GENERATION_MASK = (1 << 21) - 1;

    /// The bits of a lock word that name the process of its holder.
    public static final int HOLDER_MASK = Integer.MAX_VALUE;

    /// The bit of a lock word that says that someone may be asleep on it.
    public static final long LOCK_WAITERS = 1L << 31;

    public static final long EVENT_UP = 1;
    public static final int EVENT_COUNT_SHIFT = 2;

    /// The directory entry of an object that has a name for all of a user's processes begins so.
    public static final String NAME_PREFIX = "by-";

    private Layout() {}

    /// Whether the flag is up in an event word.
    public static boolean isSet(long eventWord) {
        return (eventWord & EVENT_UP) != 0;
    }

    /// How often the flag was raised, as an event word counts it.
    public static long sets(long eventWord) {
        return eventWord >>> EVENT_COUNT_SHIFT;
    }

    /// How many items of a ring were put and not taken.
    public static int items(long head, long tail) {
        return (int) (tail >>> RING_ITEMS_SHIFT) - (int) (head >>> RING_ITEMS_SHIFT);
    }

    /// A lock word that a thread of a process holds, and nobody waits for.
    public static long lockWord(int holder, Thread thread) {
        return thread.threadId() << 32 | holder;
    }

    /// What stands in a lock word while a thread is breaking the lock: it names slot 0, which no
    /// process has.
    ///
    /// @param holder the bits of the process that breaks it
    public static long breakingLockWord(int holder, Thread thread) {
        int slot = holder & HOLDER_SLOT_MASK;
        return lockWord(slot << HOLDER_GENERATION_SHIFT, thread) | LOCK_WAITERS;
    }

    /// Names a process where its threads do not matter, as `waiting` names a thread.
    public static long owner(int holder) {
        return (long) holder << 32;
    }

    /// The process of an owner, or of a thread as `waiting` names it.
    public static int holder(long owner) {
        return (int) (owner >>> 32) & HOLDER_MASK;
    }

    /// Names a thread of a process in 64 bits, never 0: as it stands in a wait.
    public static long waiting(int holder, Thread thread) {
        return Long.rotateLeft(lockWord(holder, thread), 32);
    }

    /// The name in waits of the thread that a lock word says has the lock; 0 when it is free.
    public static long waiting(long lockWord) {
        return Long.rotateLeft(lockWord & ~LOCK_WAITERS, 32);
    }
}
