package tandem;

import static org.assertj.core.api.Assertions.assertThat;

import static tandem.Tandem.explore;
import static tandem.Tandem.seconds;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tandem.step.CodeProgram;
import tandem.step.Found;
import tandem.step.Lines;
import tandem.step.Schedule;
import tandem.step.Search;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;

/// A pool of a program that is run step by step: its workers halt before each task, and in it.
@Tag("once")
class SteppedPoolTest {
    private static final Duration FIVE_SECONDS = Duration.ofSeconds(5);

    private static final Code.Function0<Long> TASKS_ADD =
            () -> {
                Array a = Array.of("i", 1, false);
                try (Pool pool = new Pool(2)) {
                    pool.map(
                            n -> {
                                a.set(0, a.get(0) + n);
                                return n;
                            },
                            List.of(1, 2));
                }
                return a.get(0);
            };

    private static String lines(Code.Function0<?> code, String schedule) {
        try (CodeProgram program = StepMain.program(code, _ -> true, true)) {
            return lines(program, schedule);
        }
    }

    private static String lines(CodeProgram program, String schedule) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        Lines.print(program, Schedule.of(schedule), print);
        return out.toString(StandardCharsets.UTF_8).replaceAll("(?m) {3}\\S+\\.java:\\d+$", "");
    }

    @Test
    @Tag("alone")
    void twoTasksLoseAnUpdateWithinFiveSeconds() {
        Exploration[] last = new Exploration[1];
        Duration time =
                Await.timed(
                        FIVE_SECONDS,
                        () -> last[0] = explore(TASKS_ADD, sum -> sum == 3, seconds(60)));
        Exploration found = last[0];

        assertThat(found.isBroken()).as("%s", found).isTrue();
        assertThat(found.reason())
                .isIn(
                        List.of(
                                "the program has given 1, which is wrong",
                                "the program has given 2, which is wrong"));
        assertThat(found.steps())
                .anySatisfy(
                        step ->
                                assertThat(step)
                                        .isEqualTo(
                                                "Pool-1-worker-1: Pool-1 tasks.take() → task 1"));
        assertThat(time).isLessThan(FIVE_SECONDS);
    }

    @Test
    void aScheduleSaysWhoTakesWhichTask() {
        try (CodeProgram program = StepMain.program(TASKS_ADD, _ -> true, true)) {
            String first = lines(program, "2112");
            assertThat(first)
                    .contains(
                            """
                            Pool-1-worker-2: Pool-1 tasks.take() → task 1
                            Pool-1-worker-1: Pool-1 tasks.take() → task 2
                            Pool-1-worker-1: array-1.get(0) → 0
                            Pool-1-worker-2: array-1.get(0) → 0
                            Pool-1-worker-2: array-1.set(0, 1)
                            """,
                            "MainProcess: array-1.get(0) → 2");
            for (int i = 0; i < 10; i++) {
                assertThat(lines(program, "1122")).contains("MainProcess: array-1.get(0) → 1\n");
                assertThat(lines(program, "2112")).isEqualTo(first);
            }
        }
    }

    @Test
    void whatIsRightSurvivesAllOfItsSchedules() {
        Exploration found =
                explore(
                        () -> {
                            Array a = Array.of("i", 1);
                            Pool pool = new Pool(2);
                            var five = pool.submit(() -> a.add(0, 5));
                            var isMore = five.thenApply(sum -> sum >= 5 && a.get(0) >= sum);
                            List<Integer> twice =
                                    pool.map(
                                            n -> {
                                                a.add(0, n);
                                                return 2 * n;
                                            },
                                            List.of(1, 2));
                            return "%s %s %s".formatted(twice, isMore.join(), a.get(0));
                        },
                        given -> given.equals("[2, 4] true 8"),
                        seconds(60));

        assertThat(found.isBroken()).as("%s", found).isFalse();
        assertThat(found.isComplete()).isTrue();
        assertThat(found.tried()).isGreaterThan(6);
    }

    @Test
    void aWorkerIsKilledWithinItsTaskAndAnotherTakesItsPlace() {
        Code.Function0<String> program =
                () -> {
                    Array a = Array.of("i", 1);
                    try (Pool pool = new Pool(1)) {
                        var one = pool.submit(() -> a.add(0, 1));
                        var two = pool.submit(() -> a.add(0, 2));
                        String died = "";
                        try {
                            one.join();
                        } catch (RuntimeException e) {
                            died = e.getCause().getMessage();
                        }
                        return died + two.join();
                    }
                };
        try (CodeProgram stepped = StepMain.program(program, _ -> true, true)) {
            String first = lines(stepped, "1k1");
            assertThat(first)
                    .contains(
                            """
                            Pool-1-worker-1: Pool-1 tasks.take() → task 1
                            Pool-1-worker-1: killed
                            """,
                            "Pool-1-worker-2: Pool-1 tasks.take() → task 2\n",
                            "Pool-1-worker-2: array-1.add(0, 2) → 2\n");
            assertThat(lines(stepped, "1k1")).isEqualTo(first);
            assertThat(lines(stepped, "k1")).contains("array-1.add(0, 2) → 3");
        }
    }

    @Test
    void theOrderOfUnorderedResultsIsThatOfTheSchedule() {
        Code.Function0<List<Integer>> program =
                () -> {
                    Value seen = Value.of("i", 0);
                    List<Integer> came = new ArrayList<>();
                    try (Pool pool = new Pool(2)) {
                        for (int n :
                                pool.imapUnordered(
                                        n -> {
                                            seen.set(n);
                                            return n;
                                        },
                                        List.of(1, 2))) {
                            came.add(n);
                        }
                    }
                    return came;
                };
        Exploration found = explore(program, came -> came.equals(List.of(1, 2)), seconds(60));

        assertThat(found.reason()).isEqualTo("the program has given [2, 1], which is wrong");
        assertThat(explore(program, came -> came.size() == 2, seconds(60)).isComplete()).isTrue();
    }

    @Test
    @Timeout(300)
    void everyEndIsFoundByFewerSchedules() {
        Code.Function0<String> program =
                () -> {
                    Array a = Array.of("i", 2, false);
                    List<String> came = new ArrayList<>();
                    try (Pool pool = new Pool(2)) {
                        for (String one :
                                pool.imapUnordered(
                                        n -> {
                                            a.set(n, 1);
                                            return n + " has seen " + a.get(1 - n);
                                        },
                                        List.of(0, 1))) {
                            came.add(one);
                        }
                        a.set(0, 5);
                    }
                    return came.toString();
                };
        Set<String> all = new TreeSet<>();
        Set<String> found = new TreeSet<>();

        int whole = tried(program, false, all);
        int reduced = tried(program, true, found);

        assertThat(found).isEqualTo(all).hasSizeGreaterThan(3);
        assertThat(reduced).isLessThan(whole);
    }

    private static int tried(Code.Function0<?> code, boolean isReduced, Set<String> ends) {
        try (CodeProgram program = StepMain.program(code, _ -> true, true)) {
            Found found = Search.run(program, seconds(280), isReduced, ends::add);
            assertThat(found.isComplete())
                    .as("%s after %d", found.reason(), found.tried())
                    .isTrue();
            return found.tried();
        }
    }

    @Test
    void anExecutorIsWaitedForByTurns() {
        Exploration found =
                explore(
                        () -> {
                            Array a = Array.of("i", 1, false);
                            ExecutorService executor = new Pool(2).executor();
                            Callable<Long> adds =
                                    (Callable<Long> & Serializable)
                                            () -> {
                                                a.set(0, a.get(0) + 1);
                                                return 1L;
                                            };
                            for (var future : executor.invokeAll(List.of(adds, adds))) {
                                future.get();
                            }
                            executor.close();
                            return a.get(0);
                        },
                        sum -> sum == 2,
                        seconds(60));

        assertThat(found.reason()).isEqualTo("the program has given 1, which is wrong");
    }

    @Test
    void aPoolThatIsShutDownEndsItsWorkersWithinTheirTasks() {
        Code.Function0<String> program =
                () -> {
                    Event go = new Event("go");
                    Pool pool = new Pool(2);
                    var waits =
                            pool.submit(
                                    () -> {
                                        go.await();
                                        return 1;
                                    });
                    go.isSet();
                    pool.shutdownNow();
                    try {
                        waits.join();
                        return "done";
                    } catch (RuntimeException e) {
                        return e.getClass().getSimpleName();
                    }
                };
        assertThat(lines(program, "1"))
                .contains("Pool-1-worker-1: Pool-1 tasks.take() → task 1", "go.isSet()")
                .doesNotContain("nobody can go on");
        assertThat(
                        explore(program, end -> end.equals("CancellationException"), seconds(60))
                                .toString())
                .startsWith("right by all of its schedules");
    }
}
