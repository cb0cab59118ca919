package tandem.lesson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tandem.testing.Program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The notebook of the examples, run without a person, by the kernel beside it.
class NotebookIT {
    private static final Path FOLDER = Program.home().resolve("examples/notebook");
    private static final Path WORKSHOP = FOLDER.resolve("workshop.ipynb");
    private static final Path JUPYTER = Path.of("/usr/bin/jupyter-nbconvert");
    private static final String KIT = "%classpath ../../target/tandem.jar\n%load ../../startup.jsh";

    @TempDir Path memory;
    @TempDir Path folder;

    private Program kernel() {
        Program.jar();
        return Program.tandem("notebook", file().toString())
                .in(FOLDER)
                .with("TANDEM_JAVA_OPTS", "-Dtandem.dir=" + memory);
    }

    private Path file() {
        return folder.resolve("connections.json");
    }

    /// As Jupyter does; nothing is left.
    private void shutDown(Client client, Program.Running kernel) {
        client.ask("shutdown_request", Map.of("restart", false));
        Program.Ended ended = kernel.end();
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out() + ended.err()).isEmpty();
        assertThat(memory).isEmptyDirectory();
    }

    @Test
    void theCellsGiveWhatStandsInTheNotebook() throws IOException {
        try (Client client = new Client(file());
                Program.Running kernel = kernel().start()) {
            client.awaitKernel();
            for (Notebook.Cell cell : Notebook.of(WORKSHOP).cells()) {
                List<String> outputs = client.run(cell.source()).outputs();
                assertThat(Notebook.alike(outputs))
                        .as(cell.source())
                        .isEqualTo(Notebook.alike(cell.outputs()));
            }
            shutDown(client, kernel);
        }
    }

    @Test
    void whatComesAfterACellStandsBelowIt() throws IOException {
        try (Client client = new Client(file());
                Program.Running kernel = kernel().start()) {
            client.awaitKernel();
            client.run(KIT);
            client.run("var go = new Event();");
            Path over = folder.resolve("over");
            String cell =
                    client.start(
                            """
                            var p = named("Ann").spawn(() -> { go.await(); IO.println("late"); });
                            new Thread(() -> {
                                while (!Files.exists(Path.of("%s"))) sleep(0.01);
                                go.set();
                            }).start();
                            """
                                    .formatted(over));
            assertThat(client.end(cell).outputs()).isEmpty();
            Files.createFile(over);
            assertThat(Output.lines(client.awaitPrinted(cell))).containsExactly("[Ann] late");
            shutDown(client, kernel);
        }
    }

    @Test
    void aCellIsInterruptedAndTheNextOneRuns() throws IOException {
        try (Client client = new Client(file());
                Program.Running kernel = kernel().start()) {
            client.awaitKernel();
            client.run(KIT);
            for (int i = 0; i < 20; i++) {
                String cell = client.start("new Event(\"never\").await();");
                client.awaitBusy(cell);
                client.ask("interrupt_request", Map.of());
                Client.Reply reply = client.end(cell);
                assertThat(reply.status()).isEqualTo("error");
                assertThat(reply.outputs()).singleElement().asString().contains("interrupted");
                assertThat(client.run("6 * 7").outputs()).containsExactly("execute_result:\n42");
            }
            client.ask("interrupt_request", Map.of());
            assertThat(client.run("sleep(0.01); 43").outputs())
                    .containsExactly("execute_result:\n43");
            shutDown(client, kernel);
        }
    }

    @Test
    void aPersonIsToldWhatThereIsToType() throws IOException {
        try (Client client = new Client(file());
                Program.Running kernel = kernel().start()) {
            JsonObject info = client.awaitKernel();
            assertThat(info.getAsJsonObject("language_info").get("name").getAsString())
                    .isEqualTo("java");
            client.run(KIT);
            JsonObject found =
                    client.ask("complete_request", Map.of("code", "Array.o", "cursor_pos", 7));
            assertThat(found.getAsJsonArray("matches").toString()).contains("of(");
            assertThat(found.get("cursor_start").getAsInt()).isEqualTo(6);
            assertThat(
                            client.ask("is_complete_request", Map.of("code", "int f() {"))
                                    .get("status")
                                    .getAsString())
                    .isEqualTo("incomplete");
            assertThat(client.run("nothing + 1").outputs())
                    .singleElement()
                    .asString()
                    .contains("cannot find symbol");
            shutDown(client, kernel);
        }
    }

    @Test
    void theKernelEndsWithJupyter() throws IOException {
        try (Client client = new Client(file());
                Program.Running jupyter = Program.of("sleep", "600").start();
                Program.Running kernel =
                        kernel().with("JPY_PARENT_PID", String.valueOf(jupyter.pid())).start()) {
            client.awaitKernel();
            client.run(KIT);
            client.run("var p = spawn(() -> sleep(600));");
            jupyter.kill();
            assertThat(kernel.end().exitCode()).isZero();
            assertThat(memory).isEmptyDirectory();
        }
    }

    @Test
    void jupyterRunsTheNotebook() throws IOException {
        assumeTrue(Files.isExecutable(JUPYTER), "there is no nbconvert here");
        Program.jar();
        Program.tandem("notebook").with("JUPYTER_DATA_DIR", folder.toString()).run();
        Program.Ended ended =
                Program.of(
                                JUPYTER.toString(),
                                "--to",
                                "notebook",
                                "--execute",
                                "--output-dir",
                                folder.toString(),
                                WORKSHOP.toString())
                        .with("JUPYTER_DATA_DIR", folder.toString())
                        .with("TANDEM_JAVA_OPTS", "-Dtandem.dir=" + memory)
                        .run();
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        List<Notebook.Cell> here = Notebook.of(WORKSHOP).cells();
        List<Notebook.Cell> there = Notebook.of(folder.resolve("workshop.ipynb")).cells();
        assertThat(there).hasSameSizeAs(here);
        for (int i = 0; i < here.size(); i++) {
            assertThat(Notebook.alike(there.get(i).outputs()))
                    .as(here.get(i).source())
                    .isEqualTo(Notebook.alike(here.get(i).outputs()));
        }
        assertThat(memory).isEmptyDirectory();
    }
}
