package tandem.session;

import tandem.memory.Layout;

import java.lang.foreign.MemorySegment;

/// Whose a shared object is: what its owner word says.
///
/// @param process the bits of the process that it belongs to
/// @param giver of the one that has made it over and whose heir has not opened it yet; 0 for none
public record Owner(int process, int giver) {
    private static final int WHOEVER_COMES = -1;

    /// The process that has made the session.
    public static final Owner FOUNDER = new Owner(Roster.FOUNDER, 0);

    /// Whoever opens the object next: it is on its way to him. Until then it is the founder's.
    public static final Owner NEXT = new Owner(Roster.FOUNDER, WHOEVER_COMES);

    /// Nobody's any more: it is being deleted.
    static final Owner NOBODY = new Owner(0, 0);

    /// A living process, which is just about to open the object.
    public static Owner opening(int process) {
        return new Owner(process, process);
    }

    static Owner of(MemorySegment page) {
        long word = (long) Layout.LONG.getVolatile(page, Layout.AT_OWNER);
        return new Owner((int) word, (int) (word >>> Integer.SIZE));
    }

    /// @return whether it was this one's, and is now the next one's
    boolean change(MemorySegment page, Owner next) {
        return Layout.LONG.compareAndSet(page, Layout.AT_OWNER, word(), next.word());
    }

    private long word() {
        return (long) giver << Integer.SIZE | process & 0xffff_ffffL;
    }

    boolean is(Owner other) {
        return word() == other.word();
    }
}
