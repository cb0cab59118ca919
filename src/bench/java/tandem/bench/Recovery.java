package tandem.bench;

import static tandem.Tandem.spawn;

import tandem.Array;
import tandem.Event;
import tandem.Held;
import tandem.Worker;

import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;

/// How long it takes from the SIGKILL of a worker that holds a lock until its parent, who waits for
/// the lock, has it, in milliseconds.
final class Recovery {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private Recovery() {}

    static Figure measure(int rounds) {
        PrintStream err = System.err;
        // Each round is announced there in two lines, as it should be.
        System.setErr(new PrintStream(OutputStream.nullOutputStream()));
        try {
            double[] all = new double[rounds];
            for (int i = 0; i < rounds; i++) {
                all[i] = round();
            }
            return Figure.of(all);
        } finally {
            System.setErr(err);
        }
    }

    private static double round() {
        Array array = Array.of("i", 1);
        Event held = new Event();
        Worker holder =
                spawn(
                        (a, event) -> {
                            a.acquire();
                            event.set();
                            Thread.sleep(DEADLINE);
                        },
                        array,
                        held);
        if (!held.await(DEADLINE)) {
            throw new IllegalStateException(holder + " does not take the lock");
        }
        long start = System.nanoTime();
        holder.kill();
        try (Held mine = array.hold()) {
            if (!mine.recovered()) {
                throw new IllegalStateException("the lock of a dead holder was not recovered");
            }
            return (System.nanoTime() - start) / 1e6;
        }
    }
}
