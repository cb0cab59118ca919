package tandem.net;

import tandem.memory.Trace;
import tandem.session.Joined;
import tandem.sync.UnreachableException;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A job that this process has sent to another machine.
public final class SentJob {
    /// What it takes at most, packed and signed: see tandem.lua.
    public static final int MOST_BYTES = 16 << 20;

    private static final int NUMBER_BYTES = 16;
    private static final int LOOK_SECONDS = 1;

    private final Member member;
    private final String id;
    private final byte[] bytes;

    private SentJob(Member member, String id) {
        this.member = member;
        this.id = id;
        this.bytes = Link.ascii(id);
    }

    /// The processes that accept jobs now.
    public static List<Acceptor> acceptors(Member member) {
        Answer answer = member.often("a look at who accepts code", "acceptors");
        if (!answer.is(Answer.DONE)) {
            throw member.unexpected(answer, "a look at who accepts code");
        }
        return answer.text().lines().map(Acceptor::of).filter(Objects::nonNull).toList();
    }

    static String newNumber() {
        byte[] random = new byte[NUMBER_BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /// Sends one.
    ///
    /// @param name of the worker
    /// @throws IllegalStateException when the process does not accept it
    /// @throws IllegalArgumentException when it is too large
    public static SentJob send(Member member, Acceptor to, String name, byte[] parcel) {
        Joined joined = Joined.current();
        String id = newNumber();
        byte[] blob =
                new Envelope(
                                to.acceptance(),
                                id,
                                Joined.key(),
                                name,
                                Member.host(),
                                joined != null && joined.everything(),
                                parcel)
                        .seal(member.code());
        if (blob.length > MOST_BYTES) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "%s cannot be sent to %s: it takes %,d bytes, and %,d at most: put large data into an Array on the server"
                                    .formatted(name, to.machine(), blob.length, MOST_BYTES)));
        }
        SentJob job = new SentJob(member, id);
        job.send(to, name, blob);
        return job;
    }

    private void send(Acceptor to, String name, byte[] blob) {
        String words = "spawn of %s on %s".formatted(name, to.machine());
        Answer answer;
        try {
            answer =
                    member.once(
                            words,
                            "send",
                            Link.ascii(to.number()),
                            Link.ascii(to.acceptance()),
                            bytes,
                            blob);
        } catch (UnreachableException e) {
            member.later(() -> end(true));
            throw e;
        }
        if (answer.is(Answer.NONE)) {
            throw Trace.trim(
                    new IllegalStateException(
                            "%s does not accept code any more".formatted(to.machine())));
        }
        if (answer.is(Answer.BUSY)) {
            throw Trace.trim(
                    new IllegalStateException(
                            "%s runs as many jobs as a process accepts: %d"
                                    .formatted(to.machine(), to.jobs())));
        }
        if (!answer.is(Answer.DONE)) {
            throw member.refused(answer, words);
        }
    }

    /// Has it ended, soon.
    public void endLater(boolean isKilled) {
        member.later(() -> end(isKilled));
    }

    private void end(boolean isKilled) {
        member.once(
                isKilled ? "kill()" : "terminate()",
                "end",
                bytes,
                Link.ascii(isKilled ? "kill" : "term"));
    }

    /// Waits for what is said of it, for about a second.
    ///
    /// @return null when nothing will come any more
    /// @throws UnreachableException when the server does not answer
    /// @throws IllegalStateException when this process has left
    public List<Said> hear() {
        CompletableFuture<String> bell = member.letters().bell("j" + id);
        List<Said> said = heard();
        if (said == null || !said.isEmpty()) {
            return said;
        }
        try {
            Letter.await(bell, TimeUnit.SECONDS.toNanos(LOOK_SECONDS));
        } catch (InterruptedException e) {
            // Whoever interrupts this thread does not end the job by it.
        }
        return heard();
    }

    private List<Said> heard() {
        Answer answer = member.once("a look at a worker", "hear", bytes);
        return answer.is(Answer.DONE) ? Said.of(answer, member) : null;
    }

    /// Says once that the server does not answer.
    ///
    /// @param what goes on waiting
    public void sayUnreachable(UnreachableException e, String what) {
        member.sayUnreachable(e, what);
    }

    /// Whether this process has left the server.
    public boolean hasLeft() {
        return member.isClosed();
    }

    /// Nobody listens any more.
    public void close() {
        member.letters().expectNoLetter("j" + id);
    }
}
