package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tandem.testing.Program;
import tandem.testing.Terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Lines of several workers, which came about in an order, are shown in it.
class OrderIT {
    @TempDir Path memory;
    @TempDir Path folder;

    private Program.Ended run(String options, String program) throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("Ordered.java"),
                        "import static tandem.Tandem.*;\nimport tandem.*;\n" + program);
        Program.jar();
        Program.Ended ended =
                Program.tandem(file.toString())
                        .with("TANDEM_JAVA_OPTS", "-Dtandem.dir=" + memory + options)
                        .run();
        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        return ended;
    }

    private static List<String> pingPong(int rounds, String before) {
        return IntStream.range(0, rounds)
                .boxed()
                .flatMap(i -> Stream.of(before + "ping " + i, before + "pong " + i))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " -Dtandem.waiter=portable"})
    void twoEventsForceAnOrder(String options) throws IOException {
        for (int i = 0; i < 3; i++) {
            Program.Ended ended =
                    run(
                            options,
                            """
                            void main() {
                                var ping = new Event();
                                var pong = new Event();
                                spawn((w, a, b) -> say(w, a, b), "ping", ping, pong);
                                spawn((w, a, b) -> say(w, a, b), "pong", pong, ping);
                                ping.set();
                            }

                            static void say(String word, Event mine, Event other) {
                                for (int i = 0; i < 200; i++) {
                                    mine.await();
                                    mine.clear();
                                    IO.println(word + " " + i);
                                    other.set();
                                }
                            }
                            """);
            assertThat(ended.lines()).isEqualTo(pingPong(200, ""));
        }
    }

    @RepeatedTest(2)
    void aLockForcesAnOrder() throws IOException {
        Program.Ended ended =
                run(
                        "",
                        """
                        void main() {
                            var count = Array.of("i", 1);
                            for (int i = 0; i < 4; i++) {
                                spawn(a -> {
                                    for (int turn = 0; turn < 500; turn++) {
                                        try (var held = a.hold()) {
                                            IO.println(a.add(0, 1));
                                        }
                                    }
                                }, count);
                            }
                        }
                        """);
        assertThat(ended.lines())
                .isEqualTo(IntStream.rangeClosed(1, 2000).mapToObj(Integer::toString).toList());
    }

    /// The last of what it has printed may be in its pipe yet when it has ended, as nobody shows anything.
    /// (Some more would not fit there.)
    @Test
    void theEndOfAWorkerForcesAnOrder() throws IOException {
        Program.Ended ended =
                run(
                        "",
                        """
                        void main() {
                            var out = System.out;
                            var gate = new CountDownLatch(1);
                            System.setOut(new PrintStream(new OutputStream() {
                                @Override
                                public void write(int value) {
                                    write(new byte[] {(byte) value}, 0, 1);
                                }

                                @Override
                                public void write(byte[] bytes, int from, int length) {
                                    try {
                                        gate.await();
                                    } catch (InterruptedException e) {
                                        throw new IllegalStateException(e);
                                    }
                                    out.write(bytes, from, length);
                                    out.flush();
                                }
                            }, true));
                            var first = spawn(() -> {
                                for (int i = 0; i < 11_000; i++) {
                                    IO.println("a".repeat(99));
                                }
                            });
                            var second = spawn(pid -> {
                                ProcessHandle.of(pid).ifPresent(a -> a.onExit().join());
                                IO.println("b");
                            }, first.pid());
                            ProcessHandle.of(second.pid()).ifPresent(b -> b.onExit().join());
                            gate.countDown();
                        }
                        """);
        assertThat(ended.lines().indexOf("b")).isEqualTo(11_000);
    }

    @Test
    void theParentsOwnLinesStandWhereTheyCameAbout() throws IOException {
        Program.Ended ended =
                run(
                        "",
                        """
                        void main() {
                            var go = new Event();
                            var done = new Event();
                            spawn((g, d) -> {
                                for (int i = 0; i < 200; i++) {
                                    g.await();
                                    g.clear();
                                    IO.println("pong " + i);
                                    d.set();
                                }
                            }, go, done);
                            for (int i = 0; i < 200; i++) {
                                IO.println("ping " + i);
                                go.set();
                                done.await();
                                done.clear();
                            }
                        }
                        """);
        assertThat(ended.lines()).isEqualTo(pingPong(200, ""));
    }

    @Test
    void theOutputThatAProgramKnewBeforeItHadWorkersTravels() throws IOException {
        Program.Ended ended =
                run(
                        "",
                        """
                        void main() {
                            var out = System.out;
                            spawn(() -> out.println("first")).join();
                            spawn(() -> out.println("second")).join();
                            out.println("third");
                        }
                        """);
        assertThat(ended.lines()).containsExactly("first", "second", "third");
    }

    @Test
    void whatAWorkerWritesComesAsItIs() throws IOException {
        Program.Ended ended =
                run(
                        "",
                        """
                        void main() {
                            spawn(() -> {
                                IO.print("in ");
                                System.out.flush();
                                IO.print("parts\\n\\n中文\\tand \\u001e0123456789abcdef\\n");
                                System.out.write(0xff);
                                System.out.printf("%n");
                                try {
                                    new ProcessBuilder("sh", "-c", "echo of another; echo program")
                                            .inheritIO().start().waitFor();
                                } catch (Exception e) {
                                    throw new IllegalStateException(e);
                                }
                                IO.println("mine again");
                                IO.print("x".repeat(3_000_000) + "\\n");
                                IO.print("no end");
                            }).join();
                            IO.println("parent");
                        }
                        """);
        assertThat(ended.out())
                .isEqualTo(
                        "in parts\n\n中文\tand \u001e0123456789abcdef\n\uFFFD\nof another\nprogram\n"
                                + "mine again\n"
                                + "x".repeat(3_000_000)
                                + "\nno end\nparent\n");
    }

    @Test
    void atATerminalTheOrderIsTheSame() throws IOException {
        Program.jar();
        try (Terminal terminal = Terminal.ofShell(folder, memory)) {
            terminal.awaitPrompt();
            terminal.type("Event ping = new Event(), pong = new Event()");
            terminal.await("pong ==> Event(");
            terminal.type(
                    "void say(String word, Event mine, Event other) { for (int i = 0; i < 60; i++)"
                            + " { mine.await(); mine.clear(); IO.println(word + \" \" + i);"
                            + " other.set();}}");
            terminal.await("created method say(String,Event,Event)");
            terminal.type("var a = named(\"a\").spawn((x, y) -> say(\"ping\", x, y), ping, pong)");
            terminal.await("a ==> Worker(a");
            terminal.type("var b = named(\"a\").spawn((x, y) -> say(\"pong\", x, y), pong, ping)");
            terminal.await("b ==> Worker(a");
            terminal.type("ping.set()");
            terminal.await("[a] pong 59");
            terminal.awaitPrompt();
            List<String> said =
                    terminal.history().lines().filter(line -> line.startsWith("[a] p")).toList();
            assertThat(said).isEqualTo(pingPong(60, "[a] "));
        }
    }
}
