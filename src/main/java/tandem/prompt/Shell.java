package tandem.prompt;

import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.tool.JavaShellToolBuilder;

import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/// JShell, as a [Guide] sees it: it can be asked whether something is true, and has a place to print to, above
/// what is being typed.
///
/// The JDK's tool keeps its state to itself, and whoever wants to ask it has to open its package:
/// `--add-opens jdk.jshell/jdk.internal.jshell.tool=ALL-UNNAMED`.
public final class Shell {
    private static final int SECONDS = 20;

    private final Object tool;
    private final Field state;
    private final PrintStream out;
    private final IntSupplier columns;

    /// Who tells what becomes of each line; another one after `/reset`.
    private JShell watched;

    private volatile boolean isAsking;
    private volatile boolean hasRefused;

    private Shell(Object tool, Field state, PrintStream out, IntSupplier columns) {
        this.tool = tool;
        this.state = state;
        this.out = out;
        this.columns = columns;
    }

    /// @throws IllegalStateException where the JDK has another JShell, or does not let it be asked
    static Shell of(JavaShellToolBuilder builder, PrintStream out, IntSupplier columns) {
        try {
            Object tool = builder.getClass().getMethod("rawTool").invoke(builder);
            Field state = tool.getClass().getDeclaredField("state");
            state.setAccessible(true);
            return new Shell(tool, state, out, columns);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new IllegalStateException("the JShell of this JDK cannot be asked: " + e, e);
        }
    }

    /// Runs it to its end.
    int start(String[] options) throws Exception {
        try {
            return (int)
                    tool.getClass()
                            .getMethod("start", String[].class)
                            .invoke(tool, (Object) options);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /// Where a guide prints.
    public PrintStream out() {
        return out;
    }

    /// How wide the window is.
    public int columns() {
        return columns.getAsInt();
    }

    /// Whether it has refused something that was typed since this was asked last, as what does not compile. To
    /// be asked before each line.
    public boolean hasRefused() {
        JShell shell = shell();
        if (shell != watched) {
            watched = shell;
            shell.onSnippetEvent(
                    event -> hasRefused |= !isAsking && event.status() == Snippet.Status.REJECTED);
        }
        boolean refused = hasRefused;
        hasRefused = false;
        return refused;
    }

    private JShell shell() {
        try {
            return (JShell) state.get(tool);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    /// Whether an expression of type boolean is true, of all that was typed. It is not when it does not compile,
    /// throws, or does not end within five seconds.
    public boolean isTrue(String expression) {
        JShell shell = shell();
        CountDownLatch isOver = new CountDownLatch(1);
        Thread watch = Thread.ofPlatform().daemon().start(() -> stopInTime(shell, isOver));
        isAsking = true;
        try {
            List<SnippetEvent> events = shell.eval(expression);
            events.forEach(event -> shell.drop(event.snippet()));
            return events.stream()
                    .anyMatch(event -> event.exception() == null && "true".equals(event.value()));
        } finally {
            isAsking = false;
            isOver.countDown();
            watch.interrupt();
        }
    }

    private static void stopInTime(JShell shell, CountDownLatch isOver) {
        try {
            if (!isOver.await(SECONDS, TimeUnit.SECONDS)) {
                shell.stop();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
