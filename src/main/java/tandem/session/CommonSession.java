package tandem.session;

import tandem.memory.SharedFile;
import tandem.memory.Trace;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/// How this process comes into the session of the objects by name, of which each user has one.
final class CommonSession {
    private static final long PAUSE_NANOS = 1_000_000;

    private CommonSession() {}

    /// Joins it, or founds it.
    ///
    /// @param founds whether it is founded when there is none
    /// @return null when there is none
    /// @throws IllegalStateException when it cannot be had
    static Session get(boolean founds) {
        Session own = Session.current();
        Path folder = own.directory().getParent();
        try {
            return get(folder, own.name(), founds);
        } catch (IOException | IllegalArgumentException e) {
            throw Trace.trim(
                    new IllegalStateException(
                            "the objects by name in %s cannot be had: %s"
                                    .formatted(folder, Session.reason(e)),
                            e));
        }
    }

    private static synchronized Session get(Path folder, String name, boolean founds)
            throws IOException {
        long end = System.nanoTime() + Session.LONGEST_FOUNDING.toNanos();
        while (System.nanoTime() - end < 0) {
            Path directory = CommonLink.target(folder);
            if (directory == null && !founds) {
                return null;
            }
            Session session = directory == null ? found(folder, name) : join(directory, name);
            if (session != null) {
                return session;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        throw new IOException(
                "others have been making or removing them for %d s"
                        .formatted(Session.LONGEST_FOUNDING.toSeconds()));
    }

    /// @return null when another process was first
    private static Session found(Path folder, String name) throws IOException {
        return Session.foundCommon(
                Files.createTempDirectory(
                        folder, Session.PREFIX, SharedFile.ownerOnly("rwx------")),
                name);
    }

    /// @return null when it has gone meanwhile
    private static Session join(Path directory, String name) throws IOException {
        try {
            return Presence.isUnfounded(directory)
                    ? restore(directory, name)
                    : Session.of(directory);
        } catch (IllegalArgumentException e) {
            if (CommonLink.leadsTo(directory) && !Presence.isUnfounded(directory)) {
                throw e;
            }
            return null;
        }
    }

    /// Founds the session again to which the link leads, and that was removed by hand.
    ///
    /// @return null when another process does so, or the session has gone as it should
    private static Session restore(Path directory, String name) throws IOException {
        try {
            Files.createDirectory(directory, SharedFile.ownerOnly("rwx------"));
        } catch (FileAlreadyExistsException e) {
            return null;
        }
        return Session.foundCommon(directory, name);
    }
}
