package tandem.chaos;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import tandem.Array;
import tandem.Barrier;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/// What workers of a pool do for each item: they write down that they do it, and take some time.
final class Chore {
    private static final int LARGE = 100_000;

    private Chore() {}

    /// @param runs how often each item was done, and at its end the pid of whoever does one
    /// @param cell of the item
    /// @return as many times the number of the item as that says
    static int[] run(Array runs, int cell, int item) {
        JAVA_LONG
                .varHandle()
                .setVolatile(
                        runs.segment(),
                        (runs.size() - 1) * Long.BYTES,
                        ProcessHandle.current().pid());
        JAVA_LONG.varHandle().getAndAdd(runs.segment(), (long) cell * Long.BYTES, 1L);
        ThreadLocalRandom random = ThreadLocalRandom.current();
        if (random.nextInt(10) == 0) {
            LockSupport.parkNanos(random.nextInt(20_000_000));
        }
        return of(item);
    }

    /// What is returned for an item.
    static int[] of(int item) {
        int[] result = new int[item % 100 == 99 ? LARGE : item % 10];
        Arrays.fill(result, item);
        return result;
    }

    /// @return the pid
    static long meet(Barrier meeting) {
        meeting.await(Watchdog.LIMIT_OF_STARTS);
        return ProcessHandle.current().pid();
    }
}
