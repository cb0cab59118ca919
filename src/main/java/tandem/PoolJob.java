package tandem;

import tandem.memory.Trace;
import tandem.process.Outcome;
import tandem.travel.Bundle;
import tandem.travel.Codebase;
import tandem.travel.Parcel;
import tandem.travel.Update;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntFunction;

/// What one call of a pool's method has to be done: code, and the items that it is run for.
abstract class PoolJob {
    private static final AtomicInteger LAST = new AtomicInteger();

    private final int number = LAST.incrementAndGet();
    private final String what;
    private final boolean isSpread;
    private final ClassLoader loader;
    private final Codebase codebase;

    /// The shared objects that the code captures last as long as they can be reached here.
    private final List<Parcel.Kept> kept = new CopyOnWriteArrayList<>();

    private final Function<Class<?>[], Coded> coder;
    private Coded coded;
    private final Set<Class<?>> others = new LinkedHashSet<>();
    private volatile boolean isDropped;

    /// What a job is made of.
    ///
    /// @param what the method that was given a list, null when there is but one task
    /// @param isSpread whether an item is an array of arguments
    /// @param loader knows the classes of what it returns
    /// @param coder publishes the code, with classes that it does not know
    record Order(
            String what,
            boolean isSpread,
            ClassLoader loader,
            Codebase codebase,
            Function<Class<?>[], Coded> coder) {}

    /// Code that is published.
    record Coded(Update update, PoolCode.Published published) {}

    PoolJob(Order order) {
        this.what = order.what;
        this.isSpread = order.isSpread;
        this.loader = order.loader;
        this.codebase = order.codebase;
        this.coder = order.coder;
        this.coded = coder.apply(new Class<?>[0]);
        kept.addAll(coded.update.parcel().kept());
    }

    /// Takes what has come. Called by one thread, which is not to be kept waiting.
    abstract void arrived(Arrival arrival);

    /// Nobody asks any more: what is not with the workers yet need not be done.
    final void drop() {
        isDropped = true;
        leaveCode();
    }

    private synchronized void leaveCode() {
        coded.published.leave();
    }

    private synchronized PoolCode.Published useCode() {
        coded.published.use();
        return coded.published;
    }

    /// Sees to it that the code comes with the classes of an item that it does not know itself, as of now.
    private synchronized Set<String> bring(Set<Class<?>> classes) throws IOException {
        if (!classes.stream().allMatch(coded.update::knows)) {
            others.addAll(classes);
            try {
                Coded more = coder.apply(others.toArray(Class<?>[]::new));
                coded.published.leave();
                coded = more;
                kept.addAll(more.update.parcel().kept());
            } catch (IllegalArgumentException e) {
                throw new IOException(e.getMessage());
            }
        }
        return Set.of();
    }

    boolean isDropped() {
        return isDropped;
    }

    final List<Parcel.Kept> kept() {
        return kept;
    }

    final String what() {
        return what;
    }

    /// Names an item in sentences.
    final String nameOf(int index) {
        return what == null ? "its task" : "item %d of the %s".formatted(index, what);
    }

    /// Some items, which go to a worker together.
    final class Chunk {
        private final int first;
        private final Bundle bundle = new Bundle(PoolMessage.TASK_BYTES);
        private PoolCode.Published code;
        private int count;

        /// How many have no result yet. For one thread only.
        private int left;

        /// @param first the index of its first item in the job
        Chunk(int first) {
            this.first = first;
        }

        PoolJob job() {
            return PoolJob.this;
        }

        /// @throws IOException that says why it cannot travel
        void add(Object item) throws IOException {
            bundle.add(item, ThisKit.INSTANCE, PoolJob.this::bring);
            count++;
            left++;
        }

        int firstIndex() {
            return first;
        }

        int count() {
            return count;
        }

        boolean isMuch() {
            return bundle.length() > PoolMessage.MANY_BYTES;
        }

        int left() {
            return left;
        }

        List<Object> shared() {
            return bundle.shared();
        }

        /// It as it is sent.
        Bundle toSend(int task) {
            ByteBuffer header = bundle.bytes();
            header.putInt(PoolMessage.TASK_NUMBER, task);
            header.putInt(PoolMessage.TASK_CODE, code.number());
            header.putInt(PoolMessage.TASK_JOB, number);
            header.putInt(
                    PoolMessage.TASK_MARKS,
                    (isSpread ? PoolMessage.SPREAD : 0)
                            | (shared().isEmpty() ? 0 : PoolMessage.SHARING));
            header.putInt(PoolMessage.TASK_COUNT, count);
            return bundle;
        }

        /// To be called when all items are in it.
        void useCode() {
            code = PoolJob.this.useCode();
        }

        /// @param in the results of the next items
        void arrive(Worker worker, ByteBuffer in, List<Object> shared) {
            int came = in.getInt(PoolMessage.RESULT_COUNT);
            boolean failed = (in.getInt(PoolMessage.RESULT_MARKS) & PoolMessage.FAILED) != 0;
            long nanos = in.getLong(PoolMessage.RESULT_NANOS);
            in.position(PoolMessage.RESULT_BYTES);
            arrive(new Arrival(this, came, failed, nanos, worker, in, shared, null));
        }

        /// None of those that are left will have a result.
        ///
        /// @param why of the item at an index of the job
        void fail(IntFunction<RuntimeException> why) {
            arrive(new Arrival(this, left, true, 0, null, null, List.of(), why));
        }

        private void arrive(Arrival arrival) {
            left -= arrival.count;
            if (left == 0) {
                code.leave();
            }
            arrived(arrival);
        }
    }

    /// Results of items that follow each other, to be opened one by one.
    final class Arrival {
        private final int count;
        private final boolean failed;
        private final long nanos;
        private final Worker worker;
        private final ByteBuffer in;

        /// Kept until all are open.
        private final List<Object> shared;

        private final IntFunction<RuntimeException> why;
        private int index;

        private Arrival(
                Chunk chunk,
                int count,
                boolean failed,
                long nanos,
                Worker worker,
                ByteBuffer in,
                List<Object> shared,
                IntFunction<RuntimeException> why) {
            this.index = chunk.first + chunk.count - chunk.left;
            this.count = count;
            this.failed = failed;
            this.nanos = nanos;
            this.worker = worker;
            this.in = in;
            this.shared = shared;
            this.why = why;
        }

        int count() {
            return count;
        }

        boolean failed() {
            return failed;
        }

        /// What a worker took for them, 0 when no one knows.
        long nanos() {
            return nanos;
        }

        /// The index of the next in the job.
        int index() {
            return index;
        }

        /// Opens the next one.
        ///
        /// @throws RuntimeException what the code threw for it, or that there is no result
        Object next() {
            int item = index++;
            if (why != null) {
                throw Trace.trim(why.apply(item));
            }
            Bundle.Part part = Bundle.Part.next(in);
            try {
                if (!part.isRaw()) {
                    return part.read(codebase, () -> loader);
                }
            } catch (IOException | ReflectiveOperationException | LinkageError e) {
                throw Trace.trim(
                        new IllegalStateException(
                                "the result of %s cannot be read: %s".formatted(nameOf(item), e),
                                e));
            } finally {
                Reference.reachabilityFence(shared);
            }
            Outcome outcome = Outcome.open(part.bytes(), ThisKit.INSTANCE, loader);
            if (outcome.failed()) {
                throw WorkerException.rethrow(
                        "%s (pid %d)%s"
                                .formatted(
                                        worker.name(),
                                        worker.pid(),
                                        what == null ? "" : ", " + nameOf(item)),
                        outcome);
            }
            return outcome.value();
        }
    }
}
