package tandem.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tandem.Barrier;
import tandem.BrokenBarrierException;
import tandem.Condition;
import tandem.Held;
import tandem.Lock;
import tandem.Pipe;
import tandem.Queue;
import tandem.ReadWriteLock;
import tandem.Semaphore;
import tandem.Shared;
import tandem.Value;
import tandem.session.Survey;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// What is shown of each kind of shared object: in `top`, as JSON, and by `watch`.
@Tag("once")
class KindsViewTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static Scene look(Shared object) {
        try (Observer observer = new Observer(Survey.of(object.path().getParent()), 0)) {
            return observer.look();
        }
    }

    private static Scene.Item item(Shared object) {
        return look(object).groups().stream()
                .flatMap(group -> group.items().stream())
                .filter(item -> item.path().equals(object.path()))
                .findFirst()
                .orElseThrow();
    }

    private static void awaitHolder(Shared object, String holder) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!item(object).holder().equals(holder) && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(item(object).holder()).isEqualTo(holder);
    }

    private static List<String> screen(Shared object) {
        return ObjectScreen.draw(
                        item(object),
                        List.of(),
                        0,
                        new Cells(0),
                        new Palette(false, false),
                        80,
                        10,
                        System.nanoTime())
                .stream()
                .map(AttributedString::toString)
                .toList();
    }

    @Test
    void aValueIsShownWithItsLock() {
        Value value = Value.of("i", 7).named("hits");

        assertThat(item(value).type()).isEqualTo("i");
        assertThat(item(value).contents()).isEqualTo("[7]");
        assertThat(item(value).holder()).isEqualTo("free");
        assertThat(screen(value)).contains("hits  i", "  nobody waits");
        try (Held _ = value.hold()) {
            assertThat(item(value).holder()).isEqualTo("MainProcess");
        }
        assertThat(Json.of(look(value)))
                .contains("\"name\": \"hits\", \"kind\": \"value\"", "\"contents\": \"[7]\"");
    }

    @Test
    void aSemaphoreIsShownWithItsPermits() {
        Semaphore semaphore = new Semaphore(3);
        semaphore.acquire();
        try (Held _ = semaphore.hold()) {
            assertThat(item(semaphore).holder()).isEqualTo("1 free");
        }
        assertThat(screen(semaphore)).anyMatch(line -> line.startsWith("  2 free, taken 2 times"));
        assertThat(Json.of(look(semaphore))).contains("\"kind\": \"semaphore\"");
    }

    @Test
    void aReadWriteLockIsShownWithThoseWhoHaveIt() {
        ReadWriteLock lock = new ReadWriteLock();
        try (Held _ = lock.read().hold();
                Held _ = lock.read().hold()) {
            assertThat(item(lock).holder()).isEqualTo("1 read");
        }
        assertThat(item(lock).holder()).isEqualTo("free");
        try (Held _ = lock.write().hold();
                Held _ = lock.read().hold()) {
            assertThat(item(lock).holder()).isEqualTo("written by MainProcess");
            assertThat(screen(lock))
                    .anyMatch(line -> line.startsWith("  written by MainProcess, taken 2 times"));
        }
        assertThat(Json.of(look(lock))).contains("\"kind\": \"readwritelock\"");
    }

    @Test
    void aConditionIsShownWithThoseWhoWait() throws InterruptedException {
        Lock lock = new Lock();
        Condition condition = lock.newCondition();
        Thread waiter =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try (Held _ = lock.hold()) {
                                        condition.await(PATIENCE);
                                    }
                                });
        awaitHolder(condition, "1 wait");
        try (Held _ = lock.hold()) {
            condition.signal();
        }
        assertThat(waiter.join(PATIENCE)).isTrue();
        assertThat(screen(condition))
                .anyMatch(line -> line.startsWith("  0 wait, signalled 1 times"));
    }

    @Test
    void aBarrierIsShownWithThoseWhoHaveCome() throws InterruptedException {
        Barrier barrier = new Barrier(3);
        Thread waiter =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        barrier.await(PATIENCE);
                                    } catch (BrokenBarrierException e) {
                                        // As the test wants it.
                                    }
                                });
        awaitHolder(barrier, "1 of 3 wait");
        barrier.abort();
        assertThat(waiter.join(PATIENCE)).isTrue();
        awaitHolder(barrier, "broken");
        assertThat(screen(barrier)).anyMatch(line -> line.startsWith("  broken, passed 0 times"));
    }

    @Test
    void aQueueIsShownWithItsItems() {
        Queue<Integer> queue = new Queue<>(3);
        queue.put(1);
        queue.put(2);
        queue.take();
        assertThat(item(queue).holder()).isEqualTo("1 of 3 items");
        queue.close();
        assertThat(screen(queue))
                .anyMatch(line -> line.startsWith("  closed, 1 of 3 items, taken 1 times"));
    }

    @Test
    void aPipeIsShownWithWhatIsInIt() {
        Pipe<Integer> pipe = new Pipe<>();
        pipe.left().send(1);
        pipe.left().send(2);
        pipe.right().receive();
        assertThat(item(pipe).holder()).isEqualTo("1 to the right, 0 to the left");
        assertThat(screen(pipe))
                .anyMatch(
                        line ->
                                line.startsWith(
                                        "  1 to the right, 0 to the left, received 1 times"));
    }
}
