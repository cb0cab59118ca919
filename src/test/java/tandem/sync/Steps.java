package tandem.sync;

import tandem.memory.Layout;
import tandem.session.Roster;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/// What the code of [Mutex] and [Signal] reaches for in the copy that [ReplayTest] makes, instead of the
/// words, the kernel, the clock and the roster: here each step of an [Actor] waits for its turn.
final class Steps {
    private Steps() {}

    static boolean compareAndSet(
            VarHandle handle, MemorySegment page, long at, long from, long to) {
        Actor actor = Actor.current();
        if (actor == null || !isShared(at)) {
            return handle.compareAndSet(page, at, from, to);
        }
        actor.next();
        boolean isSet = handle.compareAndSet(page, at, from, to);
        actor.did("%s %d %d".formatted(isSet ? "set" : "fail", from, to));
        return isSet;
    }

    private static boolean isShared(long at) {
        return at == Layout.AT_LOCK_WORD || at == Layout.AT_EVENT_WORD;
    }

    static void beforeRead() {
        Actor actor = Actor.current();
        if (actor != null) {
            actor.next();
        }
    }

    static void afterRead(long word) {
        Actor actor = Actor.current();
        if (actor != null) {
            actor.did("read " + word);
        }
    }

    /// The kernel's: compares, and sleeps until another actor wakes this one or its slice is over.
    static void await(
            Waiter waiter, MemorySegment page, long at, int expected, long nanos, int round) {
        Actor actor = Actor.current();
        actor.next();
        actor.isAsleep = (int) Layout.INT.getVolatile(page, at) == expected;
        actor.did("sleep %d %d".formatted(expected, actor.isAsleep ? 1 : 0));
        if (actor.next().startsWith("late")) {
            actor.isAsleep = false;
            actor.nanos += Waiter.SLICE_NANOS;
            actor.did("late");
        } else {
            actor.did(actor.isAsleep ? "sleeps on" : "up");
        }
    }

    /// If it is one, whom it wakes is for the model to say.
    static int wake(Waiter waiter, MemorySegment page, long at, boolean all) {
        Actor actor = Actor.current();
        String woken = actor.next().replace("wake ", "");
        if (all) {
            actor.wakeAll();
            actor.did("wake all");
        } else {
            actor.did(actor.wake(woken) ? "wake " + woken : "wakes another");
        }
        return 0;
    }

    /// As the model says.
    static boolean isAlive(Roster roster, int holder) {
        Actor actor = Actor.current();
        String alive = actor.next().endsWith(" 1") ? "1" : "0";
        actor.did("look %d %s".formatted(holder, alive));
        return alive.equals("1");
    }

    /// A look because the holder has left is to the model one that comes late.
    static boolean isCurrent(Roster roster, int holder) {
        return true;
    }

    static long nanoTime() {
        Actor actor = Actor.current();
        return actor == null ? System.nanoTime() : actor.nanos;
    }

    static void check(String what) {
        Actor actor = Actor.current();
        if (actor.next().equals("leave")) {
            actor.did("leave");
            throw new UncheckedInterruptedException(what);
        }
    }

    static void count() {
        Actor actor = Actor.current();
        actor.next();
        actor.did("count");
    }
}
