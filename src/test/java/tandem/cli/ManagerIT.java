package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tandem.testing.Program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Managed objects whose interfaces and classes were just typed, or stand in a source file.
class ManagerIT {
    @TempDir Path memory;
    @TempDir Path folder;

    @BeforeEach
    void prepare() throws IOException {
        Program.jar();
        Files.createDirectories(folder.resolve(".java/.userPrefs"));
    }

    @Test
    void atThePromptEverythingMayBeTyped() {
        Program.Ended ended =
                Program.tandem()
                        .in(folder)
                        .with(
                                "TANDEM_JSHELL_OPTS",
                                "-J-Djava.util.prefs.userRoot=%s -R-Dtandem.dir=%s"
                                        .formatted(folder, memory))
                        .typing(
                                "interface Board { int place(Move move); List<Move> moves(); }",
                                "record Move(String piece, int square) {}",
                                "class MyBoard implements Board { List<Move> all = new"
                                    + " ArrayList<>(); public int place(Move m) { if (m.square() >"
                                    + " 63) throw new IllegalArgumentException(\"no \" + m);"
                                    + " all.add(m); return all.size(); } public List<Move> moves()"
                                    + " { return all; } }",
                                "Board board = Manager.of(Board.class, new MyBoard())",
                                "Map<String, Move> last = Manager.map()",
                                "spawn((b, m) -> { b.place(new Move(\"K\", 4)); m.put(\"white\","
                                    + " new Move(\"K\", 4)); m.computeIfAbsent(\"black\", k -> new"
                                    + " Move(k, b.moves().size())); }, board, last).join()",
                                "board.moves()",
                                "last",
                                "call(b -> b.place(new Move(\"Q\", 64)), board).result()",
                                "var mine = call(() -> { Map<String, Integer> m = Manager.map();"
                                        + " return m; }).result()",
                                "mine.get(\"a\")",
                                "Manager.behind(board).named(\"chess\")",
                                "top()")
                        .run();

        assertThat(ended.err()).doesNotContain("Proxy");
        assertThat(ended.out())
                .contains("==> [Move[piece=K, square=4]]")
                .contains(
                        "last ==> {white=Move[piece=K, square=4], black=Move[piece=black,"
                                + " square=1]}")
                .contains(
                        "Exception java.lang.IllegalArgumentException: no Move[piece=Q, square=64]")
                .containsPattern("mine ==> Manager\\(manager-\\d+, gone with Worker-3")
                .containsPattern(
                        "Exception tandem.WorkerException: manager-\\d+ is gone with Worker-3"
                                + " \\(pid \\d+\\), which had it and has ended")
                .contains("==> Manager(chess, 0 in calls)")
                .containsPattern("chess +0 in calls");
        Program.awaitEmpty(memory);
    }

    @Test
    void aSourceFileHasAllOfIt() throws IOException {
        Path file = folder.resolve("Managed.java");
        Files.writeString(
                file,
                """
                import tandem.*;
                import static tandem.Tandem.*;

                interface Board { Point middle(List<Point> points); default String show(Point p) { return "at " + middle(List.of(p)); } }
                record Point(int x, int y) {}
                record Mine(int factor) implements Board {
                    public Point middle(List<Point> points) {
                        return new Point(factor * points.getFirst().x(), factor * points.getLast().y());
                    }
                }

                void main() {
                    var board = Manager.of(Board.class, new Mine(10));
                    IO.println(board.show(new Point(1, 2)));
                    spawn(b -> {
                        IO.println(b.show(new Point(3, 4)));
                        var inner = Manager.of(Board.class, new Mine(100));
                        call((x, y) -> { IO.println(x.show(new Point(5, 6)) + y.middle(List.of(new Point(7, 8)))); return 0; }, b, inner).result();
                    }, board).join();
                }
                """);
        Program.Ended ended =
                Program.tandem(file.toString())
                        .with("TANDEM_JAVA_OPTS", "-Dtandem.dir=" + memory)
                        .run();

        assertThat(ended.err()).isEmpty();
        assertThat(ended.lines())
                .containsExactly(
                        "at Point[x=10, y=20]",
                        "at Point[x=30, y=40]",
                        "at Point[x=50, y=60]Point[x=700, y=800]");
        assertThat(memory).isEmptyDirectory();
    }

    @Test
    void aFolderThatIsTooLongForASocketIsRefusedInASentence() throws IOException {
        Path file = folder.resolve("Deep.java");
        Files.writeString(
                file,
                """
                import tandem.*;
                import static tandem.Tandem.*;

                void main() {
                    try {
                        Manager.map();
                    } catch (IllegalStateException e) {
                        IO.println(e.getMessage());
                    }
                    var q = new Queue<String>();
                    spawn(x -> x.put("all else works"), q).join();
                    IO.println(q.take());
                }
                """);
        Path deep = Files.createDirectory(memory.resolve("d".repeat(107)));

        Program.Ended ended =
                Program.tandem(file.toString())
                        .with("TANDEM_JAVA_OPTS", "-Dtandem.dir=" + deep)
                        .run();

        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.lines())
                .hasSize(2)
                .endsWith("all else works")
                .first()
                .asString()
                .matches(
                        "\\Q%s\\E/tandem-\\d+ is too long for a managed object: its socket's path would have \\d+ bytes, and 107 is the most\\. -Dtandem\\.dir=FOLDER chooses another folder"
                                .formatted(deep.toRealPath()));
        assertThat(deep).isEmptyDirectory();
    }
}
