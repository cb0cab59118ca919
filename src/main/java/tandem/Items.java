package tandem;

import tandem.memory.Arguments;
import tandem.memory.Trace;
import tandem.session.Owner;
import tandem.session.Session;
import tandem.sync.Fifo;
import tandem.travel.Codebase;
import tandem.travel.Marshalled;

import java.io.IOException;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/// The objects in a ring, on their way from those who put them to those who take them.
class Items<T> {
    private static final String KIT = Items.class.getPackageName() + ".";
    private static final StackWalker STACK =
            StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
    private static final ConcurrentHashMap<Session, Codebase> CODEBASES = new ConcurrentHashMap<>();

    private final Shared object;
    private final Fifo ring;

    /// What was put here and may not have been taken yet, of this process's shared objects.
    private final Deque<OnItsWay> onTheirWay = new ArrayDeque<>();

    /// @param number of the item
    private record OnItsWay(int number, List<Object> shared) {}

    /// @param object that has the ring
    Items(Shared object, Fifo ring) {
        this.object = object;
        this.ring = ring;
    }

    /// @param time null for as long as it takes
    /// @return false when the time was over first, or nothing can be put any more
    /// @throws IllegalArgumentException when the item cannot travel
    boolean put(T item, Duration time) {
        Marshalled marshalled = marshalled(item);
        return marshalled.shared().isEmpty()
                ? ring.put(marshalled.form(), marshalled.bytes(), time) != null
                : putSharing(marshalled, time);
    }

    private Marshalled marshalled(T item) {
        Arguments.required(item, "the item");
        try {
            return pack(item);
        } catch (IOException e) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "%s cannot be put into %s: %s"
                                    .formatted(
                                            item.getClass().getSimpleName(),
                                            object.name(),
                                            e.getMessage())));
        }
    }

    /// @throws IOException that says why it cannot travel
    Marshalled pack(T item) throws IOException {
        return Marshalled.of(item, ThisKit.INSTANCE, codebase());
    }

    /// @throws IOException when the bytes are damaged
    Object unpack(Fifo.Item item) throws IOException, ReflectiveOperationException {
        return Marshalled.read(item.form(), item.bytes(), codebase(), Items::callersLoader);
    }

    /// What stays this process's is kept reachable until it was taken.
    private boolean putSharing(Marshalled item, Duration time) {
        List<Shared> sent =
                item.shared().stream().map(Shared.class::cast).filter(this::isSent).toList();
        sent.forEach(Shared::send);
        Integer number = null;
        try {
            number = ring.put(item.form(), item.bytes(), time);
        } finally {
            if (number == null) {
                sent.forEach(Shared::keepOwn);
            }
        }
        if (number != null) {
            synchronized (onTheirWay) {
                while (!onTheirWay.isEmpty() && ring.isTaken(onTheirWay.peek().number())) {
                    onTheirWay.remove();
                }
                onTheirWay.add(new OnItsWay(number, item.shared()));
            }
        }
        return number != null;
    }

    /// Whether a shared object is to belong to whoever takes it: this process may be gone by then.
    private boolean isSent(Shared shared) {
        return shared.isOfSession()
                && !shared.session().owners().isFounder()
                && !object.session().owners().has(object.file());
    }

    /// @return null when nothing will ever come any more
    T take() {
        Receiving receiving = new Receiving();
        Fifo.Item item = ring.take(receiving);
        return item == null ? null : receiving.open(item);
    }

    /// @return null when the time was over first, too
    T take(Duration time) {
        Receiving receiving = new Receiving();
        Fifo.Item item = ring.take(receiving, time);
        return item == null ? null : receiving.open(item);
    }

    /// An item that is being taken. Its shared objects are attached before anybody can know that it
    /// was taken: until then, somebody sees to it that they last.
    private final class Receiving implements Fifo.Receiver {
        private List<Object> shared = List.of();
        private Exception why;

        @Override
        public void receive(Fifo.Item item) {
            try {
                shared = Marshalled.attach(item.form(), item.bytes(), ThisKit.INSTANCE);
            } catch (IOException | RuntimeException e) {
                why = e;
            }
        }

        @SuppressWarnings("unchecked")
        T open(Fifo.Item item) {
            if (why != null) {
                throw lost(why);
            }
            try {
                return (T) unpack(item);
            } catch (IOException | ReflectiveOperationException | LinkageError e) {
                throw lost(e);
            } finally {
                Reference.reachabilityFence(shared);
            }
        }

        private IllegalStateException lost(Throwable e) {
            return Trace.trim(
                    new IllegalStateException(
                            "an item of %s cannot be read, and is lost: %s"
                                    .formatted(
                                            object.name(),
                                            e instanceof ClassNotFoundException
                                                    ? e.toString()
                                                    : e.getMessage()),
                            e));
        }
    }

    /// Knows the classes of the code that takes an item.
    static ClassLoader callersLoader() {
        return STACK.walk(
                frames ->
                        frames.map(StackWalker.StackFrame::getDeclaringClass)
                                .filter(Items::isOfProgram)
                                .map(Class::getClassLoader)
                                .findFirst()
                                .orElseGet(Thread.currentThread()::getContextClassLoader));
    }

    private static boolean isOfProgram(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        return loader != null
                && loader != ClassLoader.getPlatformClassLoader()
                && !(type.getPackageName() + ".").startsWith(KIT);
    }

    private Codebase codebase() {
        return codebase(object.session());
    }

    /// Where the processes of a session leave classes for each other.
    static Codebase codebase(Session session) {
        return CODEBASES.computeIfAbsent(
                session, one -> new Codebase(ThisKit.INSTANCE, new Left(one)));
    }

    /// What the processes of a session leave for each other.
    private record Left(Session session) implements Codebase.Store {
        @Override
        public void publish(String name, byte[] bytes) throws IOException {
            session.left().publish(name, bytes);
        }

        @Override
        public byte[] read(String name) throws IOException {
            return session.left().read(name);
        }

        @Override
        public void keep(Object shared) {
            ((Shared) shared).giveTo(Owner.FOUNDER);
        }
    }
}
