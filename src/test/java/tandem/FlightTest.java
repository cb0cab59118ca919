package tandem;

import static org.assertj.core.api.Assertions.assertThat;

import static tandem.Tandem.millis;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tandem.session.Session;
import tandem.session.Waits;
import tandem.sync.DeadlockException;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/// What Flight Recorder shows of a run.
@Tag("once")
class FlightTest implements WithWorkers {
    /// A time may be over before the wait for it begins, and then nothing is recorded.
    private static final int FEW = 3;

    @TempDir Path folder;

    private List<RecordedEvent> recorded(Runnable work) throws IOException {
        Path file = folder.resolve("run.jfr");
        try (Recording recording = new Recording()) {
            recording.start();
            work.run();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("tandem."))
                .toList();
    }

    private static RecordedEvent the(List<RecordedEvent> events, String name) {
        List<RecordedEvent> found =
                events.stream().filter(e -> e.getEventType().getName().equals(name)).toList();
        assertThat(found).as("%s in %s", name, events).hasSize(1);
        return found.getFirst();
    }

    @Test
    void aWorkerThatDiesWithALockIsSeenFromItsStartOn() throws IOException {
        Array a = Array.of("i", 1);
        Event held = new Event();
        String path = held.path().toString();
        Worker[] worker = new Worker[1];
        List<RecordedEvent> events =
                recorded(
                        () -> {
                            worker[0] =
                                    start(
                                            "短命",
                                            () -> {
                                                a.acquire();
                                                Words.ofFile(Path.of(path)).awaitEventWaiter();
                                                held.set();
                                                Thread.sleep(Await.PATIENCE);
                                            });
                            WithWorkers.await(held);
                            Beside<Boolean> waiting =
                                    Beside.call(
                                            () -> {
                                                try (var hold = a.hold()) {
                                                    return hold.recovered();
                                                }
                                            });
                            Words.of(a).awaitLockWaiter();
                            kill(worker[0]);
                            assertThat(waiting.end()).isTrue();
                        });
        String file = a.path().getFileName().toString();
        RecordedEvent start = the(events, "tandem.WorkerStart");
        assertThat(start.getString("worker")).isEqualTo("短命");
        assertThat(start.getLong("pid")).isEqualTo(worker[0].pid());
        assertThat(the(events, "tandem.WorkerEnd").getInt("exitCode")).isEqualTo(-9);
        assertThat(the(events, "tandem.EventWait").getBoolean("set")).isTrue();
        RecordedEvent wait = the(events, "tandem.LockWait");
        assertThat(wait.getString("lock")).isEqualTo(file);
        assertThat(wait.getString("holder")).startsWith("短命 (pid ");
        assertThat(wait.getBoolean("acquired")).isTrue();
        assertThat(wait.getDuration()).isPositive();
        RecordedEvent recovery = the(events, "tandem.LockRecovered");
        assertThat(recovery.getString("lock")).isEqualTo(file);
        assertThat(recovery.getString("deadHolder")).startsWith("短命 (pid ");
    }

    @Test
    void aCircleIsSeenAndATimeThatIsOver() throws IOException {
        Lock first = new Lock();
        Lock second = new Lock();
        List<RecordedEvent> events =
                recorded(
                        () -> {
                            for (int i = 0; i < FEW; i++) {
                                assertThat(new Event().await(millis(20))).isFalse();
                            }
                            Event held = new Event();
                            first.acquire();
                            Beside<Void> other =
                                    Beside.run(
                                            () -> {
                                                second.acquire();
                                                held.set();
                                                acquireOrGiveUp(first);
                                                second.release();
                                            });
                            WithWorkers.await(held);
                            acquireOrGiveUp(second);
                            first.release();
                            other.end();
                        });
        assertThat(the(events, "tandem.Deadlock").getString("circle"))
                .contains(first.path().getFileName().toString(), "gives up waiting");
        assertThat(events)
                .anyMatch(
                        e ->
                                e.getEventType().getName().equals("tandem.EventWait")
                                        && !e.getBoolean("set"));
    }

    @Test
    void aWaitForRoomAndOneForAnItemAreSeen() throws IOException {
        Queue<Integer> queue = new Queue<>(1);
        List<RecordedEvent> events =
                recorded(
                        () -> {
                            for (int i = 0; i < FEW; i++) {
                                assertThat(queue.poll(millis(20))).isNull();
                            }
                            queue.put(1);
                            Beside<Void> putter = Beside.run(() -> queue.put(2));
                            Await.until("it waits", () -> isWaiting(queue));
                            assertThat(queue.take()).isEqualTo(1);
                            putter.end();
                        });
        List<RecordedEvent> waits =
                events.stream()
                        .filter(e -> e.getEventType().getName().equals("tandem.ObjectWait"))
                        .toList();
        assertThat(waits)
                .extracting(e -> e.getBoolean("over"))
                .contains(false)
                .containsOnlyOnce(true);
        assertThat(waits)
                .allMatch(e -> e.getString("object").equals(queue.name()))
                .allMatch(e -> e.getString("kind").equals("queue"));
    }

    @Test
    void whatAThreadHoldsAndAWaitForAWorkersEndAreSeen() throws IOException {
        Instant[] quick = new Instant[1];
        List<RecordedEvent> events =
                recorded(
                        () -> {
                            Lock lock = new Lock("门");
                            for (int i = 0; i < 10_000; i++) {
                                lock.hold().close();
                            }
                            quick[0] = Instant.now();
                            Tandem.sleep(0.01);
                            try (var _ = lock.hold();
                                    var _ = new Semaphore(1).hold()) {
                                Tandem.sleep(0.02);
                            }
                            Code.Action0 awaited =
                                    () -> {
                                        Await.until("it is waited for", FlightTest::isJoined);
                                        Tandem.sleep(0.02);
                                    };
                            end(start("短", awaited));
                        });
        List<RecordedEvent> holds =
                events.stream()
                        .filter(e -> e.getEventType().getName().equals("tandem.Hold"))
                        .filter(e -> e.getStartTime().isAfter(quick[0]))
                        .filter(e -> e.getDuration().compareTo(millis(20)) >= 0)
                        .toList();
        assertThat(holds)
                .extracting(e -> e.getString("object").replaceFirst("-\\d+", ""))
                .containsExactlyInAnyOrder("门", "semaphore");
        RecordedEvent wait = the(events, "tandem.WorkerWait");
        assertThat(wait.getString("worker")).isEqualTo("短");
        assertThat(wait.getBoolean("ended")).isTrue();
        assertThat(wait.getDuration()).isGreaterThan(millis(1));
    }

    private static boolean isWaiting(Shared shared) {
        String file = shared.path().getFileName().toString();
        return isWaiting(shared.session(), Waits.Target.ofFile(file));
    }

    private static boolean isJoined() {
        Session session = Session.current();
        return isWaiting(session, Waits.Target.endOf(session.holder()));
    }

    private static boolean isWaiting(Session session, Waits.Target target) {
        return session.roster().waits().all().stream()
                .anyMatch(wait -> wait.target().equals(target));
    }

    private static void acquireOrGiveUp(Lock lock) {
        try {
            lock.hold().close();
        } catch (DeadlockException e) {
            // One of the two gets it.
        }
    }
}
