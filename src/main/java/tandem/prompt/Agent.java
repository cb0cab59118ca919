package tandem.prompt;

import static jdk.jshell.execution.Util.forwardExecutionControlAndIO;

import jdk.jshell.execution.RemoteExecutionControl;
import jdk.net.ExtendedSocketOptions;

import tandem.Tandem;
import tandem.launch.Spares;
import tandem.process.ScriptCompiler;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;

/// The JVM that runs what is typed. It does what the JDK's own agent does, faster.
///
/// JShell and its agent send each other commands in packets of up to 127 bytes over TCP. The kernel of
/// the side that sends holds a small packet back until the one before it is acknowledged, and the kernel
/// of the side that has it waits 40 ms with that, in case there is an answer to go with it: four or five
/// such waits are in each line that is typed. Here packets leave at once, those of one block together,
/// and what comes is acknowledged as soon as it is read.
///
/// The JVM also gets its spares by itself: a call of `prestart` in a startup file would be compiled
/// before the first prompt.
final class Agent {
    /// The package that has the console of what is typed, which the JDK keeps for itself.
    static final String CONSOLES = "jdk.jshell/jdk.jshell.execution.impl=ALL-UNNAMED";

    private static final String CONSOLE =
            "jdk.jshell.execution.impl.ConsoleImpl$ConsoleProviderImpl";
    private static final int SPARES = 3;
    private static final int BLOCK = 1 << 16;

    /// Who has used less than a quarter of it has nothing to do.
    private static final Duration MOMENT = Duration.ofMillis(250);

    private static final int LONGEST_UNREST = 8;

    /// So many moments later, somebody has wanted another number of spares.
    private static final int PATIENCE = 40;

    private Agent() {}

    /// @param arguments the port at which JShell listens
    public static void main(String[] arguments) throws Exception {
        ProcessHandle.current().parent().ifPresent(Agent::prestart);
        Method consoleInput;
        Method consoleOutput;
        try {
            Class<?> console = Class.forName(CONSOLE);
            consoleInput = console.getMethod("setRemoteInput", OutputStream.class);
            consoleOutput = console.getMethod("setRemoteOutput", InputStream.class);
        } catch (ReflectiveOperationException e) {
            // Another JDK, whose agent is another one.
            RemoteExecutionControl.main(arguments);
            return;
        }
        Socket shell = new Socket((String) null, Integer.parseInt(arguments[0]));
        shell.setTcpNoDelay(true);
        forwardExecutionControlAndIO(
                new RemoteExecutionControl(),
                acknowledged(shell),
                new BufferedOutputStream(shell.getOutputStream(), BLOCK),
                Map.of(
                        "out", to -> System.setOut(new PrintStream(to, true, System.out.charset())),
                        "err", to -> System.setErr(new PrintStream(to, true, System.err.charset())),
                        "consoleInput", to -> set(consoleInput, to)),
                Map.of("in", System::setIn, "consoleOutput", from -> set(consoleOutput, from)));
    }

    /// Keeps spares ready in this JVM, which runs what is typed, from the moment on in which JShell has
    /// nothing to do: until the prompt is there, it has the processors for itself. After them, the compiler
    /// gets ready for scripts.
    ///
    /// @param shell the process in which JShell compiles
    static void prestart(ProcessHandle shell) {
        Thread.ofPlatform().daemon().name("tandem-prestart").start(() -> getReady(shell));
    }

    private static void getReady(ProcessHandle shell) {
        try {
            awaitRest(shell);
            Tandem.prestart(SPARES);
            for (int left = PATIENCE; left > 0 && Spares.ready() < SPARES; left--) {
                Thread.sleep(MOMENT);
            }
            awaitRest(shell);
            ScriptCompiler.practise();
            System.gc(); // Gives back what that needed.
        } catch (InterruptedException e) {
            // Nobody does; without all this, workers start cold.
        }
    }

    /// Not for ever: who types line after line, or has them in a file, wants spares too.
    private static void awaitRest(ProcessHandle process) throws InterruptedException {
        Duration used = Duration.ZERO;
        for (int left = LONGEST_UNREST; left > 0; left--) {
            Thread.sleep(MOMENT);
            Duration usedNow = process.info().totalCpuDuration().orElse(used);
            if (usedNow.minus(used).compareTo(MOMENT.dividedBy(4)) <= 0) {
                return;
            }
            used = usedNow;
        }
    }

    private static InputStream acknowledged(Socket socket) throws IOException {
        InputStream plain = socket.getInputStream();
        if (!socket.supportedOptions().contains(ExtendedSocketOptions.TCP_QUICKACK)) {
            return plain;
        }
        return new BufferedInputStream(
                new FilterInputStream(plain) {
                    @Override
                    public int read(byte[] block, int from, int length) throws IOException {
                        int count = super.read(block, from, length);
                        // Sends what is due now; the kernel forgets it with what comes next.
                        socket.setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
                        return count;
                    }
                });
    }

    private static void set(Method setter, Object stream) {
        try {
            setter.invoke(null, stream);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(e);
        }
    }
}
