package tandem.net;

import static tandem.net.ServedTurn.NEVER;

import tandem.memory.Arguments;
import tandem.memory.Notice;
import tandem.memory.Trace;
import tandem.memory.WaitCounts;
import tandem.net.Link.Channel;
import tandem.net.ServedTurn.Wanted;
import tandem.sync.DeadlockException;
import tandem.sync.Exclusion;
import tandem.sync.UncheckedInterruptedException;
import tandem.sync.UnreachableException;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// A lock on a server, which gives it to whoever came first. There is one for an object in a JVM.
final class ServedLock extends Exclusion {
    /*
     * Overview. Each time that a thread wants the lock anew, it does so under a number that this process
     * never uses again, the attempt. On the server the holder is this process and that number. So
     *
     *   L1  to ask again, when an answer was lost, is to ask for the same: the server does not give the lock
     *       twice. How often the thread has taken it is known here alone, in `depth`.
     *   L2  who holds the lock proves it by the attempt, with each write of what it guards and with the
     *       release. When the server gave the lock to another meanwhile, as this process was away for longer
     *       than its lease, the write is refused, and the thread is told.
     *   L3  an attempt that its thread has given up is forgone, and old letters give nothing (see ServedTurn).
     *
     * A hold is read and written by its thread alone; only for a thread that has ended is `last` more than a
     * guess: who wins it takes the place of that thread.
     */
    private static final long CENTURY_DAYS = 36_500;
    private static final Wanted WANTED = new Wanted("acquire()", "acquire", "forgo", new byte[0]);

    private static final class Hold {
        final Thread owner = Thread.currentThread();
        int depth;
        byte[] attempt;
        long waitedNanos;

        /// Whether the server says that a holder has died, and nobody was told.
        boolean isToTell;

        /// Whether this holder was told.
        boolean recovered;
    }

    private final Member member;
    private final Served object;
    private final byte[] id;
    private final ThreadLocal<Hold> holds = ThreadLocal.withInitial(Hold::new);
    private volatile Hold last;

    ServedLock(Member member, Served object) {
        this.member = member;
        this.object = object;
        this.id = Link.ascii(object.id());
    }

    @Override
    public void acquire() {
        acquire(NEVER);
    }

    @Override
    public boolean acquire(Duration time) {
        Arguments.required(time, "the time");
        if (!time.isPositive()) {
            return tryAcquire();
        }
        return acquire(time.toDays() > CENTURY_DAYS ? NEVER : System.nanoTime() + time.toNanos());
    }

    @Override
    public boolean tryAcquire() {
        Hold own = own();
        if (own.depth > 0) {
            own.depth = Math.incrementExact(own.depth);
            return true;
        }
        ServedTurn turn = new ServedTurn(member, object, WANTED);
        Answer answer = turn.ask();
        if (answer != null) {
            enter(own, turn, answer);
        }
        return answer != null;
    }

    /// @param end on the clock of `System.nanoTime()`
    private boolean acquire(long end) {
        Hold own = own();
        if (own.depth == 0) {
            ServedTurn turn = new ServedTurn(member, object, WANTED);
            Answer answer = turn.await(end, () -> isLeftByEnded(last), () -> own().depth > 0);
            if (answer != null) {
                enter(own, turn, answer);
                return true;
            }
            if (own.depth == 0) {
                return false;
            }
        }
        own.depth = Math.incrementExact(own.depth);
        return true;
    }

    private void enter(Hold own, ServedTurn turn, Answer answer) {
        own.depth = 1;
        own.attempt = turn.attempt();
        own.waitedNanos = turn.waitedNanos();
        own.recovered = false;
        own.isToTell = answer.bytes().length > 0 && answer.bytes()[0] == '1';
        last = own;
        if (own.isToTell) {
            String dead = answer.fields()[0].substring(1).replaceFirst("^held by ", "");
            Notice.say(
                    "tandem: %s has died, or was away, with %s: what it guards may be half-written"
                            .formatted(dead, object.name()));
        }
    }

    @Override
    public void release() {
        Hold own = own();
        if (own.depth == 0) {
            throw notOwner("release()");
        }
        if (own.depth > 1) {
            own.depth--;
            return;
        }
        own.depth = 0;
        Channel channel = member.takeChannel();
        try {
            Answer answer =
                    member.once(
                            channel,
                            "release()",
                            "release",
                            id,
                            own.attempt,
                            Link.digits(TimeUnit.NANOSECONDS.toMicros(own.waitedNanos)));
            if (answer.is(Answer.FENCED)) {
                throw lost(answer);
            }
            if (!answer.is(Answer.DONE)) {
                throw object.refusal(answer, "release()");
            }
        } catch (UnreachableException e) {
            ServedTurn.forgoLater(member, channel, WANTED.forgo(), id, own.attempt);
            channel = null;
            throw e;
        } finally {
            if (channel != null) {
                member.giveChannel(channel);
            }
        }
    }

    /// What is asked by a thread that holds the lock.
    interface Asking {
        /// @param attempt proves that it holds it
        Answer ask(byte[] attempt);
    }

    /// How a thread gives the lock back.
    interface GivingBack {
        /// @param micros how long it had waited for the lock
        Answer ask(byte[] attempt, byte[] micros);
    }

    /// @param call as in `signal()`
    /// @throws IllegalMonitorStateException when this thread does not hold the lock
    void requireOwned(String call) {
        if (own().depth == 0) {
            throw notOwner(call);
        }
    }

    /// Asks for what only who holds the lock may do.
    Answer asHolder(String call, Asking asking) {
        requireOwned(call);
        Answer answer = asking.ask(own().attempt);
        if (answer.is(Answer.FENCED)) {
            throw lost(answer);
        }
        return answer;
    }

    /// Gives the lock back, however often it was taken, for as long as this thread waits for a signal.
    ///
    /// @param asking does so on the server
    /// @return how often it was taken
    int giveBack(String call, GivingBack asking) {
        Hold own = own();
        byte[] micros = Link.digits(TimeUnit.NANOSECONDS.toMicros(own.waitedNanos));
        Answer answer = asHolder(call, attempt -> asking.ask(attempt, micros));
        if (!answer.is(Answer.DONE)) {
            throw object.refusal(answer, call);
        }
        int depth = own.depth;
        own.depth = 0;
        return depth;
    }

    /// Takes the lock as often as it was given back, whatever comes; an interrupt is kept.
    ///
    /// @throws DeadlockException when that would close a circle
    void takeAgain(int depth) {
        boolean isInterrupted = Thread.interrupted();
        try {
            while (own().depth == 0) {
                try {
                    acquire();
                } catch (UncheckedInterruptedException e) {
                    isInterrupted |= Thread.interrupted();
                }
            }
            own().depth = depth;
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// The hold of this thread; that of a thread which has ended becomes its own.
    private Hold own() {
        Hold own = holds.get();
        Hold other = last;
        if (own.depth == 0 && other != own && isLeftByEnded(other)) {
            synchronized (this) {
                if (last == other && other.depth > 0) {
                    own.depth = other.depth;
                    own.attempt = other.attempt;
                    own.waitedNanos = other.waitedNanos;
                    own.isToTell = other.isToTell;
                    own.recovered = other.recovered;
                    other.depth = 0;
                    last = own;
                }
            }
        }
        return own;
    }

    private static boolean isLeftByEnded(Hold hold) {
        return hold != null && !hold.owner.isAlive() && hold.depth > 0;
    }

    /// What a thread that holds the lock proves it by; empty for any other.
    byte[] proof() {
        Hold own = own();
        return own.depth == 0 ? new byte[0] : own.attempt;
    }

    /// What a thread is told that believed to hold the lock.
    IllegalMonitorStateException lost(Answer answer) {
        own().depth = 0;
        return Trace.trim(
                new IllegalMonitorStateException(
                        "%s is not held by thread %s any more: this process was away for longer than %s waits, or breakLock() took it away, and now it is %s"
                                .formatted(
                                        object.name(),
                                        Thread.currentThread().getName(),
                                        object.server(),
                                        answer.text())));
    }

    private IllegalMonitorStateException notOwner(String call) {
        return Trace.trim(
                new IllegalMonitorStateException(
                        "%s by thread %s of %s (pid %d), which does not hold %s: it is %s"
                                .formatted(
                                        call,
                                        Thread.currentThread().getName(),
                                        member.name(),
                                        ProcessHandle.current().pid(),
                                        object.name(),
                                        holder())));
    }

    @Override
    public boolean isRecovered() {
        Hold own = own();
        if (own.isToTell) {
            Answer answer = member.once("hold()", "told", id, own.attempt);
            if (answer.is(Answer.FENCED)) {
                throw lost(answer);
            }
            own.isToTell = false;
            own.recovered = true;
        }
        return own.recovered;
    }

    @Override
    public void breakLock() {
        Answer answer = member.once("breakLock()", "break", id);
        if (!answer.is(Answer.DONE)) {
            throw object.refusal(answer, "breakLock()");
        }
        String before = answer.text();
        Notice.say(
                (before.equals("free")
                                ? "tandem: %s is %s, there is nothing to break"
                                : "tandem: %s was %s; this process has broken the lock: what it"
                                        + " guards may be half-written")
                        .formatted(object.name(), before));
    }

    /// Acquisitions, waits, microseconds of them, the longest, recoveries, and who holds it.
    private String[] look() {
        Answer answer = member.often("a look", "lock", id);
        if (!answer.is(Answer.DONE)) {
            throw object.refusal(answer, "a look");
        }
        return answer.fields();
    }

    private long count(int index) {
        return Long.parseLong(look()[index]);
    }

    /// Whether a thread of this process has it, as far as this process knows.
    boolean isOwnedHere() {
        Hold hold = last;
        return hold != null && hold.depth > 0;
    }

    @Override
    public boolean isAvailable() {
        return own().depth > 0 || !isHeld();
    }

    @Override
    public boolean isHeld() {
        return !holder().equals("free");
    }

    @Override
    public String holder() {
        String holder = look()[5];
        Hold hold = last;
        String own = "(pid %d on ".formatted(ProcessHandle.current().pid());
        if (hold == null || hold.depth == 0 || !holder.contains(own)) {
            return holder;
        }
        if (hold.owner == Thread.currentThread()) {
            return holder + ", this thread";
        }
        return holder
                + ", thread "
                + hold.owner.getName()
                + (hold.owner.isAlive() ? "" : ", which has ended");
    }

    @Override
    public long acquisitions() {
        return count(0);
    }

    @Override
    public WaitCounts waits() {
        String[] counts = look();
        return new WaitCounts(
                Long.parseLong(counts[1]),
                TimeUnit.MICROSECONDS.toNanos(Long.parseLong(counts[2])),
                TimeUnit.MICROSECONDS.toNanos(Long.parseLong(counts[3])));
    }

    @Override
    public long recoveries() {
        return count(4);
    }

    /// Whoever has a child tells the server of its end.
    @Override
    public void wakeHeirs(int ended) {}

    @Override
    public String toString() {
        return object.name();
    }
}
