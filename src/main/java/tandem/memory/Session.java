package tandem.memory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A family of processes and what they share: a directory with the roster and one file for each
/// shared object, on a memory-backed file system where there is one.
///
/// The process that makes the first shared object creates the directory, and removes it when it
/// ends. Its workers join by the system property that it starts them with; a process that attaches
/// a file joins the session that the file belongs to.
public final class Session {
    /// `<holder bits>@<directory>`: tells a worker which slot of which session is its own.
    public static final String WORKER_PROPERTY = "tandem.worker";

    static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private static final String PREFIX = "tandem-";
    private static final String ROSTER = "roster";
    private static final Map<Path, Session> JOINED = new ConcurrentHashMap<>();
    private static final Exit EXIT = new Exit();

    private final Path directory;
    private final Roster roster;
    private final int holder;

    private Session(Path directory, Roster roster, int holder) {
        this.directory = directory;
        this.roster = roster;
        this.holder = holder;
    }

    /// The session in which this process makes its objects: its parent's, or one of its own.
    public static Session current() {
        return Current.SESSION;
    }

    /// The session of a directory, joined when this process is not in it yet.
    ///
    /// @throws IllegalArgumentException when it is not the directory of a session
    public static Session of(Path directory) {
        Session current = Current.SESSION;
        return directory.equals(current.directory)
                ? current
                : JOINED.computeIfAbsent(directory, Session::join);
    }

    private static Session join(Path directory) {
        Roster roster = openRoster(directory);
        int holder = roster.claim("MainProcess", 0);
        EXIT.last(() -> roster.free(holder));
        return new Session(directory, roster, holder).enter();
    }

    private static Session joinAsWorker(String property) {
        int at = property.indexOf('@');
        try {
            int holder = Integer.parseInt(property.substring(0, at));
            Path directory = Path.of(property.substring(at + 1));
            Roster roster = openRoster(directory);
            if (!roster.isCurrent(holder)) {
                throw new IllegalArgumentException("it has no place for this process any more");
            }
            return new Session(directory, roster, holder).enter();
        } catch (IllegalArgumentException | StringIndexOutOfBoundsException e) {
            throw new IllegalStateException(
                    "the session %s cannot be joined: %s".formatted(property, e.getMessage()), e);
        }
    }

    private static Session create() {
        try {
            Path directory =
                    Files.createTempDirectory(
                            base().toRealPath(), PREFIX, SharedFile.ownerOnly("rwx------"));
            EXIT.last(() -> delete(directory));
            Roster roster =
                    new Roster(SharedFile.create(directory.resolve(ROSTER), Roster.header()));
            int holder = roster.claim("MainProcess", 0);
            Session session = new Session(directory, roster, holder).enter();
            Thread sweeper = new Thread(session::sweep, "tandem-sweep");
            sweeper.setDaemon(true);
            sweeper.start();
            return session;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "no directory for shared memory can be made in " + base(), e);
        }
    }

    private Session enter() {
        try {
            Presence.declare(directory, Roster.slot(holder));
            roster.identify(holder, ProcessHandle.current());
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(directory + " cannot be entered", e);
        }
    }

    /// Removes the sessions beside this one whose processes have all died without removing them.
    /// One that is only seconds old may not have its first process yet.
    private void sweep() {
        Instant young = Instant.now().minusSeconds(10);
        try (DirectoryStream<Path> sessions =
                Files.newDirectoryStream(directory.getParent(), PREFIX + "*")) {
            for (Path other : sessions) {
                if (!other.equals(directory)
                        && !JOINED.containsKey(other)
                        && isOwn(other)
                        && Files.getLastModifiedTime(other).toInstant().isBefore(young)
                        && Presence.isDeserted(other)) {
                    delete(other);
                }
            }
        } catch (IOException | RuntimeException e) {
            // Somebody else sweeps, or a folder is not ours to look into: the next session may do
            // it.
        }
    }

    private boolean isOwn(Path other) throws IOException {
        return Files.isDirectory(other, LinkOption.NOFOLLOW_LINKS)
                && Files.getOwner(other, LinkOption.NOFOLLOW_LINKS)
                        .equals(Files.getOwner(directory));
    }

    /// A session on this machine.
    ///
    /// @param directory where its files are
    /// @param isDeserted whether all of its processes have died
    /// @param processes its processes by name and pid
    public record Found(Path directory, boolean isDeserted, List<String> processes) {
        @Override
        public String toString() {
            return "%s: %s"
                    .formatted(
                            directory,
                            isDeserted
                                    ? "deserted, to be swept by the next session"
                                    : String.join(", ", processes));
        }
    }

    /// The user's sessions where this process would make its own.
    public static List<Found> find() {
        List<Found> found = new ArrayList<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(base(), PREFIX + "*")) {
            for (Path directory : directories) {
                try {
                    found.add(
                            new Found(
                                    directory,
                                    Presence.isDeserted(directory),
                                    openRoster(directory).processes()));
                } catch (IOException | RuntimeException e) {
                    // It is another user's, or has just gone.
                }
            }
        } catch (IOException e) {
            // There is no such folder, and so no session.
        }
        return found;
    }

    /// The folder for sessions: memory-backed where there is one, else for temporary files;
    /// `-Dtandem.dir=…` chooses another.
    public static Path base() {
        String chosen = System.getProperty("tandem.dir");
        if (chosen != null) {
            return Path.of(chosen).toAbsolutePath();
        }
        Path memory = Path.of("/dev/shm");
        return Files.isDirectory(memory) && Files.isWritable(memory)
                ? memory
                : Path.of(System.getProperty("java.io.tmpdir"));
    }

    private static Roster openRoster(Path directory) {
        SharedFile file = SharedFile.open(directory.resolve(ROSTER));
        if (file.header().kind() != Layout.KIND_ROSTER) {
            throw new IllegalArgumentException(file.path() + " is not a roster");
        }
        return new Roster(file);
    }

    private static void delete(Path directory) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            System.err.println("tandem: " + directory + " could not be removed: " + e);
        }
    }

    /// Makes the file of a new shared object.
    ///
    /// @param name the first part of its name: `array` becomes `array-7`
    /// @throws IllegalStateException when there is no room for it
    public SharedFile create(String name, Header header) {
        try {
            return tryCreate(name, header);
        } catch (IOException e) {
            // Objects that nobody can reach any more keep their files until they are collected.
            System.gc();
            try {
                Thread.sleep(100);
                return tryCreate(name, header);
            } catch (IOException again) {
                throw new IllegalStateException(
                        "%d bytes of shared memory cannot be had in %s (%d are free): %s"
                                .formatted(
                                        header.fileBytes(),
                                        directory,
                                        directory.toFile().getUsableSpace(),
                                        again.getMessage()),
                        again);
            } catch (InterruptedException interrupt) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(
                        "interrupted while making shared memory", interrupt);
            }
        }
    }

    private SharedFile tryCreate(String name, Header header) throws IOException {
        return SharedFile.create(directory.resolve(name + "-" + roster.nextObject()), header);
    }

    /// Leaves bytes in a file of the session, for a process that knows its name. The file appears
    /// under that name when it is complete.
    public void leave(String name, byte[] bytes) throws IOException {
        Path unfinished = directory.resolve(name + ".part");
        Files.deleteIfExists(unfinished);
        Files.write(Files.createFile(unfinished, SharedFile.ownerOnly("rw-------")), bytes);
        Files.move(unfinished, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    /// Opens a file of this session by name.
    public SharedFile open(String name) {
        return SharedFile.open(directory.resolve(name));
    }

    /// The header page of a file of this session by name, to look at while the arena lives.
    ///
    /// @throws IOException when there is no such file (any more)
    public MemorySegment openPage(String name, Arena arena) throws IOException {
        return SharedFile.openPage(directory.resolve(name), arena);
    }

    /// Runs an action when this JVM ends, before the session's files go.
    public void atExit(Runnable action) {
        EXIT.first(action);
    }

    public Path directory() {
        return directory;
    }

    public Roster roster() {
        return roster;
    }

    /// The bits by which lock words name this process.
    public int holder() {
        return holder;
    }

    private static final class Current {
        static final Session SESSION = start();

        private static Session start() {
            String worker = System.getProperty(WORKER_PROPERTY);
            return worker == null ? create() : joinAsWorker(worker);
        }
    }
}
