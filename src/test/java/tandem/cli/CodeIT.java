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
import java.util.List;

/// Code that has no class file: typed at the prompt, or in a single source file.
class CodeIT {
    @TempDir Path memory;
    @TempDir Path folder;

    @BeforeEach
    void prepare() throws IOException {
        Program.jar();
        Files.createDirectories(folder.resolve(".java/.userPrefs"));
    }

    private Program.Ended type(String execution, String... lines) {
        return Program.shell(execution, folder, memory).typing(lines).run();
    }

    private static String execution(String mode) {
        return mode.equals("local") ? "local" : "failover:0(jdi:hostname(127.0.0.1)),1(local)";
    }

    @ParameterizedTest
    @ValueSource(strings = {"remote", "local"})
    void codeUsesWhatWasTypedBeforeIt(String mode) {
        Program.Ended ended =
                type(
                        execution(mode),
                        "var a = Array.of(\"i\", 3, true)",
                        "spawn(x -> x.add(0, 1), a).join(); a",
                        "void work(Array x) { x.add(1, 10); }",
                        "spawn(() -> work(a)).join(); a",
                        "void work(Array x) { x.add(1, 100); }",
                        "spawn(() -> work(a)).join(); a",
                        "record Point(int x, int y) implements Serializable {"
                                + " int sum() { return x + y; } }",
                        "var point = new Point(3, 4)",
                        "var sum = call(() -> point.sum() * 10).result()",
                        "var turned = call(p -> new Point(p.y(), p.x()), point).result()",
                        "enum Color { RED, GREEN; Color next() { return values()[1]; } }",
                        "var next = call(c -> c.next(), Color.RED).result()",
                        "interface Shape { double area(); }",
                        "class Square implements Shape, Serializable { double side = 3; public"
                                + " double area() { return side * side; } }",
                        "Shape shape = new Square()",
                        "var area = call(() -> shape.area()).result()",
                        "Code.Action1<Array> later = x -> work(x)",
                        "spawn(later, a).join(); a",
                        "int twice(int n) { return 2 * n; }",
                        "var list = call(() -> Stream.of(1, 2).map(n ->"
                                + " twice(n)).toList()).result()",
                        "var nested = call(() -> call(() -> twice(21)).result()).result()",
                        "var six = call((p, q, r, s, t, u) -> p + q + r + s + t + u,"
                                + " 1, 2, 3, 4, 5, 6).result()",
                        "/exit");

        assertThat(ended.out())
                .doesNotContain("|  Error", "|  Exception")
                .contains("a ==> Array(\"i\", [1, 0, 0])")
                .contains("a ==> Array(\"i\", [1, 10, 0])")
                .contains("a ==> Array(\"i\", [1, 110, 0])")
                .contains("sum ==> 70")
                .contains("turned ==> Point[x=4, y=3]")
                .contains("next ==> GREEN")
                .contains("area ==> 9.0")
                .contains("a ==> Array(\"i\", [1, 210, 0])")
                .contains("list ==> [2, 4]")
                .contains("nested ==> 42")
                .contains("six ==> 21");
        Program.awaitEmpty(memory);
    }

    @ParameterizedTest
    @ValueSource(strings = {"remote", "local"})
    void whatCannotTravelIsNamedAtTheSpawn(String mode) {
        Program.Ended ended =
                type(
                        execution(mode),
                        "var in = new ByteArrayInputStream(new byte[3])",
                        "spawn(() -> in.read())",
                        "Runnable plain = () -> {}",
                        "call(r -> 1, plain)",
                        "void local() { var out = new StringReader(\"\");"
                                + " spawn(() -> out.read()); }",
                        "local()",
                        "var unharmed = call(() -> 7).result()",
                        "call(() -> 1 / 0).result()",
                        "/exit");

        assertThat(ended.out())
                .contains("the variable in cannot travel", "java.io.ByteArrayInputStream")
                .contains("Runnable is a lambda that is not Serializable", "tandem.Code")
                .contains("it uses a java.io.StringReader from outside of it")
                .contains("unharmed ==> 7")
                .contains("Exception java.lang.ArithmeticException: / by zero")
                .containsPattern("thrown in Worker-\\d+ \\(pid \\d+\\)");
        Program.awaitEmpty(memory);
    }

    @Test
    void aJarThatTheEnvironmentAddsIsKnownToTheWorker() throws IOException {
        Path source =
                Files.writeString(
                        folder.resolve("Added.java"),
                        "package more; public class Added { public static int five() { return 5; }"
                                + " }");
        Program.Ended compiled =
                Program.jdk("javac", "-d", folder.resolve("classes").toString(), source.toString())
                        .run();
        assertThat(compiled.exitCode()).isZero();

        Program.Ended ended =
                type(
                        execution("remote"),
                        "/env -class-path %s:%s"
                                .formatted(Program.jar(), folder.resolve("classes")),
                        "var five = call(() -> more.Added.five()).result()",
                        "/exit");

        assertThat(ended.out()).contains("five ==> 5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Compact", "WithClass"})
    void aSingleFileProgramNeedsNoOtherFile(String name) throws IOException {
        String body =
                """
                    record Point(int x, int y) implements java.io.Serializable {}
                    static int step = 5;
                    static final Array SHARED = Array.of("i", 1);
                    %s Array own = Array.of("i", java.util.List.of(7));

                    %s void work(Array x) {
                        x.add(0, step + own.get(0));
                        SHARED.add(0, 1);
                    }

                    %s void main(String[] args) {
                        var a = Array.of("i", 2);
                        step = 6;
                        spawn(() -> work(a)).join();
                        System.out.println(a + " " + SHARED);
                        System.out.println(call(p -> new Point(p.y(), p.x()), new Point(1, 2)).result());
                        System.out.println(call(() -> call(() -> step + 1).result()).result());
                        try {
                            call(() -> { throw new java.io.IOException("no disk"); }).result();
                        } catch (WorkerException e) {
                            System.out.println(e.getMessage() + " " + e.getCause().getStackTrace()[0].getMethodName().startsWith("lambda$main"));
                        }
                    }
                """;
        String imports = "import static tandem.Tandem.*;\nimport tandem.*;\n";
        String text =
                name.equals("Compact")
                        ? imports + body.formatted("", "", "")
                        : imports
                                + "public class WithClass {\n"
                                + body.formatted("static", "static", "public static")
                                + "}\n";
        Path file = Files.writeString(folder.resolve(name + ".java"), text);

        Program.Ended ended =
                Program.tandem(file.toString())
                        .with("TANDEM_JAVA_OPTS", "-Dtandem.cache=off -Dtandem.dir=" + memory)
                        .run();

        assertThat(ended.err()).isEmpty();
        List<String> lines = ended.lines();
        assertThat(lines.get(0)).isEqualTo("Array(\"i\", [13, 0]) Array(\"i\", [1])");
        assertThat(lines.get(1)).isEqualTo("Point[x=2, y=1]");
        assertThat(lines.get(2)).isEqualTo("7");
        assertThat(lines.get(3))
                .matches("thrown in Worker-\\d+ \\(pid \\d+\\): java.io.IOException: no disk true");
        assertThat(memory).isEmptyDirectory();
    }
}
