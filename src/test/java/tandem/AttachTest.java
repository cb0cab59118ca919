package tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

class AttachTest {
    private static final int HEADER_BYTES = 4096;
    private static final int ELEMENTS = 3;

    /// No two have one name: what is mapped stays so for a while.
    private static int nextName = 900_000_000;

    /// A file of its own name in the session's directory, which the session takes with it.
    private Path damaged;

    /// What was done to the bytes of an array's file, and what an error has to say of it.
    private record Damage(String what, Consumer<ByteBuffer> change, int bytes, String reason) {
        static Damage of(String what, String reason, Consumer<ByteBuffer> change) {
            return new Damage(what, change, HEADER_BYTES + 4 * ELEMENTS, reason);
        }

        static Damage length(String what, String reason, int bytes) {
            return new Damage(what, _ -> {}, bytes, reason);
        }

        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Damage> damages() {
        return Stream.of(
                Damage.length("empty", "it is 0 bytes long, and a header takes 4096", 0),
                Damage.length("one byte", "it is 1 bytes long", 1),
                Damage.length("most of a header", "it is 4095 bytes long", HEADER_BYTES - 1),
                Damage.length("a header alone", "it is 4096 bytes long", HEADER_BYTES),
                Damage.length(
                        "a byte short",
                        "it is 4107 bytes long, and its header asks for 4108",
                        HEADER_BYTES + 4 * ELEMENTS - 1),
                Damage.length(
                        "a byte too long",
                        "it is 4109 bytes long, and its header asks for 4108",
                        HEADER_BYTES + 4 * ELEMENTS + 1),
                Damage.of("zeros", "magic", AttachTest::zero),
                Damage.of("random", "magic", AttachTest::randomize),
                Damage.of("not finished", "magic", b -> b.putLong(0, 0)),
                Damage.of("half a magic", "magic", b -> b.putInt(4, 0)),
                Damage.of("an older version", "version 0", b -> b.putInt(8, 0)),
                Damage.of("a newer version", "version 4", b -> b.putInt(8, 4)),
                Damage.of("kind 0", "kind, 0,", b -> b.putInt(12, 0)),
                Damage.of("kind 99", "kind, 99,", b -> b.putInt(12, 99)),
                Damage.of("kind -1", "kind, -1,", b -> b.putInt(12, -1)),
                Damage.of("a lock with data", "length, 3,", b -> b.putInt(12, 2).putInt(20, 1)),
                Damage.of("a lock without a guard", "guard, 0,", b -> b.putInt(12, 2)),
                Damage.of("an event with data", "length, 3,", b -> b.putInt(12, 3)),
                Damage.of("a roster of 3", "length, 3,", b -> b.putInt(12, 4)),
                Damage.of("no typecode", "is not a typecode", b -> b.putInt(16, 0)),
                Damage.of("typecode x", "\"x\" is not a typecode", b -> b.putInt(16, 'x')),
                Damage.of("typecode -7", "is not a typecode", b -> b.putInt(16, -7)),
                Damage.of("wider elements", "asks for 4120", b -> b.putInt(16, 'q')),
                Damage.of("guard -1", "guard, -1,", b -> b.putInt(20, -1)),
                Damage.of("guard 3", "guard, 3,", b -> b.putInt(20, 3)),
                Damage.of("a lock without a name", "lock's file", b -> b.putInt(20, 2)),
                Damage.of("a lock elsewhere", "lock's file", b -> guardedBy(b, "../../etc/passwd")),
                Damage.of("no such lock", "lock-999999999", b -> guardedBy(b, "lock-999999999")),
                Damage.of("length -1", "length, -1,", b -> b.putLong(24, -1)),
                Damage.of("length 2", "asks for 4104", b -> b.putLong(24, 2)),
                Damage.of("length 4", "asks for 4112", b -> b.putLong(24, 4)),
                Damage.of("a huge length", "length", b -> b.putLong(24, Long.MAX_VALUE)),
                Damage.of("an overflow", "length", b -> b.putLong(24, (1L << 62) + 3)),
                Damage.of("data at 0", "data begin at 0", b -> b.putLong(32, 0)),
                Damage.of("data at 8192", "data begin at 8192", b -> b.putLong(32, 8192)));
    }

    private static void zero(ByteBuffer bytes) {
        bytes.put(0, new byte[bytes.capacity()]);
    }

    private static void randomize(ByteBuffer bytes) {
        byte[] random = new byte[bytes.capacity()];
        new Random(7).nextBytes(random);
        bytes.put(0, random);
    }

    private static void guardedBy(ByteBuffer bytes, String name) {
        bytes.putInt(20, 2).put(512, name.getBytes());
    }

    @AfterEach
    void removeTheDamagedFile() throws IOException {
        if (damaged != null) {
            Files.deleteIfExists(damaged);
        }
    }

    @ParameterizedTest
    @MethodSource("damages")
    @Tag("once")
    void aDamagedFileIsRefusedByNameAndLeftAlone(Damage damage) throws IOException {
        byte[] bytes = damagedBytes(damage);
        damaged = Array.of("i", 1).path().resolveSibling("array-" + nextName++);
        Own.write(damaged, bytes);

        String named = damage.what.equals("no such lock") ? "lock-999999999" : damaged.toString();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Array.attach(damaged))
                .withMessageContaining(named)
                .withMessageContaining(damage.reason);

        assertThat(damaged).hasBinaryContent(bytes);
        if (!damage.what.equals("no such lock")) {
            assertThat(mapped()).doesNotContain(damaged.toString());
        }
    }

    /// The file of an array, changed, then cut or extended.
    private static byte[] damagedBytes(Damage damage) throws IOException {
        try (Array whole = Array.of("i", List.of(1, 2, 3), false)) {
            ByteBuffer bytes =
                    ByteBuffer.wrap(Files.readAllBytes(whole.path()))
                            .order(ByteOrder.nativeOrder());
            damage.change.accept(bytes);
            return Arrays.copyOf(bytes.array(), damage.bytes);
        }
    }

    /// What this process has mapped, where the operating system tells.
    private static String mapped() throws IOException {
        Path maps = Path.of("/proc/self/maps");
        return Files.exists(maps) ? Files.readString(maps) : "";
    }

    @Test
    @Tag("once")
    void anyDamageToAHeaderIsRefusedOrHarmless() throws IOException {
        byte[] whole;
        try (Array a = Array.of("i", List.of(1, 2, 3), false)) {
            whole = Files.readAllBytes(a.path());
        }
        Path session = Array.of("i", 1).path().getParent();
        Cases.run(
                2_000,
                random -> {
                    byte[] bytes = whole.clone();
                    int at = random.nextInt(48);
                    bytes[at] = (byte) random.nextInt(256);
                    Path file = session.resolve("array-" + nextName++);
                    try {
                        Own.write(file, bytes);
                        try (Array a = Array.attach(file)) {
                            assertThat(a.size()).isEqualTo(a.slice().size());
                        } catch (IllegalArgumentException e) {
                            assertThat(e).hasMessageContaining(file.toString());
                        }
                        Files.delete(file);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
    }

    @Test
    @Tag("once")
    void anIntactFileIsAttachedWhateverItsName() throws IOException {
        try (Array a = Array.of("i", List.of(1, 2, 3), false)) {
            damaged = a.path().resolveSibling("array-987654321");
            Files.copy(a.path(), damaged);
            Array copy = Array.attach(damaged);
            assertThat(copy.slice().toInts()).containsExactly(1, 2, 3);
            copy.set(0, 9);
            assertThat(a.get(0)).isEqualTo(1);
            copy.close();
            assertThat(damaged).exists();
        }
    }

    @Test
    @Tag("once")
    void aMissingFileIsRefusedByName(@TempDir Path folder) {
        Path nowhere = folder.resolve("array-1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Array.attach(nowhere))
                .withMessageContaining(nowhere.toString());
        Path none = Array.of("i", 1).path().resolveSibling("array-987654321");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Event.attach(none))
                .withMessageContaining(none.toString());
    }

    @Test
    @Tag("once")
    void aFileOutsideOfASessionIsRefused(@TempDir Path folder) throws IOException {
        try (Array a = Array.of("i", 1)) {
            Path copy = folder.resolve("array-1");
            Files.copy(a.path(), copy);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Array.attach(copy))
                    .withMessageContaining(folder.toString());
            Own.write(folder.resolve("alive"), new byte[0]);
            Own.write(folder.resolve("roster"), new byte[300_000]);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Array.attach(copy))
                    .withMessageContaining(folder.resolve("roster").toString())
                    .withMessageContaining("magic");
        }
    }

    @Test
    @Tag("once")
    void anObjectOfAnotherTypeIsRefused() {
        Array array = Array.of("i", 1);
        Lock lock = new Lock();
        Event event = new Event();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Array.attach(lock.path()))
                .withMessageContaining(lock.path().toString())
                .withMessageContaining("no Array")
                .withMessageContaining("Lock(%s, free)".formatted(lock.name()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Lock.attach(event.path()))
                .withMessageContaining("no Lock");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Event.attach(array.path()))
                .withMessageContaining("no Event");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Array.attach(array.path().resolveSibling("roster")))
                .withMessageContaining("roster");
    }

    @Test
    @Tag("once")
    void attachingWhatThisProcessHasGivesTheSameObject(@TempDir Path folder) throws IOException {
        Array array = Array.of("i", 1);
        Lock lock = new Lock();
        Event event = new Event();
        assertThat(Array.attach(array.path())).isSameAs(array);
        assertThat(Lock.attach(lock.path())).isSameAs(lock);
        assertThat(Event.attach(event.path())).isSameAs(event);
        Path link = Files.createSymbolicLink(folder.resolve("link"), array.path());
        assertThat(Array.attach(link)).isSameAs(array);
        Path here = Path.of("").toAbsolutePath();
        assertThat(Array.attach(here.relativize(array.path()))).isSameAs(array);
    }

    @Test
    @Tag("once")
    void onlyTheOwnerMayReadWhatIsShared() throws Exception {
        Array shared = Array.of("i", 1);
        assertOnlyForTheOwner(shared.path());
        Process stranger = stranger("umask 000", shared.path());
        try (BufferedReader said = stranger.inputReader()) {
            Path own = Path.of(said.readLine());
            assertThat(own.getParent()).isNotEqualTo(shared.path().getParent());
            assertOnlyForTheOwner(own);
            letGo(stranger);
            assertEndsWell(stranger);
            assertThat(own.getParent()).doesNotExist();
        }
    }

    private static void assertOnlyForTheOwner(Path file) throws IOException {
        Path directory = file.getParent();
        assertThat(permissions(directory)).isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).hasSizeGreaterThan(1).allMatch(AttachTest::isOnlyForTheOwner);
        }
    }

    private static boolean isOnlyForTheOwner(Path file) {
        try {
            return permissions(file).equals("rw-------");
        } catch (NoSuchFileException e) {
            return true; // Nobody could reach it any more, and it was given back just now.
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(
                Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void aProcessThatNobodySpawnedTakesPart() throws Exception {
        Array shared = Array.of("i", List.of(41));
        shared.acquire();
        Process stranger = stranger(":", shared.path());
        try (BufferedReader said = stranger.inputReader()) {
            said.readLine();
            assertThat(said.readLine()).as("it had the lock").isEqualTo("false");
            letGo(stranger);
            shared.release();
            assertThat(said.readLine()).isEqualTo("[42]");
        }
        assertEndsWell(stranger);
        assertThat(shared.get(0)).isEqualTo(42);
    }

    private static Process stranger(String before, Path file) throws IOException {
        return new ProcessBuilder(
                        "sh",
                        "-c",
                        before + "; exec \"$@\"",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-Dtandem.waiter=" + System.getProperty("tandem.waiter"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "src/test/scripts/Stranger.java",
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void letGo(Process stranger) throws Exception {
        stranger.outputWriter().append('\n').flush();
    }

    private static void assertEndsWell(Process stranger) throws Exception {
        assertThat(stranger.waitFor(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(stranger.exitValue()).isZero();
    }
}
