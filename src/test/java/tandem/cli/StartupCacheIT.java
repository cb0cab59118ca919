package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import tandem.testing.Locked;
import tandem.testing.Program;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/// Startup caches: made in the background, used when they are as they were made, and never in the
/// way. (They are made at the lowest priority, and so never where other tests keep the processors busy.)
@EnabledOnOs(OS.LINUX)
@Tag("alone")
@Timeout(300)
@Execution(ExecutionMode.CONCURRENT)
class StartupCacheIT {
    private static final List<String> CACHES = List.of("job.jsa", "script.jsa", "shell.jsa");

    /// Complete caches, which the tests copy.
    @TempDir static Path complete;

    /// Half a minute on an idle machine.
    private static final Duration MAKING = Duration.ofMinutes(4);

    private static Program.Ended first;

    @TempDir Path cache;
    @TempDir Path folder;

    /// The folder of this JDK and jar in `cache`.
    private Path caches;

    @BeforeAll
    @Timeout(300)
    static void makeCaches() throws IOException {
        Program.jar();
        Path program = Files.createTempDirectory(complete, "program");
        first = run(program, complete);
        awaitCaches(complete);
        if (Files.notExists(Program.CACHES.resolve("tandem"))) {
            // For the other tests, which would make the same.
            Files.createDirectories(Program.CACHES);
            copyCaches(Program.CACHES);
        }
    }

    @BeforeEach
    void copyCaches() throws IOException {
        copyCaches(cache);
        caches = caches(cache);
    }

    private static void copyCaches(Path cache) throws IOException {
        try (Stream<Path> files = Files.walk(complete.resolve("tandem"))) {
            for (Path file : files.toList()) {
                Files.copy(
                        file,
                        cache.resolve(complete.relativize(file)),
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private static Path caches(Path cache) throws IOException {
        try (Stream<Path> folders = Files.list(cache.resolve("tandem"))) {
            return folders.findFirst().orElseThrow();
        }
    }

    /// Runs a program with two workers; each tells the sum that it leaves, and its command line.
    private static Program.Ended run(Path folder, Path cache, String... options)
            throws IOException {
        Files.writeString(
                folder.resolve("Tells.java"),
                """
                import static tandem.Tandem.*;

                void main() {
                    tandem.Array sum = arg(0);
                    Object.class.getResource("of another file, for all that is known");
                    IO.println("script " + sum.add(0, 20) + " "
                        + ProcessHandle.current().info().commandLine().orElseThrow());
                }
                // New, and may look for files, so that its worker compiles it: %d
                """
                        .formatted(System.nanoTime()));
        Files.writeString(
                folder.resolve("Main.java"),
                """
                import static tandem.Tandem.*;

                void main() {
                    var sum = tandem.Array.of("i", 1);
                    spawn(a -> System.out.println("code " + a.add(0, 22) + " "
                        + ProcessHandle.current().info().commandLine().orElseThrow()), sum).join();
                    spawn(script("Tells"), sum).join();
                }
                """);
        Program.Ended ended =
                Program.tandem(folder.resolve("Main.java").toString())
                        .with("XDG_CACHE_HOME", cache.toString())
                        .with("TANDEM_JAVA_OPTS", String.join(" ", options))
                        .run();
        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.lines()).hasSize(2);
        assertThat(ended.lines().getFirst()).startsWith("code 22 ");
        assertThat(ended.lines().getLast()).startsWith("script 42 ");
        return ended;
    }

    private static void awaitCaches(Path cache) {
        Program.await(
                MAKING,
                () -> "startup caches in " + cache,
                () -> {
                    try {
                        Path folder = caches(cache);
                        return work(folder).isEmpty()
                                && Files.readAllLines(folder.resolve("made")).size() == 4
                                && CACHES.stream()
                                        .allMatch(name -> Files.exists(folder.resolve(name)));
                    } catch (IOException e) {
                        return false;
                    }
                });
    }

    /// The folders in which caches are being made, and what goes after them.
    private static List<Path> work(Path caches) throws IOException {
        try (Stream<Path> files = Files.list(caches)) {
            return files.filter(file -> file.getFileName().toString().matches("new.*|.*%new%.*"))
                    .toList();
        }
    }

    private void assertUsed(Program.Ended ended) {
        assertThat(ended.lines().getFirst())
                .contains("-XX:SharedArchiveFile=" + caches.resolve("job.jsa"));
        assertThat(ended.lines().getLast())
                .contains("-XX:SharedArchiveFile=" + caches.resolve("script.jsa"));
    }

    private static void assertNotUsed(Program.Ended ended) {
        assertThat(ended.out()).doesNotContain("SharedArchiveFile");
    }

    @Test
    void theyAreMadeInTheBackgroundAndThenUsed() throws IOException {
        assertNotUsed(first);

        assertUsed(run(folder, cache));
    }

    /// By far the most of what a worker loads that compiles a script.
    @Test
    void theOneForScriptsHasTheCompiler() throws IOException {
        assertThat(Files.size(caches.resolve("script.jsa")))
                .isGreaterThan(Files.size(caches.resolve("job.jsa")) * 5 / 4);
    }

    @Test
    void theProgramItselfUsesTheOneForScripts() throws IOException {
        Path program =
                Files.writeString(
                        folder.resolve("Shares.java"),
                        """
                        void main() {
                            tandem.Tandem.spawn(a -> a.add(0, 1), tandem.Array.of("i", 1)).join();
                        }
                        """);

        assertThat(cachedOf(program, "")).hasSize(3);
        assertThat(cachedOf(program, "-Dtandem.cache=off")).isEmpty();
        assertThat(cachedOf(program, "--add-modules=java.sql")).isEmpty();
    }

    /// Which of three classes a program that is compiled, shares an array and starts a worker has found in a cache.
    private List<String> cachedOf(Path program, String options) {
        Program.Ended ended =
                Program.tandem(program.toString())
                        .with("XDG_CACHE_HOME", cache.toString())
                        .with("TANDEM_JAVA_OPTS", "-Xlog:class+load:stdout " + options)
                        .run();
        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        return Stream.of("com.sun.tools.javac.main.JavaCompiler", "tandem.Array", "tandem.Worker")
                .filter(name -> ended.out().contains(" %s source: shared".formatted(name)))
                .toList();
    }

    @Test
    void theFrontEndOfJShellUsesItsOwn() throws IOException {
        Files.createDirectories(folder.resolve(".java/.userPrefs"));

        Program.Ended ended =
                Program.tandem()
                        .with("XDG_CACHE_HOME", cache.toString())
                        .with(
                                "TANDEM_JSHELL_OPTS",
                                "-J-Djava.util.prefs.userRoot=%s -R-Dtandem.dir=%s"
                                        .formatted(folder, folder))
                        .typing(
                                "var front = ProcessHandle.current().parent().orElseThrow()",
                                "System.out.println(front.info().commandLine().orElseThrow())")
                        .run();

        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).contains("-XX:SharedArchiveFile=" + caches.resolve("shell.jsa"));
    }

    @Test
    void theCacheOfTheShellHasWhatATerminalTakes() throws IOException {
        String cached = Files.readString(caches.resolve("shell.jsa"), StandardCharsets.ISO_8859_1);
        assertThat(List.of("Canvas", "Keyboard", "Painter", "PromptTerminal", "Tty"))
                .allMatch(name -> cached.contains("tandem/prompt/" + name));
    }

    /// One that is not in the cache is read from the jar, and the first one takes milliseconds.
    @Test
    void theCacheOfWorkersHasAllThatSharedObjectsAndStaticsTake() throws IOException {
        Path main =
                Files.writeString(
                        folder.resolve("Kinds.java"),
                        """
                        import static tandem.Tandem.*;

                        import tandem.*;

                        static void load(Class<?> type) {
                            if (type.isSealed()) {
                                for (Class<?> kind : type.getPermittedSubclasses()) {
                                    load(kind);
                                }
                            }
                        }

                        static class Board {
                            static Board first = new Board();
                            static int boards;

                            final List<String> lines = new ArrayList<>(List.of("one"));
                            final Path folder = Path.of("");
                            double width = 2.5;
                        }

                        void main() {
                            Board.boards++;
                            var a = Array.of("i", 3);
                            var reals = Array.of("d", 3, false);
                            var value = Value.of("q");
                            var permits = new Semaphore(1);
                            var all = new Barrier(1);
                            var changed = a.lock().newCondition();
                            spawn(() -> {
                                load(Shared.class);
                                reals.set(0, Board.first.width);
                                value.add(a.add(0, 1));
                                try (var one = permits.hold(); var lock = a.hold()) {
                                    all.await();
                                    changed.await(millis(1));
                                    changed.signal();
                                }
                                IO.println("worker " + ProcessHandle.current().pid());
                            }).join();
                        }
                        """);
        Program.Ended ended =
                Program.tandem(main.toString())
                        .with("XDG_CACHE_HOME", cache.toString())
                        .with(
                                "JDK_JAVA_OPTIONS",
                                "-Xlog:class+load:file=%s/loaded-%%p".formatted(folder))
                        .run();

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        String worker = ended.lines().getLast().replace("worker ", "");
        assertThat(Files.readAllLines(folder.resolve("loaded-" + worker)))
                .anyMatch(line -> line.contains("tandem.Barrier "))
                .noneMatch(line -> line.contains(" tandem.") && line.contains("tandem.jar"));
    }

    private enum Damage {
        TRUNCATED {
            @Override
            void apply(Path caches) throws IOException {
                for (String name : CACHES) {
                    try (var file =
                            Files.newByteChannel(caches.resolve(name), StandardOpenOption.WRITE)) {
                        file.truncate(file.size() / 2);
                    }
                }
            }
        },
        JUNK {
            @Override
            void apply(Path caches) throws IOException {
                for (String name : CACHES) {
                    overwrite(caches.resolve(name));
                }
            }
        },
        OF_ANOTHER_JAR {
            @Override
            void apply(Path caches) throws IOException {
                Path made = caches.resolve("made");
                Files.writeString(made, Files.readString(made).replaceFirst(" \\d+\n", " 1\n"));
            }
        },
        UNREADABLE_LIST {
            @Override
            void apply(Path caches) throws IOException {
                overwrite(caches.resolve("made"));
            }
        };

        abstract void apply(Path caches) throws IOException;
    }

    private static void overwrite(Path file) throws IOException {
        Files.write(file, new byte[(int) Files.size(file)]);
    }

    @ParameterizedTest
    @EnumSource
    void damagedOnesAreNotUsed(Damage damage) throws IOException {
        try (Locked _ = Locked.of(caches.resolve("building"))) {
            damage.apply(caches);

            assertNotUsed(run(folder, cache));
        }
    }

    private static void makeOld(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(25))));
    }

    /// However long that one takes.
    @Test
    void whileOneProcessMakesThemNoOtherDoes() throws IOException {
        Path building = caches.resolve("building");
        try (Locked _ = Locked.of(building)) {
            makeOld(building);
            Files.delete(caches.resolve("made"));

            assertNotUsed(run(folder, cache));

            Program.await(
                    Program.DEADLINE,
                    () -> "the end of the one that comes second",
                    () -> {
                        try {
                            return work(caches).isEmpty();
                        } catch (IOException e) {
                            return false;
                        }
                    });
            assertThat(caches.resolve("made")).doesNotExist();
            assertThat(caches.resolve("job.jsa")).exists();
        }
        run(folder, cache);
        awaitCaches(cache);
        assertUsed(run(folder, cache));
    }

    @Test
    void oneThatCouldNotBeMadeIsTriedAgainAfterADay() throws IOException {
        Path made = caches.resolve("made");
        Files.writeString(made, Files.readString(made).replaceFirst("job \\d+\n", "job 0\n"));
        assertThat(run(folder, cache).lines().getFirst()).doesNotContain("-XX:SharedArchiveFile=");
        assertThat(made).content().contains("job 0\n");

        makeOld(made);
        run(folder, cache);

        Program.await(
                MAKING,
                () -> "another try",
                () -> {
                    try {
                        return !Files.readString(made).contains("job 0\n");
                    } catch (IOException e) {
                        return false;
                    }
                });
        awaitCaches(cache);
        assertUsed(run(folder, cache));
    }

    @Test
    void theDoctorKnowsWhatFailedWhenTheyWereMade() throws IOException {
        assertThat(doctor()).contains("3 of 3 in " + caches).doesNotContain("failed");
        Path work = Files.createDirectory(caches.resolve("new-one"));
        Path script = Program.home().resolve("src/main/resources/tandem/startup-cache.sh");
        String java = "echo \"no memory for $1\" >&2; exit 3";
        Path failing = Files.writeString(folder.resolve("java"), java);
        String stamp = Files.readAllLines(caches.resolve("made")).getFirst();

        Program.of(
                        "sh",
                        script.toString(),
                        "false",
                        "tandem.jar",
                        stamp,
                        "sh",
                        failing.toString(),
                        "it")
                .in(work)
                .run();

        assertThat(caches.resolve("failed"))
                .content()
                .contains("ended with 3: sh " + failing)
                .contains("Training.java TrainingScript\nno memory for it\n")
                .contains("ended with 1: false");
        assertThat(doctor()).contains("0 of 3 in " + caches, "see " + caches.resolve("failed"));
    }

    private String doctor() {
        return Program.tandem("doctor").with("XDG_CACHE_HOME", cache.toString()).run().out();
    }

    @Test
    void thoseOfAJarThatIsGoneGoWhenOthersAreMade() throws IOException {
        Path gone = abandoned("gone", folder.resolve("no.jar"));
        Path young = abandoned("young", folder.resolve("no.jar"));
        Files.setLastModifiedTime(young.resolve("of"), FileTime.from(Instant.now()));
        Path used = abandoned("used", Program.jar());
        Files.delete(caches.resolve("made"));
        Path of = caches.resolve("of");
        Files.delete(of);

        // Whoever begins to make some writes this after it has looked for others.
        try (Locked _ = Locked.of(caches.resolve("building"))) {
            run(folder, cache);
            Program.await(Program.DEADLINE, () -> "" + of, () -> isOfThisJar(of));
        }

        assertThat(gone).doesNotExist();
        assertThat(young).exists();
        assertThat(used).exists();
    }

    private static boolean isOfThisJar(Path of) {
        try {
            return Files.readString(of)
                    .equals("%s\n%s\n".formatted(System.getProperty("java.home"), Program.jar()));
        } catch (IOException e) {
            return false;
        }
    }

    private Path abandoned(String name, Path jar) throws IOException {
        Path other =
                Files.createDirectory(
                        caches.resolveSibling(name),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
        Files.createFile(other.resolve("job.jsa"));
        Path of =
                Files.writeString(
                        other.resolve("of"),
                        "%s\n%s\n".formatted(System.getProperty("java.home"), jar));
        Files.setPosixFilePermissions(of, PosixFilePermissions.fromString("rw-------"));
        makeOld(of);
        return other;
    }

    /// What means something in formats, in shells and in addresses.
    @Test
    void theyAreMadeForAKitInAFolderOfAnyName() throws IOException {
        Path odd = Files.createDirectories(folder.resolve("50%s off 'n $x %20"));
        Path jar = Files.copy(Program.jar(), odd.resolve("tandem.jar"));
        Path libraries = Files.createDirectory(odd.resolve("lib"));
        try (Stream<Path> files = Files.list(Program.jar().resolveSibling("lib"))) {
            for (Path file : files.toList()) {
                Files.copy(file, libraries.resolve(file.getFileName()));
            }
        }
        Path own = Files.createDirectory(folder.resolve("cache"));
        Files.writeString(
                folder.resolve("Main.java"),
                """
                import static tandem.Tandem.*;

                void main() {
                    IO.println(call(() -> ProcessHandle.current().info().commandLine()
                        .orElseThrow()).result());
                }
                """);
        Program program =
                Program.jdk(
                                "java",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                jar.toString(),
                                folder.resolve("Main.java").toString())
                        .with("XDG_CACHE_HOME", own.toString());

        assertThat(program.run().err()).isEmpty();
        awaitCaches(own);
        assertThat(program.run().out()).contains("-XX:SharedArchiveFile=" + own);
    }

    @Test
    void damagedOnesAreMadeAgain() throws IOException {
        Damage.JUNK.apply(caches);

        assertNotUsed(run(folder, cache));

        awaitCaches(cache);
        assertUsed(run(folder, cache));
    }

    @Test
    void whatOnlyTheJvmFindsDamagedIsRefusedInSilence() throws IOException {
        for (String name : CACHES) {
            Path file = caches.resolve(name);
            FileTime time = Files.getLastModifiedTime(file);
            overwrite(file);
            Files.setLastModifiedTime(file, time);
        }

        assertUsed(run(folder, cache));
    }

    @Test
    void aFolderThatOthersCanWriteToIsNotUsed() throws IOException {
        Files.setPosixFilePermissions(caches, PosixFilePermissions.fromString("rwxrwx---"));

        assertNotUsed(run(folder, cache));
    }

    @Test
    void aLinkInThePlaceOfTheFolderIsNotFollowed() throws IOException {
        Path elsewhere = Files.move(caches, folder.resolve("elsewhere"));
        Files.createSymbolicLink(caches, elsewhere);
        Files.delete(elsewhere.resolve("of"));

        assertNotUsed(run(folder, cache));

        assertThat(caches).isSymbolicLink();
        assertThat(elsewhere.resolve("of")).doesNotExist();
    }

    @Test
    void aFolderOfSomebodyElseIsNotUsed() throws IOException {
        assumeTrue(
                Files.getOwner(folder).getName().equals("root"), "only root can give files away");
        UserPrincipal nobody =
                folder.getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName("nobody");
        Files.delete(caches.resolve("of"));
        Files.setOwner(caches, nobody);

        assertNotUsed(run(folder, cache));

        assertThat(Files.getOwner(caches, LinkOption.NOFOLLOW_LINKS)).isEqualTo(nobody);
        assertThat(caches.resolve("of")).doesNotExist();
    }

    @Test
    void whereThereCanBeNoFolderWorkersStartWithout() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertNotUsed(run(folder, file));
    }

    @Test
    void theyCanBeSwitchedOff() throws IOException {
        assertNotUsed(run(folder, cache, "-Dtandem.cache=off"));
    }
}
