package tandem;

import static org.assertj.core.api.Assertions.assertThat;

import static tandem.Tandem.joinAll;
import static tandem.Tandem.seconds;
import static tandem.Tandem.spawn;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tandem.step.CodeProgram;
import tandem.step.Found;
import tandem.step.Search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/// Of schedules that are the same one is tried, and every end is found that all of them have.
@Tag("once")
@Timeout(300)
class ReductionTest {
    /// What a worker of a generated program does: kinds of accesses, by their numbers.
    private static final int KINDS = 14;

    /// Those that are two steps.
    private static final int ADD = 4;

    private static final int UPDATE = 8;

    private static final int NONE = -1;

    private static final int LEAST_SCHEDULES = 20;
    private static final int PROGRAMS = 3;

    /// The kinds of accesses of each worker, and of the main process.
    ///
    /// @param isEarly whether the main process makes its access before the last one is spawned, not when one
    ///     has ended
    private record Plan(List<int[]> workers, int main, boolean isEarly, boolean isJoinedBackwards) {
        @Override
        public String toString() {
            return "%s, main %s%s%s"
                    .formatted(
                            workers.stream().map(Arrays::toString).toList(),
                            main,
                            isEarly ? ", early" : "",
                            isJoinedBackwards ? ", the last is joined first" : "");
        }
    }

    private static Plan plan(Random random) {
        List<int[]> workers = new ArrayList<>();
        int count = 2 + random.nextInt(2);
        for (int i = 0; i < count; i++) {
            int accesses = count == 2 ? 1 + i : 1;
            workers.add(
                    random.ints(0, KINDS)
                            .filter(kind -> count == 2 || kind != ADD && kind != UPDATE)
                            .limit(accesses)
                            .toArray());
        }
        boolean isEarly = count == 2 && random.nextBoolean();
        int main = count == 2 ? random.nextInt(KINDS) : NONE;
        return new Plan(workers, main, isEarly, random.nextBoolean());
    }

    private record Things(
            Array open,
            Array locked,
            Lock lock,
            Value value,
            Event event,
            Queue<Integer> queue,
            Semaphore seats,
            Array seen) {}

    private static Code.Function0<String> program(Plan plan) {
        List<int[]> all = plan.workers();
        int main = plan.main();
        boolean isEarly = plan.isEarly();
        boolean isBackwards = plan.isJoinedBackwards();
        return () -> {
            Lock lock = new Lock();
            Things things =
                    new Things(
                            Array.of("q", 2, false),
                            Array.of("q", 2, lock),
                            lock,
                            Value.of("q", 0, false),
                            new Event(),
                            new Queue<>(10),
                            new Semaphore(1),
                            Array.of("q", all.size(), false));
            List<Worker> workers = new ArrayList<>();
            long seen = 0;
            for (int i = 0; i < all.size(); i++) {
                if (isEarly && i == all.size() - 1) {
                    seen = access(things, main, all.size() + 1);
                }
                workers.add(spawn(ReductionTest::work, things, all.get(i), i));
            }
            (isBackwards ? workers.getLast() : workers.getFirst()).join();
            if (!isEarly && main != NONE) {
                seen = access(things, main, all.size() + 1);
            }
            joinAll();
            return "%s %s %s %s %s %s %s"
                    .formatted(
                            seen,
                            things.open().slice(),
                            things.locked().slice(),
                            things.value().get(),
                            things.event().isSet(),
                            things.queue().size(),
                            things.seen().slice());
        };
    }

    /// What it has read comes into an element of its own.
    private static void work(Things things, int[] kinds, int number) {
        long seen = 0;
        for (int kind : kinds) {
            seen = 31 * seen + access(things, kind, number + 1);
        }
        things.seen().set(number, seen);
    }

    private static long access(Things things, int kind, long own) {
        switch (kind) {
            case 0 -> things.open().set(0, own);
            case 1 -> things.open().set(-1, own);
            case 2 -> {
                return things.open().get(0);
            }
            case 3 -> {
                return things.open().slice().toLongs()[1];
            }
            case ADD -> {
                return things.open().add(1, own);
            }
            case 5 -> {
                return things.locked().add(0, own);
            }
            case 6 -> {
                try (Held held = things.lock().hold()) {
                    things.locked().set(1, held.recovered() ? -own : own);
                }
            }
            case 7 -> {
                return things.locked().get(1);
            }
            case UPDATE -> {
                return things.value().update(x -> 2 * x + own);
            }
            case 9 -> things.event().set();
            case 10 -> {
                return things.event().isSet() ? 1 : 0;
            }
            case 11 -> things.queue().put((int) own);
            case 12 -> {
                Integer taken = things.queue().poll();
                return taken == null ? 7 : taken;
            }
            default -> {
                return things.seats().available() + (things.seats().tryAcquire() ? 10 : 20);
            }
        }
        return 0;
    }

    private static Found search(Code.Function0<?> code, boolean isReduced, Set<String> ends) {
        try (CodeProgram program = StepMain.program(code, _ -> true, true)) {
            Found found = Search.run(program, seconds(280), isReduced, ends::add);
            assertThat(found.isComplete())
                    .as("%s after %d", found.reason(), found.tried())
                    .isTrue();
            return found;
        }
    }

    @Test
    void everyEndIsFoundByFewerSchedules() {
        Random random = new Random(20);
        int whole = 0;
        int reduced = 0;
        for (int tested = 0; tested < PROGRAMS; ) {
            Plan plan = plan(random);
            Set<String> ends = new TreeSet<>();
            int all = search(program(plan), false, ends).tried();
            if (all >= LEAST_SCHEDULES) {
                Set<String> found = new TreeSet<>();
                int some = search(program(plan), true, found).tried();
                assertThat(found).as("%s", plan).isEqualTo(ends);
                whole += all;
                reduced += some;
                tested++;
            }
        }
        assertThat(reduced).isLessThan(whole / 2);
    }

    @Test
    void whoSharesNothingNeedNotWaitForAnybodysTurn() {
        Code.Function0<String> program =
                () -> {
                    Array a = Array.of("i", 2, false);
                    for (int i = 0; i < 2; i++) {
                        spawn(
                                (x, own) -> {
                                    for (int j = 0; j < 4; j++) {
                                        x.set(own, j);
                                    }
                                },
                                a,
                                i);
                    }
                    joinAll();
                    return a.toString();
                };
        Set<String> ends = new TreeSet<>();

        assertThat(search(program, false, ends).tried()).isEqualTo(70);
        assertThat(search(program, true, ends).tried()).isLessThanOrEqualTo(10);
        assertThat(ends).hasSize(1);
    }
}
