package tandem;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Map.entry;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import tandem.sync.Halt;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Every operation of everything that is shared halts in a program that is run step by step, or is on a list
/// with the reason why not. A process calls them all, each in a thread of its own, and this one is told
/// what they do, as whoever runs such a program.
@Tag("once")
@Timeout(120)
class HaltTest {
    private static final String MARK = "mark";
    private static final String BEGIN = "begin ";
    private static final String END = "end ";
    private static final String DONE = "done ";

    private static final String HALTS = "halts";
    private static final String NOTED = "is noted";
    private static final String REFUSED = "is refused";
    private static final String NOTHING = "does nothing that is seen";

    private static final String NEVER_CHANGES = "never changes";
    private static final String OWN_HANDLE = "is about the handle, which its process has alone";
    private static final String GIVES_A_VIEW = "gives a view, whose operations halt";
    private static final String NEW = "makes what nobody else has yet";
    private static final String BYTES = "gives the bytes, whose accesses nobody sees";
    private static final String FOR_A_PERSON = "is for a person who looks";
    private static final String TAKES_A_HANDLE = "takes a handle of an object, or gives one back";

    /// What touches nothing that is shared.
    private static final Map<String, String> TOUCH_NOTHING =
            Map.ofEntries(
                    entry("*::attach", TAKES_A_HANDLE),
                    entry("*.isClosed", OWN_HANDLE),
                    entry("*.name", NEVER_CHANGES),
                    entry("*.named", FOR_A_PERSON),
                    entry("*.path", NEVER_CHANGES),
                    entry("Array.size", NEVER_CHANGES),
                    entry("Array.typecode", NEVER_CHANGES),
                    entry("Value.typecode", NEVER_CHANGES),
                    entry("Array.lock", GIVES_A_VIEW),
                    entry("Value.lock", GIVES_A_VIEW),
                    entry("Array.stream", GIVES_A_VIEW),
                    entry("Array.doubleStream", GIVES_A_VIEW),
                    entry("Array.iterator", GIVES_A_VIEW),
                    entry("Array.spliterator", GIVES_A_VIEW),
                    entry("Queue.iterator", GIVES_A_VIEW),
                    entry("Queue.spliterator", GIVES_A_VIEW),
                    entry("Lock.asJava", GIVES_A_VIEW),
                    entry("Lock.newCondition", NEW),
                    entry("Condition.lock", GIVES_A_VIEW),
                    entry("Barrier.parties", NEVER_CHANGES),
                    entry("Pipe.left", GIVES_A_VIEW),
                    entry("Pipe.right", GIVES_A_VIEW),
                    entry("End.toString", NEVER_CHANGES),
                    entry("ReadWriteLock.read", GIVES_A_VIEW),
                    entry("ReadWriteLock.write", GIVES_A_VIEW),
                    entry("Manager.as", GIVES_A_VIEW),
                    entry("Held.recovered", NEVER_CHANGES),
                    entry("Held.toString", FOR_A_PERSON),
                    entry("Worker.pid", NEVER_CHANGES),
                    entry("Call.pid", NEVER_CHANGES),
                    entry("*.server", NEVER_CHANGES));

    /// What is noted as if it touched anything, so that no schedule is left out for it, but does not halt.
    private static final Map<String, String> ARE_NOTED =
            Map.ofEntries(
                    entry("*.close", TAKES_A_HANDLE),
                    entry("*.stats", FOR_A_PERSON),
                    entry("*.toString", FOR_A_PERSON),
                    entry("*::named", TAKES_A_HANDLE),
                    entry("Array.segment", BYTES),
                    entry(
                            "Worker.exitCode",
                            "is refused before the end, and never changes after it"),
                    entry("Call.exitCode", "is refused before the end, and never changes after it"),
                    entry("Worker.toFuture", GIVES_A_VIEW),
                    entry("Call.toFuture", GIVES_A_VIEW));

    private static final AtomicInteger NAMES = new AtomicInteger();

    private static Map<String, Set<String>> found;

    /// One operation of one thing.
    private record Operation(String name, Object on, Method method) {
        void run() {
            Halt.before(MARK, BEGIN + name, Halt.When.ALWAYS, null, 0, () -> "", Halt.ANYTHING);
            String thrown = "";
            try {
                Class<?>[] types = method.getParameterTypes();
                Object[] given = new Object[types.length];
                for (int i = 0; i < given.length; i++) {
                    given[i] = some(types[i], on, i);
                }
                method.invoke(on, given);
            } catch (InvocationTargetException e) {
                thrown = e.getCause().toString();
            } catch (ReflectiveOperationException | RuntimeException e) {
                thrown = e.toString();
            }
            String words = END + name + "\n" + thrown;
            Halt.before(MARK, words, Halt.When.ALWAYS, null, 0, () -> "", Halt.ANYTHING);
        }
    }

    /// The process that calls all of them.
    static final class Probe {
        private Probe() {}

        public static void main(String[] arguments) throws IOException {
            Halt.before(MARK, "here", Halt.When.ALWAYS, null, 0, () -> "", Halt.ANYTHING);
            int started = 0;
            for (Map.Entry<Class<?>, List<Supplier<?>>> type : things().entrySet()) {
                for (Method method : operations(type.getKey())) {
                    for (Supplier<?> thing : type.getValue()) {
                        String name = nameOf(type.getKey(), method);
                        Object on = thing.get();
                        Thread.ofPlatform()
                                .daemon()
                                .name("probe")
                                .start(new Operation(name, on, method)::run);
                        started++;
                    }
                }
            }
            String words = DONE + started;
            Halt.before(MARK, words, Halt.When.ALWAYS, null, 0, () -> "", Halt.ANYTHING);
            Runtime.getRuntime().halt(0);
        }
    }

    /// What is shared, and others by which one gets at it, in the variants that have code of their own.
    private static Map<Class<?>, List<Supplier<?>>> things() {
        Worker worker = Tandem.spawn(() -> Tandem.sleep(60));
        Call<Integer> call = Tandem.call(() -> 1);
        Map<Class<?>, List<Supplier<?>>> all = new LinkedHashMap<>();
        Lock lock = new Lock();
        all.put(
                Array.class,
                List.of(
                        () -> Array.of("i", 3),
                        () -> Array.of("d", 3),
                        () -> Array.of("i", 3, false),
                        () -> Array.of("d", 3, false),
                        () -> Array.of("i", 3, lock)));
        all.put(
                Value.class,
                List.of(
                        () -> Value.of("i"),
                        () -> Value.of("d"),
                        () -> Value.of("i", 0, false),
                        () -> Value.of("d", 0, false)));
        all.put(
                Lock.class,
                List.of(
                        Lock::new,
                        Lock::fair,
                        () -> Array.of("i", 3).lock(),
                        () -> Lock.named("a-lock")));
        all.put(java.util.concurrent.locks.Lock.class, List.of(() -> new Lock().asJava()));
        all.put(Event.class, List.of(Event::new));
        all.put(Semaphore.class, List.of(() -> new Semaphore(1), () -> Semaphore.bounded(2)));
        all.put(Condition.class, List.of(() -> new Lock().newCondition()));
        all.put(Barrier.class, List.of(() -> new Barrier(2)));
        all.put(Queue.class, List.of(() -> new Queue<Object>(), () -> new Queue<Object>(3)));
        all.put(Pipe.class, List.of(Pipe::new));
        all.put(Pipe.End.class, List.of(() -> new Pipe<Object>().left()));
        all.put(ReadWriteLock.class, List.of(ReadWriteLock::new));
        all.put(
                Side.class,
                List.of(() -> new ReadWriteLock().read(), () -> new ReadWriteLock().write()));
        all.put(
                Held.class,
                List.of(
                        () -> new Lock().hold(),
                        () -> new Semaphore(1).hold(),
                        () -> new ReadWriteLock().read().hold()));
        all.put(Slice.class, List.of(() -> Array.of("i", 3).slice()));
        all.put(Manager.class, List.of(() -> Manager.behind(Manager.map())));
        all.put(Map.class, List.of(Manager::map));
        all.put(List.class, List.of(Manager::list));
        all.put(Worker.class, List.of(() -> worker));
        all.put(Call.class, List.of(() -> call));
        return all;
    }

    private static List<Method> operations(Class<?> type) {
        return Stream.of(type.getMethods())
                .filter(method -> !method.isBridge() && !method.isSynthetic())
                .filter(method -> method.getDeclaringClass() != Object.class)
                .filter(method -> !isOfObject(method))
                .filter(method -> isAnyObjects(method) || !Modifier.isStatic(method.getModifiers()))
                .toList();
    }

    private static boolean isOfObject(Method method) {
        return Set.of("equals", "hashCode").contains(method.getName());
    }

    /// Static ones make new objects, which nobody else has, but for these.
    private static boolean isAnyObjects(Method method) {
        return Set.of("named", "attach").contains(method.getName());
    }

    private static String nameOf(Class<?> type, Method method) {
        return type.getSimpleName()
                + (Modifier.isStatic(method.getModifiers()) ? "::" : ".")
                + method.getName()
                + Stream.of(method.getParameterTypes())
                        .map(Class::getSimpleName)
                        .collect(Collectors.joining(", ", "(", ")"));
    }

    private static Object some(Class<?> type, Object on, int index) {
        if (type == Duration.class) {
            return Duration.ZERO;
        }
        if (type == int.class) {
            return 1;
        }
        if (type == long.class) {
            return 1L;
        }
        if (type == double.class) {
            return 1.0;
        }
        if (type == boolean.class) {
            return true;
        }
        if (type == Number.class || type == Object.class || type == Integer.class) {
            return 1;
        }
        if (type == Long.class) {
            return 1L;
        }
        if (type == String.class) {
            return index == 0 ? "some-" + NAMES.incrementAndGet() : "d";
        }
        if (type == Class.class) {
            return Map.class;
        }
        if (type == Code.Action0.class) {
            return (Code.Action0) () -> {};
        }
        if (type == TimeUnit.class) {
            return TimeUnit.SECONDS;
        }
        if (type == Path.class && on instanceof Shared shared) {
            return shared.path();
        }
        if (type == Lock.class) {
            return new Lock();
        }
        if (type == Object[].class) {
            return new Object[0];
        }
        if (type == long[].class) {
            return new long[] {1};
        }
        if (type == double[].class) {
            return new double[] {1};
        }
        if (type == int[].class) {
            return new int[] {1};
        }
        if (Collection.class.isAssignableFrom(type)) {
            return List.of(1);
        }
        if (type == Map.class) {
            return Map.of(1, 1);
        }
        if (type.isInterface()) {
            return java.lang.reflect.Proxy.newProxyInstance(
                    HaltTest.class.getClassLoader(),
                    new Class<?>[] {type},
                    (_, called, _) ->
                            called.getReturnType() == boolean.class
                                    ? (Object) true
                                    : called.getReturnType() == long.class
                                            ? (Object) 1L
                                            : called.getReturnType() == double.class
                                                    ? (Object) 1.0
                                                    : null);
        }
        return null;
    }

    /// Whoever runs the program, as far as the probe needs one.
    private static final class Teller {
        private final Map<String, Set<String>> found = new ConcurrentHashMap<>();
        private final ServerSocketChannel server;
        private int over;

        Teller(ServerSocketChannel server) {
            this.server = server;
        }

        Map<String, Set<String>> found() {
            return new TreeMap<>(found);
        }

        void run() {
            try {
                while (true) {
                    SocketChannel next = server.accept();
                    Thread.ofPlatform().daemon().start(() -> listen(next));
                }
            } catch (IOException e) {
                // It is closed.
            }
        }

        private void listen(SocketChannel channel) {
            try (channel) {
                DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
                OutputStream out = Channels.newOutputStream(channel);
                boolean isProbe = false;
                boolean isMain = true;
                String current = null;
                while (true) {
                    byte[] bytes = in.readNBytes(in.readInt());
                    String[] texts = new String(bytes, StandardCharsets.UTF_8).split("\0", -1);
                    boolean isMark = texts[0].equals("halt") && texts[1].equals(MARK);
                    if (texts[0].equals("here")) {
                        isMain = texts[3].equals("MainProcess");
                        isProbe = texts[4].equals("probe");
                        continue;
                    }
                    if (isMark && texts[2].startsWith(BEGIN)) {
                        current = texts[2].substring(BEGIN.length());
                    } else if (isMark && texts[2].startsWith(END)) {
                        String thrown = texts[2].substring(texts[2].indexOf('\n') + 1);
                        String what = texts[12].isEmpty() ? NOTHING : NOTED;
                        ends(
                                current,
                                texts[12].isEmpty() && !thrown.isEmpty()
                                        ? REFUSED + ": " + thrown
                                        : what);
                    } else if (isMark && texts[2].startsWith(DONE)) {
                        awaitAll(Integer.parseInt(texts[2].substring(DONE.length())));
                    } else if (isProbe && texts[0].equals("halt")) {
                        ends(current, HALTS);
                        Thread.sleep(Duration.ofDays(1));
                    } else if (isProbe && texts[0].equals("blocked")) {
                        ends(current, "waits without a halt");
                        Thread.sleep(Duration.ofDays(1));
                    } else if (!isMain && texts[0].equals("halt")) {
                        Thread.sleep(Duration.ofDays(1));
                    }
                    if (!texts[0].equals("over")) {
                        out.write(Halt.GO);
                    }
                }
            } catch (IOException | InterruptedException e) {
                // Its thread has ended.
            }
        }

        private synchronized void ends(String name, String what) {
            found.computeIfAbsent(name, _ -> new TreeSet<>()).add(what);
            over++;
            notifyAll();
        }

        private synchronized void awaitAll(int started) throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (System.nanoTime() < end && over < started) {
                wait(200);
            }
        }
    }

    @BeforeAll
    static void call(@TempDir Path folder) throws Exception {
        Path socket = folder.resolve("step");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Teller teller = new Teller(server);
            Thread.ofPlatform().daemon().start(teller::run);
            Process probe =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                    "--enable-native-access=ALL-UNNAMED",
                                    "-D" + Halt.PROPERTY + "=" + socket,
                                    "-Dtandem.dir=" + folder,
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    Probe.class.getName())
                            .inheritIO()
                            .start();
            try {
                assertThat(probe.waitFor(100, TimeUnit.SECONDS)).isTrue();
                assertThat(probe.exitValue()).isZero();
            } finally {
                probe.destroyForcibly();
            }
            found = teller.found();
        }
    }

    @Test
    void everyOperationHalts() {
        Set<String> others = new TreeSet<>();
        found.forEach(
                (name, ends) -> {
                    Set<String> done =
                            ends.stream()
                                    .filter(end -> !end.startsWith(REFUSED))
                                    .collect(Collectors.toSet());
                    if (!name.startsWith("Slice.")
                            && (done.isEmpty() || !expected(name).containsAll(done))) {
                        others.add("%s: %s".formatted(name, ends));
                    }
                });
        assertThat(found).hasSizeGreaterThan(200);
        assertThat(others).as("neither halt nor are on a list").isEmpty();
    }

    @Test
    void whatIsASnapshotDoesNotHalt() {
        assertThat(found.entrySet())
                .filteredOn(one -> one.getKey().startsWith("Slice."))
                .hasSizeGreaterThan(10)
                .noneMatch(one -> one.getValue().contains(HALTS));
    }

    private static Set<String> expected(String name) {
        if (names(name).anyMatch(TOUCH_NOTHING::containsKey)) {
            return Set.of(NOTHING, NOTED, HALTS);
        }
        return names(name).anyMatch(ARE_NOTED::containsKey) ? Set.of(NOTED, HALTS) : Set.of(HALTS);
    }

    /// How an operation may be called on a list.
    private static Stream<String> names(String name) {
        String method = name.substring(0, name.indexOf('('));
        return Stream.of(method, method.replaceFirst("^\\w+", "*"));
    }

    @Test
    void whatIsOnAListIsThereAndDoesNotHalt() {
        Set<String> quiet =
                found.entrySet().stream()
                        .filter(one -> !one.getValue().contains(HALTS))
                        .flatMap(one -> names(one.getKey()))
                        .collect(Collectors.toSet());
        assertThat(quiet).containsAll(TOUCH_NOTHING.keySet()).containsAll(ARE_NOTED.keySet());
    }

    @Test
    void everyKindIsCalled() {
        Set<String> called =
                found.keySet().stream()
                        .map(name -> name.substring(0, name.indexOf('(')).split("\\W+")[0])
                        .collect(Collectors.toSet());
        assertThat(called).containsAll(kinds(Shared.class).map(Class::getSimpleName).toList());
    }

    private static Stream<Class<?>> kinds(Class<?> type) {
        Class<?>[] permitted = type.getPermittedSubclasses();
        return permitted == null || !Modifier.isAbstract(type.getModifiers())
                ? Stream.of(type)
                : Arrays.stream(permitted).flatMap(HaltTest::kinds);
    }
}
