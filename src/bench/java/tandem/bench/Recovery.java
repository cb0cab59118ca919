package tandem.bench;

import static tandem.Tandem.sleep;
import static tandem.Tandem.spawn;

import tandem.Array;
import tandem.Event;
import tandem.Held;
import tandem.Worker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/// How long it takes from the SIGKILL of a process that holds a lock until another one, who waits for
/// the lock, has it, in milliseconds.
final class Recovery {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private static volatile long killedAt;

    private Recovery() {}

    /// The holder is a worker of the process that waits.
    static Figure ofWorker(int rounds) {
        return ofWorker(rounds, () -> Array.of("i", 1), Event::new);
    }

    /// As the other, with what is shared from elsewhere.
    static Figure ofWorker(int rounds, Supplier<Array> arrays, Supplier<Event> events) {
        return measure(rounds, arrays, array -> killWorker(array, events.get()));
    }

    /// The holder is no child of anybody in the session: nobody sees it end.
    static Figure ofStranger(int rounds) {
        return measure(rounds, () -> Array.of("i", 1), Recovery::killStranger);
    }

    private static Figure measure(
            int rounds, Supplier<Array> arrays, ToDoubleFunction<Array> round) {
        PrintStream err = System.err;
        // Each round is announced there in two lines, as it should be.
        System.setErr(new PrintStream(OutputStream.nullOutputStream()));
        try {
            double[] all = new double[rounds];
            for (int i = 0; i < rounds; i++) {
                all[i] = round.applyAsDouble(arrays.get());
            }
            return Figure.of(all);
        } finally {
            System.setErr(err);
        }
    }

    private static double killWorker(Array array, Event held) {
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
        return timeToHold(array, holder::kill);
    }

    private static double killStranger(Array array) {
        try {
            Process holder =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                    "--enable-native-access=ALL-UNNAMED",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    Stranger.class.getName(),
                                    array.path().toString())
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (holder.getInputStream().read() < 0) {
                throw new IllegalStateException("the stranger does not take the lock");
            }
            return timeToHold(array, holder::destroyForcibly);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A program that takes the lock of an array, and keeps it.
    static final class Stranger {
        private Stranger() {}

        static void main(String[] args) throws InterruptedException {
            Array.attach(Path.of(args[0])).acquire();
            System.out.println("held");
            Thread.sleep(DEADLINE);
        }
    }

    private static double timeToHold(Array array, Runnable kill) {
        // The victim dies while somebody waits, at any time of the waiter's slice.
        Thread killer =
                new Thread(
                        () -> {
                            sleep(0.15 + Math.random() / 10);
                            killedAt = System.nanoTime();
                            kill.run();
                        });
        killer.start();
        try (Held mine = array.hold()) {
            long end = System.nanoTime();
            if (!mine.recovered()) {
                throw new IllegalStateException("the lock of a dead holder was not recovered");
            }
            return (end - killedAt) / 1e6;
        }
    }
}
