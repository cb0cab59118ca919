import static tandem.Tandem.*;

import tandem.*;

/// A main program whose three workers wait, and say so when they stop waiting: the first two in code,
/// the last, which computes, in a shutdown hook.
void main() {
    var ready = new Event[] {new Event(), new Event(), new Event()};
    for (int i = 0; i < 2; i++) {
        named("waiter-" + i).spawn(e -> waitForEver(e), ready[i]);
    }
    named("counter").spawn(e -> compute(e), ready[2]);
    for (Event event : ready) {
        event.await();
    }
    IO.println("ready " + ready[0].path().getParent());
    joinAll();
}

static void waitForEver(Event ready) {
    try {
        ready.set();
        new Event().await();
    } finally {
        IO.println("finally of " + current().name());
    }
}

static void compute(Event ready) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> IO.println("hook of counter")));
    ready.set();
    for (long i = 0; true; i++) {
        Thread.onSpinWait();
    }
}
