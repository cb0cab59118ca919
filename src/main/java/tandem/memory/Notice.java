package tandem.memory;

import java.io.PrintStream;

/// What the kit itself has to say, on the error output: a program may have taken that away, or put a
/// stream of its own in its place, and goes on whatever becomes of the line.
public final class Notice {
    private Notice() {}

    /// Prints a line, without waiting for those who write lines of workers.
    public static void say(String line) {
        PrintStream err = System.err;
        try {
            if (err != null) {
                err.println(line);
            }
        } catch (RuntimeException e) {
            // The stream is the program's own, and has failed.
        }
    }
}
