package tandem.prompt;

import jdk.jshell.tool.JavaShellToolBuilder;

import org.jline.terminal.Size;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicReference;

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
        if (isLocal(options)) {
            Agent.prestart(ProcessHandle.current());
        }
        System.exit(
                KIND != null
                        ? atTerminal(options, Guide.NONE)
                        : JavaShellToolBuilder.builder().start(options));
    }

    /// Whether what is typed runs in this process.
    private static boolean isLocal(String[] options) {
        List<String> all = List.of(options);
        return all.contains("--execution=local")
                || all.indexOf("local") > 0
                        && all.get(all.indexOf("local") - 1).equals("--execution");
    }

    /// JShell on the terminal that this process was started at, with a guide.
    ///
    /// @param options of `jshell`
    /// @return the exit code
    public static int guided(String[] options, Guide guide) throws Exception {
        if (SOURCES != null) {
            Sources.tell(Path.of(SOURCES));
        }
        return atTerminal(options, guide);
    }

    private static int atTerminal(String[] options, Guide guide) throws Exception {
        Tty tty;
        try {
            tty = "training".equals(KIND) ? Tty.none() : Tty.open();
        } catch (IOException e) {
            return JavaShellToolBuilder.builder().start(options);
        }
        return at(
                tty,
                new FileOutputStream(FileDescriptor.out),
                new FileInputStream(FileDescriptor.in),
                JavaShellToolBuilder.builder(),
                options,
                guide);
    }

    /// JShell with a guide who types everything himself, and without a terminal: nothing is shown, and no
    /// history is kept.
    ///
    /// @param options of `jshell`
    /// @param typed the lines, each of which waits until the one before is done
    /// @return the exit code
    public static int rehearsed(String[] options, Guide guide, BlockingQueue<String> typed)
            throws Exception {
        return at(
                Tty.none(),
                OutputStream.nullOutputStream(),
                new Typist(typed),
                JavaShellToolBuilder.builder().persistence(new HashMap<>()),
                options,
                guide);
    }

    private static int at(
            Tty tty,
            OutputStream terminal,
            InputStream keys,
            JavaShellToolBuilder builder,
            String[] options,
            Guide guide)
            throws Exception {
        PromptTerminal prompt = new PromptTerminal(terminal, tty, guide);
        Runtime.getRuntime().addShutdownHook(new Thread(prompt::leave));
        Keyboard keyboard =
                new Keyboard(
                        keys,
                        prompt::hasTextBehindCursor,
                        prompt::isLineEmpty,
                        prompt::offered,
                        prompt::interrupt);
        PrintStream others = prompt.others();
        // With --execution local, what is typed runs in this process.
        System.setOut(others);
        System.setErr(others);
        Size size = tty.size();
        AtomicReference<Shell> shell = new AtomicReference<>();
        PrintStream heard = guide == Guide.NONE ? others : heard(others, guide, false);
        builder.in(keyboard, null)
                .out(
                        guide == Guide.NONE ? shorter(others) : shorter(heard(others, guide, true)),
                        prompt.reader(shell::get),
                        heard)
                .err(heard)
                .interactiveTerminal(true)
                .windowSize(size.getColumns(), size.getRows());
        if (guide == Guide.NONE) {
            return builder.start(options);
        }
        shell.set(Shell.of(builder, others, () -> tty.size().getColumns()));
        return shell.get().start(options);
    }

    private static PrintStream shorter(PrintStream out) {
        return new PrintStream(new CompilerMessages(out), true, StandardCharsets.UTF_8);
    }

    /// A stream that a guide hears.
    ///
    /// @param isOfShell whether JShell itself writes to it, and not what runs in it
    private static PrintStream heard(PrintStream out, Guide guide, boolean isOfShell) {
        OutputStream bytes =
                new OutputStream() {
                    @Override
                    public void write(int value) {
                        write(new byte[] {(byte) value}, 0, 1);
                    }

                    @Override
                    public void write(byte[] block, int from, int length) {
                        if (!isOfShell || !guide.isForGuide()) {
                            guide.heard(block, from, length);
                            out.write(block, from, length);
                        }
                    }
                };
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }
}
