package tandem.net;

import tandem.memory.Arguments;
import tandem.memory.WaitCounts;
import tandem.sync.Flag;
import tandem.sync.UnreachableException;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// The flag of an event on a server.
///
/// A waiter leaves when the flag is up or the count of its raises has moved since it came; it has itself
/// put down for a letter at the next raise, which says that count, and looks once a second all the same.
final class ServedEvent extends Flag {
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long NEVER = Long.MAX_VALUE;
    private static final long CENTURY_DAYS = 36_500;
    private static final byte[] WITH_LETTER = {'1'};
    private static final byte[] WITHOUT = {'0'};

    private final Member member;
    private final Served object;
    private final byte[] id;
    private WaitCounts waits = new WaitCounts(0, 0, 0);

    ServedEvent(Member member, Served object) {
        this.member = member;
        this.object = object;
        this.id = Link.ascii(object.id());
    }

    private record State(boolean isUp, long count) {}

    @Override
    public void set() {
        require(member.once("set()", "raise", id), "set()");
    }

    @Override
    public void clear() {
        require(member.once("clear()", "lower", id), "clear()");
    }

    @Override
    public boolean isSet() {
        return state(WITHOUT, null).isUp;
    }

    @Override
    public long sets() {
        return state(WITHOUT, null).count;
    }

    /// @param first when it came; null when it just comes
    private State state(byte[] letter, State first) {
        byte[] count = first == null ? new byte[0] : Link.digits(first.count);
        Answer answer = member.often("a look at it", "event", id, letter, count);
        require(answer, "a look at it");
        String text = answer.text();
        return new State(text.charAt(0) == '1', Long.parseLong(text.substring(1)));
    }

    private void require(Answer answer, String words) {
        if (!answer.is(Answer.DONE)) {
            throw object.refusal(answer, words);
        }
    }

    @Override
    public void await() {
        await(NEVER);
    }

    @Override
    public boolean await(Duration time) {
        Arguments.required(time, "the time");
        if (!time.isPositive()) {
            return isSet();
        }
        return await(time.toDays() > CENTURY_DAYS ? NEVER : System.nanoTime() + time.toNanos());
    }

    /// @param end on the clock of `System.nanoTime()`
    private boolean await(long end) {
        long begun = System.nanoTime();
        State first = null;
        while (true) {
            CompletableFuture<String> bell = member.letters().bell(object.id());
            State now = statePatiently(first);
            if (now != null) {
                if (now.isUp || first != null && now.count != first.count) {
                    if (first != null) {
                        count(System.nanoTime() - begun);
                    }
                    return true;
                }
                first = first == null ? now : first;
            }
            long left = end == NEVER ? LOOK_NANOS : end - System.nanoTime();
            if (left <= 0) {
                count(System.nanoTime() - begun);
                return false;
            }
            String raises = Letter.await(bell, Math.min(left, LOOK_NANOS), object);
            if (first != null && isAfter(raises, first)) {
                count(System.nanoTime() - begun);
                return true;
            }
        }
    }

    /// @param raises how many there were, as a letter says; null without one
    private static boolean isAfter(String raises, State first) {
        return raises != null
                && raises.matches("\\d{1,18}")
                && Long.parseLong(raises) > first.count;
    }

    /// @return null when the server does not answer
    private State statePatiently(State first) {
        try {
            return state(WITH_LETTER, first);
        } catch (UnreachableException e) {
            member.sayUnreachable(e, "who waits for %s".formatted(object.name()));
            return null;
        }
    }

    private synchronized void count(long nanos) {
        waits = waits.plus(new WaitCounts(1, nanos, nanos));
    }

    /// Of this process alone.
    @Override
    public synchronized WaitCounts waits() {
        return waits;
    }
}
