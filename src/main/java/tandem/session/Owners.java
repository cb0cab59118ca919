package tandem.session;

import tandem.memory.Kind;
import tandem.memory.Layout;
import tandem.memory.SharedFile;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/// Whose the shared objects of a session are, as far as this process has a say in it. An object goes with
/// its owner.
public final class Owners {
    /*
     * Overview. Each object has a word that says whose it is. It is changed by one compare-and-set, from
     * exactly what was seen: of two who would change it one does, and a process that is killed has either
     * done so or not. Only the owner makes an object over; only the heir, or who sees to what a dead
     * owner has left, takes the giver out of the word.
     */

    private static final Cleaner CLEANER = Cleaner.create();

    private final Path directory;
    private final Roster roster;
    private final Beside beside;
    private final Owner self;

    /// The children that have ended and made something over to this process.
    private final Set<Integer> givers = ConcurrentHashMap.newKeySet();

    /// @param holder of this process
    /// @param beside what lies beside the files of objects
    Owners(Path directory, Roster roster, int holder, Beside beside) {
        this.directory = directory;
        this.roster = roster;
        this.beside = beside;
        this.self = new Owner(holder, 0);
    }

    /// The parent of this process, which may open what it is given when this one has ended; this process
    /// itself when there is no parent.
    public Owner parent() {
        int parent = roster.parent(self.process());
        return parent == 0 ? self : new Owner(parent, self.process());
    }

    /// Makes an object of this process over. Does nothing when the object is not this process's; one that
    /// is on its way twice stays the founder's.
    public void give(SharedFile file, Owner heir) {
        boolean isGiven = self.change(file.page(), heir);
        if (!isGiven && heir.is(Owner.NEXT)) {
            Owner.NEXT.change(file.page(), Owner.FOUNDER);
        }
    }

    /// Takes an object back that has not gone its way after all.
    public void takeBack(SharedFile file) {
        Owner.NEXT.change(file.page(), self);
    }

    /// Whether an object is this process's.
    public boolean has(SharedFile file) {
        return Owner.of(file.page()).is(self);
    }

    /// Whether this process has made the session.
    public boolean isFounder() {
        return self.is(Owner.FOUNDER);
    }

    /// Takes what was made over to this process, as somebody has opened it.
    ///
    /// @return whether it was made over
    boolean accept(SharedFile file) {
        Owner owner = Owner.of(file.page());
        return isForUs(owner) && owner.change(file.page(), self);
    }

    private boolean isForUs(Owner owner) {
        return owner.is(Owner.NEXT)
                || owner.process() == self.process()
                        && (owner.giver() == self.process() || givers.contains(owner.giver()));
    }

    /// Deletes the file of an object, if it is still this process's.
    void free(Path file) {
        free(file, owner -> owner.is(self));
    }

    private void free(Path file, Predicate<Owner> isToGo) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment page = SharedFile.openPageToWrite(file, arena);
            Owner owner = Owner.of(page);
            if ((long) Layout.LONG.getVolatile(page, Layout.AT_MAGIC) == Layout.MAGIC
                    && isToGo.test(owner)
                    && owner.change(page, Owner.NOBODY)) {
                Files.deleteIfExists(file);
                beside.left(file, self.process());
            }
        } catch (IOException | IllegalArgumentException e) {
            // It is gone already, or is damaged.
        }
    }

    /// Sees to the objects of a child that has ended, and whose slot is free: what it made over to this
    /// process goes when the heir can no longer be reached and nobody has opened it, and what belongs to
    /// processes that have ended goes now.
    void inherit(int child, Object heir) {
        Owner given = new Owner(self.process(), child);
        List<Path> inherited = new ArrayList<>();
        Set<Integer> living = new HashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, Owners::isObject)) {
            for (Path file : files) {
                free(
                        file,
                        owner -> {
                            if (owner.is(given)) {
                                inherited.add(file);
                            }
                            int by = owner.process();
                            if (!living.contains(by) && roster.isAlive(by)) {
                                living.add(by);
                            }
                            return !living.contains(by);
                        });
            }
        } catch (IOException | DirectoryIteratorException e) {
            return; // The session ends.
        }
        if (!inherited.isEmpty()) {
            givers.add(child);
            CLEANER.register(
                    heir, () -> inherited.forEach(file -> free(file, owner -> owner.is(given))));
        }
    }

    private static boolean isObject(Path file) {
        return Kind.ofFile(file.getFileName().toString()) != null;
    }
}
