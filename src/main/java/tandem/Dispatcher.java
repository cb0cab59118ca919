package tandem;

import tandem.memory.Notice;
import tandem.memory.ObjectName;
import tandem.memory.Trace;
import tandem.process.Child;
import tandem.process.Outcome;
import tandem.session.Roster;
import tandem.session.Session;
import tandem.sync.Halt;
import tandem.sync.Ring;
import tandem.sync.UncheckedInterruptedException;
import tandem.travel.Bundle;
import tandem.travel.Update;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/// Gives the tasks of a pool to its workers, and what they made of them to those who asked.
final class Dispatcher implements Runnable {
    /*
     * Overview. Tasks go through one queue to whichever worker comes first, results come back through
     * another. One thread of the pool puts the tasks and takes the results; it runs nobody's code, and
     * never waits but for results. Those who ask make the tasks bytes, and open the results.
     *
     *   D1  No more tasks are with the workers than their queue always has room for, so that putting one
     *       never waits. So workers may wait for room for their results: somebody comes for these.
     *   D2  A task has the number of its place in the queue. A worker writes this number in its line
     *       before the head of the queue moves over the task, and nothing over it until it has put the
     *       results. Of one that has ended: when the head has not moved over the task in its line, it
     *       has not had it. When it has, and no other worker has the number in its line, and after that
     *       all results that had been put by then are taken and those of the task are not among them,
     *       then nobody else has had it: another taker would have the number in its line, or would have
     *       put the results before he wrote the next. So the task fails, and it alone, and nothing is
     *       run twice.
     *   D3  Who brings something looks whether the thread is asleep, and wakes it by an empty message. The
     *       thread says that it is about to sleep, and looks once more for what was brought before.
     *
     * In a program that is run step by step there is no such thread: see SteppedPools.
     */

    /// How many tasks may be with the workers, and wait in their queue.
    static final int MOST_SENT = 1024;

    private static final long RING_BYTES = 1 << 20;

    /// How many workers may end before they have begun, while none of the others does anything.
    private static final int MOST_FRUITLESS = 3;

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final String name;
    private final Session session = Session.current();
    private final Queue<Object> tasks;
    private final Queue<Object> results;
    private final PoolCode code = new PoolCode(session);

    /// Null when there is none. What it captures lasts as long as it can be reached here.
    private final Update initialiser;

    private final Thread thread;

    private final ConcurrentLinkedQueue<PoolJob.Chunk> ready = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<PoolCrew.Member> ended = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean isAsleep = new AtomicBoolean();
    private final CountDownLatch over = new CountDownLatch(1);

    /// Written under the lock of this: whether nothing new is taken in, how many calls have not given all
    /// of their tasks, and why all that is left fails.
    private volatile boolean isClosed;

    private int calls;
    private boolean isBroken;
    private volatile IntFunction<RuntimeException> failure;

    /// For the thread only.
    private final Map<Integer, PoolJob.Chunk> sent = new HashMap<>();

    private final PoolCrew crew;
    private int lastNumber;
    private int fruitless;
    private boolean isFinished;
    private long toKillAt;

    /// @param initialiser null for none
    /// @param tasksPerWorker 0 for any number
    Dispatcher(String name, int workers, Update initialiser, int tasksPerWorker) {
        this.name = name;
        this.tasks = new Queue<>(MOST_SENT, RING_BYTES, session);
        this.tasks.giveName(name + " tasks");
        this.results = new Queue<>(0, RING_BYTES, session);
        this.results.giveName(ObjectName.OF_KIT);
        this.initialiser = initialiser;
        this.crew =
                new PoolCrew(
                        name,
                        workers,
                        session,
                        tasks,
                        results,
                        initialiser == null ? 0 : code.publish(initialiser).number(),
                        tasksPerWorker);
        this.thread = new Thread(this, Roster.THREADS + name);
        thread.setDaemon(true);
    }

    /// Starts the workers.
    void start() {
        try {
            for (int slot = 0; slot < crew.size(); slot++) {
                crew.hire(slot, this::ended);
            }
        } catch (Throwable e) {
            crew.kill();
            code.deleteAll();
            throw e;
        }
        if (Halt.IS_ON) {
            SteppedPools.add(this);
        } else {
            thread.start();
        }
    }

    private void ended(PoolCrew.Member member) {
        ended.add(member);
        wake();
    }

    String name() {
        return name;
    }

    int workers() {
        return crew.size();
    }

    PoolCode code() {
        return code;
    }

    /// Lets a call begin that may give tasks until it ends.
    ///
    /// @throws IllegalStateException when the pool is closed, or cannot work
    synchronized void begin() {
        if (isBroken) {
            throw Trace.trim(failure.apply(0));
        }
        if (isClosed) {
            throw Trace.trim(
                    new IllegalStateException(name + " is closed: it takes no more tasks"));
        }
        calls++;
    }

    void end() {
        synchronized (this) {
            calls--;
        }
        wake();
    }

    /// Gives a task, for when the thread looks, which `wake` sees to. To be called between `begin` and `end`.
    void give(PoolJob.Chunk chunk) {
        chunk.useCode();
        ready.add(chunk);
    }

    void wake() {
        if (Halt.IS_ON) {
            settle();
        } else if (isAsleep.get() && isAsleep.compareAndSet(true, false)) {
            results.ring().put(PoolMessage.WAKE, MemorySegment.NULL);
        }
    }

    /// Takes nothing in any more, and ends the workers when all is done. Does not wait.
    void close() {
        synchronized (this) {
            isClosed = true;
        }
        wake();
    }

    /// Ends the workers. What is not done fails. Does not wait.
    void shutDown() {
        stop(
                _ ->
                        new CancellationException(
                                "%s was shut down by shutdownNow() before this was done"
                                        .formatted(name)));
        wake();
    }

    private synchronized boolean stop(IntFunction<RuntimeException> why) {
        isClosed = true;
        boolean isFirst = failure == null;
        if (isFirst) {
            failure = why;
        }
        return isFirst;
    }

    private void breakDown(String reason, Throwable cause) {
        synchronized (this) {
            isBroken |=
                    stop(
                            _ ->
                                    new IllegalStateException(
                                            "%s cannot work: %s".formatted(name, reason), cause));
        }
    }

    /// Does all that can be done now, in a program that is run step by step.
    synchronized void settle() {
        if (isOver()) {
            return;
        }
        crew.tellOfEnds(ended::add);
        try {
            while (!work()) {
                if (!take(Duration.ZERO)) {
                    return;
                }
            }
        } catch (Throwable e) {
            breakDown("it has failed: " + e, e);
            failAll();
            endWorkers();
        }
        release();
        SteppedPools.remove(this);
    }

    /// Halts until something is there, in a program that is run step by step.
    ///
    /// @param words for what is waited
    void await(String words, BooleanSupplier isThere) {
        await(words, isThere, Halt.reads(PoolWorker.doneOf(tasks), Halt.WHOLE));
    }

    /// Halts until all is over, in a program that is run step by step.
    void awaitOver(String words) {
        await(words, this::isOver, crew.ends());
    }

    private void await(String words, BooleanSupplier isThere, String touches) {
        BooleanSupplier isReady =
                () -> {
                    settle();
                    return isThere.getAsBoolean();
                };
        Halt.before(name, words, Halt.When.READY, isReady, 0, () -> "", touches);
        SteppedPools.complete();
        if (!isReady.getAsBoolean()) {
            throw Trace.trim(
                    new UncheckedInterruptedException("interrupted while waiting for " + name));
        }
    }

    /// @return whether all is over within a time
    boolean awaitEnd(long nanos) throws InterruptedException {
        if (Halt.IS_ON) {
            BooleanSupplier isReady =
                    () -> {
                        settle();
                        return isOver();
                    };
            double seconds = nanos / 1e9;
            String words = "awaitTermination(%s s)".formatted(seconds);
            Halt.before(name, words, Halt.When.TIMED, isReady, seconds, () -> "", Halt.ANYTHING);
            return isReady.getAsBoolean();
        }
        return over.await(nanos, TimeUnit.NANOSECONDS);
    }

    boolean isOver() {
        return over.getCount() == 0;
    }

    @Override
    public void run() {
        try {
            while (!work()) {
                takeNext();
            }
        } catch (Throwable e) {
            breakDown("its thread has failed: " + e, e);
            failAll();
            endWorkers();
        } finally {
            release();
        }
    }

    private void release() {
        Reference.reachabilityFence(initialiser);
        code.deleteAll();
        crew.giveBack();
        tasks.giveBack();
        results.giveBack();
        over.countDown();
    }

    /// Does all that can be done without a message.
    ///
    /// @return whether all is over
    private boolean work() {
        if (failure != null) {
            failAll();
            endWorkers();
        }
        send();
        for (PoolCrew.Member member; (member = ended.poll()) != null; ) {
            settle(member);
        }
        if (!isFinished && isDone()) {
            isFinished = true;
            closeTasks();
        }
        return isFinished && crew.isEmpty();
    }

    private void closeTasks() {
        tasks.ring().close();
        touchTasks();
    }

    private void touchTasks() {
        if (Halt.IS_ON) {
            Halt.touched(Halt.writes(tasks.name(), Halt.WHOLE));
        }
    }

    private boolean isDone() {
        if (!isClosed) {
            return false;
        }
        synchronized (this) {
            return calls == 0 && ready.isEmpty() && sent.isEmpty();
        }
    }

    private void send() {
        while (sent.size() < MOST_SENT) {
            PoolJob.Chunk chunk = ready.poll();
            if (chunk == null) {
                return;
            }
            if (chunk.job().isDropped()) {
                chunk.fail(_ -> new CancellationException("nobody asks any more"));
            } else {
                send(chunk);
            }
        }
    }

    private void send(PoolJob.Chunk chunk) {
        int number = lastNumber + 1;
        Bundle bundle = chunk.toSend(number);
        try {
            // It does not wait for room, and the queue is open: there is always a place.
            Integer put = tasks.ring().put(0, bundle.message(), null);
            if (put == null || put != number) {
                throw new IllegalStateException(
                        "task %d has got the place %s in %s".formatted(number, put, tasks.name()));
            }
        } catch (IllegalStateException e) {
            chunk.fail(_ -> new IllegalStateException(e.getMessage(), e));
            return;
        }
        lastNumber = number;
        touchTasks();
        sent.put(number, chunk);
    }

    private void takeNext() {
        if (take(Duration.ZERO)) {
            return;
        }
        isAsleep.set(true);
        if (!work()) {
            take(LOOK);
        }
        isAsleep.set(false);
        if (toKillAt != 0 && System.nanoTime() - toKillAt > 0) {
            crew.kill();
        }
    }

    /// Takes one message.
    ///
    /// @return false when the time was over first
    private boolean take(Duration time) {
        Receiving receiving = new Receiving();
        Ring.Item item = results.ring().take(receiving, time);
        if (item == null) {
            return false;
        }
        ByteBuffer in = ByteBuffer.wrap(item.bytes());
        switch (item.form()) {
            case PoolMessage.RESULTS -> takeResults(in, receiving.shared);
            case PoolMessage.READY -> {
                crew.at(in.getInt()).begun();
                fruitless = 0;
            }
            case PoolMessage.UNREADY -> takeFailure(in);
            default -> {}
        }
        return true;
    }

    private void takeResults(ByteBuffer in, List<Object> shared) {
        int number = in.getInt(PoolMessage.RESULT_TASK);
        PoolJob.Chunk chunk = sent.get(number);
        fruitless = 0;
        if (chunk != null) {
            chunk.arrive(crew.at(in.getInt(PoolMessage.RESULT_SLOT)).worker(), in, shared);
            if (chunk.left() == 0) {
                sent.remove(number);
            }
        }
    }

    /// The shared objects of results that are being taken.
    private static final class Receiving implements Ring.Receiver {
        private List<Object> shared = List.of();

        @Override
        public void receive(Ring.Item item) {
            if (item.form() == PoolMessage.RESULTS) {
                ByteBuffer in = ByteBuffer.wrap(item.bytes());
                int marks = in.getInt(PoolMessage.RESULT_MARKS);
                shared = PoolMessage.attach(in.position(PoolMessage.RESULT_BYTES), marks);
            }
        }
    }

    private void takeFailure(ByteBuffer in) {
        Worker worker = crew.at(in.getInt()).worker();
        byte[] left = Bundle.Part.next(in).bytes();
        Outcome outcome = Outcome.open(left, ThisKit.INSTANCE, ThisKit.class.getClassLoader());
        breakDown(
                "its initialiser failed in %s (pid %d): %s"
                        .formatted(worker.name(), worker.pid(), outcome.trace().strip()),
                outcome.thrown());
    }

    private void settle(PoolCrew.Member member) {
        long task = member.task();
        int item = member.item();
        boolean isItsOwn = task != 0 && tasks.ring().isTaken((int) task) && !member.sharesTask();
        for (int left = results.ring().size(); left > 0; left--) {
            take(Duration.ZERO);
        }
        PoolJob.Chunk chunk = isItsOwn ? sent.remove((int) task) : null;
        if (chunk != null) {
            fail(chunk, member, item);
        }
        member.leave();
        if (!member.hasBegun() && ++fruitless >= MOST_FRUITLESS) {
            breakDown(
                    "%d workers have ended before they had begun; the last, %s"
                            .formatted(fruitless, member.howItEnded()),
                    null);
        }
        if (!isFinished && failure == null && !Child.isExiting()) {
            replace(member.slot());
        }
    }

    private static void fail(PoolJob.Chunk chunk, PoolCrew.Member member, int item) {
        int current = chunk.firstIndex() + item;
        String how =
                "%s while it ran %s".formatted(member.howItEnded(), chunk.job().nameOf(current));
        int holder = member.worker().process().holder();
        chunk.job().kept().forEach(kept -> kept.whenEnded().accept(holder));
        chunk.shared().forEach(shared -> ((Shared) shared).holderEnded(holder));
        chunk.fail(
                index ->
                        new WorkerException(
                                index == current
                                        ? how
                                        : "%s; the worker had item %d as well, and what became of it is lost"
                                                .formatted(how, index)));
    }

    private void replace(int slot) {
        try {
            crew.hire(slot, this::ended);
        } catch (RuntimeException e) {
            if (crew.isEmpty()) {
                breakDown("no worker can be started: " + e.getMessage(), e);
            } else {
                Notice.say(
                        "tandem: %s goes on with fewer workers, as no other can be started: %s"
                                .formatted(name, e.getMessage()));
            }
        }
    }

    private void failAll() {
        IntFunction<RuntimeException> why = failure;
        for (PoolJob.Chunk chunk; (chunk = ready.poll()) != null; ) {
            chunk.fail(why);
        }
        List<PoolJob.Chunk> all = new ArrayList<>(sent.values());
        sent.clear();
        all.forEach(chunk -> chunk.fail(why));
    }

    private void endWorkers() {
        if (!isFinished) {
            isFinished = true;
            closeTasks();
            toKillAt = System.nanoTime() + GRACE.toNanos();
            crew.terminate();
        }
    }
}
