package tandem.launch;

import tandem.session.Session;
import tandem.travel.Kit;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The command line of a worker, made from facts: the command line of this JVM may carry a debugger
/// (JShell's does) or a main class of its own.
public final class JavaCommand {
    /// Properties that workers are to have which are started within.
    public static final ScopedValue<Map<String, String>> FURTHER = ScopedValue.newInstance();

    private JavaCommand() {}

    /// `java … Script.java`, as a person could type it.
    ///
    /// @param holder the slot of the worker in the session
    public static List<String> forScript(Path script, Session session, int holder) {
        return line(StartupCache.Kind.SCRIPT, script.toString(), session, holder);
    }

    /// `java …` with the main class of the kit, for a worker that runs code, or a script that was compiled
    /// before.
    static List<String> forCode(Kit kit, Session session, int holder) {
        return line(StartupCache.Kind.JOB, kit.main().getName(), session, holder);
    }

    private static List<String> line(
            StartupCache.Kind kind, String main, Session session, int holder) {
        List<String> command = options(classPath());
        command.addAll(StartupCache.options(kind));
        command.add("-D%s=%d@%s".formatted(Session.WORKER_PROPERTY, holder, session.directory()));
        command.addAll(inheritedProperties());
        FURTHER.orElse(Map.of()).forEach((name, value) -> command.add(property(name, value)));
        command.addAll(OwnOptions.get());
        command.add(main);
        return command;
    }

    /// The options that every worker has, and those that the caches are made for. The thresholds
    /// keep the compiler from code that runs a few hundred times while the JVM starts; what runs
    /// long is compiled as ever. A cache is mapped where it was made for, instead of being moved to
    /// a random address, which takes a tenth of the start.
    static List<String> options(String classPath) {
        return new ArrayList<>(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-XX:-UsePerfData",
                        "-XX:+UnlockDiagnosticVMOptions",
                        "-XX:ArchiveRelocationMode=0",
                        "-XX:Tier3InvocationThreshold=1000",
                        "-XX:Tier3MinInvocationThreshold=500",
                        "-XX:Tier3CompileThreshold=10000",
                        "-Dstdout.encoding=UTF-8",
                        "-Dstderr.encoding=UTF-8",
                        "-cp",
                        classPath));
    }

    /// Where the kit's own classes are: the jar, or a folder of classes.
    public static Path kit() {
        try {
            return Path.of(
                    JavaCommand.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /// The kit, then the class path of this JVM in absolute form, and what is on its module path: a
    /// cache that was made for the kit alone fits whatever follows it.
    public static String classPath() {
        String kit = kit().toString();
        Stream<String> others =
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .filter(entry -> !entry.isEmpty())
                        .map(entry -> Path.of(entry).toAbsolutePath().toString())
                        .filter(entry -> !entry.equals(kit));
        return Stream.of(Stream.of(kit), others, modules().filter(entry -> !entry.equals(kit)))
                .flatMap(entries -> entries)
                .collect(Collectors.joining(File.pathSeparator));
    }

    /// Whether a worker's command line says nothing to the compiler, but for the class path.
    public static boolean isPlain() {
        return OwnOptions.get().stream().noneMatch(option -> option.startsWith("--"));
    }

    private static Stream<String> modules() {
        if (System.getProperty("jdk.module.path") == null) {
            return Stream.empty();
        }
        return ModuleLayer.boot().configuration().modules().stream()
                .flatMap(module -> module.reference().location().stream())
                .filter(location -> location.getScheme().equals("file"))
                .map(location -> Path.of(location).toString());
    }

    private static String property(String name, String value) {
        return "-D%s=%s".formatted(name, value);
    }

    /// The properties of the kit that a process has from the one that has started it.
    public static List<String> inheritedProperties() {
        return System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("tandem.") && !name.equals(Session.WORKER_PROPERTY))
                .sorted()
                .map(name -> property(name, System.getProperty(name)))
                .toList();
    }
}
