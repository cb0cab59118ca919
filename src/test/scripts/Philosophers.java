import static tandem.Tandem.*;

import tandem.*;
import tandem.session.Survey;
import tandem.session.Waits;
import tandem.sync.DeadlockException;

/// Three philosophers who wait for each other's forks for ever, to be looked at. Whoever closes a
/// circle notices it at once and gives up. So the first one is stopped before others can see that
/// he waits, and the last one when his own wait is to be seen; when the first one goes on, the circle
/// stands until the last one does too.
///
/// Says "circle PID" of that last one, then "holder PID" of a process that holds an array.
void main() throws Exception {
    Worker last = null;
    while (last == null) {
        last = circle();
    }
    IO.println("circle " + last.pid());
    var held = new Event();
    var array = Array.of("i", List.of(7, 0, 0));
    var holder = named("victim").spawn((a, e) -> hold(a, e), array, held);
    held.await();
    IO.println("holder " + holder.pid());
    sleep(3600);
}

/// The last philosopher, who is stopped; null when he has noticed, maybe at the moment at which he was
/// stopped, because the first one had waited for too long before he was stopped.
Worker circle() throws Exception {
    var forks = new Lock[] {new Lock(), new Lock(), new Lock()};
    var go = new Event[] {new Event(), new Event(), new Event()};
    var all = new Worker[3];
    for (int i = 0; i < 3; i++) {
        var ready = new Event();
        all[i] =
                named("哲学家-" + (i + 1))
                        .spawn(
                                (mine, r, g, other) -> eat(mine, r, g, other),
                                forks[i],
                                ready,
                                go[i],
                                forks[(i + 1) % 3]);
        ready.await();
    }
    go[0].set();
    awaitSleeper(forks[1]);
    signal("STOP", all[0]);
    go[1].set();
    awaitSleeper(forks[2]);
    go[2].set();
    while (all[2].isAlive() && !(isShown(all[1], forks[2]) && isShown(all[2], forks[0]))) {
        sleep(0.01);
    }
    signal("STOP", all[2]);
    signal("CONT", all[0]);
    while (isShown(all[2], forks[0]) && !isShown(all[0], forks[1])) {
        sleep(0.01);
    }
    if (isShown(all[2], forks[0])) {
        return all[2];
    }
    signal("CONT", all[2]);
    joinAll(all);
    Stream.of(forks).forEach(Lock::close);
    Stream.of(go).forEach(Event::close);
    return null;
}

static void eat(Lock mine, Event ready, Event go, Lock other) {
    try (var _ = mine.hold()) {
        ready.set();
        go.await();
        other.hold().close();
        IO.println(current().name() + " eats");
    } catch (DeadlockException e) {
        IO.println(current().name() + " gives up");
    }
}

static void hold(Array array, Event held) {
    array.acquire();
    held.set();
    sleep(3600);
}

/// Waits until a thread sleeps in the kernel for a lock: the highest bit of its word says so.
void awaitSleeper(Lock lock) throws IOException {
    try (var file = new RandomAccessFile(lock.path().toFile(), "r")) {
        do {
            sleep(0.001);
            file.seek(128);
        } while (Integer.reverseBytes(file.readInt()) >= 0);
    }
}

/// Whether others can see that a worker waits for a fork.
boolean isShown(Worker worker, Lock fork) {
    var target = Waits.Target.ofFile(fork.path().getFileName().toString());
    try (var survey = Survey.of(fork.path().getParent())) {
        survey.refresh();
        return survey.look().getFirst().processes().stream()
                .filter(process -> process.pid() == worker.pid())
                .flatMap(process -> process.waits().stream())
                .anyMatch(wait -> wait.target().equals(target));
    }
}

void signal(String name, Worker worker) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(worker.pid())).start().waitFor();
}
