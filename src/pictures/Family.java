import static tandem.Tandem.*;
import static tandem.view.View.watch;

import tandem.*;

/// The processes in the pictures of the README: workers that count, one that holds a lock for which
/// others wait, and one that was killed with a lock. Says "ready" when all is so, and ends with its
/// input. With the argument `watch` it draws the array that they count in, meanwhile.
void main(String[] args) throws Exception {
    var counts = Array.of("l", 30);
    var table = Array.of("i", List.of(3, 1, 4, 1, 5));
    var fork = new Lock();
    var bell = new Event();
    for (var name : List.of("吃饭", "喝水", "playing")) {
        named(name)
                .spawn(
                        x -> {
                            for (var random = new Random(); ; sleep(0.2)) {
                                x.add(random.nextInt(30), 1);
                            }
                        },
                        counts);
    }
    if (args.length > 0) {
        watch(counts, seconds(60));
        return;
    }
    var isHeld = new Event();
    named("1 号进程")
            .spawn(
                    (f, e) -> {
                        try (var _ = f.hold()) {
                            e.set();
                            sleep(3600);
                        }
                    },
                    fork,
                    isHeld);
    isHeld.await();
    named("2 号进程").spawn(f -> f.acquire(), fork);
    named("3 号进程").spawn(f -> f.acquire(), fork);
    named("sleeper").spawn(e -> e.await(), bell);
    var doomed = named("unlucky");
    var took = new Event();
    var dead =
            doomed.spawn(
                    (t, e) -> {
                        t.acquire();
                        e.set();
                        sleep(3600);
                    },
                    table,
                    took);
    took.await();
    dead.kill();
    dead.join();
    IO.println("ready");
    System.in.read();
    System.exit(0);
}
