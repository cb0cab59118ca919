package tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tandem.testing.Program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// What is left behind, by whom it is removed, and by whom it is not.
@Tag("once")
class LeftoversTest {
    /// As /dev/shm: every user may make something in it, and remove only his own.
    private Path memory;

    @BeforeEach
    void makeMemory() throws IOException {
        memory = Files.createTempDirectory("memory");
        Files.setAttribute(memory, "unix:mode", 01777);
    }

    @AfterEach
    void removeMemory() throws IOException {
        try (Stream<Path> all = Files.walk(memory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private Program player(String part, String... before) {
        List<String> line = new ArrayList<>(List.of(before));
        line.addAll(javaLine(memory));
        line.add("tandem.Player");
        line.add(part);
        return Program.of(line.toArray(String[]::new));
    }

    private static List<String> javaLine(Path memory) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Dtandem.dir=" + memory,
                "-cp",
                classes(Array.class) + ":" + classes(Player.class));
    }

    private static String classes(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation().getPath();
    }

    /// A process that starts a session and ends.
    private void visit(String... before) {
        Program.Ended ended = player("visit", before).run();
        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
    }

    private List<Path> left() throws IOException {
        try (Stream<Path> files = Files.list(memory)) {
            return files.toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"parent", "worker, parent", "parent, worker"})
    void whatTheKilledHaveLeftTheNextOneSweeps(String killed) throws IOException {
        try (Program.Running parent = player("liveWithWorker").start()) {
            long worker = Long.parseLong(parent.awaitLine("worker "));
            for (String who : killed.split(", ")) {
                if (who.equals("parent")) {
                    parent.kill();
                } else {
                    ProcessHandle.of(worker).ifPresent(ProcessHandle::destroyForcibly);
                }
            }
            Program.awaitEndOf(parent.pid(), Program.DEADLINE);
            Program.awaitEndOf(worker, Program.DEADLINE);
        }
        assertThat(left()).as("what the dead left").isNotEmpty();

        Program.awaitEmpty(memory, this::visit);
    }

    @RepeatedTest(12)
    void atWhicheverMomentAProcessIsKilledTheNextOneSweeps(RepetitionInfo round)
            throws IOException {
        try (Program.Running victim = player("stay").start()) {
            long longest = Duration.ofMillis(25L * round.getCurrentRepetition()).toNanos();
            Instant end = Instant.now().plusNanos(new Random().nextLong(longest));
            Program.await(Program.DEADLINE, () -> "the moment", () -> Instant.now().isAfter(end));
            victim.kill();
            Program.awaitEndOf(victim.pid(), Program.DEADLINE);
        }
        for (Path session : left()) {
            age(session);
        }

        Program.awaitEmpty(memory, this::visit);
    }

    private static void age(Path session) throws IOException {
        date(session, Instant.now().minusSeconds(60));
    }

    private static void date(Path session, Instant time) throws IOException {
        Files.setLastModifiedTime(session, FileTime.from(time));
    }

    @Test
    void aDirectoryWhoseMakerDiedAtOnceIsSweptWhenItIsOld() throws IOException {
        Path empty = session("tandem-1");
        Path unlocked = session("tandem-2");
        Files.createFile(unlocked.resolve("alive.new"));
        Path halfRemoved = session("tandem-3");
        Files.createFile(halfRemoved.resolve("roster"));
        Files.createFile(halfRemoved.resolve("array-1"));
        Files.createFile(halfRemoved.resolve("outcome-1025.part"));
        for (Path session : left()) {
            date(session, Instant.now().plusSeconds(60));
        }
        visit();
        assertThat(left()).as("they may be in the making").contains(empty, unlocked, halfRemoved);

        age(empty);
        age(unlocked);
        age(halfRemoved);
        Program.awaitEmpty(memory, this::visit);
    }

    @Test
    void aProcessThatEndsStartsNoSession() {
        assertThat(player("startAtExit").run().out()).isEqualTo("refused\n");
        assertThat(memory).isEmptyDirectory();
    }

    @Test
    void whatIsSharedWhileAProcessEndsIsNotLeft() {
        for (int round = 0; round < 5; round++) {
            Program.Ended ended = player("shareAtExit").run();
            assertThat(ended.err()).isEmpty();
            assertThat(ended.lines()).endsWith("refused");
            assertThat(memory).isEmptyDirectory();
        }
    }

    @Test
    void whatIsNoSessionIsLeftAlone() throws IOException {
        Path project = Files.createFile(session("tandem-project").resolve("alive"));
        Path other = Files.createFile(session("tandem-7").resolve("letter.txt"));
        for (Path file : List.of(project, other)) {
            age(file.getParent());
        }
        visit();
        assertThat(project).exists();
        assertThat(other).exists();
    }

    /// As a session's directory, empty.
    private Path session(String name) throws IOException {
        return Files.createDirectory(
                memory.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    @Test
    void aDeadSessionThatIsNotTheUsersOwnIsLeftAlone() throws IOException {
        assumeRoot();
        Path dead = dead();
        Files.setAttribute(dead, "unix:uid", 65534);
        visit();
        assertThat(dead).exists();

        Files.setAttribute(dead, "unix:uid", 0);
        Path elsewhere = Files.move(dead, Files.createTempDirectory("elsewhere").resolve("1"));
        Files.createSymbolicLink(dead, elsewhere);
        visit();
        assertThat(elsewhere).isNotEmptyDirectory();

        Files.delete(dead);
        Files.move(elsewhere, dead);
        Files.delete(elsewhere.getParent());
        Program.awaitEmpty(memory, this::visit);
    }

    /// The directory of a session whose only process was killed.
    private Path dead() {
        try (Program.Running victim = player("stay").start()) {
            Path array = Path.of(victim.awaitLine("array "));
            victim.kill();
            Program.awaitEndOf(victim.pid(), Program.DEADLINE);
            return array.getParent();
        }
    }

    @Test
    void aLivingSessionIsNotSwept() throws Exception {
        assertItOutlives(this::visit);
    }

    @Test
    void aLivingSessionIsNotSweptFromAnotherContainer() throws Exception {
        assumeRoot();
        assertItOutlives(() -> visit("unshare", "--pid", "--fork", "--mount-proc"));
        assertItOutlives(this::visit, "unshare", "--pid", "--fork", "--mount-proc");
    }

    @Test
    void aLivingSessionIsNotSweptByAnotherUser() throws Exception {
        assumeRoot();
        String[] asNobody = {
            "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs"
        };
        assertItOutlives(() -> visit(asNobody));
        assertItOutlives(this::visit, asNobody);
    }

    @Test
    void aLivingSessionIsNotSweptWhileItIsStopped() throws Exception {
        Process process =
                new ProcessBuilder(
                                Stream.concat(
                                                javaLine(memory).stream(),
                                                Stream.of("tandem.Player", "live"))
                                        .toList())
                        .redirectErrorStream(true)
                        .start();
        try (var said = process.inputReader()) {
            Path array = Path.of(said.readLine().substring("array ".length()));
            age(array.getParent());
            signal("STOP", process.pid());
            visit();
            assertThat(array).exists();
            signal("CONT", process.pid());
            process.outputWriter().close();
            assertThat(said.readLine()).isEqualTo("still 7 true");
            assertThat(said.readLine()).isEqualTo("over");
            assertThat(process.waitFor()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    private static void signal(String name, long pid) {
        assertThat(Program.of("kill", "-" + name, Long.toString(pid)).run().exitCode()).isZero();
    }

    private void assertItOutlives(Runnable visits, String... before) throws Exception {
        List<String> line = new ArrayList<>(List.of(before));
        line.addAll(javaLine(memory));
        line.addAll(List.of("tandem.Player", "live"));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        try (var said = process.inputReader()) {
            Path array = Path.of(said.readLine().substring("array ".length()));
            age(array.getParent());
            visits.run();
            process.outputWriter().close();
            assertThat(said.readLine()).isEqualTo("still 7 true");
            assertThat(said.readLine()).isEqualTo("over");
            assertThat(process.waitFor()).isZero();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        assertThat(memory).isEmptyDirectory();
    }

    private static void assumeRoot() {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can play others");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void memoryThatIsFullIsAnErrorWithTheFigures(int processes) {
        Program.Ended ended = onSmallMemory("fill", "2m", processes, "200000");
        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        assertThat(lines(ended, "error "))
                .hasSize(processes)
                .allMatch(
                        line ->
                                line.matches(
                                        "(there is no room for 204096 bytes of shared memory|no"
                                            + " session can be started) in .* \\(\\d+ (bytes )?are"
                                            + " free\\): .+"));
        int made = lines(ended, "made ").stream().mapToInt(Integer::parseInt).sum();
        assertThat(made).isPositive();
        int files = lines(ended, "files ").stream().mapToInt(Integer::parseInt).sum();
        assertThat(files).isEqualTo(made);
    }

    @Test
    void memoryThatIsFullForASessionIsAnErrorAndNothingIsLeft() {
        Program.Ended ended = onSmallMemory("fill", "128k", 1, "10");
        assertThat(ended.err()).isEmpty();
        assertThat(ended.out())
                .containsPattern("error no session can be started in .* \\(\\d+ bytes are free\\)")
                .contains("left 0");
    }

    private static List<String> lines(Program.Ended ended, String beginning) {
        return ended.lines().stream()
                .filter(line -> line.startsWith(beginning))
                .map(line -> line.substring(beginning.length()))
                .toList();
    }

    @Test
    void whatIsClosedMakesRoomAtOnceAndWhatIsDroppedWhenThereIsNone() {
        Program.Ended ended = onSmallMemory("closeEach", "64m", 1, "5000000");
        assertThat(ended.lines()).as(ended.err()).contains("closed", "dropped", "code 0");
    }

    /// Runs players at once on a file system of their own, which goes with them.
    private Program.Ended onSmallMemory(String part, String size, int processes, String elements) {
        assumeRoot();
        String line = String.join(" ", javaLine(memory)) + " tandem.Player " + part + " " + memory;
        String all = "(%s %s; echo code $?) & ".formatted(line, elements).repeat(processes);
        return Program.of(
                        "unshare",
                        "--mount",
                        "sh",
                        "-c",
                        "mount -t tmpfs -o size=%s tmpfs %s && { %s wait; }"
                                .formatted(size, memory, all))
                .run();
    }

    /// In the interpreter, as the JVM can die of it in code that its second compiler has compiled.
    @Test
    void anAccessToAFileThatWasCutIsAnErrorAndTheProcessGoesOn() {
        Program.Ended ended = player("truncate").with("JDK_JAVA_OPTIONS", "-Xint").run();
        assertThat(ended.lines())
                .containsExactly(
                        "InternalError",
                        "InternalError",
                        "InternalError",
                        "InternalError",
                        "InternalError",
                        "after [5, 2]");
    }

    @Test
    void anArrayWhoseFileWasDeletedGoesOn() throws IOException {
        Array array = Array.of("i", List.of(1, 2));
        Files.delete(array.path());
        array.add(0, 4);
        assertThat(array.slice().toInts()).containsExactly(5, 2);
        array.close();
    }
}
