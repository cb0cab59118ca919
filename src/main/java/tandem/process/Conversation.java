package tandem.process;

import tandem.memory.Trace;
import tandem.session.Session;
import tandem.sync.Errand;
import tandem.travel.Kit;
import tandem.travel.Parcel;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A connection over which a thread here and a thread there call each other's objects.
final class Conversation {
    /*
     * Overview. One of the two always has the floor: who has sent a call listens until the answer comes,
     * and answers the calls that come before it. So while a thread here waits for an object there, that
     * object can call back, by the same connection, and it is this thread that runs the call: as if both
     * were one thread. It may take again what it has taken, and nobody waits for himself.
     *
     *   C1  A thread that is in a conversation with a process, on either side, calls that process by this
     *       conversation, never by another one: `CURRENT` has the innermost, which knows the others.
     *   C2  A conversation in which anything has gone wrong with the bytes is closed: nobody knows then who
     *       has the floor.
     *   C3  An object of this process that is shared, and is an argument, belongs to the other side from then
     *       on: the object there may keep it for longer than this process lives. Neither side lets it go
     *       while the connection lasts.
     *   C4  What is lent stays here, and has a number below 0 for the other side, as long as the call
     *       lasts for which it was lent.
     *
     * A call: CALL, the number of the object, the key of the method, who calls and since when, which
     * arguments are lent and by which numbers, the others as a graph. An answer: ANSWER, and the outcome as a
     * graph.
     */
    private static final int CALL = 1;
    private static final int ANSWER = 2;

    private static final ThreadLocal<Conversation> CURRENT = new ThreadLocal<>();

    private final Wire wire;
    private final Session session;
    private final Kit kit;
    private final Callees callees;
    private final int peer;
    private final String peerName;
    private final List<Loan> loans = new ArrayList<>();

    /// What the other side may still attach, kept reachable as long as the connection lasts.
    private final List<Parcel.Kept> kept = new ArrayList<>();

    /// The one in which this thread was when it came into this one.
    private Conversation outer;

    /// The thread that is in it, null when none is.
    private Thread thread;

    /// Whether that is a thread of the kit's own, for the calls of the other side.
    private boolean isServing;

    /// What has come from the other side, kept reachable like `kept`.
    private final Set<Object> received = new HashSet<>();

    /// The objects that the other side has called, kept reachable like `kept`.
    private final Set<Callee> called = new HashSet<>();

    /// Something that stays here while the other side calls it.
    private record Loan(Object object, Class<?> type, ClassLoader loader) {}

    /// @param peer the holder bits of the other process
    Conversation(SocketChannel channel, Session session, int peer, Kit kit, Callees callees) {
        this.wire = new Wire(channel);
        this.session = session;
        this.kit = kit;
        this.callees = callees;
        this.peer = peer;
        this.peerName = session.roster().describe(peer);
    }

    /// The one that this thread is in with a process, null when it is in none.
    static Conversation current(Session session, int peer) {
        Conversation one = CURRENT.get();
        while (one != null && (one.peer != peer || one.session != session)) {
            one = one.outer;
        }
        return one;
    }

    private void enter() {
        outer = CURRENT.get();
        CURRENT.set(this);
        thread = Thread.currentThread();
    }

    private void leave() {
        thread = null;
        CURRENT.set(outer);
        outer = null;
    }

    String peerName() {
        return peerName;
    }

    Callees callees() {
        return callees;
    }

    /// Answers the calls of the other side until it goes.
    void serve() {
        enter();
        isServing = true;
        try {
            while (true) {
                if (wire.receive() != CALL) {
                    throw new IOException("an answer to no call");
                }
                answer(wire.body());
            }
        } catch (IOException e) {
            // The other side is gone.
        } finally {
            leave();
            close();
        }
    }

    /// Calls an object of the other side.
    ///
    /// @param number of the object
    /// @throws IllegalArgumentException that says why an argument cannot travel; nothing was called then
    /// @throws IOException when the connection is over
    Outcome call(int number, Class<?> type, Method method, Object[] arguments, ClassLoader loader)
            throws IOException {
        int loansBefore = loans.size();
        boolean isFirst = thread == null;
        if (isFirst) {
            enter();
        }
        try {
            String key = Operations.of(type).key(method);
            if (number < 0) {
                byte[] call = pack(number, key, 0, 0, method, arguments, loader);
                return Outcome.open(exchange(call, null), kit, loader);
            }
            try (OpenCall open = new OpenCall(session, number)) {
                byte[] call =
                        pack(number, key, open.self(), open.since(), method, arguments, loader);
                return Outcome.open(exchange(call, open), kit, loader);
            }
        } finally {
            loans.subList(loansBefore, loans.size()).clear();
            if (isFirst) {
                leave();
            }
        }
    }

    /// @param open the call, null when it is one of something lent
    private byte[] exchange(byte[] call, OpenCall open) throws IOException {
        wire.send(CALL, call);
        while (true) {
            switch (wire.receive()) {
                case CALL -> answer(wire.body());
                case ANSWER -> {
                    if (open != null) {
                        open.close(); // It is over, however long the answer takes to arrive.
                    }
                    return wire.body();
                }
                default -> throw new IOException("a message of an unknown kind");
            }
        }
    }

    private byte[] pack(
            int number,
            String key,
            long caller,
            long since,
            Method method,
            Object[] arguments,
            ClassLoader loader)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(number);
        out.writeUTF(key);
        out.writeLong(caller);
        out.writeLong(since);
        Object[] copied = arguments == null ? new Object[0] : arguments.clone();
        int first = loans.size();
        for (int i = 0; i < copied.length; i++) {
            if (copied[i] != null && stays(copied[i], method.getParameterTypes()[i])) {
                loans.add(new Loan(copied[i], method.getParameterTypes()[i], loader));
                out.writeByte(i);
                out.writeInt(-loans.size());
                copied[i] = null;
            } else {
                copied[i] = Copies.ofArgument(copied[i]);
            }
        }
        out.writeByte(-1);
        List<Parcel.Kept> shared = new ArrayList<>();
        out.write(Parcel.ofArguments(kit, shared, copied));
        kept.addAll(shared);
        if (number >= 0) {
            shared.forEach(one -> callees.handOver(one.shared(), peer));
        }
        return bytes.toByteArray();
    }

    /// Whether an argument stays here, to be called: a lambda, where one is asked for.
    private static boolean stays(Object argument, Class<?> parameter) {
        return parameter.isInterface()
                && (argument.getClass().isHidden()
                        || argument instanceof Proxy
                                && Proxy.getInvocationHandler(argument) instanceof Borrowed);
    }

    private void answer(byte[] call) throws IOException {
        Outcome outcome;
        Served served = new Served();
        try {
            outcome = Outcome.returned(run(call, served));
        } catch (Throwable e) {
            outcome = Outcome.threw(e);
        } finally {
            served.isOver = true;
        }
        if (isServing) {
            Thread.interrupted(); // What the object has left would close the connection.
        }
        wire.send(ANSWER, outcome.toBytes(parts -> Parcel.toBytes(kit, kept, parts)));
    }

    /// A call of the other side that is being run.
    static final class Served {
        volatile boolean isOver;
    }

    private Object run(byte[] call, Served served) throws Throwable {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(call));
        int number = in.readInt();
        Callee callee = number < 0 ? lent(number) : found(number);
        String key = in.readUTF();
        Errand errand = new Errand(session, in.readLong(), in.readLong());
        Method method = Operations.of(callee.type()).method(key);
        if (method == null) {
            throw refused(
                    "%s has no method %s in %s: it was typed anew since?"
                            .formatted(
                                    callee.type().getSimpleName(),
                                    key,
                                    session.roster().describe(session.holder())));
        }
        List<Object[]> borrowed = new ArrayList<>();
        for (int index = in.readByte(); index >= 0; index = in.readByte()) {
            borrowed.add(
                    new Object[] {
                        index,
                        Borrowed.of(
                                this,
                                served,
                                in.readInt(),
                                method.getParameterTypes()[index],
                                callee.loader())
                    });
        }
        Object[] arguments = arguments(in.readAllBytes(), callee, method);
        for (Object[] one : borrowed) {
            arguments[(Integer) one[0]] = one[1];
        }
        return number < 0
                ? callee.invoke(method, arguments)
                : errand.run(() -> callee.invoke(method, arguments));
    }

    private Object[] arguments(byte[] graph, Callee callee, Method method) {
        try {
            return Parcel.fromBytes(graph, new Notes(kit, received), callee.loader());
        } catch (ReflectiveOperationException | IOException | RuntimeException | LinkageError e) {
            throw refused(
                    "an argument of %s cannot be read in %s: %s"
                            .formatted(
                                    method.getName(),
                                    session.roster().describe(session.holder()),
                                    e));
        }
    }

    private static IllegalStateException refused(String sentence) {
        return Trace.trim(new IllegalStateException(sentence));
    }

    private Callee found(int number) {
        Callee callee = callees.find(number);
        called.add(callee);
        return callee;
    }

    private Callee lent(int number) {
        Loan loan = loans.get(-number - 1);
        return new Callee() {
            @Override
            public Class<?> type() {
                return loan.type;
            }

            @Override
            public ClassLoader loader() {
                return loan.loader;
            }

            @Override
            public Object invoke(Method method, Object... arguments) throws Throwable {
                return Operations.of(loan.type).run(method, loan.object, arguments);
            }
        };
    }

    /// Whether this thread is the one that is in it.
    boolean isOfThisThread() {
        return thread == Thread.currentThread();
    }

    void close() {
        wire.close();
    }
}
