package tandem.process;

import tandem.memory.Session;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// The command line of a worker, made from facts: the command line of this JVM may carry a debugger
/// (JShell's does) or a main class of its own.
public final class JavaCommand {
    private JavaCommand() {}

    /// `java … Script.java`, as a person could type it.
    ///
    /// @param holder the slot of the worker in the session
    static List<String> forScript(Path script, Session session, int holder) {
        List<String> command = options(session, holder);
        command.add(script.toString());
        return command;
    }

    /// `java … tandem.process.JobWorker`.
    static List<String> forJob(Session session, int holder) {
        List<String> command = options(session, holder);
        command.add(JobWorker.class.getName());
        return command;
    }

    private static List<String> options(Session session, int holder) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-XX:+UseSerialGC");
        command.add("-Dstdout.encoding=UTF-8");
        command.add("-Dstderr.encoding=UTF-8");
        command.add("-D%s=%d@%s".formatted(Session.WORKER_PROPERTY, holder, session.directory()));
        command.addAll(inheritedProperties());
        command.add("-cp");
        command.add(classPath());
        return command;
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

    /// The class path of this JVM in absolute form, and the kit.
    private static String classPath() {
        String kit = kit().toString();
        List<String> entries =
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .filter(entry -> !entry.isEmpty())
                        .map(entry -> Path.of(entry).toAbsolutePath().toString())
                        .collect(Collectors.toCollection(ArrayList::new));
        if (!entries.contains(kit)) {
            entries.add(kit);
        }
        return String.join(File.pathSeparator, entries);
    }

    private static List<String> inheritedProperties() {
        return System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("tandem.") && !name.equals(Session.WORKER_PROPERTY))
                .sorted()
                .map(name -> "-D%s=%s".formatted(name, System.getProperty(name)))
                .toList();
    }
}
