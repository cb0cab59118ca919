package tandem.session;

import tandem.memory.Ownership;
import tandem.memory.Trace;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// The symbolic link beside the directories of sessions that leads to the one of the objects by name,
/// which all of a user's processes may join.
final class CommonLink {
    /*
     * Overview. A session is whole before the link to it is laid, and of those who lay one at once, one
     * wins. The link to a session is removed by whoever removes that session, while nobody lives in it
     * and nobody can enter it (see Presence), and before anything else of it. No two sessions have one
     * directory. So who is in a session to which the link leads can rely on it.
     */
    private static final String PREFIX = Session.PREFIX + "named-";

    private CommonLink() {}

    private static Path in(Path folder) {
        return folder.resolve(PREFIX + Ownership.user());
    }

    /// The directory to which the link leads, whether or not it is there; null when there is no link.
    ///
    /// @throws IllegalArgumentException when the link cannot be trusted
    static Path target(Path folder) throws IOException {
        Path link = in(folder);
        try {
            Ownership.requireOwnLink(link);
            String name = Files.readSymbolicLink(link).toString();
            if (!Session.NAME.matcher(name).matches()) {
                throw Trace.trim(
                        new IllegalArgumentException(
                                "%s leads to %s, which is no session".formatted(link, name)));
            }
            return folder.resolve(name);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /// Whether a session is the one of the objects by name.
    static boolean leadsTo(Path directory) {
        try {
            return directory.equals(target(directory.getParent()));
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }

    /// Lays the link to a session, unless there is one.
    ///
    /// @return whether it leads to this session now
    static boolean lay(Path directory) throws IOException {
        try {
            Files.createSymbolicLink(in(directory.getParent()), directory.getFileName());
            return true;
        } catch (FileAlreadyExistsException e) {
            return leadsTo(directory);
        }
    }

    /// Removes the link if it leads to a session, in which nobody lives.
    static void remove(Path directory) throws IOException {
        if (leadsTo(directory)) {
            Files.deleteIfExists(in(directory.getParent()));
        }
    }
}
