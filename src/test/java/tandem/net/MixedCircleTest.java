package tandem.net;

import static org.assertj.core.api.Assertions.assertThat;

import static tandem.Tandem.join;
import static tandem.Tandem.leave;
import static tandem.Tandem.named;
import static tandem.Tandem.spawn;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tandem.Event;
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

/// Circles that lead through locks of a server and through what a machine has alone.
@Tag("once")
@Timeout(120)
class MixedCircleTest extends WithServer {
    private final String doorName = "door-" + test;

    /// One that all processes of this session share by its file.
    private Lock here() {
        leave();
        Lock here = new Lock("here");
        join(code(server().port()).text());
        return here;
    }

    @Test
    void oneOfTwoIsRefusedWhoWaitForALockOfTheMachineAndOneOfTheServer() throws Exception {
        Lock here = here();
        Event ready = new Event();
        here.acquire();
        Worker worker = named("other").spawn(MixedCircleTest::doorThenHere, doorName, here, ready);
        ready.await();
        String refusal = refusalOf(() -> Lock.named(doorName).hold().close());
        here.release();
        worker.join();
        if (refusal == null) {
            assertThat(worker.exitCode()).isEqualTo(1);
        } else {
            assertThat(worker.exitCode()).isZero();
            assertThat(refusal)
                    .matches(
                            """
                            these would wait for each other for ever:
                                (.*) \\(pid %2$d on .*\\).* waits for %1$s
                                other \\(pid %3$d on .*\\) holds %1$s and waits for here
                                \\1 \\(pid %2$d on .*\\).* holds here and gives up waiting\
                            """
                                    .formatted(
                                            doorName, ProcessHandle.current().pid(), worker.pid()));
        }
    }

    private static void doorThenHere(String doorName, Lock here, Event ready) {
        try (var _ = Lock.named(doorName).hold()) {
            ready.set();
            here.hold().close();
        }
    }

    @Test
    void aWorkerIsRefusedWhoseEndTheHolderWaitsFor() throws Exception {
        Event refused = new Event();
        try (var _ = Lock.named(doorName).hold()) {
            spawn(MixedCircleTest::refusedAt, doorName, refused).join();
        }
        assertThat(refused.isSet()).isTrue();
    }

    private static void refusedAt(String doorName, Event refused) {
        String refusal = refusalOf(() -> Lock.named(doorName).hold().close());
        if (refusal != null && refusal.contains(" waits for the end of ")) {
            refused.set();
        }
    }

    private static String refusalOf(Runnable wait) {
        try {
            wait.run();
            return null;
        } catch (DeadlockException e) {
            return e.getMessage();
        }
    }

    /// Threads of four processes on two machines take, want and give back locks of a server and of their machine, and
    /// wait for the ends of processes with one thread. Each answer is compared with what a graph of
    /// who waits for whom says.
    @Test
    void itIsRefusedExactlyWhenTheGraphHasACircle() throws Exception {
        leave(); // Where nobody else speaks, a silence is the server's own.
        try (Link link = new Link(server().code("127.0.0.1"), Member.GUEST)) {
            for (int seed = 0; seed < 3; seed++) {
                try (Graph graph = new Graph(link, seed)) {
                    for (int step = 0; step < 400; step++) {
                        graph.step();
                    }
                    assertThat(graph.refused).as("refused in %d", seed).isGreaterThan(10);
                    assertThat(graph.mixed).as("mixed in %d", seed).isGreaterThan(5);
                }
            }
        }
    }

    private final class Graph implements AutoCloseable {
        private static final int MACHINES = 2;
        private static final int PROCESSES = 4;

        /// The first two processes have two each, the others one.
        private static final int THREADS = 6;

        private static final int SERVED = 3;
        private static final int OWN = 4;
        private static final int LOCKS = SERVED + OWN;
        private static final int NOBODY = -1;

        /// After which a process may be dead, and is part of no circle, or a little less.
        private static final long SILENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(900);

        /// What a thread waits for: a lock, or LOCKS and a process.
        private record Wait(int thread, int target, String number) {}

        private final Random random;
        private final Caller[] callers = new Caller[PROCESSES];
        private final List<String> ids = new ArrayList<>();
        private final int[] holders = new int[LOCKS];
        private final String[] held = new String[LOCKS];
        private final List<Deque<Integer>> lines = new ArrayList<>();
        private final Wait[] waits = new Wait[THREADS];
        private final String[] clocks = new String[THREADS];

        /// Those that are over, as the server does not know yet.
        private final Deque<Wait> over = new ArrayDeque<>();

        private int numbers;
        private int refused;
        private int mixed;
        private long spoken;

        Graph(Link link, int seed) {
            this.random = new Random(seed);
            for (int i = 0; i < PROCESSES; i++) {
                String machine = "machine-%d-%d-%d".formatted(test, seed, i % MACHINES);
                callers[i] = new Caller(link, random, machine, 1000 + i);
            }
            Arrays.fill(holders, NOBODY);
            for (int i = 0; i < LOCKS; i++) {
                lines.add(new ArrayDeque<>());
            }
            for (int i = 0; i < SERVED; i++) {
                String name = "mixed-%d-%d-%d".formatted(test, seed, i);
                ids.add(callers[0].once("make", name, "LOCK", "", "0", "*", "", "").text());
                for (Caller caller : callers) {
                    caller.once("open", ids.get(i));
                }
            }
        }

        private static int process(int thread) {
            return thread % PROCESSES;
        }

        private static boolean isOnly(int thread) {
            return process(thread) >= THREADS - PROCESSES;
        }

        private static boolean isServed(int target) {
            return target < SERVED;
        }

        private static boolean isEnd(int target) {
            return target >= LOCKS;
        }

        /// Who has what a thread waits for; of a process, its only thread.
        private int holder(int target) {
            return isEnd(target) ? target - LOCKS : holders[target];
        }

        private void beat() {
            spoken = System.nanoTime();
            for (Caller caller : callers) {
                caller.often("beat", "0");
            }
        }

        void step() throws InterruptedException {
            beat();
            while (!over.isEmpty() && random.nextInt(3) == 0) {
                takeBack(over.poll());
            }
            int thread = random.nextInt(THREADS);
            Wait wait = waits[thread];
            if (wait != null) {
                if (random.nextInt(5) == 0) {
                    giveUp(wait);
                } else if (isServed(wait.target)) {
                    assertThat(ask(wait).kind()).isEqualTo(Answer.BUSY);
                }
                return;
            }
            int target = target(thread);
            if (isEnd(target) || holders[target] != thread) {
                want(new Wait(thread, target, Integer.toString(++numbers)));
            } else {
                release(thread, target);
            }
        }

        /// Of its own machine, unless it is the server's.
        private int target(int thread) {
            int only = PROCESSES - 1 - random.nextInt(PROCESSES - (THREADS - PROCESSES));
            if (random.nextInt(6) == 0
                    && only > process(thread)
                    && only % MACHINES == process(thread) % MACHINES) {
                return LOCKS + only;
            }
            int target = random.nextInt(LOCKS);
            return isServed(target) || target % MACHINES == process(thread) % MACHINES
                    ? target
                    : random.nextInt(SERVED);
        }

        private void want(Wait wait) throws InterruptedException {
            Answer answer = isServed(wait.target) ? ask(wait) : null;
            if (holder(wait.target) == NOBODY) {
                assertThat(answer == null || answer.is(Answer.DONE)).isTrue();
                hold(wait);
                return;
            }
            List<Integer> way = way(wait);
            waits[wait.thread] = wait;
            clocks[wait.thread] = "0";
            if (!isEnd(wait.target)) {
                lines.get(wait.target).add(wait.thread);
            }
            if (answer == null) {
                answer = tell(wait, !isEnd(wait.target));
                assertThat(answer.kind()).isEqualTo(Answer.DONE);
            }
            if (way == null) {
                assertThat(answer.kind()).isNotEqualTo(Answer.CIRCLE);
                if (random.nextInt(3) == 0) {
                    tellAll();
                    assertThat(look(wait).kind()).isNotEqualTo(Answer.CIRCLE);
                }
                return;
            }
            boolean isSeen = answer.is(Answer.CIRCLE);
            int seer = wait.thread;
            if (!isSeen) {
                seer =
                        way.stream()
                                .filter(one -> !isEnd(waits[one].target))
                                .findFirst()
                                .orElseThrow();
                do {
                    beat();
                    tellAll();
                    answer = look(waits[seer]);
                } while (!answer.is(Answer.CIRCLE) && System.nanoTime() - spoken > SILENCE_NANOS);
            }
            assertThat(answer.kind()).isEqualTo(Answer.CIRCLE);
            List<Integer> seen = way(waits[seer]);
            assertThat(answer.text().lines().map(line -> line.split("\t")[3]))
                    .containsExactlyElementsOf(seen.stream().map(one -> "thread " + one).toList());
            refused++;
            boolean isMixed =
                    seen.stream().map(one -> isServed(waits[one].target)).distinct().count() > 1;
            mixed += isMixed ? 1 : 0;
            lines.forEach(line -> line.remove((Integer) answerer(seen)));
            waits[answerer(seen)] = null;
        }

        private static int answerer(List<Integer> way) {
            return way.getFirst();
        }

        private void hold(Wait wait) {
            holders[wait.target] = wait.thread;
            held[wait.target] = attempt(wait);
        }

        private static String attempt(Wait wait) {
            return wait.number + "." + (100 + wait.thread);
        }

        private Answer look(Wait wait) {
            return isServed(wait.target) ? ask(wait) : tell(wait, !isEnd(wait.target));
        }

        private Answer ask(Wait wait) {
            return callers[process(wait.thread)].once(
                    "acquire",
                    ids.get(wait.target),
                    attempt(wait),
                    isOnly(wait.thread) ? "3" : "2",
                    "thread " + wait.thread);
        }

        /// Who has it is as it is now, and what the server said last was before that.
        private Answer tell(Wait wait, boolean isJudged) {
            int holder = holder(wait.target);
            Answer answer =
                    callers[process(wait.thread)].once(
                            "waits",
                            Integer.toString(100 + wait.thread),
                            wait.number,
                            isOnly(wait.thread) ? "1" : "0",
                            isJudged ? "1" : "0",
                            clocks[wait.thread],
                            Integer.toString(1000 + process(holder)),
                            Integer.toString(isEnd(wait.target) ? 0 : 100 + holder),
                            "lock",
                            "thread " + wait.thread);
            if (answer.is(Answer.DONE)) {
                clocks[wait.thread] = answer.text();
            }
            return answer;
        }

        /// Twice, and not in the same millisecond.
        private void tellAll() throws InterruptedException {
            for (int i = 0; i < 2; i++) {
                Thread.sleep(2);
                for (Wait wait : waits) {
                    if (wait != null && !isServed(wait.target)) {
                        tell(wait, false);
                    }
                }
            }
        }

        private void takeBack(Wait wait) {
            callers[process(wait.thread)].once(
                    "goeson", Integer.toString(100 + wait.thread), wait.number);
        }

        private void giveUp(Wait wait) {
            waits[wait.thread] = null;
            lines.forEach(line -> line.remove((Integer) wait.thread));
            if (isServed(wait.target)) {
                callers[process(wait.thread)].once("forgo", ids.get(wait.target), attempt(wait));
            } else {
                takeBack(wait);
            }
        }

        private void release(int thread, int lock) {
            if (isServed(lock)) {
                Answer answer =
                        callers[process(thread)].once("release", ids.get(lock), held[lock], "0");
                assertThat(answer.kind()).isEqualTo(Answer.DONE);
            }
            Integer next = lines.get(lock).poll();
            holders[lock] = NOBODY;
            if (next != null) {
                hold(waits[next]);
                if (!isServed(lock)) {
                    over.add(waits[next]);
                }
                waits[next] = null;
            }
        }

        /// The threads of the circle that a wait closes, null for none.
        private List<Integer> way(Wait wait) {
            List<Integer> way = new ArrayList<>(List.of(wait.thread));
            int next = holder(wait.target);
            while (next != NOBODY && next != wait.thread) {
                if (waits[next] == null || way.contains(next)) {
                    return null;
                }
                way.add(next);
                next = holder(waits[next].target);
            }
            return next == wait.thread ? way : null;
        }

        @Override
        public void close() {
            for (Caller caller : callers) {
                caller.often("leave");
            }
        }
    }
}
