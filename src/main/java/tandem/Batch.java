package tandem;

import tandem.memory.Trace;
import tandem.process.Progress;
import tandem.record.Recorder;
import tandem.sync.Halt;
import tandem.sync.UncheckedInterruptedException;

import java.io.IOException;
import java.util.Iterator;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A job that the thread which asks for it also gives, a few chunks ahead of the results.
final class Batch extends PoolJob {
    /// How long a chunk takes that is cut by the clock, and how much each worker has before it.
    private static final long CHUNK_NANOS = 1_000_000;

    private static final long AHEAD_NANOS = 20_000_000;

    private static final int LEAST_AHEAD = 2;

    /// Into how many chunks for each worker the rest is cut at least, so that they end together.
    private static final int LAST_CHUNKS = 4;

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int WEIGHT = 4;

    private final Dispatcher dispatcher;
    private final Iterator<?> items;
    private final int total;
    private final int size;

    private final ConcurrentLinkedQueue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
    private volatile Thread waiting;
    private volatile long arrived;
    private volatile long wakeAt;
    private volatile boolean hasFailed;

    /// For the thread that asks.
    private final Progress progress;

    private int given;
    private int taken;
    private double perItem;
    private double perChunk;

    /// @param total how many items there are, -1 when that is not known
    /// @param size how many items go to a worker together, -1 to cut them by the clock
    Batch(Order order, Dispatcher dispatcher, Iterator<?> items, int total, int size) {
        super(order);
        this.dispatcher = dispatcher;
        this.items = items;
        this.total = total;
        this.size = size;
        this.progress = new Progress(what(), total);
    }

    /// Gives as many chunks as the workers should have before them.
    ///
    /// @param most how many there may be
    /// @param kept how many items have results already that nobody has asked for
    void give(int most, int kept) {
        int before = given;
        while (items.hasNext() && given - taken + kept < window(most)) {
            giveOne();
            if (total < 0) {
                dispatcher.wake(); // The next item may be long in coming.
            }
        }
        if (given > before) {
            dispatcher.wake();
        }
    }

    /// How many items may be on their way.
    private double window(int most) {
        if (Halt.IS_ON) {
            return (double) most * Math.max(1, size);
        }
        int least = LEAST_AHEAD * dispatcher.workers();
        if (perChunk == 0) {
            return least * Math.max(1, size);
        }
        double chunks = dispatcher.workers() * AHEAD_NANOS / perChunk;
        return Math.clamp(chunks, least, Math.max(least, most)) * itemsPerChunk();
    }

    private double itemsPerChunk() {
        return size > 0 ? size : Math.max(1, perChunk / perItem);
    }

    private void giveOne() {
        Chunk chunk = new Chunk(given);
        int most = size();
        while (chunk.count() < most && !chunk.isMuch() && items.hasNext()) {
            Object item = items.next();
            try {
                chunk.add(item);
            } catch (IOException e) {
                throw Trace.trim(
                        new IllegalArgumentException(
                                "%s cannot travel to %s: %s"
                                        .formatted(
                                                nameOf(given + chunk.count()),
                                                dispatcher.name(),
                                                e.getMessage())));
            }
        }
        given += chunk.count();
        dispatcher.give(chunk);
    }

    private int size() {
        if (size > 0) {
            return size;
        }
        if (perItem == 0 || Halt.IS_ON) {
            return 1;
        }
        int even = (total - given) / (LAST_CHUNKS * dispatcher.workers());
        return Math.max(1, (int) Math.min(CHUNK_NANOS / perItem, even));
    }

    /// Gives all that there is, and takes the results as they come.
    ///
    /// @param most how many chunks there may be ahead of the results
    /// @param results gets them, by the index of their items
    /// @throws RuntimeException what the code threw for the first item that failed
    void collect(int most, Object[] results) {
        give(most, 0);
        while (open() > 0) {
            await(hasMore() ? Math.max(1, open() / 2) : open());
            for (Arrival arrival; (arrival = poll()) != null; ) {
                for (int left = arrival.count(); left > 0; left--) {
                    results[arrival.index()] = arrival.next();
                }
            }
            give(most, 0);
        }
    }

    boolean hasMore() {
        return items.hasNext();
    }

    /// How many items have been given and have no result that was taken.
    int open() {
        return given - taken;
    }

    @Override
    void arrived(Arrival arrival) {
        arrivals.add(arrival);
        if (arrival.failed()) {
            hasFailed = true;
        }
        arrived += arrival.count();
        if (arrived >= wakeAt || hasFailed) {
            LockSupport.unpark(waiting);
        }
    }

    /// The next results that have come, null when there are none.
    Arrival poll() {
        Arrival arrival = arrivals.poll();
        if (arrival != null) {
            taken += arrival.count();
            if (arrival.nanos() > 0) {
                double nanos = arrival.nanos();
                perItem = mean(perItem, nanos / arrival.count());
                perChunk = mean(perChunk, nanos);
            }
        }
        return arrival;
    }

    private static double mean(double before, double now) {
        return before == 0 ? now : before + (now - before) / WEIGHT;
    }

    /// Waits until so many of the items that have been given have results, or one has failed.
    ///
    /// @throws UncheckedInterruptedException when interrupted
    void await(int count) {
        wakeAt = taken + count;
        if (Halt.IS_ON) {
            String words = (what() == null ? "apply" : what()) + "(…)";
            dispatcher.await(words, () -> arrived >= wakeAt || hasFailed && !arrivals.isEmpty());
            return;
        }
        waiting = Thread.currentThread();
        try (var _ = Recorder.isOn() ? Recorder.waits(dispatcher.name() + " results") : null) {
            while (arrived < wakeAt && (!hasFailed || arrivals.isEmpty())) {
                LockSupport.parkNanos(this, LOOK_NANOS);
                if (Thread.currentThread().isInterrupted()) {
                    throw Trace.trim(
                            new UncheckedInterruptedException(
                                    "interrupted while waiting for " + dispatcher.name()));
                }
                progress.show((int) arrived);
                if (!arrivals.isEmpty() && items.hasNext()) {
                    break;
                }
            }
        }
        waiting = null;
    }

    /// Ends the job, done or not.
    void end() {
        drop();
        progress.end();
    }
}
