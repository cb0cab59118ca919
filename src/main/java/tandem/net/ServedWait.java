package tandem.net;

import tandem.memory.WaitCounts;
import tandem.net.Link.Channel;
import tandem.sync.UncheckedInterruptedException;
import tandem.sync.UnreachableException;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// The waits of this process at one side of an object on a server: for a permit, for an item, for room.
final class ServedWait {
    /*
     * Overview. Who waits asks until there is something. The answer that there is nothing yet has put this
     * process in the line of that side: it gets a letter when it is its turn to ask again. It looks once a
     * second all the same, so that nobody depends on letters.
     *
     *   W1  A question without an answer is asked again under the same numbers, for as long as the wait
     *       lasts: what was given is given once.
     *   W2  Who gives up a question without an answer has it taken back, by the channel that has asked: so
     *       the server knows what it gave, and does not do what the network brings later.
     *   W3  The threads of this process stand in the line as one. Who gives up takes all of them out, or
     *       the letter of another: so those here ask again, and the server tells the next process.
     */
    static final long NEVER = Long.MAX_VALUE;

    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long CENTURY_DAYS = 36_500;

    /// The server keeps the last answer of each channel. One that is larger is not left there.
    private static final int MOST_KEPT = 64 << 10;

    private static final byte[] WAITS = {'1'};
    private static final byte[] WAITS_NOT = {'0'};

    private final Member member;
    private final Served object;
    private final byte[] side;
    private final String bell;
    private WaitCounts counts = new WaitCounts(0, 0, 0);

    /// @param side as the server calls it
    ServedWait(Member member, Served object, char side) {
        this.member = member;
        this.object = object;
        this.side = new byte[] {(byte) side};
        this.bell = side + object.id();
    }

    /// What is asked for.
    ///
    /// @param words for the person, as in `take()`
    /// @param function whose last argument says whether the caller waits
    /// @param arguments all others but the numbers of the call
    /// @param undo takes back what it was given; null when that cannot be
    record Question(String words, String function, byte[][] arguments, Undo undo) {}

    /// Takes back what was given.
    interface Undo {
        /// @param call the number of the call that asked for it
        /// @return how that went
        Answer take(Channel channel, byte[] call);
    }

    /// The moment up to which somebody waits, on the clock of `System.nanoTime()`.
    static long end(Duration time) {
        return time.toDays() > CENTURY_DAYS ? NEVER : System.nanoTime() + time.toNanos();
    }

    /// Asks, and again until there is something, or the time is over.
    ///
    /// @param end as `end` makes it
    /// @return null when the time was over first
    /// @throws UnreachableException when nothing is waited for and the server does not answer, or what was
    ///     asked for cannot be taken back
    Answer ask(Question question, long end) {
        return new Asking(question, end).run();
    }

    private final class Asking {
        private final Question question;
        private final long end;
        private final long begun = System.nanoTime();
        private final Channel channel = member.takeChannel();

        /// The number of a call without an answer, null when there is none.
        private byte[] open;

        private UnreachableException why;
        private boolean hasWaited;

        Asking(Question question, long end) {
            this.question = question;
            this.end = end;
        }

        Answer run() {
            boolean isOver = false;
            Answer answer = null;
            try {
                answer = ask();
                isOver = true;
                return answer;
            } finally {
                if (hasWaited && answer == null) {
                    leave(isOver);
                }
                close(answer);
            }
        }

        private Answer ask() {
            while (true) {
                CompletableFuture<String> letter = member.letters().bell(bell);
                long left = end == NEVER ? LOOK_NANOS : end - System.nanoTime();
                Answer answer = askOnce(left > 0);
                boolean isThere = answer != null && !answer.is(Answer.BUSY);
                if (isThere || left <= 0) {
                    if (open != null && (question.undo == null || !hasWaited)) {
                        throw why;
                    }
                    if (hasWaited) {
                        count(System.nanoTime() - begun);
                    }
                    return isThere ? answer : null;
                }
                hasWaited = true;
                sleep(letter, Math.min(left, LOOK_NANOS));
            }
        }

        /// @return null when the server does not answer
        private Answer askOnce(boolean waits) {
            if (open == null) {
                open = channel.nextCall();
            }
            byte[][] arguments = new byte[question.arguments.length + 1][];
            System.arraycopy(question.arguments, 0, arguments, 0, arguments.length - 1);
            arguments[arguments.length - 1] = waits ? WAITS : WAITS_NOT;
            try {
                Answer answer =
                        member.again(channel, open, question.words, question.function, arguments);
                open = null;
                return answer;
            } catch (UnreachableException e) {
                why = e;
                if (waits) {
                    member.sayUnreachable(e, "who waits for %s".formatted(object.name()));
                }
                return null;
            }
        }

        private void sleep(CompletableFuture<String> letter, long nanos) {
            try {
                Letter.await(letter, nanos);
            } catch (InterruptedException e) {
                UncheckedInterruptedException interrupted = Letter.interrupted(object);
                throw open != null && question.undo == null ? why : interrupted;
            }
        }

        /// @param isOut whether the server has taken this process out of the line
        private void leave(boolean isOut) {
            member.letters().ring(bell);
            if (!isOut) {
                byte[] id = Link.ascii(object.id());
                member.later(() -> member.often("a wait", "unstand", side, id));
            }
        }

        private void close(Answer answer) {
            if (open != null && question.undo != null) {
                byte[] call = open;
                member.later(
                        () -> {
                            question.undo.take(channel, call);
                            member.giveChannel(channel);
                        });
            } else if (answer != null && answer.bytes().length > MOST_KEPT) {
                member.later(
                        () -> {
                            member.once(channel, question.words, "heard");
                            member.giveChannel(channel);
                        });
            } else {
                member.giveChannel(channel);
            }
        }
    }

    private synchronized void count(long nanos) {
        counts = counts.plus(new WaitCounts(1, nanos, nanos));
    }

    /// Those of this process.
    synchronized WaitCounts counts() {
        return counts;
    }
}
