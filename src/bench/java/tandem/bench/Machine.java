package tandem.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// What a reader has to know about the machine to compare figures, and nothing that says whose
/// machine it is.
final class Machine {
    private Machine() {}

    static String describe() {
        Runtime.Version jdk = Runtime.version();
        return "%d cores, %s; %s %s; JDK %s; %s; %s; load %s at the start"
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        processor(),
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        jdk,
                        Peers.version("python3").orElse("no python3"),
                        Peers.version("cc").orElse("no cc"),
                        Figure.text(
                                ManagementFactory.getOperatingSystemMXBean()
                                        .getSystemLoadAverage()));
    }

    private static String processor() {
        Path description = Path.of("/proc/cpuinfo");
        Optional<String> model = Optional.empty();
        if (Files.isReadable(description)) {
            try (Stream<String> lines = Files.lines(description)) {
                model =
                        lines.filter(line -> line.startsWith("model name"))
                                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                                .findFirst();
            } catch (IOException e) {
                System.err.println("bench: no processor model: " + e.getMessage());
            }
        }
        return model.orElse(System.getProperty("os.arch"));
    }
}
