package tandem.net;

import static tandem.net.ServedWait.NEVER;

import tandem.memory.Arguments;
import tandem.memory.WaitCounts;
import tandem.net.Link.Channel;
import tandem.sync.DeadlockException;
import tandem.sync.Standby;
import tandem.sync.UncheckedInterruptedException;
import tandem.sync.UnreachableException;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Who waits at a condition on a server, for whose lock that is too.
final class ServedTickets extends Standby {
    /*
     * Overview. A thread that waits has a row there, under a number that this process never uses again.
     *
     *   T1  The lock is given back in the step that makes the row: no signal falls in between.
     *   T2  A signal moves the row to those who were signalled, where it stays until the thread has the
     *       lock again, and takes it away. Who dies before has not used the signal: who finds him dead
     *       gives it to the next row.
     *   T3  Whether there was a signal is known when the thread has the lock again and takes its row
     *       away: so one that came with the end of the time counts.
     */
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Member member;
    private final Served object;
    private final byte[] id;
    private final ServedLock lock;
    private WaitCounts waits = new WaitCounts(0, 0, 0);

    ServedTickets(Member member, Served object, ServedLock lock) {
        this.member = member;
        this.object = object;
        this.id = Link.ascii(object.id());
        this.lock = lock;
    }

    @Override
    protected void requireOwned(String call) {
        lock.requireOwned(call);
    }

    @Override
    public void await() {
        await(NEVER);
    }

    @Override
    public boolean await(Duration time) {
        Arguments.required(time, "the time");
        return await(ServedWait.end(time));
    }

    private boolean await(long end) {
        requireOwned("await()");
        long begun = System.nanoTime();
        long ticket = member.nextAttempt();
        byte[] row = Link.digits(ticket);
        CompletableFuture<Answer> signal = member.letters().expect(ticket);
        boolean isSignalled;
        UncheckedInterruptedException interrupt = null;
        try {
            int depth =
                    lock.giveBack(
                            "await()",
                            (attempt, micros) -> persistently("rest", id, attempt, row, micros));
            try {
                awaitSignal(signal, row, end);
            } catch (UncheckedInterruptedException e) {
                interrupt = e;
            } finally {
                isSignalled = rise(depth, row);
            }
        } finally {
            member.letters().expectNoMore(ticket);
        }
        count(System.nanoTime() - begun);
        if (interrupt != null) {
            throw interrupt;
        }
        return isSignalled;
    }

    /// Has the lock again, or cannot, which leaves no row behind either.
    ///
    /// @return whether there was a signal
    private boolean rise(int depth, byte[] row) {
        try {
            lock.takeAgain(depth);
        } catch (DeadlockException e) {
            persistently("rise", id, row);
            throw e;
        }
        return persistently("rise", id, row).text().equals("1");
    }

    /// Asks, for as long as it takes: half of it would leave a row, or a lock, behind.
    private Answer persistently(String function, byte[]... arguments) {
        Channel channel = member.takeChannel();
        byte[] call = channel.nextCall();
        try {
            while (true) {
                try {
                    return member.again(channel, call, "await()", function, arguments);
                } catch (UnreachableException e) {
                    member.sayUnreachable(e, "who waits for %s".formatted(object.name()));
                }
            }
        } finally {
            member.giveChannel(channel);
        }
    }

    private void awaitSignal(CompletableFuture<Answer> signal, byte[] row, long end) {
        while (!isSignalled(row)) {
            long left = end == NEVER ? LOOK_NANOS : end - System.nanoTime();
            if (left <= 0) {
                return;
            }
            if (Letter.await(signal, Math.min(left, LOOK_NANOS), object) != null) {
                return;
            }
        }
    }

    private boolean isSignalled(byte[] row) {
        try {
            Answer answer = member.often("await()", "rests", id, row);
            if (!answer.is(Answer.BUSY)) {
                require(answer, "await()");
                return true;
            }
        } catch (UnreachableException e) {
            member.sayUnreachable(e, "who waits for %s".formatted(object.name()));
        }
        return false;
    }

    @Override
    public void signal(long count) {
        Answer answer =
                lock.asHolder(
                        "signal()",
                        attempt ->
                                member.once("signal()", "signal", id, attempt, Link.digits(count)));
        require(answer, "signal()");
    }

    private void require(Answer answer, String words) {
        if (!answer.is(Answer.DONE)) {
            throw object.refusal(answer, words);
        }
    }

    private long look(int index) {
        Answer answer = member.often("a look", "condition", id);
        require(answer, "a look");
        return Long.parseLong(answer.fields()[index]);
    }

    @Override
    public long waiting() {
        return look(0);
    }

    @Override
    public long signals() {
        return look(1);
    }

    private synchronized void count(long nanos) {
        waits = waits.plus(new WaitCounts(1, nanos, nanos));
    }

    /// Of this process alone.
    @Override
    public synchronized WaitCounts waits() {
        return waits;
    }

    /// Whoever has a child tells the server of its end.
    @Override
    public void holderEnded() {}
}
