package tandem.prompt;

import org.jline.terminal.Size;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The settings of the terminal that this process was started at.
///
/// The command `stty` knows them within some milliseconds: JLine's foreign functions, for which the JVM
/// makes code when they are first called, would take a quarter of a second of each start. The window's
/// size alone is asked for so often, and so shortly before something is drawn, that the kernel is asked
/// itself, as soon as that is possible.
final class Tty {
    /// Every key comes as it is typed, Ctrl-C too; Ctrl-Z stops, as ever.
    private static final String RAW =
            "stty -icanon -echo -iexten -icrnl -ixon intr undef min 1 time 0";

    private static final Size USUAL = Size.of(80, 24);

    private static final boolean IS_LINUX = System.getProperty("os.name").equals("Linux");
    private static final long ASK_FOR_SIZE = 0x5413;

    private final String former;
    private Size size;

    /// What the kernel's answer is in; null as long as it cannot be asked.
    private MemorySegment answer;

    private MethodHandle ioctl;

    private Tty(String former, Size size) {
        this.former = former;
        this.size = size;
    }

    /// Makes it raw.
    ///
    /// @throws IOException where there is no terminal, or no such command
    static Tty open() throws IOException {
        List<String> said = run("stty -g && stty size && " + RAW).lines().toList();
        if (said.size() != 2) {
            throw new IOException("stty does not know the terminal");
        }
        return new Tty(said.getFirst(), size(said.getLast())).meetKernel();
    }

    /// One for a JVM that lists the classes which are needed, and has none.
    static Tty none() {
        return new Tty("", USUAL).meetKernel();
    }

    private Tty meetKernel() {
        if (IS_LINUX && Tty.class.getModule().isNativeAccessEnabled()) {
            Thread thread = new Thread(this::findKernel, "tandem-window");
            thread.setDaemon(true);
            thread.start();
        }
        return this;
    }

    @SuppressWarnings("restricted")
    private void findKernel() {
        Linker linker = Linker.nativeLinker();
        MethodHandle found =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("ioctl"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.ADDRESS),
                        Linker.Option.firstVariadicArg(2));
        synchronized (this) {
            answer = Arena.global().allocate(ValueLayout.JAVA_SHORT, 4);
            ioctl = found;
            if (!isTold()) {
                ioctl = null;
            }
        }
    }

    /// Another program has had it.
    synchronized void makeRaw() throws IOException {
        size = size(run("stty size; " + RAW));
    }

    /// The window has got another size.
    synchronized void measure() throws IOException {
        if (ioctl == null) {
            size = size(run("stty size"));
        }
    }

    synchronized Size size() {
        return ioctl == null || !isTold() ? size : told();
    }

    private boolean isTold() {
        try {
            return (int) ioctl.invokeExact(0, ASK_FOR_SIZE, answer) == 0;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private Size told() {
        return size(
                answer.getAtIndex(ValueLayout.JAVA_SHORT, 0)
                        + " "
                        + answer.getAtIndex(ValueLayout.JAVA_SHORT, 1));
    }

    /// Leaves it as it was.
    void restore() {
        try {
            if (!former.isEmpty()) {
                run("stty " + former);
            }
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
