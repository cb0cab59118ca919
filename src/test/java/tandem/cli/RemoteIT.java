package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tandem.testing.Program;
import tandem.testing.Terminal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/// Code that is typed at one prompt and runs on the machine of another, on the finished jar.
class RemoteIT {
    @BeforeAll
    static void theJarIsNew() {
        assumeTrue(
                Terminal.isInstalled("redis-server") || Terminal.isInstalled("valkey-server"),
                "neither valkey-server nor redis-server is on the PATH");
        Program.jar();
    }

    /// A prompt on the machine laptop-7, which accepts code, of those who have joined a server.
    private static void withOwner(Path folder, BiConsumer<String, Terminal> test) {
        try (Program.Running workshop = Program.tandem("workshop").start()) {
            String code = workshop.awaitLine("scripts/tandem --join ");
            String shell = "env TANDEM_MACHINE=laptop-7 scripts/tandem --join %s --accept";
            try (Terminal owner = Terminal.open(folder, 100, 24, shell.formatted(code))) {
                owner.awaitPrompt();
                test.accept(code, owner);
            }
            ProcessHandle.of(workshop.pid()).ifPresent(ProcessHandle::destroy);
            workshop.end();
        }
    }

    @Test
    void whatIsTypedHereRunsThere(@TempDir Path folder) {
        withOwner(
                folder,
                (code, owner) -> {
                    Program.Ended sender =
                            Program.tandem("--join", code)
                                    .with("TANDEM_MACHINE", "laptop-3")
                                    .typing(
                                            "int twice(int x) { return 2 * x; }",
                                            "var board = Array.of(\"i\", 3)",
                                            "on(\"laptop-7\").spawn(b -> b.add(1, twice(4)),"
                                                    + " board).join()",
                                            "board",
                                            "on(\"laptop-7\").call(x -> twice(x), 21).result()",
                                            "named(\"me\").anywhere().spawn(() ->"
                                                + " IO.println(System.getenv(\"TANDEM_MACHINE\"))).join()",
                                            "everywhere().call(() -> 7 / 0)",
                                            "record Point(int x) {}",
                                            "on(\"laptop-7\").call(() -> new Point(1)).result()",
                                            "on(\"laptop-9\")")
                                    .run();
                    assertThat(sender.out())
                            .contains("==> Array(\"i\", [0, 8, 0])")
                            .contains("==> 42")
                            .contains("laptop-7\n")
                            .contains("java.lang.ArithmeticException: / by zero")
                            .contains("thrown in Worker-3 (pid ")
                            .contains(
                                    "the result (Point) cannot travel back: a Point stays where it"
                                            + " is;")
                            .contains("laptop-9 accepts no code; those that do: laptop-7.");
                    owner.await(
                            "tandem: Worker-1 of laptop-3 runs here",
                            "tandem: me of laptop-3 runs here",
                            "tandem: Worker-2 of laptop-3 runs here");
                    owner.type("1 + 1");
                    owner.await("==> 2");
                });
    }

    /// On a server, with a machine that accepts code under the name that they use.
    @Test
    void theExamplesOfHelpForSeveralMachinesCanBeTyped(@TempDir Path folder) throws IOException {
        List<String> examples =
                ShellIT.examples(true).stream().flatMap(List::stream).distinct().toList();
        assertThat(examples).hasSizeGreaterThan(6);
        withOwner(
                folder,
                (code, owner) -> {
                    Program.Ended sender =
                            Program.tandem("--join", code)
                                    .with("TANDEM_MACHINE", "laptop-3")
                                    .typing(
                                            Stream.concat(
                                                            examples.stream(),
                                                            Stream.of("board.get(0)"))
                                                    .toArray(String[]::new))
                                    .run();
                    assertThat(sender.err()).doesNotContain("tandem:");
                    assertThat(sender.out())
                            .doesNotContain("Error:", "|  Exception")
                            .contains("there\n", "hello\n", "==> 42", "==> 1\n");
                });
    }

    @Test
    void acceptIsForThePrompt() {
        assertThat(Program.tandem("--join", "x", "--accept", "some.java").run().err())
                .isEqualTo("tandem: --accept is for JShell: a program calls accept() itself\n");
        assertThat(Program.tandem().typing("accept()", "on(\"x\")").run().out())
                .contains("accept() is refused: this process has joined no server")
                .contains("on(…) is refused: this process has joined no server");
    }
}
