package tandem.process;

import tandem.memory.Ownership;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/// Ahead-of-time caches of the JDK, with which workers start in half of the time: one for scripts
/// (mostly the compiler), one for code. They lie in the user's cache folder, under a key of the JDK
/// and the kit's jar, and are made once, in the background, at the lowest priority.
///
/// They are never needed: where there is none, or it is damaged, or it does not fit, the JVM starts
/// without. `-Dtandem.cache=off` does without them, `-Dtandem.cache=FOLDER` keeps them elsewhere.
public final class StartupCache {
    /// What a worker runs.
    enum Kind {
        SCRIPT,
        JOB;

        /// Another jar in the place of the first has another stamp.
        private Path in(Path folder) {
            File kit = JavaCommand.kit().toFile();
            return folder.resolve(
                    "%s-%d-%d.aot"
                            .formatted(
                                    name().toLowerCase(Locale.ROOT),
                                    kit.length(),
                                    kit.lastModified()));
        }
    }

    private static final Duration LONGEST_BUILD = Duration.ofMinutes(5);
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final AtomicBoolean TRIED = new AtomicBoolean();

    private StartupCache() {}

    /// The options that make a JVM use a cache; none when there is none yet.
    static List<String> options(Kind kind) {
        Path folder = folder().orElse(null);
        if (folder == null) {
            return List.of();
        }
        Path cache = kind.in(folder);
        if (isTrusted(cache)) {
            return List.of("-XX:AOTCache=" + cache, "-Xlog:aot=off", "-Xlog:cds=off");
        }
        if (TRIED.compareAndSet(false, true)) {
            Thread builder = new Thread(StartupCache::build, "tandem-startup-cache");
            builder.setDaemon(true);
            builder.start();
        }
        return List.of();
    }

    /// The folder for the caches of this JDK and this jar; empty where there are none.
    public static Optional<Path> folder() {
        String chosen = System.getProperty("tandem.cache", "");
        Path kit = JavaCommand.kit();
        if (chosen.equals("off")
                || !System.getProperty("os.name").equals("Linux")
                || !Files.isRegularFile(kit)) {
            return Optional.empty();
        }
        String key =
                "%s %s %s"
                        .formatted(
                                System.getProperty("java.home"),
                                System.getProperty("java.vm.version"),
                                kit);
        return Optional.of(
                (chosen.isEmpty() ? userCache() : Path.of(chosen).toAbsolutePath())
                        .resolve("tandem")
                        .resolve(Integer.toHexString(key.hashCode())));
    }

    /// The caches that workers would use now.
    public static List<Path> made() {
        return folder().stream()
                .flatMap(folder -> Stream.of(Kind.values()).map(kind -> kind.in(folder)))
                .filter(StartupCache::isTrusted)
                .toList();
    }

    /// A cache holds code. One that another user made, or may change, is none.
    private static boolean isTrusted(Path cache) {
        return Ownership.isOwnFolder(cache.getParent().getParent())
                && Ownership.isOwnFolder(cache.getParent())
                && Ownership.isOwnFile(cache);
    }

    private static Path userCache() {
        String folder = System.getenv("XDG_CACHE_HOME");
        return folder == null || folder.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".cache")
                : Path.of(folder);
    }

    private static void build() {
        Path folder = folder().orElseThrow();
        Path building = folder.resolve("building");
        try {
            Files.createDirectories(folder.getParent().getParent());
            Files.createDirectories(folder, OWNER_ONLY);
            if (!Ownership.isOwnFolder(folder.getParent()) || !Ownership.isOwnFolder(folder)) {
                return;
            }
            if (Files.exists(building)
                    && Files.getLastModifiedTime(building)
                            .toInstant()
                            .isBefore(Instant.now().minus(LONGEST_BUILD))) {
                Files.delete(building);
            }
            Files.createFile(building);
            Path script = folder.resolve("Training.java");
            try (InputStream source =
                    StartupCache.class.getResourceAsStream("/tandem/Training.java")) {
                Files.copy(source, script, StandardCopyOption.REPLACE_EXISTING);
            }
            start(
                    folder,
                    training(folder, Kind.JOB, "tandem.Training"),
                    training(folder, Kind.SCRIPT, script.toString()));
        } catch (IOException e) {
            // Another process builds them, or the folder cannot be written: workers start slower.
        }
    }

    /// Goes on when this process ends: it is soon over by itself. Caches of an earlier jar go.
    private static void start(Path folder, String... trainings) throws IOException {
        String line =
                "rm -f *.aot *.tmp; %s; rm -f building".formatted(String.join("; ", trainings));
        new ProcessBuilder("nice", "-n", "19", "sh", "-c", line)
                .directory(folder.toFile())
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start();
    }

    private static String training(Path folder, Kind kind, String main) {
        String line =
                String.join(
                        " ",
                        JavaCommand.options(JavaCommand.kit().toString()).stream()
                                .map(StartupCache::quote)
                                .toList());
        Path cache = kind.in(folder).getFileName();
        return "%s -Dtandem.dir=. -XX:AOTCacheOutput=%s.tmp %s && mv -f %s.tmp %s"
                .formatted(line, cache, quote(main), cache, cache);
    }

    private static String quote(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
