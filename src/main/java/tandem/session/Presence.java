package tandem.session;

import tandem.memory.Kind;
import tandem.memory.Layout;
import tandem.memory.Ownership;
import tandem.memory.SharedFile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/// Who lives in a session, as the kernel sees it: each of its processes locks one byte of the file
/// `alive`, the one of its slot, and the founder byte 0. The kernel takes the lock away at any kind
/// of death, and knows no pid namespaces, so that a session is never taken for dead by a process of
/// another container.
final class Presence {
    /*
     * Overview. A session may be removed by whoever can lock all of `alive`, and keeps it locked
     * until the last file is gone.
     *
     *   P1  The founder locks the file under another name first: nobody ever sees an `alive` that
     *       nobody has locked yet, and an unlocked one can be removed at once.
     *   P2  Who enters waits for a lock on his byte. If he got it because somebody has just removed
     *       the session, the file has no name any more, and he is told.
     *   P3  Java drops all of a process's locks on a file when any channel to the file closes. So a
     *       process opens the file of a session that it lives in once, never closes it, and never
     *       asks whether it is deserted; all this happens under the lock of this class. Nor does it
     *       wait in the kernel for a lock on it: an interrupt would close the channel.
     *
     * In the session of the objects by name, bytes behind those of the slots say who has which object:
     * of the object with number n, those from n × SLOTS on, one for each slot.
     *
     *   P4  Who makes an object locks his byte of it before there is anything of it. Who attaches one
     *       locks his byte, and then looks whether it is still there.
     *   P5  An object may be removed by whoever can lock all of its bytes, and keeps them locked until
     *       it is gone. The numbers of objects are not used again. So what P4 has seen stays.
     *   P6  Who only looks locks bytes so that others may look too, and lets go at once: he who would
     *       remove the object tries again.
     */
    private static final String FILE = "alive";
    private static final String UNLOCKED = "alive.new";
    private static final Pattern FILE_OF_KIT =
            Pattern.compile(
                    "alive\\.new|roster|calls-\\d+|timeline-\\d+-\\d+|"
                        + "(outcome-\\d+|code-[0-9a-f]+(-\\d+)?|(queue|pipe)-\\d+-(item|back)-[0-9-]+)(\\.part)?|"
                            + Layout.NAME_PREFIX
                            + "[\\w.%-]+");
    private static final int FOUNDER = 0;
    private static final Duration LONGEST_SWEEP = Duration.ofSeconds(10);
    private static final Duration LONGEST_DELETION = Duration.ofSeconds(1);
    private static final long PAUSE_NANOS = 1_000_000;

    /// The files of the sessions that this process lives in, or is about to, by their directories.
    private static final Map<Path, FileChannel> ENTERED = new HashMap<>();

    /// Kept reachable, as a channel that is collected is closed.
    private static final List<FileLock> HELD = new ArrayList<>();

    /// The locks by which this process has objects.
    private static final Map<Having, FileLock> HAD = new HashMap<>();

    private record Having(Path directory, int number) {}

    private Presence() {}

    /// Says that this process lives in a session that it makes, until it ends.
    static synchronized void found(Path directory) throws IOException {
        Path unlocked = directory.resolve(UNLOCKED);
        FileChannel channel =
                FileChannel.open(unlocked, SharedFile.CREATE, SharedFile.ownerOnly("rw-------"));
        ENTERED.put(directory, channel);
        HELD.add(lock(channel, FOUNDER));
        Files.move(unlocked, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }

    /// To be called before anything of a session is used.
    ///
    /// @throws IllegalArgumentException when the session has ended, or cannot be trusted
    static void requireTrusted(Path directory) {
        try {
            Ownership.requireOwnFolder(directory);
            Ownership.requireOwnFile(directory.resolve(FILE));
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(directory + " is no session, or one that has ended");
        } catch (IOException e) {
            throw new UncheckedIOException(directory + " cannot be looked at: " + e, e);
        }
    }

    /// Prepares to look who lives in a session, which was found to be trusted, and to enter it.
    ///
    /// @throws NoSuchFileException when the session has just ended
    static synchronized void open(Path directory) throws IOException {
        if (!ENTERED.containsKey(directory)) {
            ENTERED.put(directory, FileChannel.open(directory.resolve(FILE), SharedFile.OPEN));
        }
    }

    /// Says that this process lives in a session, which was opened or found, until it ends.
    ///
    /// @throws NoSuchFileException when the session has just ended
    static synchronized void enter(Path directory, int slot) throws IOException {
        HELD.add(lock(ENTERED.get(directory), slot));
        Path file = directory.resolve(FILE);
        if (Files.notExists(file)) {
            ENTERED.remove(directory).close();
            throw new NoSuchFileException(file.toString());
        }
    }

    /// Whether the process that has locked this byte of a session that this process lives in has
    /// ended: the kernel unlocks it before anybody is told of the end, and whether or not the parent
    /// ever asks. When two look at once, one of them may see the other's look, and is told "no".
    static synchronized boolean hasLeft(Path directory, int slot) {
        FileChannel channel = ENTERED.get(directory);
        if (channel == null) {
            return false;
        }
        try (FileLock lock = channel.tryLock(slot, 1, false)) {
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // It is this process.
        } catch (IOException e) {
            return false;
        }
    }

    /// Says that this process has an object of a session that it lives in, until it lets it go or
    /// ends. Does nothing when that was said before.
    ///
    /// @throws IOException when others keep it from that, or it has left the session
    static synchronized void have(Path directory, int number, int slot) throws IOException {
        Having having = new Having(directory, number);
        if (!HAD.containsKey(having)) {
            HAD.put(having, lock(channel(directory), firstByte(number) + slot));
        }
    }

    /// Says that it no longer has it.
    static synchronized void letGo(Path directory, int number) throws IOException {
        FileLock lock = HAD.remove(new Having(directory, number));
        if (lock != null) {
            lock.release();
        }
    }

    /// The numbers of the objects that this process has of a session.
    static synchronized List<Integer> had(Path directory) {
        return HAD.keySet().stream()
                .filter(having -> having.directory.equals(directory))
                .map(Having::number)
                .toList();
    }

    /// Whether a process has an object of a session that this process lives in.
    static synchronized boolean has(Path directory, int number, int slot) throws IOException {
        return isLocked(channel(directory), firstByte(number) + slot, 1);
    }

    /// Runs an action while nobody has an object and nobody can have it, unless somebody has it.
    static synchronized void whileNobodyHas(Path directory, int number, Action action)
            throws IOException {
        FileChannel channel = channel(directory);
        long first = firstByte(number);
        while (!isLocked(channel, first, Layout.SLOTS)) {
            try (FileLock all = channel.tryLock(first, Layout.SLOTS, false)) {
                if (all != null) {
                    action.run();
                    return;
                }
            }
            LockSupport.parkNanos(PAUSE_NANOS); // Somebody looks.
        }
    }

    private static boolean isLocked(FileChannel channel, long first, long count)
            throws IOException {
        try (FileLock look = channel.tryLock(first, count, true)) {
            return look == null;
        } catch (OverlappingFileLockException e) {
            return true; // By this process.
        }
    }

    private static FileChannel channel(Path directory) throws IOException {
        FileChannel channel = ENTERED.get(directory);
        if (channel == null) {
            throw new IOException("this process has left " + directory);
        }
        return channel;
    }

    private static long firstByte(int number) {
        return (long) number * Layout.SLOTS;
    }

    /// Says that this process no longer lives in a session. If nobody does, an action runs while nobody
    /// can enter it.
    static synchronized void leave(Path directory, Action whenDeserted) throws IOException {
        FileChannel channel = channel(directory);
        ENTERED.remove(directory);
        HAD.keySet().removeIf(having -> having.directory.equals(directory));
        HELD.removeIf(lock -> lock.acquiredBy() == channel);
        // As it would be when the process ends: all of its locks are gone.
        channel.close();
        try (FileChannel again = FileChannel.open(directory.resolve(FILE), SharedFile.OPEN);
                FileLock all = again.tryLock()) {
            if (all != null) {
                whenDeserted.run();
            }
        }
    }

    private static FileLock lock(FileChannel channel, long position) throws IOException {
        long end = System.nanoTime() + LONGEST_SWEEP.toNanos();
        for (FileLock lock; System.nanoTime() - end < 0; LockSupport.parkNanos(PAUSE_NANOS)) {
            if ((lock = channel.tryLock(position, 1, false)) != null) {
                return lock;
            }
        }
        throw new IOException("another process has locked byte %d of %s".formatted(position, FILE));
    }

    /// Runs an action while nobody lives in a session and nobody can enter it.
    ///
    /// @return whether that was so
    static synchronized boolean whileDeserted(Path directory, Action action) throws IOException {
        Path file = directory.resolve(FILE);
        if (ENTERED.containsKey(directory) || !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        Ownership.requireOwnFile(file);
        try (FileChannel channel = FileChannel.open(file, SharedFile.OPEN);
                FileLock all = channel.tryLock()) {
            if (all != null) {
                action.run();
            }
            return all != null;
        }
    }

    /// What is done with a deserted session.
    interface Action {
        void run() throws IOException;
    }

    /// Whether a session has no file of those who live in it, or one that its founder has not
    /// locked: it is being made, or its founder died of that.
    static boolean isUnfounded(Path directory) {
        return !Files.exists(directory.resolve(FILE), LinkOption.NOFOLLOW_LINKS);
    }

    /// Deletes the files of a session: what says who lives in it goes last, so that a removal that
    /// was cut short is seen as what it is. A thread of a JVM that ends may add files meanwhile.
    static void delete(Path directory) throws IOException {
        long end = System.nanoTime() + LONGEST_DELETION.toNanos();
        while (true) {
            deleteFiles(directory);
            try {
                Files.deleteIfExists(directory);
                return;
            } catch (DirectoryNotEmptyException e) {
                if (System.nanoTime() - end > 0) {
                    throw e;
                }
            }
        }
    }

    private static void deleteFiles(Path directory) throws IOException {
        Path last = directory.resolve(FILE);
        try (var files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (!file.equals(last)) {
                    Files.deleteIfExists(file);
                }
            }
        }
        Files.deleteIfExists(last);
    }

    /// Deletes a directory in which nobody can live, unless there is something in it that no session
    /// makes.
    static void deleteUnfounded(Path directory) throws IOException {
        try (var others = Files.newDirectoryStream(directory, Presence::isNotOfSession)) {
            if (others.iterator().hasNext()) {
                return;
            }
        }
        delete(directory);
    }

    private static boolean isNotOfSession(Path file) {
        String name = file.getFileName().toString();
        return Kind.ofFile(name) == null && !FILE_OF_KIT.matcher(name).matches();
    }
}
