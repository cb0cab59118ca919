package tandem.bench;

import static tandem.Tandem.arg;
import static tandem.Tandem.seconds;
import static tandem.Tandem.spawn;

import tandem.Event;
import tandem.Worker;

import java.nio.file.Path;

/// A wake-up there and back between two processes, through two events: one sets `there`, the other
/// awaits and clears it and sets `back`, which the first awaits and clears. Every wait has a
/// deadline.
public final class RoundTrip {
    private static final int TRIPS = 10_000;
    private static final double DEADLINE_SECONDS = 30;

    private RoundTrip() {}

    /// @param script the other process; it calls `answer`
    /// @return microseconds for each trip, over the rounds after those that warm up
    static Figure measure(Path script, int warmups, int rounds) {
        Event there = new Event();
        Event back = new Event();
        Worker other = spawn(script, there, back, (warmups + rounds) * TRIPS);
        try {
            for (int i = 0; i < warmups; i++) {
                nextRound(there, back);
            }
            double[] figures = new double[rounds];
            for (int i = 0; i < rounds; i++) {
                figures[i] = nextRound(there, back);
            }
            if (!other.join(seconds(DEADLINE_SECONDS))) {
                throw new IllegalStateException(other + " does not end");
            }
            return Figure.of(figures);
        } finally {
            other.kill();
        }
    }

    private static double nextRound(Event there, Event back) {
        long start = System.nanoTime();
        for (int i = 0; i < TRIPS; i++) {
            there.set();
            awaitAndClear(back);
        }
        return (System.nanoTime() - start) / 1e3 / TRIPS;
    }

    /// What the other process's script calls.
    public static void answer() {
        Event there = arg(0);
        Event back = arg(1);
        int trips = arg(2);
        for (int i = 0; i < trips; i++) {
            awaitAndClear(there);
            back.set();
        }
    }

    private static void awaitAndClear(Event event) {
        if (!event.await(seconds(DEADLINE_SECONDS))) {
            throw new IllegalStateException("the other process does not answer");
        }
        event.clear();
    }
}
