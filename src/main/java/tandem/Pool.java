package tandem;

import tandem.memory.Arguments;
import tandem.memory.Trace;
import tandem.process.Parent;
import tandem.process.Screen;
import tandem.session.Session;
import tandem.sync.Halt;
import tandem.sync.UncheckedInterruptedException;
import tandem.travel.Job;
import tandem.travel.JointLoader;
import tandem.travel.Update;

import java.io.Serializable;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;

/// Workers that stand ready and do whatever they are given, task after task: Python's `Pool`.
///
/// ```java
/// var pool = new Pool(4);
/// pool.map(x -> x * x, List.of(1, 2, 3))                   // ==> [1, 4, 9]
/// for (var x : pool.imap(x -> x + 1, List.of(1, 2))) IO.println(x);
/// var sum = pool.submit((x, y) -> x + y, 1, 2);
/// sum.get()                                                // ==> 3
/// pool.close();
/// ```
///
/// Code is what `call` runs: a lambda or a method reference, with what it captures and, from JShell or
/// a program, its classes, which may be newer than the pool. It travels once for all of its items, and each
/// call of a method here has what its code captures for itself. Items and results travel as those of a
/// [Queue] do; the classes of items come with the code.
///
/// A worker has the static fields of a class as the program had them when code with that class came first;
/// a class that the program had not used then is initialised by the worker that uses it. From then on the
/// fields are the worker's own, and code finds what the initialiser and earlier code have left there; but a
/// field that the program has changed since comes along, as a whole, with the next code, as it is when that
/// is given, and with it those that refer to the same objects. A field whose value cannot travel keeps what the worker has put into it.
/// Where a class comes that is not the worker's any more, as one with a method that was typed again at the
/// prompt, all classes and fields come anew, and the initialiser runs again. A worker that takes the place
/// of another one begins with the fields as they were when the pool was given its initialiser.
///
/// What the code throws is thrown here, with the stack trace of the worker; its last cause names worker
/// and item. A worker that ends by itself or is killed fails the task that it had, with a
/// [WorkerException] that says so, and another takes its place. Nothing is run twice.
///
/// The workers end when the pool is closed, or can no longer be reached and has done all it was given.
/// A program that ends does not wait for them: they end with it, also within a task.
///
/// In a program that is run step by step, to take a task is a step, and items go to workers one by one where
/// nobody has said how many. One that was not closed does what it was given when the program has run.
///
/// Any number of threads may use a pool at once; their tasks take turns. A pool stays in its process: a
/// task can make one of its own.
public final class Pool implements AutoCloseable {
    private static final int MOST_WORKERS = 1000;

    /// How many chunks of an imap may be ahead of the results that were asked for.
    private static final int MOST_AHEAD = 64;

    /// The size of a chunk that is found out.
    private static final int BY_THE_CLOCK = -1;

    private static final long LOOK_NANOS = 1_000_000_000;

    private static int last;

    private final String name;
    private final int workers;

    /// Guarded by this: what is settled when the workers start.
    private Update initialiser;

    private int tasksPerWorker;
    private Dispatcher dispatcher;
    private boolean isClosed;

    /// One with as many workers as there are processors.
    ///
    /// @throws IllegalStateException when they cannot be started
    public Pool() {
        this(Runtime.getRuntime().availableProcessors());
    }

    /// One with a number of workers, which start at once.
    ///
    /// @param workers 1 to 1000
    /// @throws IllegalArgumentException when they are fewer, or more
    /// @throws IllegalStateException when they cannot be started
    public Pool(int workers) {
        this(workers, nextName(workers));
        dispatcher();
    }

    private Pool(int workers, String name) {
        this.workers = workers;
        this.name = name;
    }

    /// One whose workers start with its first task, so that it can be told before how they are to be.
    ///
    /// ```java
    /// var pool = Pool.of(2).tasksPerWorker(100);
    /// pool.initialiser(() -> IO.println("ready"));
    /// pool.close();
    /// ```
    ///
    /// @param workers 1 to 1000
    /// @throws IllegalArgumentException when they are fewer, or more
    public static Pool of(int workers) {
        return new Pool(workers, nextName(workers));
    }

    private static synchronized String nextName(int workers) {
        if (workers < 1 || workers > MOST_WORKERS) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "a Pool cannot have %d workers: 1 to %d"
                                    .formatted(workers, MOST_WORKERS)));
        }
        last++;
        return (Parent.exists() && !StepMain.isHere() ? Tandem.current().name() + ":" : "")
                + "Pool-"
                + last;
    }

    /// A program begins that may have run before.
    static synchronized void beginAnew() {
        last = 0;
    }

    /// Has each worker run code before its first task, as to put into static fields what tasks are to have.
    /// When that throws, the pool cannot work: whatever it is given fails with an
    /// [IllegalStateException] that says why.
    ///
    /// @return this pool
    /// @throws IllegalStateException when the workers have started
    /// @throws IllegalArgumentException when the code cannot travel
    public synchronized Pool initialiser(Code.Action0 code) {
        requireNew("initialiser");
        initialiser = update(Arguments.required(code, "the code"));
        initialiser.values();
        return this;
    }

    /// Has each worker end after a number of tasks, and another take its place. Items that go to a worker
    /// together count as one.
    ///
    /// @param most 1 or more
    /// @return this pool
    /// @throws IllegalStateException when the workers have started
    public synchronized Pool tasksPerWorker(int most) {
        requireNew("tasksPerWorker");
        if (most < 1) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "a worker cannot end after %d tasks: 1 or more".formatted(most)));
        }
        tasksPerWorker = most;
        return this;
    }

    private void requireNew(String option) {
        if (dispatcher != null || isClosed) {
            throw Trace.trim(
                    new IllegalStateException(
                            "%s has its workers already: %s is for one that has not, as in Pool.of(%d).%s(…)"
                                    .formatted(name, option, workers, option)));
        }
    }

    private synchronized Dispatcher dispatcher() {
        if (dispatcher == null) {
            if (isClosed) {
                throw Trace.trim(closed());
            }
            Dispatcher starting;
            try {
                starting = new Dispatcher(name, workers, initialiser, tasksPerWorker);
                starting.start();
            } catch (RuntimeException e) {
                throw Trace.trim(e);
            }
            dispatcher = starting;
            if (!Halt.IS_ON) {
                Shared.CLEANER.register(this, starting::close);
            }
        }
        return dispatcher;
    }

    private IllegalStateException closed() {
        return new IllegalStateException(name + " is closed: it takes no more tasks");
    }

    /// @param others classes that come along
    private static Update update(Serializable code, Class<?>... others) {
        try {
            return Update.ofJob(ThisKit.INSTANCE, new Job(code, true), others);
        } catch (RuntimeException e) {
            throw Trace.trim(e);
        }
    }

    /// What a job is made of.
    ///
    /// @param loader knows the classes of what it returns
    private PoolJob.Order order(
            String what, boolean isSpread, Serializable code, ClassLoader loader) {
        PoolCode published = dispatcher.code();
        return new PoolJob.Order(
                what,
                isSpread,
                loader,
                Items.codebase(Session.current()),
                others -> {
                    Update update = update(code, others);
                    return new PoolJob.Coded(update, published.publish(update));
                });
    }

    /// Knows what the code knows, and what does the one who gives it.
    private static ClassLoader loader(Serializable code) {
        return JointLoader.of(code.getClass().getClassLoader(), Items.callersLoader());
    }

    /// Runs code for each item, in the workers.
    ///
    /// How many items go to a worker together is found out while they run: about as many as take a
    /// millisecond, and fewer at the end, so that all workers are busy until then.
    ///
    /// On a terminal, one that takes more than a second shows how far it is. Ctrl-C in JShell ends the
    /// wait, not the pool: what the workers have begun they bring to an end.
    ///
    /// @return what it returned, in the order of the items
    /// @throws RuntimeException what it threw for the item that was the first to fail, which need not be
    ///     the first in the list; the items that are not with a worker yet are left out
    /// @throws WorkerException when a worker ended within an item
    /// @throws IllegalArgumentException when the code or an item cannot travel
    /// @throws IllegalStateException when the pool is closed, or cannot work
    /// @throws UncheckedInterruptedException when this thread is interrupted while it waits
    public <T, R> List<R> map(Code.Function1<T, R> code, Iterable<? extends T> items) {
        return collect("map", false, code, items, BY_THE_CLOCK);
    }

    /// As [#map(Code.Function1, Iterable)], with so many items at a time for each worker.
    ///
    /// @param chunk 1 or more
    public <T, R> List<R> map(Code.Function1<T, R> code, Iterable<? extends T> items, int chunk) {
        return collect("map", false, code, items, chunk);
    }

    private static int checked(int chunk) {
        if (chunk < 1 && chunk != BY_THE_CLOCK) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "a worker cannot be given %d items at a time: 1 or more"
                                    .formatted(chunk)));
        }
        return chunk;
    }

    /// As [#map(Code.Function1, Iterable)], for code with 2 arguments: each item is the list of these.
    ///
    /// ```java
    /// var pool = new Pool(2);
    /// pool.starmap((x, y) -> x * y, List.of(List.of(2, 3)))    // ==> [6]
    /// pool.close();
    /// ```
    public <A, R> List<R> starmap(
            Code.Function2<A, A, R> code, Iterable<? extends List<? extends A>> items) {
        return spread(code, items, 2);
    }

    /// As [#map(Code.Function1, Iterable)], for code with 3 arguments: each item is the list of these.
    public <A, R> List<R> starmap(
            Code.Function3<A, A, A, R> code, Iterable<? extends List<? extends A>> items) {
        return spread(code, items, 3);
    }

    /// As [#map(Code.Function1, Iterable)], for code with 4 arguments: each item is the list of these.
    public <A, R> List<R> starmap(
            Code.Function4<A, A, A, A, R> code, Iterable<? extends List<? extends A>> items) {
        return spread(code, items, 4);
    }

    private <A, R> List<R> spread(
            Serializable code, Iterable<? extends List<? extends A>> items, int parameters) {
        List<Object[]> spread = new ArrayList<>();
        for (List<? extends A> item : Arguments.required(items, "the list of items")) {
            Arguments.required(item, "one of the items");
            if (item.size() != parameters) {
                throw Trace.trim(
                        new IllegalArgumentException(
                                "item %d of the starmap has %d arguments, and the code takes %d"
                                        .formatted(spread.size(), item.size(), parameters)));
            }
            spread.add(item.toArray());
        }
        return collect("starmap", true, code, spread, BY_THE_CLOCK);
    }

    /// @param what null when there is but one task
    private <R> List<R> collect(
            String what, boolean isSpread, Serializable code, Iterable<?> items, int chunk) {
        Arguments.required(code, "the code");
        Object[] all = toArray(Arguments.required(items, "the list of items"));
        int size = checked(chunk);
        Object[] results = new Object[all.length];
        Dispatcher to = begin();
        try {
            PoolJob.Order order = order(what, isSpread, code, loader(code));
            Batch batch = new Batch(order, to, Arrays.asList(all).iterator(), all.length, size);
            try {
                batch.collect(Dispatcher.MOST_SENT, results);
            } finally {
                batch.end();
            }
        } finally {
            to.end();
            Reference.reachabilityFence(this);
        }
        @SuppressWarnings("unchecked")
        List<R> list = (List<R>) Collections.unmodifiableList(Arrays.asList(results));
        return list;
    }

    private static Object[] toArray(Iterable<?> items) {
        if (items instanceof Collection<?> collection) {
            return collection.toArray();
        }
        List<Object> all = new ArrayList<>();
        items.forEach(all::add);
        return all.toArray();
    }

    private Dispatcher begin() {
        Dispatcher to = dispatcher();
        to.begin();
        return to;
    }

    /// Runs code for each item, and gives what it returned one by one, in the order of the items. Items
    /// are asked for as the results are, and some ahead of them, so that no worker waits: 2 for each worker
    /// when they take long, and 64 at most. There may be any number of them.
    ///
    /// What fails for an item is thrown by the `next()` that would give its result; the next one goes on.
    /// What was given before the pool was closed can be had after.
    ///
    /// @throws IllegalArgumentException when the code cannot travel; an item that cannot is refused when
    ///     it is asked for
    public <T, R> Results<R> imap(Code.Function1<T, R> code, Iterable<? extends T> items) {
        return results("imap", code, items, 1, true);
    }

    /// As [#imap(Code.Function1, Iterable)], with so many items at a time for each worker; of these,
    /// instead of items, there are some ahead.
    ///
    /// @param chunk 1 or more
    public <T, R> Results<R> imap(
            Code.Function1<T, R> code, Iterable<? extends T> items, int chunk) {
        return results("imap", code, items, chunk, true);
    }

    /// As [#imap(Code.Function1, Iterable)], in the order in which they come.
    public <T, R> Results<R> imapUnordered(Code.Function1<T, R> code, Iterable<? extends T> items) {
        return imapUnordered(code, items, 1);
    }

    /// As [#imapUnordered(Code.Function1, Iterable)], with so many items at a time for each worker.
    ///
    /// @param chunk 1 or more
    public <T, R> Results<R> imapUnordered(
            Code.Function1<T, R> code, Iterable<? extends T> items, int chunk) {
        return results("imapUnordered", code, items, chunk, false);
    }

    private <R> Results<R> results(
            String what, Serializable code, Iterable<?> items, int chunk, boolean isOrdered) {
        Arguments.required(code, "the code");
        Iterator<?> from = Arguments.required(items, "the list of items").iterator();
        int size = checked(chunk);
        Dispatcher to = begin();
        try {
            PoolJob.Order order = order(what, false, code, loader(code));
            Batch batch = new Batch(order, to, from, -1, size);
            return new Results<>(this, new PoolResults(batch, isOrdered));
        } finally {
            to.end();
        }
    }

    /// What [#imap(Code.Function1, Iterable)] gives, once: to loop over, or to ask for one by one. For one
    /// thread at a time.
    public static final class Results<R> implements Iterable<R>, Iterator<R> {
        private final Pool pool;
        private final PoolResults results;
        private boolean isOver;

        private Results(Pool pool, PoolResults results) {
            this.pool = pool;
            this.results = results;
        }

        @Override
        public Iterator<R> iterator() {
            return this;
        }

        @Override
        public boolean hasNext() {
            if (!isOver && results.isOver()) {
                isOver = true;
                results.end();
            }
            return !isOver;
        }

        /// Waits for the next result.
        ///
        /// @throws RuntimeException what the code threw for its item
        @Override
        @SuppressWarnings("unchecked")
        public R next() {
            if (!hasNext()) {
                throw new NoSuchElementException("all results have been given");
            }
            try {
                give();
                return (R) results.take().get();
            } finally {
                Reference.reachabilityFence(pool);
            }
        }

        /// Nothing more is given to a pool that is closed, as long as there are results.
        private void give() {
            if (pool.isShutdown() && results.isUnderWay()) {
                return;
            }
            if (results.wantsMore()) {
                Dispatcher to = pool.begin();
                try {
                    results.give(MOST_AHEAD);
                } finally {
                    to.end();
                }
            }
        }

        /// `Results(imap of Pool-1)`.
        @Override
        public String toString() {
            return "Results(%s of %s)".formatted(results.what(), pool.name);
        }
    }

    /// Runs code in one of the workers, and waits for what it returns.
    ///
    /// @throws RuntimeException what it threw; the last cause names the worker
    /// @throws WorkerException when the worker ended meanwhile
    /// @throws IllegalArgumentException when the code cannot travel
    /// @throws IllegalStateException when the pool is closed, or cannot work
    /// @throws UncheckedInterruptedException when this thread is interrupted while it waits
    public <R> R apply(Code.Function0<R> code) {
        return applied(code);
    }

    /// Runs code in one of the workers with 1 argument, and waits for what it returns.
    public <A, R> R apply(Code.Function1<A, R> code, A a) {
        return applied(code, a);
    }

    /// Runs code in one of the workers with 2 arguments, and waits for what it returns.
    public <A, B, R> R apply(Code.Function2<A, B, R> code, A a, B b) {
        return applied(code, a, b);
    }

    /// Runs code in one of the workers with 3 arguments, and waits for what it returns.
    public <A, B, C, R> R apply(Code.Function3<A, B, C, R> code, A a, B b, C c) {
        return applied(code, a, b, c);
    }

    /// Runs code in one of the workers with 4 arguments, and waits for what it returns.
    public <A, B, C, D, R> R apply(Code.Function4<A, B, C, D, R> code, A a, B b, C c, D d) {
        return applied(code, a, b, c, d);
    }

    /// Runs code in one of the workers with 5 arguments, and waits for what it returns.
    public <A, B, C, D, E, R> R apply(
            Code.Function5<A, B, C, D, E, R> code, A a, B b, C c, D d, E e) {
        return applied(code, a, b, c, d, e);
    }

    /// Runs code in one of the workers with 6 arguments, and waits for what it returns.
    public <A, B, C, D, E, F, R> R apply(
            Code.Function6<A, B, C, D, E, F, R> code, A a, B b, C c, D d, E e, F f) {
        return applied(code, a, b, c, d, e, f);
    }

    private <R> R applied(Serializable code, Object... arguments) {
        return this.<R>collect(null, true, code, Collections.singletonList(arguments), 1)
                .getFirst();
    }

    /// Runs code in one of the workers, and returns at once.
    ///
    /// @return a future of what it returns, or throws; cancelled before its turn it is left out
    /// @throws IllegalArgumentException when the code cannot travel
    /// @throws IllegalStateException when the pool is closed, or cannot work
    public <R> CompletableFuture<R> submit(Code.Function0<R> code) {
        return submitted(code);
    }

    /// Runs code in one of the workers with 1 argument, and returns at once.
    public <A, R> CompletableFuture<R> submit(Code.Function1<A, R> code, A a) {
        return submitted(code, a);
    }

    /// Runs code in one of the workers with 2 arguments, and returns at once.
    public <A, B, R> CompletableFuture<R> submit(Code.Function2<A, B, R> code, A a, B b) {
        return submitted(code, a, b);
    }

    /// Runs code in one of the workers with 3 arguments, and returns at once.
    public <A, B, C, R> CompletableFuture<R> submit(
            Code.Function3<A, B, C, R> code, A a, B b, C c) {
        return submitted(code, a, b, c);
    }

    /// Runs code in one of the workers with 4 arguments, and returns at once.
    public <A, B, C, D, R> CompletableFuture<R> submit(
            Code.Function4<A, B, C, D, R> code, A a, B b, C c, D d) {
        return submitted(code, a, b, c, d);
    }

    /// Runs code in one of the workers with 5 arguments, and returns at once.
    public <A, B, C, D, E, R> CompletableFuture<R> submit(
            Code.Function5<A, B, C, D, E, R> code, A a, B b, C c, D d, E e) {
        return submitted(code, a, b, c, d, e);
    }

    /// Runs code in one of the workers with 6 arguments, and returns at once.
    public <A, B, C, D, E, F, R> CompletableFuture<R> submit(
            Code.Function6<A, B, C, D, E, F, R> code, A a, B b, C c, D d, E e, F f) {
        return submitted(code, a, b, c, d, e, f);
    }

    private <R> CompletableFuture<R> submitted(Serializable code, Object... arguments) {
        Arguments.required(code, "the code");
        return promise(code, loader(code), arguments);
    }

    /// @param loader knows the classes of what it returns
    <R> CompletableFuture<R> promise(Serializable code, ClassLoader loader, Object... arguments) {
        Dispatcher to = begin();
        try {
            PoolPromise<R> promise = new PoolPromise<>(order(null, true, code, loader), name);
            promise.give(to, arguments);
            return promise.future();
        } finally {
            to.end();
        }
    }

    /// This pool as an `ExecutorService`, for code that wants one. Its tasks have to be able to travel:
    /// objects of classes of the program, or lambdas with a cast, as in
    /// `(Callable<Integer> & Serializable) () -> 6 * 7`. To close it is to close the pool.
    ///
    /// ```java
    /// import java.util.concurrent.Callable;
    /// import java.io.Serializable;
    /// Callable<Integer> task = (Callable<Integer> & Serializable) () -> 6 * 7;
    /// var executor = new Pool(2).executor();
    /// executor.submit(task).get()                              // ==> 42
    /// executor.close();
    /// ```
    public ExecutorService executor() {
        return new PoolExecutor(this);
    }

    /// Takes no more tasks, does those that it was given, ends its workers, and waits for all that.
    /// Closing twice does nothing more.
    ///
    /// @throws UncheckedInterruptedException when this thread is interrupted while it waits
    @Override
    public void close() {
        shutdown();
        Dispatcher stepped = Halt.IS_ON ? current() : null;
        if (stepped != null) {
            stepped.awaitOver("close()");
            return;
        }
        try {
            for (int seconds = 1; !awaitEnd(LOOK_NANOS); seconds++) {
                Screen.status("waiting for %s, %d s".formatted(name, seconds));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Trace.trim(
                    new UncheckedInterruptedException("interrupted while waiting for " + name));
        } finally {
            Screen.status("");
        }
    }

    void shutdown() {
        Dispatcher to = takeNoMore();
        if (to != null) {
            to.close();
        }
    }

    /// @return null when nothing has started
    private synchronized Dispatcher takeNoMore() {
        isClosed = true;
        return dispatcher;
    }

    /// @return whether all is over within a time
    boolean awaitEnd(long nanos) throws InterruptedException {
        Dispatcher to = current();
        return to == null || to.awaitEnd(nanos);
    }

    private synchronized Dispatcher current() {
        return dispatcher;
    }

    synchronized boolean isShutdown() {
        return isClosed;
    }

    boolean isOver() {
        Dispatcher to = current();
        return to == null ? isShutdown() : to.isOver();
    }

    /// Ends the workers, as [Worker#terminate] does, also within a task. What is not done fails with a
    /// `CancellationException`. Does not wait.
    public void shutdownNow() {
        Dispatcher to = takeNoMore();
        if (to != null) {
            to.shutDown();
        }
    }

    String name() {
        return name;
    }

    /// `Pool(Pool-1, 4 workers)`, and whether it is closed.
    @Override
    public String toString() {
        return "Pool(%s, %d workers%s)".formatted(name, workers, isShutdown() ? ", closed" : "");
    }
}
