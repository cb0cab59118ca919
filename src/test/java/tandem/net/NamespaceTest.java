package tandem.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tandem.testing.Program;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Several machines, each a network namespace with a cable of its own, which is pulled or loses what it carries.
@Tag("once")
@Timeout(120)
class NamespaceTest {
    private static final AtomicInteger TESTS = new AtomicInteger();
    private static final String SERVER = "server";
    private static final String ONE = "one";
    private static final String TWO = "two";

    private static Room room;
    private static Process workshop;
    private static String code;

    private final int test = TESTS.incrementAndGet();
    private final List<AutoCloseable> programs = new ArrayList<>();

    @BeforeAll
    static void start() throws IOException {
        assumeTrue(Server.isInstalled(), "neither valkey-server nor redis-server is on the PATH");
        String whyNot = Room.whyNot();
        assumeTrue(whyNot == null, whyNot);
        room = new Room(SERVER, ONE, TWO);
        workshop =
                GuestProcess.java(
                                room.on(SERVER),
                                "tandem.net.Workshop",
                                "--bind",
                                room.address(SERVER))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        String line = workshop.inputReader().readLine();
        code = line.substring(line.lastIndexOf(' ') + 1);
    }

    @AfterAll
    static void end() throws InterruptedException {
        if (workshop != null) {
            workshop.destroy();
            workshop.waitFor(Program.DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        }
        if (room != null) {
            room.close();
        }
    }

    @AfterEach
    void endPrograms() throws Exception {
        for (AutoCloseable program : programs) {
            program.close();
        }
        for (String machine : List.of(SERVER, ONE, TWO)) {
            room.loseNoMore(machine);
            room.plug(machine);
        }
    }

    private GuestProcess guest(String machine) throws IOException {
        GuestProcess guest = new GuestProcess(room.on(machine), code, test);
        programs.add(guest);
        return guest;
    }

    private Laptop laptop(String machine) throws IOException {
        Laptop laptop = new Laptop(room.on(machine), code, machine);
        programs.add(laptop);
        return laptop;
    }

    /// What it has sent is lost, and nothing tells it that the connection is: a half-open one.
    @Test
    void theLockOfAHolderThatIsCutOffPassesOnAndItIsRefusedWhenItIsBack() throws Exception {
        GuestProcess holder = guest(ONE);
        GuestProcess next = guest(TWO);
        holder.does("acquire");
        next.say("acquire");
        room.lose(ONE);
        assertThat(next.await("tandem: ")).contains("has died, or was away, with board-" + test);
        next.await("done acquire");
        holder.say("set");
        assertThat(holder.await("failed set")).contains("UnreachableException");
        room.loseNoMore(ONE);
        holder.say("get");
        assertThat(holder.await("failed get")).contains("IllegalMonitorStateException");
        next.say("get");
        assertThat(next.await("got ")).isEqualTo("0");
        next.does("release");
        holder.does("set");
    }

    /// The letter by which it has the lock is there when it is back, and not true any more.
    @Test
    void aWaiterThatIsCutOffHasTheLockWhenItIsBackAndItsTurnComes() throws Exception {
        GuestProcess holder = guest(ONE);
        GuestProcess waiter = guest(TWO);
        holder.does("acquire");
        waiter.say("wait");
        waiter.await("waits");
        room.pull(TWO);
        holder.does("release");
        holder.say("acquire");
        assertThat(holder.await("tandem: ")).contains("has died, or was away");
        holder.await("done acquire");
        room.plug(TWO);
        holder.does("set");
        holder.does("release");
        waiter.await("done wait");
        waiter.say("get");
        assertThat(waiter.await("got ")).isEqualTo("66");
        waiter.does("release");
        holder.does("acquire");
    }

    @Test
    void nobodyLosesALockWhenTheServerIsCutOff() throws Exception {
        GuestProcess holder = guest(ONE);
        GuestProcess waiter = guest(TWO);
        holder.does("acquire");
        waiter.say("acquire");
        room.lose(SERVER);
        for (int i = 0; i < 2; i++) {
            holder.say("set");
            assertThat(holder.await("failed set"))
                    .contains("UnreachableException")
                    .contains("nobody knows whether set(0, …) was done");
        }
        assertThat(waiter.await("tandem: ")).contains("goes on waiting");
        room.loseNoMore(SERVER);
        holder.does("set");
        holder.does("release");
        waiter.await("done acquire");
        waiter.say("get");
        assertThat(waiter.await("got ")).isEqualTo("66");
    }

    @Test
    void aCableThatIsOutForLessThanALeaseTakesNobodysLock() throws Exception {
        GuestProcess holder = guest(ONE);
        GuestProcess waiter = guest(TWO);
        holder.does("acquire");
        waiter.say("acquire");
        room.pull(ONE);
        holder.say("set");
        Thread.sleep(500);
        room.plug(ONE);
        holder.await("done set");
        holder.does("release");
        waiter.await("done acquire");
    }

    @Test
    void theWorkerOfAMachineThatIsCutOffCountsAsKilledAndEnds() throws Exception {
        Laptop sender = laptop(ONE);
        Laptop node = laptop(TWO);
        node.tell("accept");
        sender.tell("spawn " + TWO);
        String said = sender.said();
        String digits = said.substring(said.indexOf("its pid: ") + 9);
        long pid = Long.parseLong(digits.substring(0, digits.indexOf('.')));
        assertThat(Program.isAlive(pid)).isTrue();
        room.lose(TWO);
        sender.tell("exit code");
        assertThat(sender.said()).contains("its exit code: -9.");
        room.loseNoMore(TWO);
        Program.awaitEndOf(pid, Program.DEADLINE);
        sender.tell("await " + TWO);
        sender.tell("spawn again " + TWO);
    }
}
