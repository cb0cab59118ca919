package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static java.nio.file.StandardOpenOption.APPEND;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import tandem.testing.Program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The models of what processes wait for, and of the search for circles, as they are here, were searched in every state
/// that they can get into, and all of their mutations were found; and the tools that are here find the same.
class ModelIT {
    private static final Duration TIME = Duration.ofMinutes(5);
    private static final Path MODEL = Program.home().resolve("src/model");

    private static void requireTools() {
        for (String tool : List.of("spin", "cc")) {
            assumeTrue(isThere(tool), tool + " is not installed");
        }
    }

    private static boolean isThere(String tool) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(place -> Files.isExecutable(Path.of(place, tool)));
    }

    @Test
    void theModelsHeldAndTheirMutationsDidNot() throws IOException {
        List<String> checked = Files.readAllLines(MODEL.resolve("checked"));

        assertThat(checked).filteredOn(line -> line.endsWith(" ok")).hasSize(53);
        assertThat(checked).filteredOn(line -> line.contains(" fails as it must: ")).hasSize(123);
        assertThat(checked).filteredOn(line -> line.startsWith("#")).hasSize(2);
        assertThat(checked).hasSize(178);
    }

    @Test
    @Timeout(value = 6, unit = TimeUnit.MINUTES)
    void someOfEachModelEndAsTheyDidThen() {
        requireTools();
        try (Program.Running check =
                Program.of(MODEL.resolve("check").toString(), "--some").start()) {
            Program.await(TIME, check::out, () -> !check.isAlive());
            Program.Ended ended = check.end();
            assertThat(ended.exitCode()).as("%s%s", ended.out(), ended.err()).isZero();
            assertThat(ended.lines()).filteredOn(line -> line.endsWith(" ok")).hasSize(10);
            assertThat(ended.lines()).filteredOn(line -> line.contains(" fails as")).hasSize(10);
        }
    }

    @Test
    void aModelThatHasChangedIsToBeCheckedAnew(@TempDir Path folder) throws IOException {
        requireTools();
        try (Stream<Path> all = Files.list(MODEL)) {
            for (Path file : all.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()), COPY_ATTRIBUTES);
            }
        }
        Files.writeString(folder.resolve("lock.pml"), "/* more */", APPEND);

        Program.Ended ended = Program.of(folder.resolve("check").toString(), "--some").run();

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err())
                .isEqualTo(
                        "the models have changed since they were checked:"
                                + " src/model/check --keep checks them anew\n");
    }
}
