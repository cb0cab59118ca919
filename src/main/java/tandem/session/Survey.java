package tandem.session;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Looks at the user's sessions from outside, again and again: it takes no slot, makes and locks
/// nothing, and neither its end nor its being stopped harms anybody. For use by one thread.
public final class Survey implements AutoCloseable {
    private final Path folder;

    /// The only session to look at, null for all.
    private final Path only;

    private final Map<Path, SessionSurvey> sessions = new TreeMap<>();

    private Survey(Path folder, Path only) {
        this.folder = folder;
        this.only = only;
    }

    /// Of all of the user's sessions, where this process would make its own.
    public static Survey ofAll() {
        return new Survey(Session.base(), null);
    }

    /// Of one session.
    public static Survey of(Path directory) {
        return new Survey(directory.getParent(), directory);
    }

    /// Looks for what has come and gone: sessions, objects, and what the operating system says of
    /// the processes, and what they have waited. Costs some system calls for each; once a second is
    /// often enough.
    public void refresh() {
        Set<Path> found = new HashSet<>();
        try (DirectoryStream<Path> directories =
                Files.newDirectoryStream(folder, Session.PREFIX + "*")) {
            for (Path directory : directories) {
                if (only == null || only.equals(directory)) {
                    found.add(directory);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            found.clear(); // There is no such folder, and so no session.
        }
        List.copyOf(sessions.keySet()).stream().filter(d -> !found.contains(d)).forEach(this::drop);
        for (Path directory : found) {
            try {
                SessionSurvey session = sessions.get(directory);
                if (session == null) {
                    session = new SessionSurvey(directory);
                    sessions.put(directory, session);
                }
                session.refresh();
            } catch (IOException | RuntimeException e) {
                drop(directory); // It is another user's, is damaged, or has just gone.
            }
        }
    }

    /// Reads all that was found: a system call for each object.
    public List<Sight> look() {
        List<Sight> sights = new ArrayList<>();
        for (Path directory : List.copyOf(sessions.keySet())) {
            try {
                sights.add(sessions.get(directory).look());
            } catch (IOException | RuntimeException e) {
                drop(directory);
            }
        }
        return sights;
    }

    /// Reads elements of an array, without its lock.
    ///
    /// @param file the name of the array's file
    /// @return fewer than `count`, or none, when there are no more
    public List<Number> elements(Path directory, String file, long from, int count) {
        try {
            SessionSurvey session = sessions.get(directory);
            return session == null ? List.of() : session.elements(file, from, count);
        } catch (IOException | RuntimeException e) {
            return List.of();
        }
    }

    private void drop(Path directory) {
        SessionSurvey session = sessions.remove(directory);
        if (session != null) {
            session.close();
        }
    }

    @Override
    public void close() {
        List.copyOf(sessions.keySet()).forEach(this::drop);
    }
}
