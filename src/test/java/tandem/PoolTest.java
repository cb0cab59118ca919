package tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static tandem.Tandem.current;
import static tandem.Tandem.sleep;
import static tandem.Tandem.workers;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tandem.process.Progress;
import tandem.sync.UncheckedInterruptedException;

import java.io.IOException;
import java.io.Serializable;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

class PoolTest implements WithWorkers {
    private static int seen;
    private static Array given;
    private static Object later;
    private static final List<String> WORDS = new ArrayList<>();

    private enum Pace {
        SLOW,
        FAST;

        private int steps = 1;
    }

    /// Initialised in this process after workers have used it.
    private enum Untouched {
        ONE,
        TWO
    }

    /// Initialised in this process after workers have used it.
    private static final class Late {
        private static int value = 1;
    }

    /// Not Serializable.
    private static final class Point {
        private final int x;

        Point(int x) {
            this.x = x;
        }

        Point next() {
            return new Point(x + 1);
        }
    }

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    private static List<Worker> workersOf(Pool pool) {
        return workers().stream().filter(each -> each.name().startsWith(pool.name())).toList();
    }

    private static void awaitWorkers(Pool pool, int count) {
        Await.until(count + " workers", () -> workersOf(pool).size() == count);
    }

    @Test
    void aMapGivesTheResultsInTheOrderOfTheItems() {
        try (Pool pool = new Pool(2)) {
            List<Integer> items = numbers(20_000);
            List<Integer> doubled = items.stream().map(x -> 2 * x).toList();
            assertThat(pool.map(x -> 2 * x, items)).isEqualTo(doubled);
            assertThat(pool.map(x -> 2 * x, items, 7)).isEqualTo(doubled);
            assertThat(pool.map(x -> 2 * x, items, 100_000)).isEqualTo(doubled);
            assertThat(pool.map(x -> 2 * x, List.<Integer>of())).isEmpty();
            assertThat(pool.map(x -> x, Arrays.asList(null, 1, null)))
                    .containsExactly(null, 1, null);
            assertThat(workersOf(pool))
                    .extracting(Worker::name)
                    .containsExactly(pool.name() + "-worker-1", pool.name() + "-worker-2");
            assertThat(pool).hasToString("Pool(%s, 2 workers)".formatted(pool.name()));
        }
        assertThat(workers()).isEmpty();
    }

    @Test
    void allWorkersHaveAPartInIt() {
        try (Pool pool = new Pool(3)) {
            Barrier barrier = new Barrier(3);
            assertThat(pool.map(_ -> barrier.await(Await.PATIENCE), numbers(3)))
                    .containsExactlyInAnyOrder(0, 1, 2);
        }
    }

    @Test
    @Tag("once")
    void itemsAndResultsAreOfAnyKindAndSize() {
        try (Pool pool = new Pool(2)) {
            assertThat(pool.map(Point::next, List.of(new Point(1), new Point(2))))
                    .extracting(point -> point.x)
                    .containsExactly(2, 3);
            byte[] large = new byte[3_000_000];
            large[9] = 9;
            assertThat(pool.map(x -> x, Collections.nCopies(20, large)))
                    .hasSize(20)
                    .allSatisfy(came -> assertThat(came).isEqualTo(large));
            Array array = Array.of("i", 2);
            pool.map(x -> array.add(0, x), numbers(100));
            assertThat(array.get(0)).isEqualTo(4950);
            pool.map(shared -> shared.add(1, 1), Collections.nCopies(10, array));
            assertThat(array.get(1)).isEqualTo(10);
            Array made = pool.apply(() -> Array.of("i", List.of(42)));
            assertThat(made.get(0)).isEqualTo(42);
            assertThat(made.path()).exists();
        }
    }

    @Test
    @Tag("once")
    void anExceptionComesWithTheStackTraceOfTheWorker() {
        try (Pool pool = new Pool(2)) {
            ArithmeticException thrown =
                    catchThrowableOfType(
                            ArithmeticException.class,
                            () -> pool.map(x -> divide(1, x), List.of(1, 0, 1)));
            assertThat(thrown.getStackTrace()[0].getMethodName()).isEqualTo("divide");
            assertThat(thrown.getStackTrace())
                    .anyMatch(
                            frame ->
                                    frame.getMethodName()
                                            .equals(
                                                    "anExceptionComesWithTheStackTraceOfTheWorker"));
            assertThat(thrown.getCause())
                    .isInstanceOf(WorkerException.class)
                    .message()
                    .matches("thrown in Pool-\\d+-worker-\\d \\(pid \\d+\\), item 1 of the map");
            assertThatExceptionOfType(WorkerException.class)
                    .isThrownBy(
                            () ->
                                    pool.apply(
                                            () -> {
                                                throw new IOException("no");
                                            }))
                    .withMessageMatching(
                            "thrown in Pool-\\d+-worker-\\d \\(pid \\d+\\): java.io.IOException:"
                                    + " no");
            assertThatExceptionOfType(StackOverflowError.class)
                    .isThrownBy(() -> pool.apply(PoolTest::deep, 0));
            assertThat(pool.map(x -> x, numbers(3))).containsExactly(0, 1, 2);
        }
    }

    private static int divide(int x, int y) {
        return x / y;
    }

    private static int deep(int x) {
        return deep(x + 1) + 1;
    }

    @Test
    void theFirstToFailEndsAMapAndItsRestIsLeftOut() {
        try (Pool pool = new Pool(2)) {
            Array done = Array.of("i", 1);
            assertThatExceptionOfType(ArithmeticException.class)
                    .isThrownBy(
                            () ->
                                    pool.map(
                                            x -> {
                                                sleep(0.002);
                                                done.add(0, 1);
                                                return 1 / (x - 5);
                                            },
                                            numbers(10_000)));
            pool.map(x -> x, numbers(10));
            assertThat(done.get(0)).isLessThan(1000);
        }
    }

    @Test
    @Tag("once")
    void whatCannotTravelIsRefused() {
        try (Pool pool = new Pool(1)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> pool.map(x -> x, List.of(1, new Thread())))
                    .withMessageStartingWith("item 1 of the map cannot travel to " + pool.name());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> pool.submit(x -> x, new Thread()))
                    .withMessageStartingWith("the arguments cannot travel to " + pool.name());
            assertThatIllegalStateException()
                    .isThrownBy(() -> pool.apply(() -> new Thread()))
                    .withMessageStartingWith("the result (java.lang.Thread) cannot travel back: ");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> pool.apply(() -> pool.map(x -> x, numbers(2))))
                    .withMessageContaining("it uses a tandem.Pool from outside of it")
                    .withMessageContaining("make it inside the code");
            assertThat(pool.apply(() -> 1)).isEqualTo(1);
        }
    }

    @Test
    void itemsOfAnImapAreAskedForAsItsResultsAre() {
        try (Pool pool = new Pool(2)) {
            AtomicInteger asked = new AtomicInteger();
            Iterator<Integer> endless =
                    new Iterator<>() {
                        @Override
                        public boolean hasNext() {
                            return true;
                        }

                        @Override
                        public Integer next() {
                            return asked.getAndIncrement();
                        }
                    };
            Pool.Results<Integer> results = pool.imap(x -> 2 * x, () -> endless);
            assertThat(asked).hasValue(0);
            for (int i = 0; i < 5000; i++) {
                assertThat(results.next()).isEqualTo(2 * i);
                assertThat(asked.get()).isLessThanOrEqualTo(i + 1 + 64);
            }
            asked.set(0);
            Pool.Results<Integer> slow =
                    pool.imap(
                            x -> {
                                sleep(0.03);
                                return x;
                            },
                            () -> endless);
            for (int i = 0; i < 20; i++) {
                assertThat(slow.next()).isEqualTo(i);
                assertThat(asked.get()).isLessThanOrEqualTo(i + 1 + 4);
            }
        }
    }

    @Test
    @Tag("once")
    void anImapGoesOnAfterAFailure() {
        try (Pool pool = new Pool(2)) {
            for (int chunk : new int[] {1, 3, 100}) {
                List<Object> came = new ArrayList<>();
                Pool.Results<Integer> results = pool.imap(x -> 6 / (x - 2), numbers(5), chunk);
                while (results.hasNext()) {
                    try {
                        came.add(results.next());
                    } catch (ArithmeticException e) {
                        came.add("thrown");
                    }
                }
                assertThat(came).containsExactly(-3, -6, "thrown", 6, 3);
            }
        }
    }

    @Test
    void anImapUnorderedGivesWhatComesFirst() {
        try (Pool pool = new Pool(2)) {
            Event enough = new Event();
            Pool.Results<Integer> results =
                    pool.imapUnordered(
                            x -> {
                                if (x == 0) {
                                    WithWorkers.await(enough);
                                }
                                return x;
                            },
                            numbers(10));
            Set<Integer> first = new HashSet<>();
            for (int i = 0; i < 9; i++) {
                first.add(results.next());
            }
            assertThat(first).doesNotContain(0).hasSize(9);
            enough.set();
            assertThat(results.next()).isZero();
            assertThat(results.hasNext()).isFalse();
        }
    }

    @Test
    @Tag("once")
    void starmapSpreadsTheArguments() {
        try (Pool pool = new Pool(2)) {
            assertThat(pool.starmap((x, y) -> x - y, List.of(List.of(5, 3), List.of(3, 5))))
                    .containsExactly(2, -2);
            assertThat(pool.starmap((x, y, z) -> x + y + z, List.of(List.of("a", "b", "c"))))
                    .containsExactly("abc");
            assertThat(
                            pool.starmap(
                                    (a, b, c, d) -> a + b + c + d,
                                    List.of(List.of(1.5, 2.5, 3.0, 4.0))))
                    .containsExactly(11.0);
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> pool.starmap((x, y) -> x - y, List.of(List.of(1, 2), List.of(1))))
                    .withMessage("item 1 of the starmap has 1 arguments, and the code takes 2");
        }
    }

    @Test
    void submitReturnsAFuture() throws Exception {
        try (Pool pool = new Pool(2)) {
            Event go = new Event();
            CompletableFuture<Integer> future =
                    pool.submit(
                            x -> {
                                WithWorkers.await(go);
                                return x + 1;
                            },
                            1);
            CompletableFuture<Integer> after = future.thenApply(x -> pool.apply(y -> 10 * y, x));
            assertThat(future).isNotDone();
            go.set();
            assertThat(after.get(20, TimeUnit.SECONDS)).isEqualTo(20);
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> pool.submit(x -> 1 / x, 0).get(20, TimeUnit.SECONDS))
                    .withCauseInstanceOf(ArithmeticException.class);
            List<CompletableFuture<Integer>> many =
                    numbers(3000).stream().map(x -> pool.submit(y -> y + 1, x)).toList();
            assertThat(many).allSatisfy(each -> assertThat(each.get()).isPositive());
        }
    }

    @Test
    void aCancelledTaskIsLeftOutBeforeItsTurn() {
        Array begun = Array.of("i", 1);
        try (Pool pool = new Pool(1)) {
            Event go = new Event();
            List<CompletableFuture<Long>> all = new ArrayList<>();
            for (int i = 0; i < 2 * Dispatcher.MOST_SENT; i++) {
                all.add(
                        pool.submit(
                                () -> {
                                    WithWorkers.await(go);
                                    return begun.add(0, 1);
                                }));
            }
            all.getLast().cancel(true);
            go.set();
        }
        assertThat(begun.get(0)).isEqualTo(2 * Dispatcher.MOST_SENT - 1);
    }

    @Test
    void aKilledWorkerFailsItsTaskAndIsReplaced() {
        try (Pool pool = new Pool(2)) {
            Array pid = Array.of("q", 1);
            Pool.Results<Integer> results =
                    pool.imap(
                            x -> {
                                if (x == 3) {
                                    pid.set(0, current().pid());
                                    sleep(60);
                                }
                                return x;
                            },
                            numbers(100));
            List<Integer> came = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                came.add(results.next());
            }
            Await.until("item 3 is begun", () -> pid.get(0) != 0);
            Worker worker =
                    workersOf(pool).stream()
                            .filter(each -> each.pid() == pid.get(0))
                            .findFirst()
                            .orElseThrow();
            worker.kill();
            assertThatExceptionOfType(WorkerException.class)
                    .isThrownBy(results::next)
                    .withMessage(
                            "%s (pid %d) was killed by signal 9 while it ran item 3 of the imap"
                                    .formatted(worker.name(), worker.pid()));
            results.forEachRemaining(came::add);
            assertThat(came).isEqualTo(numbers(100).stream().filter(x -> x != 3).toList());
            awaitWorkers(pool, 2);
            assertThat(workersOf(pool))
                    .extracting(Worker::name)
                    .contains(pool.name() + "-worker-3");
        }
    }

    @Test
    void anIdleWorkerMayBeKilled() {
        try (Pool pool = new Pool(2)) {
            pool.map(x -> x, numbers(10));
            for (int i = 0; i < 3; i++) {
                List<Worker> before = workersOf(pool);
                before.forEach(this::kill);
                assertThat(pool.map(x -> x + 1, numbers(4))).containsExactly(1, 2, 3, 4);
            }
        }
    }

    @Test
    void nothingIsRunTwiceHoweverWorkersAreKilled() {
        int count = 20_000;
        Array runs = Array.of("i", count, false);
        Value busy = Value.of("q");
        try (Pool pool = new Pool(3)) {
            Pool.Results<Integer> results =
                    pool.imap(
                            x -> {
                                busy.set(current().pid());
                                runs.add(x, 1);
                                return x;
                            },
                            numbers(count),
                            5);
            assertThat(results.next()).isZero();
            AtomicBoolean over = new AtomicBoolean();
            Beside<Integer> killer = Beside.call(() -> killBusy(pool, busy, 15, over));
            int failed = 0;
            for (int i = 1; i < count; i++) {
                try {
                    assertThat(results.next()).isEqualTo(i);
                    assertThat(runs.get(i)).isEqualTo(1);
                } catch (WorkerException e) {
                    failed++;
                    assertThat(e).hasMessageContaining("was killed by signal 9 while it ran item ");
                    assertThat(runs.get(i)).isLessThanOrEqualTo(1);
                }
                if (i % 100 == 0) {
                    sleep(0.01);
                }
            }
            over.set(true);
            assertThat(failed).isLessThanOrEqualTo(5 * killer.end());
        }
    }

    /// @return how many were killed, fewer when all was over first
    private static int killBusy(Pool pool, Value busy, int count, AtomicBoolean over) {
        int killed = 0;
        while (killed < count && !over.get()) {
            sleep(0.05);
            for (Worker worker : workersOf(pool)) {
                if (worker.pid() == busy.get()) {
                    worker.kill();
                    killed++;
                }
            }
        }
        return killed;
    }

    private static int exit(int code) {
        System.exit(code);
        return code;
    }

    /// As if the worker of a slot had been about to take a task: it writes the number, and then the task
    /// is its own.
    private static void writeLine(Pool pool, int slot, int task)
            throws ReflectiveOperationException {
        Field dispatcher = Pool.class.getDeclaredField("dispatcher");
        Field crew = Dispatcher.class.getDeclaredField("crew");
        Field lines = PoolCrew.class.getDeclaredField("lines");
        for (Field field : List.of(dispatcher, crew, lines)) {
            field.setAccessible(true);
        }
        Array array = (Array) lines.get(crew.get(dispatcher.get(pool)));
        long at = (slot * PoolMessage.LINE_BYTES + PoolMessage.AT_TASK) / Long.BYTES;
        assertThat(array.get(at) & PoolMessage.HAS_TASK).isNotZero();
        array.set(at, PoolMessage.HAS_TASK | task);
    }

    @Test
    void aWorkerThatDiesBeforeATaskIsItsOwnHasNotHadIt() throws Exception {
        Pool pool = new Pool(2);
        Array pids = Array.of("q", 2);
        Event enough = new Event();
        Code.Function1<Integer, Integer> code =
                x -> {
                    pids.set(x, current().pid());
                    WithWorkers.await(enough);
                    return x;
                };
        List<CompletableFuture<Integer>> running =
                List.of(pool.submit(code, 0), pool.submit(code, 1));
        Await.until("both work", () -> pids.get(0) != 0 && pids.get(1) != 0);
        CompletableFuture<Integer> waiting = pool.submit(x -> x, 2);
        Worker first = workersOf(pool).getFirst();
        int itsTask = pids.get(0) == first.pid() ? 1 : 2;
        int others = 3 - itsTask;

        writeLine(pool, 0, 3);
        kill(first);
        assertThat(waiting.get(20, TimeUnit.SECONDS)).isEqualTo(2);

        writeLine(pool, 0, others);
        kill(workersOf(pool).getLast());
        assertThat(pool.apply(() -> 3)).isEqualTo(3);
        enough.set();
        assertThat(running.get(others - 1).get(20, TimeUnit.SECONDS)).isEqualTo(others - 1);
        assertThat(running.get(itsTask - 1)).isNotDone();
        pool.shutdownNow();
    }

    @Test
    @Tag("once")
    void aTaskThatEndsItsWorkerFails() {
        try (Pool pool = new Pool(2)) {
            assertThatExceptionOfType(WorkerException.class)
                    .isThrownBy(
                            () ->
                                    pool.apply(
                                            () -> {
                                                System.exit(5);
                                                return 1;
                                            }))
                    .withMessageMatching(
                            "Pool-\\d+-worker-\\d+ \\(pid \\d+\\) ended with exit code 5 while it"
                                    + " ran its task");
            assertThatExceptionOfType(WorkerException.class)
                    .isThrownBy(
                            () ->
                                    pool.map(
                                            x -> {
                                                if (x == 4) {
                                                    Runtime.getRuntime().halt(0);
                                                }
                                                return x;
                                            },
                                            numbers(8)))
                    .withMessageEndingWith("ended with exit code 0 while it ran item 4 of the map");
            assertThatExceptionOfType(WorkerException.class)
                    .isThrownBy(() -> pool.map(x -> x < 4 ? x : exit(x), numbers(8), 8))
                    .withMessageEndingWith(
                            "ended with exit code 4 while it ran item 4 of the map; the worker had"
                                    + " item 0 as well, and what became of it is lost");
            assertThat(pool.apply(() -> 1)).isEqualTo(1);
        }
    }

    @Test
    @Tag("once")
    void theInitialiserRunsOnceInEachWorker() {
        Array runs = Array.of("i", 1);
        try (Pool pool =
                Pool.of(2)
                        .initialiser(
                                () -> {
                                    runs.add(0, 1);
                                    System.setProperty("of.pool", "ready");
                                })) {
            assertThat(workersOf(pool)).isEmpty();
            assertThat(pool.map(_ -> System.getProperty("of.pool"), numbers(20)))
                    .containsOnly("ready");
            assertThatIllegalStateException()
                    .isThrownBy(() -> pool.initialiser(() -> {}))
                    .withMessage(
                            "%s has its workers already: initialiser is for one that has not, as in Pool.of(2).initialiser(…)"
                                    .formatted(pool.name()));
        }
        assertThat(runs.get(0)).isEqualTo(2);
    }

    @Test
    @Tag("once")
    void aPoolWhoseInitialiserFailsSaysSoAndEnds() {
        try (Pool pool =
                Pool.of(2)
                        .initialiser(
                                () -> {
                                    throw new IllegalArgumentException("no disk");
                                })) {
            for (int i = 0; i < 2; i++) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> pool.map(x -> x, numbers(1000)))
                        .withMessageMatching(
                                "(?s)Pool-\\d+ cannot work: its initialiser failed in"
                                        + " Pool-\\d+-worker-\\d \\(pid \\d+\\):"
                                        + " java.lang.IllegalArgumentException: no disk.*")
                        .withCauseInstanceOf(IllegalArgumentException.class);
            }
        }
        assertThat(workers()).isEmpty();
    }

    @Test
    @Tag("once")
    void aPoolWhoseWorkersEndBeforeTheyBeginSaysSo() {
        try (Pool pool = Pool.of(1).initialiser(() -> Runtime.getRuntime().halt(7))) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> pool.apply(() -> 1))
                    .withMessageMatching(
                            "Pool-\\d+ cannot work: 3 workers have ended before they had begun; the"
                                + " last, Pool-\\d+-worker-3 \\(pid \\d+\\) ended with exit code"
                                + " 7");
        }
    }

    @Test
    @Tag("once")
    void aWorkerEndsAfterItsTasks() {
        try (Pool pool = Pool.of(1).tasksPerWorker(3)) {
            List<Long> pids = pool.map(_ -> current().pid(), numbers(7), 1);
            assertThat(new ArrayList<>(new HashSet<>(pids))).hasSize(3);
            assertThat(pids.subList(0, 3)).containsOnly(pids.getFirst());
            assertThat(pids.subList(3, 6)).containsOnly(pids.get(3));
        }
    }

    @Test
    @Tag("once")
    void itemsFindWhatThoseBeforeThemHaveLeftInStatics() {
        try (Pool pool = new Pool(1)) {
            Code.Function1<Integer, Integer> count = _ -> ++seen;
            assertThat(pool.map(count, numbers(3))).containsExactly(1, 2, 3);
            assertThat(pool.map(count, numbers(2))).containsExactly(4, 5);
            seen = 100;
            assertThat(pool.map(count, numbers(2))).containsExactly(101, 102);
            seen = 0;
        }
    }

    @Test
    @Tag("once")
    void tasksHaveWhatTheInitialiserLeftInStaticsWhateverTheProgramChangesItself() {
        Array shared = Array.of("i", 1);
        shared.set(0, 40);
        try (Pool pool = Pool.of(2).initialiser(() -> given = shared)) {
            for (int i = 0; i < 5; i++) {
                seen = i;
                assertThat(pool.map(x -> given.get(0) + seen + x, numbers(4)))
                        .containsExactly(40L + i, 41L + i, 42L + i, 43L + i);
            }
            assertThat(given).isNull();
            assertThat(pool.map(x -> given.get(0) + Late.value + x, List.of(1)))
                    .containsExactly(42L);
            Late.value = 7;
            assertThat(pool.map(x -> given.get(0) + Late.value + x, List.of(1)))
                    .containsExactly(48L);
        } finally {
            seen = 0;
        }
    }

    @Test
    @Tag("once")
    void nothingRunsInClassesThatTheInitialiserHasNotInitialised() {
        Array runs = Array.of("i", 1);
        try (Pool pool =
                Pool.of(1)
                        .initialiser(
                                () -> {
                                    if (runs.add(0, 1) > 1) {
                                        throw new IllegalStateException("once only");
                                    }
                                })) {
            assertThat(pool.map(x -> later == null ? x : 0, List.of(1))).containsExactly(1);
            later = new Thread();
            for (int i = 0; i < 3; i++) {
                assertThatIllegalStateException()
                        .as("all classes come anew")
                        .isThrownBy(() -> pool.map(x -> x < 0 ? later : x, List.of(1, 2)))
                        .withMessage("once only");
            }
        } finally {
            later = null;
        }
    }

    @Test
    @Tag("once")
    void aClassThatBothSidesHaveInitialisedAlikeIsOne() {
        try (Pool pool = new Pool(1)) {
            assertThat(pool.map(_ -> ++seen + Untouched.ONE.ordinal(), List.of(0)))
                    .containsExactly(1);
            assertThat(Untouched.valueOf("TWO").ordinal()).isEqualTo(1);
            assertThat(pool.map(_ -> ++seen + Untouched.TWO.ordinal(), List.of(0)))
                    .as("what the worker has left")
                    .containsExactly(3);
        }
    }

    @Test
    @Tag("once")
    void whatTheProgramChangesComesWithTheNextCodeAndAllElseIsTheWorkers() {
        Code.Function1<Integer, List<Object>> look =
                _ ->
                        List.of(
                                ++seen,
                                WORDS.size(),
                                Pace.FAST.steps++,
                                Pace.valueOf("FAST") == Pace.FAST);
        assertThat(Pace.FAST.steps).as("initialised here").isEqualTo(1);
        try (Pool pool = new Pool(1)) {
            assertThat(pool.map(look, List.of(0))).containsExactly(List.of(1, 0, 1, true));
            WORDS.add("one");
            assertThat(pool.map(look, List.of(0))).containsExactly(List.of(2, 1, 2, true));
            Pace.FAST.steps = 10;
            assertThat(pool.map(look, List.of(0))).containsExactly(List.of(3, 1, 10, true));
            seen = 50;
            assertThat(pool.map(look, List.of(0))).containsExactly(List.of(51, 1, 11, true));
            seen = 0;
            assertThat(pool.map(look, List.of(0))).containsExactly(List.of(1, 1, 12, true));
            WORDS.clear();
            Pace.FAST.steps = 1;
            assertThat(pool.map(look, List.of(0)))
                    .as("as at first")
                    .containsExactly(List.of(2, 0, 1, true));
        } finally {
            seen = 0;
            WORDS.clear();
            Pace.FAST.steps = 1;
        }
    }

    @Test
    @Tag("once")
    void codeThatCapturesOtherValuesHasTheClassesThatTheWorkerHasCompiled() {
        try (Pool pool = new Pool(1)) {
            Set<Integer> classes = new HashSet<>();
            for (int i = 0; i < 20; i++) {
                int add = i;
                seen = i;
                List<Integer> found =
                        pool.map(
                                x ->
                                        x + add + seen == 2 * add
                                                ? System.identityHashCode(Late.class)
                                                : 0,
                                List.of(0));
                classes.addAll(found);
            }
            assertThat(classes).hasSize(1).doesNotContain(0);
        } finally {
            seen = 0;
        }
    }

    @Test
    @Tag("once")
    void manyFunctionsTakeTurns() throws IOException {
        try (Pool pool = new Pool(2)) {
            for (int i = 0; i < 100; i++) {
                int add = i;
                assertThat(pool.map(x -> x + add, List.of(1, 2))).containsExactly(1 + i, 2 + i);
            }
            Path folder = new Event().path().getParent();
            try (var files = Files.list(folder)) {
                assertThat(files.filter(PoolTest::isCode).count()).isLessThan(20);
            }
        }
    }

    private static boolean isCode(Path file) {
        return file.getFileName().toString().matches("code-[0-9a-f]{1,8}-\\d+");
    }

    @Test
    void closeWaitsForWhatThePoolWasGiven() {
        Array done = Array.of("i", 1);
        Pool pool = new Pool(2);
        Pool.Results<Integer> results = pool.imap(x -> x, numbers(100));
        assertThat(results.next()).isZero();
        Event enough = new Event();
        int count = Dispatcher.MOST_SENT + 50;
        for (int i = 0; i < count; i++) {
            pool.submit(
                    () -> {
                        WithWorkers.await(enough);
                        return done.add(0, 1);
                    });
        }
        Beside<Void> closing = Beside.run(pool::close);
        Await.until("it is closed", pool::isShutdown);
        enough.set();
        closing.end();
        assertThat(done.get(0)).isEqualTo(count);
        assertThat(workersOf(pool)).isEmpty();
        pool.close();
        assertThat(results.toString()).isEqualTo("Results(imap of %s)".formatted(pool.name()));
        assertThat(results.next()).isEqualTo(1);
        assertThatIllegalStateException()
                .isThrownBy(() -> results.forEachRemaining(_ -> {}))
                .withMessage(pool.name() + " is closed: it takes no more tasks");
        assertThat(pool).hasToString("Pool(%s, 2 workers, closed)".formatted(pool.name()));
        assertThatIllegalStateException()
                .isThrownBy(() -> pool.map(x -> x, numbers(1)))
                .withMessage(pool.name() + " is closed: it takes no more tasks");
        assertThatIllegalStateException().isThrownBy(() -> pool.submit(() -> 1));
        Pool.of(2).close();
    }

    @Test
    void aTaskThatLeavesAThreadBehindKeepsNobodyWaiting() {
        Pool pool = new Pool(1);
        pool.apply(
                () -> {
                    new Thread(() -> sleep(60)).start();
                    return 1;
                });
        Beside<Void> closing = Beside.run(pool::close);
        closing.end();
    }

    @Test
    @Tag("alone")
    void shutdownNowEndsTheWorkersWithinTheirTasks() {
        Pool pool = new Pool(2);
        Event begun = new Event();
        CompletableFuture<Integer> running =
                pool.submit(
                        () -> {
                            begun.set();
                            sleep(60);
                            return 1;
                        });
        WithWorkers.await(begun);
        Beside<List<Double>> map =
                Beside.call(
                        () ->
                                pool.map(
                                        x -> {
                                            sleep(60);
                                            return 1.0 * x;
                                        },
                                        numbers(100)));
        long before = System.nanoTime();
        pool.shutdownNow();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(running::get)
                .havingRootCause()
                .withMessage(pool.name() + " was shut down by shutdownNow() before this was done");
        assertThatExceptionOfType(AssertionError.class).isThrownBy(map::end);
        Beside.run(pool::close).end();
        assertThat(workersOf(pool)).isEmpty();
    }

    @Test
    void anInterruptEndsTheWaitAndNotThePool() {
        try (Pool pool = new Pool(1)) {
            Event begun = new Event();
            Event enough = new Event();
            Beside<Integer> asking =
                    Beside.call(
                            () ->
                                    pool.apply(
                                            () -> {
                                                begun.set();
                                                WithWorkers.await(enough);
                                                return 1;
                                            }));
            WithWorkers.await(begun);
            asking.interrupt();
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(asking::end)
                    .withCauseInstanceOf(UncheckedInterruptedException.class);
            enough.set();
            assertThat(pool.apply(() -> 2)).isEqualTo(2);
        }
    }

    @Test
    void severalThreadsMapAtOnce() {
        try (Pool pool = new Pool(2)) {
            List<Beside<List<Integer>>> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int add = i;
                threads.add(Beside.call(() -> pool.map(x -> x + add, numbers(2000), 1 + add)));
            }
            for (int i = 0; i < 4; i++) {
                int add = i;
                assertThat(threads.get(i).end())
                        .isEqualTo(numbers(2000).stream().map(x -> x + add).toList());
            }
        }
    }

    @Test
    void aTaskHasAPoolOfItsOwn() {
        try (Pool pool = new Pool(2)) {
            assertThat(
                            pool.map(
                                    x -> {
                                        try (Pool inner = new Pool(2)) {
                                            return inner.map(y -> x * y, List.of(1, 2, 3));
                                        }
                                    },
                                    List.of(1, 10)))
                    .containsExactly(List.of(1, 2, 3), List.of(10, 20, 30));
        }
    }

    @Test
    @Tag("once")
    void asAnExecutorItRunsWhatCanTravel() throws Exception {
        ExecutorService executor = new Pool(2).executor();
        try (executor) {
            Callable<Integer> one = (Callable<Integer> & Serializable) () -> 1;
            Callable<Integer> two = (Callable<Integer> & Serializable) () -> 2;
            Callable<Integer> none =
                    (Callable<Integer> & Serializable)
                            () -> {
                                throw new IOException("none");
                            };
            assertThat(executor.submit(one).get()).isEqualTo(1);
            assertThat(executor.invokeAll(List.of(one, two)))
                    .allMatch(future -> future.isDone())
                    .extracting(future -> future.get())
                    .containsExactly(1, 2);
            assertThat(executor.invokeAny(List.of(none, two))).isEqualTo(2);
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> executor.submit(none).get());
            Array ran = Array.of("i", 2);
            assertThat(executor.submit((Runnable & Serializable) () -> ran.set(0, 1), "done").get())
                    .isEqualTo("done");
            executor.execute((Runnable & Serializable) () -> ran.set(1, 1));
            Await.until("it has run", () -> ran.get(1) == 1);
            assertThatExceptionOfType(RejectedExecutionException.class)
                    .isThrownBy(() -> executor.submit(() -> 1))
                    .withMessageContaining("is a lambda that is not Serializable")
                    .withMessageContaining("& java.io.Serializable");
        }
        assertThat(executor.isTerminated()).isTrue();
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> executor.execute((Runnable & Serializable) () -> {}));
    }

    @Test
    @Tag("once")
    void aPoolThatNobodyCanReachEnds() {
        List<Worker> workers = workersOfAForgottenPool();
        Await.until(
                "its workers end",
                () -> {
                    System.gc();
                    return workers.stream().noneMatch(Worker::isAlive);
                });
    }

    private static List<Worker> workersOfAForgottenPool() {
        Pool pool = new Pool(2);
        pool.map(x -> x, numbers(4));
        return workersOf(pool);
    }

    @Test
    void thePoolsOwnWaitsAreNotCounted() {
        try (Pool pool = new Pool(1)) {
            pool.apply(() -> 1);
            long waits = current().stats().waits();
            sleep(1.5);
            assertThat(current().stats().waits()).isEqualTo(waits);
        }
    }

    @Test
    @Tag("once")
    void progressIsSaidInWords() {
        assertThat(Progress.text("map", 1200, 10_000, 1_636_363_636))
                .isEqualTo("map: 1 200 of 10 000, 12 s left");
        assertThat(Progress.text("map", 0, 10, 5_000_000_000L)).isEqualTo("map: 0 of 10");
        assertThat(Progress.text("map", 1, 1001, 1_000_000_000))
                .isEqualTo("map: 1 of 1 001, 16 min left");
    }

    @Test
    @Tag("once")
    void numbersThatCannotBe() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Pool(0))
                .withMessage("a Pool cannot have 0 workers: 1 to 1000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pool.of(1).tasksPerWorker(0))
                .withMessage("a worker cannot end after 0 tasks: 1 or more");
        try (Pool pool = Pool.of(1)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> pool.map(x -> x, numbers(1), 0))
                    .withMessage("a worker cannot be given 0 items at a time: 1 or more");
        }
    }

    @Test
    void aClosedPoolHasGivenItsMemoryBack() throws IOException {
        Path session = new Event().path().getParent();
        Pool pool = new Pool(1);
        assertThat(pool.apply(() -> 42)).isEqualTo(42);
        Set<Path> before = filesOf(session);
        pool.close();
        Set<Path> gone = new HashSet<>(before);
        gone.removeAll(filesOf(session));
        assertThat(gone.stream().map(file -> file.getFileName().toString()))
                .filteredOn(name -> name.startsWith("queue-"))
                .hasSizeGreaterThanOrEqualTo(2);
        assertThat(pool.toString()).isEqualTo("Pool(%s, 1 workers, closed)", pool.name());
    }

    private static Set<Path> filesOf(Path session) throws IOException {
        try (Stream<Path> files = Files.list(session)) {
            return files.collect(Collectors.toSet());
        }
    }
}
