package tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static tandem.Tandem.call;
import static tandem.Tandem.explore;
import static tandem.Tandem.joinAll;
import static tandem.Tandem.seconds;
import static tandem.Tandem.sleep;
import static tandem.Tandem.spawn;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tandem.step.CodeProgram;
import tandem.step.Lines;
import tandem.step.Schedule;
import tandem.sync.Halt;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/// Programs whose workers halt before each access to something shared, by schedules.
class ExploreTest {
    private static final Duration FIVE_SECONDS = Duration.ofSeconds(5);

    private static final Code.Function0<Long> TWO_ADD =
            () -> {
                Array a = Array.of("i", 1, false);
                spawn(x -> x.set(0, x.get(0) + 1), a);
                spawn(x -> x.set(0, x.get(0) + 1), a);
                joinAll();
                return a.get(0);
            };

    private static final Code.Function0<Long> TWO_ADD_IN_TURN =
            () -> {
                Array a = Array.of("i", 1);
                for (int i = 0; i < 2; i++) {
                    spawn(
                            x -> {
                                for (int j = 0; j < 2; j++) {
                                    x.acquire();
                                    IO.println("not shown: " + x);
                                    x.set(0, x.get(0) + 1);
                                    x.release();
                                }
                            },
                            a);
                }
                joinAll();
                return a.get(0);
            };

    private static final Code.Function0<String> ONE_HOLDS =
            () -> {
                Array a = Array.of("i", 1).named("board");
                Event over = new Event("over");
                spawn(
                        x -> {
                            x.acquire();
                            x.set(0, 1);
                            x.release();
                        },
                        a);
                spawn(
                        (x, e) -> {
                            try (Held held = x.hold()) {
                                x.set(0, held.recovered() ? 7 : 2);
                            }
                            e.set();
                        },
                        a,
                        over);
                over.await();
                joinAll();
                return a.toString();
            };

    private static String lines(CodeProgram program, String schedule) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        Lines.print(program, Schedule.of(schedule), print);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static CodeProgram program(Code.Function0<?> code) {
        return StepMain.program(code, _ -> true, true);
    }

    @Test
    @Tag("alone")
    void twoThatAddWithoutALockAreCaughtWithinFiveSeconds() {
        Exploration[] last = new Exploration[1];
        Duration time =
                Await.timed(
                        FIVE_SECONDS,
                        () -> last[0] = explore(TWO_ADD, sum -> sum == 2, seconds(60)));
        Exploration found = last[0];

        assertThat(found.isBroken()).as("%s", found).isTrue();
        assertThat(found.schedule()).isEqualTo("12");
        assertThat(found.reason()).isEqualTo("the program has given 1, which is wrong");
        assertThat(found.steps())
                .anySatisfy(step -> assertThat(step).startsWith("Worker-2: array-1.get(0) → 0"));
        assertThat(time).isLessThan(FIVE_SECONDS);
    }

    @Test
    void anAddWithoutALockIsTwoSteps() {
        Exploration found =
                explore(
                        () -> {
                            Value v = Value.of("i", 0, false);
                            spawn(x -> x.add(1), v);
                            spawn(x -> x.add(1), v);
                            joinAll();
                            return v.get();
                        },
                        sum -> sum == 2,
                        seconds(60));

        assertThat(found.schedule()).isEqualTo("12");
    }

    @Test
    void whatIsRightSurvivesAllOfItsSchedules() {
        Exploration found = explore(TWO_ADD_IN_TURN, sum -> sum == 4, seconds(120));

        assertThat(found.isBroken()).as("%s", found).isFalse();
        assertThat(found.isComplete()).isTrue();
        assertThat(found.tried()).as("%s", found).isGreaterThanOrEqualTo(6);
    }

    /// The main process adds beside its worker.
    private static final Code.Function0<Long> MAIN_ADDS =
            () -> {
                Array a = Array.of("i", 1, false);
                spawn(x -> x.set(0, x.get(0) + 1), a);
                a.set(0, a.get(0) + 1);
                joinAll();
                return a.get(0);
            };

    @Test
    @Tag("alone")
    void theMainProcessAndAWorkerLoseAnUpdateWithinFiveSeconds() {
        Exploration[] last = new Exploration[1];
        Duration time =
                Await.timed(
                        FIVE_SECONDS,
                        () -> last[0] = explore(MAIN_ADDS, sum -> sum == 2, seconds(60)));
        Exploration found = last[0];

        assertThat(found.isBroken()).as("%s", found).isTrue();
        assertThat(found.schedule()).isEqualTo("01");
        assertThat(found.steps())
                .startsWith("MainProcess: array-1.get(0) → 0", "Worker-1: array-1.get(0) → 0");
        assertThat(time).isLessThan(FIVE_SECONDS);
        try (CodeProgram program = program(MAIN_ADDS)) {
            String first = lines(program, "01");
            assertThat(first).contains("MainProcess: array-1.get(0) → 1", "schedule: 011");
            for (int i = 0; i < 10; i++) {
                assertThat(lines(program, "01")).isEqualTo(first);
                assertThat(lines(program, "0011"))
                        .contains("MainProcess: array-1.get(0) → 2", "schedule: 0011");
                assertThat(lines(program, "1100"))
                        .contains("MainProcess: array-1.get(0) → 2", "schedule: 11");
            }
        }
    }

    @Test
    void whatIsRightBesideTheMainProcessSurvivesAllOfItsSchedules() {
        Exploration found =
                explore(
                        () -> {
                            Array a = Array.of("i", 1);
                            Event isDone = new Event();
                            spawn(
                                    (x, e) -> {
                                        try (Held _ = x.hold()) {
                                            x.set(0, x.get(0) + 1);
                                        }
                                        e.set();
                                    },
                                    a,
                                    isDone);
                            try (Held _ = a.hold()) {
                                a.set(0, a.get(0) + 1);
                            }
                            isDone.await();
                            return a.get(0);
                        },
                        sum -> sum == 2,
                        seconds(120));

        assertThat(found.isBroken()).as("%s", found).isFalse();
        assertThat(found.isComplete()).isTrue();
        assertThat(found.tried()).as("%s", found).isBetween(2, 40);
    }

    @Test
    void aMainProcessThatOnlySpawnsAndJoinsIsInNoSchedule() {
        try (CodeProgram program =
                program(
                        () -> {
                            Array a = Array.of("i", 2, false);
                            a.set(1, 3);
                            Worker one = spawn(x -> x.set(0, x.get(0) + 1), a);
                            Worker two = spawn(x -> x.set(0, x.get(0) + 1), a);
                            joinAll(two, one);
                            return a.get(0);
                        })) {
            assertThat(lines(program, "")).contains("schedule: 1122");
            assertThat(lines(program, "2211")).contains("schedule: 2211");
            assertThatThrownBy(() -> lines(program, "0"))
                    .hasMessage(
                            "0 is no move after the start: MainProcess cannot move:"
                                + " Worker-2.join(); it goes on by itself where no worker can, and"
                                + " when one that it joins has ended");
            assertThatThrownBy(() -> lines(program, "k0"))
                    .hasMessageContaining("a schedule ends workers, not the main process");
        }
    }

    @Test
    void whoAsksAgainAndAgainLetsOthersGoOn() {
        Exploration found =
                explore(
                        () -> {
                            Event over = new Event("over");
                            Array a = Array.of("i", 1, false);
                            spawn(
                                    (x, e) -> {
                                        e.set();
                                        x.set(0, 1);
                                    },
                                    a,
                                    over);
                            while (!over.isSet()) {}
                            long seen = a.get(0);
                            joinAll();
                            return seen;
                        },
                        seen -> seen == 1,
                        seconds(60));

        assertThat(found.reason()).isEqualTo("the program has given 0, which is wrong");
    }

    @Test
    void aFutureIsWaitedForByTurns() {
        Exploration found =
                explore(
                        () -> {
                            Array a = Array.of("i", 1, false);
                            var call = call(x -> x.get(0), a);
                            spawn(x -> x.set(0, 1), a);
                            long plusOne = call.toFuture().thenApply(x -> x + 1).join();
                            joinAll();
                            return plusOne;
                        },
                        sum -> sum == 1,
                        seconds(60));

        assertThat(found.schedule()).as("%s", found).isEqualTo("2");
        assertThat(found.reason()).isEqualTo("the program has given 2, which is wrong");
    }

    @Test
    void aScheduleGivesTheSameEachTime() {
        try (CodeProgram program = program(TWO_ADD)) {
            String first = lines(program, "1221");
            assertThat(first).contains("MainProcess: array-1.get(0) → 1");
            for (int i = 0; i < 20; i++) {
                assertThat(lines(program, "1221")).isEqualTo(first);
                assertThat(lines(program, "1122")).contains("MainProcess: array-1.get(0) → 2");
            }
        }
    }

    @Test
    void aCircleEndsTheRunWithASentence() {
        Exploration found =
                explore(
                        () -> {
                            Lock left = new Lock("left");
                            Lock right = new Lock("right");
                            spawn(ExploreTest::takeBoth, left, right);
                            spawn(ExploreTest::takeBoth, right, left);
                            joinAll();
                            return 0;
                        },
                        _ -> true,
                        seconds(60));

        assertThat(found.schedule()).isEqualTo("12");
        assertThat(found.reason())
                .startsWith("nobody can go on: ")
                .contains("Worker-1 waits for right.acquire(), held by Worker-2")
                .contains("Worker-2 waits for left.acquire(), held by Worker-1");
    }

    private static void takeBoth(Lock first, Lock second) {
        first.acquire();
        second.acquire();
        second.release();
        first.release();
    }

    @Test
    void aWorkerIsKilledByAScheduleAndTheNextHolderIsTold() {
        try (CodeProgram program = program(ONE_HOLDS)) {
            for (int i = 0; i < 2; i++) {
                assertThat(lines(program, "11k1"))
                        .contains("Worker-1: killed", "Worker-2: board.set(0, 7)")
                        .contains("schedule: 11k12222", "Array(board, \"i\", [7])");
            }
            assertThat(lines(program, "111")).contains("Array(board, \"i\", [2])");
            assertThat(lines(program, "1t1"))
                    .contains("Worker-1: terminated", "Worker-2: board.set(0, ")
                    .contains("Array(board, \"i\", [");
        }
    }

    @Test
    void whoWaitsCannotBeMoved() {
        try (CodeProgram program = program(ONE_HOLDS)) {
            assertThatThrownBy(() -> lines(program, "12"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("2 is no move after 1: Worker-2 cannot move: board.hold()");
            assertThatThrownBy(() -> lines(program, "3"))
                    .hasMessage("3 is no move after the start: there is no worker 3 (yet)");
            assertThat(lines(program, "1112")).contains("board.set(0, 2)");
        }
    }

    @Test
    void aSleepIsOverWhenNobodyElseCanGoOn() {
        Exploration found =
                explore(
                        () -> {
                            Queue<Integer> order = new Queue<>();
                            spawn(
                                    q -> {
                                        sleep(1000);
                                        q.put(1);
                                    },
                                    order);
                            spawn(
                                    q -> {
                                        sleep(500);
                                        q.put(2);
                                    },
                                    order);
                            return List.of(order.take(), order.take());
                        },
                        order -> order.equals(List.of(2, 1)),
                        seconds(60));

        assertThat(found.schedule()).as("%s", found).isEqualTo("1");
    }

    @Test
    void conditionsAndBarriersAreWaitedForByTurns() {
        Exploration found =
                explore(
                        () -> {
                            Lock lock = new Lock("lock");
                            Condition full = lock.newCondition();
                            Array a = Array.of("i", 1, lock);
                            Barrier both = new Barrier(2);
                            spawn(
                                    (l, c, x, b) -> {
                                        l.acquire();
                                        while (x.get(0) == 0) {
                                            c.await();
                                        }
                                        x.set(0, 2);
                                        l.release();
                                        b.await();
                                    },
                                    lock,
                                    full,
                                    a,
                                    both);
                            spawn(
                                    (l, c, x, b) -> {
                                        l.acquire();
                                        x.set(0, 1);
                                        c.signal();
                                        l.release();
                                        b.await();
                                    },
                                    lock,
                                    full,
                                    a,
                                    both);
                            joinAll();
                            return a.get(0);
                        },
                        value -> value == 2,
                        seconds(20));

        assertThat(found.isBroken()).as("%s", found).isFalse();
        assertThat(found.tried()).isGreaterThan(2);
    }

    @Test
    void schedulesAreShortTexts() {
        assertThat(Schedule.of(" 1 1(12)k2t3 ")).hasToString("11(12)k2t3");
        assertThatThrownBy(() -> Schedule.of("1x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("\"1x\" is no schedule: a digit for each step");
    }

    @Test
    void nobodyHaltsElsewhere() {
        assertThat(Halt.IS_ON).isFalse();
        assertThat(Array.of("i", 1, false)).isNotInstanceOf(SteppedArray.class);
    }
}
