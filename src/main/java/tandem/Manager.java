package tandem;

import tandem.memory.Arguments;
import tandem.memory.Guard;
import tandem.memory.Header;
import tandem.memory.Kind;
import tandem.memory.ObjectName;
import tandem.memory.SharedFile;
import tandem.memory.Trace;
import tandem.memory.WaitCounts;
import tandem.process.Calls;
import tandem.process.Copies;
import tandem.process.Original;
import tandem.process.Outcome;
import tandem.process.Reception;
import tandem.session.Session;
import tandem.sync.Callers;
import tandem.sync.Halt;
import tandem.sync.Mutex;
import tandem.sync.UncheckedInterruptedException;

import java.io.IOException;
import java.io.Serial;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Any object, shared by way of its interface, Python's `Manager`: a map, a list, or one of your own.
/// The object stays in the process that has made it, and every process that is given it calls it there.
///
/// ```java
/// Map<String, Integer> counts = Manager.map();
/// spawn(c -> c.merge("a", 1, Integer::sum), counts).join();
/// counts.merge("a", 1, Integer::sum)   // ==> 2
/// ```
///
/// **One call at a time for each object**, from whichever thread and process: so `merge`,
/// `computeIfAbsent` and each method of your own are atomic, and no lock is needed for what one call does.
/// (Classes of `java.util.concurrent` see to that themselves; their methods run side by side.)
///
/// **What is passed and returned is copied**, as with `call`. The views and iterators of collections come
/// as copies of one moment, which cannot be changed: a loop over `map.entrySet()` is one call. Shared and
/// managed objects stay what they are. A lambda is lent: it runs where it was typed, while the call waits
/// for it. `forEach` loops over a copy, here.
///
/// What a method throws is thrown to its caller. When the process that has the object ends, its callers get
/// a [WorkerException] at once. In the process that has it, calls are plain calls, without copies of what
/// is passed and returned. A call from another process takes some tens of microseconds.
public final class Manager extends Shared {
    @Serial private static final long serialVersionUID = 1;

    private static final StackWalker CALLERS =
            StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
    private static final Duration LONGEST_DEATH = Duration.ofSeconds(10);
    private static final long PAUSE_NANOS = 1_000_000;

    private final transient Callers callers;
    private final transient Mutex mutex;
    private final transient int owner;
    private final transient String ownerName;
    private final transient Managed handler = new Managed(this, null);
    private final transient Map<Class<?>, Object> proxies = new ConcurrentHashMap<>();

    /// The object, null when another process has it.
    private final transient Original original;

    /// Knows the classes of what comes and goes.
    private transient volatile ClassLoader loader;

    private <T> Manager(Class<T> type, byte[] text, T object, ClassLoader loader) {
        super(
                Session.current()
                        .create(new Header(Kind.MANAGER, null, Guard.NONE, "", text.length)),
                Session.current());
        MemorySegment.copy(text, 0, file().data(), ValueLayout.JAVA_BYTE, 0, text.length);
        this.mutex = mutex(file(), session());
        this.callers = new Callers(file(), session(), mutex);
        callers.found(session().holder());
        this.owner = session().holder();
        this.ownerName = text()[1];
        this.loader = loader;
        this.original = new Original(this::requireOpen, callers, object, type, loader);
        register(true);
        Reception.open(session(), ThisKit.INSTANCE, Directory.INSTANCE);
    }

    Manager(SharedFile file, Session session) {
        super(file, session);
        this.mutex = mutex(file, session);
        this.callers = new Callers(file, session, mutex);
        this.owner = callers.process();
        this.ownerName = text()[1];
        this.original = null;
    }

    /// What stands in the file: the name of the interface, and of the process that has the object.
    private String[] text() {
        byte[] bytes = file().data().toArray(ValueLayout.JAVA_BYTE);
        String[] parts = new String(bytes, StandardCharsets.UTF_8).split("\n", 2);
        if (parts.length < 2) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            path() + " is damaged: it does not say who has the object"));
        }
        return parts;
    }

    /// A map that processes share: a `LinkedHashMap` of this one.
    public static <K, V> Map<K, V> map() {
        return manage(Map.class, new LinkedHashMap<K, V>());
    }

    /// A list that processes share: an `ArrayList` of this one.
    public static <E> List<E> list() {
        return manage(List.class, new ArrayList<E>());
    }

    /// A set that processes share: a `LinkedHashSet` of this one.
    public static <E> Set<E> set() {
        return manage(Set.class, new LinkedHashSet<E>());
    }

    /// An object of this process that others can call. What is returned is to be used from now on, here
    /// too: calls of the object itself know nothing of the calls of others.
    ///
    /// @param type the interface by which it is called
    /// @throws IllegalArgumentException when that is no interface, or one that nothing else can implement
    public static <T> T of(Class<T> type, T object) {
        Arguments.required(type, "the interface");
        Arguments.required(object, "the object");
        if (!type.isInterface() || type.isSealed() || type.isAnnotation()) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "%s is %s: Manager.of takes an interface, as in Manager.of(Map.class, new HashMap<>()), and other processes call the methods that it has"
                                    .formatted(
                                            type.getSimpleName(),
                                            type.isInterface()
                                                    ? "an interface that only its own classes can"
                                                            + " implement"
                                                    : "no interface")));
        }
        return manage(type, object);
    }

    @SuppressWarnings("unchecked")
    private static <T, U extends T> U manage(Class<T> type, U object) {
        Session session = Session.current();
        String text = type.getName() + "\n" + session.roster().describe(session.holder());
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ClassLoader loader = callersLoader(type);
        return (U) new Manager(type, bytes, object, loader).proxy(type, loader);
    }

    /// What knows the classes of the program that calls the kit, and the interface.
    private static ClassLoader callersLoader(Class<?> type) {
        ClassLoader loader =
                CALLERS.walk(
                                frames ->
                                        frames.map(StackWalker.StackFrame::getDeclaringClass)
                                                .filter(caller -> caller != Manager.class)
                                                .findFirst())
                        .map(Class::getClassLoader)
                        .orElse(null);
        try {
            if (loader != null && Class.forName(type.getName(), false, loader) == type) {
                return loader;
            }
        } catch (ClassNotFoundException e) {
            // It is the program's business how the two know each other.
        }
        return type.getClassLoader() == null
                ? Thread.currentThread().getContextClassLoader()
                : type.getClassLoader();
    }

    /// The manager of a managed object: for its name, its counts, and to close it.
    ///
    /// @param managed what [#map], [#list], [#set] or [#of] returned, here or in another process
    /// @throws IllegalArgumentException when it is none of these
    public static Manager behind(Object managed) {
        Arguments.required(managed, "the managed object");
        if (managed instanceof Proxy
                && Proxy.getInvocationHandler(managed) instanceof Managed handler) {
            return handler.manager();
        }
        throw Trace.trim(
                new IllegalArgumentException(
                        "this %s is not managed: Manager.of(….class, object) gives back one that is"
                                .formatted(managed.getClass().getSimpleName())));
    }

    /// The manager behind a path that [#path] gave.
    ///
    /// @throws IllegalArgumentException when it is no manager of a living session
    public static Manager attach(Path path) {
        return attach(path, Manager.class);
    }

    /// The managed object.
    ///
    /// @param type the interface that it was made with
    /// @throws IllegalArgumentException when it was made with another one
    @SuppressWarnings("unchecked")
    public <T> T as(Class<? super T> type) {
        Arguments.required(type, "the interface");
        requireOpen();
        String own = text()[0];
        if (!type.getName().equals(own)) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "%s is managed as %s, and not as %s"
                                    .formatted(name(), own, type.getName())));
        }
        return (T) proxy(type, callersLoader(type));
    }

    /// Names the managed object for errors and views, once.
    ///
    /// @param name a line of text, of at most 252 bytes in UTF-8
    /// @return this manager
    /// @throws IllegalStateException when it has another name
    public Manager named(String name) {
        String checked = ObjectName.checked(name);
        requireOpen();
        giveName(checked);
        return this;
    }

    /// What has happened to the managed object since it was made, from all processes. Never waits.
    public Stats stats() {
        Halt.glance();
        requireOpen();
        WaitCounts waits = callers.waits();
        return new Stats(callers.calls(), waits.waits(), waits.mean(), waits.longest());
    }

    /// What has happened to a managed object. The figures are of about the same moment.
    ///
    /// @param calls how often one of its methods was called
    /// @param waits how often a call waited for another one to be over
    /// @param meanWait how long these waits took on average
    /// @param longestWait how long they took at most
    public record Stats(long calls, long waits, Duration meanWait, Duration longestWait) {}

    @Override
    Mutex ownMutex() {
        return mutex;
    }

    Original original() {
        return original;
    }

    Managed handler() {
        return handler;
    }

    /// The object as it is used in this process, the same one each time.
    Object proxy(Class<?> type, ClassLoader known) {
        if (loader == null) {
            loader = known;
        }
        return proxies.computeIfAbsent(
                type,
                _ ->
                        Proxy.newProxyInstance(
                                type.getClassLoader(),
                                new Class<?>[] {type},
                                new Managed(this, type)));
    }

    Object call(Object proxy, Class<?> type, Method method, Object[] arguments) throws Throwable {
        String name = method.getName();
        if (name.equals("forEach") && method.isDefault() && isOfJava(method)) {
            return InvocationHandler.invokeDefault(proxy, method, arguments);
        }
        if (method.getDeclaringClass() == Object.class) {
            if (name.equals("equals") && isSame(arguments[0])) {
                return true;
            }
            if (name.equals("toString") && (isClosed() || isGone())) {
                return toString();
            }
        } else if (Halt.IS_ON) {
            halt(name + words(arguments));
            Object result = unpacked(type, method, arguments);
            return result instanceof Proxy ? result : Halt.gave(result);
        }
        return unpacked(type, method, arguments);
    }

    /// The arguments of a call, without a call to those that are elsewhere.
    private static String words(Object[] arguments) {
        return Stream.of(arguments == null ? new Object[0] : arguments)
                .map(argument -> argument instanceof Proxy ? "…" : String.valueOf(argument))
                .collect(Collectors.joining(", ", "(", ")"));
    }

    private Object unpacked(Class<?> type, Method method, Object[] arguments) throws Throwable {
        return Copies.unpack(
                method.getReturnType(),
                original == null
                        ? callOwner(type, method, arguments)
                        : original.invoke(method, arguments));
    }

    private static boolean isOfJava(Method method) {
        return method.getDeclaringClass().getName().startsWith("java.");
    }

    private boolean isSame(Object other) {
        return other instanceof Proxy
                && Proxy.getInvocationHandler(other) instanceof Managed managed
                && managed.manager() == this;
    }

    private Object callOwner(Class<?> type, Method method, Object[] arguments) throws Throwable {
        requireOpen();
        Outcome outcome = outcome(type, method, arguments);
        return Directory.INSTANCE.open(outcome, method, ownerName);
    }

    private Outcome outcome(Class<?> type, Method method, Object[] arguments) {
        try {
            return Calls.call(
                    ThisKit.INSTANCE,
                    Directory.INSTANCE,
                    session(),
                    owner,
                    number(),
                    type,
                    method,
                    arguments,
                    loader);
        } catch (ClosedByInterruptException e) {
            throw Trace.trim(
                    new UncheckedInterruptedException(
                            "interrupted while calling %s of %s: the call may go on in %s"
                                    .formatted(method.getName(), name(), ownerName)));
        } catch (IllegalArgumentException e) {
            throw Trace.trim(e);
        } catch (IOException e) {
            throw lost(e);
        }
    }

    private int number() {
        String file = path().getFileName().toString();
        return Integer.parseInt(file.substring(Kind.MANAGER.prefix().length() + 1));
    }

    /// The kernel closes what a process has open one after the other: a moment later it is seen to be dead.
    private RuntimeException lost(IOException why) {
        long end = System.nanoTime() + LONGEST_DEATH.toNanos();
        while (session().roster().isAlive(owner)) {
            if (System.nanoTime() - end > 0) {
                return Trace.trim(
                        new WorkerException(
                                "%s cannot be called: the connection to %s, which has it, is broken: %s"
                                        .formatted(name(), ownerName, why)));
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return Trace.trim(
                new WorkerException(
                        "%s is gone with %s, which had it and has ended"
                                .formatted(name(), ownerName)));
    }

    private boolean isGone() {
        return original == null && !session().roster().isAlive(owner);
    }

    /// `Manager(manager-3, 1 in calls)`.
    @Override
    public String toString() {
        Halt.glance();
        String state = isGone() ? "gone with " + ownerName : callers.open() + " in calls";
        return "Manager(%s, %s)".formatted(name(), isClosed() ? "closed" : state);
    }
}
