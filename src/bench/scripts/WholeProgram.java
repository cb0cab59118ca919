import static tandem.Tandem.arg;
import static tandem.Tandem.joinAll;
import static tandem.Tandem.spawn;

import module java.base;

import tandem.Array;
import tandem.Barrier;

/// A program as a person writes it: two workers of a new JVM each, whose code has never run, increment a cell under
/// its lock. Notes the time from the first one's start to the last one's end.
void main() {
    Array nanos = arg(0);
    int operations = arg(1);
    Array a = Array.of("i", 1, true);
    Array spans = Array.of("q", 4, false);
    var ready = new Barrier(2);
    var workers =
            IntStream.range(0, 2)
                    .mapToObj(number -> spawn(this::work, a, spans, ready, number, operations / 2))
                    .toList();
    joinAll(workers);
    if (a.get(0) != operations) {
        throw new IllegalStateException("%d increments of %d".formatted(a.get(0), operations));
    }
    nanos.set(0, Math.max(spans.get(1), spans.get(3)) - Math.min(spans.get(0), spans.get(2)));
}

void work(Array a, Array spans, Barrier ready, int number, int operations) {
    tandem.bench.Crew.hold(number);
    ready.await();
    spans.set(2 * number, System.nanoTime());
    for (int i = 0; i < operations; i++) {
        a.acquire();
        a.set(0, a.get(0) + 1);
        a.release();
    }
    spans.set(2 * number + 1, System.nanoTime());
}
