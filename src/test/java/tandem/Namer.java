package tandem;

import static tandem.Tandem.call;
import static tandem.Tandem.named;
import static tandem.Tandem.sleep;

import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// What tests about objects by name have other JVMs do: `java tandem.Namer PART …`.
final class Namer {
    static final int SIZE = 64;

    private Namer() {}

    static void main(String[] args) throws Exception {
        String[] rest = Arrays.copyOfRange(args, 1, args.length);
        switch (args[0]) {
            case "have" -> have(rest[0]);
            case "attach" -> attach(rest[0]);
            case "hold" -> hold();
            case "recover" -> recover();
            case "race" -> race(Integer.parseInt(rest[0]), rest[1], Integer.parseInt(rest[2]));
            case "churn" -> churn();
            case "worker" -> worker();
            case "others" -> others();
            case "list" -> say(named());
            case "nothing" -> say("none " + Files.notExists(Array.of("i", 1).path()));
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static void say(Object what) {
        System.out.println(what);
    }

    /// Makes an array, or gets it, adds 1 to it, and keeps it until it is killed or told to end.
    private static void have(String name) throws Exception {
        Array array = Array.named(name, "i", 3);
        say("has " + array.add(0, 1) + " " + array.path());
        Thread.sleep(Long.MAX_VALUE);
    }

    private static void attach(String name) {
        try {
            say("got " + Array.attach(name).get(0));
        } catch (IllegalArgumentException | IllegalStateException e) {
            say("refused " + e.getMessage());
        }
    }

    private static void hold() throws Exception {
        Lock.named("door").acquire();
        say("held " + Lock.named("door"));
        Thread.sleep(Long.MAX_VALUE);
    }

    private static void recover() {
        Lock door = Lock.named("door");
        say("waits " + door);
        try (Held held = door.hold()) {
            say("recovered " + held.recovered());
        }
    }

    /// Asks for one name at the same moment as others, again and again; each time it is gone before.
    private static void race(int processes, String id, int rounds) {
        try (Barrier all = Barrier.named("all", processes)) {
            for (int round = 0; round < rounds; round++) {
                String made = "%d%06d".formatted(Integer.parseInt(id) + 1, round);
                all.await(Duration.ofSeconds(60));
                Value value = Value.named("race", "q", Long.parseLong(made));
                say("round " + round + " " + value.get());
                all.await(Duration.ofSeconds(60));
                value.close();
            }
            all.await(Duration.ofSeconds(60));
        }
    }

    /// Makes or gets an array, looks at it and closes it, until it is killed.
    private static void churn() {
        List<Integer> sevens = Collections.nCopies(SIZE, 7);
        say("churns");
        for (long round = 1; ; round++) {
            try (Array array = Array.named("board", "i", sevens)) {
                try (Held _ = array.hold()) {
                    if (!array.slice().equals(sevens.stream().map(i -> (Number) i).toList())) {
                        say("garbage " + array);
                    }
                }
                if (array != Array.named("board", "i", SIZE)) {
                    say("another " + array);
                }
            }
            say("round " + round);
        }
    }

    private static void worker() {
        Array board = Array.named("board", "i", 3);
        say(
                "worker "
                        + named("w")
                                .call(
                                        given -> {
                                            given.add(0, 4);
                                            Array found = Array.named("board", "i", 3);
                                            return "%b %d %s"
                                                    .formatted(
                                                            found == given,
                                                            found.get(0),
                                                            named().getFirst().processes());
                                        },
                                        board)
                                .result());
        say("here " + board.get(0));
        var keeper =
                named("keeper")
                        .spawn(
                                (given, up) -> {
                                    up.set();
                                    sleep(60);
                                },
                                board,
                                Event.named("up"));
        Event.named("up").await();
        board.close();
        say("kept " + named());
        keeper.kill();
        keeper.join();
        say("left " + named());
        say("nobody " + call(() -> named().size()).result());
    }

    /// What is asked for under names that others have, or nobody has.
    private static void others() {
        List<Runnable> asked =
                List.of(
                        () -> Array.named("board", "d", 3),
                        () -> Array.named("board", "i", 4),
                        () -> Array.named("board", "i", 3, false),
                        () -> Value.named("board", "i"),
                        () -> Lock.named("board"),
                        () -> Lock.attach("board"),
                        () -> Barrier.named("three", 3),
                        () -> Barrier.named("three", 4),
                        () -> Semaphore.bounded("seats", 2),
                        () -> Semaphore.bounded("seats", 3),
                        () -> Semaphore.named("seats", 2),
                        () -> Array.attach("bord"));
        for (Runnable each : asked) {
            try {
                each.run();
                say("well");
            } catch (IllegalArgumentException e) {
                say(e.getMessage());
            }
        }
    }
}
