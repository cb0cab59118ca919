package tandem.net;

import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

import tandem.memory.Trace;
import tandem.sync.UnreachableException;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// The calls of this process to the functions on a server.
final class Link implements AutoCloseable {
    /*
     * Overview. A channel is a number, and the number of its last call; it has one call under way at a
     * time, and, most of the time, a connection. A call that gets no answer is sent again, with the same
     * numbers, by a new connection: the server does it once (see tandem.lua), and it does not do at all
     * what comes after a later call of the channel, as when the network had held it up. So an answer means
     * that it was done exactly once, and the lack of one, after PATIENCE, that it was done once or never, or
     * will be. So the thread that got none goes on by the same channel: what it does next is done after that,
     * or that not at all. And what waits in a socket when that is closed is not sent any more.
     */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(2);
    private static final long NANOS_A_BYTE = 1_000;
    private static final long PAUSE_MILLIS = 50;
    private static final int LEAST_MILLIS = 100;
    private static final byte[] ONE = {'1'};
    private static final byte[] TAG = ascii("{t}");
    private static final Set<String> PASSING = Set.of("LOADING", "BUSY", "TRYAGAIN", "MASTERDOWN");

    private final JoinCode code;
    private final String user;
    private final SSLSocketFactory sockets;
    private final Queue<Channel> idle = new ConcurrentLinkedQueue<>();
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final ThreadLocal<Channel> unanswered = new ThreadLocal<>();
    private final AtomicInteger channels = new AtomicInteger();
    private volatile boolean closed;

    Link(JoinCode code, String user) {
        this.code = code;
        this.user = user;
        this.sockets = Pin.sockets(code);
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// A number, as the functions read it.
    static byte[] digits(long number) {
        return ascii(Long.toString(number));
    }

    final class Channel {
        private final byte[] number = ascii(Integer.toString(channels.incrementAndGet()));
        private long last;
        private Connection connection;

        byte[] number() {
            return number;
        }

        byte[] nextCall() {
            last++;
            return digits(last);
        }

        /// @return what the last one has been answered
        private Object ask(List<Request> requests, int millis) {
            Connection to = connection;
            if (to == null) {
                to = connect(millis);
                connection = to;
            }
            to.setSoTimeout(millis);
            for (Request one : requests) {
                to.sendCommand(one.command, one.arguments);
            }
            Object answer = null;
            for (int i = 0; i < requests.size(); i++) {
                try {
                    answer = to.getOne();
                } catch (JedisDataException e) {
                    if (i < requests.size() - 1) {
                        disconnect();
                    }
                    throw e;
                }
            }
            return answer;
        }

        private void disconnect() {
            if (connection != null) {
                forget(connection);
                connection = null;
            }
        }
    }

    Channel take() {
        Channel own = unanswered.get();
        if (own != null) {
            unanswered.remove();
            return own;
        }
        Channel channel = idle.poll();
        return channel == null ? new Channel() : channel;
    }

    void give(Channel channel) {
        idle.add(channel);
        if (closed) {
            channel.disconnect();
        }
    }

    /// Keeps a channel whose last call has no answer for the next call of this thread.
    void keep(Channel channel) {
        if (unanswered.get() == null) {
            unanswered.set(channel);
        } else {
            give(channel);
        }
    }

    /// @throws JedisConnectionException when there is no server, or it says no
    Connection connect(int millis) {
        if (closed) {
            throw left();
        }
        Connection connection =
                new Connection(
                        () -> socket(millis),
                        DefaultJedisClientConfig.builder()
                                .protocol(RedisProtocol.RESP2)
                                .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
                                .user(user)
                                .password(code.password())
                                .socketTimeoutMillis(millis)
                                .build());
        open.add(connection);
        if (closed) {
            forget(connection);
        }
        return connection;
    }

    private Socket socket(int millis) {
        Socket plain = new SpinningSocket();
        try {
            plain.connect(new InetSocketAddress(code.host(), code.port()), millis);
            plain.setTcpNoDelay(true);
            plain.setKeepAlive(true);
            plain.setSoLinger(true, 0);
            plain.setSoTimeout(millis);
            SSLSocket secure =
                    (SSLSocket) sockets.createSocket(plain, code.host(), code.port(), true);
            secure.startHandshake();
            return secure;
        } catch (IOException e) {
            try {
                plain.close();
            } catch (IOException inner) {
                e.addSuppressed(inner);
            }
            throw new JedisConnectionException(e.getMessage(), e);
        }
    }

    void forget(Connection connection) {
        open.remove(connection);
        try {
            connection.forceDisconnect();
        } catch (Exception e) {
            // It is gone in any case.
        }
    }

    /// What is asked for.
    ///
    /// @param words for the person, as in `add(0, 1)`
    /// @param changes whether it matters that it may have been done without an answer
    record Errand(String words, boolean changes) {}

    /// What is sent to the server.
    record Request(Command command, byte[]... arguments) {
        static Request of(String function, byte[]... arguments) {
            byte[][] all = new byte[arguments.length + 3][];
            all[0] = ascii("tandem_" + function);
            all[1] = ONE;
            all[2] = TAG;
            System.arraycopy(arguments, 0, all, 3, arguments.length);
            return new Request(Command.FCALL, all);
        }

        private long bytes() {
            return Stream.of(arguments).mapToLong(argument -> argument.length).sum();
        }
    }

    /// Calls a function, and again until it answers.
    ///
    /// @throws UnreachableException when it does not
    Answer call(Channel channel, Errand what, String function, byte[]... arguments) {
        List<Request> request = List.of(Request.of(function, arguments));
        return answer(command(channel, what, request, request));
    }

    /// Does in one step what a function does with many bytes, by requests that let these past it.
    ///
    /// @param past what is tried first: what is asked of the first one is what is asked of the function, and
    ///     the second one has its bytes, or answers with them
    /// @param call what is asked when that has no answer
    Answer call(Channel channel, Errand what, List<Request> past, Request call) {
        List<Request> all = new ArrayList<>();
        all.add(new Request(Command.MULTI));
        all.addAll(past);
        all.add(new Request(Command.EXEC));
        Object answer = command(channel, what, all, List.of(call));
        if (!(answer instanceof List<?> each)) {
            return answer(answer);
        }
        for (Object one : each) {
            if (one instanceof JedisDataException e) {
                throw refused(what, e);
            }
        }
        Answer first = answer(each.getFirst());
        return each.get(1) instanceof byte[] bytes && first.is(Answer.DONE)
                ? new Answer(Answer.DONE, bytes)
                : first;
    }

    private Answer answer(Object sent) {
        if (sent instanceof byte[] bytes) {
            return Answer.of(bytes);
        }
        throw new IllegalStateException("%s has sent no answer of Tandem's".formatted(code));
    }

    Object command(Channel channel, Errand what, Command command, byte[]... arguments) {
        List<Request> request = List.of(new Request(command, arguments));
        return command(channel, what, request, request);
    }

    /// @param then what is sent when the first ones have no answer
    private Object command(Channel channel, Errand what, List<Request> first, List<Request> then) {
        long bytes = first.stream().mapToLong(Request::bytes).sum();
        long patience = PATIENCE + bytes * NANOS_A_BYTE;
        long begun = System.nanoTime();
        long most = patience / 2;
        List<Request> now = first;
        while (true) {
            RuntimeException failure;
            try {
                return channel.ask(now, millis(most));
            } catch (JedisConnectionException e) {
                channel.disconnect();
                requireWelcome(e);
                failure = e;
            } catch (JedisDataException e) {
                if (!isPassing(e)) {
                    throw refused(what, e);
                }
                failure = e;
            }
            if (closed) {
                throw left();
            }
            now = then;
            pause();
            most = patience - (System.nanoTime() - begun);
            if (most <= 0) {
                throw unreachable(what, failure);
            }
        }
    }

    private IllegalStateException left() {
        return Trace.trim(new IllegalStateException("this process has left " + code.address()));
    }

    private static int millis(long nanos) {
        return (int) Math.max(LEAST_MILLIS, TimeUnit.NANOSECONDS.toMillis(nanos));
    }

    /// An interrupt is left to whoever waits next.
    private static void pause() {
        boolean isInterrupted = Thread.interrupted();
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            isInterrupted = true;
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isPassing(JedisDataException e) {
        return e.getMessage() != null && PASSING.contains(e.getMessage().split(" ")[0]);
    }

    private void requireWelcome(JedisConnectionException e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof Pin.WrongCertificate) {
                throw Trace.trim(
                        new IllegalStateException(
                                "%s shows another certificate than the one that the code is of: it is not the server that has printed the code, or that one was started anew"
                                        .formatted(code.address())));
            }
        }
    }

    private RuntimeException refused(Errand what, JedisDataException e) {
        String words = Answer.printable(String.valueOf(e.getMessage()));
        String sentence =
                switch (words.split(" ")[0]) {
                    case "WRONGPASS", "NOAUTH" ->
                            "%s does not accept the code: take the one that its workshop prints"
                                    .formatted(code.address());
                    case "OOM" ->
                            "%s has no room left: %s was not done"
                                    .formatted(code.address(), what.words());
                    default -> "%s refuses %s: %s".formatted(code.address(), what.words(), words);
                };
        return Trace.trim(new IllegalStateException(sentence));
    }

    private RuntimeException unreachable(Errand what, RuntimeException failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return Trace.trim(
                new UnreachableException(
                        "%s has not answered for 2 s (%s): %s. All goes on when it is back"
                                .formatted(
                                        code.address(),
                                        Answer.printable(String.valueOf(root.getMessage())),
                                        what.changes()
                                                ? "nobody knows whether %s was done"
                                                        .formatted(what.words())
                                                : what.words() + " has no answer")));
    }

    JoinCode code() {
        return code;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        open.forEach(this::forget);
    }
}
