package tandem.session;

import tandem.memory.Header;
import tandem.memory.Kind;
import tandem.memory.Notice;
import tandem.memory.Ownership;
import tandem.memory.SharedFile;
import tandem.memory.Trace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
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
    static final Pattern NAME = Pattern.compile(PREFIX + "\\d{1,20}");
    static final String ROSTER = "roster";
    static final Duration LONGEST_FOUNDING = Duration.ofSeconds(10);
    private static final Duration LONGEST_SWEEP_AT_EXIT = Duration.ofSeconds(1);
    private static final int MOST_COLLECTIONS = 4;

    /// Bytes of the path of a Unix domain socket, on Linux; macOS allows 104.
    private static final int LONGEST_SOCKET = 107;

    private static final long COLLECTION_NANOS = 50_000_000;
    private static final Map<Path, Session> JOINED = new ConcurrentHashMap<>();
    private static final Exit EXIT = new Exit();

    private static Session current;

    private final Path directory;
    private final Roster roster;
    private final int holder;

    /// Whether it is the one of the objects by name: nobody's own, and it goes with the last who leaves.
    private final boolean isCommon;

    private final Owners owners;
    private final LeftFiles left;
    private final Beside beside;

    private Session(Path directory, Roster roster, int holder) {
        this(directory, roster, holder, false);
    }

    private Session(Path directory, Roster roster, int holder, boolean isCommon) {
        this.directory = directory;
        this.roster = roster;
        this.holder = holder;
        this.isCommon = isCommon;
        this.beside = new Beside(roster);
        this.owners = new Owners(directory, roster, holder, beside);
        this.left = new LeftFiles(directory, holder);
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
                : JOINED.computeIfAbsent(directory, d -> join(d, own.name()));
    }

    /// @param name what this process is called there
    private static Session join(Path directory, String name) {
        Roster roster = openRoster(directory);
        try {
            Presence.open(directory);
            int holder = roster.claim(name, 0);
            try {
                Session session =
                        new Session(directory, roster, holder, CommonLink.leadsTo(directory));
                EXIT.last(session.isCommon ? session::leave : () -> roster.free(holder));
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
                Session session = found(directory, "MainProcess", false);
                session.startSweep();
                return session;
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

    private static Session found(Path directory, String name, boolean isCommon) throws IOException {
        Ownership.requireOwnFolder(directory);
        Presence.found(directory);
        Roster roster =
                new Roster(SharedFile.create(directory.resolve(ROSTER), Roster.header(), 0));
        Session session = new Session(directory, roster, roster.claim(name, 0), isCommon);
        session.enter();
        return session;
    }

    private void startSweep() {
        Thread sweeper = new Thread(this::sweep, "tandem-sweep");
        sweeper.setDaemon(true);
        sweeper.start();
        EXIT.last(() -> awaitEnd(sweeper));
    }

    /// Founds the session of the objects by name.
    ///
    /// @param directory empty, and the user's own
    /// @return null when another process was first
    static Session foundCommon(Path directory, String name) throws IOException {
        try {
            Session session = found(directory, name, true);
            EXIT.last(session::leave);
            if (CommonLink.lay(directory)) {
                JOINED.put(directory, session);
                return session;
            }
            session.leave();
            return null;
        } catch (IOException | RuntimeException e) {
            deleteOrSay(directory);
            throw e;
        }
    }

    /// What this process is called there.
    String name() {
        return roster.name(holder);
    }

    /// Lets go what this process has of the objects by name, and removes the session when nobody else
    /// lives in it.
    private void leave() {
        try {
            for (int number : Presence.had(directory)) {
                Presence.letGo(directory, number);
            }
            sweepObjects();
            roster.free(holder);
            Presence.leave(
                    directory,
                    () -> {
                        CommonLink.remove(directory);
                        Presence.delete(directory);
                    });
        } catch (IOException e) {
            // It has left already, or another one has just removed the session.
        }
    }

    /// Removes the objects by name that nobody has any more.
    private void sweepObjects() {
        try {
            new Names(this).sweep();
        } catch (IllegalStateException e) {
            // It has left the session.
        }
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
    static String reason(Exception e) {
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
                Presence.whileDeserted(
                        other,
                        () -> {
                            CommonLink.remove(other);
                            Presence.delete(other);
                        });
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

    /// Makes the file of a new shared object, which this process owns or, among the objects by name, has.
    ///
    /// @throws IllegalStateException when there is no room for it
    public SharedFile create(Header header) {
        for (int round = 1; ; round++) {
            try {
                roster.countMade(holder); // Before: who is killed in between has left a file.
                return create(header, roster.nextObject());
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

    private SharedFile create(Header header, int number) throws IOException {
        Path file = directory.resolve(header.kind().prefix() + "-" + number);
        if (!isCommon) {
            return SharedFile.create(file, header, holder);
        }
        Presence.have(directory, number, Roster.slot(holder));
        try {
            return SharedFile.create(file, header, 0);
        } catch (IOException | RuntimeException e) {
            Presence.letGo(directory, number);
            throw e;
        }
    }

    /// Takes what was made over to this process, as somebody has opened it.
    ///
    /// @return whether it was made over, so that it goes with the handle that is being made; what this
    ///     process has among the objects by name goes with that too
    public boolean accept(SharedFile file) {
        return isCommon || owners.accept(file);
    }

    /// Deletes the file of an object, if this process still owns it. Among the objects by name, lets it
    /// go, and deletes it if nobody else has it.
    public void free(Path file) {
        if (isCommon) {
            letGo(file);
        } else {
            owners.free(file);
        }
    }

    private void letGo(Path file) {
        try {
            Presence.letGo(directory, number(file));
            Names.removeDeserted(file);
        } catch (IOException e) {
            // This process has let go all, as it ends.
        }
    }

    private static int number(Path file) {
        return Waits.Target.ofFile(file.getFileName().toString()).number();
    }

    /// Sees to what a child has left that has ended, and whose slot is free: what it made over to
    /// this process goes when the heir can no longer be reached and nobody has opened it, and what
    /// belongs to processes that have ended goes now.
    public void inherit(int child, Object heir) {
        beside.look();
        for (Session joined : JOINED.values()) {
            if (joined.isCommon) {
                joined.sweepObjects();
            }
        }
        if (!roster.takeMade(child)) {
            return;
        }
        owners.inherit(child, heir);
        deleteSocket(child);
    }

    private void deleteSocket(int child) {
        try {
            Files.deleteIfExists(socket(child));
        } catch (IOException e) {
            // It goes with the session.
        }
    }

    /// Where a process of the session is called by the others: the path of a socket.
    ///
    /// @throws IllegalStateException when it is longer than the system allows
    public Path socket(int process) {
        return socket("calls-" + process, "a managed object");
    }

    /// As [#socket(int)], for whoever runs a program step by step.
    ///
    /// @param number of the run
    public Path stepSocket(int number) {
        return socket("step-%d-%d".formatted(holder, number), "a program that is run step by step");
    }

    /// What the names of the files of a timeline begin with.
    public Path timelineFile(int number) {
        return directory.resolve("timeline-" + number);
    }

    /// Begins a timeline of what the processes of the session do.
    ///
    /// @return as the roster names it
    /// @throws IllegalStateException when one is being recorded; the message says whose
    public long beginTimeline() {
        return roster.beginTimeline(holder);
    }

    /// A number that no other timeline of the session has, nor any object.
    public int nextTimeline() {
        return roster.nextObject();
    }

    private Path socket(String name, String what) {
        Path socket = directory.resolve(name);
        int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_SOCKET) {
            throw Trace.trim(
                    new IllegalStateException(
                            "%s is too long for %s: its socket's path would have %d bytes, and %d is the most. -Dtandem.dir=FOLDER chooses another folder"
                                    .formatted(directory, what, length, LONGEST_SOCKET)));
        }
        return socket;
    }

    /// Opens a file of this session by name. Among the objects by name, this process has it from now on.
    public SharedFile open(String name) {
        Path file = directory.resolve(name);
        if (!isCommon) {
            return SharedFile.open(file);
        }
        boolean isNew = !Presence.had(directory).contains(number(file));
        try {
            Presence.have(directory, number(file), Roster.slot(holder));
            return SharedFile.open(file);
        } catch (IOException e) {
            throw new UncheckedIOException("%s cannot be attached: %s".formatted(file, e), e);
        } catch (RuntimeException e) {
            if (isNew) {
                letGo(file);
            }
            throw e;
        }
    }

    /// The header page of a file of this session by name, to look at while the arena lives.
    ///
    /// @throws IOException when there is no such file (any more)
    public MemorySegment openPage(String name, Arena arena) throws IOException {
        return SharedFile.openPage(directory.resolve(name), arena);
    }

    /// Whether it is the one of the objects by name, which other sessions' processes live in too.
    public boolean isCommon() {
        return isCommon;
    }

    /// Runs an action when this JVM ends, before the session's files go.
    public void atExit(Runnable action) {
        EXIT.first(action);
    }

    /// Runs an action when this JVM ends, after all that comes by `atExit`, when the session's own files go.
    public void atExitLast(Runnable action) {
        EXIT.last(action);
    }

    public Path directory() {
        return directory;
    }

    /// Whose its shared objects are.
    public Owners owners() {
        return owners;
    }

    /// What its processes leave for each other.
    public LeftFiles left() {
        return left;
    }

    public Roster roster() {
        return roster;
    }

    /// The bits by which lock words name this process.
    public int holder() {
        return holder;
    }
}
