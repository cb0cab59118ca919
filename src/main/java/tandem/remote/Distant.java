package tandem.remote;

import tandem.memory.Arguments;
import tandem.memory.Trace;
import tandem.memory.WaitCounts;
import tandem.net.Acceptor;
import tandem.net.Member;
import tandem.net.Said;
import tandem.net.SentJob;
import tandem.process.DistantLines;
import tandem.process.Outcome;
import tandem.process.Running;
import tandem.process.Screen;
import tandem.session.ProcessCounts;
import tandem.sync.UncheckedInterruptedException;
import tandem.sync.UnreachableException;
import tandem.travel.Job;
import tandem.travel.Kit;
import tandem.travel.Parcel;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A worker of this process on another machine.
public final class Distant implements Running {
    /*
     * Overview. One thread, no daemon, hears what the other machine says of the worker: its beginning, its
     * lines, its end. The end comes behind all lines, so that who waits for it has seen them. Nothing comes
     * any more when that machine's process has left, or was silent for a lease: then the worker counts as
     * dead, and what it held on the server others get by then, too, as its own lease ends.
     */
    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;
    private static final long LOOK_SECONDS = 1;
    private static final int MOST_DIGITS = 10;

    private final Kit kit;
    private final String name;
    private final String machine;
    private final SentJob job;
    private final DistantLines lines;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final CompletableFuture<Long> pid = new CompletableFuture<>();

    /// The shared objects that it was given: they last as long as they can be reached here.
    private List<Parcel.Kept> kept;

    private Runnable whenOver;
    private volatile boolean terminated;

    // Written before `ended` opens.
    private int exitCode;
    private byte[] left;
    private String lost;

    private Distant(
            Kit kit,
            String name,
            String machine,
            SentJob job,
            List<Parcel.Kept> kept,
            Runnable whenOver) {
        this.kit = kit;
        this.name = name;
        this.machine = machine;
        this.job = job;
        this.kept = kept;
        this.whenOver = whenOver;
        this.lines = new DistantLines(name);
    }

    /// Whether a shared object can be had on other machines.
    public interface Requirement {
        /// @throws IllegalArgumentException when it cannot
        void check(Object shared);
    }

    /// Starts a job on another machine.
    ///
    /// @param requirement for what is shared with it
    /// @param whenOver runs when all of it is over, before `join` returns
    /// @throws IllegalArgumentException when something cannot travel
    /// @throws IllegalStateException when that machine does not accept it
    public static Distant start(
            Kit kit,
            Member member,
            Acceptor to,
            String name,
            Job job,
            Object[] arguments,
            Requirement requirement,
            Runnable whenOver) {
        Parcel parcel = Parcel.ofJob(kit, job, arguments);
        parcel.kept().forEach(each -> requirement.check(each.shared()));
        SentJob sent = SentJob.send(member, to, name, parcel.toBytes());
        Distant distant = new Distant(kit, name, to.machine(), sent, parcel.kept(), whenOver);
        Thread.ofPlatform().daemon(false).name("tandem-" + name).start(distant::seeThrough);
        return distant;
    }

    private void seeThrough() {
        try {
            while (lost == null && left == null) {
                try {
                    List<Said> said = job.hear();
                    if (said == null) {
                        lost(
                                "%s has gone: it has left, or was not heard for three seconds; %s counts as dead"
                                        .formatted(machine, name));
                    } else {
                        said.forEach(this::take);
                    }
                } catch (UnreachableException e) {
                    job.sayUnreachable(e, "who waits for " + name);
                }
            }
        } catch (RuntimeException | Error e) {
            lost(
                    job.hasLeft()
                            ? "this process has left the server, and so %s was ended"
                                    .formatted(name)
                            : "%s is out of reach: %s".formatted(name, e.getMessage()));
        } finally {
            close();
        }
    }

    private void lost(String why) {
        lost = why;
        exitCode = -SIGKILL;
        if (!job.hasLeft()) {
            lines.say(why);
        }
    }

    private void take(Said said) {
        switch (said.what()) {
            case Said.BEGUN -> pid.complete(number(said.text()));
            case Said.OUTPUT -> lines.output(said.bytes());
            case Said.ERRORS -> lines.errors(said.bytes());
            case Said.REFUSED ->
                    lost("%s has refused %s: %s".formatted(machine, name, said.text()));
            case Said.ENDED -> end(said.bytes());
            default -> {
                // Of a later version.
            }
        }
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private void end(byte[] bytes) {
        int digits = 0;
        while (digits < bytes.length && digits <= MOST_DIGITS && bytes[digits] != '\n') {
            digits++;
        }
        exitCode = (int) number(new String(bytes, 0, digits, StandardCharsets.US_ASCII));
        left = Arrays.copyOfRange(bytes, Math.min(digits + 1, bytes.length), bytes.length);
        int signal = -exitCode;
        if (signal > 0 && !(terminated && signal == SIGTERM)) {
            lines.say("killed by signal " + signal);
        }
    }

    private void close() {
        job.close();
        kept = List.of();
        pid.complete(0L);
        try {
            whenOver.run();
        } finally {
            whenOver = null;
            ended.complete(null);
        }
    }

    @Override
    public void join() throws InterruptedException {
        try {
            for (long seconds = 0; !awaitEnd(TimeUnit.SECONDS.toNanos(LOOK_SECONDS)); ) {
                seconds += LOOK_SECONDS;
                Screen.status("waiting for %s on %s, %d s".formatted(name, machine, seconds));
            }
        } finally {
            Screen.status("");
        }
    }

    @Override
    public boolean join(Duration time) throws InterruptedException {
        Arguments.required(time, "the time");
        return awaitEnd(TimeUnit.NANOSECONDS.convert(time));
    }

    private boolean awaitEnd(long nanos) throws InterruptedException {
        try {
            ended.get(nanos, TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void whenEnded(Runnable action) {
        ended.thenRunAsync(
                action,
                run -> Thread.ofPlatform().daemon(false).name("future of " + name).start(run));
    }

    @Override
    public boolean isAlive() {
        return !ended.isDone();
    }

    @Override
    public int exitCode() {
        return exitCode;
    }

    /// Only what has the plain form, and no classes of others.
    @Override
    public Outcome outcome(Kit of, ClassLoader loader) {
        if (lost != null) {
            throw Trace.trim(new IllegalStateException(lost));
        }
        byte[] bytes = left;
        left = new byte[0];
        return bytes.length == 0 ? null : Outcome.openPlain(bytes, kit);
    }

    /// Its waits are counted there.
    @Override
    public ProcessCounts counts() {
        WaitCounts none = new WaitCounts(0, 0, 0);
        return new ProcessCounts(none, none, 0);
    }

    /// It has none in the session of this process.
    @Override
    public int holder() {
        return 0;
    }

    /// Waits for it to begin.
    @Override
    public long pid() {
        while (true) {
            try {
                return pid.get(LOOK_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                // Ctrl-C at a prompt gets through meanwhile.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw Trace.trim(
                        new UncheckedInterruptedException(
                                "interrupted while waiting for %s to begin".formatted(name)));
            } catch (ExecutionException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public String place() {
        long known = pid.getNow(0L);
        return known == 0 ? "on " + machine : "pid %d on %s".formatted(known, machine);
    }

    @Override
    public void terminate() {
        terminated = true;
        if (isAlive()) {
            job.endLater(false);
        }
    }

    @Override
    public void kill() {
        if (isAlive()) {
            job.endLater(true);
        }
    }
}
