package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tandem.testing.Program;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The models of what processes wait for, and of the search for circles, in every state that they can get into, and
/// their mutations, all of which are found.
class ModelIT {
    /// Two minutes on an idle machine; searches have no partial result to look at.
    private static final Duration TIME = Duration.ofMinutes(6);

    @BeforeEach
    void requireTools() {
        for (String tool : List.of("spin", "cc")) {
            assumeTrue(isThere(tool), tool + " is not installed");
        }
    }

    private static boolean isThere(String tool) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(place -> Files.isExecutable(Path.of(place, tool)));
    }

    @Test
    @Timeout(value = 7, unit = TimeUnit.MINUTES)
    void theModelsHoldAndTheirMutationsDoNot() {
        try (Program.Running check =
                Program.of(Program.home().resolve("src/model/check").toString()).start()) {
            Program.await(TIME, check::out, () -> !check.isAlive());
            Program.Ended ended = check.end();
            assertThat(ended.exitCode()).as("%s%s", ended.out(), ended.err()).isZero();
            assertThat(ended.lines()).filteredOn(line -> line.endsWith(" ok")).hasSize(38);
        }
    }
}
