package tandem.sync;

import tandem.session.Session;
import tandem.session.Waits;

import java.util.List;

/// Where circles are looked for that lead through what other machines have too. (One that is of a single session is
/// a [Circle].)
public interface OuterCircles {
    /// A wait that the others are told of, until it is closed.
    interface Told extends AutoCloseable {
        /// The circle that it is part of, where it is for this thread to give up; null when there is none.
        List<Circle.Place> circle();

        @Override
        void close();
    }

    /// Tells the others that the calling thread waits, without a limit, for what another one has.
    ///
    /// @param target an object that names its holder, or the end of a process
    /// @param isAlone whether the thread is the only one of its process that could do anything
    Told tell(Session session, Waits.Target target, boolean isAlone);
}
