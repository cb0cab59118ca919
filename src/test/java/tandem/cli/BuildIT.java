package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tandem.testing.Program;
import tandem.testing.Terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What `scripts/tandem` shows while it builds: a copy of it, with a Maven that only takes its time.
class BuildIT {
    private static final String BUILDING = "tandem: building target/tandem.jar … ";

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

    private Program.Ended inAPipe() {
        String command = home.resolve("scripts/tandem").toString();
        return Program.of(command, "doctor").with("PATH", path()).run();
    }

    private void atATerminal() {
        String command =
                "PATH='%s' '%s/scripts/tandem' doctor 2>&1; echo \"ended with $?\"; sleep 600";
        terminal = Terminal.open(folder, 80, 24, command.formatted(path(), home));
    }

    @Test
    void inAPipeOneLineSaysThatItBuilds() throws IOException {
        maven("sleep 1.5; touch '%s/target/tandem.jar'".formatted(home));
        assertThat(inAPipe().err())
                .startsWith(BUILDING.strip() + "\n")
                .doesNotContain("\r", "\033");
        assertThat(inAPipe().err()).doesNotContain("building");
    }

    @Test
    void atATerminalALineCountsTheSecondsAndGoes() throws IOException {
        maven(
                "while [ ! -e '%s/enough' ]; do sleep 0.1; done; touch '%<s/target/tandem.jar'"
                        .formatted(home));
        atATerminal();
        terminal.await(BUILDING + "1 s");
        terminal.await(BUILDING + "2 s");
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
        maven("echo $$ > '%s/pid'; sleep 600".formatted(home));
        atATerminal();
        terminal.await(BUILDING + "1 s");
        terminal.press("C-c");
        terminal.awaitEnd();
        long maven = Long.parseLong(Files.readString(home.resolve("pid")).strip());
        Program.awaitEndOf(maven, Program.DEADLINE);
    }
}
