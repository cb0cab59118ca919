package tandem;

import static tandem.Tandem.named;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// What tests about sessions have other JVMs do: `java tandem.Player PART …`.
final class Player {
    private Player() {}

    static void main(String[] args) throws Exception {
        String[] rest = Arrays.copyOfRange(args, 1, args.length);
        switch (args[0]) {
            case "visit" -> System.out.println("array " + Array.of("i", 1).path());
            case "stay" -> stay();
            case "live" -> live();
            case "liveWithWorker" -> liveWithWorker();
            case "hold" -> hold(Path.of(rest[0]));
            case "fill" -> fill(Path.of(rest[0]), Integer.parseInt(rest[1]));
            case "truncate" -> truncate();
            case "startAtExit" -> startAtExit();
            case "shareAtExit" -> shareAtExit();
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

    private static void startAtExit() {
        Runtime.getRuntime().addShutdownHook(new Thread(Player::makeArrays));
    }

    private static void shareAtExit() {
        System.out.println("array " + Array.of("i", 1).path());
        startAtExit();
    }

    /// Until it is refused.
    private static void makeArrays() {
        long end = System.nanoTime() + 5_000_000_000L;
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
