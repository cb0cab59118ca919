package tandem;

import static org.assertj.core.api.Assertions.assertThat;

import static tandem.Tandem.named;
import static tandem.Tandem.workers;

import org.junit.jupiter.api.AfterEach;

import tandem.session.Joined;

/// Tests with other processes. None is left after a test.
interface WithWorkers {
    default Worker start(String name, Code.Action0 code) {
        return named(name).spawn(code);
    }

    /// Starts a worker that takes a lock, and keeps it until an event is set.
    default Worker startHolder(String name, Lock lock, Event enough) {
        Event held = new Event();
        Worker holder =
                start(
                        name,
                        () -> {
                            lock.acquire();
                            held.set();
                            WithWorkers.await(enough);
                            lock.release();
                        });
        WithWorkers.await(held);
        return holder;
    }

    default void end(Worker... ending) {
        for (Worker worker : ending) {
            assertThat(worker.join(Await.PATIENCE)).as("%s ends", worker).isTrue();
            assertThat(worker.exitCode()).as("exit code of %s", worker).isZero();
        }
    }

    default void kill(Worker worker) {
        worker.kill();
        assertThat(worker.join(Await.PATIENCE)).as("%s ends", worker).isTrue();
    }

    @AfterEach
    default void leaveNobody() {
        workers().forEach(Worker::kill);
        workers().forEach(worker -> worker.join(Await.PATIENCE));
    }

    /// How often something is to be done that is done so often on this machine: on a server, a step takes
    /// a hundred times as long.
    static int rounds(int here) {
        return Joined.isOn() ? Math.max(1, here / 100) : here;
    }

    /// For a worker, which fails with exit code 1.
    static void check(boolean fact, String claim) {
        if (!fact) {
            throw new IllegalStateException("not so: " + claim);
        }
    }

    /// For a worker: an event that has to come.
    static void await(Event event) {
        check(event.await(Await.PATIENCE), "the event comes");
    }
}
