import static tandem.Tandem.*;

import java.nio.file.Path;

/// Starts two workers of its own from the script that it is given, one of them by name.
void main() {
    String script = arg(0);
    spawn(Path.of(script));
    named("孙子").spawn(Path.of(script));
    joinAll();
}
