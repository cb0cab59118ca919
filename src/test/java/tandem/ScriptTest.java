package tandem;

import static org.assertj.core.api.Assertions.assertThat;

import static tandem.Tandem.spawn;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

@Tag("once")
class ScriptTest implements WithWorkers {
    @TempDir Path folder;

    @Test
    void aScriptThatWasChangedIsTheNewOneAtTheNextSpawn() throws IOException {
        Path script = folder.resolve("Changing.java");
        Array a = Array.of("i", 1);
        for (int version = 1; version <= 2; version++) {
            Files.writeString(
                    script,
                    "void main() { tandem.Array a = tandem.Tandem.arg(0); a.set(0, %d); }\n"
                            .formatted(version));

            end(spawn(script, a));

            assertThat(a.get(0)).isEqualTo(version);
        }
    }
}
