package tandem;

import tandem.memory.Arguments;
import tandem.memory.Guard;
import tandem.memory.Header;
import tandem.memory.Kind;
import tandem.memory.SharedFile;
import tandem.memory.Trace;
import tandem.memory.WaitCounts;
import tandem.net.Served;
import tandem.session.Names;
import tandem.session.Session;
import tandem.sync.Fifo;
import tandem.sync.Halt;
import tandem.sync.Mutex;
import tandem.sync.Ring;
import tandem.sync.UnreachableException;

import java.io.Serial;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.BooleanSupplier;

/// Items that any processes put and any take, first in, first out: Python's `Queue` and
/// `JoinableQueue`.
///
/// ```java
/// var q = new Queue<String>();
/// var p = spawn(x -> { for (var word : x) IO.println(word); }, q);
/// q.put("hello");
/// q.close();                           // ends the worker's loop
/// p.join();
/// ```
///
/// An item is copied: what is done to it after it was put, the taker does not see. It can be whatever
/// can be given to a worker: numbers, text, `Serializable` objects, objects of the program's own
/// classes, code of the types in [Code], and shared objects, which stay shared. Classes that the taker
/// does not have come along.
///
/// On a server, whose other guests are not to be trusted with code, it takes numbers, text, arrays of
/// numbers, and what is shared there; an item has at most 64 MB.
///
/// A process that is killed while it puts has put all of an item or nothing; while it takes, it has
/// taken it or left it. What one thread puts is taken in that order.
///
/// A shared object that a worker has made and puts belongs from then on to whoever takes it, unless the
/// worker has made the queue as well. Else it stays whose it is, and lasts at least until it was taken.
///
/// @param <T> the type of the items; it is not checked
public final class Queue<T> extends Shared implements Iterable<T> {
    @Serial private static final long serialVersionUID = 1;

    private static final long USUAL_BYTES = 4 << 20;
    private static final int MOST_ITEMS = 1_000_000;
    private static final long LEAST_BYTES = 4096;
    private static final long MOST_BYTES = 1L << 34;

    /// Of its file, null when a server has it.
    private final transient Mutex mutex;

    private final transient Fifo fifo;
    private final transient Items<T> items;

    /// One for as many items as 4 MB have room for: some 170 000 numbers. An item of more than 2 MB
    /// takes 16 bytes of these and a file of its own.
    public Queue() {
        this(0, USUAL_BYTES);
    }

    /// One for at most so many items, of any size.
    ///
    /// @param most 1 to 1 000 000
    /// @throws IllegalArgumentException when it is fewer, or more
    public Queue(int most) {
        this(checked(most), USUAL_BYTES);
    }

    /// @param most 0 for as many as have room
    Queue(int most, long bytes, Session session) {
        this(most, Place.make(header(most, bytes), session));
    }

    private Queue(int most, long bytes) {
        this(most, Place.make(header(most, bytes), most, 0));
    }

    /// Of a new queue.
    private Queue(int most, Place place) {
        super(place);
        if (place.served() != null) {
            this.mutex = null;
            this.fifo = place.served().items();
            this.items = ServedKinds.items(this, fifo);
        } else {
            this.mutex = mutex(place.file(), place.session());
            Ring own = new Ring(place.file(), place.session(), mutex);
            own.begin(most);
            this.fifo = own;
            this.items = new Items<>(this, fifo);
        }
        registerMade();
    }

    Queue(Served served) {
        super(served);
        this.mutex = null;
        this.fifo = served.items();
        this.items = ServedKinds.items(this, fifo);
    }

    private static Header header(int most, long bytes) {
        return new Header(Kind.QUEUE, null, Guard.NONE, "", Ring.bytes(bytes, most));
    }

    Queue(SharedFile file, Session session) {
        super(file, session);
        this.mutex = mutex(file, session);
        this.fifo = new Ring(file, session, mutex);
        this.items = new Items<>(this, fifo);
    }

    /// One for messages of bytes, as many as so many bytes have room for; each takes 8 more, and
    /// at least 16. Nothing is serialised.
    ///
    /// @param bytes 4096 to 16 GB, rounded up to a power of two; all of them are taken from the
    ///     memory of the machine at once
    /// @throws IllegalArgumentException when they are fewer, or more
    /// @throws IllegalStateException when there is no room
    public static Queue<byte[]> ofBytes(long bytes) {
        return within(bytes);
    }

    /// One for as many items as so many bytes have room for. A number takes 16 bytes, text 8 and its
    /// length and at least 16, all else more.
    ///
    /// @param bytes as for [#ofBytes]
    /// @throws IllegalArgumentException when they are fewer, or more
    /// @throws IllegalStateException when there is no room
    public static <T> Queue<T> within(long bytes) {
        if (bytes < LEAST_BYTES || bytes > MOST_BYTES) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "a Queue cannot have %d bytes: %d to %d"
                                    .formatted(bytes, LEAST_BYTES, MOST_BYTES)));
        }
        return new Queue<>(0, bytes);
    }

    private static int checked(int most) {
        if (most < 1 || most > MOST_ITEMS) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "a Queue cannot be for at most %d items: 1 to %d, or new Queue<>() for as many as have room"
                                    .formatted(most, MOST_ITEMS)));
        }
        return most;
    }

    /// The queue behind a path that [#path] gave.
    ///
    /// @throws IllegalArgumentException when it is no queue of a living session
    public static Queue<?> attach(Path path) {
        return attach(path, Queue.class);
    }

    /// The queue that all processes of this user know by a name, as [#Queue()] makes one: made when
    /// there is none, by one of those who ask at once. It is there until the last process that has
    /// asked for it, or was given it, ends.
    ///
    /// @param name letters, digits, `.`, `_` and `-`
    /// @throws IllegalArgumentException when the name belongs to another kind of object, or to a queue
    ///     for a number of items
    public static <T> Queue<T> named(String name) {
        Names.checked(name);
        return get(name, 0);
    }

    /// As [#named(String)], as [#Queue(int)] makes one.
    ///
    /// @throws IllegalArgumentException when the name belongs to another kind of object, or to a queue
    ///     for another number of items
    public static <T> Queue<T> named(String name, int most) {
        Names.checked(name);
        return get(name, checked(most));
    }

    @SuppressWarnings("unchecked")
    private static <T> Queue<T> get(String name, int most) {
        if (isNamedServed()) {
            return (Queue<T>) namedServed(name, header(most, USUAL_BYTES), most, 0);
        }
        return ByName.get(
                name,
                header(most, USUAL_BYTES),
                most,
                session -> new Queue<>(most, USUAL_BYTES, session),
                Queue.class);
    }

    /// The queue that there is by a name: `Queue.named` has made it.
    ///
    /// @throws IllegalArgumentException when there is none; it says which names there are
    public static Queue<?> attach(String name) {
        return ByName.attach(name, Queue.class);
    }

    /// Puts an item, and waits for room for as long as that takes.
    ///
    /// @throws QueueClosedException when the queue is closed, also while this waits
    /// @throws IllegalArgumentException when the item cannot travel
    /// @throws tandem.sync.UncheckedInterruptedException when interrupted while waiting
    /// @throws tandem.sync.UnreachableException when a server has it that does not answer, and it was
    ///     interrupted, or its time is over: nobody knows whether the item was put
    public void put(T item) {
        putWithin(item, null);
    }

    /// Puts an item if there is room for it within a time; a time of zero or less does not wait.
    ///
    /// @return whether it was put
    /// @throws QueueClosedException when the queue is closed, also while this waits
    /// @throws IllegalArgumentException when the item cannot travel
    /// @throws tandem.sync.UncheckedInterruptedException when interrupted while waiting
    public boolean put(T item, Duration time) {
        return putWithin(item, Arguments.required(time, "the time"));
    }

    /// Puts an item if there is room for it now.
    ///
    /// @return whether it was put
    /// @throws QueueClosedException when the queue is closed
    /// @throws IllegalArgumentException when the item cannot travel
    public boolean offer(T item) {
        return putWithin(item, Duration.ZERO);
    }

    private boolean putWithin(T item, Duration time) {
        boolean isPut = items.put(item, Halt.IS_ON ? haltToPut(item, time) : time);
        if (!isPut && fifo.isClosed()) {
            throw Trace.trim(
                    new QueueClosedException(name() + " is closed: nothing can be put into it"));
        }
        return isPut;
    }

    /// @return for how long is to be waited still, null for as long as it takes
    private Duration haltToPut(T item, Duration time) {
        BooleanSupplier isReady =
                () -> fifo.isClosed() || fifo.bound() == 0 || fifo.size() < fifo.bound();
        if (time == null) {
            haltUntil("put(%s)".formatted(item), isReady);
            return null;
        }
        return haltFor("put(%s, %%s s)".formatted(item), time, isReady);
    }

    private Duration haltToTake(String words, Duration time) {
        BooleanSupplier isReady = () -> fifo.isClosed() || fifo.size() > 0;
        if (time == null) {
            haltUntil(words, isReady);
            return null;
        }
        return haltFor(words, time, isReady);
    }

    /// Takes the item that was put first, and waits for one for as long as that takes.
    ///
    /// @throws QueueClosedException when the queue is closed and empty, also while this waits
    /// @throws tandem.sync.UncheckedInterruptedException when interrupted while waiting
    public T take() {
        T item = taken("take()");
        if (item == null) {
            throw Trace.trim(
                    new QueueClosedException(
                            name() + " is closed and empty: nothing will come any more"));
        }
        return item;
    }

    /// Takes the item that was put first, if there is one.
    ///
    /// @return null when there is none
    public T poll() {
        return poll(Duration.ZERO);
    }

    /// Takes the item that was put first, if there is one within a time; a time of zero or less does
    /// not wait.
    ///
    /// @return null when there is none, also at once when the queue is closed and empty
    /// @throws tandem.sync.UncheckedInterruptedException when interrupted while waiting
    public T poll(Duration time) {
        if (Halt.IS_ON) {
            return Halt.gave(items.take(haltToTake("poll(%s s)", time)));
        }
        return items.take(time);
    }

    /// Takes until the queue is closed and empty: `for (var item : q)`. Several threads and processes
    /// may do so at once; each item goes to one of them.
    @Override
    public Iterator<T> iterator() {
        return new Taking();
    }

    private final class Taking implements Iterator<T> {
        private T next;

        @Override
        public boolean hasNext() {
            if (next == null) {
                next = taken("next()");
            }
            return next != null;
        }

        @Override
        public T next() {
            if (!hasNext()) {
                throw new NoSuchElementException(name() + " is closed and empty");
            }
            T item = next;
            next = null;
            return item;
        }
    }

    private T taken(String words) {
        if (Halt.IS_ON) {
            haltToTake(words, null);
            return Halt.gave(items.take());
        }
        return items.take();
    }

    /// Ends it: nothing can be put any more, in any process; what is in it can be taken. Loops over it
    /// end when it is empty. The handle stays in use, and the file is there for as long as somebody can
    /// reach it. Closing twice does nothing.
    @Override
    public void close() {
        if (Halt.IS_ON) {
            halt("close()");
        }
        fifo.close();
    }

    /// Whether somebody has closed it. There may be items in it still.
    @Override
    public boolean isClosed() {
        if (Halt.IS_ON) {
            halt("isClosed()");
            return Halt.gave(fifo.isClosed());
        }
        return fifo.isClosed();
    }

    @Override
    boolean isOutOfUse() {
        return false;
    }

    /// How many items are in it at this moment. Never waits.
    public int size() {
        if (Halt.IS_ON) {
            halt("size()");
            return Halt.gave(fifo.size());
        }
        return fifo.size();
    }

    /// Whether there is nothing in it at this moment. Never waits.
    public boolean isEmpty() {
        return size() == 0;
    }

    /// Says that an item that was taken is done, for those who [#join].
    ///
    /// @throws IllegalStateException when all that were taken are done already
    public void taskDone() {
        if (Halt.IS_ON) {
            halt("taskDone()");
        }
        if (!fifo.done()) {
            throw Trace.trim(
                    new IllegalStateException(
                            "taskDone(): all items that were taken from %s are done already"
                                    .formatted(name())));
        }
    }

    /// Waits until every item that was put is done, as [#taskDone] says. An item whose taker has died
    /// before he said so is never done.
    ///
    /// @throws tandem.sync.UncheckedInterruptedException when interrupted while waiting
    public void join() {
        if (Halt.IS_ON) {
            halt("join()");
        }
        fifo.awaitDone();
    }

    /// As [#join()], for at most a time.
    ///
    /// @return whether every item is done
    /// @throws tandem.sync.UncheckedInterruptedException when interrupted while waiting
    public boolean join(Duration time) {
        if (Halt.IS_ON) {
            halt("join(%s)".formatted(Arguments.required(time, "the time")));
        }
        return fifo.awaitDone(time);
    }

    /// Only of a queue in a file.
    Ring ring() {
        return (Ring) fifo;
    }

    @Override
    Mutex ownMutex() {
        return mutex;
    }

    @Override
    void holderEnded(int holder) {
        fifo.holderEnded(holder);
    }

    /// What has happened to the queue since it was made, in all processes. Never waits.
    public Stats stats() {
        Halt.glance();
        WaitCounts waits = fifo.waits();
        return new Stats(fifo.taken(), waits.waits(), waits.mean(), waits.longest());
    }

    /// What has happened to a queue. The figures are of about the same moment.
    ///
    /// @param taken how many items were taken
    /// @param waits how often one has waited for an item, for room, or for all to be done
    /// @param meanWait how long these waits took on average
    /// @param longestWait how long they took at most
    public record Stats(long taken, long waits, Duration meanWait, Duration longestWait) {}

    @Override
    String touches(String words) {
        boolean isRead = words.startsWith("size") || words.startsWith("isClosed");
        return isRead ? Halt.reads(key(), Halt.WHOLE) : Halt.writes(key(), Halt.WHOLE);
    }

    /// `Queue(queue-3, 2 items)`, and of how many there may be; `closed` when it is.
    @Override
    public String toString() {
        Halt.glance();
        return "Queue(%s, %s)".formatted(name(), state());
    }

    private String state() {
        try {
            return "%s%d%s items"
                    .formatted(
                            fifo.isClosed() ? "closed, " : "",
                            fifo.size(),
                            fifo.bound() == 0 ? "" : " of " + fifo.bound());
        } catch (UnreachableException | IllegalStateException e) {
            return "out of reach";
        }
    }
}
