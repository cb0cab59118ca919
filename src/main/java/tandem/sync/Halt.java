package tandem.sync;

import tandem.memory.Kind;
import tandem.memory.SharedFile;
import tandem.session.Roster;
import tandem.session.Session;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Where the threads of a program that is run step by step halt: before each access to something
/// shared. Whoever runs it is told in words what comes next, and says when.
///
/// Whether a process halts is decided when it starts, by [#PROPERTY], which workers inherit. Where it
/// does not, [#IS_ON] is a constant that is false, and the JIT compiler leaves out what depends on it.
public final class Halt {
    /*
     * Overview. Each thread that comes to an access has a connection of its own to the one who runs the
     * program, a Unix domain socket in that one's session; what starts and ends a worker is told over
     * one that lasts for the message. A message is its length and texts with a zero byte behind each:
     * the first says what it is. The answer is one byte.
     *
     *   here     holder, pid, process, thread          a thread has come; no answer
     *   halt     object, words, when, seconds, ready, state, place, what the last step gave: its
     *            object, result and state; what it is about to touch, what it has touched besides since it
     *            halted last, and whether its process has made something to be shared;
     *            answered by GO, and before it by any number of LOOK
     *   ready    ready, state                          the answer to LOOK
     *   blocked  object, seconds, and what the last step gave: the thread waits within an access, for
     *            ever when the seconds are negative; LOOK lets it look whether that is over, GO says
     *            that its time is
     *   idle     result, what the last step gave, and the number of the last object that was made
     *                                                  a program has run, and can run again: GO
     *   over     what the last step gave, what it has touched besides, which is anything when it leaves
     *            something held, and whether its process has made something; the thread has ended
     *   spawned  holder, name, holder of the parent, whether the program does not stay up for it
     *                                                  answered by GO
     *   ending   holder, which is about to be ended    answered by GO
     *   ended    holder, exit code                     answered by GO
     *
     * One thread of all runs at a time, or some that have come to no access yet; so whoever looks at an
     * object then finds it as it will be when the thread goes on.
     *
     * A thread that is interrupted while it halts, as one that is told to end, halts no more. When the
     * connection ends otherwise, nobody runs the program any more, and the process ends at once.
     */
    /// The path of the socket of whoever runs the program.
    public static final String PROPERTY = "tandem.step";

    /// Whether the threads of this process halt.
    public static final boolean IS_ON = System.getProperty(PROPERTY) != null;

    /// The answers.
    public static final byte GO = 'g';

    public static final byte LOOK = 'l';
    static final byte NONE = 0;

    /// What an access touches of which nothing is known.
    public static final String ANYTHING = "*";

    /// All of what is touched.
    public static final String WHOLE = "";

    /// Before the name of a worker, for its end.
    public static final String END_OF = "end of ";

    private static final String MAIN = "MainProcess";
    private static final AtomicInteger HELD = new AtomicInteger();
    private static final ThreadLocal<Halt> OWN = new ThreadLocal<>();

    /// Whether this process has made something to be shared, other than the program itself in the main process:
    /// its number depends on who came first.
    private static volatile boolean hasMade;

    private static volatile String process;
    private static volatile int holder;

    private final SocketChannel channel;
    private final DataOutputStream out;
    private final DataInputStream in;
    private volatile boolean isFree;

    /// Whether this is the thread of the program that runs again and again.
    private boolean isProgram;

    /// Whether the state of an object is being told.
    private boolean isTelling;

    /// What the thread has touched without a halt, since the last one.
    private String touched = "";

    /// What the last step was made on, null before the first, and what it gave.
    private Supplier<String> lastState;

    private String lastObject = "";
    private String lastResult = "";

    /// When a thread can go on that halts.
    public enum When {
        /// At any time.
        ALWAYS,
        /// When what it asks for is there.
        READY,
        /// When what it asks for is there; else it goes on without, when its time is over.
        TIMED,
        /// When its time is over.
        LATER;

        /// Whether it depends on others.
        public boolean isAsked() {
            return this == READY || this == TIMED;
        }
    }

    private Halt() {
        try {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(Path.of(System.getProperty(PROPERTY))));
        } catch (IOException e) {
            throw gone();
        }
        out = new DataOutputStream(Channels.newOutputStream(channel));
        in = new DataInputStream(Channels.newInputStream(channel));
    }

    /// Says who this process is; its main thread halts from now on.
    ///
    /// @param name of the worker
    public static void enter(String name, int holderBits) {
        process = name;
        holder = holderBits;
        own();
    }

    /// A worker that is being made ready does not halt, nor do the kit's own threads.
    private static Halt own() {
        Halt own = OWN.get();
        if (own != null) {
            return own.isFree ? null : own;
        }
        if (process == null) {
            if (System.getProperty(Session.WORKER_PROPERTY) != null) {
                return null;
            }
            process = MAIN;
        }
        Thread thread = Thread.currentThread();
        if (thread.getName().startsWith(Roster.THREADS)) {
            return null;
        }
        own = new Halt();
        OWN.set(own);
        own.send(
                "here",
                holder,
                ProcessHandle.current().pid(),
                process,
                thread.getName().equals("main") ? "" : thread.getName());
        own.sayWhenOver(thread);
        if (process.equals(MAIN) && thread.getName().equals("main")) {
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(own::end, Roster.THREADS + "step-exit"));
        }
        return own;
    }

    /// Starts a thread of the user's, and returns when it has said that it is here: so it never runs unseen.
    public static void begin(Thread.Builder builder, Runnable action) {
        CompletableFuture<Void> isHere = new CompletableFuture<>();
        builder.start(
                () -> {
                    own();
                    isHere.complete(null);
                    action.run();
                });
        isHere.join();
    }

    private void sayWhenOver(Thread thread) {
        Thread watch =
                new Thread(
                        () -> {
                            try {
                                thread.join();
                                end();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        Roster.THREADS + "step-end");
        watch.setDaemon(true);
        watch.start();
    }

    /// Says that this thread has come to its end; it halts no more. (Where the process ends with the thread, nobody
    /// might be left to see that.)
    public static void over() {
        Halt own = OWN.get();
        if (own != null) {
            own.end();
        }
    }

    /// As [#over()], and the thread begins anew when its process [enters][#enter] again.
    public static void leave() {
        over();
        OWN.remove();
        hasMade = false;
    }

    /// Not twice: with the last thread the process ends as well.
    private synchronized void end() {
        if (!isFree) {
            isFree = true;
            try (channel) {
                String more = holdsNothing() ? touched : ANYTHING;
                send("over", lastObject, lastResult, lastState(), more, hasMade);
            } catch (IOException e) {
                // Nobody runs the program any more.
            }
        }
    }

    /// Halts before an access.
    ///
    /// @param object what errors call it
    /// @param words what comes, as one would type it behind the object
    /// @param when it can go on
    /// @param isReady whether what it asks for is there; null for always
    /// @param seconds after which it goes on without
    /// @param state of the object, asked again when the step has been made
    /// @param touches what it reads and writes, as [#reads] and [#writes] say it, or [#ANYTHING]
    /// @return whether this process is run step by step, and the thread halts
    public static boolean before(
            String object,
            String words,
            When when,
            BooleanSupplier isReady,
            double seconds,
            Supplier<String> state,
            String touches) {
        Halt own = own();
        if (own == null) {
            return false;
        }
        own.halt(object, words, when, isReady, seconds, state, touches);
        return true;
    }

    /// Takes note that this thread has made something to be shared.
    public static void made() {
        if (IS_ON) {
            Halt own = OWN.get();
            hasMade |= own == null || !own.isProgram;
        }
    }

    /// That an access reads.
    ///
    /// @param cell which part of it, or [#WHOLE]
    public static String reads(String what, String cell) {
        return "r" + what + "\t" + cell + "\n";
    }

    /// That an access may write.
    ///
    /// @param cell which part of it, or [#WHOLE]
    public static String writes(String what, String cell) {
        return "w" + what + "\t" + cell + "\n";
    }

    /// Whether all that an access does is to see that a worker has ended, for which it waits.
    ///
    /// @param touches as an access says it
    public static boolean isOfEnd(String touches) {
        return touches.startsWith("r" + END_OF);
    }

    /// Takes note that this thread looks at something shared, or changes it, without a halt.
    public static void glance() {
        if (IS_ON) {
            Halt own = OWN.get();
            if (own != null && !own.isTelling) {
                own.touched = ANYTHING;
            }
        }
    }

    /// Takes note that this thread touches something without a halt.
    ///
    /// @param touches as an access says it
    public static void touched(String touches) {
        if (IS_ON) {
            Halt own = OWN.get();
            if (own != null && !own.touched.equals(ANYTHING)) {
                own.touched += touches;
            }
        }
    }

    /// Halts instead of a sleep. The time of a program that is run step by step is not that of a clock:
    /// a sleep is over when nobody else can go on before it is.
    ///
    /// @return whether the thread has halted
    public static boolean slept(double seconds) {
        return before("", "sleep(" + seconds + ")", When.LATER, null, seconds, () -> "", ANYTHING);
    }

    /// Takes note of what a step gave.
    ///
    /// @return the same
    public static <T> T gave(T result) {
        Halt own = OWN.get();
        if (own != null) {
            own.lastResult = String.valueOf(result);
        }
        return result;
    }

    private void halt(
            String object,
            String words,
            When when,
            BooleanSupplier isReady,
            double seconds,
            Supplier<String> state,
            String touches) {
        isTelling = true;
        boolean ready = isReady == null ? when != When.LATER : isReady.getAsBoolean();
        send(
                "halt",
                object,
                words,
                when,
                seconds,
                ready,
                state.get(),
                place(),
                lastObject,
                lastResult,
                lastState(),
                touches,
                touched,
                hasMade);
        while (receive() == LOOK) {
            send("ready", isReady == null ? ready : isReady.getAsBoolean(), state.get());
        }
        isTelling = false;
        touched = "";
        lastObject = object;
        lastResult = "";
        lastState = state;
    }

    private String lastState() {
        return lastState == null ? "" : lastState.get();
    }

    /// In a thread that is about to wait within an access: waits until it is worth a look whether that
    /// is over.
    ///
    /// @param seconds for how long it waits, negative for ever
    /// @return LOOK; GO when its time is over; NONE when this thread does not halt, and has to wait by
    ///     itself
    static byte blocked(SharedFile file, double seconds) {
        Halt own = file.header().kind() == Kind.ROSTER ? null : own();
        if (own == null) {
            return NONE;
        }
        own.send("blocked", file.name(), seconds, own.lastObject, own.lastResult, own.lastState());
        byte answer = own.receive();
        return own.isFree ? NONE : answer;
    }

    /// Takes note that this process has, or gives back, something that would come back if it died.
    public static void holds(int change) {
        HELD.addAndGet(change);
    }

    /// Whether this process has nothing that would come back if it died.
    public static boolean holdsNothing() {
        return HELD.get() == 0 && !Mutexes.isAnyOwned();
    }

    /// Says that the program has run, and waits until it is to run again.
    ///
    /// @param result what it has given
    /// @return false when it is not
    public static boolean idle(String result) {
        Halt own = own();
        if (own == null) {
            return false;
        }
        own.isProgram = true;
        own.send(
                "idle",
                result,
                own.lastObject,
                own.lastResult,
                own.lastState(),
                Session.current().roster().lastObject());
        own.lastState = null;
        own.lastObject = "";
        own.lastResult = "";
        own.receive();
        return !own.isFree;
    }

    /// Says that a worker is being started.
    ///
    /// @param isServant whether the program does not stay up for it
    public static void spawned(int child, String name, boolean isServant) {
        own();
        tell("spawned", child, name, holder, isServant);
    }

    /// Says that a worker is about to be ended, lest anybody takes it for one that halts still.
    public static void ending(int child) {
        tell("ending", child);
    }

    /// Says that a worker has ended.
    public static void ended(int child, int code) {
        tell("ended", child, code);
    }

    private static void tell(Object... message) {
        Halt once = new Halt();
        try (once.channel) {
            once.send(message);
            once.receive();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The line of the user's that makes the access.
    private static String place() {
        return StackWalker.getInstance()
                .walk(
                        frames ->
                                frames.filter(frame -> !isOfKit(frame.getClassName()))
                                        .findFirst()
                                        .filter(frame -> frame.getLineNumber() > 0)
                                        .filter(frame -> !frame.getFileName().startsWith("$"))
                                        .map(
                                                frame ->
                                                        frame.getFileName()
                                                                + ":"
                                                                + frame.getLineNumber())
                                        .orElse(""));
    }

    private static boolean isOfKit(String type) {
        return type.startsWith("tandem.") || type.startsWith("java.") || type.startsWith("jdk.");
    }

    private void send(Object... texts) {
        StringBuilder all = new StringBuilder();
        for (Object text : texts) {
            all.append(String.valueOf(text).replace('\0', ' ')).append('\0');
        }
        byte[] bytes = all.toString().getBytes(StandardCharsets.UTF_8);
        byte[] message = new byte[Integer.BYTES + bytes.length];
        for (int i = 0; i < Integer.BYTES; i++) {
            message[i] = (byte) (bytes.length >>> 8 * (Integer.BYTES - 1 - i));
        }
        System.arraycopy(bytes, 0, message, Integer.BYTES, bytes.length);
        try {
            out.write(message);
        } catch (ClosedChannelException e) {
            isFree = true;
        } catch (IOException e) {
            throw gone();
        }
    }

    private byte receive() {
        try {
            return isFree ? GO : in.readByte();
        } catch (ClosedChannelException e) {
            isFree = true;
            return GO;
        } catch (IOException e) {
            throw gone();
        }
    }

    /// Nobody runs the program any more.
    private static Error gone() {
        Runtime.getRuntime().halt(1);
        return new AssertionError();
    }
}
