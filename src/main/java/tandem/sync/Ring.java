package tandem.sync;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import tandem.memory.Arguments;
import tandem.memory.Layout;
import tandem.memory.SharedFile;
import tandem.memory.Trace;
import tandem.memory.WaitCounts;
import tandem.session.Session;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/// Items that threads put and others take, first in, first out: bytes in a ring, and in files beside it
/// when there is no room for them there.
public final class Ring extends Fifo {
    /*
     * Overview. `tail` says what was put since the ring was made, `head` what was taken, each in one
     * word: how many items, and how many units of the ring. Who puts has one lock and moves the tail,
     * who takes has another and moves the head; neither ever waits for the other's lock with his own.
     *
     *   R1  An item is there when the tail has moved over it, and was taken when the head has. Its
     *       bytes are written before, where nobody looks, and read before, while nobody may write
     *       there. So a process that is killed has put or taken the whole of an item, or nothing.
     *   R2  All else follows from these two words and the number of items that are done: the size,
     *       and what is still to be done. Each side goes by a copy of the other's word, as long as
     *       nobody else is on its side: it finds fewer items, or less room, than there are, and looks
     *       again before it says so.
     *   R3  An item lies in one piece. Where it would not fit before the end of the ring, a mark is put
     *       there, and the tail moves over both at once.
     *   R4  An item may lie in a file beside, of a name that no other has; then its place in the ring
     *       has the number of that. Whoever puts it writes the file before he looks for room; whoever
     *       takes it reads the file before the head moves, and deletes it after. A file that a killed
     *       process has left, and no item in the ring has, goes when its end is seen.
     *   R5  Where a number of items bounds the queue, there is always room for as many: an item goes
     *       beside when what it leaves free would not do for the numbers of the others. What it leaves
     *       when it is taken has to do for one as well, so that no item takes less; when that may
     *       need a mark, the unit for it is free already, or the mark of the item was there.
     *   R6  Whoever waits for room is woken when an eighth of it is free, so that not every item that is
     *       taken from a full ring costs a wake-up. A wait that this leaves asleep lasts a slice.
     *   R7  It is closed with both locks, and stays closed. A put that finds it so puts nothing; so
     *       nothing comes into a closed ring.
     *
     * src/model/ring.pml lets a model checker try.
     */
    private static final int HEADER = 8;
    private static final int SKIP = -1;
    private static final int BESIDE = -2;

    private static final long ITEM = 1L << Layout.RING_ITEMS_SHIFT;
    private static final long UNITS = ITEM - 1;

    /// Units of an item in a file, and one that a mark may take.
    private static final int BESIDE_UNITS = 3;

    /// Units that an item takes at least: as the number of one in a file.
    private static final int LEAST_UNITS = 2;

    private static final int HYSTERESIS = 8;

    /// Looks for an item are 1, 2, 4 … pauses of the processor apart, up to this many: one who puts
    /// works on his cache lines in peace meanwhile.
    private static final int LONGEST_PAUSE =
            Runtime.getRuntime().availableProcessors() > 1 ? 64 : 0;

    private static final AtomicInteger LAST_FILE = new AtomicInteger();

    private final MemorySegment page;
    private final MemorySegment ring;
    private final long units;
    private final SharedFile file;
    private final Session session;
    private final Sides sides;

    /// How the names of the files beside begin.
    private final String files;

    private final Mutex takersMutex;
    private final Mutex puttersMutex;
    private final Monitor takers;
    private final Monitor putters;
    private final WaitQueue itemCame;
    private final WaitQueue roomCame;
    private final WaitQueue allDone;

    /// The head when one who puts has last looked, and the tail that this process then left.
    private long knownHead;

    private long leftTail;

    /// The tail when one who takes has last looked, and the head that this process then left.
    private long knownTail;

    private long leftHead;

    /// How many items there may be; -1 when it is not known yet.
    private long most = -1;

    /// Who is at a ring, for those at the other side of it.
    interface Sides {
        /// Whether nobody will put any more.
        boolean arePuttersGone();

        /// Whether nobody will take any more.
        boolean areTakersGone();

        /// Looks who has died.
        void look();
    }

    /// Anybody may come.
    private static final Sides OPEN =
            new Sides() {
                @Override
                public boolean arePuttersGone() {
                    return false;
                }

                @Override
                public boolean areTakersGone() {
                    return false;
                }

                @Override
                public void look() {}
            };

    /// The only one of a file.
    ///
    /// @param mutex the one of the file
    public Ring(SharedFile file, Session session, Mutex mutex) {
        this(file, session, mutex, 0, file.data(), OPEN, "-item-");
    }

    /// One of several in a file.
    ///
    /// @param mutex for those who take
    /// @param offset how far all of its words lie behind those of an only one
    /// @param ring its bytes
    /// @param beside comes behind the name of the file in those of files beside
    Ring(
            SharedFile file,
            Session session,
            Mutex mutex,
            long offset,
            MemorySegment ring,
            Sides sides,
            String beside) {
        this.file = file;
        this.page = file.page().asSlice(offset);
        this.ring = ring;
        this.units = ring.byteSize() / Layout.RING_UNIT;
        this.session = session;
        this.sides = sides;
        this.files = file.path().getFileName() + beside;
        this.takersMutex = mutex;
        this.puttersMutex =
                new Mutex(file, session, offset + Layout.AT_PUT_LOCK - Layout.AT_LOCK_WORD);
        this.takers = new Monitor(takersMutex, file, session);
        this.putters = new Monitor(puttersMutex, file, session);
        this.itemCame = takers.queue(page, Layout.AT_QUEUE);
        this.roomCame = putters.queue(page, Layout.AT_ROOM);
        this.allDone = takers.queue(page, Layout.AT_ALL_DONE);
    }

    /// Fills in a new file.
    ///
    /// @param most how many items there may be, 0 for as many as the ring takes
    public void begin(int most) {
        set(Layout.AT_BOUND, most);
    }

    /// The length of a ring that has room for a number of items, wherever they lie.
    ///
    /// @param bytes at least
    public static long bytes(long bytes, int most) {
        long least = (long) (most + 1) * BESIDE_UNITS * Layout.RING_UNIT;
        long wanted = Math.max(Math.max(bytes, least), Layout.LEAST_RING);
        long power = Long.highestOneBit(wanted);
        return power == wanted ? power : power << 1;
    }

    private long get(long offset) {
        return (long) Layout.LONG.getVolatile(page, offset);
    }

    private void set(long offset, long value) {
        Layout.LONG.setVolatile(page, offset, value);
    }

    private long head() {
        return get(Layout.AT_HEAD);
    }

    private long tail() {
        return get(Layout.AT_TAIL);
    }

    private long most() {
        if (most < 0) {
            most = get(Layout.AT_BOUND);
        }
        return most;
    }

    /// How many items have been put and not taken. Never waits.
    @Override
    public int size() {
        while (true) {
            long head = head();
            long tail = tail();
            if (head == head()) {
                return Layout.items(head, tail);
            }
        }
    }

    /// How many there may be, 0 for as many as the ring takes.
    @Override
    public int bound() {
        return (int) most();
    }

    @Override
    public boolean isClosed() {
        return get(Layout.AT_CLOSED) != 0;
    }

    /// How many items have been taken.
    @Override
    public long taken() {
        return get(Layout.AT_COUNT);
    }

    @Override
    public WaitCounts waits() {
        return WaitCounts.read(page, file.header().kind().waits());
    }

    /// Whether an item that was put has been taken since.
    ///
    /// @param number what `put` returned
    @Override
    public boolean isTaken(int number) {
        return (int) (get(Layout.AT_HEAD) >>> Layout.RING_ITEMS_SHIFT) - number >= 0;
    }

    /// Puts an item, and waits for as long as that takes.
    ///
    /// @return whether it was put; else the ring is closed
    public boolean put(int form, MemorySegment item) {
        return put(form, item, Deadline.NEVER) != null;
    }

    /// As `put(int, MemorySegment)`, for at most a time; one of zero or less does not wait.
    ///
    /// @param time null for any
    /// @return the number of the item, null when the time was over first or the ring is closed
    @Override
    public Integer put(int form, MemorySegment item, Duration time) {
        return put(form, item, time == null ? Deadline.NEVER : Deadline.after(time));
    }

    private Integer put(int form, MemorySegment item, Deadline deadline) {
        long bytes = item.byteSize();
        Integer number = null;
        boolean isBeside = units(bytes) > units / 2;
        if (!isBeside) {
            putters.enter();
            try {
                if (!awaitRoom(bytes, deadline)) {
                    return null;
                }
                isBeside = !fits(bytes);
                if (!isBeside) {
                    number = write((int) bytes, form, item);
                }
            } finally {
                putters.leave();
            }
        }
        return isBeside ? putBeside(form, item, deadline) : put(number);
    }

    /// What comes after an item was put.
    private Integer put(Integer number) {
        if (itemCame.isAnyAsleep()) {
            takers.enter();
            try {
                itemCame.changeOne();
            } finally {
                takers.leave();
            }
        }
        return number;
    }

    private Integer putBeside(int form, MemorySegment item, Deadline deadline) {
        long file = leave(item);
        Integer number = null;
        try {
            putters.enter();
            try {
                if (awaitRoom(Long.BYTES, deadline)) {
                    number = write(BESIDE, form, MemorySegment.ofArray(new long[] {file}));
                }
            } finally {
                putters.leave();
            }
        } finally {
            if (number == null) {
                delete(file);
            }
        }
        return number == null ? null : put(number);
    }

    /// @return false when the time was over first, or nothing can be put any more
    private boolean awaitRoom(long bytes, Deadline deadline) {
        if (isShut()) {
            return false;
        }
        return hasRoom(bytes)
                || putters.await(
                                roomCame,
                                deadline,
                                _ -> isShut() || hasRoom(bytes),
                                () -> {
                                    sides.look();
                                    return isShut() || hasRoom(head(), bytes);
                                })
                        && !isShut();
    }

    private boolean isShut() {
        return isClosed() || sides.areTakersGone();
    }

    private boolean isEnding() {
        return isClosed() || sides.arePuttersGone();
    }

    private static long units(long bytes) {
        return Math.max(LEAST_UNITS, (HEADER + bytes + Layout.RING_UNIT - 1) / Layout.RING_UNIT);
    }

    private long place(long word) {
        return word & units - 1;
    }

    private long free(long head, long tail) {
        return units - (tail - head & UNITS);
    }

    /// Units that an item takes, with those before the end of the ring where it does not fit.
    private long needed(long tail, long bytes) {
        long needed = units(bytes);
        long toEnd = units - place(tail);
        return needed <= toEnd ? needed : toEnd + needed;
    }

    /// Whether an item can be put, here or beside.
    private boolean hasRoom(long bytes) {
        if (tail() != leftTail || !hasRoom(knownHead, bytes)) {
            knownHead = head();
        }
        return hasRoom(knownHead, bytes);
    }

    private boolean hasRoom(long head, long bytes) {
        long tail = tail();
        return most() == 0
                ? needed(tail, bytes) <= free(head, tail)
                : Layout.items(head, tail) < most();
    }

    /// Whether one that can be put can be put here.
    private boolean fits(long bytes) {
        if (most() == 0) {
            return true;
        }
        long head = head();
        long tail = tail();
        long others = most() - Layout.items(head, tail) - 1;
        return needed(tail, bytes) + others * BESIDE_UNITS <= free(head, tail);
    }

    /// Writes an item, and moves the tail over it.
    ///
    /// @param length as it stands before the item
    /// @return the number of the item
    private int write(int length, int form, MemorySegment item) {
        long tail = tail();
        long at = at(tail);
        if (units(item.byteSize()) > units - place(tail)) {
            ring.set(JAVA_INT, at, SKIP);
            at = 0;
        }
        ring.set(JAVA_INT, at, length);
        ring.set(JAVA_INT, at + Integer.BYTES, form);
        MemorySegment.copy(item, 0, ring, at + HEADER, item.byteSize());
        long moved = moved(tail, needed(tail, item.byteSize()));
        leftTail = moved;
        set(Layout.AT_TAIL, moved);
        return (int) (moved >>> Layout.RING_ITEMS_SHIFT);
    }

    private static long moved(long word, long units) {
        return (word & ~UNITS) + ITEM | (word + units & UNITS);
    }

    /// Takes an item, and waits for as long as that takes.
    ///
    /// @return null when the ring is closed, and empty
    @Override
    public Item take(Receiver receiver) {
        return take(receiver, Deadline.NEVER);
    }

    /// As `take`, for at most a time; one of zero or less does not wait.
    ///
    /// @return null when the time was over first, too
    @Override
    public Item take(Receiver receiver, Duration time) {
        Arguments.required(time, "the time");
        return take(receiver, Deadline.after(time));
    }

    private Item take(Receiver receiver, Deadline deadline) {
        Item item;
        long head;
        for (int pause = 1; pause <= LONGEST_PAUSE && size() == 0 && !isEnding(); pause <<= 1) {
            for (int i = 0; i < pause; i++) {
                Thread.onSpinWait();
            }
        }
        takers.enter();
        try {
            if (!hasItem()
                    && !(takers.await(
                                    itemCame,
                                    deadline,
                                    _ -> hasItem() || isEnding(),
                                    () -> {
                                        sides.look();
                                        return size() > 0 || isEnding();
                                    })
                            && hasItem())) {
                return null;
            }
            item = takeFirst(receiver);
            head = head();
        } finally {
            takers.leave();
        }
        if (roomCame.isAnyAsleep() && isRoomy(head)) {
            putters.enter();
            try {
                roomCame.changeAll();
            } finally {
                putters.leave();
            }
        }
        return item;
    }

    private boolean hasItem() {
        long head = head();
        if (head != leftHead || Layout.items(head, knownTail) == 0) {
            knownTail = tail();
        }
        return Layout.items(head, knownTail) > 0;
    }

    private Item takeFirst(Receiver receiver) {
        long head = head();
        long skipped = ring.get(JAVA_INT, at(head)) == SKIP ? units - place(head) : 0;
        long at = at(head + skipped);
        int length = ring.get(JAVA_INT, at);
        int form = ring.get(JAVA_INT, at + Integer.BYTES);
        byte[] bytes = new byte[length == BESIDE ? Long.BYTES : length];
        MemorySegment.copy(ring, JAVA_BYTE, at + HEADER, bytes, 0, bytes.length);
        long moved = moved(head, skipped + units(bytes.length));
        if (length == BESIDE) {
            return takeBeside(form, number(bytes), moved, receiver);
        }
        Item item = new Item(form, bytes);
        receiver.receive(item);
        moveHead(moved);
        return item;
    }

    private Item takeBeside(int form, long number, long moved, Receiver receiver) {
        try {
            Item item = new Item(form, session.left().read(name(number)));
            receiver.receive(item);
            return item;
        } catch (IOException e) {
            throw Trace.trim(
                    new IllegalStateException(
                            "an item of %s cannot be read, and is lost: %s"
                                    .formatted(file.name(), e),
                            e));
        } finally {
            moveHead(moved);
            delete(number);
        }
    }

    private void moveHead(long moved) {
        leftHead = moved;
        set(Layout.AT_HEAD, moved);
        set(Layout.AT_COUNT, taken() + 1);
    }

    private boolean isRoomy(long head) {
        long tail = tail();
        return most() == 0
                ? free(head, tail) * HYSTERESIS >= units
                : (most() - Layout.items(head, tail)) * HYSTERESIS >= most();
    }

    private long at(long word) {
        return place(word) * Layout.RING_UNIT;
    }

    private static long number(byte[] bytes) {
        return MemorySegment.ofArray(bytes).get(JAVA_LONG.withByteAlignment(1), 0);
    }

    /// Lets all who wait look.
    void wakeAll() {
        putters.enter();
        try {
            roomCame.changeAll();
        } finally {
            putters.leave();
        }
        takers.enter();
        try {
            itemCame.changeAll();
        } finally {
            takers.leave();
        }
    }

    /// Takes no more items in. Those that are there can be taken. Twice is as once.
    @Override
    public void close() {
        putters.enter();
        try {
            takers.enter();
            try {
                set(Layout.AT_CLOSED, 1);
                itemCame.changeAll();
                roomCame.changeAll();
            } finally {
                takers.leave();
            }
        } finally {
            putters.leave();
        }
    }

    /// How many items were put and are not done. Never waits.
    private int unfinished() {
        return Layout.items(doneWord(), tail());
    }

    private long doneWord() {
        return get(Layout.AT_DONE) << Layout.RING_ITEMS_SHIFT;
    }

    /// Says that an item is done.
    ///
    /// @return false when as many are done already as have been taken
    @Override
    public boolean done() {
        takers.enter();
        try {
            if (Layout.items(doneWord(), head()) == 0) {
                return false;
            }
            set(Layout.AT_DONE, get(Layout.AT_DONE) + 1);
            if (unfinished() == 0) {
                allDone.changeAll();
            }
            return true;
        } finally {
            takers.leave();
        }
    }

    /// Waits until all items that were put are done.
    @Override
    public void awaitDone() {
        awaitDone(Deadline.NEVER);
    }

    /// As `awaitDone()`, for at most a time.
    ///
    /// @return whether they are
    @Override
    public boolean awaitDone(Duration time) {
        Arguments.required(time, "the time");
        return awaitDone(Deadline.after(time));
    }

    private boolean awaitDone(Deadline deadline) {
        takers.enter();
        try {
            return takers.await(allDone, deadline, _ -> unfinished() == 0, () -> unfinished() == 0);
        } finally {
            takers.leave();
        }
    }

    private String name(long number) {
        return files + (int) (number >>> Integer.SIZE) + "-" + (int) number;
    }

    /// @return the number of the file
    private long leave(MemorySegment item) {
        long number = (long) session.holder() << Integer.SIZE | LAST_FILE.incrementAndGet();
        try {
            session.left().leave(name(number), item.toArray(JAVA_BYTE));
            return number;
        } catch (IOException e) {
            throw Trace.trim(
                    new IllegalStateException(
                            "an item cannot be put into %s: %s"
                                    .formatted(file.name(), e.getMessage()),
                            e));
        }
    }

    private void delete(long number) {
        session.left().delete(name(number));
    }

    /// Wakes those at once who wait for what a process held that has ended, and deletes what those that
    /// have ended have left beside the ring and not put. Does not wait: what it cannot delete now, the
    /// next such call does.
    @Override
    public void holderEnded(int holder) {
        takersMutex.wakeHeirs(holder);
        puttersMutex.wakeHeirs(holder);
        List<String> left = session.left().names(files);
        left.removeIf(this::isOfLiving);
        if (!left.isEmpty() && takers.tryEnter()) {
            try {
                left.removeAll(beside());
                left.forEach(session.left()::delete);
            } finally {
                takers.leave();
            }
        }
    }

    private boolean isOfLiving(String name) {
        int from = files.length();
        int to = name.indexOf('-', from);
        try {
            return session.roster().isCurrent(Integer.parseInt(name, from, to, 10));
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            return true;
        }
    }

    /// The names of the files beside that hold items of the ring.
    private Set<String> beside() {
        Set<String> names = new HashSet<>();
        long tail = tail();
        long word = head();
        while (Layout.items(word, tail) > 0) {
            long at = at(word);
            int length = ring.get(JAVA_INT, at);
            if (length == SKIP) {
                word = word & ~UNITS | word + units - place(word) & UNITS;
                continue;
            }
            if (length == BESIDE) {
                names.add(name(ring.get(JAVA_LONG, at + HEADER)));
            }
            word = moved(word, units(length == BESIDE ? Long.BYTES : length));
        }
        return names;
    }
}
