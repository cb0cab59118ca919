package tandem.process;

import tandem.travel.TravelLimits;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What a script was compiled to when it ran before: while the file, the class path and the JDK are as
/// they were, its next worker starts with the classes instead of the compiler.
///
/// They lie beside the startup caches, one file for each script: what they were made of, to be
/// compared byte for byte, and then the classes, the main class first. The worker that compiled them
/// leaves them when it asks its parent for the arguments. Scripts that need other source files are
/// compiled at every start, and so are those with large folders of classes in their class path.
/// Whatever goes wrong, the script is compiled.
final class CompiledScript {
    private static final String SUFFIX = ".script";
    private static final int LONGEST_NAME = 200;
    private static final int MOST_KEPT = 100;
    private static final int MOST_IN_A_FOLDER = 500;

    /// What this JVM has compiled, null when it runs no script of one source file.
    private static Compiled compiled;

    private CompiledScript() {}

    /// @param source what the compiler read
    /// @param classes their names, the main class first
    private record Compiled(Path script, byte[] source, List<String> classes) {}

    /// The classes of a script, the main class first; none when it has to be compiled.
    static Map<String, byte[]> find(Path script, String classPath) {
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
        } catch (IOException e) {
            return Map.of();
        }
    }

    /// Takes note of what the compiler in this JVM has done.
    static synchronized void note(Path script, byte[] source, List<String> classes) {
        compiled = new Compiled(script, source, List.copyOf(classes));
    }

    /// Leaves what was noted for the next worker.
    ///
    /// @param loader has the classes
    static synchronized void leave(ClassLoader loader) {
        Path file = compiled == null ? null : file(compiled.script);
        if (file != null) {
            try {
                leave(file, loader);
            } catch (IOException | ReflectiveOperationException e) {
                // The next worker compiles the script too.
            }
        }
        compiled = null;
    }

    private static void leave(Path file, ClassLoader loader)
            throws IOException, ReflectiveOperationException {
        String circumstances = circumstances(System.getProperty("java.class.path"));
        ScriptMain.find(Class.forName(compiled.classes.getFirst(), false, loader));
        Path unfinished = file.resolveSibling("%d.tmp".formatted(ProcessHandle.current().pid()));
        try (DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(unfinished)))) {
            out.writeUTF(circumstances);
            out.writeInt(compiled.source.length);
            out.write(compiled.source);
            out.writeInt(compiled.classes.size());
            for (String name : compiled.classes) {
                byte[] bytes = bytes(name, loader);
                out.writeUTF(name);
                out.writeInt(bytes.length);
                out.write(bytes);
            }
        } catch (IOException e) {
            Files.deleteIfExists(unfinished);
            throw e;
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        prune(file.getParent());
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
            List<File> files = files(Path.of(entry));
            long stamps = 0;
            for (File file : files) {
                stamps = 31 * stamps + file.hashCode();
                stamps = 31 * stamps + file.length();
                stamps = 31 * stamps + file.lastModified();
            }
            facts.add("%s %d %d".formatted(entry, files.size(), stamps));
        }
        return String.join("\n", facts);
    }

    /// The entry itself, or what is in it when it is a folder.
    private static List<File> files(Path entry) throws IOException {
        if (!Files.isDirectory(entry)) {
            return List.of(entry.toFile());
        }
        try (Stream<Path> all = Files.walk(entry)) {
            List<File> files = all.limit(MOST_IN_A_FOLDER + 1L).map(Path::toFile).sorted().toList();
            if (files.size() > MOST_IN_A_FOLDER) {
                throw new IOException(
                        "there are more than %d files in %s".formatted(MOST_IN_A_FOLDER, entry));
            }
            return files;
        }
    }
}
