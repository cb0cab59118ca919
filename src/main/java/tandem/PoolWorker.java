package tandem;

import tandem.memory.Layout;
import tandem.process.Outcome;
import tandem.process.Work;
import tandem.session.Session;
import tandem.sync.Halt;
import tandem.sync.Ring;
import tandem.travel.Bundle;
import tandem.travel.Codebase;
import tandem.travel.Parcel;
import tandem.travel.Replica;
import tandem.travel.Update;

import java.io.IOException;
import java.io.Serializable;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a worker of a pool does: it takes tasks and puts results, until there are no more.
final class PoolWorker {
    /// How many functions are kept that may be needed again.
    private static final int KEPT_CODE = 16;

    private final Session session = Session.current();
    private final Codebase codebase = Items.codebase(session);
    private final Replica program =
            new Replica(ThisKit.INSTANCE, Thread.currentThread().getContextClassLoader());

    /// Knows the classes of the program.
    private ClassLoader current;

    /// Knows those for which the initialiser has run.
    private ClassLoader initialised;

    private final Ring tasks;
    private final String nameOfTasks;
    private final String done;
    private final Ring results;
    private final MemorySegment line;
    private final Terms terms;
    private final Map<Integer, Opened> codes =
            new LinkedHashMap<>(2 * KEPT_CODE, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Integer, Opened> eldest) {
                    return size() > KEPT_CODE;
                }
            };

    /// What the worker of a slot is to do. (No record, as what a shared object travels as.)
    static final class Terms implements Serializable {
        private static final long serialVersionUID = 1;

        final int pool;
        final int slot;
        final int initialiser;
        final int tasks;

        /// @param pool the holder bits of the pool's process
        /// @param initialiser the number of its code, 0 for none
        /// @param tasks how many, 0 for any number
        Terms(int pool, int slot, int initialiser, int tasks) {
            this.pool = pool;
            this.slot = slot;
            this.initialiser = initialiser;
            this.tasks = tasks;
        }
    }

    /// Code that has come.
    ///
    /// @param isFixed whether it captures nothing that running it could change
    /// @param job the last one that it was opened for
    /// @param values what the program had in its static fields
    /// @param loader knows its classes, and those of its items
    private record Opened(
            Serializable code,
            boolean isFixed,
            int job,
            Map<String, String> values,
            ClassLoader loader) {
        /// Whether a job may find here what it captures, as it was given.
        boolean isFor(int other) {
            return isFixed || job == other;
        }
    }

    private PoolWorker(Queue<?> tasks, Queue<?> results, Array lines, Terms terms) {
        this.tasks = tasks.ring();
        this.nameOfTasks = tasks.name();
        this.done = doneOf(tasks);
        this.results = results.ring();
        this.line =
                lines.segment()
                        .asSlice(terms.slot * PoolMessage.LINE_BYTES, PoolMessage.LINE_BYTES);
        this.terms = terms;
    }

    static Code.Action4<Queue<?>, Queue<?>, Array, Terms> code() {
        return (tasks, results, lines, terms) -> new PoolWorker(tasks, results, lines, terms).run();
    }

    /// What workers write who put results, as [Halt] says it.
    static String doneOf(Queue<?> tasks) {
        return tasks.name() + " done";
    }

    /// Ends the JVM, whatever threads the tasks have started; one that was told to end does so itself.
    private void run() throws IOException {
        if (begin()) {
            int done = 0;
            while (!Work.isToldToEnd() && (terms.tasks == 0 || done < terms.tasks) && doTask()) {
                done++;
            }
        }
        if (!Work.isToldToEnd() && !Halt.IS_ON) {
            System.exit(0);
        }
    }

    private boolean begin() throws IOException {
        Bundle message = new Bundle(Integer.BYTES);
        message.bytes().putInt(0, terms.slot);
        try {
            if (terms.initialiser != 0) {
                Parcel.Contents contents = program.open(update(terms.initialiser));
                Code.run(contents.job().code());
                current = contents.loader();
                initialised = current;
            }
            results.put(PoolMessage.READY, message.message());
            return true;
        } catch (Throwable e) {
            message.addRaw(Outcome.threw(e).toBytes(ThisKit.INSTANCE));
            results.put(PoolMessage.UNREADY, message.message());
            return false;
        }
    }

    /// @return false when there are none any more
    private boolean doTask() throws IOException {
        Receiving receiving = new Receiving();
        if (Halt.IS_ON) {
            haltToTake();
        }
        Ring.Item item = tasks.take(receiving);
        if (item == null) {
            Halt.gave("none");
            return false;
        }
        ByteBuffer in = ByteBuffer.wrap(item.bytes());
        int number = in.getInt();
        if (Halt.IS_ON) {
            Halt.gave("task " + number);
        }
        int code = in.getInt();
        int job = in.getInt();
        boolean isSpread = (in.getInt() & PoolMessage.SPREAD) != 0;
        int count = in.getInt();
        Results out = new Results(number);
        for (int i = 0; i < count; i++) {
            Layout.LONG.setOpaque(line, PoolMessage.AT_ITEM, (long) i);
            Bundle.Part part = Bundle.Part.next(in);
            try {
                out.add(run(open(code, job), part, isSpread));
            } catch (Throwable e) {
                if (Work.isToldToEnd()) {
                    return false;
                }
                out.addThrown(e);
            }
            if (out.isMuch() || i + 1 == count) {
                out.send();
            }
        }
        Reference.reachabilityFence(receiving);
        return true;
    }

    /// Until there is a task, or none will come.
    private void haltToTake() {
        Halt.before(
                nameOfTasks,
                "take()",
                Halt.When.READY,
                () -> tasks.size() > 0 || tasks.isClosed(),
                0,
                () -> "%d to be taken".formatted(tasks.size()),
                Halt.writes(nameOfTasks, Halt.WHOLE));
    }

    private Object run(Opened opened, Bundle.Part part, boolean isSpread) throws Exception {
        Thread.currentThread().setContextClassLoader(opened.loader);
        Object item = read(part, opened);
        return isSpread ? Code.run(opened.code, (Object[]) item) : Code.run(opened.code, item);
    }

    private Object read(Bundle.Part part, Opened opened) {
        try {
            return part.read(codebase, opened::loader);
        } catch (IOException | ReflectiveOperationException | LinkageError e) {
            throw new IllegalStateException("the item cannot be read: " + e, e);
        }
    }

    /// Opens code, unless that is what is open and the state of the program is what it was. A job has what
    /// its code captures for itself.
    private Opened open(int number, int job) throws Exception {
        Opened known = codes.get(number);
        if (known == null || !program.isAsOf(known.values)) {
            known = openAnew(update(number), job);
            codes.put(number, known);
        } else if (!known.isFor(job)) {
            Serializable code = program.openAgain(update(number)).job().code();
            known = new Opened(code, false, job, known.values, known.loader);
            codes.put(number, known);
        }
        return known;
    }

    /// Where all classes come anew, nothing is left of the code that was open.
    private Opened openAnew(Update update, int job) throws Exception {
        Parcel.Contents contents = program.open(update);
        if (contents.loader() != current) {
            codes.clear();
            current = contents.loader();
        }
        if (terms.initialiser != 0 && current != initialised) {
            Code.run(program.openAgain(update(terms.initialiser)).job().code());
            initialised = current;
        }
        return new Opened(
                contents.job().code(),
                update.isFixed(),
                job,
                update.values(),
                Codebase.loader(current));
    }

    private Update update(int number) throws IOException {
        return Update.of(session.left().read(PoolMessage.fileOfCode(terms.pool, number)));
    }

    /// Writes which task this worker has, before it is its own.
    private final class Receiving implements Ring.Receiver {
        private List<Object> shared = List.of();

        @Override
        public void receive(Ring.Item item) {
            ByteBuffer in = ByteBuffer.wrap(item.bytes());
            long number = in.getInt(PoolMessage.TASK_NUMBER) & 0xffff_ffffL;
            int marks = in.getInt(PoolMessage.TASK_MARKS);
            shared = PoolMessage.attach(in.position(PoolMessage.TASK_BYTES), marks);
            Layout.LONG.setOpaque(line, PoolMessage.AT_ITEM, 0L);
            Layout.LONG.setVolatile(line, PoolMessage.AT_TASK, PoolMessage.HAS_TASK | number);
        }
    }

    /// What is to be told about the items of a task.
    private final class Results {
        private final int number;
        private long since = System.nanoTime();
        private Bundle bundle = new Bundle(PoolMessage.RESULT_BYTES);
        private int count;
        private int marks;

        Results(int number) {
            this.number = number;
        }

        void add(Object value) throws IOException {
            try {
                bundle.add(value, ThisKit.INSTANCE, _ -> Set.of());
            } catch (IOException | RuntimeException e) {
                // Says so, unless it can travel as what a call returns.
                bundle.addRaw(Outcome.returned(value).toBytes(ThisKit.INSTANCE));
                marks |= PoolMessage.FAILED;
            }
            count++;
        }

        void addThrown(Throwable thrown) throws IOException {
            bundle.addRaw(Outcome.threw(thrown).toBytes(ThisKit.INSTANCE));
            marks |= PoolMessage.FAILED;
            count++;
        }

        boolean isMuch() {
            return bundle.length() > PoolMessage.MANY_BYTES;
        }

        /// An interrupt that a task has left behind is nobody's any more.
        void send() {
            long now = System.nanoTime();
            if (!bundle.shared().isEmpty()) {
                marks |= PoolMessage.SHARING;
                bundle.shared().stream()
                        .map(Shared.class::cast)
                        .filter(Shared::isOfSession)
                        .forEach(Shared::send);
            }
            ByteBuffer header = bundle.bytes();
            header.putInt(PoolMessage.RESULT_TASK, number);
            header.putInt(PoolMessage.RESULT_SLOT, terms.slot);
            header.putInt(PoolMessage.RESULT_COUNT, count);
            header.putInt(PoolMessage.RESULT_MARKS, marks);
            header.putLong(PoolMessage.RESULT_NANOS, now - since);
            if (!Work.isToldToEnd()) {
                Thread.interrupted();
            }
            results.put(PoolMessage.RESULTS, bundle.message());
            if (Halt.IS_ON) {
                Halt.touched(Halt.writes(done, Halt.WHOLE));
            }
            since = now;
            bundle = new Bundle(PoolMessage.RESULT_BYTES);
            count = 0;
            marks = 0;
        }
    }
}
