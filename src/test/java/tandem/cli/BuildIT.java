package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tandem.testing.Program;
import tandem.testing.Terminal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What `scripts/tandem` shows while it builds: a copy of it, with a Maven that only takes its time.
class BuildIT {
    private static final String BUILDING = "tandem: building target/tandem.jar … ";

    private static final String MAKES_A_JAR =
            """
            for option; do
                case $option in
                    -Dbuild.folder=*) mkdir -p "${option#*=}" && cd "${option#*=}" ;;
                esac
            done
            echo $$ >tandem.jar
            """;

    @TempDir Path home;
    @TempDir Path folder;

    private Terminal terminal;

    @BeforeEach
    void copyTheCommand() throws IOException {
        Files.createDirectories(home.resolve("scripts"));
        Files.createDirectories(home.resolve("src/main"));
        Files.createDirectories(home.resolve("target"));
        Files.createFile(home.resolve("pom.xml"));
        Files.copy(Program.home().resolve("scripts/tandem"), home.resolve("scripts/tandem"));
    }

    @AfterEach
    void closeTerminal() {
        if (terminal != null) {
            terminal.close();
        }
    }

    /// Maven is this shell script. What it builds is a jar with nothing in it.
    private void maven(String script) throws IOException {
        Path maven = Files.writeString(home.resolve("mvn"), "#!/bin/sh\n" + script + "\n");
        assertThat(maven.toFile().setExecutable(true)).isTrue();
    }

    private String path() {
        return home + ":" + System.getenv("PATH");
    }

    /// Waits until so many seconds are shown, or more.
    private void awaitSecond(int second) {
        terminal.await(BUILDING + second + " s", screen -> seconds(screen) >= second);
    }

    private static int seconds(String screen) {
        Matcher shown = Pattern.compile(Pattern.quote(BUILDING) + "(\\d+) s").matcher(screen);
        return shown.find() ? Integer.parseInt(shown.group(1)) : 0;
    }

    private Program.Ended inAPipe() {
        return command().run();
    }

    private void atATerminal() {
        String command =
                "PATH='%s' '%s/scripts/tandem' doctor 2>&1; echo \"ended with $?\"; sleep 600";
        terminal = Terminal.open(folder, 80, 24, command.formatted(path(), home));
    }

    @Test
    void inAPipeOneLineSaysThatItBuilds() throws IOException {
        maven("sleep 1.5; " + MAKES_A_JAR);
        assertThat(inAPipe().err())
                .startsWith(BUILDING.strip() + "\n")
                .doesNotContain("\r", "\033");
        assertThat(inAPipe().err()).doesNotContain("building");
    }

    @Test
    void atATerminalALineCountsTheSecondsAndGoes() throws IOException {
        maven("while [ ! -e '%s/enough' ]; do sleep 0.1; done; %s".formatted(home, MAKES_A_JAR));
        atATerminal();
        awaitSecond(1);
        awaitSecond(2);
        assertThat(terminal.screen().strip().lines()).hasSize(1);
        Files.createFile(home.resolve("enough"));
        terminal.await("ended with 1");
        assertThat(terminal.screen()).startsWith("Error: ").doesNotContain("building");
    }

    @Test
    void whatMavenSaysIsToBeReadWhenItFails() throws IOException {
        maven("sleep 1.2; echo '[ERROR] no such thing'; exit 1");
        atATerminal();
        terminal.await("ended with 1");
        assertThat(terminal.lines().lines().map(String::strip))
                .startsWith(
                        "[ERROR] no such thing",
                        "tandem: Maven could not build Tandem; the lines above say why",
                        "ended with 1");
    }

    @Test
    void ctrlCEndsItAll() throws IOException {
        Path pid = home.resolve("pid");
        maven("echo $$ > '%1$s.new'; mv '%1$s.new' '%1$s'; sleep 600".formatted(pid));
        atATerminal();
        awaitSecond(1);
        Program.await(Program.DEADLINE, () -> "Maven", () -> Files.exists(pid));
        terminal.press("C-c");
        terminal.awaitEnd();
        long maven = Long.parseLong(Files.readString(pid).strip());
        Program.awaitEndOf(maven, Program.DEADLINE);
    }

    private Program command() {
        return Program.of(home.resolve("scripts/tandem").toString(), "doctor").with("PATH", path());
    }

    @Test
    void oneTerminalBuildsWhatTwoNeed() throws IOException {
        maven(
                "echo built >>'%1$s/log'; while [ ! -e '%1$s/enough' ]; do sleep 0.1; done; %2$s"
                        .formatted(home, MAKES_A_JAR));
        try (Program.Running first = command().start();
                Program.Running second = command().start()) {
            Program.await(
                    Program.DEADLINE,
                    () -> "one that waits",
                    () -> (first.err() + second.err()).contains("waiting for another terminal"));
            Files.createFile(home.resolve("enough"));
            assertThat(first.end().err() + second.end().err())
                    .containsOnlyOnce("tandem: building")
                    .containsOnlyOnce("tandem: waiting for another terminal, which is building …");
        }
        assertThat(home.resolve("log")).hasContent("built");
        assertThat(inAPipe().err()).doesNotContain("building");
    }

    @Test
    void aTerminalThatIsKilledWhileItBuildsKeepsNobodyWaiting() throws IOException {
        maven("echo $$ >'%1$s/pid'; exec sleep 600".formatted(home));
        try (Program.Running _ = command().start()) {
            Program.await(Program.DEADLINE, () -> "Maven", () -> Files.exists(home.resolve("pid")));
        }
        maven(MAKES_A_JAR);
        assertThat(inAPipe().err()).contains("building target/tandem.jar");
        assertThat(home.resolve("target/tandem.jar")).exists();
    }

    @Test
    void whoUsesTheJarThatIsReplacedKeepsIt() throws IOException {
        Path jar = Files.writeString(home.resolve("target/tandem.jar"), "old");
        Path source = Files.writeString(home.resolve("src/main/New.java"), "");
        Files.setLastModifiedTime(jar, FileTime.fromMillis(1));
        maven(MAKES_A_JAR);
        try (InputStream used = Files.newInputStream(jar)) {
            assertThat(inAPipe().err()).contains("building target/tandem.jar");
            assertThat(used).hasContent("old");
        }
        assertThat(jar).content().doesNotContain("old");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(1)));
        assertThat(inAPipe().err()).contains("building target/tandem.jar");
    }
}
