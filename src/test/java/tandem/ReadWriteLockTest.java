package tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import static tandem.Tandem.call;
import static tandem.Tandem.millis;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tandem.net.OnServer;
import tandem.sync.DeadlockException;
import tandem.sync.UncheckedInterruptedException;

import java.time.Duration;

class ReadWriteLockTest implements WithWorkers {
    private final ReadWriteLock lock = new ReadWriteLock();
    private final Side read = lock.read();
    private final Side write = lock.write();

    private void awaitRows(int count) {
        Words.of(lock).awaitRows(count);
    }

    private void awaitRowsUnlessDone(int count, Beside<?> thread) {
        Words words = Words.of(lock);
        Await.until(
                "%d rows are in use, or the thread is done".formatted(count),
                () -> words.hasRows(count) || thread.isDone());
    }

    private void requireFree() {
        assertThat(lock).hasToString("ReadWriteLock(%s, free)".formatted(lock.name()));
        awaitRows(0);
    }

    /// A worker that takes a side once, and then puts its number behind those in an array, whose first
    /// element counts them.
    private Worker startComing(Side access, int number, Array came) {
        return start(
                "comer-" + number,
                () -> {
                    try (Held _ = access.hold()) {
                        came.set(came.add(0, 1), number);
                    }
                });
    }

    /// A worker that takes a side, and keeps it for ever.
    private Worker startHolding(Side access) {
        Event held = new Event();
        Worker holder =
                start(
                        "victim",
                        () -> {
                            access.acquire();
                            held.set();
                            Tandem.sleep(1000);
                        });
        WithWorkers.await(held);
        return holder;
    }

    @Test
    @Tag("once")
    void aSideIsTakenAndGivenBackLikeALock() {
        assertThat(read.tryAcquire()).isTrue();
        assertThat(Beside.call(() -> write.tryAcquire()).end()).isFalse();
        assertThat(Beside.call(() -> write.acquire(Duration.ZERO)).end()).isFalse();
        assertThat(Beside.call(() -> write.acquire(millis(20))).end()).isFalse();
        read.acquire();
        read.release();
        assertThat(lock.toString()).contains("read by MainProcess", ", this thread)");
        assertThat(read.toString()).endsWith(", this thread).read()");
        read.release();
        try (Held held = write.hold()) {
            assertThat(held.recovered()).isFalse();
            assertThat(held.toString()).matches("Held\\(ReadWriteLock\\(.*\\)\\.write\\(\\)\\)");
            assertThat(write.tryAcquire()).isTrue();
            write.release();
            assertThat(lock.toString()).contains("written by MainProcess", ", this thread)");
            assertThat(Beside.call(() -> read.tryAcquire()).end()).isFalse();
        }
        requireFree();
        assertThat(lock.stats().acquisitions()).isEqualTo(2);
        assertThat(lock.stats().contended()).isEqualTo(1);
        assertThat(lock.stats().longestWait()).isGreaterThan(millis(19));
        lock.giveName("board");
        assertThat(lock).hasToString("ReadWriteLock(board, free)");
        lock.close();
        assertThat(lock).hasToString("ReadWriteLock(board, closed)");
        assertThatIllegalStateException().isThrownBy(read::acquire).withMessage("board is closed");
    }

    @Test
    @Tag("once")
    void whoReadsCannotGoOnToWrite() {
        lock.giveName("board");
        read.acquire();
        assertThatIllegalStateException()
                .isThrownBy(write::acquire)
                .withMessageMatching(
                        "write\\(\\)\\.acquire\\(\\) by thread .* of MainProcess .*, which reads"
                            + " board: it would wait for itself for ever\\. Release read\\(\\)"
                            + " first, then take write\\(\\), and look again at what was read, as"
                            + " others may have written meanwhile");
        assertThatIllegalStateException().isThrownBy(write::tryAcquire);
        assertThatIllegalStateException().isThrownBy(() -> write.acquire(millis(1)));
        read.release();
        requireFree();
    }

    @Test
    @Tag("once")
    void aReleaseOfWhatIsNotHeldIsRefused() {
        lock.giveName("board");
        assertThatExceptionOfType(IllegalMonitorStateException.class)
                .isThrownBy(read::release)
                .withMessageMatching(
                        "read\\(\\)\\.release\\(\\) by thread .* of MainProcess .*, which does not"
                                + " hold board for reading: it is free");
        write.acquire();
        assertThatExceptionOfType(IllegalMonitorStateException.class)
                .isThrownBy(read::release)
                .withMessageMatching(".* for reading: it is written by .*, this thread");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Beside.run(write::release).end())
                .havingCause()
                .isInstanceOf(IllegalMonitorStateException.class)
                .withMessageMatching(".* for writing: it is written by .*, thread .*");
        write.release();
    }

    @Test
    void readersReadTogetherAndAreNamed() {
        Side r = read;
        Barrier together = new Barrier(3);
        Event enough = new Event();
        Code.Action0 reads =
                () -> {
                    try (Held _ = r.hold()) {
                        together.await();
                        WithWorkers.await(enough);
                    }
                };
        Worker one = start("one", reads);
        Worker two = start("two", reads);
        try (Held _ = read.hold()) {
            assertThat(together.await(Await.PATIENCE)).isNotNegative();
            assertThat(lock.toString()).contains("read by ", "one (pid ", "two (pid ", "Main");
        }
        enough.set();
        end(one, two);
        requireFree();
    }

    @Test
    void whoWritesIsAlone() {
        int rounds = lock.server().isEmpty() ? 1_000 : 200;
        Array board = Array.of("i", 2, false);
        Side r = read;
        Side w = write;
        Code.Action0 writes =
                () -> {
                    for (int i = 0; i < rounds; i++) {
                        try (Held _ = w.hold()) {
                            board.set(0, board.get(0) + 1);
                            Thread.onSpinWait();
                            board.set(1, board.get(1) + 1);
                        }
                    }
                };
        Code.Action0 reads =
                () -> {
                    for (int i = 0; i < 2 * rounds; i++) {
                        try (Held _ = r.hold()) {
                            WithWorkers.check(board.get(0) == board.get(1), "it is whole");
                        }
                        if (i % 10 == 0 && w.acquire(Duration.ofNanos(100L * i))) {
                            board.set(1, board.get(1) + 1);
                            board.set(0, board.get(0) + 1);
                            r.acquire();
                            w.release();
                            WithWorkers.check(board.get(0) == board.get(1), "it is whole");
                            board.set(0, board.get(0));
                            r.release();
                        }
                    }
                };
        end(start("w1", writes), start("w2", writes), start("r1", reads), start("r2", reads));
        assertThat(board.get(0)).isGreaterThanOrEqualTo(2 * rounds).isEqualTo(board.get(1));
        requireFree();
    }

    @Test
    void aWriterThatWaitsGoesBeforeReadersThatComeAfterIt() {
        Array came = Array.of("i", 3, false);
        read.acquire();
        Worker writer = startComing(write, 1, came);
        awaitRows(2);
        Worker reader = startComing(read, 2, came);
        awaitRows(3);
        assertThat(read.tryAcquire()).as("a reader reads again").isTrue();
        assertThat(Beside.call(() -> read.tryAcquire()).end()).as("before the writer").isFalse();
        read.release();
        read.release();
        end(writer, reader);
        assertThat(came.slice().toInts()).containsExactly(2, 1, 2);
        requireFree();
    }

    @Test
    void readersThatWaitSideBySideGoTogether() {
        Array came = Array.of("i", 3, false);
        Barrier together = new Barrier(2);
        Side r = read;
        Code.Action0 reads =
                () -> {
                    try (Held _ = r.hold()) {
                        together.await();
                        WithWorkers.check(came.get(0) == 0, "nobody came before");
                    }
                };
        write.acquire();
        Worker one = start("one", reads);
        awaitRows(2);
        Worker two = start("two", reads);
        awaitRows(3);
        Worker writer = startComing(write, 1, came);
        awaitRows(4);
        Worker last = startComing(read, 2, came);
        awaitRows(5);
        write.release();
        end(one, two, writer, last);
        assertThat(came.slice().toInts()).containsExactly(2, 1, 2);
        requireFree();
    }

    @Test
    void whoWritesGoesOnAsAReader() {
        Array came = Array.of("i", 3, false);
        write.acquire();
        read.acquire();
        Worker reader = startComing(read, 1, came);
        awaitRows(2);
        Worker writer = startComing(write, 2, came);
        awaitRows(3);
        write.release();
        end(reader);
        assertThat(came.slice().toInts()).containsExactly(1, 1, 0);
        assertThat(lock.toString()).contains("read by ");
        read.release();
        end(writer);
        assertThat(came.slice().toInts()).containsExactly(2, 1, 2);
        requireFree();
    }

    @Test
    void theShareOfAKilledReaderComesBack() {
        Worker victim = startHolding(read);
        Beside<Boolean> waiting = Beside.call(() -> write.acquire(Await.PATIENCE));
        awaitRows(2);
        kill(victim);
        assertThat(waiting.end()).isTrue();
        assertThat(lock.stats().recoveries()).isZero();
    }

    @Test
    void theDeathOfWhoWroteIsToldUntilAWriterKnows() {
        Worker victim = startHolding(write);
        Beside<Boolean> waiting =
                Beside.call(
                        () -> {
                            try (Held held = read.hold()) {
                                return held.recovered();
                            }
                        });
        awaitRows(2);
        kill(victim);
        assertThat(waiting.end()).isTrue();
        try (Held held = read.hold()) {
            assertThat(held.recovered()).isTrue();
        }
        try (Held held = write.hold();
                Held again = write.hold();
                Held reading = read.hold()) {
            assertThat(held.recovered()).isTrue();
            assertThat(again.recovered()).isTrue();
            assertThat(reading.recovered()).isTrue();
        }
        try (Held held = write.hold();
                Held reading = read.hold()) {
            assertThat(held.recovered()).isFalse();
            assertThat(reading.recovered()).isFalse();
        }
        assertThat(lock.stats().recoveries()).isEqualTo(1);
        requireFree();
    }

    @Test
    void tryAcquireFindsTheDead() {
        Worker victim = startHolding(write);
        kill(victim);
        assertThat(read.tryAcquire()).isTrue();
        read.release();
        requireFree();
    }

    @Test
    void aKilledWriterThatWaitedKeepsNobodyOut() {
        read.acquire();
        Side w = write;
        Worker victim = start("victim", w::acquire);
        awaitRows(2);
        Array came = Array.of("i", 2, false);
        Worker reader = startComing(read, 1, came);
        awaitRows(3);
        kill(victim);
        end(reader);
        assertThat(lock.stats().recoveries()).isZero();
        read.release();
        requireFree();
    }

    @Test
    void whoGivesUpKeepsNobodyOut() {
        read.acquire();
        Beside<Boolean> interrupted =
                Beside.call(
                        () -> {
                            assertThatExceptionOfType(UncheckedInterruptedException.class)
                                    .isThrownBy(write::acquire)
                                    .withMessage("interrupted while waiting for " + lock.name());
                            return Thread.currentThread().isInterrupted();
                        });
        awaitRows(2);
        Beside<Boolean> timed = Beside.call(() -> write.acquire(millis(2_000)));
        awaitRowsUnlessDone(3, timed);
        Beside<Boolean> reader = Beside.call(() -> read.acquire(Await.PATIENCE));
        awaitRowsUnlessDone(4, timed);
        interrupted.interrupt();
        assertThat(interrupted.end()).isTrue();
        assertThat(timed.end()).isFalse();
        assertThat(reader.end()).isTrue();
        awaitRows(2);
    }

    @Test
    @Tag("once")
    void whatAnEndedThreadHoldsAnotherOneGivesBack() {
        Beside.run(
                        () -> {
                            write.acquire();
                            write.acquire();
                        })
                .end();
        assertThat(lock.toString()).contains(", which has ended");
        write.release();
        assertThat(lock.toString()).contains(", this thread");
        write.release();
        requireFree();
    }

    @Test
    @Tag("once")
    void aCircleThroughWhoWritesIsFound() {
        Lock other = new Lock("other");
        other.acquire();
        Beside<String> beside =
                Beside.call(
                        () -> {
                            try (Held _ = write.hold();
                                    Held _ = other.hold()) {
                                return "";
                            } catch (DeadlockException e) {
                                return e.getMessage();
                            }
                        });
        Words.of(other).awaitLockWaiter();
        String message = "";
        try (Held _ = read.hold()) {
            assertThat(lock.toString()).contains("read by ");
        } catch (DeadlockException e) {
            message = e.getMessage();
        }
        other.release();
        message += beside.end();
        assertThat(message).contains("waits for other", "waits for " + lock.name());
        requireFree();
    }

    @Test
    void itTravels() {
        ReadWriteLock l = lock;
        Side r = read;
        ReadWriteLock made =
                call(
                                (given, writes) -> {
                                    try (Held _ = writes.hold();
                                            Held _ = given.read().hold();
                                            Held _ = r.hold()) {
                                        WithWorkers.check(
                                                l.toString().contains("this thread"), "it writes");
                                    }
                                    return new ReadWriteLock();
                                },
                                l,
                                write)
                        .result();
        assertThat(made).hasToString("ReadWriteLock(%s, free)".formatted(made.name()));
        assertThat(lock.stats().acquisitions()).isEqualTo(1);
        requireFree();
    }

    @Test
    @Tag("once")
    @OnServer.Not("of a file")
    void itsPathLeadsToIt() {
        assertThat(ReadWriteLock.attach(lock.path())).isSameAs(lock);
    }
}
