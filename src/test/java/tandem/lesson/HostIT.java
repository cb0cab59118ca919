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

    @Test
    void aHostOfTheApiDoesWhatThePageShows() throws IOException {
        Program.jar();
        List<String> blocks = blocks();
        assertThat(blocks).hasSize(3);
        Path host = Files.writeString(folder.resolve("Host.java"), blocks.get(0));
        Path cells = Files.writeString(folder.resolve("cells.txt"), blocks.get(1));

        Program.Ended ended =
                Program.jdk(
                                "java",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dtandem.color=always",
                                "-Dtandem.dir=" + memory,
                                host.toString(),
                                Program.home().toString(),
                                cells.toString())
                        .run();

        List<String> printed = Output.lines(ended.out());
        assertThat(Output.matches(blocks.get(2), printed)).as("%s", printed).isTrue();
        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        assertThat(memory).isEmptyDirectory();
    }
}
