package tandem;

import tandem.memory.Arguments;
import tandem.memory.Guard;
import tandem.memory.Header;
import tandem.memory.Kind;
import tandem.memory.ObjectName;
import tandem.memory.SharedFile;
import tandem.memory.Trace;
import tandem.memory.WaitCounts;
import tandem.session.Session;
import tandem.sync.Mutex;
import tandem.sync.Ring;
import tandem.travel.Codebase;
import tandem.travel.Marshalled;

import java.io.IOException;
import java.io.Serial;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentHashMap;

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

    private static final String KIT = Queue.class.getPackageName() + ".";
    private static final StackWalker STACK =
            StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
    private static final ConcurrentHashMap<Session, Codebase> CODEBASES = new ConcurrentHashMap<>();

    private final transient Mutex mutex;
    private final transient Ring ring;

    /// What was put here and may not have been taken yet, of this process's shared objects.
    private final transient Deque<OnItsWay> onTheirWay = new ArrayDeque<>();

    /// @param number of the item
    private record OnItsWay(int number, List<Object> shared) {}

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

    private Queue(int most, long bytes) {
        this(
                Session.current()
                        .create(
                                new Header(
                                        Kind.QUEUE, null, Guard.NONE, "", Ring.bytes(bytes, most))),
                Session.current());
        ring.begin(most);
        register(true);
    }

    Queue(SharedFile file, Session session) {
        super(file, session);
        this.mutex = mutex(file, session);
        this.ring = new Ring(file, session, mutex);
    }

    /// One for messages of bytes, as many as so many bytes have room for; each takes 8 more. Nothing is
    /// serialised.
    ///
    /// @param bytes 4096 to 16 GB, rounded up to a power of two; all of them are taken from the
    ///     memory of the machine at once
    /// @throws IllegalArgumentException when they are fewer, or more
    /// @throws IllegalStateException when there is no room
    public static Queue<byte[]> ofBytes(long bytes) {
        return within(bytes);
    }

    /// One for as many items as so many bytes have room for. A number takes 16 bytes, text 8 and its
    /// length, all else more.
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

    /// Names the queue for errors and views, once.
    ///
    /// @param name a line of text, of at most 252 bytes in UTF-8
    /// @return this queue
    /// @throws IllegalStateException when it has another name
    public Queue<T> named(String name) {
        String checked = ObjectName.checked(name);
        giveName(checked);
        return this;
    }

    /// Puts an item, and waits for room for as long as that takes.
    ///
    /// @throws QueueClosedException when the queue is closed, also while this waits
    /// @throws IllegalArgumentException when the item cannot travel
    /// @throws tandem.sync.UncheckedInterruptedException when interrupted while waiting
    public void put(T item) {
        put(marshalled(item), null);
    }

    /// Puts an item if there is room for it within a time; a time of zero or less does not wait.
    ///
    /// @return whether it was put
    /// @throws QueueClosedException when the queue is closed, also while this waits
    /// @throws IllegalArgumentException when the item cannot travel
    /// @throws tandem.sync.UncheckedInterruptedException when interrupted while waiting
    public boolean put(T item, Duration time) {
        Arguments.required(time, "the time");
        return put(marshalled(item), time);
    }

    /// Puts an item if there is room for it now.
    ///
    /// @return whether it was put
    /// @throws QueueClosedException when the queue is closed
    /// @throws IllegalArgumentException when the item cannot travel
    public boolean offer(T item) {
        return put(item, Duration.ZERO);
    }

    private Marshalled marshalled(T item) {
        Arguments.required(item, "the item");
        try {
            return Marshalled.of(item, ThisKit.INSTANCE, codebase());
        } catch (IOException e) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "%s cannot be put into %s: %s"
                                    .formatted(
                                            item.getClass().getSimpleName(),
                                            name(),
                                            e.getMessage())));
        }
    }

    private boolean put(Marshalled item, Duration time) {
        if (!item.shared().isEmpty()) {
            return putSharing(item, time);
        }
        return number(item, time) != null;
    }

    /// @return null when the time was over first
    private Integer number(Marshalled item, Duration time) {
        Integer number = ring.put(item.form(), item.bytes(), time);
        if (number == null && ring.isClosed()) {
            throw Trace.trim(
                    new QueueClosedException(name() + " is closed: nothing can be put into it"));
        }
        return number;
    }

    private boolean putSharing(Marshalled item, Duration time) {
        boolean isOurs = session().isFounder() || session().owns(file());
        if (!isOurs) {
            item.shared().forEach(each -> ((Shared) each).send());
        }
        Integer number = null;
        try {
            number = number(item, time);
        } finally {
            if (number == null && !isOurs) {
                item.shared().forEach(each -> ((Shared) each).keepOwn());
            }
        }
        if (number != null && isOurs) {
            synchronized (onTheirWay) {
                while (!onTheirWay.isEmpty() && ring.isTaken(onTheirWay.peek().number())) {
                    onTheirWay.remove();
                }
                onTheirWay.add(new OnItsWay(number, item.shared()));
            }
        }
        return number != null;
    }

    /// Takes the item that was put first, and waits for one for as long as that takes.
    ///
    /// @throws QueueClosedException when the queue is closed and empty, also while this waits
    /// @throws tandem.sync.UncheckedInterruptedException when interrupted while waiting
    public T take() {
        Receiving receiving = new Receiving();
        Ring.Item item = ring.take(receiving);
        if (item == null) {
            throw Trace.trim(
                    new QueueClosedException(
                            name() + " is closed and empty: nothing will come any more"));
        }
        return receiving.open(item);
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
        Receiving receiving = new Receiving();
        Ring.Item item = ring.take(receiving, time);
        return item == null ? null : receiving.open(item);
    }

    /// An item that is being taken. Its shared objects are attached before anybody can know that it
    /// was taken: until then, somebody sees to it that they last.
    private final class Receiving implements Ring.Receiver {
        private List<Object> shared = List.of();
        private Exception why;

        @Override
        public void receive(Ring.Item item) {
            try {
                shared = Marshalled.attach(item.form(), item.bytes(), ThisKit.INSTANCE);
            } catch (IOException | RuntimeException e) {
                why = e;
            }
        }

        @SuppressWarnings("unchecked")
        T open(Ring.Item item) {
            if (why == null) {
                try {
                    return (T)
                            Marshalled.read(
                                    item.form(), item.bytes(), codebase(), Queue::callersLoader);
                } catch (IOException | ReflectiveOperationException | LinkageError e) {
                    throw lost(e);
                } finally {
                    Reference.reachabilityFence(shared);
                }
            }
            throw lost(why);
        }

        private IllegalStateException lost(Throwable e) {
            String reason = e instanceof ClassNotFoundException ? e.toString() : e.getMessage();
            return Trace.trim(
                    new IllegalStateException(
                            "an item of %s cannot be read, and is lost: %s"
                                    .formatted(name(), reason),
                            e));
        }
    }

    /// Knows the classes of the code that takes an item.
    private static ClassLoader callersLoader() {
        return STACK.walk(
                frames ->
                        frames.map(StackWalker.StackFrame::getDeclaringClass)
                                .filter(Queue::isOfProgram)
                                .map(Class::getClassLoader)
                                .findFirst()
                                .orElseGet(Thread.currentThread()::getContextClassLoader));
    }

    private static boolean isOfProgram(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        return loader != null
                && loader != ClassLoader.getPlatformClassLoader()
                && !(type.getPackageName() + ".").startsWith(KIT);
    }

    private Codebase codebase() {
        return CODEBASES.computeIfAbsent(
                session(), session -> new Codebase(ThisKit.INSTANCE, new Left(session)));
    }

    /// What the processes of a session leave for each other.
    private record Left(Session session) implements Codebase.Store {
        @Override
        public void publish(String name, byte[] bytes) throws IOException {
            session.publish(name, bytes);
        }

        @Override
        public byte[] read(String name) throws IOException {
            return session.read(name);
        }

        @Override
        public void keep(Object shared) {
            session.giveToFounder(((Shared) shared).file());
        }
    }

    /// Takes until the queue is closed and empty: `for (var item : q)`. Several threads and processes
    /// may do so at once; each item goes to one of them.
    @Override
    public Iterator<T> iterator() {
        return new Items();
    }

    private final class Items implements Iterator<T> {
        private T next;

        @Override
        public boolean hasNext() {
            if (next == null) {
                Receiving receiving = new Receiving();
                Ring.Item item = ring.take(receiving);
                next = item == null ? null : receiving.open(item);
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

    /// Ends it: nothing can be put any more, in any process; what is in it can be taken. Loops over it
    /// end when it is empty. The handle stays in use; closing twice does nothing.
    @Override
    public void close() {
        ring.close();
    }

    /// Whether somebody has closed it. There may be items in it still.
    @Override
    public boolean isClosed() {
        return ring.isClosed();
    }

    /// How many items are in it at this moment. Never waits.
    public int size() {
        return ring.size();
    }

    /// Whether there is nothing in it at this moment. Never waits.
    public boolean isEmpty() {
        return size() == 0;
    }

    /// Says that an item that was taken is done, for those who [#join].
    ///
    /// @throws IllegalStateException when all that were taken are done already
    public void taskDone() {
        if (!ring.done()) {
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
        ring.awaitDone();
    }

    /// As [#join()], for at most a time.
    ///
    /// @return whether every item is done
    /// @throws tandem.sync.UncheckedInterruptedException when interrupted while waiting
    public boolean join(Duration time) {
        return ring.awaitDone(time);
    }

    @Override
    Mutex ownMutex() {
        return mutex;
    }

    @Override
    void holderEnded(int holder) {
        ring.holderEnded(holder);
    }

    /// What has happened to the queue since it was made, in all processes. Never waits.
    public Stats stats() {
        WaitCounts waits = ring.waits();
        return new Stats(ring.taken(), waits.waits(), waits.mean(), waits.longest());
    }

    /// What has happened to a queue. The figures are of about the same moment.
    ///
    /// @param taken how many items were taken
    /// @param waits how often one has waited for an item, for room, or for all to be done
    /// @param meanWait how long these waits took on average
    /// @param longestWait how long they took at most
    public record Stats(long taken, long waits, Duration meanWait, Duration longestWait) {}

    /// `Queue(queue-3, 2 items)`, and of how many there may be; `closed` when it is.
    @Override
    public String toString() {
        return "Queue(%s, %s%d%s items)"
                .formatted(
                        name(),
                        isClosed() ? "closed, " : "",
                        size(),
                        ring.bound() == 0 ? "" : " of " + ring.bound());
    }
}
