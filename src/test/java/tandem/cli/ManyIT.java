package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static tandem.Tandem.joinAll;
import static tandem.Tandem.spawn;
import static tandem.Tandem.workers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import tandem.Array;
import tandem.Worker;
import tandem.testing.Program;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Many workers in one session.
class ManyIT {
    private static final int WORKERS = 200;
    private static final int AT_ONCE = 40;

    @TempDir Path memory;

    @Test
    void aWorkerThatSpawnsItselfIsStoppedAtALimit() {
        Program.Ended ended =
                Program.tandem("src/test/scripts/WorkerBomb.java")
                        .with(
                                "TANDEM_JAVA_OPTS",
                                "-Dtandem.cache=off -Dtandem.processes=5 -Dtandem.dir=" + memory)
                        .run();

        assertThat(ended.err())
                .contains("this session has 5 processes already, and that is the limit")
                .contains("-Dtandem.processes=10");
        assertThat(memory).isEmptyDirectory();
    }

    @Test
    @Timeout(240)
    void twoHundredWorkersAllEndAndLeaveNothing() throws IOException {
        Array sum = Array.of("q", 1);
        spawn(() -> sum.add(0, 0)).join();
        List<Path> files = files(sum);
        long descriptors = descriptors();

        List<Worker> all = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            if (workers().size() >= AT_ONCE) {
                joinAll();
            }
            all.add(
                    spawn(
                            n -> {
                                sum.add(0, n);
                                System.exit(n % 5);
                            },
                            i));
        }
        joinAll();

        for (int i = 0; i < WORKERS; i++) {
            assertThat(all.get(i).exitCode()).as("worker %d", i).isEqualTo(i % 5);
        }
        assertThat(sum.get(0)).isEqualTo(WORKERS * (WORKERS - 1) / 2);
        assertThat(all).noneMatch(worker -> Program.isAlive(worker.pid()));
        assertThat(files(sum)).isEqualTo(files);
        Program.await(
                Program.DEADLINE,
                () -> "as few open files as before, %d".formatted(descriptors),
                () -> descriptors() <= descriptors);
    }

    private static List<Path> files(Array array) throws IOException {
        try (Stream<Path> files = Files.list(array.path().getParent())) {
            return files.sorted().toList();
        }
    }

    private static long descriptors() {
        Path open = Path.of("/proc/self/fd");
        if (!Files.isDirectory(open)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(open)) {
            return files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
