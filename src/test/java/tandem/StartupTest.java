package tandem;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What JShell loads. Each import takes the prompt some milliseconds, so one is for all types but those whose
/// names are also the JDK's: that `import java.util.concurrent.locks.*` were typed must not make `Lock` another
/// one, or none. A semicolon ends each line, as some hosts read the file as a whole.
@Tag("once")
class StartupTest {
    private static final Path HOME = Path.of(System.getProperty("tandem.home", "."));

    @Test
    void oneImportIsForAllTypesButThoseWithNamesOfTheJdk() throws Exception {
        List<String> lines = Files.readAllLines(HOME.resolve("startup.jsh"));
        Set<String> names = namesOfTheJdk();
        List<String> alone =
                publicTypes()
                        .filter(type -> names.contains(type.getSimpleName()))
                        .map(type -> "import " + type.getName() + ";")
                        .sorted()
                        .toList();

        assertThat(alone).contains("import tandem.Lock;", "import tandem.Queue;");
        assertThat(lines).contains("import tandem.*;");
        assertThat(lines.stream().filter(line -> line.matches("import tandem\\.\\w+;")))
                .containsExactlyElementsOf(alone);
    }

    private static Stream<Class<?>> publicTypes() throws IOException, ClassNotFoundException {
        Path folder = Path.of(Array.class.getResource("Array.class").getPath()).getParent();
        Stream.Builder<Class<?>> types = Stream.builder();
        try (Stream<Path> files = Files.list(folder)) {
            for (String name : files.map(StartupTest::name).filter(StartupTest::isTop).toList()) {
                Class<?> type = Class.forName("tandem." + name);
                if (Modifier.isPublic(type.getModifiers())) {
                    types.add(type);
                }
            }
        }
        return types.build();
    }

    private static Set<String> namesOfTheJdk() throws IOException {
        FileSystem jdk = FileSystems.getFileSystem(URI.create("jrt:/"));
        Set<String> exported =
                ModuleLayer.boot().modules().stream()
                        .flatMap(
                                module ->
                                        module.getPackages().stream()
                                                .filter(module::isExported)
                                                .map(
                                                        each ->
                                                                module.getName()
                                                                        + "/"
                                                                        + each.replace('.', '/')))
                        .collect(Collectors.toSet());
        try (Stream<Path> files = Files.walk(jdk.getPath("/modules"))) {
            return files.filter(file -> file.getNameCount() > 2)
                    .filter(
                            file ->
                                    exported.contains(
                                            file.subpath(1, file.getNameCount() - 1).toString()))
                    .map(StartupTest::name)
                    .collect(Collectors.toSet());
        }
    }

    private static String name(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".class") ? name.substring(0, name.length() - 6) : "";
    }

    private static boolean isTop(String name) {
        return !name.isEmpty() && name.indexOf('$') < 0 && !name.contains("-");
    }
}
