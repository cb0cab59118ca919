package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.jline.utils.AttributedString;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tandem.testing.Program;
import tandem.testing.Terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// `scripts/tandem timeline`.
class TimelineIT {
    @TempDir Path memory;
    @TempDir Path folder;

    @BeforeAll
    static void theJarIsNew() {
        Program.jar();
    }

    private Program.Ended timeline(String... arguments) {
        String[] all =
                Stream.concat(Stream.of("timeline"), Stream.of(arguments)).toArray(String[]::new);
        return Program.tandem(all).with("TANDEM_JAVA_OPTS", "-Dtandem.dir=" + memory).run();
    }

    @Test
    void theExampleHasALaneForEachProcess() throws IOException {
        Path svg = folder.resolve("t.svg");
        Path json = folder.resolve("t.json");
        Program.Ended ended =
                timeline(
                        "--svg",
                        svg.toString(),
                        "--json",
                        json.toString(),
                        "examples/WorkABC.java",
                        "2000");

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        List<String> picture =
                ended.lines()
                        .subList(
                                ended.lines().indexOf("timeline of examples/WorkABC.java"),
                                ended.lines().size());
        assertThat(picture.get(2)).startsWith("MainProcess ");
        assertThat(picture.get(3)).startsWith("1 号进程 ").contains("A");
        assertThat(picture.get(4)).startsWith("2 号进程 ");
        assertThat(picture.get(5)).startsWith("3 号进程 ");
        assertThat(picture).contains("A array-1");
        assertThat(picture)
                .allMatch(line -> new AttributedString(line).columnLength() <= 80)
                .noneMatch(line -> line.contains("\033"));
        assertThat(ended.out()).contains("父进程:");
        assertThat(Files.readString(svg)).startsWith("<svg ").contains("3 号进程 holds array-1");
        assertThat(Files.readString(json)).contains("\"ph\": \"X\"", "\"holds array-1\"");
        assertThat(memory).isEmptyDirectory();
    }

    @Test
    void theProgramHasItsArgumentsItsInputAndItsExitCode() throws IOException {
        Path program = folder.resolve("Ends.java");
        Files.writeString(
                program,
                """
                import static tandem.Tandem.*;
                void main(String[] args) {
                    try (var _ = timeline()) {
                        spawn(() -> {}).join();
                    }
                    IO.println(String.join("|", args));
                    System.exit(7);
                }
                """);
        Program.Ended ended = timeline(program.toString(), "--svg", "x");

        assertThat(ended.exitCode()).as(ended.err()).isEqualTo(7);
        assertThat(ended.lines()).contains("--svg|x", "timeline of " + program);
        assertThat(ended.out()).as("the program's own").contains("Timeline.last().svg");
        assertThat(memory).isEmptyDirectory();
    }

    @Test
    void whatWasRecordedIsShownAfterCtrlC() throws IOException {
        Path program = folder.resolve("Stays.java");
        Files.writeString(
                program,
                """
                import static tandem.Tandem.*;
                import tandem.*;
                import tandem.session.Survey;
                void main() {
                    long begin = System.nanoTime();
                    var a = Array.of("i", 1);
                    a.acquire();
                    var p = named("2 号进程").spawn(x -> x.add(0, 1), a);
                    while (!waits(p, a)) {
                        sleep(0.01);
                    }
                    // A good part of the picture.
                    sleep((System.nanoTime() - begin) / 1e9);
                    IO.println("it " + "stays");
                    p.join();
                }

                boolean waits(Worker worker, Array a) {
                    try (var survey = Survey.of(a.path().getParent())) {
                        survey.refresh();
                        return survey.look().getFirst().processes().stream()
                            .anyMatch(one -> one.pid() == worker.pid() && !one.waits().isEmpty());
                    }
                }
                """);
        String command =
                "trap : INT; TANDEM_JAVA_OPTS=-Dtandem.dir='%s' '%s' timeline '%s'; cat"
                        .formatted(memory, Program.home().resolve("scripts/tandem"), program);
        try (Terminal terminal = Terminal.open(folder, 80, 24, command)) {
            terminal.await("it stays");
            terminal.press("C-c");
            terminal.await("timeline of ", "MainProcess ", "2 号进程", "aaaa", "A array-1");
        }
        assertThat(memory).isEmptyDirectory();
    }

    @Test
    void whatIsNoProgramIsRefused() {
        assertThat(timeline().exitCode()).isEqualTo(2);
        assertThat(timeline("--svg", "t.svg").err()).contains("scripts/tandem timeline [--svg");
        assertThat(timeline("--png", "t.png", "examples/WorkABC.java").exitCode()).isEqualTo(2);
    }
}
