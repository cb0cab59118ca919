package tandem;

import tandem.launch.JavaCommand;
import tandem.memory.Arguments;
import tandem.memory.Trace;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A worker's program: a single Java source file, run as `java … Script.java`.
///
/// ```java
/// spawn(workA, Array.of("i", 3), 1).join();
/// workA.file();
/// ```
///
/// @param name `WorkA` for `WorkA.java`, also as its variable at the prompt is called, `workA`; or a
///     path to the file
public record Script(String name) {
    public Script {
        Arguments.required(name, "the name of the script");
    }

    /// The file of this script. It is looked for beside the running source file and in a `scripts`
    /// folder beside that one's folder, in the working directory and its `scripts`, and in the
    /// kit's `scripts`.
    ///
    /// @throws IllegalArgumentException when there is none; the message says where it looked
    public Path file() {
        Path file = Path.of(name.endsWith(".java") ? name : name + ".java");
        List<Path> places = places(file);
        return Stream.concat(places.stream(), places(capitalised(file)).stream())
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> none(places));
    }

    private IllegalArgumentException none(List<Path> places) {
        return Trace.trim(
                new IllegalArgumentException(
                        "there is no script %s: neither %s is a file"
                                .formatted(
                                        name,
                                        places.stream()
                                                .map(Path::toString)
                                                .collect(Collectors.joining(" nor ")))));
    }

    private static Path capitalised(Path file) {
        String last = file.getFileName().toString();
        int first = last.codePointAt(0);
        return file.resolveSibling(
                Character.toString(Character.toTitleCase(first))
                        + last.substring(Character.charCount(first)));
    }

    private static List<Path> places(Path file) {
        if (file.isAbsolute()) {
            return List.of(file);
        }
        Set<Path> folders = new LinkedHashSet<>();
        String source = System.getProperty("jdk.launcher.sourcefile");
        if (source != null) {
            Path folder = Path.of(source).toAbsolutePath().getParent();
            folders.add(folder);
            folders.add(folder.resolveSibling("scripts"));
        }
        Path here = Path.of("").toAbsolutePath();
        folders.add(here.resolve("scripts"));
        folders.add(here);
        Path build = JavaCommand.kit().getParent();
        if (build != null) {
            folders.add(build.resolveSibling("scripts"));
        }
        return folders.stream().map(folder -> folder.resolve(file).normalize()).toList();
    }

    @Override
    public String toString() {
        return "Script(%s)".formatted(name);
    }
}
