package tandem.chaos;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import tandem.Array;
import tandem.Barrier;
import tandem.Code;
import tandem.Pool;
import tandem.WorkerException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// Gives tasks to a pool whose workers are killed meanwhile.
///
/// Overview. Of each item there comes either what was computed, and then it was done once; or the
/// sentence that a worker was killed, and then that was one of those killed here, and the item was done
/// once or not at all. After each round the pool is as strong as at first: as many tasks as it has
/// workers meet.
final class Chores extends Rounds {
    private static final int WORKERS = 2;
    private static final int MOST_ITEMS = 300;

    /// A map that has failed leaves items behind that are still being done: they have their cells for
    /// this many rounds.
    private static final int REGIONS = 64;

    private static final int SHORTEST_PAUSE_MILLIS = 20;
    private static final int LONGEST_PAUSE_MILLIS = 800;

    private static final Pattern KILLED =
            Pattern.compile(
                    "\\S+-worker-\\d+ \\(pid (\\d+)\\) was killed by signal 9 while it ran .*");

    private final Pool pool = new Pool(WORKERS);
    private final Array runs = Array.of("q", REGIONS * MOST_ITEMS + 1, false);
    private final Barrier meeting = new Barrier(WORKERS);
    private final Set<Long> killed = ConcurrentHashMap.newKeySet();
    private final Random random;
    private final Random killers;
    private final Thread killer = new Thread(this::killAll, "chaos-killer");
    private int rounds;
    private volatile long failed;
    private volatile long breaks;

    Chores(long seed) {
        super("chores");
        random = new Random(seed);
        killers = new Random(seed + 1);
        killer.setDaemon(true);
    }

    @Override
    void start() {
        super.start();
        killer.start();
    }

    /// Of how many items there came a sentence instead of a result.
    long failed() {
        return failed;
    }

    long breaks() {
        return breaks;
    }

    @Override
    void round(boolean last) throws InterruptedException {
        int base = rounds++ % REGIONS * MOST_ITEMS;
        for (int i = 0; i < MOST_ITEMS; i++) {
            runs.set(base + i, 0);
        }
        Array cells = runs;
        Code.Function1<Integer, int[]> code = item -> Chore.run(cells, base + item, item);
        List<Integer> items = IntStream.range(0, 1 + random.nextInt(MOST_ITEMS)).boxed().toList();
        int chunk = 1 + random.nextInt(20);
        switch (random.nextInt(4)) {
            case 0 -> map(base, items, () -> pool.map(code, items));
            case 1 -> map(base, items, () -> pool.map(code, items, chunk));
            case 2 -> each(base, items, chunk, pool.imap(code, items, chunk));
            default -> submit(base, code, items);
        }
        meet();
        if (last) {
            killer.join();
            pool.close();
            runs.close();
            meeting.close();
        }
    }

    private void map(int base, List<Integer> items, Code.Function0<List<int[]>> map) {
        try {
            List<int[]> results = map.call();
            for (int item : items) {
                judge(base, item, results.get(item));
            }
        } catch (WorkerException e) {
            judge(base, 0, e);
            for (int item : items) {
                judgeRuns(base, item, 0);
            }
        } catch (Exception e) {
            fail("a map has failed: " + e);
        }
    }

    private void each(int base, List<Integer> items, int chunk, Pool.Results<int[]> results) {
        Set<Long> dead = new HashSet<>();
        long failedBefore = failed;
        for (int item : items) {
            try {
                judge(base, item, results.next());
            } catch (WorkerException e) {
                dead.add(judge(base, item, e));
            } catch (RuntimeException e) {
                fail("item %d of an imap has failed: %s".formatted(item, e));
            }
        }
        if (failed - failedBefore > (long) dead.size() * chunk) {
            broken(
                    "pool: %d items have failed, and %d workers with %d each have died"
                            .formatted(failed - failedBefore, dead.size(), chunk));
        }
    }

    private void submit(int base, Code.Function1<Integer, int[]> code, List<Integer> items)
            throws InterruptedException {
        List<CompletableFuture<int[]>> futures = new ArrayList<>();
        for (int item : items) {
            futures.add(pool.submit(code, item));
        }
        Set<Long> dead = new HashSet<>();
        for (int item : items) {
            try {
                judge(base, item, futures.get(item).join());
            } catch (CompletionException e) {
                if (!(e.getCause() instanceof WorkerException death)) {
                    fail("task %d has failed: %s".formatted(item, e.getCause()));
                } else if (!dead.add(judge(base, item, death))) {
                    broken("pool: one worker has died within two tasks: " + death.getMessage());
                }
            }
        }
    }

    private void judge(int base, int item, int[] result) {
        if (!Arrays.equals(result, Chore.of(item))) {
            broken("pool: item %d has got a wrong result".formatted(item));
        }
        judgeRuns(base, item, 1);
    }

    private void judgeRuns(int base, int item, int least) {
        long times =
                (long)
                        JAVA_LONG
                                .varHandle()
                                .getVolatile(runs.segment(), (base + item) * (long) Long.BYTES);
        if (times < least || times > 1) {
            broken("pool: item %d was done %d times".formatted(item, times));
        }
    }

    /// @return the pid of the dead one
    private long judge(int base, int item, WorkerException death) {
        failed++;
        judgeRuns(base, item, 0);
        Matcher matcher = KILLED.matcher(death.getMessage());
        if (!matcher.matches() || !killed.contains(Long.parseLong(matcher.group(1)))) {
            broken("pool: nobody has killed that: " + death.getMessage());
            return 0;
        }
        return Long.parseLong(matcher.group(1));
    }

    /// Nobody is killed meanwhile.
    private synchronized void meet() throws InterruptedException {
        Barrier at = meeting;
        List<CompletableFuture<Long>> tasks =
                IntStream.range(0, WORKERS)
                        .mapToObj(_ -> pool.submit(() -> Chore.meet(at)))
                        .toList();
        Set<Long> pids = new HashSet<>();
        for (CompletableFuture<Long> task : tasks) {
            try {
                pids.add(task.get(Watchdog.LIMIT_OF_STARTS.toSeconds(), TimeUnit.SECONDS));
            } catch (TimeoutException | ExecutionException e) {
                fail("a task of a pool of %d did not meet the others: %s".formatted(WORKERS, e));
                meeting.reset();
            }
        }
        if (pids.size() != WORKERS) {
            broken("pool: of %d workers, there are only %s".formatted(WORKERS, pids));
        }
    }

    private void killAll() {
        try {
            while (!isOver() || kills() == 0) {
                Thread.sleep(killers.nextInt(SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS));
                kill(runs.get(-1));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void kill(long pid) throws InterruptedException {
        ProcessHandle worker =
                ProcessHandle.of(pid)
                        .filter(one -> one.parent().equals(Optional.of(ProcessHandle.current())))
                        .filter(Rounds::runs)
                        .orElse(null);
        if (worker != null) {
            killed.add(pid);
            worker.destroyForcibly();
            countKill();
            took(() -> !runs(worker), Chaos.LIMIT);
        }
    }

    private void broken(String what) {
        breaks++;
        System.err.println("BROKEN " + what);
    }
}
