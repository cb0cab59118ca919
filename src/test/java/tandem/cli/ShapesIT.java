package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tandem.testing.Program;

import java.nio.file.Path;

/// Random programs, whose code computes in another JVM what it computes in its own, and whose pools see what
/// they have to see.
class ShapesIT {
    @TempDir Path memory;
    @TempDir Path folder;

    /// (These are the first of what `scripts/tandem shapes` generates for hours. Program number n of a seed is the first one of the seed that is larger by n.)
    @ParameterizedTest
    @CsvSource({
        "code, unnamed, 25, 1",
        "code, file, 25, 1",
        "code, project, 25, 1",
        "code, prompt, 3, 1",
        "code, local, 3, 1",
        "code, host, 3, 1",
        "pools, project, 10, 1",
        "pools, prompt, 2, 1",
        "pools, local, 2, 1"
    })
    void codeComputesInAWorkerWhatItComputesHere(
            String matter, String kind, String count, String seed) {
        Program.jar();

        Program.Ended ended =
                Program.tandem(
                                "shapes", "--of", matter, "--count", count, "--seed", seed,
                                "--kind", kind)
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
