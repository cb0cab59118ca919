package tandem.process;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.JavacTask;

import tandem.launch.CompiledScript;
import tandem.launch.JavaCommand;
import tandem.launch.StartupCache;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/// Compiles scripts for workers in this JVM, where the compiler has been at work already: in a new JVM it
/// takes several times as long, and the worker's JVM starts meanwhile.
///
/// It does what `java Script.java` does, for scripts of one file that compile without a word. With all
/// others it does nothing: `java` compiles them, and says what there is to say.
public final class ScriptCompiler {
    /// Those of `java Script.java`.
    private static final List<String> OPTIONS =
            List.of(
                    "-proc:none",
                    "-Xdiags:verbose",
                    "-Xlint:deprecation",
                    "-Xlint:unchecked",
                    "-Xlint:-options");

    private static final String MODULE = "module-info.java";

    /// What most scripts have in them.
    private static final String EXERCISE =
            """
            import static tandem.Tandem.*;

            import tandem.*;

            void main(String[] args) {
                Array a = arg(0);
                Event go = arg(1);
                go.await();
                for (int i = 0; i < a.length(); i++) {
                    a.add(i, args.length);
                }
                synchronized (a) {
                    var words = new ArrayList<>(List.of("a", "b"));
                    words.removeIf(word -> word.equals(current().name()));
                    IO.println("%s %s".formatted(words, a));
                }
            }
            """;

    private static final int EXERCISES = 3;

    /// Whether this is `java Main.java`.
    private static final boolean IS_SOURCE_PROGRAM =
            System.getProperty("sun.java.command", "").startsWith("jdk.compiler/");

    private static volatile boolean hasPractised;

    private ScriptCompiler() {}

    /// Lets the compiler do some work now, and all scripts that come later. It takes about a second.
    public static void practise() {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            return;
        }
        try {
            for (int left = EXERCISES; left > 0; left--) {
                byte[] exercise = EXERCISE.getBytes(Charset.defaultCharset());
                compile(compiler, Path.of("Exercise.java"), exercise);
            }
            hasPractised = true;
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            // It only makes things faster.
        }
    }

    /// Whether the compiler has been at work in this JVM.
    static boolean isWarm() {
        return (IS_SOURCE_PROGRAM || hasPractised)
                && !Parent.exists()
                && !StartupCache.isTraining()
                && JavaCommand.isPlain();
    }

    /// The classes of a script, the main class first, which are kept for workers to come; none when it is for
    /// `java` to compile it.
    static Map<String, byte[]> compile(Path script) {
        try {
            byte[] source = Files.readAllBytes(script);
            JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
            Map<String, byte[]> classes =
                    compiler == null ? Map.of() : compile(compiler, script, source);
            return !classes.isEmpty() && CompiledScript.keep(script, source, classes)
                    ? classes
                    : Map.of();
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            return Map.of();
        }
    }

    private static Map<String, byte[]> compile(JavaCompiler compiler, Path script, byte[] bytes)
            throws IOException {
        Path folder = script.toAbsolutePath().getParent();
        if (Files.exists(folder.resolve(MODULE))) {
            return Map.of();
        }
        DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
        Map<String, byte[]> made = new HashMap<>();
        CompiledTypes types;
        try (StandardJavaFileManager files = compiler.getStandardFileManager(said, null, null)) {
            files.setLocationFromPaths(StandardLocation.SOURCE_PATH, List.of(folder));
            files.setLocationFromPaths(
                    StandardLocation.CLASS_PATH,
                    Arrays.stream(JavaCommand.classPath().split(File.pathSeparator))
                            .map(Path::of)
                            .toList());
            JavaFileObject source = source(script, bytes);
            JavacTask task =
                    (JavacTask)
                            compiler.getTask(
                                    null, into(made, files), said, OPTIONS, null, List.of(source));
            types = new CompiledTypes(task);
            task.addTaskListener(types);
            for (CompilationUnitTree unit : task.parse()) {
                if (unit.getPackage() != null) {
                    return Map.of();
                }
            }
            task.generate();
        }
        if (!said.getDiagnostics().isEmpty()
                || types.source() == null
                || !made.keySet().containsAll(types.names())
                || isKnown(types.names().getFirst())) {
            return Map.of();
        }
        Map<String, byte[]> classes = new LinkedHashMap<>();
        types.names().forEach(name -> classes.put(name, made.get(name)));
        classes.putAll(made);
        return classes;
    }

    /// What the class path has as well, `java` refuses.
    private static boolean isKnown(String mainClass) {
        return ClassLoader.getSystemResource(mainClass + ".class") != null;
    }

    private static JavaFileManager into(Map<String, byte[]> made, JavaFileManager files) {
        return new ForwardingJavaFileManager<>(files) {
            @Override
            public JavaFileObject getJavaFileForOutput(
                    Location location, String name, JavaFileObject.Kind kind, FileObject near) {
                return new SimpleJavaFileObject(URI.create("made:///" + name.hashCode()), kind) {
                    @Override
                    public OutputStream openOutputStream() {
                        return new ByteArrayOutputStream() {
                            @Override
                            public void close() {
                                made.put(name, toByteArray());
                            }
                        };
                    }
                };
            }
        };
    }

    /// @throws CharacterCodingException when it is for the compiler to say what is wrong
    private static JavaFileObject source(Path script, byte[] bytes)
            throws CharacterCodingException {
        String text =
                Charset.defaultCharset().newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        return new SimpleJavaFileObject(script.toUri(), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoresErrors) {
                return text;
            }

            @Override
            public boolean isNameCompatible(String simpleName, JavaFileObject.Kind kind) {
                return kind == JavaFileObject.Kind.SOURCE;
            }
        };
    }
}
