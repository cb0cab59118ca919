package tandem;

import java.nio.file.Path;

/// A name for the next worker: `named("1 号进程").spawn(workA, a)`.
public final class Spawner {
    private final String name;

    Spawner(String name) {
        this.name = name;
    }

    /// Starts a script in a JVM of its own.
    ///
    /// @param arguments shared objects or anything `Serializable`; the script gets them by `arg(0)`, …
    /// @throws IllegalArgumentException when there is no such script, or an argument cannot travel
    public Worker spawn(Script script, Object... arguments) {
        return Worker.start(name, script.file(), arguments);
    }

    /// Starts a script in a JVM of its own.
    ///
    /// @throws IllegalArgumentException when there is no such file, or an argument cannot travel
    public Worker spawn(Path script, Object... arguments) {
        return spawn(new Script(script.toString()), arguments);
    }
}
