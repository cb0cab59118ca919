import static tandem.Tandem.*;

import tandem.*;

/// What Python's documentation does with a `Pool`, and what happens here when a worker is killed.
///
/// `scripts/tandem examples/PoolMap.java`
void main() throws Exception {
    try (var pool = new Pool(4)) {
        IO.println(pool.map(x -> f(x), numbers(10)));
        for (int y : pool.imapUnordered(x -> f(x), numbers(10))) {
            IO.println(y);
        }
        IO.println(pool.submit(x -> f(x), 20).get(10, TimeUnit.SECONDS));
        var pids = IntStream.range(0, 4).mapToObj(_ -> pool.submit(() -> current().pid())).toList();
        IO.println("pids: " + pids.stream().map(CompletableFuture::join).distinct().toList());
        try {
            pool.submit(
                            () -> {
                                sleep(2);
                                return "slept";
                            })
                    .get(1, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            IO.println("we lacked patience");
        }
        try {
            pool.map(
                    x -> {
                        if (x == 5) {
                            current().kill();
                        }
                        return f(x);
                    },
                    numbers(10));
        } catch (WorkerException e) {
            IO.println(e.getMessage());
        }
        IO.println("the pool remains available: " + pool.apply(x -> f(x), 3));
    }
    IO.println("now the pool is closed, and its workers have ended: " + workers());
}

int f(int x) {
    return x * x;
}

List<Integer> numbers(int count) {
    return IntStream.range(0, count).boxed().toList();
}
