package tandem.session;

import tandem.memory.Header;
import tandem.memory.Kind;
import tandem.memory.Layout;
import tandem.memory.Notice;
import tandem.memory.Ownership;
import tandem.memory.SharedFile;
import tandem.memory.Trace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;
import java.util.regex.Pattern;

/// A family of processes and what they share: a directory with the roster and one file for each
/// shared object, on a memory-backed file system where there is one.
///
/// The process that makes the first shared object creates the directory, and removes it when it
/// ends. Its workers join by the system property that it starts them with; a process that attaches
/// a file joins the session that the file belongs to.
public final class Session {
    /// `<holder bits>@<directory>`: tells a worker which slot of which session is its own.
    public static final String WORKER_PROPERTY = "tandem.worker";

    static final String PREFIX = "tandem-";
    private static final Pattern NAME = Pattern.compile(PREFIX + "\\d{1,20}");
    static final String ROSTER = "roster";
    private static final String UNFINISHED = ".part";
    private static final Duration LONGEST_FOUNDING = Duration.ofSeconds(10);
    private static final Duration LONGEST_SWEEP_AT_EXIT = Duration.ofSeconds(1);
    private static final int MOST_COLLECTIONS = 4;
    private static final long COLLECTION_NANOS = 50_000_000;
    private static final Cleaner CLEANER = Cleaner.create();
    private static final Map<Path, Session> JOINED = new ConcurrentHashMap<>();
    private static final Exit EXIT = new Exit();

    private static Session current;

    private final Path directory;
    private final Roster roster;
    private final int holder;

    /// The children that have ended and made something over to this process.
    private final Set<Integer> givers = ConcurrentHashMap.newKeySet();

    private Session(Path directory, Roster roster, int holder) {
        this.directory = directory;
        this.roster = roster;
        this.holder = holder;
    }

    /// The session in which this process makes its objects: its parent's, or one of its own.
    ///
    /// @throws IllegalStateException when it cannot be had; the next call tries again
    public static synchronized Session current() {
        if (current == null) {
            String worker = System.getProperty(WORKER_PROPERTY);
            current = worker == null ? create() : joinAsWorker(worker);
        }
        return current;
    }

    /// The session of a directory, joined when this process is not in it yet.
    ///
    /// @throws IllegalArgumentException when it is not the directory of a session
    public static Session of(Path directory) {
        Session own = current();
        return directory.equals(own.directory)
                ? own
                : JOINED.computeIfAbsent(directory, Session::join);
    }

    private static Session join(Path directory) {
        Roster roster = openRoster(directory);
        try {
            Presence.open(directory);
            int holder = roster.claim("MainProcess", 0);
            try {
                EXIT.last(() -> roster.free(holder));
                Session session = new Session(directory, roster, holder);
                session.enter();
                return session;
            } catch (IOException | RuntimeException e) {
                roster.free(holder);
                throw e;
            }
        } catch (IOException e) {
            throw cannotEnter(directory, e);
        }
    }

    private static Session joinAsWorker(String property) {
        int at = property.indexOf('@');
        try {
            int holder = Integer.parseInt(property.substring(0, at));
            Path directory = Path.of(property.substring(at + 1));
            Roster roster = openRoster(directory);
            if (!roster.isCurrent(holder)) {
                throw Trace.trim(
                        new IllegalArgumentException("it has no place for this process any more"));
            }
            Presence.open(directory);
            Session session = new Session(directory, roster, holder);
            session.enter();
            return session;
        } catch (IllegalArgumentException | StringIndexOutOfBoundsException | IOException e) {
            throw Trace.trim(
                    new IllegalStateException(
                            "the session %s cannot be joined: %s"
                                    .formatted(property, e.getMessage()),
                            e));
        }
    }

    private void enter() throws IOException {
        Presence.enter(directory, Roster.slot(holder));
        roster.enter(holder);
    }

    private static RuntimeException cannotEnter(Path directory, IOException e) {
        return e instanceof NoSuchFileException
                ? new IllegalArgumentException(directory + " is a session that has ended")
                : new UncheckedIOException(directory + " cannot be entered", e);
    }

    private static Session create() {
        Path base = base();
        try {
            Path directory =
                    Files.createTempDirectory(
                            base.toRealPath(), PREFIX, SharedFile.ownerOnly("rwx------"));
            try {
                EXIT.last(() -> deleteOrSay(directory));
                return create(directory);
            } catch (IOException | RuntimeException e) {
                deleteOrSay(directory);
                throw e;
            }
        } catch (IOException | IllegalArgumentException e) {
            throw Trace.trim(
                    new IllegalStateException(
                            "no session can be started in %s (%d bytes are free): %s"
                                    .formatted(base, base.toFile().getUsableSpace(), reason(e)),
                            e));
        }
    }

    private static Session create(Path directory) throws IOException {
        Ownership.requireOwnFolder(directory);
        Presence.found(directory);
        Roster roster =
                new Roster(SharedFile.create(directory.resolve(ROSTER), Roster.header(), 0));
        Session session = new Session(directory, roster, roster.claim("MainProcess", 0));
        session.enter();
        Thread sweeper = new Thread(session::sweep, "tandem-sweep");
        sweeper.setDaemon(true);
        sweeper.start();
        EXIT.last(() -> awaitEnd(sweeper));
        return session;
    }

    /// A program that is over at once sweeps too.
    private static void awaitEnd(Thread sweeper) {
        try {
            sweeper.join(LONGEST_SWEEP_AT_EXIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The message, with the file that the exceptions of `java.nio.file` leave alone in theirs.
    private static String reason(Exception e) {
        return e instanceof FileSystemException ? e.toString() : e.getMessage();
    }

    /// Removes the sessions beside this one whose processes have all died without removing them.
    private void sweep() {
        try (DirectoryStream<Path> sessions =
                Files.newDirectoryStream(directory.getParent(), PREFIX + "*")) {
            for (Path other : sessions) {
                sweep(other);
            }
        } catch (IOException | DirectoryIteratorException e) {
            // The folder is not ours to look into.
        }
    }

    private static void sweep(Path other) {
        try {
            if (!NAME.matcher(other.getFileName().toString()).matches()
                    || !Ownership.isOwnFolder(other)) {
                return;
            }
            if (!Presence.isUnfounded(other)) {
                Presence.whileDeserted(other, () -> Presence.delete(other));
            } else if (Files.getLastModifiedTime(other)
                    .toInstant()
                    .isBefore(Instant.now().minus(LONGEST_FOUNDING))) {
                Presence.deleteUnfounded(other);
            }
        } catch (IOException | IllegalArgumentException e) {
            // Somebody else sweeps it, or it is no session: the next session may do it.
        }
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
                    Roster roster = openRoster(directory);
                    found.add(
                            new Found(
                                    directory,
                                    Presence.whileDeserted(directory, () -> {}),
                                    roster.processes()));
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
        Presence.requireTrusted(directory);
        SharedFile file = SharedFile.open(directory.resolve(ROSTER));
        if (file.header().kind() != Kind.ROSTER) {
            throw Trace.trim(new IllegalArgumentException(file.path() + " is not a roster"));
        }
        return new Roster(file);
    }

    /// Not before a thread that is just making the session has done so.
    private static synchronized void deleteOrSay(Path directory) {
        try {
            Presence.delete(directory);
        } catch (NoSuchFileException e) {
            // It is gone, as it should be.
        } catch (IOException | DirectoryIteratorException e) {
            Notice.say("tandem: " + directory + " could not be removed: " + e);
        }
    }

    /// Makes the file of a new shared object, which this process owns.
    ///
    /// @throws IllegalStateException when there is no room for it
    public SharedFile create(Header header) {
        for (int round = 1; ; round++) {
            try {
                SharedFile file =
                        SharedFile.create(
                                directory.resolve(
                                        header.kind().prefix() + "-" + roster.nextObject()),
                                header,
                                holder);
                roster.countMade(holder);
                return file;
            } catch (IOException e) {
                if (round > MOST_COLLECTIONS) {
                    throw Trace.trim(
                            new IllegalStateException(
                                    "there is no room for %d bytes of shared memory in %s (%d are free): %s"
                                            .formatted(
                                                    header.fileBytes(),
                                                    directory,
                                                    directory.toFile().getUsableSpace(),
                                                    e.getMessage()),
                                    e));
                }
            }
            // What nobody can reach any more keeps its file until it is collected, and its memory
            // until the next collection.
            System.gc();
            LockSupport.parkNanos(COLLECTION_NANOS);
        }
    }

    /// Makes an object of this process over to its parent, which may open it when this one has ended.
    /// Does nothing when there is no parent, or the object is not this process's.
    public void giveToParent(SharedFile file) {
        int parent = roster.parent(holder);
        if (parent != 0) {
            Layout.LONG.compareAndSet(
                    file.page(), Layout.AT_OWNER, (long) holder, (long) holder << 32 | parent);
        }
    }

    /// Makes an object of this process over to a living one, which is just about to open it. Does nothing
    /// when the object is not this process's.
    public void handOver(SharedFile file, int process) {
        Layout.LONG.compareAndSet(
                file.page(), Layout.AT_OWNER, (long) holder, (long) process << 32 | process);
    }

    /// Takes what was made over to this process, as somebody has opened it.
    ///
    /// @return whether it was made over, so that it goes with the handle that is being made
    public boolean accept(SharedFile file) {
        long owner = (long) Layout.LONG.getVolatile(file.page(), Layout.AT_OWNER);
        int giver = (int) (owner >>> 32);
        return (int) owner == holder
                && (giver == holder || givers.contains(giver))
                && Layout.LONG.compareAndSet(file.page(), Layout.AT_OWNER, owner, (long) holder);
    }

    /// Deletes the file of an object, if this process still owns it.
    public void free(Path file) {
        free(file, owner -> owner == holder);
    }

    private static void free(Path file, LongPredicate isToGo) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment page = SharedFile.openPageToWrite(file, arena);
            long owner = (long) Layout.LONG.getVolatile(page, Layout.AT_OWNER);
            if ((long) Layout.LONG.getVolatile(page, Layout.AT_MAGIC) == Layout.MAGIC
                    && isToGo.test(owner)
                    && Layout.LONG.compareAndSet(page, Layout.AT_OWNER, owner, 0L)) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | IllegalArgumentException e) {
            // It is gone already, or is damaged.
        }
    }

    /// Sees to what a child has left that has ended, and whose slot is free: what it made over to
    /// this process goes when the heir can no longer be reached and nobody has opened it, and what
    /// belongs to processes that have ended goes now.
    public void inherit(int child, Object heir) {
        if (!roster.takeMade(child)) {
            return;
        }
        long given = (long) child << 32 | holder;
        List<Path> inherited = new ArrayList<>();
        Set<Integer> living = new HashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, Session::isObject)) {
            for (Path file : files) {
                free(
                        file,
                        owner -> {
                            if (owner == given) {
                                inherited.add(file);
                            }
                            int by = (int) owner;
                            if (!living.contains(by) && roster.isAlive(by)) {
                                living.add(by);
                            }
                            return !living.contains(by);
                        });
            }
        } catch (IOException | DirectoryIteratorException e) {
            return; // The session ends.
        }
        deleteSocket(child);
        if (!inherited.isEmpty()) {
            givers.add(child);
            CLEANER.register(
                    heir, () -> inherited.forEach(file -> free(file, owner -> owner == given)));
        }
    }

    private void deleteSocket(int child) {
        try {
            Files.deleteIfExists(socket(child));
        } catch (IOException e) {
            // It goes with the session.
        }
    }

    private static boolean isObject(Path file) {
        return Kind.ofFile(file.getFileName().toString()) != null;
    }

    /// Leaves bytes in a file of the session, for a process that knows its name. The file appears
    /// under that name when it is complete.
    ///
    /// @throws IOException when there is no room for them; nothing is left then
    public void leave(String name, byte[] bytes) throws IOException {
        Path unfinished = directory.resolve(name + UNFINISHED);
        Files.deleteIfExists(unfinished);
        try {
            Files.write(Files.createFile(unfinished, SharedFile.ownerOnly("rw-------")), bytes);
            Files.move(unfinished, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(unfinished);
            throw new IOException(
                    "%d bytes cannot be left in %s (%d are free): %s"
                            .formatted(
                                    bytes.length,
                                    directory,
                                    directory.toFile().getUsableSpace(),
                                    reason(e)),
                    e);
        }
    }

    /// Takes the bytes that a process has left, and what it has left unfinished.
    ///
    /// @return null when it has left none
    /// @throws IOException when what lies there cannot be trusted
    public byte[] take(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name + UNFINISHED));
        Path file = directory.resolve(name);
        if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        try {
            Ownership.requireOwnFile(file);
            return Files.readAllBytes(file);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        } finally {
            Files.delete(file);
        }
    }

    /// Where a process of the session is called by the others: the path of a socket.
    public Path socket(int process) {
        return directory.resolve("calls-" + process);
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
}
