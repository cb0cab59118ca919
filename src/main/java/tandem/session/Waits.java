package tandem.session;

import tandem.memory.Kind;
import tandem.memory.Layout;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Who has waited for what since a while: a table in the roster's file that every process of the
/// session reads, for views and for finding circles.
///
/// A thread takes a place when it starts to wait, and gives it back when it no longer does. What a
/// killed process left in its places is ignored, and written over.
public final class Waits {
    /*
     * Overview. A thread's place is one of the PROBES places from the hash of its name on, so that
     * it is found without a search through all. It is taken by a compare-and-set on the owner, from
     * 0 or from an owner whose process has ended, to the new owner with the UNFINISHED bit; then the
     * number of the wait goes up, the rest is written, and at last the owner without the bit. Who
     * reads the same owner and number before and after the rest has read one wait. There may be no
     * place left: then a wait is not shown, and no circle found through it. A thread waits for one
     * thing at a time: where it finds its own name, it was stopped before it could give the place
     * back.
     */
    private static final int PROBES = 64;
    private static final long UNFINISHED = Long.MIN_VALUE;
    private static final int KIND_MASK = 0xff;
    private static final int TIMED = 1 << 8;
    private static final int ALONE = 1 << 9;

    private final MemorySegment places;
    private final Roster roster;

    Waits(MemorySegment places, Roster roster) {
        this.places = places;
        this.roster = roster;
    }

    /// What is waited for.
    ///
    /// @param kind of the object; the roster's for the end of a process
    /// @param number the object's number in the session, or the holder bits of the process
    public record Target(Kind kind, int number) {
        /// The target behind a shared object's file.
        ///
        /// @param name as in `array-7`
        /// @throws IllegalArgumentException when it is no such name
        public static Target ofFile(String name) {
            Kind kind = Kind.ofFile(name);
            try {
                if (kind != null) {
                    int number = Integer.parseInt(name.substring(kind.prefix().length() + 1));
                    return new Target(kind, number);
                }
            } catch (NumberFormatException e) {
                // It is larger than any number that a session gives.
            }
            throw new IllegalArgumentException(
                    name
                            + " is not the name of a shared object, such as array-7, lock-2 or"
                            + " event-3");
        }

        /// The end of a process.
        public static Target endOf(int holder) {
            return new Target(Kind.ROSTER, holder);
        }

        public boolean isProcess() {
            return kind == Kind.ROSTER;
        }

        /// The name of the object's file.
        public String fileName() {
            if (isProcess()) {
                throw new IllegalStateException(toString());
            }
            return kind.prefix() + "-" + number;
        }
    }

    /// A wait as it was read.
    ///
    /// @param owner the process and the thread, see [Layout#waiting]
    /// @param number tells it from the thread's other waits
    /// @param isTimed whether it ends by itself
    /// @param isAlone whether its process has no other thread that could do anything
    /// @param since milliseconds since 1970
    public record Wait(
            long owner, int number, Target target, boolean isTimed, boolean isAlone, long since) {
        public int holder() {
            return Waits.holder(owner);
        }
    }

    /// Says that a thread waits.
    ///
    /// @return its place, for `end`; -1 when there is none
    public int begin(long owner, Target target, boolean timed, boolean alone, long since) {
        for (int probe = 0; probe < PROBES; probe++) {
            int place = place(owner, probe);
            long at = at(place);
            long before = (long) Layout.LONG.getVolatile(places, at + Layout.WAIT_OWNER);
            if ((before == 0 || before == owner || !roster.isCurrent(holder(before)))
                    && Layout.LONG.compareAndSet(
                            places, at + Layout.WAIT_OWNER, before, owner | UNFINISHED)) {
                int kind = target.kind().number() | (timed ? TIMED : 0) | (alone ? ALONE : 0);
                Layout.INT.getAndAdd(places, at + Layout.WAIT_NUMBER, 1);
                Layout.INT.setVolatile(places, at + Layout.WAIT_KIND, kind);
                Layout.INT.setVolatile(places, at + Layout.WAIT_TARGET, target.number());
                Layout.LONG.setVolatile(places, at + Layout.WAIT_SINCE, since);
                Layout.LONG.setVolatile(places, at + Layout.WAIT_OWNER, owner);
                roster.countChange();
                return place;
            }
        }
        return -1;
    }

    /// Says that a wait is over.
    public void end(int place) {
        if (place >= 0) {
            Layout.LONG.setVolatile(places, at(place) + Layout.WAIT_OWNER, 0L);
            roster.countChange();
        }
    }

    /// Says that a thread no longer waits, whoever says so.
    public void endOf(long owner) {
        for (int probe = 0; probe < PROBES; probe++) {
            long at = at(place(owner, probe)) + Layout.WAIT_OWNER;
            if ((long) Layout.LONG.getVolatile(places, at) == owner
                    && Layout.LONG.compareAndSet(places, at, owner, 0L)) {
                roster.countChange();
            }
        }
    }

    /// What a thread waits for, null when it does not, or not since long.
    public Wait find(long owner) {
        for (int probe = 0; probe < PROBES; probe++) {
            Wait wait = read(place(owner, probe));
            if (wait != null && wait.owner() == owner) {
                return wait;
            }
        }
        return null;
    }

    /// All waits of processes that have not ended.
    public List<Wait> all() {
        List<Wait> waits = new ArrayList<>();
        for (int place = 0; place < Layout.WAITS; place++) {
            Wait wait = read(place);
            if (wait != null && roster.isCurrent(wait.holder())) {
                waits.add(wait);
            }
        }
        return waits;
    }

    /// What the only thread of a process waits for, null when it does not, or is not the only one.
    public Wait findAlone(int holder) {
        for (int place = 0; place < Layout.WAITS; place++) {
            Wait wait = read(place);
            if (wait != null && wait.isAlone() && wait.holder() == holder) {
                return wait;
            }
        }
        return null;
    }

    private Wait read(int place) {
        long at = at(place);
        long owner = (long) Layout.LONG.getVolatile(places, at + Layout.WAIT_OWNER);
        if (owner <= 0) {
            return null;
        }
        int number = (int) Layout.INT.getVolatile(places, at + Layout.WAIT_NUMBER);
        int kind = (int) Layout.INT.getVolatile(places, at + Layout.WAIT_KIND);
        int targetNumber = (int) Layout.INT.getVolatile(places, at + Layout.WAIT_TARGET);
        long since = (long) Layout.LONG.getVolatile(places, at + Layout.WAIT_SINCE);
        boolean same =
                number == (int) Layout.INT.getVolatile(places, at + Layout.WAIT_NUMBER)
                        && owner == (long) Layout.LONG.getVolatile(places, at + Layout.WAIT_OWNER);
        Kind target = Kind.ofNumber(kind & KIND_MASK);
        if (!same || target == null) {
            return null;
        }
        return new Wait(
                owner,
                number,
                new Target(target, targetNumber),
                (kind & TIMED) != 0,
                (kind & ALONE) != 0,
                since);
    }

    /// The process of an owner.
    public static int holder(long owner) {
        return Layout.holder(owner);
    }

    /// The thread of an owner.
    public static long thread(long owner) {
        return owner & 0xffff_ffffL;
    }

    private static int place(long owner, int probe) {
        return (Long.hashCode(owner * 0x9e3779b97f4a7c15L) >>> 3) + probe & Layout.WAITS - 1;
    }

    private static long at(int place) {
        return (long) place * Layout.WAIT_BYTES;
    }
}
