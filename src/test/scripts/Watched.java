import static tandem.Tandem.*;

import tandem.*;

/// Processes and objects of every state, to be looked at. Says "ready" when all is so, "still
/// counting" ever after, and how the waiter ends.
void main() throws Exception {
    var fork = new Lock();
    var table = Array.of("i", List.of(7, 0, 0));
    var held = new Event();
    named("1 号进程")
            .spawn(
                    (f, e) -> {
                        f.acquire();
                        e.set();
                        sleep(3600);
                    },
                    fork,
                    held);
    held.await();
    held.clear();
    var dead =
            named("unlucky")
                    .spawn(
                            (t, e) -> {
                                t.acquire();
                                e.set();
                                sleep(3600);
                            },
                            table,
                            held);
    held.await();
    dead.kill();
    dead.join();
    var waiter = named("waiter").spawn(f -> f.acquire(), fork);
    var stopped = named("stopped").spawn(() -> sleep(3600));
    new ProcessBuilder("kill", "-STOP", Long.toString(stopped.pid())).start().waitFor();
    IO.println("ready");
    while (waiter.isAlive()) {
        if (waiter.join(seconds(0.5))) {
            IO.println("waiter ended with " + waiter.exitCode());
        } else {
            IO.println("still counting");
        }
    }
    sleep(3600);
}
