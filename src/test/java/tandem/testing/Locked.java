package tandem.testing;

import java.nio.file.Path;

/// A file that another process has locked, as flock(1) does it.
public final class Locked implements AutoCloseable {
    private final Program.Running holder;

    private Locked(Program.Running holder) {
        this.holder = holder;
    }

    public static Locked of(Path file) {
        Program.Running holder =
                Program.of("flock", file.toString(), "sh", "-c", "echo locked; exec sleep 600")
                        .start();
        holder.awaitLine("locked");
        return new Locked(holder);
    }

    @Override
    public void close() {
        holder.close();
    }
}
