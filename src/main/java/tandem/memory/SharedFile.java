package tandem.memory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// A mapped file: a header page and data. The mapping lasts as long as any segment of it can be
/// reached, so that no handle, slice or raw segment ever sees memory that is gone; deleting the
/// file takes its name away and leaves the mappings.
public final class SharedFile {
    private static final Set<? extends OpenOption> CREATE =
            Set.of(
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    LinkOption.NOFOLLOW_LINKS);
    private static final Set<? extends OpenOption> OPEN =
            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    private static final Set<? extends OpenOption> READ =
            Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    private static final int BLOCK = 1 << 20;

    private final Path path;
    private final Header header;
    private final MemorySegment page;
    private final MemorySegment data;

    private SharedFile(Path path, Header header, MemorySegment all) {
        this.path = path;
        this.header = header;
        this.page = all.asSlice(0, Layout.HEADER_BYTES);
        this.data = all.asSlice(Layout.HEADER_BYTES);
    }

    /// Makes a file of zeros with this header. Its pages are allocated here, so that a full file
    /// system is an error now and not a crash at the first access.
    ///
    /// @throws IOException when there is no room, or the file exists; nothing is left then
    static SharedFile create(Path path, Header header) throws IOException {
        long free = path.getParent().toFile().getUsableSpace();
        if (header.fileBytes() > free) {
            throw new IOException("there is too little room");
        }
        return Uninterrupted.run(() -> createNow(path, header));
    }

    private static SharedFile createNow(Path path, Header header) throws IOException {
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
            Header.finish(file.page);
            return file;
        }
    }

    /// Maps a file that exists, in a folder that was found to be the user's own, after its owner was
    /// checked, and its header against the file's length.
    ///
    /// @throws IllegalArgumentException when it is not a complete file of the kit
    static SharedFile open(Path path) {
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
    static MemorySegment openPage(Path path, Arena arena) throws IOException {
        Ownership.requireOwnFile(path);
        return Uninterrupted.run(() -> openOwnPage(path, arena));
    }

    private static MemorySegment openOwnPage(Path path, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(path, READ)) {
            if (channel.size() < Layout.HEADER_BYTES) {
                throw new IOException(path + " has no header page");
            }
            return channel.map(MapMode.READ_ONLY, 0, Layout.HEADER_BYTES, arena);
        }
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
    static FileAttribute<?>[] ownerOnly(String permissions) {
        return Session.POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    public Path path() {
        return path;
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
