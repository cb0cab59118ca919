package tandem;

import tandem.sync.UncheckedInterruptedException;

import java.time.Duration;
import java.util.Date;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// A lock as code knows it that was written for the threads of one JVM: Java's names and Java's
/// exceptions, over the same lock.
record JavaLock(Lock shared) implements java.util.concurrent.locks.Lock {
    @Override
    public void lock() {
        uninterrupted(shared::acquire);
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
        interruptibly(
                () -> {
                    shared.acquire();
                    return true;
                });
    }

    @Override
    public boolean tryLock() {
        return shared.tryAcquire();
    }

    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
        return interruptibly(() -> shared.acquire(duration(time, unit)));
    }

    @Override
    public void unlock() {
        shared.release();
    }

    @Override
    public java.util.concurrent.locks.Condition newCondition() {
        return new JavaCondition(shared.newCondition());
    }

    @Override
    public String toString() {
        return shared.toString();
    }

    private record JavaCondition(Condition condition)
            implements java.util.concurrent.locks.Condition {
        @Override
        public void await() throws InterruptedException {
            interruptibly(
                    () -> {
                        condition.await();
                        return true;
                    });
        }

        @Override
        public void awaitUninterruptibly() {
            uninterrupted(condition::await);
        }

        @Override
        public long awaitNanos(long nanos) throws InterruptedException {
            long start = System.nanoTime();
            await(nanos, TimeUnit.NANOSECONDS);
            return nanos - (System.nanoTime() - start);
        }

        @Override
        public boolean await(long time, TimeUnit unit) throws InterruptedException {
            return interruptibly(() -> condition.await(duration(time, unit)));
        }

        @Override
        public boolean awaitUntil(Date deadline) throws InterruptedException {
            long left = deadline.getTime() - System.currentTimeMillis();
            return await(left, TimeUnit.MILLISECONDS);
        }

        @Override
        public void signal() {
            condition.signal();
        }

        @Override
        public void signalAll() {
            condition.signalAll();
        }

        @Override
        public String toString() {
            return condition.toString();
        }
    }

    /// At most 292 years, which a wait takes for ever; a time of less than zero does not wait.
    private static Duration duration(long time, TimeUnit unit) {
        return Duration.ofNanos(unit.toNanos(time));
    }

    private static boolean interruptibly(Supplier<Boolean> waiting) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        try {
            return waiting.get();
        } catch (UncheckedInterruptedException e) {
            Thread.interrupted();
            InterruptedException interrupted = new InterruptedException(e.getMessage());
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    /// Waits in any case, and leaves the interrupt to whoever asks for it later.
    private static void uninterrupted(Runnable waiting) {
        boolean wasInterrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    waiting.run();
                    return;
                } catch (UncheckedInterruptedException e) {
                    Thread.interrupted();
                    wasInterrupted = true;
                }
            }
        } finally {
            if (wasInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
