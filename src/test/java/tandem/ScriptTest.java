package tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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

    private record Adder(Array array) implements Runnable {
        @Override
        public void run() {
            array.add(0, 5);
        }
    }

    @Test
    void theNameOfAScriptAndARunnableAreTakenForWhatTheyMean() throws IOException {
        Path script = folder.resolve("Adds.java");
        Files.writeString(
                script, "void main() { tandem.Tandem.<tandem.Array>arg(0).add(0, 1); }\n");
        Array a = Array.of("i", 1);
        end(spawn(script.toString(), a));
        end(spawn(folder.resolve("adds").toString(), a));
        Object what = script;
        end(spawn(what, a));
        end(spawn(new Adder(a)));
        assertThat(a.get(0)).isEqualTo(8);
    }

    @Test
    void whatIsNoScriptAndNoCodeIsRefusedInASentence() {
        Array a = Array.of("i", 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spawn(a, 3))
                .withMessage(
                        "spawn runs a script, as in spawn(workA, a), or code that takes the"
                            + " arguments that follow it, as in spawn(x -> x.add(0, 1), a), but not"
                            + " tandem.Array");
        Code.Action2<Array, Array> two = (x, y) -> {};
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spawn(two, a))
                .withMessage("code that takes 2 arguments was given 1");
        Runnable runnable = () -> {};
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spawn(runnable))
                .withMessageContaining("is a lambda that is not Serializable");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spawn("nix", a))
                .withMessageContaining("there is no script nix");
    }
}
