package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tandem.testing.Program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Startup caches hold code: those that somebody else may have planted are not used.
class CacheIT {
    @TempDir Path caches;

    private String doctor() {
        Program.Ended ended =
                Program.tandem("doctor").with("XDG_CACHE_HOME", caches.toString()).run();
        assertThat(ended.exitCode()).isZero();
        return ended.out();
    }

    @Test
    void aCacheThatOthersMayHavePlantedIsNotUsed() throws IOException {
        Path jar = Program.jar();
        Matcher place = Pattern.compile("not made yet, will be in (.+)").matcher(doctor());
        assertThat(place.find()).isTrue();
        Path folder = Path.of(place.group(1));
        Files.createDirectories(folder);
        FileTime stamp = Files.getLastModifiedTime(jar);
        Path cache =
                Files.createFile(
                        folder.resolve(
                                "job-%d-%d.aot".formatted(Files.size(jar), stamp.toMillis())));
        for (Path path : new Path[] {folder.getParent(), folder, cache}) {
            Files.setAttribute(path, "unix:mode", 0700);
        }
        assertThat(doctor()).contains("1 of 2 in " + folder);

        for (Path path : new Path[] {folder.getParent(), folder, cache}) {
            Files.setAttribute(path, "unix:mode", 0722);
            assertThat(doctor()).as("others may write to %s", path).contains("not made yet");
            Files.setAttribute(path, "unix:mode", 0700);
        }
        Path elsewhere = Files.move(folder, caches.resolve("elsewhere"));
        Files.createSymbolicLink(folder, elsewhere);
        assertThat(doctor()).contains("not made yet");
    }
}
