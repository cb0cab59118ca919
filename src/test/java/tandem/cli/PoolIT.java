package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tandem.testing.Program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Pools of whole programs, and at the prompt.
class PoolIT {
    @TempDir Path memory;
    @TempDir Path folder;

    @BeforeEach
    void theJarIsNew() throws IOException {
        Program.jar();
        Files.createDirectories(folder.resolve(".java/.userPrefs"));
    }

    private Program.Ended run(String program) throws IOException {
        Path file = Files.writeString(folder.resolve("Pooled.java"), program);
        return Program.tandem(file.toString())
                .with("TANDEM_JAVA_OPTS", "-Dtandem.dir=" + memory)
                .run();
    }

    @Test
    void aProgramEndsThatDoesNotCloseItsPool() throws IOException {
        Program.Ended ended =
                run(
                        """
                        import static tandem.Tandem.*;
                        import tandem.*;
                        static final Pool POOL = new Pool(2);
                        record Point(int x) {}
                        void main() {
                            IO.println(POOL.map(p -> new Point(p.x() + 1), List.of(new Point(1))));
                            POOL.submit(() -> { sleep(60); return 1; });
                            joinAll();
                            IO.println("end");
                        }
                        """);
        assertThat(ended.err()).isEmpty();
        assertThat(ended.lines()).containsExactly("[Point[x=2]]", "end");
        assertThat(ended.exitCode()).isZero();
        assertThat(memory).isEmptyDirectory();
    }

    @Test
    void aWorkerPrintsUnderItsName() throws IOException {
        Program.Ended ended =
                run(
                        """
                        import tandem.*;
                        void main() {
                            try (var pool = new Pool(1)) {
                                pool.map(x -> { IO.println("item " + x); return x; }, List.of(1, 2));
                                IO.println("mapped");
                                pool.apply(() -> { System.err.println("oh"); return 1; });
                            }
                        }
                        """);
        assertThat(ended.lines()).containsExactly("item 1", "item 2", "mapped");
        assertThat(ended.err()).isEqualTo("[Pool-1-worker-1] oh\n");
        assertThat(memory).isEmptyDirectory();
    }

    @Test
    void codeThatIsTypedLaterRunsInTheWorkersOfBefore() {
        Program.Ended ended =
                Program.tandem()
                        .in(folder)
                        .with(
                                "TANDEM_JSHELL_OPTS",
                                "-J-Djava.util.prefs.userRoot=%s -R-Dtandem.dir=%s"
                                        .formatted(folder, memory))
                        .typing(
                                "var pool = new Pool(2)",
                                "pool.map(x -> x + 1, List.of(1, 2))",
                                "record Point(int x) {}",
                                "int twice(int x) { return 2 * x; }",
                                "pool.map(x -> new Point(twice(x)), List.of(3, 4))",
                                "pool.map(p -> p.x(), List.of(new Point(5), new Point(6)))",
                                "int twice(int x) { return 20 * x; }",
                                "pool.map(x -> twice(x), List.of(3, 4))",
                                "pool.apply(() -> 1 / 0)",
                                "pool.close()",
                                "workers()")
                        .run();
        assertThat(ended.out())
                .contains("==> [2, 3]")
                .contains("==> [Point[x=6], Point[x=8]]")
                .contains("==> [5, 6]")
                .contains("==> [60, 80]")
                .contains("|  Exception java.lang.ArithmeticException: / by zero")
                .contains("thrown in Pool-1-worker-")
                .contains("==> []");
        assertThat(ended.err()).isEmpty();
        Program.awaitEmpty(memory);
    }
}
