package tandem.net;

import tandem.memory.Notice;
import tandem.session.Joined;
import tandem.sync.UnreachableException;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// That this process accepts jobs from others, until it leaves the server.
public final class Acceptance {
    /// What a job may have left at its end: see tandem.lua.
    public static final int MOST_LEFT_BYTES = 8_000_000;

    private static final int LOOK_SECONDS = 1;
    private static final int FIELDS = 3;
    private static final String NEWS = "work";

    private final Member member;
    private final String number = SentJob.newNumber();

    /// Those that were there, lest one is sent again by who has seen it. Used by one thread.
    private final Set<String> seen = new HashSet<>();

    private Acceptance(Member member) {
        this.member = member;
    }

    /// A job that the server has for this process.
    ///
    /// @param isNew whether it has not begun
    /// @param wish how it is to end: `term`, `kill`, or `gone` when its sender is; else empty
    public record Task(String job, boolean isNew, String wish) {}

    /// Accepts jobs from now on.
    public static Acceptance begin(Member member) {
        Acceptance acceptance = new Acceptance(member);
        acceptance.renew();
        return acceptance;
    }

    private void renew() {
        Answer answer = member.once("accept()", "accept", Link.ascii(number));
        if (!answer.is(Answer.DONE)) {
            throw member.unexpected(answer, "accept()");
        }
    }

    /// What a letter about jobs completes. To be had before a look.
    public CompletableFuture<String> news() {
        return member.letters().bell(NEWS);
    }

    /// Waits for a letter, for a second.
    public static void await(CompletableFuture<String> news) {
        try {
            Letter.await(news, TimeUnit.SECONDS.toNanos(LOOK_SECONDS));
        } catch (InterruptedException e) {
            // It looks.
        }
    }

    /// The jobs that the server has for this process. One that had forgotten it is told anew.
    ///
    /// @throws UnreachableException when it does not answer
    public List<Task> look() {
        Answer answer = member.often("a look for jobs", "work");
        if (!answer.is(Answer.DONE)) {
            throw member.unexpected(answer, "a look for jobs");
        }
        List<String> lines = answer.text().lines().toList();
        if (lines.isEmpty() || !lines.getFirst().equals(number)) {
            renew();
        }
        List<Task> tasks = new ArrayList<>();
        for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
            String[] fields = line.split("\t", -1);
            if (fields.length == FIELDS) {
                tasks.add(new Task(fields[0], fields[1].equals("new"), fields[2]));
            }
        }
        return tasks;
    }

    /// Fetches a job, and checks who has sent it before anything of it is read.
    ///
    /// @return null when it is none: it has been refused then, and the person told
    public Envelope fetch(String job) {
        Answer answer = member.often("a job", "fetch", Link.ascii(job));
        if (!answer.is(Answer.DONE)) {
            return null;
        }
        String why;
        try {
            Envelope envelope = Envelope.open(answer.bytes(), member.code());
            why = whyNot(envelope, job);
            if (why == null) {
                return envelope;
            }
        } catch (Envelope.Forged e) {
            why = e.getMessage();
        }
        Notice.say("tandem: a job was refused, and nothing of it read: %s".formatted(why));
        refuse(job, why);
        return null;
    }

    private String whyNot(Envelope envelope, String job) {
        if (!envelope.acceptance().equals(number)) {
            return "it was sent to another process";
        }
        if (!envelope.job().equals(job) || !seen.add(job)) {
            return "it was sent before";
        }
        return null;
    }

    /// What a worker for a job is told of where it shares.
    public String forWorker(Envelope envelope) {
        return Joined.forGuest(member.code().text(), envelope.everything(), envelope.sender());
    }

    /// Ends a job that was not begun.
    public void refuse(String job, String why) {
        over(job, Said.entry(Said.REFUSED, Link.ascii(why)));
    }

    /// @return whether somebody listens
    public boolean begun(String job, long pid) {
        return say(job, Said.entry(Said.BEGUN, Link.digits(pid)));
    }

    /// Passes lines on, and waits while many have not been heard.
    ///
    /// @param what [Said#OUTPUT] or [Said#ERRORS]
    /// @return whether somebody listens
    public boolean lines(String job, char what, byte[] lines) {
        return say(job, Said.entry(what, lines));
    }

    private boolean say(String job, byte[] entry) {
        while (!member.isClosed()) {
            Answer answer = patiently(() -> member.once("lines", "say", Link.ascii(job), entry));
            if (answer == null || !answer.is(Answer.BUSY)) {
                return answer != null && answer.is(Answer.DONE);
            }
            pause();
        }
        return false;
    }

    /// @param left what its code returned or threw; empty for nothing
    public void ended(String job, int exitCode, byte[] left) {
        over(job, Said.entry(Said.ENDED, Link.ascii(exitCode + "\n"), left));
    }

    private void over(String job, byte[] entry) {
        patiently(() -> member.once("the end of a job", "over", Link.ascii(job), entry));
    }

    private interface Asking {
        Answer ask();
    }

    /// Until the server answers, or this process has left.
    ///
    /// @return null when it has left, or the server refuses
    private Answer patiently(Asking asking) {
        while (!member.isClosed()) {
            try {
                return asking.ask();
            } catch (UnreachableException e) {
                sayUnreachable(e);
            } catch (IllegalStateException e) {
                if (!member.isClosed()) {
                    Notice.say("tandem: " + e.getMessage());
                }
                return null;
            }
        }
        return null;
    }

    public void sayUnreachable(UnreachableException e) {
        member.sayUnreachable(e, "what runs here for others");
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            // The next look is sooner.
        }
    }

    /// Whether this process has left the server.
    public boolean isOver() {
        return member.isClosed();
    }
}
