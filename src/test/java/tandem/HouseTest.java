package tandem;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The house has floors, and nobody reaches up.
@Tag("once")
class HouseTest {
    /// What the classes of each package may use, of the house and of its libraries.
    private static final Map<String, Set<String>> MAY_USE =
            Map.ofEntries(
                    Map.entry(
                            "tandem.lesson",
                            Set.of("tandem.prompt", "org.jline", "org.commonmark")),
                    Map.entry(
                            "tandem.prompt",
                            Set.of("tandem", "tandem.process", "tandem.launch", "org.jline")),
                    Map.entry(
                            "tandem.view",
                            Set.of(
                                    "tandem",
                                    "tandem.step",
                                    "tandem.net",
                                    "tandem.process",
                                    "tandem.launch",
                                    "tandem.sync",
                                    "tandem.session",
                                    "tandem.memory",
                                    "org.jline",
                                    "tandem.timeline",
                                    "tandem.record")),
                    Map.entry(
                            "tandem",
                            Set.of(
                                    "tandem.step",
                                    "tandem.remote",
                                    "tandem.net",
                                    "tandem.process",
                                    "tandem.launch",
                                    "tandem.travel",
                                    "tandem.sync",
                                    "tandem.session",
                                    "tandem.memory",
                                    "tandem.timeline",
                                    "tandem.record")),
                    Map.entry(
                            "tandem.step",
                            Set.of(
                                    "tandem.process",
                                    "tandem.launch",
                                    "tandem.sync",
                                    "tandem.session",
                                    "tandem.memory")),
                    Map.entry(
                            "tandem.remote",
                            Set.of(
                                    "tandem.net",
                                    "tandem.process",
                                    "tandem.travel",
                                    "tandem.sync",
                                    "tandem.session",
                                    "tandem.memory")),
                    Map.entry(
                            "tandem.net",
                            Set.of(
                                    "tandem.sync",
                                    "tandem.session",
                                    "tandem.memory",
                                    "redis.clients")),
                    Map.entry("tandem.timeline", Set.of("tandem.record")),
                    Map.entry(
                            "tandem.process",
                            Set.of(
                                    "tandem.launch",
                                    "tandem.travel",
                                    "tandem.sync",
                                    "tandem.session",
                                    "tandem.memory",
                                    "tandem.record")),
                    Map.entry(
                            "tandem.launch",
                            Set.of("tandem.travel", "tandem.session", "tandem.memory")),
                    Map.entry("tandem.travel", Set.of()),
                    Map.entry(
                            "tandem.sync",
                            Set.of("tandem.session", "tandem.memory", "tandem.record")),
                    Map.entry("tandem.record", Set.of("tandem.session", "tandem.memory")),
                    Map.entry("tandem.session", Set.of("tandem.memory")),
                    Map.entry("tandem.memory", Set.of()));

    /// A class as it stands in names, descriptors and signatures (not in the texts of a program);
    /// a library is seen as a whole.
    private static final Pattern USE =
            Pattern.compile(
                    "\\b(?:(org/jline|org/commonmark|redis/clients)/[\\w/$]+|(tandem(?:/[a-z]\\w*)*)/[A-Z][\\w$]*)");

    private final Map<String, Set<String>> uses = uses();

    @Test
    void shouldImportDownwardsOnly() {
        uses.forEach(
                (floor, used) ->
                        assertThat(MAY_USE.getOrDefault(floor, Set.of()))
                                .as("what %s may use", floor)
                                .containsAll(used));
    }

    @Test
    void shouldHaveNoOtherFloors() {
        assertThat(MAY_USE.keySet()).containsAll(uses.keySet());
    }

    @Test
    void shouldSeeTheImportsThatExist() {
        assertThat(uses.get("tandem")).contains("tandem.process", "tandem.sync", "tandem.memory");
        assertThat(uses.get("tandem.process")).contains("tandem.launch", "tandem.session");
        assertThat(uses.get("tandem.sync")).contains("tandem.session", "tandem.memory");
    }

    private static Map<String, Set<String>> uses() {
        Path classes = Path.of(location(Array.class));
        Map<String, Set<String>> uses = new TreeMap<>();
        try (Stream<Path> files = Files.walk(classes)) {
            files.filter(file -> file.toString().endsWith(".class"))
                    .forEach(
                            file -> {
                                String floor =
                                        name(classes.relativize(file.getParent()).toString());
                                Set<String> used =
                                        uses.computeIfAbsent(floor, _ -> new TreeSet<>());
                                used.addAll(usesOf(file));
                                used.remove(floor);
                            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return uses;
    }

    private static String location(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation().getPath();
    }

    private static Set<String> usesOf(Path file) {
        try {
            List<PoolEntry> pool = new ArrayList<>();
            ClassFile.of().parse(file).constantPool().forEach(pool::add);
            Set<Integer> strings = new HashSet<>();
            for (PoolEntry entry : pool) {
                if (entry instanceof StringEntry string) {
                    strings.add(string.utf8().index());
                }
            }
            Set<String> used = new TreeSet<>();
            for (PoolEntry entry : pool) {
                if (entry instanceof Utf8Entry text && !strings.contains(text.index())) {
                    USE.matcher(text.stringValue())
                            .results()
                            .map(HouseTest::used)
                            .forEach(used::add);
                }
            }
            return used;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String used(MatchResult match) {
        return name(match.group(1) == null ? match.group(2) : match.group(1));
    }

    private static String name(String path) {
        return path.replace('/', '.');
    }
}
