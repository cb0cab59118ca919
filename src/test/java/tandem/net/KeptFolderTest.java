package tandem.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static tandem.Tandem.join;
import static tandem.Tandem.leave;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import tandem.Array;
import tandem.Event;
import tandem.memory.Ownership;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/// A server whose data and code are kept: who has joined goes on when it is back.
@Tag("once")
@Timeout(120)
class KeptFolderTest {
    @TempDir Path home;
    private Path folder;

    @BeforeEach
    void requireServer() {
        assumeTrue(Server.isInstalled(), "neither valkey-server nor redis-server is on the PATH");
        folder = home.resolve("kept");
    }

    private Server server() {
        return Server.start(Server.Plan.USUAL.withFolder(folder));
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void whoHasJoinedGoesOnWhenItIsBack() throws Exception {
        String code;
        Array board;
        Event go;
        try (Server server = server()) {
            code = server.code("127.0.0.1").text();
            join(code);
            board = Array.named("board-kept", "q", 3);
            go = Event.named("go-kept");
            board.set(1, Long.MIN_VALUE);
        }
        try (Server server = server()) {
            assertThat(server.code("127.0.0.1").text()).isEqualTo(code);
            board.acquire();
            board.add(1, 1);
            board.release();
            go.set();
            assertThat(board.get(1)).isEqualTo(Long.MIN_VALUE + 1);
            assertThat(go.isSet()).isTrue();
        } finally {
            leave();
        }
        assertThat(mode(folder)).isEqualTo("rwx------");
        try (var files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(mode(file)).as(file.toString()).startsWith("rw-").endsWith("---");
            }
        }
    }

    @Test
    void itIsThereAtOnceWhenItsWorkshopWasKilled() throws Exception {
        String first = "";
        for (int i = 0; i < 3; i++) {
            Process workshop =
                    GuestProcess.java(
                                    List.of(), "tandem.net.Workshop", "--folder", folder.toString())
                            .start();
            String line = workshop.inputReader().readLine();
            assertThat(line).startsWith("scripts/tandem --join 127.0.0.1:");
            first = first.isEmpty() ? line : first;
            assertThat(line)
                    .isEqualTo(first)
                    .endsWith(Files.readString(folder.resolve("code")).strip());
            workshop.destroyForcibly().waitFor();
        }
        try (Server server = server()) {
            assertThat(first).endsWith(server.code("127.0.0.1").text());
        }
    }

    @Test
    void twoDoNotOpenOneFolder() {
        try (Server one = server()) {
            assertThatIllegalStateException()
                    .isThrownBy(this::server)
                    .withMessage("%s is the folder of a workshop that is open now", folder);
            assertThat(one.folder().isKept()).isTrue();
        }
    }

    @Test
    void oneThatOthersMayReadIsRefused() throws IOException {
        Files.createDirectory(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThatIllegalStateException()
                .isThrownBy(this::server)
                .withMessage(
                        "%s has to be a folder that its owner alone may read: chmod 700 %s",
                        folder, folder);
    }

    @Test
    void oneOfSomebodyElseIsRefused() throws IOException {
        assumeTrue(Ownership.user().equals("0"), "only root can give a folder away");
        Files.createDirectory(
                folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.setOwner(
                folder,
                folder.getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName("nobody"));
        assertThatIllegalStateException()
                .isThrownBy(this::server)
                .withMessageMatching(
                        folder + " cannot be trusted: it belongs to user \\d+, and .* as user 0");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void secretsThatWereChangedAreRefused() throws IOException {
        server().close();
        Path secrets = folder.resolve("secrets");
        Files.writeString(secrets, Files.readString(secrets).replace("guest=", "guest=x"));
        assertThatIllegalStateException()
                .isThrownBy(this::server)
                .withMessage(
                        "%s is no file that a workshop has written: it has no guest of 16 bytes",
                        secrets);
    }
}
