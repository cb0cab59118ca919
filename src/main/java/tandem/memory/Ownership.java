package tandem.memory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/// Whose a file or a folder is. What is another user's, may be written by others, or is a symbolic
/// link is not used.
public final class Ownership {
    /*
     * Overview. Java has no fstat, so the checks go by path, and a path could name something else
     * when it is used. It cannot here, because a name is changed only by those who may write to its
     * folder, and every use goes from the outside in:
     *
     *   1. the folder above may be written by all only if it has the sticky bit, as /dev/shm and /tmp
     *      have: then nobody else can rename or remove what is this user's;
     *   2. the folder is this user's, is no link, and others may not write to it: then nobody else
     *      can put anything into it, under any name;
     *   3. the file in it is this user's too, is no link, and others may not write to it: a check of
     *      what an earlier chmod or chown may have left.
     *
     * The user is known by number: his name may have to be asked for over the network.
     */
    private static final boolean UNIX =
            SharedFile.POSIX
                    && Path.of("").getFileSystem().supportedFileAttributeViews().contains("unix");

    private static final int TYPE = 0170000;
    private static final int FOLDER = 0040000;
    private static final int FILE = 0100000;
    private static final int LINK = 0120000;
    private static final int STICKY = 01000;
    private static final int OTHERS_WRITE = 0022;
    private static final int ALL_WRITE = 0002;

    private Ownership() {}

    /// @throws IllegalArgumentException that says why the folder cannot be trusted
    /// @throws IOException when there is none, or it cannot be looked at
    public static void requireOwnFolder(Path folder) throws IOException {
        if (UNIX) {
            Path above = folder.toAbsolutePath().getParent();
            if (above != null) {
                int mode = (int) Files.getAttribute(above, "unix:mode");
                if ((mode & ALL_WRITE) != 0 && (mode & STICKY) == 0) {
                    throw new IllegalArgumentException(
                            "%s cannot be trusted: all users may exchange what is in %s, whose permissions are %o (chmod +t keeps them from it)"
                                    .formatted(folder, above, mode & 07777));
                }
            }
            require(folder, FOLDER, "folder");
        } else if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw notA("folder", folder);
        }
    }

    /// To be asked of files in a folder that was found to be the user's own.
    ///
    /// @throws IllegalArgumentException that says why the file cannot be trusted
    /// @throws IOException when there is none, or it cannot be looked at
    public static void requireOwnFile(Path file) throws IOException {
        if (UNIX) {
            require(file, FILE, "file");
        } else if (Files.notExists(file)) {
            throw new NoSuchFileException(file.toString());
        } else if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw notA("file", file);
        }
    }

    /// To be asked of symbolic links. What a link leads to is to be asked about too.
    ///
    /// @throws IllegalArgumentException that says why the link cannot be trusted
    /// @throws IOException when there is none, or it cannot be looked at
    public static void requireOwnLink(Path link) throws IOException {
        if (UNIX) {
            Map<String, Object> facts =
                    Files.readAttributes(link, "unix:mode,uid", LinkOption.NOFOLLOW_LINKS);
            if (((int) facts.get("mode") & TYPE) != LINK) {
                throw notA("symbolic link", link);
            }
            requireOwner(link, (int) facts.get("uid"));
        } else if (!Files.isSymbolicLink(link)) {
            throw notA("symbolic link", link);
        }
    }

    /// The user whom the files belong to that this process makes, as a part of file names.
    public static String user() {
        return UNIX ? Integer.toUnsignedString(User.NUMBER) : System.getProperty("user.name");
    }

    /// Whether there is such a folder, and it can be trusted.
    public static boolean isOwnFolder(Path folder) {
        try {
            requireOwnFolder(folder);
            return true;
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }

    /// Whether there is such a file, in a folder that can be trusted, and it can be trusted too.
    public static boolean isOwnFile(Path file) {
        try {
            requireOwnFile(file);
            return true;
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }

    private static void require(Path path, int type, String what) throws IOException {
        Map<String, Object> facts =
                Files.readAttributes(path, "unix:mode,uid", LinkOption.NOFOLLOW_LINKS);
        int mode = (int) facts.get("mode");
        int owner = (int) facts.get("uid");
        if ((mode & TYPE) == LINK) {
            throw new IllegalArgumentException(
                    "%s cannot be trusted: it is a symbolic link".formatted(path));
        }
        if ((mode & TYPE) != type) {
            throw notA(what, path);
        }
        requireOwner(path, owner);
        if ((mode & OTHERS_WRITE) != 0) {
            throw new IllegalArgumentException(
                    "%s cannot be trusted: its permissions, %o, let other users write to it"
                            .formatted(path, mode & 07777));
        }
    }

    private static void requireOwner(Path path, int owner) {
        if (owner != User.NUMBER) {
            throw new IllegalArgumentException(
                    "%s cannot be trusted: it belongs to user %s, and this process runs as user %s"
                            .formatted(
                                    path,
                                    Integer.toUnsignedString(owner),
                                    Integer.toUnsignedString(User.NUMBER)));
        }
    }

    private static IllegalArgumentException notA(String what, Path path) {
        return new IllegalArgumentException("%s is no %s".formatted(path, what));
    }

    /// The user whom the files belong to that this process makes.
    private static final class User {
        private static final Path STATUS = Path.of("/proc/self/status");
        private static final String LINE = "Uid:";

        static final int NUMBER = number();

        private static int number() {
            try {
                if (Files.exists(STATUS)) {
                    for (String line : Files.readAllLines(STATUS, StandardCharsets.ISO_8859_1)) {
                        if (line.startsWith(LINE)) {
                            // Real, effective, saved, and the one for files.
                            String last = line.substring(line.lastIndexOf('\t') + 1);
                            return Integer.parseUnsignedInt(last);
                        }
                    }
                }
                Path file = Files.createTempFile("tandem", null);
                try {
                    return (int) Files.getAttribute(file, "unix:uid");
                } finally {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new IllegalStateException(
                        "it cannot be found out which user this process runs as: " + e, e);
            }
        }
    }
}
