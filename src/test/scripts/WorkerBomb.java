import static tandem.Tandem.*;

import java.nio.file.Path;

/// Spawns itself, as it should not.
void main() {
    spawn(Path.of("src/test/scripts/WorkerBomb.java")).join();
}
