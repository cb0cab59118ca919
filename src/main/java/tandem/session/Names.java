package tandem.session;

import tandem.memory.Header;
import tandem.memory.Kind;
import tandem.memory.Layout;
import tandem.memory.ObjectName;
import tandem.memory.SharedFile;
import tandem.memory.Trace;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/// The names by which all of a user's processes find objects, and the session in which these are.
public final class Names {
    /*
     * Overview. A name is a symbolic link in the directory of the session, to the file of its object. It
     * is made when the object is complete, by the process that has the object, and of those who make
     * one name at once, one wins. It is removed by whoever removes the object, while nobody has that
     * (see Presence), and before the file. So an object by name is whole, wherever its maker was killed;
     * and one that nobody has any more is as good as gone, though its file may still be there: whoever
     * looks for the name, or makes another object, removes it.
     */
    /// Bytes of a file name, at most.
    private static final int MOST_BYTES = 255 - Layout.NAME_PREFIX.length();

    private final Session session;
    private final Path directory;

    Names(Session session) {
        this.session = session;
        this.directory = session.directory();
    }

    /// The names, which this process takes part in from now on.
    ///
    /// @throws IllegalStateException when they cannot be had
    public static Names get() {
        return new Names(CommonSession.get(true));
    }

    /// The names, null when nobody has made any. Otherwise this process takes part from now on.
    ///
    /// @throws IllegalStateException when they cannot be had
    public static Names ofOthers() {
        Session common = CommonSession.get(false);
        return common == null ? null : new Names(common);
    }

    /// @throws IllegalArgumentException when no object can have this name
    public static String checked(String name) {
        int bytes = encoded(ObjectName.checkedForAll(name)).length();
        if (bytes > MOST_BYTES) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "a name that others find has at most %d bytes, where a letter that is not of ASCII counts 3 for each of its bytes in UTF-8, and this one %d: %s"
                                    .formatted(MOST_BYTES, bytes, name)));
        }
        return name;
    }

    /// File names may not have other characters than those of ASCII where the locale is that of C.
    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8);
    }

    private static Path link(Path directory, String name) {
        return directory.resolve(Layout.NAME_PREFIX + encoded(name));
    }

    public Session session() {
        return session;
    }

    /// The file of the object with a name, null when there is none. It may be gone when it is opened,
    /// which is to be seen by asking again.
    public Path find(String name) {
        try {
            Path link = link(directory, name);
            while (true) {
                String file = target(link);
                if (file == null) {
                    return null;
                }
                Path path = directory.resolve(file);
                Gone gone = new Gone(path, link);
                Presence.whileNobodyHas(directory, number(file), gone);
                if (!gone.isSo) {
                    return path;
                }
            }
        } catch (IOException e) {
            throw cannot("be looked up", e);
        }
    }

    /// Gives a name to the object of a file, which this process has and which is complete.
    ///
    /// @return whether it has it now: else another object has
    public boolean give(String name, Path file) {
        try {
            Files.createSymbolicLink(link(directory, name), file.getFileName());
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (IOException e) {
            throw cannot("be given", e);
        }
    }

    private IllegalStateException cannot(String what, IOException e) {
        return Trace.trim(
                new IllegalStateException(
                        "names in %s cannot %s: %s".formatted(directory, what, e), e));
    }

    /// The name of the file that a link leads to, null when there is no such link.
    private static String target(Path link) throws IOException {
        try {
            String file = Files.readSymbolicLink(link).toString();
            if (Kind.ofFile(file) == null) {
                throw Trace.trim(
                        new IllegalArgumentException(
                                "%s leads to %s, which is no shared object".formatted(link, file)));
            }
            return file;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private static int number(String file) {
        return Waits.Target.ofFile(file).number();
    }

    /// Removes an object and its name.
    private static final class Gone implements Presence.Action {
        private final Path file;
        private final Path link;
        boolean isSo;

        /// @param link the name, null when there is none
        Gone(Path file, Path link) {
            this.file = file;
            this.link = link;
        }

        @Override
        public void run() throws IOException {
            if (link != null && file.getFileName().toString().equals(target(link))) {
                Files.deleteIfExists(link);
            }
            Files.deleteIfExists(file);
            Beside.delete(file);
            isSo = true;
        }
    }

    /// Removes an object if nobody has it any more.
    static void removeDeserted(Path file) {
        Path directory = file.getParent();
        try {
            Presence.whileNobodyHas(
                    directory,
                    number(file.getFileName().toString()),
                    () -> {
                        String name = nameIn(file);
                        new Gone(file, name.isEmpty() ? null : link(directory, name)).run();
                    });
        } catch (IOException | IllegalArgumentException e) {
            // It is gone already, or is damaged.
        }
    }

    private static String nameIn(Path file) {
        try (Arena arena = Arena.ofConfined()) {
            return ObjectName.read(SharedFile.openPage(file, arena));
        } catch (IOException | IllegalArgumentException e) {
            return ""; // Its maker was killed.
        }
    }

    /// Removes what nobody has any more.
    public void sweep() {
        files("*").stream()
                .filter(file -> Kind.ofFile(file.getFileName().toString()) != null)
                .forEach(Names::removeDeserted);
    }

    /// All objects that have names.
    public List<Entry> all() {
        return files(Layout.NAME_PREFIX + "*").stream()
                .map(this::entry)
                .filter(Objects::nonNull)
                .sorted(Comparator.comparing(Entry::name))
                .toList();
    }

    private List<Path> files(String pattern) {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, pattern)) {
            found.forEach(files::add);
        } catch (IOException e) {
            throw cannot("be listed", e);
        } catch (DirectoryIteratorException e) {
            throw cannot("be listed", e.getCause());
        }
        return files;
    }

    private Entry entry(Path link) {
        try {
            String file = target(link);
            List<String> owners = file == null ? List.of() : owners(number(file));
            return owners.isEmpty() ? null : entry(directory.resolve(file), owners);
        } catch (IOException | IllegalArgumentException e) {
            return null; // It has just gone, or is damaged.
        }
    }

    private List<String> owners(int number) throws IOException {
        Roster roster = session.roster();
        List<String> owners = new ArrayList<>();
        for (int holder : roster.holders()) {
            if (Presence.has(directory, number, Roster.slot(holder))) {
                owners.add(roster.describe(holder));
            }
        }
        return owners;
    }

    private Entry entry(Path file, List<String> owners) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment page = arena.allocate(Layout.HEADER_BYTES, Long.BYTES);
            page.copyFrom(SharedFile.openPage(file, arena));
            Header header = Header.read(page, Files.size(file));
            return new Entry(
                    ObjectName.read(page), header.kind().form(header, page), maker(page), owners);
        }
    }

    private String maker(MemorySegment page) {
        long pid = (long) Layout.LONG.get(page, Layout.AT_CREATOR_PID);
        Roster roster = session.roster();
        return roster.holders().stream()
                .filter(holder -> roster.pid(holder) == pid)
                .findFirst()
                .map(roster::describe)
                .orElse("a process that has ended (pid %d)".formatted(pid));
    }

    /// An object that has a name.
    ///
    /// @param form what it was made as: `Array(i, 100)`
    /// @param maker the process that made it: its name and pid
    /// @param owners those that have it: their names and pids
    public record Entry(String name, String form, String maker, List<String> owners) {
        public Entry {
            owners = List.copyOf(owners);
        }
    }

    /// What the object of a file was made as, see [Kind#form]; null when it is gone, or damaged.
    public String form(Path file) {
        try {
            return entry(file, List.of()).form;
        } catch (IOException | IllegalArgumentException e) {
            return null;
        }
    }

    /// What is known of the object with a name, null when there is none.
    public Entry entry(String name) {
        return entry(link(directory, name));
    }
}
