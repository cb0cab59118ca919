package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tandem.testing.Program;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Several machines as a person joins them, on the finished jar: a server, and programs that know its code.
class MachinesIT {
    @BeforeAll
    static void theJarIsNew() {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(
                                folder ->
                                        Files.isExecutable(Path.of(folder, "redis-server"))
                                                || Files.isExecutable(
                                                        Path.of(folder, "valkey-server"))),
                "neither valkey-server nor redis-server is on the PATH");
        Program.jar();
    }

    private static String code(Program.Running workshop) {
        return workshop.awaitLine("scripts/tandem --join ");
    }

    /// By itself, so that it leaves nothing.
    private static void end(Program.Running workshop) {
        ProcessHandle.of(workshop.pid()).ifPresent(ProcessHandle::destroy);
        workshop.end();
    }

    @Test
    void theSeedsProgramRunsUnchangedOnAServer() {
        try (Program.Running workshop = Program.tandem("workshop").start()) {
            Program.Ended ended =
                    Program.tandem("--join", code(workshop), "examples/WorkABC.java", "20").run();
            assertThat(ended.err()).isEmpty();
            assertThat(ended.exitCode()).isZero();
            List<String> lines = ended.lines();
            assertThat(lines).hasSize(62);
            assertThat(lines.getLast()).matches("父进程:\\[\\d+, 0, 0]");
            List<Integer> ofFirst =
                    lines.stream()
                            .filter(line -> line.contains(":1 号进程 "))
                            .map(line -> Integer.valueOf(line.replaceAll(".*\\[(\\d+),.*", "$1")))
                            .toList();
            int begin = ofFirst.getFirst();
            assertThat(ofFirst).isEqualTo(IntStream.range(begin, begin + 20).boxed().toList());
            end(workshop);
        }
    }

    @Test
    void twoPromptsShareWhatIsNamed() {
        try (Program.Running workshop = Program.tandem("workshop").start()) {
            String code = code(workshop);
            Program.Ended one =
                    Program.tandem("--execution", "local")
                            .typing(
                                    "join(\"" + code + "\").size()",
                                    "var board = Array.named(\"board\", \"i\", 3)",
                                    "board.set(1, 7)",
                                    "spawn(() -> Array.named(\"board\", \"i\", 3).add(1,"
                                            + " 1)).join()",
                                    "board",
                                    "leave()",
                                    "board.get(1)")
                            .run();
            assertThat(one.out())
                    .contains("==> 1")
                    .contains("Array(board, \"i\", [0, 8, 0])")
                    .contains("this process has left ");
            end(workshop);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theWorkshopEndsWithItsServerAndItsFolder(boolean isKilled) {
        try (Program.Running workshop = Program.tandem("workshop").start()) {
            code(workshop);
            Program.await(
                    Program.DEADLINE, workshop::err, () -> workshop.err().contains(", until"));
            String said = workshop.err();
            Path folder =
                    Path.of(
                            said.substring(
                                    said.indexOf("/", said.indexOf("data in")),
                                    said.indexOf(", until")));
            assertThat(folder).isDirectory();
            List<ProcessHandle> all =
                    ProcessHandle.of(workshop.pid()).orElseThrow().descendants().toList();
            assertThat(all).isNotEmpty();
            ProcessHandle self = ProcessHandle.of(workshop.pid()).orElseThrow();
            if (isKilled) {
                self.destroyForcibly();
            } else {
                self.destroy();
            }
            workshop.end();
            all.forEach(one -> Program.awaitEndOf(one.pid(), Program.DEADLINE));
            Program.await(
                    Program.DEADLINE, () -> "the end of " + folder, () -> Files.notExists(folder));
        }
    }

    @Test
    void whatIsWrongIsSaidInASentence() {
        assertThat(Program.tandem("workshop", "--bnd", "1").run().err())
                .isEqualTo(
                        "tandem: workshop has the options --bind ADDRESS, --port PORT, --limit"
                                + " BYTES, --folder FOLDER and --durable, and not --bnd\n");
        assertThat(Program.tandem("workshop", "--limit", "2g").run().err())
                .isEqualTo(
                        "tandem: --limit 2g: what each machine may store is up to 1g, as in 64m or"
                                + " 500k\n");
        assertThat(Program.tandem("workshop", "--port").run().err())
                .startsWith("tandem: nothing follows --port: workshop has the options");
        assertThat(Program.tandem("--join").run().err())
                .startsWith("tandem: --join is followed by HOST:PORT/CODE");
        assertThat(Program.tandem("--join", "x", "bench").run().err())
                .isEqualTo(
                        "tandem: --join is for JShell, programs, top and doctor, and not for"
                                + " bench\n");
        Program.Ended nowhere =
                Program.tandem("--join", "nowhere", "examples/WorkABC.java", "1").run();
        assertThat(nowhere.err()).contains("this cannot be joined: it has the form HOST:PORT/CODE");
    }
}
