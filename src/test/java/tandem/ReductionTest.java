package tandem;

import static org.assertj.core.api.Assertions.assertThat;

import static tandem.Tandem.joinAll;
import static tandem.Tandem.seconds;
import static tandem.Tandem.spawn;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tandem.step.CodeProgram;
import tandem.step.Found;
import tandem.step.Search;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/// Of schedules that are the same one is tried, and every end is found that all of them have.
@Tag("once")
class ReductionTest {
    /// What a worker of a generated program does: kinds of accesses, by their numbers.
    private static final int KINDS = 14;

    /// With more schedules than that a program takes too long.
    private static final int MOST_SCHEDULES = 800;

    private static final int LEAST_SCHEDULES = 20;
    private static final int PROGRAMS = 12;

    /// The kinds of accesses of each worker.
    private record Plan(List<int[]> workers, boolean isJoinedBackwards) {}

    private static Plan plan(Random random) {
        List<int[]> workers = new ArrayList<>();
        int count = 2 + random.nextInt(2);
        for (int i = 0; i < count; i++) {
            workers.add(random.ints(1 + random.nextInt(5 - count), 0, KINDS).toArray());
        }
        return new Plan(workers, random.nextBoolean());
    }

    private record Things(
            Array open, Array locked, Lock lock, Value value, Event event, Queue<Integer> queue,
            Semaphore seats, Array seen) {}

    private static Code.Function0<String> program(Plan plan) {
        List<int[]> all = plan.workers();
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
            for (int i = 0; i < all.size(); i++) {
                workers.add(spawn(ReductionTest::work, things, all.get(i), i));
            }
            for (Worker worker : isBackwards ? workers.reversed() : workers) {
                worker.join();
            }
            return "%s %s %s %s %s %s"
                    .formatted(
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
            case 4 -> {
                return things.open().add(1, own);
            }
            case 5 -> {
                return things.locked().add(0, own);
            }
            case 6 -> {
                try (Held held = things.lock().hold()) {
                    things.locked().set(1, own);
                }
            }
            case 7 -> {
                return things.locked().get(1);
            }
            case 8 -> {
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

    private static Found search(Plan plan, boolean isReduced, Set<String> ends) {
        try (CodeProgram program = StepMain.program(program(plan), _ -> true, true)) {
            return Search.run(program, seconds(60), isReduced, ends::add);
        }
    }

    @Test
    void everyEndIsFoundByFewerSchedules() {
        Random random = new Random(20);
        int whole = 0;
        int reduced = 0;
        for (int i = 0; i < PROGRAMS; ) {
            Plan plan = plan(random);
            Set<String> ends = new TreeSet<>();
            Found all = search(plan, false, ends);
            System.out.println(plan.workers().stream().map(java.util.Arrays::toString).toList() + " " + all.tried() + " " + all.isComplete());
            if (!all.isComplete() || all.tried() < LEAST_SCHEDULES) {
                continue;
            }
            Set<String> found = new TreeSet<>();
            Found some = search(plan, true, found);
            System.out.println("  reduced " + some.tried() + " ends " + ends.size());
            assertThat(found).as("%s", plan).isEqualTo(ends);
            assertThat(some.isComplete()).isTrue();
            whole += all.tried();
            reduced += some.tried();
            i++;
        }
        System.out.println(whole + " " + reduced);
        assertThat(reduced).isLessThan(whole / 2);
    }
}
