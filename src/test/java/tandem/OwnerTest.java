package tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import static tandem.Tandem.call;
import static tandem.Tandem.named;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tandem.sync.Mutex;
import tandem.sync.Mutexes;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Each object has an owner, with whom its file goes; and what is closed gives its memory back.
@Tag("once")
class OwnerTest implements WithWorkers {
    private final Event event = new Event();
    private Set<Path> before;

    @BeforeEach
    void look() {
        before = objects();
    }

    private Set<Path> objects() {
        try (Stream<Path> files = Files.list(event.path().getParent())) {
            return files.filter(f -> f.getFileName().toString().matches("(array|lock|event)-\\d+"))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Set<Path> added() {
        Set<Path> added = objects();
        added.removeAll(before);
        return added;
    }

    private static Array makeTwo() {
        Array returned = Array.of("i", List.of(7));
        new Event();
        Array.of("i", 1000);
        return returned;
    }

    @Test
    void whatAWorkerReturnsIsItsParentsAndTheRestGoesWithIt() {
        Array returned = call(OwnerTest::makeTwo).result();
        assertThat(added()).containsExactly(returned.path());
        assertThat(returned.add(0, 1)).isEqualTo(8);
        returned.close();
        assertThat(added()).isEmpty();
    }

    @Test
    void aReturnedArrayBringsItsLock() {
        Array returned = call(() -> Array.of("i", List.of(7), new Lock())).result();
        assertThat(returned.add(0, 1)).isEqualTo(8);
        assertThat(added()).containsExactly(returned.path(), returned.lock().path());
        Lock own = call(() -> makeTwo().lock()).result();
        own.hold().close();
        assertThat(added()).hasSize(3);
        returned.lock().close();
        returned.close();
    }

    @Test
    void aResultThatNobodyAsksForGoesWithItsWorker() {
        for (int i = 0; i < 3; i++) {
            call(OwnerTest::makeTwo).join();
        }
        Await.until(
                "the files are gone",
                () -> {
                    System.gc();
                    return added().isEmpty();
                });
    }

    @Test
    void whatAKilledWorkerMadeGoesWithIt() {
        Worker worker =
                named("w")
                        .spawn(
                                ready -> {
                                    makeTwo();
                                    ready.set();
                                    Tandem.sleep(1000);
                                },
                                event);
        WithWorkers.await(event);
        kill(worker);
        assertThat(added()).isEmpty();
    }

    /// Its own workers have it as long as they run.
    @Test
    void whatAWorkerGivesToItsOwnWorkersStaysItsOwn() {
        long sum =
                call(() -> {
                            long found = 0;
                            for (int i = 0; i < 2; i++) {
                                Array a = Array.of("i", List.of(7));
                                found += call(x -> x.get(0), a).result();
                                a.close();
                                found += Files.exists(a.path()) ? 100 : 0;
                            }
                            return found;
                        })
                        .result();
        assertThat(sum).isEqualTo(14);
        assertThat(added()).isEmpty();
    }

    private static boolean isLeftWhenSerialisedAndClosed() throws IOException {
        Array a = Array.of("i", List.of(7));
        new ObjectOutputStream(OutputStream.nullOutputStream()).writeObject(a);
        a.close();
        return Files.exists(a.path());
    }

    @Test
    void whatAWorkerSerialisesForItselfStaysItsOwn() {
        assertThat(call(OwnerTest::isLeftWhenSerialisedAndClosed).result()).isFalse();
    }

    private static boolean isMapped(Path path) {
        try {
            return Files.readAllLines(Path.of("/proc/self/maps")).stream()
                    .anyMatch(line -> (line + " ").contains(path + " "));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aClosedArrayGivesItsMemoryBack() {
        for (boolean hasLock : new boolean[] {true, false}) {
            Array a = Array.of("i", 100_000, hasLock);
            MemorySegment raw = a.segment();
            Lock lock = hasLock ? a.lock() : null;
            assertThat(isMapped(a.path())).isTrue();
            a.close();
            assertThat(isMapped(a.path())).isFalse();
            assertThatIllegalStateException()
                    .isThrownBy(() -> a.get(0))
                    .withMessage("%s is closed", a.path().getFileName());
            assertThatIllegalStateException().isThrownBy(() -> raw.get(ValueLayout.JAVA_INT, 0));
            if (hasLock) {
                assertThatIllegalStateException()
                        .isThrownBy(lock::acquire)
                        .withMessage("%s is closed", a.path().getFileName());
                assertThat(lock).hasToString("Lock(%s, closed)".formatted(lock.name()));
            }
        }
    }

    @Test
    void whoIsInTheMiddleOfAnArrayThatIsClosedGetsAnError() {
        for (boolean hasLock : new boolean[] {true, false, true, false}) {
            Array a = Array.of("i", 1000, hasLock);
            Event up = new Event();
            List<Beside<String>> users =
                    Stream.generate(() -> Beside.call(() -> useUntilItFails(a, up)))
                            .limit(3)
                            .toList();
            WithWorkers.await(up);
            a.close();
            users.forEach(user -> assertThat(user.end()).containsIgnoringCase("closed"));
        }
    }

    @Test
    void aMutexWhoseMemoryWasGivenBackIsOwnedByNobodyAndNotKept() {
        Array a = Array.of("i", 1);
        Mutex mutex = a.lock().ownMutex();
        Mutexes.retire(a.path(), mutex);
        a.acquire();
        Mutexes.leave(a.path(), mutex);
        a.file().close(mutex::abandon);
        assertThat(mutex.isOwned()).isFalse();
        Array.of("i", 1).close();
        assertThatIllegalStateException().isThrownBy(() -> a.get(0));
    }

    private static String useUntilItFails(Array a, Event up) {
        try {
            for (long i = 0; ; i++) {
                a.set(i % 1000, a.get((i + 7) % 1000) + 1);
                if (i == 50_000) {
                    up.set();
                }
            }
        } catch (IllegalStateException e) {
            return e.getMessage();
        }
    }

    @Test
    void theLockOfAClosedArrayGuardsOthersAsBefore() {
        Array a = Array.of("i", 1);
        Array other = Array.of("i", 1, a.lock());
        a.close();
        assertThat(other.add(0, 1)).isEqualTo(1);
    }

    @Test
    void whoWaitsForTheLockOfAnArrayThatIsClosedIsTold() throws Exception {
        Array a = Array.of("i", 1);
        Worker holder = startHolder("holder", a.lock(), event);
        Beside<Void> waiting =
                Beside.run(
                        () ->
                                assertThatIllegalStateException()
                                        .isThrownBy(a::acquire)
                                        .withMessageStartingWith(
                                                "%s was closed while", a.path().getFileName()));
        Words.of(a).awaitLockWaiter();
        a.close();
        waiting.end();
        event.set();
        end(holder);
    }
}
