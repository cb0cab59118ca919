package tandem;

import static org.assertj.core.api.Assertions.assertThat;

import static tandem.Tandem.millis;
import static tandem.Tandem.seconds;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tandem.session.Survey;
import tandem.testing.Program;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.stream.Stream;

/// Who counts as alive, and who as dead.
class LivenessTest implements WithWorkers {
    private static final int ROUNDS = 9;
    private static final long MEDIAN_MILLIS = 200;
    private static final int AT_LOCK_WORD = 128;
    private static final int SLOTS = 4096;
    private static final int SLOT_BYTES = 256;
    private static final int SLOT_PID = 8;
    private static final int SLOT_STARTED = 16;
    private static final int SLOT_PRESENT = 28;

    /// A process that was sent the signal stops thread by thread, when each has a processor.
    private static boolean isStopped(long pid) {
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path thread : threads.toList()) {
                String stat = Files.readString(thread.resolve("stat"));
                if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void signal(String name, long pid) {
        assertThat(Program.of("kill", "-" + name, Long.toString(pid)).run().exitCode()).isZero();
    }

    @Test
    void aStoppedHolderIsNotDead() {
        Lock lock = new Lock();
        Event go = new Event();
        Worker holder = startHolder("holder", lock, go);
        signal("STOP", holder.pid());
        Await.until("all of its threads stand", () -> isStopped(holder.pid()));
        try {
            go.set();
            assertThat(lock.acquire(seconds(1))).as("taken from a stopped holder").isFalse();
            assertThat(lock.toString()).contains("holder (pid " + holder.pid());
        } finally {
            signal("CONT", holder.pid());
        }
        try (var held = lock.hold()) {
            assertThat(held.recovered()).isFalse();
        }
        end(holder);
    }

    /// The holder's number is another process's now, as after its death and a round of all pids; and
    /// it has not come so far that it could be asked for by the lock on its byte.
    @Test
    void aProcessThatGotTheNumberOfTheHolderIsNotTheHolder() throws IOException {
        Lock lock = new Lock();
        Event go = new Event();
        Worker holder = startHolder("holder", lock, go);
        Program.Running other = Program.of("sleep", "1000").start();
        try (other;
                FileChannel file = FileChannel.open(lock.path(), StandardOpenOption.READ);
                FileChannel roster =
                        FileChannel.open(
                                lock.path().resolveSibling("roster"),
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE)) {
            int slot = number(file, AT_LOCK_WORD).getInt(0) & 1023;
            long at = SLOTS + (long) slot * SLOT_BYTES;
            assertThat(number(roster, at + SLOT_PID).getLong(0)).isEqualTo(holder.pid());
            long started = number(roster, at + SLOT_STARTED).getLong(0);

            roster.write(number(0).limit(Integer.BYTES), at + SLOT_PRESENT);
            roster.write(number(other.pid()), at + SLOT_PID);
            roster.write(number(started(other.pid())), at + SLOT_STARTED);
            assertThat(started).isEqualTo(started(holder.pid()));
            assertThat(lock.acquire(millis(300))).as("the other one, as it is").isFalse();

            roster.write(number(started), at + SLOT_STARTED);
            assertThat(started).isNotEqualTo(started(other.pid()));
            assertThat(lock.acquire(Await.PATIENCE)).as("another start time").isTrue();
            lock.release();
            roster.write(number(holder.pid()), at + SLOT_PID);
        }
        kill(holder);
    }

    /// In clock ticks since the machine was started, which do not move when the clock is set.
    private static long started(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A slot of this session's, as claimed by a process before it is said for which one, with what
    /// a dead process has left in it.
    private void claim(FileChannel roster, int slot, int claimer) throws IOException {
        long at = SLOTS + (long) slot * SLOT_BYTES;
        roster.write(number((long) claimer << 32 | 5 << 2 | 1), at);
        roster.write(number(4 << 10 | slot).limit(Integer.BYTES), at + SLOT_PRESENT);
        roster.write(number(endedPid()).limit(Long.BYTES), at + SLOT_PID);
    }

    private static int endedPid() {
        Program.Running running = Program.of("sleep", "1000").start();
        running.close();
        Program.awaitEndOf(running.pid(), Await.PATIENCE);
        return (int) running.pid();
    }

    @Test
    @Tag("once")
    void aPlaceThatWasJustClaimedIsLeftToItsClaimer() throws IOException {
        int slot = 900;
        try (FileChannel roster = roster();
                Survey survey = Survey.of(new Lock().path().getParent())) {
            claim(roster, slot, (int) -ProcessHandle.current().pid());
            end(start("next", () -> {}));
            assertThat(number(roster, SLOTS + (long) slot * SLOT_BYTES).getInt(0)).isEqualTo(21);
            assertThat(isAlive(survey, slot)).isTrue();

            claim(roster, slot, -endedPid());
            assertThat(isAlive(survey, slot)).as("starting for ever").isFalse();
            end(start("next", () -> {}));
            assertThat(number(roster, SLOTS + (long) slot * SLOT_BYTES).getInt(0)).isEqualTo(20);
        }
    }

    @Test
    @Tag("once")
    void aPlaceWhoseParentWasKilledBeforeItNamedAProcessIsFreed() throws IOException {
        int slot = 901;
        Lock lock = new Lock();
        Worker parent = startHolder("parent", lock, new Event());
        try (FileChannel file = FileChannel.open(lock.path(), StandardOpenOption.READ);
                FileChannel roster = roster();
                Survey survey = Survey.of(lock.path().getParent())) {
            claim(roster, slot, number(file, AT_LOCK_WORD).getInt(0) & Integer.MAX_VALUE);
            assertThat(isAlive(survey, slot)).isTrue();
            kill(parent);
            assertThat(isAlive(survey, slot)).as("starting for ever").isFalse();
            end(start("next", () -> {}));
            assertThat(number(roster, SLOTS + (long) slot * SLOT_BYTES).getInt(0)).isEqualTo(20);
        }
    }

    private static FileChannel roster() throws IOException {
        return FileChannel.open(
                new Lock().path().resolveSibling("roster"),
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }

    private static boolean isAlive(Survey survey, int slot) {
        survey.refresh();
        return survey.look().getFirst().processes().stream()
                .filter(process -> (process.holder() & 1023) == slot)
                .findFirst()
                .orElseThrow()
                .vitals()
                .isAlive();
    }

    private static ByteBuffer number(long value) {
        return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(0, value);
    }

    private static ByteBuffer number(FileChannel file, long at) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
        file.read(bytes, at);
        return bytes;
    }

    /// Nobody's child, and of another session: nobody sees its end but those who look.
    @Test
    @Tag("once")
    @Tag("alone")
    void theLockOfAKilledStrangerIsHadSoon() {
        long[] nanos = new long[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            Lock lock = new Lock();
            try (Program.Running stranger = stranger(lock.path())) {
                stranger.awaitLine("held by ");
                Beside<Long> waiting =
                        Beside.call(
                                () -> {
                                    try (var held = lock.hold()) {
                                        assertThat(held.recovered()).isTrue();
                                        return System.nanoTime();
                                    }
                                });
                Words.of(lock).awaitLockWaiter();
                long start = System.nanoTime();
                stranger.kill();
                nanos[round] = waiting.end() - start;
            }
        }
        Arrays.sort(nanos);
        assertThat(nanos[ROUNDS / 2] / 1_000_000).isLessThan(MEDIAN_MILLIS);
    }

    /// A process that has ended stays in the tables until its parent asks for its exit code. This
    /// parent never does.
    @Test
    @Tag("once")
    void aHolderWhoseEndNobodyAsksForIsDead() {
        Lock lock = new Lock();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String[] command = {
            "sh",
            "-c",
            "\"$@\" & exec sleep 1000",
            "sh",
            java,
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "tandem.Player",
            "hold",
            lock.path().toString()
        };
        try (Program.Running parent = Program.of(command).start()) {
            long holder = Long.parseLong(parent.awaitLine("held by "));
            Words words = Words.of(lock);
            Beside<Boolean> waiting =
                    Beside.call(
                            () -> {
                                try (var held = lock.hold()) {
                                    return held.recovered();
                                }
                            });
            words.awaitLockWaiter();
            signal("KILL", holder);
            assertThat(waiting.end()).isTrue();
            assertThat(Program.isAlive(holder)).as("still in the tables").isTrue();
        }
    }

    /// Each takes a slot that nobody gives back; this process and two more are all that is allowed.
    @Test
    @Tag("once")
    void theSlotsOfDeadStrangersAreFree() {
        for (int i = 0; i < 5; i++) {
            Lock lock = new Lock();
            try (Program.Running stranger = stranger(lock.path(), "-Dtandem.processes=3")) {
                stranger.awaitLine("held by ");
                stranger.kill();
                stranger.end();
            }
            lock.close();
        }
    }

    private static Program.Running stranger(Path lock) {
        return stranger(lock, "-Dtandem.processes=256");
    }

    private static Program.Running stranger(Path lock, String option) {
        return Program.jdk(
                        "java",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dtandem.waiter=" + System.getProperty("tandem.waiter", "futex"),
                        option,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "tandem.Player",
                        "hold",
                        lock.toString())
                .start();
    }
}
