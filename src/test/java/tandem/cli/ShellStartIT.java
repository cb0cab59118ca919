package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tandem.testing.Program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// What a person brings along to JShell: classes and scripts of his own.
class ShellStartIT {
    @TempDir Path folder;

    @BeforeEach
    void compileAClass() throws IOException {
        Program.jar();
        Path source =
                Files.writeString(
                        folder.resolve("Own.java"),
                        """
                        package own;
                        public record Own(int n) implements java.io.Serializable {
                            public static int twice(int n) { return 2 * n; }
                        }
                        """);
        assertThat(
                        Program.jdk(
                                        "javac",
                                        "-d",
                                        folder.resolve("classes").toString(),
                                        "" + source)
                                .run()
                                .exitCode())
                .isZero();
        Files.delete(source);
    }

    private Program tandem(String... arguments) {
        return Program.tandem(arguments)
                .in(folder)
                .with("TANDEM_JSHELL_OPTS", "-R-Dtandem.dir=" + folder)
                .with("TANDEM_JAVA_OPTS", "-Dtandem.dir=" + folder);
    }

    private static void assertItKnowsBoth(Program.Ended ended) {
        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).contains("42 in a worker").doesNotContain("rror:");
    }

    private static final String CALL =
            "System.out.println(call(x -> own.Own.twice(x.n()), new own.Own(21)).result()"
                    + " + \" in a worker\");";

    @Test
    void classesOfOnesOwnAreKnownAtThePromptAndInWorkers() {
        assertItKnowsBoth(tandem("--class-path", "classes").typing(CALL).run());
        assertItKnowsBoth(
                tandem("--feedback", "concise", "--class-path=" + folder.resolve("classes"))
                        .typing(CALL)
                        .run());
    }

    @Test
    void classesOfOnesOwnAreKnownToAFile() throws IOException {
        Files.writeString(
                folder.resolve("Main.java"),
                """
                import static tandem.Tandem.*;

                void main(String[] args) {
                    %s
                    IO.println(List.of(args));
                }
                """
                        .formatted(CALL));
        Files.writeString(folder.resolve("main.jsh"), CALL + "\n");

        Program.Ended program =
                tandem("--class-path", "none:classes", "Main.java", "-cp", "a b", "--class-path")
                        .run();
        assertItKnowsBoth(program);
        assertThat(program.lines()).contains("[-cp, a b, --class-path]");
        assertItKnowsBoth(tandem("--class-path", "classes", "main.jsh").run());
    }

    @Test
    void aClassPathThatIsNotGivenIsAPlainError() {
        Program.Ended ended = tandem("--class-path").run();

        assertThat(ended.exitCode()).isOne();
        assertThat(ended.err())
                .isEqualTo("tandem: --class-path is followed by a path: see scripts/tandem help\n");
    }

    @Test
    void scriptsOfAnyNameHaveAVariableOrNone() throws IOException {
        Files.createDirectories(folder.resolve("scripts"));
        List<String> names =
                List.of(
                        "New",
                        "Class",
                        "true",
                        "_",
                        "中文",
                        "Ärger",
                        "with space",
                        "a，b",
                        "2nd",
                        "x");
        for (String name : names) {
            Files.writeString(folder.resolve("scripts/" + name + ".java"), "void main() {}");
        }

        Program.Ended ended = tandem().typing("/vars", "中文", "Ärger", "x").run();

        assertThat(ended.err()).doesNotContain("rror");
        assertThat(ended.out())
                .contains("Script 中文 =", "Script Ärger =", "Script x =", "Script(中文)")
                .doesNotContain("rror", "Script true", "Script 2", "Script a");
    }

    /// Packets of commands that await each other's acknowledgement take 40 ms each, four or five of them in a line.
    @Test
    void linesRunWithoutWaitingForAcknowledgements() {
        assertThat(millisOfLines("--execution", "jdi")[7] - millisOfLines()[3])
                .as("milliseconds that a line takes less than with the JDK's own agent")
                .isGreaterThan(60);
    }

    /// How long each line took, the shortest first. Beside other tests, some take longer than they need.
    private long[] millisOfLines(String... options) {
        Program.Ended ended =
                tandem(options)
                        .typing(
                                Collections.nCopies(16, "\"at \" + System.nanoTime()")
                                        .toArray(String[]::new))
                        .run();
        long[] times =
                Pattern.compile("at (-?\\d+)")
                        .matcher(ended.out())
                        .results()
                        .mapToLong(match -> Long.parseLong(match.group(1)))
                        .toArray();
        assertThat(times).hasSize(16);
        return IntStream.range(1, 16)
                .mapToLong(i -> (times[i] - times[i - 1]) / 1_000_000)
                .sorted()
                .toArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"failover:0(tandem)", "local"})
    void sparesComeWithoutALineInAStartupFile(String execution) {
        Program.Ended ended =
                Program.shell(execution, folder, folder)
                        .typing(
                                "while (tandem.launch.Spares.ready() < 3) { Thread.sleep(20); }",
                                "System.out.println(\"all ready\")")
                        .run();

        assertThat(ended.out()).contains("all ready");
    }

    @Test
    void aWorkerOfThePromptKnowsNothingOfJShell() {
        Program.Ended ended =
                tandem().typing(
                                "var line = call(() ->"
                                        + " ProcessHandle.current().info().commandLine())"
                                        + ".result().get()",
                                "System.out.println(line.contains(\"WorkerMain\") + \" \" +"
                                        + " line.contains(\"jshell\"))")
                        .run();

        assertThat(ended.out()).contains("true false");
    }

    @Test
    void whatIsTypedHasAConsoleAndAnInput() {
        Program.Ended ended =
                tandem().typing(
                                "System.console().printf(\"%s%n\", \"from \" + \"the console\")",
                                "System.out.println(\"read \" + (char) System.in.read())", "q")
                        .run();

        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).contains("from the console").contains("read q");
    }
}
