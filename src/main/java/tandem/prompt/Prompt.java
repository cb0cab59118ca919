package tandem.prompt;

import jdk.jshell.tool.JavaShellToolBuilder;

import org.jline.terminal.Size;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// JShell, as the JDK has it, on a terminal that is shared with the output of workers.
///
/// A process can print at any time, also while a line is being typed. JShell's own line reader knows
/// nothing of that, and nobody outside of it knows in which row of what is typed the cursor stands; a
/// front end with another line reader would have to do again all that JShell does. So the line reader
/// stays as it is, and is told that it has a terminal of its own, of the kind `ansi`: what it draws
/// there, [PromptTerminal] draws on the real one, below what all others print. All else is JShell's:
/// completion, documentation, history, commands, and what it says.
///
/// What differs: lists of completions are as wide as the window was at the start, and Ctrl-D does not end
/// what a snippet reads from its input, as the reader of such a terminal knows no key for that.
///
/// Without a terminal this is the JDK's `jshell` and nothing else.
public final class Prompt {
    /// Set by `scripts/tandem` where there is a terminal; `training` where classes are listed as if there
    /// were one.
    private static final String KIND = System.getProperty("tandem.prompt");

    /// Where Tandem's sources are.
    private static final String SOURCES = System.getProperty("tandem.sources");

    private Prompt() {}

    /// @param options of `jshell`
    public static void main(String[] options) throws Exception {
        if (SOURCES != null) {
            Sources.tell(Path.of(SOURCES));
        }
        JavaShellToolBuilder shell = JavaShellToolBuilder.builder();
        System.exit(KIND != null ? atTerminal(shell, options) : shell.start(options));
    }

    private static int atTerminal(JavaShellToolBuilder shell, String[] options) throws Exception {
        Tty tty;
        try {
            tty = KIND.equals("training") ? Tty.none() : Tty.open();
        } catch (IOException e) {
            return shell.start(options);
        }
        PromptTerminal prompt = new PromptTerminal(new FileOutputStream(FileDescriptor.out), tty);
        Runtime.getRuntime().addShutdownHook(new Thread(prompt::leave));
        Keyboard keyboard =
                new Keyboard(
                        new FileInputStream(FileDescriptor.in),
                        prompt::hasTextBehindCursor,
                        prompt::isLineEmpty);
        PrintStream others = prompt.others();
        // With --execution local, what is typed runs in this process.
        System.setOut(others);
        System.setErr(others);
        Size size = tty.size();
        return shell.in(keyboard, null)
                .out(shorter(others), prompt.reader(), others)
                .err(others)
                .interactiveTerminal(true)
                .windowSize(size.getColumns(), size.getRows())
                .start(options);
    }

    private static PrintStream shorter(PrintStream out) {
        return new PrintStream(new CompilerMessages(out), true, StandardCharsets.UTF_8);
    }
}
