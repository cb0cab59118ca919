package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tandem.testing.Program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Tandem as a library of a program that knows nothing of its folder: a jar from a repository, on the
/// class path or on the module path.
class LibraryIT {
    @TempDir Path memory;
    @TempDir Path folder;

    private Path kit;

    @BeforeEach
    void writeProgram() throws IOException {
        kit = Files.createDirectories(folder.resolve("repository")).resolve("tandem-1.jar");
        Files.copy(Program.jar(), kit);
        Path main = Files.createDirectories(folder.resolve("source/p")).resolve("Main.java");
        Files.writeString(
                main,
                """
                package p;

                import static tandem.Tandem.*;

                import tandem.*;

                final class Main {
                    record Sum(long of, Main main) {}

                    static int count = 5;

                    private final int seven;

                    Main(int seven) {
                        this.seven = seven;
                    }

                    public static void main(String[] args) {
                        count = 6;
                        var a = Array.of("i", 3);
                        spawn(script("Adds"), a).join();
                        spawn(x -> x.add(0, count), a).join();
                        var main = new Main(7);
                        System.out.println(a + " " + call(x -> new Sum(x.get(0), main), a).result().of());
                        System.out.println(call(m -> m.seven, main).result());
                        System.out.println(call(() -> { throw new IllegalStateException("boom"); }).result());
                    }
                }
                """);
        Files.writeString(
                Files.createDirectories(folder.resolve("scripts")).resolve("Adds.java"),
                """
                void main() {
                    tandem.Array a = tandem.Tandem.arg(0);
                    a.add(0, 10);
                }
                """);
    }

    private void module(String directives) throws IOException {
        Files.writeString(
                folder.resolve("source/module-info.java"), "module m { %s }".formatted(directives));
    }

    private void compile(String path) {
        List<String> sources =
                Files.exists(folder.resolve("source/module-info.java"))
                        ? List.of("source/p/Main.java", "source/module-info.java")
                        : List.of("source/p/Main.java");
        String[] command =
                Stream.concat(
                                Stream.of(
                                        "-Xlint:all,-path",
                                        "-Werror",
                                        path,
                                        kit.toString(),
                                        "-d",
                                        "classes"),
                                sources.stream())
                        .toArray(String[]::new);
        Program.Ended ended = Program.jdk("javac", command).in(folder).run();
        assertThat(ended.out() + ended.err()).isEmpty();
    }

    private Program java(String... arguments) {
        String[] all =
                Stream.concat(Stream.of("-Dtandem.dir=" + memory), Stream.of(arguments))
                        .toArray(String[]::new);
        return Program.jdk("java", all).in(folder);
    }

    private void assertThatItWorked(Program.Ended ended) {
        assertThat(ended.lines()).containsExactly("Array(\"i\", [16, 0, 0]) 16", "7");
        assertThat(ended.err())
                .contains("java.lang.IllegalStateException: boom")
                .doesNotContain("WARNING", "tandem/tandem.");
        assertThat(memory).isEmptyDirectory();
    }

    @Test
    void isAJarOnTheClassPath() {
        compile("-cp");

        assertThatItWorked(java("-cp", kit + ":classes", "p.Main").run());
    }

    @Test
    void isAModuleThatAModuleRequires() throws IOException {
        module("requires tandem; opens p to tandem;");
        compile("-p");

        for (String access : List.of("--enable-native-access=tandem", "-Dnative=no")) {
            assertThatItWorked(java(access, "-p", kit + ":classes", "-m", "m/p.Main").run());
        }
    }

    @Test
    void aModuleThatKeepsItsPackagesToItselfIsToldWhatToDeclare() throws IOException {
        module("requires tandem;");
        compile("-p");

        Program.Ended ended = java("-p", kit + ":classes", "-m", "m/p.Main").run();

        assertThat(ended.exitCode()).isOne();
        assertThat(ended.err())
                .contains(
                        "the module m does not open the package p: it has to declare \"opens p to"
                                + " tandem;\"")
                .doesNotContain("tandem/tandem.");
    }

    @Test
    void theDescriptorShowsWhatIsForUsers() {
        assertThat(Program.jdk("jar", "--describe-module", "--file", kit.toString()).run().lines())
                .contains("exports tandem", "exports tandem.sync", "exports tandem.view")
                .contains("requires org.jline static", "requires jdk.unsupported")
                .noneMatch(line -> line.startsWith("opens"));
    }
}
