package tandem.prompt;

import org.jline.terminal.Size;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The settings of the terminal that this process was started at.
///
/// The command `stty` knows them within some milliseconds. Foreign functions, for which the JVM makes
/// code when they are first called, would take a quarter of a second of each start.
final class Tty {
    /// Every key comes as it is typed, Ctrl-C too; Ctrl-Z stops, as ever.
    private static final String RAW =
            "stty -icanon -echo -iexten -icrnl -ixon intr undef min 1 time 0";

    private static final Size USUAL = Size.of(80, 24);

    private final String former;
    private Size size;

    /// Makes it raw.
    ///
    /// @throws IOException where there is no terminal, or no such command
    Tty() throws IOException {
        List<String> said = run("stty -g && stty size && " + RAW).lines().toList();
        if (said.size() != 2) {
            throw new IOException("stty does not know the terminal");
        }
        former = said.getFirst();
        size = size(said.getLast());
    }

    /// Another program has had it.
    synchronized void makeRaw() throws IOException {
        size = size(run("stty size; " + RAW));
    }

    /// The window has got another size.
    synchronized void measure() throws IOException {
        size = size(run("stty size"));
    }

    synchronized Size size() {
        return size;
    }

    /// Leaves it as it was.
    void restore() {
        try {
            run("stty " + former);
        } catch (IOException e) {
            // The terminal is gone.
        }
    }

    private static Size size(String rowsAndColumns) {
        String[] numbers = rowsAndColumns.strip().split(" ");
        if (numbers.length != 2) {
            return USUAL;
        }
        Size size = Size.of(Integer.parseInt(numbers[1]), Integer.parseInt(numbers[0]));
        return size.getColumns() > 0 && size.getRows() > 0 ? size : USUAL;
    }

    private static String run(String command) throws IOException {
        Process process =
                new ProcessBuilder("sh", "-c", command)
                        .redirectInput(Redirect.INHERIT)
                        .redirectError(Redirect.DISCARD)
                        .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
}
