package tandem.lesson;

import static org.assertj.core.api.Assertions.assertThat;

import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tandem.testing.Program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What `docs/hosts.md` says of a host of the JShell API is what comes when it is run.
class HostIT {
    @TempDir Path memory;
    @TempDir Path folder;

    /// An engine whose loader gives out no class files: that of JJava is such a one.
    private static final String SECRETIVE =
            """

            class Secretive extends URLClassLoader implements LoaderDelegate {
                final Map<String, byte[]> classes = new ConcurrentHashMap<>();

                Secretive() {
                    super(new URL[0]);
                }

                public void load(ExecutionControl.ClassBytecodes[] loaded) {
                    for (var one : loaded) {
                        classes.put(one.name(), one.bytecodes());
                    }
                }

                public void classesRedefined(ExecutionControl.ClassBytecodes[] redefined) {}

                public void addToClasspath(String path) throws ExecutionControl.InternalException {
                    try {
                        addURL(Path.of(path).toUri().toURL());
                    } catch (MalformedURLException e) {
                        throw new ExecutionControl.InternalException(path);
                    }
                }

                public Class<?> findClass(String name) throws ClassNotFoundException {
                    byte[] bytes = classes.get(name);
                    Class<?> found = findLoadedClass(name);
                    if (found != null) {
                        return found;
                    }
                    return bytes == null
                            ? super.findClass(name)
                            : defineClass(name, bytes, 0, bytes.length);
                }
            }

            class Secret implements ExecutionControlProvider {
                public String name() {
                    return "secret";
                }

                public ExecutionControl generate(ExecutionEnv env, Map<String, String> options) {
                    return new DirectExecutionControl(new Secretive());
                }
            }
            """;

    private static final String IMPORTS =
            """
            import jdk.jshell.execution.*;
            import jdk.jshell.spi.*;
            import java.net.*;
            """;

    /// The blocks of code of the page.
    private static List<String> blocks() throws IOException {
        Path page = Program.home().resolve("docs/hosts.md");
        List<String> blocks = new ArrayList<>();
        Node node = Parser.builder().build().parse(Files.readString(page)).getFirstChild();
        for (; node != null; node = node.getNext()) {
            if (node instanceof FencedCodeBlock block) {
                blocks.add(block.getLiteral());
            }
        }
        return blocks;
    }

    /// Runs a host with the cells of the page.
    private Program.Ended run(String host, String... options) throws IOException {
        Program.jar();
        Path source = Files.writeString(folder.resolve("Host.java"), host);
        Path cells = Files.writeString(folder.resolve("cells.txt"), blocks().get(1));
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dtandem.color=always",
                                "-Dtandem.dir=" + memory));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of(source.toString(), Program.home().toString(), cells.toString()));
        return Program.jdk("java", arguments.toArray(String[]::new)).run();
    }

    private void assertWorks(Program.Ended ended) throws IOException {
        List<String> printed = Output.lines(ended.out());
        assertThat(Output.matches(blocks().get(2), printed)).as("%s", printed).isTrue();
        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        assertThat(memory).isEmptyDirectory();
    }

    private static String secretive() throws IOException {
        String host = blocks().getFirst();
        assertThat(host).contains("executionEngine(\"local\")");
        return IMPORTS
                + host.replace(
                        "executionEngine(\"local\")", "executionEngine(new Secret(), Map.of())")
                + SECRETIVE;
    }

    @Test
    void aHostOfTheApiDoesWhatThePageShows() throws IOException {
        assertThat(blocks()).hasSize(3);
        assertWorks(run(blocks().getFirst()));
    }

    @Test
    void whereTheLoaderGivesNoClassFilesCodeCannotTravel() throws IOException {
        assertThat(Output.lines(run(secretive()).out()))
                .anySatisfy(
                        line -> assertThat(line).contains("cannot be read").contains("-javaagent"));
    }

    @Test
    void whereTheJarIsAnAgentTheJvmGivesThem() throws IOException {
        assertWorks(run(secretive(), "-javaagent:" + Program.jar()));
    }
}
