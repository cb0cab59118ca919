package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tandem.testing.Program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/// What `scripts/tandem` does before Java runs: finding itself, a JDK and what is to be run.
class CommandIT {
    private static final Path JDK = Path.of(System.getProperty("java.home"));

    @TempDir Path folder;

    private Path program;

    @BeforeAll
    static void theJarIsNew() {
        Program.jar();
    }

    @BeforeEach
    void writeProgram() throws IOException {
        program = folder.resolve("Which.java");
        Files.writeString(
                program,
                """
                void main(String[] args) {
                    IO.println("java " + Runtime.version().feature());
                    IO.println("home " + System.getProperty("java.home"));
                    IO.println("folder " + Path.of("").toAbsolutePath());
                    IO.println("arguments " + List.of(args));
                    IO.println("kit " + tandem.Tandem.current().name());
                }
                """);
    }

    /// A folder that looks like a JDK of this version to the script, and complains when it is run.
    private Path oldJdk() throws IOException {
        Path jdk = Files.createDirectories(folder.resolve("jdk-17"));
        return jdk(jdk, "17.0.15", "echo this Java is too old >&2; exit 9 #");
    }

    /// A home folder with the JDK of the tests in one of the usual places.
    private Path homeWithJdk() throws IOException {
        Path home = folder.resolve("home");
        Path jdk = Files.createDirectories(home.resolve(".jdks/jdk"));
        jdk(jdk, "25.0.1", "exec " + JDK.resolve("bin"));
        return home;
    }

    private static Path jdk(Path folder, String version, String start) throws IOException {
        Files.writeString(folder.resolve("release"), "JAVA_VERSION=\"%s\"\n".formatted(version));
        Path bin = Files.createDirectories(folder.resolve("bin"));
        for (String tool : List.of("java", "jshell")) {
            executable(bin.resolve(tool), "%s/%s \"$@\"".formatted(start, tool));
        }
        return folder;
    }

    /// A folder with the tools that the script needs, and nothing else.
    private String pathWithoutJava() throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        for (String tool :
                "sh cat sed find head grep tr sort dirname basename readlink touch".split(" ")) {
            for (Path place : List.of(Path.of("/bin"), Path.of("/usr/bin"))) {
                Path real = place.resolve(tool);
                if (Files.isExecutable(real)) {
                    executable(bin.resolve(tool), "exec %s \"$@\"".formatted(real));
                }
            }
        }
        return bin.toString();
    }

    private static void executable(Path file, String command) throws IOException {
        Files.writeString(file, "#!/bin/sh\n%s\n".formatted(command));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void assertItRan(Program.Ended ended) {
        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        String feature = ended.lines().getFirst().substring("java ".length());
        assertThat(Integer.parseInt(feature)).isGreaterThanOrEqualTo(25);
    }

    @Test
    void theDoctorSaysWhatIsInUse() {
        Program.jar();

        Program.Ended ended = Program.tandem("doctor").run();

        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out())
                .contains(System.getProperty("java.vm.version"))
                .containsPattern("(?m)^waiting +futex|in Java alone")
                .containsPattern("(?m)^shared memory +\\S+, \\d+ MB free$")
                .containsPattern("(?m)^sessions +");
    }

    @Test
    void aProgramGetsItsArgumentsAndTheFolderThatItWasStartedIn() throws IOException {
        Program.Ended ended =
                Program.tandem("Which.java", "--rounds", "汉字", "two words").in(folder).run();

        assertItRan(ended);
        assertThat(ended.lines())
                .contains(
                        "home " + JDK,
                        "folder " + folder.toRealPath(),
                        "arguments [--rounds, 汉字, two words]",
                        "kit MainProcess");
    }

    @Test
    void anOldJavaOnThePathIsPassedOver() throws IOException {
        String path = oldJdk().resolve("bin") + ":" + pathWithoutJava();

        assertItRan(
                Program.tandem(program.toString())
                        .without("TANDEM_JAVA_HOME")
                        .with("HOME", homeWithJdk().toString())
                        .with("PATH", path)
                        .run());
    }

    @Test
    void aJdkIsFoundWithoutAnyJavaOnThePath() throws IOException {
        assertItRan(
                Program.tandem(program.toString())
                        .without("TANDEM_JAVA_HOME")
                        .with("HOME", homeWithJdk().toString())
                        .with("PATH", pathWithoutJava())
                        .run());
    }

    @Test
    void anOldJavaHomeIsPassedOver() throws IOException {
        assertItRan(
                Program.tandem(program.toString())
                        .without("TANDEM_JAVA_HOME")
                        .with("JAVA_HOME", oldJdk().toString())
                        .with("HOME", homeWithJdk().toString())
                        .run());
    }

    @Test
    void javaHomeIsUsedWhenItSuits() {
        Program.Ended ended =
                Program.tandem(program.toString())
                        .without("TANDEM_JAVA_HOME")
                        .with("JAVA_HOME", JDK.toString())
                        .run();

        assertItRan(ended);
        assertThat(ended.lines()).contains("home " + JDK);
    }

    @Test
    void aWrongTandemJavaHomeIsAPlainError() throws IOException {
        for (Path wrong : List.of(folder.resolve("nowhere"), oldJdk())) {
            Program.Ended ended =
                    Program.tandem(program.toString())
                            .with("TANDEM_JAVA_HOME", wrong.toString())
                            .run();

            assertThat(ended.exitCode()).isOne();
            assertThat(ended.out()).isEmpty();
            assertThat(ended.err())
                    .isEqualTo(
                            "tandem: TANDEM_JAVA_HOME (%s) is no JDK 25 or newer with jshell\n"
                                    .formatted(wrong));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"help", "-h", "--help"})
    void helpNeedsNoJava(String word) throws IOException {
        Program.Ended ended =
                Program.tandem(word)
                        .with("TANDEM_JAVA_HOME", "/nowhere")
                        .with("PATH", pathWithoutJava())
                        .run();

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).contains("FILE.java", "FILE.jsh", "bench", "TANDEM_JAVA_HOME");
    }

    @Test
    void anUnknownWordIsAPlainError() {
        Program.Ended ended = Program.tandem("fly").run();

        assertThat(ended.exitCode()).isOne();
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).startsWith("tandem: fly ").contains("help").hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Nowhere.java", "nowhere.jsh"})
    void aMissingFileIsAPlainError(String file) {
        Program.Ended ended = Program.tandem(file).run();

        assertThat(ended.exitCode()).isOne();
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).isEqualTo("tandem: %s cannot be read\n".formatted(file));
    }

    @Test
    void theExitCodeOfTheProgramIsTheCommands() throws IOException {
        Files.writeString(program, "void main() { System.exit(3); }\n");

        assertThat(Program.tandem(program.toString()).run().exitCode()).isEqualTo(3);
    }

    @Test
    void theCommandIsFoundThroughLinks() throws IOException {
        Path direct = folder.resolve("tandem-direct");
        Path relative = Files.createDirectories(folder.resolve("a folder")).resolve("tandem");
        try {
            Files.createSymbolicLink(direct, Program.home().resolve("scripts/tandem"));
            Files.createSymbolicLink(relative, Path.of("../tandem-direct"));

            assertItRan(Program.of("a folder/tandem", "Which.java").in(folder).run());
        } finally {
            Files.deleteIfExists(relative);
            Files.deleteIfExists(direct);
        }
    }

    private Program installed(Path home, String path, String... arguments) {
        return Program.of(arguments).in(folder).with("HOME", home.toString()).with("PATH", path);
    }

    @Test
    void installMakesItACommandForAnyFolderAndUninstallTakesThatBack() throws IOException {
        Path home = Files.createDirectories(folder.resolve("at home"));
        Path bin = home.resolve(".local/bin");
        String path = bin + ":" + System.getenv("PATH");
        String command = Program.home().resolve("scripts/tandem").toString();

        Program.Ended ended = installed(home, path, command, "install").run();

        assertThat(ended.err()).isEmpty();
        assertThat(ended.lines())
                .containsExactly(
                        "tandem: %s leads to %s; tandem uninstall removes it"
                                .formatted(bin.resolve("tandem"), command));
        assertItRan(installed(home, path, "sh", "-c", "tandem Which.java").run());
        assertThat(installed(home, path, "sh", "-c", "tandem install").run().exitCode()).isZero();

        assertThat(installed(home, path, "sh", "-c", "tandem uninstall").run().out())
                .isEqualTo("tandem: %s is gone\n".formatted(bin.resolve("tandem")));
        assertThat(bin).isEmptyDirectory();
        assertThat(installed(home, path, command, "uninstall").run().err())
                .startsWith("tandem: ")
                .contains("nothing to take back")
                .hasLineCount(1);
    }

    @Test
    void installSaysHowThePathFindsIt() throws IOException {
        Path home = Files.createDirectories(folder.resolve("home"));
        String command = Program.home().resolve("scripts/tandem").toString();

        List<String> lines =
                installed(home, System.getenv("PATH"), command, "install").run().lines();

        assertThat(lines.get(1)).contains(home + "/.local/bin is not on your PATH");
        String typed = lines.getLast().strip() + "; tandem Which.java";
        assertItRan(installed(home, System.getenv("PATH"), "sh", "-c", typed).run());
        assertThat(installed(home, System.getenv("PATH"), command, "uninstall").run().err())
                .isEmpty();
    }

    @Test
    void installLeavesAloneWhatIsThere() throws IOException {
        Path home = Files.createDirectories(folder.resolve("home"));
        Path other = Files.createDirectories(home.resolve(".local/bin")).resolve("tandem");
        Files.writeString(other, "somebody else's");
        String command = Program.home().resolve("scripts/tandem").toString();

        for (String verb : List.of("install", "uninstall")) {
            Program.Ended ended = installed(home, System.getenv("PATH"), command, verb).run();

            assertThat(ended.exitCode()).isOne();
            assertThat(ended.err()).startsWith("tandem: " + other).hasLineCount(1);
        }
        assertThat(other).hasContent("somebody else's");
    }
}
