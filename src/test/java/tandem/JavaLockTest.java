package tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

import java.util.Date;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

class JavaLockTest implements WithWorkers {
    private static final int ADDITIONS = 10_000;

    private final Lock lock = new Lock();
    private final java.util.concurrent.locks.Lock java = lock.asJava();

    @Test
    void excludesThreadsOfOtherProcesses() {
        Array cell = Array.of("i", 1, false);
        Lock l = lock;
        Worker worker = start("adder", () -> add(l.asJava(), cell));
        add(java, cell);
        worker.join();

        assertThat(cell.get(0)).isEqualTo(2 * ADDITIONS);
    }

    private static void add(java.util.concurrent.locks.Lock lock, Array cell) {
        for (int i = 0; i < ADDITIONS; i++) {
            lock.lock();
            try {
                cell.set(0, cell.get(0) + 1);
            } finally {
                lock.unlock();
            }
        }
    }

    @Test
    void isTheLockThatItViews() {
        java.lock();
        java.lock();
        assertThat(lock.isHeld()).isTrue();
        assertThat(java).hasToString(lock.toString());
        java.unlock();
        java.unlock();

        assertThat(lock.isHeld()).isFalse();
        assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(java::unlock);
    }

    @Test
    void takesWhatIsFreeAndGivesUpInTime() throws InterruptedException {
        AtomicReference<Boolean> tried = new AtomicReference<>();
        AtomicReference<Boolean> waited = new AtomicReference<>();
        try (Held _ = lock.hold()) {
            Thread other =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        tried.set(java.tryLock());
                                        waited.set(timed());
                                    });
            other.join();
        }

        assertThat(tried).hasValue(false);
        assertThat(waited).hasValue(false);
        assertThat(java.tryLock(Long.MAX_VALUE, TimeUnit.DAYS)).isTrue();
        java.unlock();
    }

    private boolean timed() {
        try {
            return java.tryLock(1, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anInterruptEndsTheWaitThatAllowsIt() throws InterruptedException {
        AtomicBoolean wasInterrupted = new AtomicBoolean();
        Thread other =
                new Thread(
                        () -> {
                            try {
                                java.lockInterruptibly();
                            } catch (InterruptedException e) {
                                wasInterrupted.set(!Thread.currentThread().isInterrupted());
                            }
                        });
        try (Held _ = lock.hold()) {
            other.start();
            other.interrupt();
            other.join();
        }

        assertThat(wasInterrupted).isTrue();
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(java::lockInterruptibly);
        assertThat(lock.isHeld()).isFalse();
    }

    @Test
    void lockWaitsOnAndKeepsTheInterrupt() throws InterruptedException {
        AtomicBoolean isInterrupted = new AtomicBoolean();
        Thread other =
                new Thread(
                        () -> {
                            java.lock();
                            isInterrupted.set(Thread.currentThread().isInterrupted());
                            java.unlock();
                        });
        try (Held _ = lock.hold()) {
            other.start();
            other.interrupt();
            Await.until("the interrupt has come", () -> !other.isInterrupted());
            assertThat(other.isAlive()).isTrue();
        }
        other.join();

        assertThat(isInterrupted).isTrue();
    }

    @Test
    void itsConditionsAreSignalled() throws InterruptedException {
        java.util.concurrent.locks.Condition changed = java.newCondition();
        AtomicBoolean isReady = new AtomicBoolean();
        AtomicBoolean came = new AtomicBoolean();
        Thread other =
                new Thread(
                        () -> {
                            java.lock();
                            try {
                                while (!isReady.get()) {
                                    changed.awaitUninterruptibly();
                                }
                                came.set(Thread.currentThread().isInterrupted());
                            } finally {
                                java.unlock();
                            }
                        });
        other.start();
        other.interrupt();
        Await.until("it waits", () -> changed.toString().contains("1 wait"));
        java.lock();
        isReady.set(true);
        changed.signalAll();
        java.unlock();
        other.join();

        assertThat(came).isTrue();
        java.lock();
        assertThat(changed.await(1, TimeUnit.MILLISECONDS)).isFalse();
        assertThat(changed.await(-1, TimeUnit.DAYS)).isFalse();
        assertThat(changed.awaitNanos(1000)).isNotPositive();
        assertThat(changed.awaitUntil(new Date())).isFalse();
        java.unlock();
    }
}
