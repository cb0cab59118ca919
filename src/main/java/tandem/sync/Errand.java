package tandem.sync;

import tandem.session.Session;

/// What a thread does for a thread of another process, which waits for that: it runs a call for it. Whoever
/// waits for the one waits for the other.
///
/// @param session in which the other one has its name
/// @param owner the other one, as [tandem.memory.Layout#waiting] names it
/// @param since when that began to wait, milliseconds since 1970
public record Errand(Session session, long owner, long since) {
    private static final ScopedValue<Errand> CURRENT = ScopedValue.newInstance();

    /// A wait that began less than that ago is not shown yet.
    private static final long UNSEEN_MILLIS = 50;

    /// Runs something for the other thread.
    public <T, X extends Throwable> T run(ScopedValue.CallableOp<T, X> call) throws X {
        return ScopedValue.where(CURRENT, this).call(call);
    }

    /// The one that this thread is on, null when it is on none of this session.
    static Errand current(Session session) {
        Errand current = CURRENT.isBound() ? CURRENT.get() : null;
        return current == null || current.session != session ? null : current;
    }

    /// When a wait of this thread begins, if it does now: later than the wait of the one that it is on an
    /// errand for, so that of the two it is the one to give up.
    ///
    /// @param errand null for none
    static long now(Errand errand) {
        long now = System.currentTimeMillis();
        return errand == null ? now : Math.max(now, errand.since + 1);
    }

    /// The same, for one that is shown elsewhere.
    public static long now(Session session) {
        return now(current(session));
    }

    /// Says that the other one no longer waits for anything that this thread has, before it gives that back.
    static void end(Session session) {
        Errand errand = current(session);
        if (errand != null && System.currentTimeMillis() - errand.since > UNSEEN_MILLIS) {
            session.roster().waits().endOf(errand.owner);
        }
    }
}
