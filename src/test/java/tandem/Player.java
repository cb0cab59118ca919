package tandem;

import static tandem.Tandem.call;
import static tandem.Tandem.named;

import tandem.testing.Program;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// What tests about sessions have other JVMs do: `java tandem.Player PART …`.
final class Player {
    private Player() {}

    static Program program(String part, String... rest) {
        return program(List.of(), part, rest);
    }

    static Program program(List<String> options, String part, String... rest) {
        List<String> command = new ArrayList<>();
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(options);
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), "tandem.Player", part));
        command.addAll(List.of(rest));
        return Program.jdk("java", command.toArray(String[]::new));
    }

    static void main(String[] args) throws Exception {
        String[] rest = Arrays.copyOfRange(args, 1, args.length);
        switch (args[0]) {
            case "visit" -> System.out.println("array " + Array.of("i", 1).path());
            case "stay" -> stay();
            case "live" -> live();
            case "liveWithWorker" -> liveWithWorker();
            case "hold" -> hold(Path.of(rest[0]));
            case "fill" -> fill(Path.of(rest[0]), Integer.parseInt(rest[1]));
            case "closeEach" -> closeEach(Integer.parseInt(rest[1]));
            case "truncate" -> truncate();
            case "startAtExit" -> startAtExit();
            case "shareAtExit" -> shareAtExit();
            case "holdAndJoin" -> holdAndJoin(Path.of(rest[0]));
            case "virtual" -> virtual(Integer.parseInt(rest[0]));
            case "interruptedFounder" -> interrupted(Path.of(rest[0]));
            case "interruptedVisitor" -> {
                new Lock();
                interrupted(Path.of(rest[0]));
            }
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static void stay() throws Exception {
        System.out.println("array " + Array.of("i", List.of(7)).path());
        Thread.sleep(Long.MAX_VALUE);
    }

    /// Until its input ends.
    private static void live() throws IOException {
        Array array = Array.of("i", List.of(7));
        System.out.println("array " + array.path());
        while (System.in.read() >= 0) {}
        System.out.println("still " + array.get(0) + " " + Files.exists(array.path()));
        Array.of("i", 1).close();
        System.out.println("over");
    }

    private static void liveWithWorker() throws Exception {
        Array array = Array.of("i", 1);
        Event up = new Event();
        Worker worker =
                named("w")
                        .spawn(
                                (a, e) -> {
                                    e.set();
                                    while (true) {
                                        a.add(0, 1);
                                    }
                                },
                                array,
                                up);
        up.await();
        System.out.println("array " + array.path());
        System.out.println("worker " + worker.pid());
        worker.join();
        Thread.sleep(Long.MAX_VALUE);
    }

    private static void hold(Path path) throws Exception {
        Lock lock = Lock.attach(path);
        lock.acquire();
        System.out.println("held by " + ProcessHandle.current().pid());
        Thread.sleep(Long.MAX_VALUE);
    }

    /// Holds the lock of an array of another session while it waits for a worker of its own.
    private static void holdAndJoin(Path path) {
        Array array = Array.attach(path);
        Event never = new Event();
        array.acquire();
        Worker worker = named("w").spawn(Event::await, never);
        System.out.println("joins");
        worker.join();
    }

    /// Lets virtual threads wait for a lock that one of them has, for an event that one of them sets
    /// and for a worker that one of them lets go.
    private static void virtual(int count) throws Exception {
        Lock lock = new Lock();
        Event event = new Event();
        Event enough = new Event();
        Worker worker = named("w").spawn(Event::await, enough);
        CountDownLatch waiting = new CountDownLatch(1 + 3 * count);
        AtomicInteger[] over = {new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
        List<Runnable> waits =
                List.of(
                        () -> lock.hold().close(),
                        event::await,
                        () -> worker.join(Duration.ofMinutes(1)));
        List<Thread> threads = new ArrayList<>();
        threads.add(
                Thread.startVirtualThread(
                        () -> {
                            try (var _ = lock.hold()) {
                                waiting.countDown();
                                Tandem.sleep(0.5);
                                event.set();
                                enough.set();
                            }
                        }));
        for (int i = 0; i < 3 * count; i++) {
            int kind = i % 3;
            threads.add(
                    Thread.startVirtualThread(
                            () -> {
                                waiting.countDown();
                                waits.get(kind).run();
                                over[kind].incrementAndGet();
                            }));
        }
        waiting.await();
        for (Thread thread : threads) {
            thread.join(Duration.ofSeconds(20));
        }
        System.out.println("over " + Arrays.toString(over));
        System.exit(0);
    }

    /// Makes arrays until there is room for no more, uses them all, gives back one and makes one.
    private static void fill(Path memory, int elements) throws IOException {
        List<Array> made = new ArrayList<>();
        try {
            while (true) {
                made.add(Array.of("b", elements, false));
            }
        } catch (IllegalStateException e) {
            System.out.println("error " + e.getMessage());
        }
        for (Array array : made) {
            for (int i = 0; i < elements; i++) {
                array.set(i, 1);
            }
        }
        System.out.println("made " + made.size());
        if (!made.isEmpty()) {
            try (Stream<Path> files = Files.list(made.getFirst().path().getParent())) {
                System.out.println(
                        "files "
                                + files.filter(f -> f.getFileName().toString().startsWith("array"))
                                        .count());
            }
        } else {
            try (Stream<Path> files = Files.list(memory)) {
                System.out.println("left " + files.count());
            }
        }
    }

    /// Makes many times more arrays than there is room for, and closes each; then without that.
    private static void closeEach(int elements) {
        for (int i = 0; i < 50; i++) {
            try (Array array = Array.of("i", elements)) {
                array.set(-1, i);
            }
        }
        System.out.println("closed");
        for (int i = 0; i < 20; i++) {
            Array.of("i", elements).set(-1, i);
        }
        System.out.println("dropped");
    }

    /// What happens to accesses to an array without a lock after its file was cut.
    private static void truncate() throws IOException {
        Array a = Array.of("i", 100_000, false);
        Slice before = a.slice();
        try (FileChannel file = FileChannel.open(a.path(), StandardOpenOption.WRITE)) {
            file.truncate(4096);
        }
        List<Runnable> accesses =
                List.of(
                        () -> a.get(-1),
                        () -> a.set(-1, 3),
                        () -> a.add(-1, 3),
                        a::slice,
                        () -> a.setSlice(0L, a.size(), before));
        for (Runnable access : accesses) {
            try {
                access.run();
                System.out.println("nothing");
            } catch (InternalError e) {
                System.out.println("InternalError");
            }
        }
        Array after = Array.of("i", List.of(1, 2));
        after.add(0, 4);
        System.out.println("after " + after.slice());
    }

    /// Uses the kit in an interrupted thread, and looks whether it lives in its sessions afterwards.
    private static void interrupted(Path path) {
        Thread.currentThread().interrupt();
        Array made = Array.of("i", List.of(7));
        System.out.println("made " + made.get(0) + " " + Thread.currentThread().isInterrupted());
        Array attached = Array.attach(path);
        System.out.println(
                "attached " + attached.get(0) + " " + Thread.currentThread().isInterrupted());
        Thread.interrupted();
        for (Array array : List.of(made, attached)) {
            array.acquire();
            if (call(Array::tryAcquire, array).result()) {
                System.out.println("taken as from the dead: " + array.path());
            }
            array.release();
        }
        System.out.println("still there");
    }

    private static void startAtExit() {
        Runtime.getRuntime().addShutdownHook(new Thread(Player::makeArrays));
    }

    private static void shareAtExit() {
        System.out.println("array " + Array.of("i", 1).path());
        startAtExit();
    }

    /// Until it is refused.
    private static void makeArrays() {
        long end = System.nanoTime() + 20_000_000_000L;
        try {
            while (System.nanoTime() < end) {
                Array.of("i", 1);
            }
            System.out.println("never refused");
        } catch (IllegalStateException e) {
            System.out.println("refused");
        }
    }
}
