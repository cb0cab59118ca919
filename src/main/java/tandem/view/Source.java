package tandem.view;

import java.util.List;

/// Where a [Scene] comes from: the sessions of this machine, or a server. For use by one thread.
interface Source extends AutoCloseable {
    /// What there is now; rates come from the differences between two looks about a second apart.
    Scene look();

    /// Looks for what has come and gone since, at the next look.
    void refresh();

    /// Reads elements of an array, without its lock.
    ///
    /// @return fewer than `count`, or none, when there are no more
    List<Number> elements(Scene.Item item, long from, int count);

    @Override
    void close();
}
