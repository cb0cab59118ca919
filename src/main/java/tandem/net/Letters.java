package tandem.net;

import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisException;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// The letters that the server writes to this process: a lock that it waited for is its own now, an event was
/// set.
///
/// They are a stream, which one thread reads on from the last one that was read, so that none is lost with a
/// connection; and who waits looks by himself once a second, so that nobody depends on them.
final class Letters {
    private static final int BLOCK_MILLIS = 2_000;
    private static final int LETTER_MILLIS = 4_000;
    private static final int PAUSE_MILLIS = 100;
    private static final String STREAM = "{t}m";

    private final Link link;
    private final Supplier<byte[]> secret;
    private final Map<Long, CompletableFuture<Answer>> grants = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<String>> bells = new ConcurrentHashMap<>();
    private volatile String last = "0";

    /// @param secret of this process, by which its stream is called; another one when it has joined anew
    Letters(Link link, Supplier<byte[]> secret) {
        this.link = link;
        this.secret = secret;
    }

    void start() {
        Thread.ofPlatform().daemon().name("tandem-letters").start(this::read);
    }

    /// The number of the last one that was read.
    String last() {
        return last;
    }

    /// There will be another stream, which is read from its first one.
    void startAnew() {
        last = "0";
    }

    /// There are no more: nobody is to wait.
    void end() {
        grants.values().forEach(grant -> grant.complete(null));
        bells.values().forEach(bell -> bell.complete(""));
    }

    /// What the letter for an attempt completes.
    CompletableFuture<Answer> expect(long attempt) {
        CompletableFuture<Answer> grant = new CompletableFuture<>();
        grants.put(attempt, grant);
        return grant;
    }

    void expectNoMore(long attempt) {
        grants.remove(attempt);
    }

    /// What the next letter about an object, or about a job, completes, with what it says more. To be had before
    /// the server is asked for one.
    CompletableFuture<String> bell(String id) {
        return bells.computeIfAbsent(id, _ -> new CompletableFuture<>());
    }

    void expectNoLetter(String id) {
        bells.remove(id);
    }

    /// As if a letter had come: those here who wait for one ask again.
    void ring(String id) {
        ring(id, "");
    }

    private void ring(String id, String more) {
        CompletableFuture<String> bell = bells.remove(id);
        if (bell != null) {
            bell.complete(more);
        }
    }

    private void read() {
        Connection connection = null;
        byte[] of = secret.get();
        while (!link.isClosed()) {
            try {
                if (connection == null) {
                    connection = link.connect(LETTER_MILLIS);
                }
                if (of != secret.get()) {
                    of = secret.get();
                    startAnew();
                }
                connection.setSoTimeout(LETTER_MILLIS);
                connection.sendCommand(
                        Command.XREAD,
                        Link.ascii("COUNT"),
                        Link.ascii("1000"),
                        Link.ascii("BLOCK"),
                        Link.ascii(Integer.toString(BLOCK_MILLIS)),
                        Link.ascii("STREAMS"),
                        Link.ascii(STREAM + text(of)),
                        Link.ascii(last));
                deliver(connection.getOne());
            } catch (JedisException | IllegalStateException | ClassCastException e) {
                if (connection != null) {
                    link.forget(connection);
                    connection = null;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
            }
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /// @param streams a list of one: its name, and its letters, each its number and its fields; null when
    ///     none has come
    private void deliver(Object streams) {
        if (streams == null) {
            return;
        }
        List<?> letters = (List<?>) ((List<?>) ((List<?>) streams).getFirst()).get(1);
        for (Object each : letters) {
            List<?> letter = (List<?>) each;
            deliver((List<?>) letter.get(1), text((byte[]) letter.get(0)));
        }
    }

    private void deliver(List<?> fields, String number) {
        last = number;
        if (fields == null || fields.size() < 2) {
            return;
        }
        String what = text((byte[]) fields.get(0));
        String about = text((byte[]) fields.get(1));
        if (what.equals("event")) {
            ring(about, fields.size() == 4 ? text((byte[]) fields.get(3)) : "");
        } else if (what.equals("grant") && fields.size() == 4 && about.matches("\\d{1,18}")) {
            CompletableFuture<Answer> grant = grants.get(Long.parseLong(about));
            if (grant != null) {
                grant.complete(Answer.of((byte[]) fields.get(3)));
            }
        }
    }
}
