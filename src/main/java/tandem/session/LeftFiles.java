package tandem.session;

import tandem.memory.Ownership;
import tandem.memory.SharedFile;
import tandem.memory.Uninterrupted;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/// The files that the processes of a session leave for each other: results, items, code. Each is there
/// as a whole or not at all, and goes with the session at the latest.
public final class LeftFiles {
    private static final String UNFINISHED = ".part";

    private final Path directory;
    private final int holder;

    /// @param holder of this process
    LeftFiles(Path directory, int holder) {
        this.directory = directory;
        this.holder = holder;
    }

    /// Leaves bytes in a file of the session, for a process that knows its name. The file appears
    /// under that name when it is complete.
    ///
    /// @throws IOException when there is no room for them; nothing is left then
    public void leave(String name, byte[] bytes) throws IOException {
        Path unfinished = directory.resolve(name + UNFINISHED);
        Files.deleteIfExists(unfinished);
        try {
            Files.createFile(unfinished, SharedFile.ownerOnly("rw-------"));
            Uninterrupted.run(() -> Files.write(unfinished, bytes));
            Files.move(unfinished, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(unfinished);
            throw new IOException(
                    "%d bytes cannot be left in %s (%d are free): %s"
                            .formatted(
                                    bytes.length,
                                    directory,
                                    directory.toFile().getUsableSpace(),
                                    Session.reason(e)),
                    e);
        }
    }

    /// Leaves bytes in a file of the session, for any process that knows its name, unless there is one
    /// already. Threads and processes may do so at the same time.
    ///
    /// @throws IOException when there is no room for them
    public void publish(String name, byte[] bytes) throws IOException {
        synchronized (this) {
            if (Files.notExists(directory.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                String own = name + "-" + holder;
                leave(own, bytes);
                Files.move(
                        directory.resolve(own),
                        directory.resolve(name),
                        StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    /// The bytes of a file that a process has left.
    ///
    /// @throws IOException when it has left none, or what lies there cannot be trusted
    public byte[] read(String name) throws IOException {
        Path file = directory.resolve(name);
        try {
            Ownership.requireOwnFile(file);
            return Uninterrupted.run(() -> Files.readAllBytes(file));
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /// Deletes a file that a process has left.
    public void delete(String name) {
        try {
            Files.deleteIfExists(directory.resolve(name));
        } catch (IOException e) {
            // It goes with the session.
        }
    }

    /// The names of the files that processes have left, as far as they begin so.
    public List<String> names(String beginning) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(
                        directory, file -> file.getFileName().toString().startsWith(beginning))) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        } catch (IOException | DirectoryIteratorException e) {
            // The session ends.
        }
        return names;
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
}
