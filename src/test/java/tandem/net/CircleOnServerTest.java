package tandem.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import static tandem.Tandem.joinAll;
import static tandem.Tandem.leave;
import static tandem.Tandem.named;
import static tandem.Tandem.seconds;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tandem.Array;
import tandem.Condition;
import tandem.Event;
import tandem.Held;
import tandem.Lock;
import tandem.Worker;
import tandem.sync.DeadlockException;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/// Threads of several processes that wait for each other's locks on a server.
@Tag("once")
@Timeout(120)
class CircleOnServerTest extends WithServer {
    private final String boardName = "board-" + test;
    private final String doorName = "door-" + test;

    @Test
    void whoWouldCloseACircleWithAnotherMachineIsRefusedAtOnce() throws Exception {
        Array board = Array.named(boardName, "q", 4);
        Lock door = Lock.named(doorName);
        GuestProcess guest = guest();
        guest.does("door");
        board.acquire();
        guest.say("acquire");
        await("it waits", () -> OnServer.waiters(Member.get("me").open("n" + boardName)) == 1);
        assertThatExceptionOfType(DeadlockException.class)
                .isThrownBy(() -> door.acquire())
                .withMessageMatching(
                        """
                        these would wait for each other for ever:
                            (.*) \\(pid %2$d on .*\\)(, thread .*)? waits for %1$s
                            .* \\(pid %3$d on .*\\) holds %1$s and waits for %4$s
                            \\1 \\(pid %2$d on .*\\)(, thread .*)? holds %4$s and gives up waiting\
                        """
                                .formatted(
                                        doorName,
                                        ProcessHandle.current().pid(),
                                        guest.pid(),
                                        boardName));
        assertThat(door.acquire(seconds(0.2))).as("had within its time").isFalse();
        board.release();
        guest.await("done acquire");
        guest.does("release");
    }

    /// It may be dead, and then its lock is free soon.
    @Test
    void aCircleWithAProcessThatDoesNotSpeakIsARecovery() throws Exception {
        Array board = Array.named(boardName, "q", 4);
        Lock door = Lock.named(doorName);
        GuestProcess guest = guest();
        guest.does("door");
        board.acquire();
        guest.say("acquire");
        await("it waits", () -> OnServer.waiters(Member.get("me").open("n" + boardName)) == 1);
        signal("STOP", guest.pid());
        try {
            long stopped = System.nanoTime();
            await("it is silent", () -> System.nanoTime() - stopped > TimeUnit.SECONDS.toNanos(2));
            try (Held held = door.hold()) {
                assertThat(held.recovered()).isTrue();
            }
        } finally {
            signal("CONT", guest.pid());
        }
        board.release();
    }

    private static void awaitWaiter(String lock) {
        await("it waits", () -> OnServer.waiters(Member.get("me").open("n" + lock)) == 1);
    }

    @Test
    void whoCannotTakeTheLockBackLeavesTheCondition() throws Exception {
        Array board = Array.named(boardName, "q", 4);
        Lock door = Lock.named(doorName);
        Condition changed = door.newCondition();
        GuestProcess guest = guest();
        board.acquire();
        door.acquire();
        guest.say("door");
        awaitWaiter(doorName);
        guest.say("acquire");
        Thread self = Thread.currentThread();
        Thread.ofPlatform()
                .daemon()
                .start(
                        () -> {
                            awaitWaiter(boardName);
                            self.interrupt();
                        });
        assertThatExceptionOfType(DeadlockException.class)
                .isThrownBy(changed::await)
                .withMessageContaining("gives up waiting");
        assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
        assertThat(changed.stats().waiting()).isZero();
        assertThat(door.toString()).contains("(pid %d on".formatted(guest.pid()));
        board.release();
        guest.await("done acquire");
    }

    /// Each takes its two forks in any order; who is told of a circle puts back what it has.
    @Test
    void philosophersEat() {
        int meals = 40;
        List<Lock> forks = List.of(new Lock("fork 0"), new Lock("fork 1"), new Lock("fork 2"));
        Array eaten = Array.of("i", 3, false);
        Event go = new Event();
        List<Worker> philosophers =
                IntStream.range(0, 3)
                        .mapToObj(
                                i ->
                                        named("philosopher-" + i)
                                                .spawn(
                                                        CircleOnServerTest::eat,
                                                        forks,
                                                        eaten,
                                                        go,
                                                        new int[] {i, meals}))
                        .toList();
        go.set();
        joinAll();
        assertThat(philosophers).allMatch(philosopher -> philosopher.exitCode() == 0);
        assertThat(eaten).containsOnly((long) meals).hasSize(3);
        assertThat(forks).noneMatch(Lock::isHeld);
    }

    private static void eat(List<Lock> forks, Array eaten, Event go, int[] own) {
        Random random = new Random(own[0]);
        go.await();
        while (eaten.get(own[0]) < own[1]) {
            List<Lock> both = new ArrayList<>(forks);
            both.remove(random.nextInt(3));
            try (var _ = both.get(random.nextInt(2)).hold();
                    var _ = both.getFirst().hold();
                    var _ = both.getLast().hold()) {
                eaten.set(own[0], eaten.get(own[0]) + 1);
            } catch (DeadlockException e) {
                // It has put back the first one.
            }
        }
    }

    /// Threads of several processes take, want and give back locks in any order, and processes end. Each
    /// answer is compared with what a graph of who waits for whom says.
    @Test
    void itIsRefusedExactlyWhenTheGraphHasACircle() {
        leave(); // Where nobody else speaks, a silence is the server's own.
        try (Link link = new Link(server().code("127.0.0.1"), Member.GUEST)) {
            for (int seed = 0; seed < 4; seed++) {
                try (Graph graph = new Graph(link, seed)) {
                    for (int step = 0; step < 500; step++) {
                        graph.step();
                    }
                    assertThat(graph.refused).as("refused in %d", seed).isGreaterThan(10);
                }
            }
        }
    }

    private final class Graph implements AutoCloseable {
        private static final int PROCESSES = 4;
        private static final int THREADS = 8;
        private static final int LOCKS = 5;
        private static final int NOBODY = -1;

        /// After which a process may be dead, and is part of no circle, or a little less.
        private static final long SILENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(900);

        private final Link link;
        private final Random random;
        private final Caller[] callers = new Caller[PROCESSES];
        private final List<String> locks = new ArrayList<>();
        private final int[] holders = new int[LOCKS];
        private final List<Deque<Integer>> lines = new ArrayList<>();

        /// By thread: the lock that it waits for, the attempt, whether that is without a limit.
        private final int[] wanted = new int[THREADS];

        private final String[] attempts = new String[THREADS];
        private final boolean[] isEndless = new boolean[THREADS];

        /// By lock, the attempt that has it.
        private final String[] held = new String[LOCKS];

        private int attempt;
        private int refused;
        private long spoken;

        Graph(Link link, int seed) {
            this.link = link;
            this.random = new Random(seed);
            Arrays.setAll(callers, _ -> new Caller(link, random, "", 0));
            Arrays.fill(holders, NOBODY);
            Arrays.fill(wanted, NOBODY);
            for (int i = 0; i < LOCKS; i++) {
                String id =
                        callers[0]
                                .once(
                                        "make",
                                        "graph-%d-%d-%d".formatted(test, seed, i),
                                        "LOCK",
                                        "",
                                        "0",
                                        "*",
                                        "",
                                        "")
                                .text();
                locks.add(id);
                lines.add(new ArrayDeque<>());
                for (Caller caller : callers) {
                    caller.once("open", id);
                }
            }
        }

        private Caller callerOf(int thread) {
            return callers[thread % PROCESSES];
        }

        private void beat() {
            spoken = System.nanoTime();
            for (Caller caller : callers) {
                caller.often("beat", "0");
            }
        }

        void step() {
            beat();
            int thread = random.nextInt(THREADS);
            int lock = random.nextInt(LOCKS);
            if (wanted[thread] != NOBODY) {
                wait(thread);
            } else if (holders[lock] == thread) {
                release(thread, lock);
            } else if (random.nextInt(100) == 0) {
                end(thread % PROCESSES);
            } else {
                want(thread, lock);
            }
            for (int i = 0; i < LOCKS; i++) {
                String holder = callers[0].often("lock", locks.get(i)).fields()[5];
                String expected =
                        holders[i] == NOBODY
                                ? "free"
                                : "held by %s (".formatted(callerOf(holders[i]).name());
                assertThat(holder).startsWith(expected);
            }
        }

        private void want(int thread, int lock) {
            String mode = Integer.toString(random.nextInt(5) == 0 ? random.nextInt(2) : 2);
            String mine = ++attempt + "." + (100 + thread);
            Answer answer = acquire(thread, lock, mine, mode);
            List<Integer> way = mode.equals("2") ? way(thread, lock) : null;
            while (way != null
                    && answer.is(Answer.BUSY)
                    && System.nanoTime() - spoken > SILENCE_NANOS) {
                beat();
                answer = acquire(thread, lock, mine, mode);
            }
            if (holders[lock] == NOBODY) {
                assertThat(answer.kind()).isEqualTo(Answer.DONE);
                holders[lock] = thread;
                held[lock] = mine;
            } else if (way != null) {
                assertThat(answer.kind()).isEqualTo(Answer.CIRCLE);
                assertThat(answer.text().lines().map(line -> line.split("\t")[3]))
                        .containsExactlyElementsOf(
                                way.stream().map(other -> "thread " + other).toList());
                refused++;
            } else {
                assertThat(answer.kind()).isEqualTo(Answer.BUSY);
                if (!mode.equals("0")) {
                    wanted[thread] = lock;
                    attempts[thread] = mine;
                    isEndless[thread] = mode.equals("2");
                    lines.get(lock).add(thread);
                }
            }
        }

        private Answer acquire(int thread, int lock, String mine, String mode) {
            return callerOf(thread)
                    .once("acquire", locks.get(lock), mine, mode, "thread " + thread);
        }

        /// The threads of the circle that a wait would close, null for none.
        private List<Integer> way(int thread, int lock) {
            List<Integer> way = new ArrayList<>(List.of(thread));
            int next = holders[lock];
            while (next != NOBODY && next != thread) {
                if (wanted[next] == NOBODY || !isEndless[next]) {
                    return null;
                }
                way.add(next);
                next = holders[wanted[next]];
            }
            return next == thread ? way : null;
        }

        /// It looks again, or gives up.
        private void wait(int thread) {
            int lock = wanted[thread];
            if (random.nextInt(4) == 0) {
                callerOf(thread).once("forgo", locks.get(lock), attempts[thread]);
                lines.get(lock).remove(thread);
                wanted[thread] = NOBODY;
            } else {
                String mode = isEndless[thread] ? "2" : "1";
                assertThat(acquire(thread, lock, attempts[thread], mode).kind())
                        .isEqualTo(Answer.BUSY);
            }
        }

        private void release(int thread, int lock) {
            assertThat(callerOf(thread).once("release", locks.get(lock), held[lock], "0").kind())
                    .isEqualTo(Answer.DONE);
            pass(lock);
        }

        private void pass(int lock) {
            Integer next = lines.get(lock).poll();
            holders[lock] = next == null ? NOBODY : next;
            if (next != null) {
                held[lock] = attempts[next];
                wanted[next] = NOBODY;
            }
        }

        /// A process is gone, and another one in its place.
        private void end(int process) {
            Caller caller = callers[process];
            callers[process] = new Caller(link, random, "", 0);
            locks.forEach(id -> callers[process].once("open", id));
            caller.often("leave");
            for (int thread = process; thread < THREADS; thread += PROCESSES) {
                wanted[thread] = NOBODY;
                for (Deque<Integer> line : lines) {
                    line.remove(thread);
                }
            }
            for (int lock = 0; lock < LOCKS; lock++) {
                if (holders[lock] % PROCESSES == process) {
                    pass(lock);
                }
            }
        }

        @Override
        public void close() {
            for (Caller caller : callers) {
                caller.often("leave");
            }
        }
    }
}
