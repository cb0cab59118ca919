package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import tandem.testing.Program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Scripts that a program compiles for its workers, as it was compiled by `java` itself: they do and say what
/// they do and say where the worker's own `java` compiles them.
@EnabledOnOs(OS.LINUX)
class NewScriptIT {
    private static final String HOW =
            "IO.println(System.getProperty(\"sun.java.command\").startsWith(\"tandem.\")"
                    + " ? \"by the program\" : \"by java\");";

    /// Each script takes a JVM, and most of those a compiler.
    private static final Duration TIME = Duration.ofMinutes(4);

    /// Scripts of one file, those that java refuses or warns of, and those that need more than their file.
    private static final String[] TEXTS = {
        "void main() { IO.println(tandem.Tandem.args()); }",
        "void main(String[] args) { IO.println(args.length + Work.class.getName()); }",
        "public class Other { public static void main(String[] args) { IO.println(1); } }",
        "record Point(int x) {} void main() { IO.println(new Point(2)); throw new Error();" + " }",
        "class A { static class B extends A { } void main() { IO.println(new B()"
                + ".getClass()); } } class C { void main() { IO.println(3); } }",
        "enum Color { RED; void main() { IO.println(2); } }",
        "interface Main { static void main(String[] a) { IO.println(4); } }",
        "package p.q; class Work { void main() { IO.println(getClass()); } }",
        "void main() { IO.println(Beside.N); }",
        "void main() { IO.println(new Beside()); }",
        "void main() { IO.println(new Date(2000, 1, 1).getYear()); }",
        "void main() { List raw = new ArrayList(); raw.add(1); IO.println(raw); }",
        "void main() { IO.println(1) }",
        "void main() { int n = \"text\"; undefined(); }",
        "int main() { return 3; }",
        "class Work { }",
        "class Work extends Missing { void main() { } }",
        "private void main() { }",
        "abstract class Work { void main() { } }",
        "class Work { private Work() { } void main() { } }",
        "class Work { Work(int n) { } void main() { } }",
        "class Work { private Work() { } static void main() { IO.println(6); } }",
        "",
        "import static tandem.Tandem.*; void main() { spawn(() -> IO.println(7)).join(); }",
        "void main() { System.exit(5); }",
        "void main() { IO.println(getClass().getClassLoader().getClass() != null); assert"
                + " false; }",
        "static int fall(int n) { return 1 / n; }\n\nvoid main() {\n  fall(0);\n}",
        "/// 你好\nvoid main() { IO.println(\"你好\"); }"
    };

    @TempDir Path folder;
    @TempDir Path caches;

    private Path main;

    @BeforeEach
    void writeMain() throws IOException {
        Program.jar();
        main =
                Files.writeString(
                        folder.resolve("Main.java"),
                        """
                        import static tandem.Tandem.*;

                        import java.nio.file.*;

                        void main(String[] args) throws Exception {
                            var a = tandem.Array.of("i", 1);
                            for (int i = 1; i < args.length; i++) {
                                Files.writeString(Path.of(args[0]), args[i]);
                                var worker = named("丁").spawn(Path.of(args[0]), a, "text");
                                worker.join();
                                IO.println("ended with " + worker.exitCode());
                            }
                            IO.println(a);
                        }
                        """);
    }

    private String work() {
        return folder.resolve("Work.java").toString();
    }

    private Program.Ended bySource(String cache, String... texts) {
        return with(
                cache,
                Program.tandem(
                        Stream.concat(Stream.of(main.toString(), work()), Stream.of(texts))
                                .toArray(String[]::new)));
    }

    /// A program that was compiled before has no compiler at hand.
    private Program.Ended byClass(String cache, String... texts) throws IOException {
        Path classes = Files.createDirectories(caches.resolve("program"));
        String kit = Program.jar().toString();
        assertThat(
                        Program.jdk("javac", "-cp", kit, "-d", classes.toString(), main.toString())
                                .run()
                                .exitCode())
                .isZero();
        List<String> start =
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        kit + ":" + classes,
                        "Main",
                        work());
        return with(
                cache,
                Program.jdk(
                        "java",
                        Stream.concat(start.stream(), Stream.of(texts)).toArray(String[]::new)));
    }

    private Program.Ended with(String cache, Program program) {
        try (Program.Running running =
                program.with("XDG_CACHE_HOME", caches.resolve(cache).toString()).start()) {
            Program.await(TIME, running::out, () -> !running.isAlive());
            return running.end();
        }
    }

    @Test
    void aScriptThatIsNewOrHasChangedIsCompiledByTheProgram() {
        Program.Ended ended =
                bySource(
                        "one",
                        "void main() { tandem.Array a = tandem.Tandem.arg(0); a.add(0, 1); %s }"
                                .formatted(HOW),
                        "void main() { tandem.Array a = tandem.Tandem.arg(0); a.add(0, 20); %s }"
                                .formatted(HOW));

        assertThat(ended.err()).isEmpty();
        assertThat(ended.lines())
                .containsExactly(
                        "by the program",
                        "ended with 0",
                        "by the program",
                        "ended with 0",
                        "Array(\"i\", [21])");
    }

    @Test
    void whatIsCompiledWithOptionsOfItsOwnIsForJava() {
        Program.Ended ended =
                with(
                        "one",
                        Program.tandem(main.toString(), work(), "void main() { %s }".formatted(HOW))
                                .with("TANDEM_JAVA_OPTS", "--add-modules=java.sql"));

        assertThat(ended.out()).contains("by java");
    }

    @Test
    @Timeout(value = 9, unit = TimeUnit.MINUTES)
    void itDoesWhatItDoesWhereJavaCompilesIt() throws IOException {
        Files.writeString(
                folder.resolve("Beside.java"),
                "class Beside { static final int N = 5; public String toString() { return \"b\"; }"
                        + " }");

        Program.Ended here = bySource("here", TEXTS);
        Program.Ended there = byClass("there", TEXTS);

        assertThat(here.lines()).hasSizeGreaterThan(TEXTS.length).isEqualTo(there.lines());
        assertThat(here.err().lines().toList()).isEqualTo(there.err().lines().toList());
        assertThat(here.exitCode()).isEqualTo(there.exitCode());
    }
}
