package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tandem.testing.Locked;
import tandem.testing.Program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// Scripts that ran before: their next worker starts with the classes, and nobody can tell but by the
/// time it takes. Their parents are compiled, so that the first worker compiles; [NewScriptIT] has those that
/// compile themselves.
@EnabledOnOs(OS.LINUX)
class CompiledScriptIT {
    private static final String HOW =
            "System.getProperty(\"sun.java.command\").startsWith(\"tandem.WorkerMain\")"
                    + " ? \"kept\" : \"compiled\"";

    @TempDir Path folder;
    @TempDir Path cache;

    /// Where what was compiled is kept.
    private Path kept;

    private Locked building;

    @AfterEach
    void allowBuilding() {
        building.close();
    }

    /// A folder for caches in which none are being made.
    @BeforeEach
    void prepare() throws IOException {
        Program.jar();
        String doctor =
                Program.tandem("doctor").with("XDG_CACHE_HOME", cache.toString()).run().out();
        kept = Path.of(doctor.replaceAll("(?s).*will be in (\\S+).*", "$1"));
        Files.createDirectories(
                kept,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        building = Locked.of(kept.resolve("building"));
        Files.writeString(
                folder.resolve("Main.java"),
                """
                import static tandem.Tandem.*;

                void main(String[] args) throws Exception {
                    var a = tandem.Array.of("i", 1);
                    for (int i = 0; i < Integer.parseInt(args[0]); i++) {
                        var worker = named("丙").spawn(java.nio.file.Path.of(args[1]), a, "text");
                        worker.join();
                        IO.println("ended with " + worker.exitCode());
                    }
                    IO.println(a);
                }
                """);
    }

    private void script(String text) throws IOException {
        Files.writeString(folder.resolve("Work.java"), text.replace("HOW", HOW));
    }

    private Program.Ended run(int times, String... options) throws IOException {
        return run(Program.jar().toString(), times, options);
    }

    private Program.Ended run(String classPath, int times, String... options) throws IOException {
        Path program = cache.resolve("program");
        if (!Files.exists(program)) {
            String main = folder.resolve("Main.java").toString();
            run(Program.jdk("javac", "-cp", classPath, "-d", program.toString(), main));
        }
        List<String> command = new ArrayList<>(List.of(options));
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        classPath + ":" + program,
                        "Main",
                        "" + times,
                        folder.resolve("Work.java").toString()));
        return Program.jdk("java", command.toArray(String[]::new))
                .with("XDG_CACHE_HOME", cache.toString())
                .run();
    }

    private List<Path> keptScripts() throws IOException {
        try (Stream<Path> files = Files.list(kept)) {
            return files.filter(file -> file.getFileName().toString().contains("Work.java"))
                    .toList();
        }
    }

    @Test
    void aSpareRunsAScriptThatWasCompiledBefore() throws IOException {
        script(
                """
                void main() {
                    tandem.Array a = tandem.Tandem.arg(0);
                    IO.println((HOW) + " " + tandem.Tandem.current().name());
                    IO.println(System.getProperty("jdk.launcher.sourcefile"));
                    if (a.add(0, 1) == 2) {
                        throw new IllegalStateException("the second");
                    }
                }
                """);
        Path main = folder.resolve("InASpare.java");
        Files.writeString(
                main,
                """
                import static tandem.Tandem.*;

                void main() {
                    var a = tandem.Array.of("i", 1);
                    named("甲").spawn(script("Work"), a).join();
                    prestart(1);
                    long start = System.nanoTime();
                    while (tandem.launch.Spares.ready() == 0 && System.nanoTime() - start < 60e9) {
                        sleep(0.01);
                    }
                    var before = ProcessHandle.current().children().map(ProcessHandle::pid).toList();
                    var worker = named("乙").spawn(script("Work"), a);
                    worker.join();
                    IO.println(before.contains(worker.pid()) + " " + worker.exitCode());
                }
                """);

        Program.Ended ended =
                Program.tandem(main.toString()).with("XDG_CACHE_HOME", cache.toString()).run();

        Path file = folder.resolve("Work.java");
        assertThat(ended.out()).isEqualTo("kept 甲%n%s%nkept 乙%n%s%ntrue 1%n".formatted(file, file));
        assertThat(ended.err())
                .startsWith(
                        "[乙] Exception in thread \"main\" java.lang.IllegalStateException: the"
                                + " second\n[乙] \tat Work.main(Work.java:6)\n");
    }

    /// What runs, from the first start to the third.
    @ParameterizedTest
    @ValueSource(
            strings = {
                """
                void main() {
                    tandem.Array a = tandem.Tandem.arg(0);
                    IO.println((HOW) + " " + a.add(0, 1));
                }
                """,
                """
                import tandem.*;

                public class Work {
                    private final Step step = new Step(1);

                    void main(String[] args) {
                        Array a = Tandem.arg(0);
                        Tandem.spawn((x, by) -> x.add(0, by.size()), a, step).join();
                        System.out.println((HOW) + " " + (a.get(0) + args.length));
                    }

                    record Step(int size) implements java.io.Serializable {}
                }
                """,
                """
                class Above {
                    static void main(String[] args) {
                        tandem.Array a = tandem.Tandem.arg(0);
                        Runnable step = new Runnable() {
                            @Override
                            public void run() {
                                System.out.println((HOW) + " " + a.add(0, 1));
                            }
                        };
                        step.run();
                    }
                }
                """
            })
    void theSecondStartDoesWithoutTheCompiler(String script) throws IOException {
        script(script);

        Program.Ended ended = run(3);

        assertThat(ended.err()).isEmpty();
        assertThat(ended.lines())
                .containsExactly(
                        "compiled 1",
                        "ended with 0",
                        "kept 2",
                        "ended with 0",
                        "kept 3",
                        "ended with 0",
                        "Array(\"i\", [3])");
    }

    @Test
    void aChangedScriptIsCompiledAgain() throws IOException {
        script("void main() { IO.println(tandem.Tandem.args().get(1) + \" 1 \" + (HOW)); }");
        assertThat(run(2).out()).contains("text 1 compiled", "text 1 kept");

        script("void main() { IO.println(tandem.Tandem.args().get(1) + \" 2 \" + (HOW)); }");

        assertThat(run(2).out()).contains("text 2 compiled", "text 2 kept").doesNotContain(" 1 ");
        assertThat(keptScripts()).hasSize(1);
    }

    @Test
    void whatItThrowsLooksTheSame() throws IOException {
        script(
                """
                static void fall(int n) {
                    if (n == 0) {
                        throw new IllegalStateException("哎呀", new java.io.IOException("why"));
                    }
                    fall(n - 1);
                }

                void main() {
                    tandem.Tandem.args();
                    IO.println(HOW);
                    fall(2);
                }
                """);

        Program.Ended ended = run(2);

        assertThat(ended.lines())
                .contains("compiled", "kept", "ended with 1")
                .doesNotContain("ended with 0");
        List<String> err = ended.err().lines().toList();
        List<String> kept = err.subList(err.size() - 7, err.size());
        assertThat(kept)
                .startsWith(err.subList(0, 6).toArray(String[]::new))
                .startsWith("[丙] Exception in thread \"main\" java.lang.IllegalStateException: 哎呀")
                .contains("[丙] \tat Work.main(Work.java:11)")
                .endsWith("[丙] \t... 4 more");
    }

    @Test
    void oneThatNeedsAnotherSourceFileIsCompiledAtEachStart() throws IOException {
        Files.writeString(
                folder.resolve("Other.java"), "class Other { static int n() { return 4; } }");
        script("void main() { tandem.Tandem.args(); IO.println(Other.n() + \" \" + (HOW)); }");

        assertThat(run(2).out()).contains("4 compiled").doesNotContain("kept");
        assertThat(keptScripts()).isEmpty();
    }

    /// With the compiler, as it is at each start, the others are found by name.
    @ParameterizedTest
    @ValueSource(
            strings = {
                """
                void main() throws Exception {
                    tandem.Tandem.args();
                    IO.println(Class.forName(String.join("", "Ot", "her"))
                        .getMethod("n").invoke(null) + " " + (HOW));
                }
                """,
                """
                static Object load(String name) throws Exception {
                    return java.lang.invoke.MethodType.fromMethodDescriptorString(
                        "()L" + name + ";", Work.class.getClassLoader())
                        .returnType().getMethod("n").invoke(null);
                }

                void main() throws Exception {
                    tandem.Tandem.args();
                    IO.println(load("Other") + " " + (HOW));
                }
                """,
                """
                void main() throws Exception {
                    tandem.Tandem.args();
                    var own = Work.class.getResource("Work.class");
                    IO.println((own == null ? "none" : "4") + " " + (HOW));
                }
                """
            })
    void oneThatMayLookForAnotherFileByNameIsCompiledAtEachStart(String text) throws IOException {
        Files.writeString(
                folder.resolve("Other.java"),
                "public class Other { public static int n() { return 4; } }");
        script(text.replace("void main", "public static void main"));
        Files.writeString(
                folder.resolve("Work.java"),
                "public class Work {\n%s\n}"
                        .formatted(Files.readString(folder.resolve("Work.java"))));

        Program.Ended ended = run(2);

        assertThat(ended.err()).isEmpty();
        assertThat(ended.lines())
                .containsExactly(
                        "4 compiled",
                        "ended with 0",
                        "4 compiled",
                        "ended with 0",
                        "Array(\"i\", [0])");
        assertThat(keptScripts()).isEmpty();
    }

    @Test
    void aJarThatTheManifestOfAnotherNamesDecidesToo() throws IOException {
        Path classes = Files.createDirectory(folder.resolve("classes"));
        Path outer = folder.resolve("outer.jar");
        Path inner = Files.createDirectory(folder.resolve("in ner")).resolve("inner.jar");
        Path manifest =
                Files.writeString(folder.resolve("manifest"), "Class-Path: in%20ner/inner.jar\n");
        run(Program.jdk("jar", "cfm", outer.toString(), manifest.toString()));
        script("void main() { tandem.Tandem.args(); IO.println(p.Number.N + \" \" + (HOW)); }");
        for (int n = 1; n <= 2; n++) {
            Files.writeString(
                    folder.resolve("Number.java"),
                    "package p; public interface Number { int N = %d; }".formatted(n));
            compile("Number.java", classes);
            run(Program.jdk("jar", "cf", inner.toString(), "-C", classes.toString(), "."));

            assertThat(runWith(outer).lines()).contains(n + " compiled", n + " kept");
        }
    }

    private static void run(Program program) {
        assertThat(program.run().exitCode()).isZero();
    }

    @Test
    void whatIsInAFolderOfTheClassPathDecidesToo() throws IOException {
        Path classes = Files.createDirectory(folder.resolve("classes"));
        Files.writeString(
                folder.resolve("Number.java"), "package p; public interface Number { int N = 1; }");
        script("void main() { tandem.Tandem.args(); IO.println(p.Number.N + \" \" + (HOW)); }");
        compile("Number.java", classes);
        assertThat(runWith(classes).lines()).contains("1 compiled", "1 kept");

        Files.writeString(
                folder.resolve("Number.java"), "package p; public interface Number { int N = 2; }");
        compile("Number.java", classes);

        assertThat(runWith(classes).lines()).contains("2 compiled", "2 kept");
    }

    private void compile(String source, Path into) throws IOException {
        Path file = folder.resolve(source);
        assertThat(Program.jdk("javac", "-d", into.toString(), file.toString()).run().exitCode())
                .isZero();
        Files.delete(file);
    }

    private Program.Ended runWith(Path classes) throws IOException {
        return run(Program.jar() + ":" + classes, 2);
    }

    @Test
    void onlySoManyAreKept() throws IOException {
        for (int i = 0; i < 120; i++) {
            Path old = Files.writeString(kept.resolve(i + ".script"), "");
            Files.setLastModifiedTime(old, FileTime.fromMillis(1_000L + i));
        }
        script("void main() { tandem.Tandem.args(); IO.println(HOW); }");

        assertThat(run(2).lines()).contains("compiled", "kept");

        try (Stream<Path> files = Files.list(kept)) {
            assertThat(files.filter(file -> file.toString().endsWith(".script"))).hasSize(100);
        }
        assertThat(kept.resolve("20.script")).doesNotExist();
        assertThat(kept.resolve("21.script")).exists();
    }

    @Test
    void damagedClassesAreCompiledAgain() throws IOException {
        script("void main() { tandem.Tandem.args(); IO.println(HOW); }");
        run(1);
        Path file = keptScripts().getFirst();
        byte[] whole = Files.readAllBytes(file);
        for (int length : new int[] {0, 1, 100, whole.length - 1}) {
            Files.write(file, Arrays.copyOf(whole, length));

            assertThat(run(1).lines()).as("%d bytes", length).contains("compiled", "ended with 0");
        }
        assertThat(run(1).lines()).contains("kept");
    }

    /// Neither waits for the other, when both have more to say than a pipe takes.
    @Test
    void muchCanBePrintedBeforeMuchIsRead() throws IOException {
        Path main = folder.resolve("Main.java");
        Files.writeString(
                main, Files.readString(main).replace("\"text\"", "\"x\".repeat(300_000)"));
        script(
                """
                void main() {
                    IO.println("y".repeat(300_000));
                    IO.println((HOW) + " " + tandem.Tandem.args().get(1).toString().length());
                }
                """);

        assertThat(run(2).lines()).contains("compiled 300000", "kept 300000");
    }

    @Test
    void withoutCachesNothingIsKept() throws IOException {
        script("void main() { tandem.Tandem.args(); IO.println(HOW); }");

        assertThat(run(2, "-Dtandem.cache=off").out()).contains("compiled").doesNotContain("kept");
        assertThat(keptScripts()).isEmpty();
    }
}
