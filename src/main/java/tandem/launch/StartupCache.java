package tandem.launch;

import tandem.memory.Ownership;
import tandem.session.Joined;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/// Archives of classes that are loaded and linked ahead of time, with which JVMs start in half of the
/// time: one for workers that run scripts (mostly the compiler), one for those that run code, and one
/// for the front end of JShell, which `scripts/tandem` uses. They lie in the user's cache folder, in a
/// folder named after the JDK and the kit's jar, and are made in the background, at the lowest
/// priority: a JVM of each kind works once and lists its classes, then the JDK makes an archive of
/// them. (The newer `-XX:AOTCacheOutput` does both in one step, in four times as long; workers
/// started some milliseconds later with what it makes.)
///
/// They are never needed: where there is none, the JVM starts without. `-Dtandem.cache=off` does
/// without them, `-Dtandem.cache=FOLDER` keeps them elsewhere.
///
/// What a JVM maps from such a file it trusts, so a cache is used only when nobody but this user can
/// have written it, and only in the state in which it was finished: beside them lies a file `made`,
/// with the stamp of JDK and jar, and a line for each cache with its size, 0 for one that could not
/// be made. It is written after them, so that a cache that is newer has been changed since. Whatever
/// does not agree with it is made again, and what could not be made after a day; a file `failed` says
/// why. `startup-cache.sh`
/// makes them, in a folder of its own and under a lock, so that one process does it at a time.
public final class StartupCache {
    /// What a JVM runs.
    enum Kind {
        JOB,
        SCRIPT,
        SHELL;

        private String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        private String file() {
            return key() + ".jsa";
        }
    }

    /// In a JVM whose workers are to list their classes: the file for the list.
    private static final String TRAINING_PROPERTY = "tandem.training";

    private static final String LIST_OPTION = "-XX:DumpLoadedClassList=";
    private static final String BUILDER = "startup-cache.sh";
    private static final List<String> RESOURCES =
            List.of(BUILDER, "Training.java", "TrainingScript.java", "Training.jsh");
    private static final String MADE = "made";

    /// What was said when they were made and something failed; not there when all went well.
    private static final String FAILED = "failed";

    /// Says whose caches they are: the folder of the JDK, and the jar.
    private static final String OF = "of";

    /// What the name of a folder begins with in which caches are being made.
    private static final String WORK = "new";

    /// After this time, what could not be made is tried again.
    private static final Duration A_WHILE = Duration.ofDays(1);

    private static final String HOME = System.getProperty("java.home");
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final AtomicBoolean TRIED = new AtomicBoolean();

    private StartupCache() {}

    /// Whether the workers of this JVM are to do all that workers do, for the lists of what they load.
    public static boolean isTraining() {
        return System.getProperty(TRAINING_PROPERTY) != null;
    }

    /// The options that make a JVM use a cache; none when there is none yet.
    static List<String> options(Kind kind) {
        String list = System.getProperty(TRAINING_PROPERTY);
        if (list != null) {
            return List.of(LIST_OPTION + list);
        }
        Path folder = folder().orElse(null);
        if (folder == null) {
            return List.of();
        }
        Map<Kind, Long> made = made(folder);
        boolean isComplete =
                made.size() == Kind.values().length
                        && made.keySet().stream()
                                .allMatch(
                                        any ->
                                                made.get(any) == 0
                                                        ? !isOld(folder.resolve(MADE))
                                                        : isAsMade(folder, any, made));
        if (!isComplete && TRIED.compareAndSet(false, true)) {
            Thread builder = new Thread(() -> build(folder), "tandem-startup-cache");
            builder.setDaemon(true);
            builder.start();
        }
        return isAsMade(folder, kind, made)
                ? List.of(
                        "-XX:SharedArchiveFile=" + folder.resolve(kind.file()),
                        "-Xlog:aot=off",
                        "-Xlog:cds=off")
                : List.of();
    }

    /// The folder for the caches of this JDK and this jar; empty where there are none.
    public static Optional<Path> folder() {
        String chosen = System.getProperty("tandem.cache", "");
        Path kit = JavaCommand.kit();
        if (chosen.equals("off")
                || !System.getProperty("os.name").equals("Linux")
                || !Files.isRegularFile(kit)
                || kit.toString().contains("\n")) {
            return Optional.empty();
        }
        // scripts/tandem makes the same name.
        String name = (HOME + kit).replace('/', '%');
        return Optional.of(
                (chosen.isEmpty() ? userCache() : Path.of(chosen).toAbsolutePath())
                        .resolve("tandem")
                        .resolve(name));
    }

    /// The folder when nobody but this user can write to it; null when it is not there, or not so.
    static Path privateFolder() {
        return folder().filter(StartupCache::isPrivate).orElse(null);
    }

    /// Whether they are being made now.
    public static boolean isBuilding() {
        try (DirectoryStream<Path> work =
                Files.newDirectoryStream(folder().orElseThrow(), WORK + "*")) {
            return work.iterator().hasNext();
        } catch (IOException | NoSuchElementException e) {
            return false;
        }
    }

    /// The caches that would be used now.
    public static List<Path> made() {
        return folder().stream()
                .flatMap(
                        folder -> {
                            Map<Kind, Long> made = made(folder);
                            return Stream.of(Kind.values())
                                    .filter(kind -> isAsMade(folder, kind, made))
                                    .map(kind -> folder.resolve(kind.file()));
                        })
                .toList();
    }

    /// The file that says what failed when they were made; empty when nothing did.
    public static Optional<Path> failure() {
        return folder().map(folder -> folder.resolve(FAILED)).filter(Files::isRegularFile);
    }

    private static Path userCache() {
        String folder = System.getenv("XDG_CACHE_HOME");
        return folder == null || folder.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".cache")
                : Path.of(folder);
    }

    /// The sizes of the caches that were made for this JDK and this jar; none when others can write
    /// to the folder.
    private static Map<Kind, Long> made(Path folder) {
        Map<Kind, Long> sizes = new EnumMap<>(Kind.class);
        try {
            List<String> lines =
                    isPrivate(folder) ? Files.readAllLines(folder.resolve(MADE)) : List.of();
            if (!lines.isEmpty() && lines.getFirst().equals(stamp())) {
                for (String line : lines.subList(1, lines.size())) {
                    String[] words = line.split(" ");
                    sizes.put(
                            Kind.valueOf(words[0].toUpperCase(Locale.ROOT)),
                            Long.valueOf(words[1]));
                }
            }
        } catch (IOException | RuntimeException e) {
            // There are none yet, or the file is damaged: they are made again.
            sizes.clear();
        }
        return sizes;
    }

    /// What a cache holds is run: nobody else may have made it, or put it there.
    private static boolean isPrivate(Path folder) {
        return Ownership.isOwnFolder(folder.getParent()) && Ownership.isOwnFolder(folder);
    }

    private static boolean isAsMade(Path folder, Kind kind, Map<Kind, Long> made) {
        File cache = folder.resolve(kind.file()).toFile();
        return cache.isFile()
                && cache.length() == made.getOrDefault(kind, -1L)
                && cache.lastModified() <= folder.resolve(MADE).toFile().lastModified();
    }

    /// Another jar in the place of the first has another stamp, and so has a JDK.
    private static String stamp() {
        File kit = JavaCommand.kit().toFile();
        return "%s %d %d"
                .formatted(System.getProperty("java.vm.version"), kit.length(), kit.lastModified());
    }

    private static void build(Path folder) {
        try {
            Files.createDirectories(folder.getParent().getParent());
            Files.createDirectories(folder, OWNER_ONLY);
            if (isPrivate(folder)) {
                removeAbandoned(folder.getParent());
                Files.write(folder.resolve(OF), List.of(HOME, JavaCommand.kit().toString()));
                start(Files.createTempDirectory(folder, WORK + "-"));
            }
        } catch (IOException e) {
            // The folder cannot be written: workers start slower.
        }
    }

    /// Goes on when this process ends: it is soon over by itself. What was there before goes.
    private static void start(Path work) throws IOException {
        for (String resource : RESOURCES) {
            try (InputStream in = StartupCache.class.getResourceAsStream("/tandem/" + resource)) {
                Files.copy(in, work.resolve(resource));
            }
        }
        String java = Path.of(HOME, "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of("nice", "-n", "19", "sh", BUILDER));
        command.addAll(List.of(java, JavaCommand.kit().toString(), stamp()));
        command.addAll(JavaCommand.options(JavaCommand.kit().toString()));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(work.toFile())
                        .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectOutput(Redirect.DISCARD)
                        .redirectError(Redirect.DISCARD);
        builder.environment().remove(Joined.VARIABLE);
        builder.start();
    }

    /// Removes the folders of JDKs and jars that have been gone for a while.
    private static void removeAbandoned(Path all) throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(all)) {
            for (Path folder : folders) {
                if (isAbandoned(folder)) {
                    remove(folder);
                }
            }
        }
    }

    private static boolean isAbandoned(Path folder) throws IOException {
        Path of = folder.resolve(OF);
        return Ownership.isOwnFolder(folder)
                && Ownership.isOwnFile(of)
                && isOld(of)
                && Files.readAllLines(of).stream().anyMatch(path -> Files.notExists(Path.of(path)));
    }

    private static boolean isOld(Path file) {
        return file.toFile().lastModified() < System.currentTimeMillis() - A_WHILE.toMillis();
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
    }
}
