package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tandem.testing.Program;
import tandem.testing.Terminal;

import java.nio.file.Path;

/// A short run of the fault injection, under both waiters.
@Tag("alone")
@Isolated
class ChaosIT {
    @TempDir Path memory;

    @ParameterizedTest
    @ValueSource(strings = {"futex", "portable"})
    void nothingHangsBreaksOrIsLeft(String waiter) {
        Program.jar();

        Program.Ended ended =
                Program.tandem("chaos", "--seconds", "10", "--workers", "4", "--seed", "1")
                        .with(
                                "TANDEM_JAVA_OPTS",
                                "-Dtandem.waiter=%s -Dtandem.dir=%s".formatted(waiter, memory))
                        .run();

        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out())
                .containsPattern("(?m)^SIGKILL, SIGTERM +[1-9]\\d*, \\d+$")
                .containsPattern("(?m)^SIGSTOP +[1-9]\\d*$")
                .containsPattern("(?m)^parents killed +[1-9]\\d*$")
                .containsPattern("(?m)^one of two at a pipe killed +[1-9]\\d*$")
                .containsPattern("(?m)^workers of a pool killed +[1-9]\\d*$")
                .containsPattern("(?m)^operations +[1-9][\\d,]+$")
                .containsPattern("(?m)^hangs +0$")
                .containsPattern("(?m)^invariant breaks +0$")
                .containsPattern("(?m)^other failures +0$")
                .containsPattern("(?m)^leaked files +0$")
                .containsPattern("(?m)^leaked processes +0$")
                .doesNotContain("\r");
        assertThat(memory).isEmptyDirectory();
    }

    @Test
    void norOnAServer() {
        assumeTrue(
                Terminal.isInstalled("valkey-server") || Terminal.isInstalled("redis-server"),
                "neither valkey-server nor redis-server is on the PATH");
        Program.jar();

        Program.Ended ended =
                Program.tandem(
                                "chaos",
                                "--seconds",
                                "12",
                                "--workers",
                                "4",
                                "--seed",
                                "1",
                                "--server")
                        .with("TANDEM_JAVA_OPTS", "-Dtandem.dir=" + memory)
                        .run();

        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out())
                .containsPattern("(?m)^SIGKILL, SIGTERM +[1-9]\\d*, \\d+$")
                .containsPattern("(?m)^servers killed +[1-9]\\d*$")
                .containsPattern("(?m)^hangs +0$")
                .containsPattern("(?m)^invariant breaks +0$")
                .containsPattern("(?m)^other failures +0$")
                .containsPattern("(?m)^leaked files +0$");
    }

    @Test
    void aWrongOptionIsAPlainError() {
        Program.jar();

        Program.Ended ended = Program.tandem("chaos", "--hours", "1").run();

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).startsWith("tandem chaos: --hours\nusage: ").hasLineCount(2);
    }
}
