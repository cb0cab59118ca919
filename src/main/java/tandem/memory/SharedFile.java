package tandem.memory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.Consumer;

/// A mapped file: a header page and data. The mapping lasts as long as any segment of it can be
/// reached, or until the file of an array is closed, so that no handle, slice or raw segment ever
/// sees memory that is gone; deleting the file takes its name away and leaves the mappings.
public final class SharedFile {
    /*
     * Overview. `mapped` is of an arena that the collector closes, when nothing of it can be reached.
     * What others get of an array is of a second arena over the same memory, which `close` closes:
     * Java then sees to it that no thread is in the middle of an access, and refuses all later ones.
     * That arena keeps `mapped` reachable for as long as it is reachable and open.
     */
    /// Makes a file, where there is none and no link.
    public static final Set<? extends OpenOption> CREATE =
            Set.of(
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    LinkOption.NOFOLLOW_LINKS);

    /// Opens a file that is there, and is no link.
    public static final Set<? extends OpenOption> OPEN =
            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    private static final Set<? extends OpenOption> READ =
            Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    private static final int BLOCK = 1 << 20;

    /// Whether files have an owner and permissions.
    static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private final Path path;
    private final Header header;
    private final MemorySegment mapped;

    /// Null where the memory cannot be given back before nobody can reach it.
    private final Arena arena;

    private final MemorySegment page;
    private final MemorySegment data;

    /// The one that the object was given; empty until it is seen to have one.
    private volatile String name = "";

    private SharedFile(Path path, Header header, MemorySegment mapped) {
        this.path = path;
        this.header = header;
        this.mapped = mapped;
        this.arena = header.kind() == Kind.ARRAY && Pages.canGiveBack() ? Arena.ofShared() : null;
        MemorySegment all = arena == null ? mapped : over(mapped, arena);
        this.page = all.asSlice(0, Layout.HEADER_BYTES);
        this.data = all.asSlice(Layout.HEADER_BYTES);
    }

    @SuppressWarnings("restricted")
    private static MemorySegment over(MemorySegment mapped, Arena arena) {
        return mapped.reinterpret(arena, _ -> Reference.reachabilityFence(mapped));
    }

    /// Gives the memory of an array back at once, where that is possible, and else when nobody can
    /// reach it any more. Accesses after it throw an `IllegalStateException`. Costs a handshake with
    /// all threads of this process.
    ///
    /// @param last sees the header page once more, when no thread here can change it any more
    public void close(Consumer<MemorySegment> last) {
        if (arena == null) {
            return;
        }
        givenName(); // What it is called is asked later too.
        try {
            arena.close();
        } catch (IllegalStateException e) {
            return; // It is closed already, or Java is just reading or writing a file from it.
        }
        last.accept(mapped.asSlice(0, Layout.HEADER_BYTES));
        Pages.giveBack(mapped);
    }

    /// Makes a file of zeros with this header. Its pages are allocated here, so that a full file
    /// system is an error now and not a crash at the first access.
    ///
    /// @param owner the holder bits of the process that is to free it, 0 for none
    /// @throws IOException when there is no room, or the file exists; nothing is left then
    public static SharedFile create(Path path, Header header, int owner) throws IOException {
        long free = path.getParent().toFile().getUsableSpace();
        if (header.fileBytes() > free) {
            throw new IOException("there is too little room");
        }
        return Uninterrupted.run(() -> createNow(path, header, owner));
    }

    private static SharedFile createNow(Path path, Header header, int owner) throws IOException {
        try (FileChannel channel = FileChannel.open(path, CREATE, ownerOnly("rw-------"))) {
            MemorySegment all;
            try {
                fill(channel, header.fileBytes());
                all = map(channel, header);
            } catch (IOException | OutOfMemoryError e) {
                Files.deleteIfExists(path);
                throw e;
            }
            SharedFile file = new SharedFile(path, header, all);
            header.write(file.page);
            Layout.LONG.setVolatile(file.page, Layout.AT_OWNER, (long) owner);
            Header.finish(file.page);
            return file;
        }
    }

    /// Maps a file that exists, in a folder that was found to be the user's own, after its owner was
    /// checked, and its header against the file's length.
    ///
    /// @throws IllegalArgumentException when it is not a complete file of the kit
    public static SharedFile open(Path path) {
        try {
            Ownership.requireOwnFile(path);
            return Uninterrupted.run(() -> openOwn(path));
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(path + " does not exist (any more)");
        } catch (IOException e) {
            throw new UncheckedIOException("%s cannot be attached: %s".formatted(path, e), e);
        }
    }

    private static SharedFile openOwn(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, OPEN)) {
            ByteBuffer copy =
                    ByteBuffer.allocateDirect((int) Layout.HEADER_BYTES)
                            .order(ByteOrder.nativeOrder());
            while (copy.hasRemaining()) {
                if (channel.read(copy, copy.position()) < 0) {
                    throw new IllegalArgumentException(
                            "it is %d bytes long, and a header takes %d"
                                    .formatted(copy.position(), Layout.HEADER_BYTES));
                }
            }
            Header header = Header.read(MemorySegment.ofBuffer(copy.flip()), channel.size());
            return new SharedFile(path, header, map(channel, header));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "%s is not a shared object: %s".formatted(path, e.getMessage()));
        }
    }

    /// Maps the header page of a file for a look at its words, which cannot be written through it.
    ///
    /// @throws IOException when there is no such file, or it has no header page
    public static MemorySegment openPage(Path path, Arena arena) throws IOException {
        return openPage(path, READ, MapMode.READ_ONLY, arena);
    }

    /// Maps the header page of a file.
    ///
    /// @throws IOException when there is no such file, or it has no header page
    public static MemorySegment openPageToWrite(Path path, Arena arena) throws IOException {
        return openPage(path, OPEN, MapMode.READ_WRITE, arena);
    }

    private static MemorySegment openPage(
            Path path, Set<? extends OpenOption> options, MapMode mode, Arena arena)
            throws IOException {
        Ownership.requireOwnFile(path);
        return Uninterrupted.run(
                () -> {
                    try (FileChannel channel = FileChannel.open(path, options)) {
                        if (channel.size() < Layout.HEADER_BYTES) {
                            throw new IOException(path + " has no header page");
                        }
                        return channel.map(mode, 0, Layout.HEADER_BYTES, arena);
                    }
                });
    }

    private static void fill(FileChannel channel, long bytes) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(BLOCK, bytes));
        for (long at = 0; at < bytes; ) {
            zeros.position(0).limit((int) Math.min(zeros.capacity(), bytes - at));
            at += channel.write(zeros, at);
        }
    }

    private static MemorySegment map(FileChannel channel, Header header) throws IOException {
        return channel.map(MapMode.READ_WRITE, 0, header.fileBytes(), Arena.ofAuto());
    }

    /// The permissions as a file attribute, none where the file system does not know them.
    public static FileAttribute<?>[] ownerOnly(String permissions) {
        return POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    public Path path() {
        return path;
    }

    /// What people call the object: the name that it was given, else that of its file.
    public String name() {
        String given = givenName();
        return given.isEmpty() ? path.getFileName().toString() : given;
    }

    /// The name that the object was given, empty when it has none.
    public String givenName() {
        if (name.isEmpty()) {
            try {
                name = ObjectName.read(page);
            } catch (IllegalStateException e) {
                return ""; // It was closed before anybody asked.
            }
        }
        return name;
    }

    /// Names the object, unless it has a name.
    ///
    /// @param wanted a checked one
    /// @return whether it has this name now
    public boolean giveName(String wanted) {
        return ObjectName.give(page, wanted);
    }

    public Header header() {
        return header;
    }

    /// The header page, with the lock word and the event word.
    public MemorySegment page() {
        return page;
    }

    /// All behind the header page.
    public MemorySegment data() {
        return data;
    }
}
