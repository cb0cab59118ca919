package tandem;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CyclicBarrier;

/// Threads of one process that attach one file at once.
@Tag("once")
class RaceTest {
    private static final int ROUNDS = 1_500;

    @Test
    void twoThreadsThatAttachAtOnceGetOneHandle() throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        for (int round = 0; round < ROUNDS; round++) {
            Path file = copy(round);
            Beside<Array> beside = Beside.call(() -> attach(start, file));
            Array one = attach(start, file);
            Array two = beside.end();
            assertThat(one).isSameAs(two);
            Files.delete(file);
        }
    }

    @Test
    void anAttachWhileAnotherClosesGetsAHandleThatIsOpen() throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        for (int round = 0; round < ROUNDS; round++) {
            Path file = copy(ROUNDS + round);
            Array first = Array.attach(file);
            Beside<Array> beside = Beside.call(() -> attach(start, file));
            start.await();
            first.close();
            Array second = beside.end();
            if (second == first) {
                second = Array.attach(file);
            }
            assertThat(second.add(0, 1)).isEqualTo(2);
            assertThat(Array.attach(file)).isSameAs(second);
            Files.delete(file);
        }
    }

    private static Array attach(CyclicBarrier start, Path file) throws Exception {
        start.await();
        return Array.attach(file);
    }

    /// A file that nobody has attached yet.
    private static Path copy(int round) throws IOException {
        try (Array whole = Array.of("i", List.of(1))) {
            Path file = whole.path().resolveSibling("array-" + (700_000_000 + round));
            return Files.copy(whole.path(), file);
        }
    }
}
