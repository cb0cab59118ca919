package tandem;

import static tandem.Tandem.joinAll;
import static tandem.Tandem.named;
import static tandem.Tandem.seconds;
import static tandem.Tandem.sleep;
import static tandem.Tandem.spawn;

import tandem.session.Waits;
import tandem.sync.DeadlockException;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// What tests about Python have other JVMs do: `java tandem.PythonPartner PART`.
final class PythonPartner {
    private static final int COUNT = 20_000;

    private static final Event START = Event.named("start");
    private static final Event END = Event.named("end");

    private PythonPartner() {}

    static void main(String[] args) throws IOException {
        switch (args[0]) {
            case "make" -> make();
            case "count" -> count();
            case "ask" -> ask();
            case "pulse" -> pulse();
            case "take" -> take();
            case "killed" -> killed();
            case "cross" -> cross(Boolean.parseBoolean(args[1]));
            case "keep" -> keep();
            case "guard" -> guard();
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static void say(Object what) {
        IO.println(what);
    }

    /// Makes one of each, and waits until Python has changed them.
    private static void make() {
        Array board = Array.named("board", "i", List.of(1, 2, 3));
        Array reals = Array.named("reals", "d", List.of(0.5, 1.5));
        for (String code : List.of("b", "B", "h", "H", "i", "I", "l", "L", "q", "Q", "f", "d")) {
            Array.named("all-" + code, code, 2);
        }
        Array.named("empty", "i", 0);
        Array.named("bare", "i", 1, false);
        Value count = Value.named("count", "i");
        Lock door = Lock.named("door");
        Barrier.named("three", 3);
        Event.named("go").set();
        Event done = Event.named("done");
        say("made");
        done.await();
        say("sees %s %s %s %s".formatted(board, reals, count, door));
        say("bounds %s %s".formatted(Array.attach("all-b"), Array.attach("all-q")));
        END.await();
    }

    private static void count() {
        Array board = Array.named("board", "i", 2);
        Event go = Event.named("go");
        Code.Action2<Array, Event> work =
                (a, e) -> {
                    e.await();
                    for (int i = 0; i < COUNT; i++) {
                        try (Held _ = a.hold()) {
                            a.set(0, a.getInt(0) + 1);
                        }
                    }
                };
        Worker one = spawn(work, board, go);
        Worker two = spawn(work, board, go);
        say("made");
        START.await();
        go.set();
        joinAll(one, two);
        say("joined");
        END.await();
        say("sum " + board.get(0));
    }

    private static void ask() {
        Event ping = Event.named("ping");
        Event pong = Event.named("pong");
        say("made");
        START.await();
        long[] nanos = new long[100];
        for (int i = 0; i < nanos.length; i++) {
            long start = System.nanoTime();
            ping.set();
            if (!pong.await(seconds(60))) {
                throw new IllegalStateException("no answer to " + i);
            }
            pong.clear();
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        say("most within " + nanos[nanos.length * 3 / 4] / 1_000_000);
    }

    private static void pulse() {
        Event pulse = Event.named("pulse");
        say("made");
        START.await();
        pulse.set();
        pulse.clear();
        say("pulsed");
        END.await();
    }

    /// Takes the lock of an array when Python, which has it, is killed.
    private static void take() {
        Array board = Array.named("board", "i", 1);
        say("made");
        START.await();
        try (Held held = board.hold()) {
            say("recovered %s %d".formatted(held.recovered(), board.get(0)));
        }
        try (Held held = board.hold()) {
            say("again " + held.recovered());
        }
    }

    /// Kills a worker that has the lock.
    private static void killed() {
        Array board = Array.named("board", "i", 1);
        Event taken = Event.named("taken");
        Worker holder =
                named("holder")
                        .spawn(
                                (a, e) -> {
                                    a.acquire();
                                    a.set(0, 9);
                                    e.set();
                                    sleep(3600);
                                },
                                board,
                                taken);
        taken.await();
        say("made");
        START.await();
        holder.kill();
        END.await();
    }

    /// Has the board, and then wants the door; when that is late, not before Python waits for the board.
    private static void cross(boolean isLate) {
        Array board = Array.named("board", "i", 1);
        Lock door = Lock.named("door");
        Event ping = Event.named("ping");
        Event pong = Event.named("pong");
        say("made");
        try (Held _ = board.hold()) {
            ping.await();
            pong.set();
            while (isLate && !isAwaited(board)) {
                sleep(0.01);
            }
            sleep(0.01); // Waits are told apart by their milliseconds.
            door.acquire();
            say("has both");
            door.release();
        } catch (DeadlockException e) {
            say("circle " + e.getMessage().replaceAll("\\R", "|"));
        }
        END.await();
    }

    /// Whether a thread is seen to wait for it, and so since when.
    private static boolean isAwaited(Array array) {
        Waits.Target target = Waits.Target.ofFile(array.path().getFileName().toString());
        return array.session().roster().waits().all().stream()
                .anyMatch(wait -> wait.target().equals(target));
    }

    /// What `keep` does; and says when somebody waits for the lock.
    private static void guard() {
        Array held = Array.named("held", "i", 1);
        Thread.startVirtualThread(
                () -> {
                    while (!isAwaited(held)) {
                        sleep(0.01);
                    }
                    say("awaited");
                });
        keep();
    }

    /// Has arrays until it is told to end, one of them with its lock.
    private static void keep() {
        Array board = Array.named("board", "i", 2);
        Array.named("held", "i", 1).acquire();
        say("made");
        END.await();
        say("end " + board);
    }
}
