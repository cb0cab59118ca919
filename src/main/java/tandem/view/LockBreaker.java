package tandem.view;

import tandem.launch.JavaCommand;
import tandem.session.Session;
import tandem.sync.Mutex;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// Breaks a lock in a process of its own, which joins the session for this moment: `top` itself
/// takes no place in it.
final class LockBreaker {
    private static final String NAME = "scripts/tandem top";

    private LockBreaker() {}

    /// @param args the path of an array or a lock, and the thread that was seen to hold it
    static void main(String[] args) {
        Path path = Path.of(args[0]);
        Session session = Session.of(path.getParent());
        session.roster().rename(session.holder(), NAME);
        new Mutex(session.open(path.getFileName().toString()), session)
                .breakLock(Long.parseLong(args[1]));
    }

    /// Starts that process, and waits for its end.
    ///
    /// @param holder the thread that was seen to hold it
    /// @return what it said
    static String run(Path object, long holder) {
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dstderr.encoding=UTF-8",
                        "-Dtandem.dir=" + object.getParent().getParent(),
                        "-cp",
                        JavaCommand.kit()
                                + File.pathSeparator
                                + System.getProperty("java.class.path"),
                        LockBreaker.class.getName(),
                        object.toString(),
                        Long.toString(holder));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            byte[] said = process.getInputStream().readAllBytes();
            process.waitFor();
            return new String(said, StandardCharsets.UTF_8).strip().lines().findFirst().orElse("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted while breaking the lock of " + object;
        }
    }
}
