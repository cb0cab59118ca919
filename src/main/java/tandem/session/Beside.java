package tandem.session;

import tandem.memory.Kind;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/// The files beside queues and pipes, with items that are too large for these and that nobody has taken.
/// They go with the object.
final class Beside {
    /*
     * Overview. An item that was put is taken from its file. When the file of the object itself has gone,
     * nobody can attach the object any more, but who has it goes on: he may still take the item. So the
     * files beside go with the last of those who lived when the object went, at the latest.
     */
    private final Roster roster;

    /// Those who may still have an object that has gone, by its file.
    private final Map<Path, Set<Integer>> takers = new HashMap<>();

    Beside(Roster roster) {
        this.roster = roster;
    }

    /// Sees to what lies beside the file of an object that this process had and that has just gone.
    ///
    /// @param holder this process
    synchronized void left(Path file, int holder) {
        Kind kind = Kind.ofFile(file.getFileName().toString());
        if ((kind == Kind.QUEUE || kind == Kind.PIPE) && isAnything(file)) {
            Set<Integer> living = new HashSet<>(roster.holders());
            living.removeIf(one -> one == holder || roster.name(one).equals(Roster.SPARE));
            takers.put(file, living);
            look();
        }
    }

    /// Deletes what nobody can take any more.
    synchronized void look() {
        Iterator<Map.Entry<Path, Set<Integer>>> entries = takers.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<Path, Set<Integer>> entry = entries.next();
            entry.getValue().removeIf(holder -> !roster.isAlive(holder));
            if (entry.getValue().isEmpty()) {
                delete(entry.getKey());
                entries.remove();
            }
        }
    }

    private boolean isAnything(Path file) {
        try (DirectoryStream<Path> beside = of(file)) {
            return beside.iterator().hasNext();
        } catch (IOException | DirectoryIteratorException e) {
            return false; // The session ends.
        }
    }

    /// Deletes all that lies beside the file of an object that nobody has any more.
    static void delete(Path file) {
        try (DirectoryStream<Path> beside = of(file)) {
            for (Path one : beside) {
                Files.deleteIfExists(one);
            }
        } catch (IOException | DirectoryIteratorException e) {
            // It goes with the session.
        }
    }

    private static DirectoryStream<Path> of(Path file) throws IOException {
        return Files.newDirectoryStream(file.getParent(), file.getFileName() + "-*");
    }
}
