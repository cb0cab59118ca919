package tandem.chaos;

import tandem.Array;

import java.io.Serializable;
import java.util.Arrays;

/// Durations that workers have measured, in nanoseconds. Each has a row of its own, in which the
/// latest overwrite the oldest.
///
/// @param cells for each worker: how many it has noted, and the row
record Samples(Array cells, int workers) implements Serializable {
    private static final int ROW = 4096;

    static Samples of(int workers) {
        return new Samples(Array.of("q", (long) workers * (ROW + 1), false), workers);
    }

    void add(int worker, long nanos) {
        long row = (long) worker * (ROW + 1);
        long count = cells.get(row);
        cells.set(row + 1 + count % ROW, nanos);
        cells.set(row, count + 1);
    }

    /// All that are still there, in order.
    long[] sorted() {
        long[] all = {};
        for (int worker = 0; worker < workers; worker++) {
            long row = (long) worker * (ROW + 1);
            int count = (int) Math.min(cells.get(row), ROW);
            long[] some = cells.slice(row + 1, row + 1 + count).toLongs();
            int before = all.length;
            all = Arrays.copyOf(all, before + count);
            System.arraycopy(some, 0, all, before, count);
        }
        Arrays.sort(all);
        return all;
    }

    void close() {
        cells.close();
    }
}
