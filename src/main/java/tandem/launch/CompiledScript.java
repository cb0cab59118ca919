package tandem.launch;

import tandem.travel.TravelLimits;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;

import javax.lang.model.SourceVersion;

/// What a script was compiled to when it ran before: while the file, the class path and the JDK are as
/// they were, its next worker starts with the classes instead of the compiler.
///
/// They lie beside the startup caches, one file for each script: what they were made of, to be
/// compared byte for byte, and then the classes, the main class first. The worker that compiled them
/// leaves them when it asks its parent for the arguments; a parent that compiles them itself, at once. Scripts that need other source files, or may
/// look for some by name, are compiled at every start, and so are those with large folders of classes
/// in their class path.
/// Whatever goes wrong, the script is compiled.
public final class CompiledScript {
    private static final String SUFFIX = ".script";
    private static final int LONGEST_NAME = 200;
    private static final int MOST_KEPT = 100;
    private static final int MOST_IN_A_FOLDER = 500;

    /// Methods that find a class or a file by its name, and classes whose methods do.
    private static final Set<String> FINDERS =
            Set.of(
                    "forName",
                    "loadClass",
                    "findClass",
                    "getResource",
                    "getResources",
                    "getResourceAsStream",
                    "resources");

    private static final Set<String> FINDING =
            Set.of("java/util/ServiceLoader", "java/util/ResourceBundle");

    /// What this JVM has compiled, null when it runs no script of one source file.
    private static Compiled compiled;

    private CompiledScript() {}

    /// @param source what the compiler read
    /// @param classes their names, the main class first
    private record Compiled(Path script, byte[] source, List<String> classes) {}

    /// The classes of a script, the main class first; none when it has to be compiled.
    public static Map<String, byte[]> find(Path script, String classPath) {
        Path file = file(script);
        if (file == null) {
            return Map.of();
        }
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            if (!in.readUTF().equals(circumstances(classPath))
                    || !Arrays.equals(TravelLimits.readBytes(in), Files.readAllBytes(script))) {
                return Map.of();
            }
            Map<String, byte[]> classes = new LinkedHashMap<>();
            for (int left = TravelLimits.readCount(in); left > 0; left--) {
                classes.put(in.readUTF(), TravelLimits.readBytes(in));
            }
            return classes;
        } catch (IOException | IllegalArgumentException e) {
            return Map.of();
        }
    }

    /// Takes note of what the compiler in this JVM has done.
    public static synchronized void note(Path script, byte[] source, List<String> classes) {
        compiled = new Compiled(script, source, List.copyOf(classes));
    }

    /// Leaves what was noted for the next worker.
    ///
    /// @param loader has the classes
    public static synchronized void leave(ClassLoader loader) {
        Path file = compiled == null ? null : file(compiled.script);
        if (file != null) {
            try {
                leave(file, loader);
            } catch (IOException | ReflectiveOperationException | IllegalArgumentException e) {
                // The next worker compiles the script too.
            }
        }
        compiled = null;
    }

    private static void leave(Path file, ClassLoader loader)
            throws IOException, ReflectiveOperationException {
        ScriptMain.find(Class.forName(compiled.classes.getFirst(), false, loader));
        Map<String, byte[]> classes = new LinkedHashMap<>();
        for (String name : compiled.classes) {
            classes.put(name, bytes(name, loader));
        }
        if (isWhole(compiled.script, classes)) {
            write(file, compiled.source, classes, System.getProperty("java.class.path"));
        }
    }

    /// Keeps what was compiled in this JVM for workers.
    ///
    /// @param classes the main class first
    /// @return whether the classes are all that a worker needs; if not, the script is to be compiled there
    public static boolean keep(Path script, byte[] source, Map<String, byte[]> classes) {
        try {
            ScriptMain.find(loader(classes).loadClass(classes.keySet().iterator().next()));
        } catch (ReflectiveOperationException | LinkageError e) {
            return false;
        }
        if (!isWhole(script, classes)) {
            return false;
        }
        Path file = file(script);
        if (file != null) {
            try {
                write(file, source, classes, JavaCommand.classPath());
            } catch (IOException e) {
                // The next worker's is compiled too.
            }
        }
        return true;
    }

    private static ClassLoader loader(Map<String, byte[]> classes) {
        return new ClassLoader(ClassLoader.getSystemClassLoader()) {
            @Override
            protected Class<?> findClass(String name) throws ClassNotFoundException {
                byte[] bytes = classes.get(name);
                if (bytes == null) {
                    throw new ClassNotFoundException(name);
                }
                return defineClass(name, bytes, 0, bytes.length);
            }
        };
    }

    private static boolean isWhole(Path script, Map<String, byte[]> classes) {
        String main = classes.keySet().iterator().next();
        return classes.values().stream().noneMatch(bytes -> namesFiles(bytes, script, main));
    }

    private static void write(
            Path file, byte[] source, Map<String, byte[]> classes, String classPath)
            throws IOException {
        String circumstances = circumstances(classPath);
        Path unfinished = Files.createTempFile(file.getParent(), "", ".tmp");
        try (DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(unfinished)))) {
            out.writeUTF(circumstances);
            out.writeInt(source.length);
            out.write(source);
            out.writeInt(classes.size());
            for (Map.Entry<String, byte[]> type : classes.entrySet()) {
                out.writeUTF(type.getKey());
                out.writeInt(type.getValue().length);
                out.write(type.getValue());
            }
        } catch (IOException e) {
            Files.deleteIfExists(unfinished);
            throw e;
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        prune(file.getParent());
    }

    /// Whether a class may ask by name for a class or a file, which only the compiler's own loader finds
    /// where the script lies: it calls what finds them, or a text in it is the name of a source file
    /// there, which a library may be given.
    private static boolean namesFiles(byte[] bytes, Path script, String main) {
        for (PoolEntry entry : ClassFile.of().parse(bytes).constantPool()) {
            boolean names =
                    switch (entry) {
                        case MemberRefEntry member ->
                                FINDERS.contains(member.name().stringValue())
                                        || FINDING.contains(member.owner().asInternalName());
                        case StringEntry text -> isSource(text.stringValue(), script, main);
                        default -> false;
                    };
            if (names) {
                return true;
            }
        }
        return false;
    }

    /// Whether a text is the name of a class that has a source file where the script's others are.
    private static boolean isSource(String text, Path script, String main) {
        if (text.length() > LONGEST_NAME || !SourceVersion.isName(text)) {
            return false;
        }
        Path root = script.getParent();
        for (int i = main.indexOf('.'); i >= 0 && root != null; i = main.indexOf('.', i + 1)) {
            root = root.getParent();
        }
        if (root == null) {
            return false;
        }
        Path source = root.resolve(text.replace('.', '/') + ".java");
        return Files.exists(source) && !source.equals(script);
    }

    /// Keeps the newest ones only.
    private static void prune(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file -> file.toString().endsWith(SUFFIX))
                    .map(Path::toFile)
                    .sorted(Comparator.comparingLong(File::lastModified).reversed())
                    .skip(MOST_KEPT)
                    .forEach(File::delete);
        }
    }

    private static byte[] bytes(String name, ClassLoader loader) throws IOException {
        try (InputStream in = loader.getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new NoSuchFileException(name);
            }
            return in.readAllBytes();
        }
    }

    /// The file for a script's classes, null where there can be none.
    private static Path file(Path script) {
        Path folder = StartupCache.privateFolder();
        String name = script.toAbsolutePath().normalize().toString().replace('/', '%') + SUFFIX;
        return folder == null || name.length() > LONGEST_NAME ? null : folder.resolve(name);
    }

    /// What else decides about the classes: the JDK and every entry of the class path.
    ///
    /// @throws IOException when there is too much to look at
    private static String circumstances(String classPath) throws IOException {
        List<String> facts = new ArrayList<>();
        facts.add(System.getProperty("java.vm.version"));
        for (String entry : classPath.split(File.pathSeparator)) {
            Set<File> files = new LinkedHashSet<>();
            addFiles(Path.of(entry), files);
            long stamps = 0;
            for (File file : files) {
                stamps = 31 * stamps + file.hashCode();
                stamps = 31 * stamps + file.length();
                stamps = 31 * stamps + file.lastModified();
            }
            facts.add(entry + " " + files.size() + " " + stamps);
        }
        return String.join("\n", facts);
    }

    /// Adds the entry itself and the jars that its manifest names, or what is in it when it is a folder.
    private static void addFiles(Path entry, Set<File> files) throws IOException {
        if (Files.isDirectory(entry)) {
            try (Stream<Path> all = Files.walk(entry)) {
                all.limit(MOST_IN_A_FOLDER + 1L).map(Path::toFile).sorted().forEach(files::add);
            }
        } else if (files.add(entry.toFile()) && Files.isRegularFile(entry)) {
            for (String next : manifestPath(entry)) {
                URI uri = entry.toUri().resolve(next);
                if (uri.getScheme().equals("file")) {
                    addFiles(Path.of(uri), files);
                }
            }
        }
        if (files.size() > MOST_IN_A_FOLDER) {
            throw new IOException(
                    "there are more than %d files in %s".formatted(MOST_IN_A_FOLDER, entry));
        }
    }

    private static List<String> manifestPath(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            Manifest manifest = file.getManifest();
            String path =
                    manifest == null
                            ? null
                            : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            return path == null || path.isBlank() ? List.of() : List.of(path.strip().split(" +"));
        }
    }
}
