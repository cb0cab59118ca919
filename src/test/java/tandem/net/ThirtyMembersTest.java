package tandem.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static tandem.Tandem.join;
import static tandem.Tandem.leave;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tandem.Array;
import tandem.Event;
import tandem.Held;
import tandem.Tandem;
import tandem.testing.Program;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A class of thirty laptops, each a process, who all want the same lock.
@Tag("once")
@Tag("alone")
@Timeout(180)
class ThirtyMembersTest {
    private static final int MEMBERS = 30;
    private static final long MOST_WAIT_MILLIS = 3_000;

    private final List<Process> members = new ArrayList<>();
    private Server server;

    @BeforeEach
    void start() {
        assumeTrue(Server.isInstalled(), "neither valkey-server nor redis-server is on the PATH");
        server = Server.start(Server.Plan.USUAL);
        join(server.code("127.0.0.1").text());
    }

    @AfterEach
    void end() {
        members.forEach(Process::destroyForcibly);
        if (server != null) {
            leave();
            server.close();
        }
    }

    /// In their order, so that nobody waits for longer than all others need.
    @Test
    void eachOfThirtyHasTheLockAgainAndAgain() throws Exception {
        Array board = Array.named("crowd", "q", 1);
        Event go = Event.named("crowd-go");
        for (int i = 0; i < MEMBERS; i++) {
            ProcessBuilder builder =
                    GuestProcess.java(
                            List.of(),
                            "tandem.net.ThirtyMembersTest$Contender",
                            server.code("127.0.0.1").text());
            builder.environment().put("JDK_JAVA_OPTIONS", "-Xmx32m");
            members.add(builder.redirectError(ProcessBuilder.Redirect.DISCARD).start());
        }
        for (Process member : members) {
            assertThat(member.inputReader().readLine()).isEqualTo("ready");
        }
        Program.await(
                Program.DEADLINE,
                () -> "all: " + Tandem.machines(),
                () -> Tandem.machines().getFirst().processes().size() == MEMBERS + 1);
        go.set();
        long all = 0;
        List<Long> counts = new ArrayList<>();
        for (Process member : members) {
            String[] said = member.inputReader().readLine().split(" ");
            counts.add(Long.parseLong(said[0]));
            all += counts.getLast();
            assertThat(Long.parseLong(said[1])).isLessThan(MOST_WAIT_MILLIS);
        }
        assertThat(board.get(0)).isEqualTo(all);
        assertThat(counts).allMatch(count -> count >= 5);
    }

    /// Counts under the lock, for a while, and says how often and how long it has waited at most.
    static final class Contender {
        private static final long NANOS = TimeUnit.SECONDS.toNanos(3);

        private Contender() {}

        static void main(String... arguments) {
            join(arguments[0]);
            Array board = Array.named("crowd", "q", 1);
            Event go = Event.named("crowd-go");
            IO.println("ready");
            go.await();
            long count = 0;
            long longest = 0;
            long begun = System.nanoTime();
            while (System.nanoTime() - begun < NANOS) {
                long before = System.nanoTime();
                try (Held _ = board.hold()) {
                    longest = Math.max(longest, System.nanoTime() - before);
                    board.set(0, board.get(0) + 1);
                    count++;
                }
            }
            IO.println(count + " " + TimeUnit.NANOSECONDS.toMillis(longest));
        }
    }
}
