package tandem.net;

import tandem.memory.Kind;
import tandem.memory.Trace;
import tandem.net.Link.Channel;
import tandem.sync.Circle;
import tandem.sync.LongWait;
import tandem.sync.UncheckedInterruptedException;
import tandem.sync.UnreachableException;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// One attempt of a thread at what a server gives to whoever came first: a lock, or a share of one.
final class ServedTurn {
    /*
     * Overview. Each attempt has a number that this process never uses again, and names its thread. It is
     * asked for again under the same number, for as long as the thread waits; the server gives it once, and
     * says so in its answer or by a letter.
     *
     *   A1  An attempt that its thread has given up, whatever became of it, is forgone: by the channel that
     *       asked for it, so that the server does not do what the network brings later. Until it has, it may
     *       take threads of this process for holders or waiters that they are not: none begins a wait then
     *       that is part of a circle.
     *   A2  A letter that was written before the server last said that somebody else has it is an old one: what
     *       it grants was taken away again, as this process was away. Who believed it would go in before his
     *       turn, and never learn when that comes.
     *   A3  A wait without a limit that would close a circle is refused by the server, and has changed nothing.
     */
    static final long NEVER = Long.MAX_VALUE;

    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int MOST_NAME = 60;
    private static final byte[] WAITS_NOT = {'0'};
    private static final byte[] WAITS_FOR_A_TIME = {'1'};
    private static final byte[] WAITS = {'2'};
    private static final byte[] WAITS_ALONE = {'3'};

    /// What is asked for.
    ///
    /// @param words for the person, as in `acquire()`
    /// @param function that asks for it
    /// @param forgo the function that gives it up
    /// @param mode its last argument, empty for none
    record Wanted(String words, String function, String forgo, byte[] mode) {}

    private final Member member;
    private final Served object;
    private final Wanted wanted;
    private final byte[] id;
    private final long number;
    private final byte[] attempt;
    private final long begun = System.nanoTime();
    private boolean hasWaited;

    ServedTurn(Member member, Served object, Wanted wanted) {
        this.member = member;
        this.object = object;
        this.wanted = wanted;
        this.id = Link.ascii(object.id());
        this.number = member.nextAttempt();
        this.attempt = Link.ascii(number + "." + Thread.currentThread().threadId());
    }

    /// By which the server knows it, and its thread.
    byte[] attempt() {
        return attempt;
    }

    /// How long it has waited, 0 when it did not.
    long waitedNanos() {
        return hasWaited ? System.nanoTime() - begun : 0;
    }

    /// Asks once.
    ///
    /// @return what the server has granted, null when somebody else has it
    Answer ask() {
        Channel channel = member.takeChannel();
        Answer answer;
        try {
            answer = ask(channel, WAITS_NOT);
        } catch (UnreachableException e) {
            forgoLater(channel);
            throw e;
        } catch (IllegalStateException e) {
            member.giveChannel(channel);
            throw e;
        }
        member.giveChannel(channel);
        return answer.is(Answer.DONE) ? answer : null;
    }

    /// Waits until it is granted.
    ///
    /// @param end on the clock of `System.nanoTime()`, or `NEVER`
    /// @param isLeft whether a thread of this process has ended that had it
    /// @param isHad whether this thread has that now
    /// @return null when the time was over first, or this thread has it in the other way
    Answer await(long end, BooleanSupplier isLeft, BooleanSupplier isHad) {
        CompletableFuture<Answer> grant = member.letters().expect(number);
        Channel channel = member.takeChannel();
        boolean isGranted = false;
        try {
            while (true) {
                Answer answer = askPatiently(channel, end == NEVER);
                if (answer != null && answer.is(Answer.BUSY)) {
                    hasWaited = true;
                    long given = timesGiven(answer);
                    answer = await(grant, end, isLeft);
                    if (answer != null && timesGiven(answer) <= given) {
                        grant = member.letters().expect(number);
                        answer = null;
                    }
                }
                if (answer != null && answer.is(Answer.DONE)) {
                    isGranted = true;
                    return answer;
                }
                if (isHad.getAsBoolean() || end != NEVER && System.nanoTime() - end >= 0) {
                    return null;
                }
            }
        } finally {
            member.letters().expectNoMore(number);
            if (isGranted) {
                member.giveChannel(channel);
            } else {
                forgo(channel);
            }
        }
    }

    /// @return null when the server does not answer
    private Answer askPatiently(Channel channel, boolean isEndless) {
        requireNoInterrupt();
        boolean isInOrder = member.openForgoings().get() == 0;
        try {
            return ask(channel, isEndless && isInOrder ? endless() : WAITS_FOR_A_TIME);
        } catch (UnreachableException e) {
            member.sayUnreachable(e, "who waits for %s".formatted(object.name()));
            return null;
        }
    }

    /// Short waits do not look who else there is.
    private byte[] endless() {
        return hasWaited && LongWait.isAlone() ? WAITS_ALONE : WAITS;
    }

    private Answer ask(Channel channel, byte[] waits) {
        Answer answer =
                member.once(
                        channel,
                        wanted.words,
                        wanted.function,
                        id,
                        attempt,
                        waits,
                        threadName(),
                        wanted.mode);
        if (answer.is(Answer.CIRCLE)) {
            throw Circle.refusal(answer.text().lines().map(ServedTurn::place).toList());
        }
        if (!answer.is(Answer.DONE) && !answer.is(Answer.BUSY)) {
            throw object.refusal(answer, wanted.words);
        }
        return answer;
    }

    /// One of a circle, as the server tells it: a process, its pid and machine, the thread, and what it waits
    /// for: a lock of the server, one of its machine, or the end of a process.
    static Circle.Place place(String line) {
        String[] fields = line.split("\t", -1);
        String process = "%s (pid %s on %s)".formatted(fields[0], fields[1], fields[2]);
        String thread = Circle.name(process, fields[3]);
        return switch (fields[4]) {
            case "HERE" -> new Circle.Place(thread, fields[6], true);
            case "END" -> new Circle.Place(thread, "the end of " + fields[6], false);
            default -> {
                Kind kind = Kind.valueOf(fields[4]);
                yield new Circle.Place(thread, Served.nameOf(kind, fields[5], fields[6]), true);
            }
        };
    }

    /// For the others, when this thread is one of a circle.
    static byte[] threadName() {
        Thread thread = Thread.currentThread();
        String name =
                thread.getName().isEmpty() ? Long.toString(thread.threadId()) : thread.getName();
        return shortened(name);
    }

    /// A name, as far as it is told.
    static byte[] shortened(String name) {
        return Link.ascii(name.substring(0, Math.min(name.length(), MOST_NAME)));
    }

    /// How often it was given to somebody by the time of an answer or of a letter.
    private static long timesGiven(Answer answer) {
        String[] fields = answer.fields();
        return Long.parseLong(fields[fields.length - 1]);
    }

    /// Waits for the letter for a while.
    ///
    /// @return null when none has come, for now
    private Answer await(CompletableFuture<Answer> grant, long end, BooleanSupplier isLeft) {
        long look = System.nanoTime() + LOOK_NANOS;
        long until = end == NEVER ? look : Math.min(look, end);
        while (!isLeft.getAsBoolean()) {
            long most = Math.min(SLICE_NANOS, until - System.nanoTime());
            if (most <= 0) {
                return null;
            }
            try {
                Answer answer = Letter.await(grant, most);
                if (answer != null) {
                    return answer;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                requireNoInterrupt();
            }
        }
        return null;
    }

    private void requireNoInterrupt() {
        if (Thread.currentThread().isInterrupted()) {
            throw Trace.trim(
                    new UncheckedInterruptedException(
                            "interrupted while waiting for " + object.name()));
        }
    }

    private void forgo(Channel channel) {
        try {
            member.once(channel, wanted.words, wanted.forgo, id, attempt);
            member.giveChannel(channel);
        } catch (UnreachableException e) {
            forgoLater(channel);
        } catch (IllegalStateException e) {
            member.giveChannel(channel); // It has left, and so has nothing there.
        }
    }

    private void forgoLater(Channel channel) {
        forgoLater(member, channel, wanted.forgo, id, attempt);
    }

    /// Gives up what an attempt may have, soon, by the channel that has asked last.
    static void forgoLater(
            Member member, Channel channel, String function, byte[] id, byte[] attempt) {
        member.openForgoings().incrementAndGet();
        member.later(
                () -> {
                    try {
                        member.once(channel, function, function, id, attempt);
                    } catch (IllegalStateException e) {
                        // It has left, and so has nothing there.
                    }
                    member.openForgoings().decrementAndGet();
                    member.giveChannel(channel);
                });
    }
}
