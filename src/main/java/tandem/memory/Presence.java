package tandem.memory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Who lives in a session, as the kernel sees it: each of its processes locks one byte of the file
/// `alive`, the one of its slot. The kernel takes the lock away at any kind of death, and knows no
/// pid namespaces, so that a session is never taken for dead by a process of another container.
///
/// Java drops all of a process's locks on a file when any channel to the file closes. So a process
/// opens the file of a session that it lives in once, and never closes it.
final class Presence {
    private static final String FILE = "alive";
    private static final Set<StandardOpenOption> CREATE_OR_OPEN =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);

    /// Kept reachable, as a channel that is collected is closed.
    private static final List<FileLock> HELD = new ArrayList<>();

    private Presence() {}

    /// Says that this process lives in a session, until it ends.
    static synchronized void declare(Path directory, int slot) throws IOException {
        Path file = directory.resolve(FILE);
        FileChannel channel =
                FileChannel.open(file, CREATE_OR_OPEN, SharedFile.ownerOnly("rw-------"));
        HELD.add(channel.lock(slot, 1, false));
    }

    /// Whether nobody lives in a session. Not to be asked by one who does.
    static boolean isDeserted(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (FileChannel channel =
                        FileChannel.open(
                                file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                FileLock all = channel.tryLock()) {
            return all != null;
        }
    }
}
