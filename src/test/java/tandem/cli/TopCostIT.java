package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

import tandem.testing.Program;
import tandem.testing.Terminal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// What `scripts/tandem top` costs while it draws ten times a second what four workers do with
/// twenty arrays: its processor time, of the user and of the system, over some seconds. It prints the
/// figures; the bound is for machines that are slow or busy.
///
/// `mvn -q -Dtest=None -Dit.test=TopCostIT -Dtandem.seconds=20 verify`
@Tag("alone")
@Isolated
class TopCostIT {
    private static final double BOUND = 0.08;
    private static final int FRAMES_PER_SECOND = 10;
    private static final int SECONDS = Integer.getInteger("tandem.seconds", 5);

    private static final int FRAMES = SECONDS * FRAMES_PER_SECOND;

    /// Until the JIT compiler has little left to do.
    private static final int WARM_UP = Math.max(10, 2 * SECONDS);

    /// Half a minute on an idle machine.
    private static final Duration MAKING = Duration.ofMinutes(3);

    @TempDir Path memory;
    @TempDir Path folder;

    private Program.Running family;
    private Terminal terminal;

    @AfterEach
    void end() {
        if (terminal != null) {
            terminal.close();
        }
        if (family != null) {
            family.close();
        }
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void tenFramesASecondCostLittle() throws Exception {
        assumeTrue(Files.isReadable(Path.of("/proc/self/io")), "there is no /proc");
        Program.jar();
        family =
                Program.tandem("src/test/scripts/Twenty.java")
                        .with("TANDEM_JAVA_OPTS", "-Dtandem.dir=" + memory)
                        .start();
        family.awaitLine("ready");
        Program.await(MAKING, () -> "startup caches", TopCostIT::areCachesMade);
        String command =
                "TANDEM_JAVA_OPTS=-Dtandem.dir='%s' '%s' top"
                        .formatted(memory, Program.home().resolve("scripts/tandem"));
        terminal = Terminal.open(folder, 80, 24, command);
        terminal.await("7 more objects");
        Thread.sleep(Duration.ofSeconds(WARM_UP));
        measure("the list, 80 × 24");
        terminal.resize(120, 40);
        terminal.await("array-20");
        measure("the list, 120 × 40");
        terminal.press("NPage");
        terminal.press("Enter");
        terminal.await("nobody waits");
        measure("an array, 120 × 40");
        terminal.resize(80, 24);
        measure("an array, 80 × 24");
    }

    /// Whoever starts the first worker has them made in the background, which takes a while of both
    /// processors.
    private static boolean areCachesMade() {
        try (Stream<Path> files = Files.walk(Program.CACHES)) {
            List<String> names = files.map(file -> file.getFileName().toString()).toList();
            return names.contains("made")
                    && names.stream().noneMatch(name -> name.startsWith("new"));
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }

    /// Counted by the frame, as a machine that is stopped for seconds draws fewer of them.
    private void measure(String what) {
        ProcessHandle top = terminal.java();
        long start = System.nanoTime();
        long before = writes(top);
        Duration used = top.info().totalCpuDuration().orElseThrow();
        Program.await(
                Program.DEADLINE,
                () -> "%d frames, %d".formatted(FRAMES, writes(top) - before),
                () -> writes(top) - before >= FRAMES);
        used = top.info().totalCpuDuration().orElseThrow().minus(used);
        double frames = writes(top) - before;
        double seconds = (System.nanoTime() - start) / 1e9;
        double share = used.toNanos() / 1e9 / frames * FRAMES_PER_SECOND;
        System.out.printf(
                Locale.ROOT,
                "top, %s: %.1f %% of a processor at ten frames a second (there were %.1f)%n",
                what,
                share * 100,
                frames / seconds);
        assertThat(share).as(what).isLessThan(BOUND);
    }

    /// How often a process has written: once for each frame that differs from the one before.
    private static long writes(ProcessHandle process) {
        try {
            return Files.readAllLines(Path.of("/proc/%d/io".formatted(process.pid()))).stream()
                    .filter(line -> line.startsWith("syscw: "))
                    .mapToLong(line -> Long.parseLong(line.substring("syscw: ".length())))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
