import static tandem.Tandem.arg;

import module java.base;

import tandem.Array;
import tandem.Pool;

/// Works through its tasks once, by itself or with a pool whose workers are up, and notes how long that took.
void main() {
    Array nanos = arg(0);
    boolean isPooled = arg(1);
    int workers = arg(2);
    int tasks = arg(3);
    int steps = arg(4);
    int chunk = arg(5);
    var items = IntStream.range(0, tasks).boxed().toList();
    if (isPooled) {
        try (var pool = Pool.of(workers)) {
            pool.map(x -> -x, items);
            long start = System.nanoTime();
            if (chunk == 0) {
                pool.map(x -> work(x + 1, steps), items);
            } else {
                pool.map(x -> work(x + 1, steps), items, chunk);
            }
            nanos.set(0, System.nanoTime() - start);
        }
    } else {
        long start = System.nanoTime();
        int sum = items.stream().mapToInt(x -> work(x + 1, steps)).sum();
        nanos.set(0, System.nanoTime() - start);
        nanos.set(1, sum);
    }
}

int work(int x, int steps) {
    for (int i = 0; i < steps; i++) {
        x ^= x << 13;
        x ^= x >>> 17;
        x ^= x << 5;
    }
    return x;
}
