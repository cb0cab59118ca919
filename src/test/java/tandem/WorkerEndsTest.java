package tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static tandem.Tandem.call;
import static tandem.Tandem.named;
import static tandem.Tandem.spawn;
import static tandem.Tandem.workers;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import tandem.testing.Program;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The end of a worker is seen, whatever goes wrong in its parent.
@Tag("once")
class WorkerEndsTest implements WithWorkers {
    private static final Path SCRIPTS = Program.home().resolve("src/test/scripts");

    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void captureOutput() {
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void releaseOutput() {
        System.setOut(realOut);
        System.setErr(realErr);
    }

    private enum Broken {
        GONE {
            @Override
            PrintStream stream() {
                return null;
            }
        },
        CLOSED {
            @Override
            PrintStream stream() {
                PrintStream closed = new PrintStream(OutputStream.nullOutputStream());
                closed.close();
                return closed;
            }
        },
        THROWS {
            @Override
            PrintStream stream() {
                return new PrintStream(OutputStream.nullOutputStream()) {
                    @Override
                    public void write(byte[] bytes, int from, int length) {
                        throw new IllegalStateException("broken");
                    }
                };
            }
        },
        INTERRUPTS {
            @Override
            PrintStream stream() {
                return new PrintStream(OutputStream.nullOutputStream()) {
                    @Override
                    public void write(byte[] bytes, int from, int length) {
                        Thread.currentThread().interrupt();
                    }
                };
            }
        };

        abstract PrintStream stream();
    }

    /// More than a pipe takes, in lines and at last without a line's end.
    private static void talk(int bytes) {
        for (int i = 0; i < bytes / 100; i++) {
            System.out.println("x".repeat(99));
            System.err.println("y".repeat(99));
        }
        System.out.print("x".repeat(3 << 20));
    }

    @ParameterizedTest
    @EnumSource(Broken.class)
    void itIsJoinedWhereTheOutputOfItsParentIsBroken(Broken broken) {
        System.setOut(broken.stream());
        System.setErr(broken.stream());

        Worker talks = spawn(WorkerEndsTest::talk, 300_000);
        Worker killed = start("killed", () -> Thread.sleep(Duration.ofDays(1)));
        killed.kill();

        assertThat(talks.join(Await.PATIENCE)).isTrue();
        assertThat(talks.exitCode()).isZero();
        assertThat(killed.join(Await.PATIENCE)).isTrue();
        assertThat(workers()).isEmpty();
    }

    @Test
    void theLinesThatComeWhenTheOutputIsWholeAgainArrive() {
        Event first = new Event();
        Event second = new Event();
        System.setOut(null);
        Worker worker =
                spawn(
                        () -> {
                            System.out.println("one");
                            first.set();
                            WithWorkers.await(second);
                            System.out.println("two");
                        });
        WithWorkers.await(first);
        // What was said before is lost only when it has been read.
        Await.until("the first line is read", () -> isPumpAtRest(worker));
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        second.set();
        end(worker);

        assertThat(out.toString(StandardCharsets.UTF_8)).endsWith("two\n");
    }

    private static boolean isPumpAtRest(Worker worker) {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(e -> e.getKey().getName().equals("tandem-" + worker.name() + "-output"))
                .allMatch(e -> e.getValue()[0].isNativeMethod());
    }

    @Test
    void aResultThatIsLargerThanTheMemoryOfItsParentIsAnError(@TempDir Path folder)
            throws IOException {
        Path main = folder.resolve("Main.java");
        Files.writeString(
                main,
                """
                import static tandem.Tandem.*;

                void main() {
                    try {
                        call(() -> new byte[200_000_000]).result();
                    } catch (RuntimeException e) {
                        IO.println(e.getMessage());
                    }
                    IO.println(call(() -> 42).result());
                    IO.println(workers());
                }
                """);
        Program.Ended ended =
                Program.jdk(
                                "java",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Xmx48m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                main.toString())
                        .run();

        assertThat(ended.lines())
                .containsExactly(
                        "the result of Worker-1 cannot be taken: "
                                + "java.lang.OutOfMemoryError: Java heap space",
                        "42",
                        "[]");
        assertThat(ended.exitCode()).isZero();
    }

    @Test
    void aCallThatLeavesNoResultIsAnError() {
        Call<Integer> ends =
                call(
                        () -> {
                            System.exit(0);
                            return 1;
                        });

        assertThatThrownBy(ends::result)
                .isInstanceOf(WorkerException.class)
                .hasMessageContaining("ended with 0) has no result");
    }

    @Test
    void allWhoAskForAResultGetTheSame() throws Exception {
        Call<List<String>> list = call(() -> new java.util.ArrayList<>(List.of("one")));
        Call<Object> fails = call(() -> List.of().getFirst());

        assertThat(list.result()).isSameAs(list.result());
        assertThat(list.toFuture().get(20, TimeUnit.SECONDS)).isSameAs(list.result());
        Throwable first = org.assertj.core.api.Assertions.catchThrowable(fails::result);
        assertThatThrownBy(fails::result).isSameAs(first);
    }

    private static int deep(int n) {
        return n == 0 ? 0 : 1 + deep(n - 1);
    }

    @Test
    void whatDependsOnAFutureHasAnOrdinaryStack() throws Exception {
        Event go = new Event();
        Call<Integer> call =
                call(
                        () -> {
                            WithWorkers.await(go);
                            return 8_000;
                        });
        CompletableFuture<Integer> depth = call.toFuture().thenApply(WorkerEndsTest::deep);
        go.set();

        assertThat(depth.get(20, TimeUnit.SECONDS)).isEqualTo(8_000);
    }

    @Test
    void whatDependsOnAFutureKeepsNoJoinWaiting() throws Exception {
        Event go = new Event();
        CountDownLatch enough = new CountDownLatch(1);
        Worker worker = start("quick", () -> WithWorkers.await(go));
        Beside<Boolean> early = Beside.call(() -> worker.join(Await.PATIENCE));
        CompletableFuture<Boolean> slow =
                worker.toFuture()
                        .thenApply(
                                _ -> {
                                    try {
                                        return enough.await(60, TimeUnit.SECONDS);
                                    } catch (InterruptedException e) {
                                        return false;
                                    }
                                });
        Beside<Boolean> late = Beside.call(() -> worker.join(Await.PATIENCE));
        go.set();

        assertThat(early.end()).isTrue();
        assertThat(late.end()).isTrue();
        assertThat(slow).isNotDone();
        enough.countDown();
        assertThat(slow.get(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aTimeLimitMayBeAsLongOrAsShortAsAnyDuration() {
        Duration longest = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
        Duration shortest = Duration.ofSeconds(Long.MIN_VALUE);
        Event go = new Event();
        Call<Integer> call =
                call(
                        () -> {
                            WithWorkers.await(go);
                            return 1;
                        });

        assertThat(call.join(shortest)).isFalse();
        assertThatThrownBy(() -> call.result(shortest)).isInstanceOf(WaitTimeoutException.class);
        go.set();
        assertThat(call.join(longest)).isTrue();
        assertThat(call.result(longest)).isEqualTo(1);
        assertThat(call.result(shortest)).isEqualTo(1);
    }

    @Test
    void anArgumentThatJoinsAWorkerWhileItIsPackedStopsNobody() {
        Event go = new Event();
        Worker first = start("first", () -> WithWorkers.await(go));
        CountDownLatch packing = new CountDownLatch(1);
        ThreadLocal<Integer> joins =
                ThreadLocal.withInitial(
                        () -> {
                            packing.countDown();
                            first.join();
                            return 1;
                        });
        Beside<Worker> spawning = Beside.call(() -> spawn(x -> {}, joins));
        Await.until("it is packed", () -> packing.getCount() == 0);

        Beside<Worker> other = Beside.call(() -> start("other", () -> {}));
        end(other.end());
        go.set();

        end(first, spawning.end());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void terminatedAtWhicheverMomentOfItsStartItEndsWith15AndWithoutAWord(boolean code)
            throws InterruptedException {
        Random random = new Random(4);
        int longestMicros = code ? 120_000 : 500_000;
        int rounds = code ? 40 : 15;
        for (int round = 0; round < rounds; round++) {
            Worker worker =
                    code
                            ? named("早退").spawn(() -> new Event().await())
                            : named("早退").spawn(SCRIPTS.resolve("WorkerWaits.java"));
            long micros = (long) (longestMicros * random.nextDouble());
            TimeUnit.MICROSECONDS.sleep(micros);
            worker.terminate();

            assertThat(worker.join(Await.PATIENCE)).isTrue();
            assertThat(worker.exitCode()).as("terminated after %d µs", micros).isEqualTo(-15);
        }
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void whatIsWrittenOverALineCarriesItsNameToo() {
        end(start("甲", () -> System.err.print("10 %\r20 %\r\nCRLF\r\n\rlast")));

        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("[甲] 10 %\r[甲] 20 %\r\n[甲] CRLF\r\n[甲] \r[甲] last\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"two\nlines", "\u001b[31mred", "tab\tand", "back\b", "\u0000"})
    void aNameIsOneLineOfText(String name) {
        assertThatThrownBy(() -> named(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("control character U+00");
    }

    @Test
    void aWorkerThatIsRefusedUsesNoNumberUp() {
        Worker first = spawn(() -> {});
        assertThatThrownBy(() -> spawn(x -> {}, Thread.currentThread()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> spawn(Tandem.script("no such script")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> call(x -> 1, Thread.currentThread()))
                .isInstanceOf(IllegalArgumentException.class);
        Worker second = spawn(() -> {});
        end(first, second);

        int number = Integer.parseInt(first.name().substring("Worker-".length()));
        assertThat(second.name()).isEqualTo("Worker-" + (number + 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1024", "many"})
    void aLimitOfProcessesThatCannotBeIsAnErrorThatSaysWhichCan(String limit, @TempDir Path folder)
            throws IOException {
        Path main =
                Files.writeString(
                        folder.resolve("Main.java"), "void main() { new tandem.Lock(); }");
        Program.Ended ended =
                Program.jdk(
                                "java",
                                "-Dtandem.processes=" + limit,
                                "-Dtandem.dir=" + folder,
                                "-cp",
                                System.getProperty("java.class.path"),
                                main.toString())
                        .run();

        assertThat(ended.err())
                .contains(
                        "-Dtandem.processes=%s: a session can have 1 to 1023 processes"
                                .formatted(limit));
        assertThat(ended.exitCode()).isOne();
        assertThat(folder.toFile().list()).containsExactly("Main.java");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void oneThatNoThreadCanSeeThroughIsRefusedAndNothingIsLeft(@TempDir Path folder)
            throws IOException {
        Path main =
                Files.writeString(
                        folder.resolve("Main.java"),
                        """
                        import static tandem.Tandem.*;

                        void limitMemory(String bytes) throws Exception {
                            var self = "" + ProcessHandle.current().pid();
                            new ProcessBuilder("prlimit", "--pid", self, "--as=" + bytes + ":")
                                .inheritIO().start().waitFor();
                        }

                        void main() throws Exception {
                            spawn(() -> {}).join();
                            var pages = Files.readString(Path.of("/proc/self/statm")).split(" ")[0];
                            limitMemory("" + (Long.parseLong(pages) * 4096 + (500L << 20)));
                            try {
                                spawn(() -> sleep(600));
                            } catch (OutOfMemoryError e) {
                                IO.println("refused");
                            }
                            limitMemory("unlimited");
                            IO.println(workers());
                            IO.println(ProcessHandle.current().children().toList());
                            IO.println(call(() -> 42).result());
                        }
                        """);
        Program.Ended ended =
                Program.jdk(
                                "java",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Xlog:disable",
                                // A thread of ordinary size takes a gigabyte.
                                "-XX:ThreadStackSize=1000000",
                                "-Dtandem.dir=" + folder,
                                "-cp",
                                System.getProperty("java.class.path"),
                                main.toString())
                        .run();

        assertThat(ended.lines()).containsExactly("refused", "[]", "[]", "42");
        assertThat(ended.exitCode()).isZero();
    }

    /// No variable of the test's own frame keeps them.
    private static void callAndForget() {
        named("forgotten").call(() -> Integer.parseInt("seven")).join();
        named("well").call(() -> 7).join();
        Call<?> asked = named("asked").call(() -> Integer.parseInt("eight"));
        asked.join();
        assertThat(asked.exitCode()).isOne();
    }

    @Test
    void theErrorOfACallThatNobodyAsksForIsSaid() throws InterruptedException {
        Call<?> watched = named("watched").call(() -> Integer.parseInt("nine"));
        assertThat(watched.toFuture()).failsWithin(Await.PATIENCE);
        Thread forgetful = new Thread(WorkerEndsTest::callAndForget);
        forgetful.start();
        forgetful.join();
        Await.until(
                "the error is said",
                () -> {
                    System.gc();
                    return err.toString(StandardCharsets.UTF_8).contains("\"seven\"");
                });
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains(
                        "tandem: the call forgotten failed, and nobody has asked for its result():"
                                + " java.lang.NumberFormatException: For input string: \"seven\"")
                .doesNotContain("well", "eight", "nine");
    }

    @Test
    void theErrorOfACallThatNobodyAsksForIsSaidAtTheEnd(@TempDir Path folder) throws IOException {
        Path main =
                Files.writeString(
                        folder.resolve("Main.java"),
                        """
                        import static tandem.Tandem.*;

                        static tandem.Call<Integer> kept;

                        void main() {
                            kept = named("kept").call(() -> 1 / 0);
                            kept.join();
                            IO.println("done");
                        }
                        """);
        Program.Ended ended =
                Program.jdk(
                                "java",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dtandem.dir=" + folder,
                                "-cp",
                                System.getProperty("java.class.path"),
                                main.toString())
                        .run();
        assertThat(ended.lines()).containsExactly("done");
        assertThat(ended.err())
                .startsWith(
                        "tandem: the call kept failed, and nobody has asked for its result():"
                                + " java.lang.ArithmeticException: / by zero")
                .contains("Main.java:6");
    }

    @Test
    void ctrlCTakesWorkersAndFilesWithItWhereThereIsNoErrorOutput(@TempDir Path folder)
            throws IOException {
        Path memory = Files.createDirectory(folder.resolve("memory"));
        Path main =
                Files.writeString(
                        folder.resolve("Main.java"),
                        """
                        import static tandem.Tandem.*;

                        void main() {
                            System.setErr(null);
                            var up = new tandem.Event();
                            var worker = spawn(e -> { e.set(); sleep(600); }, up);
                            up.await();
                            IO.println("worker " + worker.pid());
                        }
                        """);
        try (Program.Running running =
                Program.jdk(
                                "java",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dtandem.dir=" + memory,
                                "-cp",
                                System.getProperty("java.class.path"),
                                main.toString())
                        .start()) {
            long worker = Long.parseLong(running.awaitLine("worker "));
            Program.of("kill", "-INT", Long.toString(running.pid())).run();

            assertThat(running.end().exitCode()).isEqualTo(130);
            assertThat(Program.isAlive(worker)).isFalse();
            assertThat(memory).isEmptyDirectory();
        }
    }
}
