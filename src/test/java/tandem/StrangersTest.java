package tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import tandem.session.Session;
import tandem.testing.Program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What other users may have planted is refused before it is used.
@Tag("once")
@Timeout(60)
class StrangersTest {
    private static final int NOBODY = 65534;

    @TempDir Path memory;

    private Program.Running other;
    private Path array;
    private Path session;

    @BeforeEach
    void startAnotherSession() {
        other = player("stay", "-Dtandem.dir=" + memory).start();
        array = Path.of(other.awaitLine("array "));
        session = array.getParent();
    }

    @AfterEach
    void endIt() {
        other.close();
    }

    private static Program player(String part, String... options) {
        return Program.jdk(
                "java",
                Stream.of(
                                Stream.of("--enable-native-access=ALL-UNNAMED"),
                                Stream.of(options),
                                Stream.of(
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        "tandem.Player",
                                        part))
                        .flatMap(all -> all)
                        .toArray(String[]::new));
    }

    @Test
    void aSessionOfAnotherUserIsRefused() throws IOException {
        assumeRoot();
        Files.setAttribute(session, "unix:uid", NOBODY);
        assertRefused(array, session.toString(), "belongs to user 65534", "user 0");
        assertThat(doctored()).doesNotContain(session);
        assertNoWorkerJoins("belongs to user 65534");
    }

    @Test
    void aSessionThatOthersMayWriteToIsRefused() throws IOException {
        for (int mode : new int[] {0720, 0702, 0777}) {
            mode(session, mode);
            assertRefused(array, session.toString(), "let other users write to it");
        }
        assertThat(doctored()).doesNotContain(session);
        assertNoWorkerJoins("let other users write to it");
        mode(session, 0700);
        assertThat(doctored()).contains(session);
    }

    @Test
    void aSessionWhereOthersMayExchangeFilesIsRefused() throws IOException {
        mode(memory, 0777);
        assertRefused(array, memory.toString(), "all users may exchange what is in", "chmod +t");
        assertNoWorkerJoins("chmod +t");
        Program.Ended maker = player("visit", "-Dtandem.dir=" + memory).run();
        assertThat(maker.exitCode()).isOne();
        assertThat(maker.err()).contains("no session can be started in " + memory, "chmod +t");
        assertThat(memory).isDirectoryContaining(session::equals);
        mode(memory, 01777);
        assertThat(Array.attach(array).get(0)).isEqualTo(7);
    }

    @Test
    void aFileOfAnotherUserIsRefused() throws IOException {
        assumeRoot();
        for (String name : new String[] {"roster", "alive"}) {
            Path file = session.resolve(name);
            Files.setAttribute(file, "unix:uid", NOBODY);
            assertRefused(array, file.toString(), "belongs to user 65534");
            Files.setAttribute(file, "unix:uid", 0);
        }
        Files.setAttribute(array, "unix:uid", NOBODY);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Array.attach(array))
                .withMessageContaining(array.toString())
                .withMessageContaining("belongs to user 65534");
    }

    @Test
    void aFileThatOthersMayWriteToIsRefused() throws IOException {
        for (String name : new String[] {"roster", "alive"}) {
            Path file = session.resolve(name);
            mode(file, 0622);
            assertRefused(array, file.toString(), "let other users write to it");
            mode(file, 0600);
        }
        mode(array, 0622);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Array.attach(array))
                .withMessageContaining(array.toString())
                .withMessageContaining("let other users write to it");
    }

    @Test
    void aSymbolicLinkIsNotFollowed() throws IOException {
        for (String name : new String[] {"roster", "alive"}) {
            Path file = session.resolve(name);
            Path target = Files.move(file, memory.resolve("target"));
            Files.createSymbolicLink(file, target);
            assertRefused(array, file.toString(), "symbolic link");
            Files.delete(file);
            Files.move(target, file);
        }
        Path target = Files.move(session, memory.resolve("target"));
        Files.createSymbolicLink(session, target);
        assertNoWorkerJoins("symbolic link");
        assertThat(doctored()).doesNotContain(session);
    }

    @Test
    void aPipeIsNotReadFrom() throws IOException {
        for (String name : new String[] {"array-1", "alive", "roster"}) {
            Path file = session.resolve(name);
            Path whole = Files.move(file, memory.resolve("whole"));
            assertThat(Program.of("mkfifo", "-m", "600", file.toString()).run().exitCode())
                    .isZero();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Array.attach(array))
                    .withMessageContaining(file + " is no file");
            Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING);
        }
        assertThat(Array.attach(array).get(0)).isEqualTo(7);
    }

    /// What a process is told that was started as a worker of the session.
    private void assertNoWorkerJoins(String reason) {
        Program.Ended worker = player("visit", "-Dtandem.worker=1025@" + session).run();
        assertThat(worker.exitCode()).isOne();
        assertThat(worker.err()).contains("cannot be joined", session.toString(), reason);
    }

    private List<Path> doctored() {
        String before = System.getProperty("tandem.dir");
        System.setProperty("tandem.dir", memory.toString());
        try {
            return Session.find().stream().map(Session.Found::directory).toList();
        } finally {
            if (before == null) {
                System.clearProperty("tandem.dir");
            } else {
                System.setProperty("tandem.dir", before);
            }
        }
    }

    @Test
    void whateverTheUmaskOnlyTheOwnerGetsIn() throws IOException {
        for (String umask : new String[] {"000", "077"}) {
            try (Program.Running made =
                    Program.of(
                                    "sh",
                                    "-c",
                                    "umask %s; exec '%s/bin/java' -Dtandem.dir=%s -cp '%s' tandem.Player stay"
                                            .formatted(
                                                    umask,
                                                    System.getProperty("java.home"),
                                                    memory,
                                                    System.getProperty("java.class.path")))
                            .start()) {
                Path file = Path.of(made.awaitLine("array "));
                assertThat(Files.getAttribute(file.getParent(), "unix:mode")).isEqualTo(040700);
                try (Stream<Path> files = Files.list(file.getParent())) {
                    assertThat(files)
                            .hasSize(3)
                            .allSatisfy(
                                    f ->
                                            assertThat(Files.getAttribute(f, "unix:mode"))
                                                    .isEqualTo(0100600));
                }
            }
        }
    }

    @Test
    void aSessionThatHasEndedIsNotEntered() throws IOException {
        Files.delete(session.resolve("alive"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Array.attach(array))
                .withMessageContaining(session.toString())
                .withMessageContaining("has ended");
    }

    private void assertRefused(Path path, String... reasons) throws IOException {
        Map<Path, Long> before = files();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Array.attach(path))
                .satisfies(e -> assertThat(e.getMessage()).contains(reasons));
        assertThat(files()).as("nothing was written").isEqualTo(before);
    }

    /// All files and when they were written last.
    private Map<Path, Long> files() throws IOException {
        Map<Path, Long> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(session)) {
            for (Path file : all.toList()) {
                files.put(
                        file,
                        Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toMillis());
            }
        }
        return files;
    }

    private static void mode(Path path, int mode) throws IOException {
        Files.setAttribute(path, "unix:mode", mode);
    }

    private static void assumeRoot() {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can play others");
    }
}
