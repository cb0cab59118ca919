package tandem.shapes;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/// Runs programs, many of one kind in one JVM, and takes apart what they print.
final class Runner {
    /// Begins the line before the output of a program, with its name after it.
    static final String NEXT = "next program ";

    /// Begins a line about a program that has thrown.
    static final String FAILED = "failed ";

    /// Begins a line about a program that does not compile.
    static final String UNCOMPILED = "not compiled ";

    /// The line for a program that was not begun.
    static final String SILENT = "no output";

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Path sources;
    private final String classPath;
    private final Path java;

    /// @param sources the folder of this program's own sources
    /// @param kit the jar
    Runner(Path sources, Path kit) throws IOException {
        this.sources = sources;
        this.classPath = kit + File.pathSeparator + library(kit);
        this.java = Path.of(System.getProperty("java.home"), "bin");
    }

    /// A folder with the class of a library, for as long as this JVM lives.
    private static Path library(Path kit) throws IOException {
        Path folder = Files.createTempDirectory("shapes");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> deleteQuietly(folder)));
        Path source = Files.writeString(folder.resolve("Taker.java"), Relay.TAKER);
        var said = new ByteArrayOutputStream();
        int code =
                ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                said,
                                said,
                                "-cp",
                                kit.toString(),
                                "-d",
                                folder.toString(),
                                source.toString());
        if (code != 0) {
            throw new IllegalStateException(said.toString());
        }
        return folder;
    }

    private static void deleteQuietly(Path folder) {
        try {
            delete(folder);
        } catch (IOException e) {
            // It stays in the folder for what is temporary.
        }
    }

    /// Runs programs of one kind.
    ///
    /// @return what each has printed, in their order
    List<Outcome> run(List<? extends Outline> plans) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("shapes");
        try {
            return run(plans, folder);
        } finally {
            delete(folder);
        }
    }

    private List<Outcome> run(List<? extends Outline> plans, Path folder)
            throws IOException, InterruptedException {
        Kind kind = plans.getFirst().kind();
        List<String> names = new ArrayList<>();
        StringBuilder typed = new StringBuilder();
        for (int i = 0; i < plans.size(); i++) {
            String suffix = kind.sharesNames() ? "_" + i : "";
            if (kind.isTyped()) {
                names.add("P" + i);
                typed.append("System.out.println(\"%sP%d\");\n".formatted(NEXT, i));
                plans.get(i)
                        .snippets(suffix)
                        .forEach(snippet -> typed.append(snippet).append('\n'));
            } else {
                Path file =
                        folder.resolve(
                                kind == Kind.PROJECT ? "source" : "p" + i, "P" + i + ".java");
                Files.createDirectories(file.getParent());
                Files.writeString(file, plans.get(i).file("P" + i, suffix));
                names.add(kind == Kind.PROJECT ? "P" + i : file.toString());
            }
        }
        Map<String, List<String>> lines =
                split(
                        switch (kind) {
                            case UNNAMED, FILE -> start(folder, launches(names));
                            case PROJECT -> project(folder, plans);
                            case PROMPT, LOCAL -> start(folder, jshell(kind, type(folder, typed)));
                            case HOST -> start(folder, host(plans, type(folder, typed)));
                        });
        return names.stream()
                .map(name -> Outcome.of(lines.getOrDefault(name, List.of(SILENT))))
                .toList();
    }

    private List<String> java(String classPath) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                java.resolve("java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dstdout.encoding=UTF-8",
                                "-Dstderr.encoding=UTF-8",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1"));
        command.addAll(properties(""));
        command.addAll(List.of("-cp", classPath));
        return command;
    }

    /// This JVM's properties of the kit, for another one.
    private static List<String> properties(String prefix) {
        return System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("tandem."))
                .map(name -> "%s-D%s=%s".formatted(prefix, name, System.getProperty(name)))
                .toList();
    }

    private List<String> launches(List<String> files) {
        List<String> command = java(classPath);
        command.add("--add-exports=jdk.compiler/com.sun.tools.javac.launcher=ALL-UNNAMED");
        command.add(sources.resolve("Launches.java").toString());
        command.addAll(files);
        return command;
    }

    private List<String> host(List<? extends Outline> plans, Path file) {
        List<String> command = java(classPath);
        command.add(sources.resolve("Host.java").toString());
        command.add(file.toString());
        command.add(plans.getFirst().seed() % 2 == 0 ? "local" : "jdi");
        return command;
    }

    private List<String> jshell(Kind kind, Path file) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                java.resolve("jshell").toString(),
                                "--feedback",
                                "silent",
                                "--enable-native-access",
                                "-J--enable-native-access=ALL-UNNAMED",
                                "-J-Djava.util.prefs.userRoot=" + file.getParent(),
                                "-J-XX:+UseSerialGC",
                                "-J-XX:TieredStopAtLevel=1",
                                "--class-path",
                                classPath,
                                "--startup",
                                "DEFAULT",
                                "--startup",
                                sources.resolve("../../../../startup.jsh").normalize().toString()));
        command.addAll(
                kind == Kind.LOCAL
                        ? List.of("--execution", "local", "-J--add-modules=jdk.unsupported")
                        : List.of(
                                "--execution",
                                "failover:0(jdi:hostname(127.0.0.1),timeout(60000))"));
        command.addAll(properties(kind == Kind.LOCAL ? "-J" : "-R"));
        command.add(file.toString());
        command.add(Files.writeString(file.resolveSibling("end.jsh"), "/exit\n").toString());
        return command;
    }

    private static Path type(Path folder, StringBuilder typed) throws IOException {
        return Files.writeString(folder.resolve("typed.jsh"), typed);
    }

    private List<String> project(Path folder, List<? extends Outline> plans)
            throws IOException, InterruptedException {
        StringBuilder main =
                new StringBuilder(
                        "public class Main {\n"
                                + "    public static void main(String[] arguments) {\n"
                                + "        tandem.Tandem.prestart(1);\n");
        for (int i = 0; i < plans.size(); i++) {
            main.append("        System.out.println(\"%sP%d\");\n".formatted(NEXT, i));
            main.append(
                    "        try {\n            %s.main_%d();\n        } catch (Throwable e) {\n            System.out.println(\"%s\" + e);\n        }\n"
                            .formatted(
                                    plans.get(i).hasThis() ? "new P" + i + "()" : "P" + i,
                                    i,
                                    FAILED));
        }
        Path source = folder.resolve("source");
        Files.writeString(
                source.resolve("Main.java"), main.append("        System.exit(0);\n    }\n}\n"));
        Path classes = Files.createDirectories(folder.resolve("classes"));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> options =
                new ArrayList<>(List.of("-nowarn", "-cp", classPath, "-d", classes.toString()));
        try (Stream<Path> files = Files.list(source)) {
            files.map(Path::toString).sorted().forEach(options::add);
        }
        var said = new ByteArrayOutputStream();
        int code = compiler.run(null, said, said, options.toArray(String[]::new));
        if (code != 0) {
            return List.of(NEXT + "P0", UNCOMPILED + said);
        }
        List<String> command = java(classPath + File.pathSeparator + classes);
        command.add("Main");
        return start(folder, command);
    }

    private List<String> start(Path folder, List<String> command)
            throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        Process process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        return Files.readString(output).lines().toList();
    }

    private static Map<String, List<String>> split(List<String> lines) {
        Map<String, List<String>> split = new HashMap<>();
        List<String> current = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith(NEXT)) {
                current = new ArrayList<>();
                split.put(line.substring(NEXT.length()), current);
            } else {
                current.add(line);
            }
        }
        return split;
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path visited, IOException e)
                            throws IOException {
                        Files.delete(visited);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
