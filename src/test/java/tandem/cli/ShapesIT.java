package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tandem.testing.Program;

import java.nio.file.Path;

/// Random programs, whose code computes in another JVM what it computes in its own.
class ShapesIT {
    @TempDir Path memory;
    @TempDir Path folder;

    /// (Program number n of a seed is the first one of the seed that is larger by n.)
    @ParameterizedTest
    @CsvSource({
        "unnamed, 50, 1",
        "unnamed, 50, 51",
        "file, 50, 1",
        "file, 50, 51",
        "project, 80, 1",
        "prompt, 8, 1",
        "local, 8, 1",
        "host, 8, 1"
    })
    void codeComputesInAWorkerWhatItComputesHere(String kind, String count, String seed) {
        Program.jar();

        Program.Ended ended =
                Program.tandem("shapes", "--count", count, "--seed", seed, "--kind", kind)
                        .with(
                                "TANDEM_JAVA_OPTS",
                                "-Dtandem.dir=%s -Djava.io.tmpdir=%s".formatted(memory, folder))
                        .run();

        assertThat(ended.lines().getLast())
                .isEqualTo(
                        "shapes: %s programs, 0 differences, seed %s, kinds %s"
                                .formatted(count, seed, kind));
        assertThat(ended.exitCode()).isZero();
    }

    @Test
    void aWrongOptionIsAPlainError() {
        Program.jar();

        Program.Ended ended = Program.tandem("shapes", "--hours", "1").run();

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).startsWith("tandem shapes: --hours\nusage: ").hasLineCount(2);
    }
}
