import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.execution.DirectExecutionControl;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;

import org.dflib.jjava.jupyter.channels.JupyterConnection;
import org.dflib.jjava.jupyter.channels.ShellReplyEnvironment;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.JupyterIO;
import org.dflib.jjava.jupyter.kernel.KernelConnectionProperties;
import org.dflib.jjava.jupyter.kernel.LanguageInfo;
import org.dflib.jjava.jupyter.kernel.ReplacementOptions;
import org.dflib.jjava.jupyter.kernel.comm.CommManager;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.magic.LineMagic;
import org.dflib.jjava.jupyter.kernel.magic.MagicParser;
import org.dflib.jjava.jupyter.kernel.magic.MagicTranspiler;
import org.dflib.jjava.jupyter.kernel.magic.MagicsRegistry;
import org.dflib.jjava.jupyter.kernel.util.StringStyler;
import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.publish.PublishStream;
import org.dflib.jjava.jupyter.messages.publish.PublishStream.StreamType;
import org.dflib.jjava.jupyter.messages.request.ExecuteRequest;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// A kernel for Jupyter that hosts JShell, as `docs/hosts.md` says, with the magics of JJava that load a kit:
/// `%classpath` and `%load`. `scripts/tandem notebook` tells Jupyter of it, and starts it.
final class Kernel extends BaseKernel {
    private static final String MAGIC = "(?<=(?:^|=))\\s*%";

    /// All cells run in one thread, so what one of them has acquired, another can release. An interrupt is for the
    /// code of a cell; the compiler before it would take it amiss.
    private static final class Engine extends DirectExecutionControl
            implements ExecutionControlProvider {
        Object value;
        private boolean isBusy;
        private boolean isInterrupted;
        private Thread running;

        @Override
        public String name() {
            return "notebook";
        }

        @Override
        public ExecutionControl generate(ExecutionEnv environment, Map<String, String> parameters) {
            return this;
        }

        @Override
        protected String invoke(Method snippet) throws Exception {
            Thread before = run(Thread.currentThread());
            try {
                value = snippet.invoke(null);
                return "";
            } finally {
                run(before);
                Thread.interrupted();
            }
        }

        private synchronized Thread run(Thread next) {
            Thread before = running;
            running = next;
            if (isInterrupted && next != null) {
                next.interrupt();
            }
            return before;
        }

        synchronized void busy(boolean isSo) {
            isBusy = isSo;
            isInterrupted = false;
        }

        synchronized void interrupt() {
            isInterrupted = isBusy;
            if (running != null) {
                running.interrupt();
            }
        }
    }

    /// What a cell prints, or what workers print while none runs, comes out below the cell that was run last.
    private final class CellStream extends ByteArrayOutputStream {
        private final StreamType type;

        CellStream(StreamType type) {
            this.type = type;
        }

        @Override
        public synchronized void flush() {
            if (size() > 0 && cell != null) {
                PublishStream text = new PublishStream(type, toString(StandardCharsets.UTF_8));
                cell.getIopub()
                        .sendMessage(
                                new Message<>(cell.getContext(), PublishStream.MESSAGE_TYPE, text));
                reset();
            }
        }
    }

    private final Engine engine = new Engine();
    private final JShell shell = JShell.builder().executionEngine(engine, Map.of()).build();
    private final SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();
    private volatile ShellReplyEnvironment cell;

    private Kernel() {
        super(
                "Tandem",
                "1",
                new LanguageInfo.Builder("java").fileExtension(".jsh").pygments("java").build(),
                List.of(),
                null,
                new JupyterIO(StandardCharsets.UTF_8),
                new CommManager(),
                new Renderer(),
                new MagicParser(MAGIC, "%%", new MagicTranspiler()),
                new MagicsRegistry(),
                false,
                new StringStyler.Builder().build());
        LineMagic<Object, Kernel> classPath = (_, paths) -> addToClassPath(paths);
        LineMagic<Object, Kernel> load =
                (_, files) -> evalRaw(Files.readString(Path.of(files.getFirst())));
        magicsRegistry.registerLineMagic("classpath", classPath).registerLineMagic("load", load);
        shell.addToClasspath(System.getProperty("java.class.path"));
        evalRaw("import static org.dflib.jjava.jupyter.kernel.BaseNotebookStatics.*;");
        for (String name :
                List.of(
                        "io",
                        "math",
                        "net",
                        "nio.file",
                        "util",
                        "util.concurrent",
                        "util.function",
                        "util.regex",
                        "util.stream")) {
            evalRaw("import java." + name + ".*;");
        }
        System.setOut(
                new PrintStream(new CellStream(StreamType.OUT), true, StandardCharsets.UTF_8));
        System.setErr(
                new PrintStream(new CellStream(StreamType.ERR), true, StandardCharsets.UTF_8));
    }

    static void main(String[] args) throws Exception {
        String file = Files.readString(Path.of(args[0]));
        JupyterConnection connection =
                new JupyterConnection(KernelConnectionProperties.parse(file));
        Kernel kernel = new Kernel();
        kernel.onStartup();
        kernel.becomeHandlerForConnection(connection);
        connection.connect();
        endWith(System.getenv("JPY_PARENT_PID"));
        connection.waitUntilClose();
        System.exit(0);
    }

    /// Ends with Jupyter's own process, however that one ends.
    private static void endWith(String pid) {
        Optional.ofNullable(pid)
                .flatMap(number -> ProcessHandle.of(Long.parseLong(number)))
                .ifPresent(jupyter -> jupyter.onExit().thenRun(() -> System.exit(0)));
    }

    private Object addToClassPath(List<String> paths) {
        paths.forEach(shell::addToClasspath);
        return null;
    }

    @Override
    protected void replaceOutputStreams(ShellReplyEnvironment next) {
        cell = next;
    }

    @Override
    protected void handleExecuteRequest(
            ShellReplyEnvironment next, Message<ExecuteRequest> request) {
        engine.busy(true);
        try {
            super.handleExecuteRequest(next, request);
        } finally {
            engine.busy(false);
        }
    }

    @Override
    public DisplayData eval(String code) {
        try {
            return super.eval(code);
        } finally {
            System.out.flush();
            System.err.flush();
        }
    }

    @Override
    public void interrupt() {
        engine.interrupt();
    }

    @Override
    public Object evalRaw(String code) {
        Object value = null;
        String rest = magicParser.resolveMagics(code);
        while (!rest.isBlank()) {
            CompletionInfo next = analysis.analyzeCompletion(rest);
            boolean isWhole = next.completeness().isComplete();
            value = run(isWhole ? next.source() : rest);
            rest = isWhole ? next.remaining() : "";
        }
        return value;
    }

    private Object run(String source) {
        Object value = null;
        for (SnippetEvent event : shell.eval(source)) {
            Snippet snippet = event.snippet();
            if (event.exception() instanceof EvalException e) {
                throw new IllegalStateException(e.getExceptionClassName() + ": " + e.getMessage());
            }
            if (event.exception() != null || event.status() == Snippet.Status.REJECTED) {
                throw new IllegalArgumentException(
                        shell.diagnostics(snippet)
                                .map(one -> one.getMessage(null))
                                .collect(Collectors.joining("\n")));
            }
            boolean isShown =
                    switch (snippet.subKind()) {
                        case VAR_VALUE_SUBKIND,
                                OTHER_EXPRESSION_SUBKIND,
                                TEMP_VAR_EXPRESSION_SUBKIND ->
                                true;
                        default -> false;
                    };
            value = isShown ? engine.value : null;
        }
        return value;
    }

    @Override
    public List<String> formatError(Throwable error) {
        return List.of(error.getMessage());
    }

    @Override
    public ReplacementOptions complete(String code, int at) {
        int[] anchor = {at};
        List<String> found =
                analysis.completionSuggestions(code, at, anchor).stream()
                        .map(SourceCodeAnalysis.Suggestion::continuation)
                        .distinct()
                        .toList();
        return new ReplacementOptions(found, anchor[0], at);
    }

    @Override
    public DisplayData inspect(String code, int at, boolean isDetailed) {
        return new DisplayData(
                analysis.documentation(code, at, false).stream()
                        .map(SourceCodeAnalysis.Documentation::signature)
                        .collect(Collectors.joining("\n")));
    }

    @Override
    public String isComplete(String code) {
        CompletionInfo next = analysis.analyzeCompletion(code);
        while (next.completeness().isComplete() && !next.remaining().isBlank()) {
            next = analysis.analyzeCompletion(next.remaining());
        }
        return switch (next.completeness()) {
            case COMPLETE, COMPLETE_WITH_SEMI, EMPTY -> IS_COMPLETE_YES;
            case CONSIDERED_INCOMPLETE, DEFINITELY_INCOMPLETE -> "    ";
            case UNKNOWN -> IS_COMPLETE_BAD;
        };
    }
}
