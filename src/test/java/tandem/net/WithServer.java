package tandem.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static tandem.Tandem.join;
import static tandem.Tandem.leave;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

import tandem.testing.Program;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/// Tests of a process that has joined a real server, with others that have too.
abstract class WithServer {
    /// Of a letter, and not of a look.
    static final long SOON_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final AtomicInteger TESTS = new AtomicInteger(1000);

    /// What a process has that was killed is there for a while: each test has names of its own.
    final int test = TESTS.incrementAndGet();

    private final List<GuestProcess> guests = new ArrayList<>();

    @BeforeAll
    static void requireServer() {
        assumeTrue(Server.isInstalled(), "neither valkey-server nor redis-server is on the PATH");
    }

    @BeforeEach
    void joinIt() {
        join(code(server().port()).text());
    }

    @AfterEach
    void leaveIt() {
        guests.forEach(GuestProcess::close);
        leave();
    }

    static Server server() {
        return OnServer.server();
    }

    /// By which the server is joined through a port.
    static JoinCode code(int port) {
        JoinCode code = server().code("127.0.0.1");
        return new JoinCode(code.host(), port, code.password(), code.pin());
    }

    GuestProcess guest() throws IOException {
        return guest(server().port());
    }

    GuestProcess guest(int port) throws IOException {
        GuestProcess guest = new GuestProcess(code(port).text(), test);
        guests.add(guest);
        return guest;
    }

    static void signal(String name, long pid) {
        assertThat(Program.of("kill", "-" + name, Long.toString(pid)).run().exitCode()).isZero();
    }

    /// Kills the server, and starts it again.
    static void killAndRestart() throws Exception {
        signal("KILL", server().pid());
        assertThat(server().await()).isNotZero();
        server().run();
    }

    /// That those who wait are told by letters: looks alone would take most of a second each time.
    ///
    /// @param side at which they wait
    static void areToldAtOnce(String name, char side, Runnable wait, Runnable end)
            throws InterruptedException {
        Served object = Member.get("me").open(Served.idOf(name));
        int soon = 0;
        for (int i = 0; i < 10; i++) {
            Thread waiter = Thread.ofPlatform().start(wait);
            await("one waits", () -> OnServer.isWaitedFor(object, side));
            long begun = System.nanoTime();
            end.run();
            waiter.join();
            soon += System.nanoTime() - begun < SOON_NANOS ? 1 : 0;
        }
        assertThat(soon).as("told soon, of 10").isGreaterThan(5);
    }

    static void await(String what, BooleanSupplier condition) {
        Program.await(Program.DEADLINE, () -> what, condition);
    }
}
