package tandem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// Files that only their owner may write to, as those of the kit, whatever the umask.
final class Own {
    private Own() {}

    static Path write(Path file, byte[] bytes) throws IOException {
        if (Files.notExists(file)) {
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        }
        return Files.write(file, bytes);
    }
}
