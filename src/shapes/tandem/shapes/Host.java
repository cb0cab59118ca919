package tandem.shapes;

import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A program that embeds JShell, and evaluates the text of a file in it.
public final class Host {
    private Host() {}

    /// @param arguments the file, and the execution engine (`local`, `jdi`)
    public static void main(String[] arguments) throws IOException {
        String rest = Files.readString(Path.of(arguments[0]));
        try (JShell shell =
                JShell.builder()
                        .executionEngine(arguments[1])
                        .out(System.out)
                        .err(System.err)
                        .build()) {
            shell.addToClasspath(System.getProperty("java.class.path"));
            while (!rest.isBlank()) {
                CompletionInfo info = shell.sourceCodeAnalysis().analyzeCompletion(rest);
                if (info.source() == null) {
                    System.out.println(Runner.UNCOMPILED + rest);
                    break;
                }
                shell.eval(info.source()).forEach(event -> report(shell, event));
                rest = info.remaining();
            }
        }
        System.exit(0);
    }

    private static void report(JShell shell, SnippetEvent event) {
        if (event.exception() != null) {
            System.out.println(Runner.FAILED + event.exception());
        }
        if (event.status() == Snippet.Status.REJECTED) {
            String source = event.snippet().source();
            shell.diagnostics(event.snippet())
                    .forEach(
                            d ->
                                    System.out.println(
                                            Runner.UNCOMPILED
                                                    + d.getMessage(null)
                                                    + " in "
                                                    + source));
        }
    }
}
