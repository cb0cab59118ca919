package tandem.chaos;

import static tandem.Tandem.named;

import tandem.Array;
import tandem.Event;
import tandem.Worker;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// A program with a session and workers of its own, to be killed: one worker counts, one waits for
/// a lock that the program holds for ever, one for an event that never comes.
///
/// It prints one line: its session's directory, and the pids of its workers.
public final class Family {
    private Family() {}

    public static void main(String[] arguments) {
        Array count = Array.of("q", 1);
        Array held = Array.of("q", 1);
        Event never = new Event();
        Array up = Array.of("i", 1);
        held.acquire();
        List<Worker> workers =
                List.of(
                        named("counts").spawn(Family::count, count, up),
                        named("waits-for-lock").spawn(Family::lock, held, up),
                        named("waits-for-event").spawn(Family::await, never, up));
        while (up.get(0) < workers.size()) {
            tandem.Tandem.sleep(0.01);
        }
        Path directory = count.path().getParent();
        IO.println(
                directory
                        + workers.stream()
                                .map(worker -> " " + worker.pid())
                                .collect(Collectors.joining()));
        never.await();
    }

    private static void count(Array count, Array up) {
        up.add(0, 1);
        while (true) {
            count.add(0, 1);
        }
    }

    private static void lock(Array held, Array up) {
        up.add(0, 1);
        held.acquire();
    }

    private static void await(Event never, Array up) {
        up.add(0, 1);
        never.await();
    }
}
