package tandem;

import tandem.memory.Arguments;
import tandem.memory.Guard;
import tandem.memory.Header;
import tandem.memory.Kind;
import tandem.memory.SharedFile;
import tandem.memory.Trace;
import tandem.memory.WaitCounts;
import tandem.process.Child;
import tandem.session.Names;
import tandem.session.Session;
import tandem.sync.Ends;
import tandem.sync.Halt;
import tandem.sync.Mutex;

import java.io.Serial;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;

/// Two ends between two processes: what is sent at one is received at the other. Python's `Pipe`.
///
/// ```java
/// var pipe = new Pipe<Object>();
/// var p = spawn(end -> end.send(end.receive() + " back"), pipe.right());
/// pipe.left().send("there and");
/// pipe.left().receive()                // ==> "there and back"
/// p.join();
/// ```
///
/// What can be sent is what can be put into a [Queue], and it arrives whole and in order, or not at all.
///
/// An end is for one process at a time: for the one that it was given to, or that uses it. When nobody
/// has it any more, as it was closed there or its process has ended, in whichever way, the other end
/// receives what was sent before, and then gets an [EndOfPipeException]. An end that the process which
/// made the pipe gives away and does not use needs no closing there.
///
/// @param <T> the type of what is sent; it is not checked
public final class Pipe<T> extends Shared {
    @Serial private static final long serialVersionUID = 1;

    /// Of each of the two rings.
    private static final long BYTES = 256 << 10;

    private static final Header HEADER = new Header(Kind.PIPE, null, Guard.NONE, "", BYTES);

    private final transient Mutex mutex;
    private final transient Ends ends;
    private final transient End<T> left;
    private final transient End<T> right;

    /// One whose ends both send and receive.
    public Pipe() {
        this(false, Session.current());
    }

    private Pipe(boolean isOneWay, Session session) {
        this(session.create(HEADER), session);
        ends.begin(isOneWay);
        register(true);
    }

    Pipe(SharedFile file, Session session) {
        super(file, session);
        this.mutex = mutex(file, session);
        this.ends = new Ends(file, session, mutex);
        this.left = new End<>(this, Ends.End.LEFT);
        this.right = new End<>(this, Ends.End.RIGHT);
    }

    /// One whose left end sends, and whose right end receives.
    public static <T> Pipe<T> oneWay() {
        return new Pipe<>(true, Session.current());
    }

    /// The pipe that all processes of this user know by a name, as [#Pipe()] makes one: made when there is
    /// none, by one of those who ask at once. It is there until the last process that has asked for it, or
    /// was given it, ends, or has closed it. Who uses which end is for them to agree on.
    ///
    /// @param name letters, digits, `.`, `_` and `-`
    /// @throws IllegalArgumentException when the name belongs to another kind of object
    @SuppressWarnings("unchecked")
    public static <T> Pipe<T> named(String name) {
        Names.checked(name);
        return ByName.get(name, HEADER, 0, session -> new Pipe<>(false, session), Pipe.class);
    }

    /// The pipe that there is by a name: `Pipe.named` has made it.
    ///
    /// @throws IllegalArgumentException when there is none; it says which names there are
    public static Pipe<?> attach(String name) {
        return ByName.attach(name, Pipe.class);
    }

    /// The pipe behind a path that [#path] gave.
    ///
    /// @throws IllegalArgumentException when it is no pipe of a living session
    public static Pipe<?> attach(Path path) {
        return attach(path, Pipe.class);
    }

    /// The one end: the sending one of a pipe that goes one way.
    public End<T> left() {
        return left;
    }

    /// The other end.
    public End<T> right() {
        return right;
    }

    private End<T> end(Ends.End which) {
        return which == Ends.End.LEFT ? left : right;
    }

    /// Closes both ends as far as this process has them, and gives the memory back when others have done
    /// so too. Closing twice does nothing.
    @Override
    public void close() {
        if (!isClosed()) {
            if (Halt.IS_ON) {
                halt("close()");
            }
            left.leave();
            right.leave();
            super.close();
        }
    }

    @Override
    Mutex ownMutex() {
        return mutex;
    }

    @Override
    void holderEnded(int holder) {
        ends.holderEnded(holder);
    }

    /// What has happened to the pipe since it was made, in all processes. Never waits.
    public Stats stats() {
        Halt.glance();
        requireOpen();
        WaitCounts waits = ends.waits();
        return new Stats(ends.received(), waits.waits(), waits.mean(), waits.longest());
    }

    /// What has happened to a pipe. The figures are of about the same moment.
    ///
    /// @param received how often something was received, at either end
    /// @param waits how often one has waited for something to receive, or for room
    /// @param meanWait how long these waits took on average
    /// @param longestWait how long they took at most
    public record Stats(long received, long waits, Duration meanWait, Duration longestWait) {}

    /// `Pipe(pipe-3, 2 to the right, 0 to the left)`.
    @Override
    public String toString() {
        Halt.glance();
        String state =
                isClosed()
                        ? "closed"
                        : "%d to the right, %d to the left"
                                .formatted(
                                        ends.waitingAt(Ends.End.RIGHT),
                                        ends.waitingAt(Ends.End.LEFT));
        return "Pipe(%s, %s)".formatted(name(), state);
    }

    /// One end of a [Pipe], for one process at a time, which may use it from several threads. It can be
    /// given to a worker, as any shared object can.
    ///
    /// ```java
    /// var pipe = Pipe.<String>oneWay();
    /// pipe.left().send("hello");
    /// pipe.right().receive()               // ==> "hello"
    /// pipe.left().close();
    /// ```
    public static final class End<T> implements Serializable, AutoCloseable {
        @Serial private static final long serialVersionUID = 1;

        private final Pipe<T> pipe;
        private final Ends.End which;

        /// What is sent here, and what comes here; null for an end that is on its way.
        private final transient Items<T> sent;

        private final transient Items<T> received;
        private transient boolean hasCome;

        /// Whether it was given to a worker: it is his to close.
        private transient volatile boolean isGiven;

        private transient volatile boolean closed;

        End(Pipe<T> pipe, Ends.End which) {
            this.pipe = pipe;
            this.which = which;
            this.sent = new Items<>(pipe, pipe.ends.from(which));
            this.received = new Items<>(pipe, pipe.ends.from(which.other()));
        }

        /// Sends something, and waits for room for as long as that takes.
        ///
        /// @throws EndOfPipeException when nobody has the other end any more, also while this waits
        /// @throws IllegalArgumentException when it cannot travel
        /// @throws IllegalStateException when this end is closed, or only receives
        /// @throws tandem.sync.UncheckedInterruptedException when interrupted while waiting
        public void send(T item) {
            sendWithin(item, null);
        }

        /// As [#send], if there is room within a time; a time of zero or less does not wait.
        ///
        /// @return whether it was sent
        public boolean send(T item, Duration time) {
            return sendWithin(item, Arguments.required(time, "the time"));
        }

        private boolean sendWithin(T item, Duration time) {
            use(Ends.End.RIGHT, "receives");
            if (Halt.IS_ON) {
                halt("send(%s)".formatted(item));
            }
            boolean isSent = sent.put(item, time);
            if (!isSent && pipe.ends.isGone(which.other())) {
                throw end("nobody takes what is sent there");
            }
            return isSent;
        }

        /// Receives what was sent first, and waits for it for as long as that takes.
        ///
        /// @throws EndOfPipeException when there is nothing, and nobody has the other end any more
        /// @throws IllegalStateException when this end is closed, or only sends
        /// @throws tandem.sync.UncheckedInterruptedException when interrupted while waiting
        public T receive() {
            use(Ends.End.LEFT, "sends");
            if (Halt.IS_ON) {
                halt("receive()");
            }
            T item = Halt.IS_ON ? Halt.gave(received.take()) : received.take();
            if (item == null) {
                throw end("nothing will come any more");
            }
            return item;
        }

        /// As [#receive()], if something comes within a time; a time of zero or less does not wait.
        ///
        /// @return null when nothing has come
        public T receive(Duration time) {
            Arguments.required(time, "the time");
            use(Ends.End.LEFT, "sends");
            if (Halt.IS_ON) {
                halt("receive(%s)".formatted(time));
            }
            T item = received.take(time);
            if (item == null && pipe.ends.isGone(which.other())) {
                throw end("nothing will come any more");
            }
            return item;
        }

        /// Gives this end up in this process. Closing twice does nothing.
        @Override
        public void close() {
            if (Halt.IS_ON && !closed) {
                halt("close()");
            }
            leave();
        }

        private synchronized void leave() {
            if (!closed) {
                closed = true;
                if (hasCome || !isGiven) {
                    pipe.ends.leave(which);
                }
            }
        }

        private void halt(String call) {
            pipe.halt((which == Ends.End.LEFT ? "left()." : "right().") + call);
        }

        /// @param notIfOneWay the end of a pipe that goes one way that this does not work at
        private void use(Ends.End notIfOneWay, String does) {
            pipe.requireOpen();
            if (closed) {
                throw Trace.trim(new IllegalStateException(this + " is closed"));
            }
            if (which == notIfOneWay && pipe.ends.isOneWay()) {
                throw Trace.trim(
                        new IllegalStateException(
                                "%s only %s: this is a pipe that goes one way, from left to right"
                                        .formatted(this, does)));
            }
            come();
        }

        private synchronized void come() {
            if (!hasCome && !closed) {
                pipe.ends.come(which);
                hasCome = true;
            }
        }

        private EndOfPipeException end(String what) {
            return Trace.trim(
                    new EndOfPipeException(
                            "nobody has %s any more: %s".formatted(pipe.end(which.other()), what)));
        }

        /// Called when it is packed: whoever gets it may end before it has come.
        @Serial
        private Object writeReplace() {
            isGiven |= Child.keep(pipe, _ -> pipe.ends.ended(which));
            return this;
        }

        @Serial
        private Object readResolve() {
            End<T> here = pipe.end(which);
            here.come();
            return here;
        }

        /// `pipe-3.left()`.
        @Override
        public String toString() {
            return pipe.name() + (which == Ends.End.LEFT ? ".left()" : ".right()");
        }
    }
}
