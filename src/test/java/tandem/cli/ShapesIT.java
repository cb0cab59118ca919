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

    @ParameterizedTest
    @CsvSource({"unnamed,100", "file,100", "project,80", "prompt,8", "local,8", "host,8"})
    void codeComputesInAWorkerWhatItComputesHere(String kind, String count) {
        Program.jar();

        Program.Ended ended =
                Program.tandem("shapes", "--count", count, "--seed", "1", "--kind", kind)
                        .with("TANDEM_JAVA_OPTS", "-Dtandem.dir=" + memory)
                        .run();

        assertThat(ended.lines().getLast())
                .isEqualTo(
                        "shapes: %s programs, 0 differences, seed 1, kinds %s"
                                .formatted(count, kind));
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
