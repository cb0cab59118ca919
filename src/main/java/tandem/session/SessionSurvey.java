package tandem.session;

import tandem.memory.Header;
import tandem.memory.Kind;
import tandem.memory.Layout;
import tandem.memory.ObjectName;
import tandem.memory.Ownership;
import tandem.memory.Typecode;
import tandem.memory.WaitCounts;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Looks at one session from outside.
final class SessionSurvey implements AutoCloseable {
    /*
     * Overview. The files are opened once for reading, and what is looked at is copied out of them:
     * a file that is cut short while it is mapped ends the JVM, one that is read is merely short.
     * The kernel copies aligned words as wholes, so that each word of a copy was there; words that
     * belong together may be of different moments, as in every look without a lock. So what rests on
     * several words, as a circle does, is to be seen twice to be believed.
     *
     * The file `alive` is never opened: a process of the session that closes it once would lose its
     * presence there (see Presence), and who locked it would keep others from entering.
     *
     * Most looks read only the beginning of the roster: the counter there goes up behind each change,
     * and stands before what it counts in the file. So who finds it as it was before his last copy
     * has missed nothing then. (A process may be killed between the two; a refresh reads all.)
     *
     * An open file keeps its memory when its name is gone, so those that are gone are closed.
     */
    private static final Set<? extends OpenOption> READ =
            Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    /// How many objects are looked at, at most: each takes a file descriptor.
    private static final int MOST_OBJECTS = 400;

    /// Elements of an array that are seen with each look.
    private static final int FIRST = 24;

    private static final Comparator<String> IN_ORDER =
            Comparator.comparingLong(SessionSurvey::number).thenComparing(name -> name);

    private final Path directory;
    private final Copy rosterCopy;
    private final Roster roster;
    private final SortedMap<String, Copy> objects = new TreeMap<>(IN_ORDER);

    /// Whose counter of changes `processes` was made with. A roster of half a million bytes is read,
    /// and gone through, only when that has moved on, and at each refresh.
    private long changes;

    private List<Sight.OfProcess> processes = List.of();
    private Map<Integer, Vitals> vitals = new HashMap<>();
    private int more;

    /// @throws IllegalArgumentException when it cannot be trusted, or is no session
    SessionSurvey(Path directory) throws IOException {
        this.directory = directory;
        Presence.requireTrusted(directory);
        rosterCopy = new Copy(directory.resolve(Session.ROSTER), Layout.ROSTER_BYTES);
        if (rosterCopy.header.kind() != Kind.ROSTER) {
            rosterCopy.close();
            throw new IllegalArgumentException(directory + " has no roster");
        }
        MemorySegment all = rosterCopy.bytes;
        roster = new Roster(all.asSlice(0, Layout.HEADER_BYTES), all.asSlice(Layout.HEADER_BYTES));
    }

    void refresh() throws IOException {
        Presence.requireTrusted(directory);
        SortedSet<String> names = new TreeSet<>(IN_ORDER);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (Kind.ofFile(name) != null) {
                    names.add(name);
                }
            }
        }
        for (String known : List.copyOf(objects.keySet())) {
            if (!names.contains(known)) {
                objects.remove(known).close();
            }
        }
        for (String name : names) {
            if (objects.size() < MOST_OBJECTS && !objects.containsKey(name)) {
                open(name);
            }
        }
        more = Math.max(0, names.size() - MOST_OBJECTS);
        rosterCopy.read();
        processes = processes();
        vitals = new HashMap<>();
        for (int holder : roster.holders()) {
            long pid = roster.pid(holder);
            vitals.put(
                    holder,
                    !roster.isAlive(holder)
                            ? Vitals.ENDED
                            : pid == 0 ? Vitals.UNKNOWN : Vitals.of(pid));
        }
    }

    private void open(String name) {
        try {
            objects.put(name, new Copy(directory.resolve(name), FIRST * (long) Long.BYTES));
        } catch (IOException | IllegalArgumentException e) {
            // It is being made, or is damaged; the next refresh tries again.
        }
    }

    Sight look() throws IOException {
        rosterCopy.readBeginning(Layout.AT_CHANGES + Long.BYTES);
        if (word(rosterCopy.bytes, Layout.AT_CHANGES) != changes) {
            rosterCopy.read();
            processes = processes();
        }
        List<Sight.OfProcess> living =
                processes.stream()
                        .map(p -> p.with(vitals.getOrDefault(p.holder(), Vitals.UNKNOWN)))
                        .toList();
        List<Sight.OfObject> seen = new ArrayList<>();
        objects.forEach(
                (name, copy) -> {
                    try {
                        copy.read();
                        seen.add(see(name, copy));
                    } catch (IOException e) {
                        // It was cut short.
                    }
                });
        return new Sight(directory, living, seen, more);
    }

    private List<Sight.OfProcess> processes() {
        changes = word(rosterCopy.bytes, Layout.AT_CHANGES);
        Map<Integer, List<Waits.Wait>> waits =
                roster.waits().all().stream().collect(Collectors.groupingBy(Waits.Wait::holder));
        return roster.holders().stream()
                .map(
                        holder ->
                                new Sight.OfProcess(
                                        holder,
                                        roster.name(holder),
                                        roster.pid(holder),
                                        roster.parentPid(holder),
                                        waits.getOrDefault(holder, List.of()),
                                        roster.counts(holder),
                                        Vitals.UNKNOWN))
                .toList();
    }

    private Sight.OfObject see(String name, Copy copy) {
        MemorySegment page = copy.bytes;
        Kind kind = copy.header.kind();
        long thread = kind.holder(page);
        int holder = Layout.holder(thread);
        return new Sight.OfObject(
                name,
                ObjectName.read(page, name),
                copy.header,
                holder,
                holder == 0 ? "" : roster.describe(holder),
                thread,
                kind.state(page),
                kind.count(page),
                WaitCounts.read(page, kind.waits()),
                kind.recoveries(page),
                numbers(
                        copy.header,
                        page.asSlice(Layout.HEADER_BYTES),
                        (int) Math.min(copy.header.length(), FIRST)));
    }

    private static long word(MemorySegment page, long offset) {
        return (long) Layout.LONG.get(page, offset);
    }

    private static List<Number> numbers(Header header, MemorySegment data, int count) {
        Typecode typecode = header.typecode();
        if (typecode == null) {
            return List.of();
        }
        List<Number> numbers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            numbers.add(typecode.element(data, i));
        }
        return numbers;
    }

    List<Number> elements(String name, long from, int count) throws IOException {
        Copy copy = objects.get(name);
        if (copy == null || copy.header.typecode() == null || from >= copy.header.length()) {
            return List.of();
        }
        int some = (int) Math.min(count, copy.header.length() - from);
        int width = copy.header.typecode().bytes();
        try (Arena brief = Arena.ofConfined()) {
            MemorySegment data = brief.allocate((long) some * width, Long.BYTES);
            readFully(copy.channel, data, Layout.HEADER_BYTES + from * width);
            return numbers(copy.header, data, some);
        }
    }

    private static long number(String name) {
        return Long.parseLong(name.substring(name.indexOf('-') + 1));
    }

    private static void readFully(FileChannel channel, MemorySegment to, long position)
            throws IOException {
        ByteBuffer buffer = to.asByteBuffer();
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new EOFException("the file is shorter than its header says");
            }
        }
    }

    @Override
    public void close() {
        objects.values().forEach(Copy::close);
        rosterCopy.close();
    }

    /// The beginning of a file, as it was when it was read last.
    private static final class Copy {
        final FileChannel channel;
        final Header header;
        final MemorySegment bytes;
        private final Arena arena = Arena.ofConfined();

        /// @param dataBytes how much to read behind the header page, at most
        Copy(Path file, long dataBytes) throws IOException {
            Ownership.requireOwnFile(file);
            channel = FileChannel.open(file, READ);
            try (Arena brief = Arena.ofConfined()) {
                MemorySegment page = brief.allocate(Layout.HEADER_BYTES, Long.BYTES);
                readFully(channel, page, 0);
                header = Header.read(page, channel.size());
            } catch (IOException | RuntimeException e) {
                close();
                throw e;
            }
            bytes =
                    arena.allocate(
                            Math.min(header.fileBytes(), Layout.HEADER_BYTES + dataBytes),
                            Long.BYTES);
        }

        void read() throws IOException {
            readFully(channel, bytes, 0);
        }

        void readBeginning(long length) throws IOException {
            readFully(channel, bytes.asSlice(0, length), 0);
        }

        void close() {
            arena.close();
            try {
                channel.close();
            } catch (IOException e) {
                // It was only read.
            }
        }
    }
}
