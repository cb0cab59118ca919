package tandem;

import java.util.HashMap;
import java.util.Map;

/// The results of a batch one by one: what has come, until it is asked for. For one thread at a time.
final class PoolResults {
    private final Batch batch;
    private final boolean isOrdered;

    /// What has come and was not asked for, by the index of its item.
    private final Map<Integer, Result> came = new HashMap<>();

    private int next;

    /// What became of an item.
    ///
    /// @param thrown null when it was not thrown but returned
    record Result(Object value, Throwable thrown) {
        private static Result of(PoolJob.Arrival arrival) {
            try {
                return new Result(arrival.next(), null);
            } catch (RuntimeException | Error e) {
                return new Result(null, e);
            }
        }

        /// @throws RuntimeException what was thrown
        Object get() {
            if (thrown instanceof Error error) {
                throw error;
            }
            if (thrown != null) {
                throw (RuntimeException) thrown;
            }
            return value;
        }
    }

    /// @param isOrdered whether they are had in the order of the items
    PoolResults(Batch batch, boolean isOrdered) {
        this.batch = batch;
        this.isOrdered = isOrdered;
    }

    /// Whether all results have been had of all items that there are.
    boolean isOver() {
        return came.isEmpty() && batch.open() == 0 && !batch.hasMore();
    }

    /// Whether there is a result to come of what has been given.
    boolean isUnderWay() {
        return batch.open() > 0 || !came.isEmpty();
    }

    /// Whether more items should be given: not for each result, as who takes these need not wake those
    /// who work each time.
    boolean wantsMore() {
        return came.size() <= batch.open() && batch.hasMore();
    }

    /// Gives more items.
    ///
    /// @param most how many chunks there may be ahead of the results
    void give(int most) {
        batch.give(most, came.size());
    }

    /// Waits for the next result.
    Result take() {
        while (true) {
            for (PoolJob.Arrival arrival; (arrival = batch.poll()) != null; ) {
                for (int left = arrival.count(); left > 0; left--) {
                    came.put(arrival.index(), Result.of(arrival));
                }
            }
            Integer key = isOrdered || came.isEmpty() ? next : came.keySet().iterator().next();
            Result result = came.remove(key);
            if (result != null) {
                next++;
                return result;
            }
            batch.await(1);
        }
    }

    void end() {
        batch.end();
    }

    String what() {
        return batch.what();
    }
}
