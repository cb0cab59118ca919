package tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tandem.testing.Program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What code sees of its program in another process, beyond what random programs compare: the world
/// around it, what cannot travel, and errors.
class TravelIT {
    @TempDir Path memory;
    @TempDir Path folder;

    @BeforeEach
    void prepare() throws IOException {
        Program.jar();
        Files.createDirectories(folder.resolve(".java/.userPrefs"));
    }

    /// Runs a single-file program, with the class path and imports that it needs.
    private Program.Ended run(String options, String text) throws IOException {
        Path file = folder.resolve("Travels.java");
        Files.writeString(
                file,
                """
                import module java.base;
                import module java.logging;
                import tandem.*;
                import static tandem.Tandem.*;

                """
                        + text);
        return Program.tandem(file.toString())
                .with("TANDEM_JAVA_OPTS", "-Dtandem.dir=%s %s".formatted(memory, options))
                .run();
    }

    private void assertPrints(String options, String text, String... lines) throws IOException {
        Program.Ended ended = run(options, text);

        assertThat(ended.err()).isEmpty();
        assertThat(ended.lines()).containsExactly(lines);
    }

    @Test
    void staticsOfEveryKindOfTypeAreThose() throws IOException {
        assertPrints(
                "",
                """
                class Bag { static Array board = Array.of("i", 4); static int n = 5; static { IO.println("Bag"); } }
                record Point(int x) { static List<Integer> all = new ArrayList<>(); Point { all.add(x); } }
                enum Color { RED, BLUE; static int count; Color next; }
                interface Named { List<String> NAMES = new ArrayList<>(); default int size() { return NAMES.size(); } }
                class Job implements Runnable { static Array seen = Array.of("i", 1); public void run() { seen.add(0, Bag.n); } }
                void main() {
                    Bag.n = 7;
                    spawn(() -> Bag.board.add(0, Bag.n)).join();
                    IO.println(Bag.board);
                    new Point(3);
                    new Point(4);
                    IO.println(call(() -> Point.all).result());
                    Color.count = 9;
                    Color.RED.next = Color.BLUE;
                    IO.println(call(() -> Color.count + " " + (Color.RED.next == Color.BLUE)).result());
                    Named.NAMES.add("a");
                    IO.println(call(() -> new Named() {}.size()).result());
                    spawn(new Job()::run).join();
                    IO.println(Job.seen);
                    IO.println(call(() -> Color.BLUE).result() == Color.BLUE);
                }
                """,
                "Bag",
                "Array(\"i\", [7, 0, 0, 0])",
                "[3, 4]",
                "9 true",
                "1",
                "Array(\"i\", [7])",
                "true");
    }

    @Test
    void valuesOfTheJdkTravel() throws IOException {
        assertPrints(
                "",
                """
                static class Cell {
                    static final java.lang.invoke.VarHandle N;
                    static {
                        try {
                            N = java.lang.invoke.MethodHandles.lookup().findVarHandle(Cell.class, "n", int.class);
                        } catch (ReflectiveOperationException e) {
                            throw new ExceptionInInitializerError(e);
                        }
                    }
                    volatile int n = 4;
                }
                static final java.time.format.DateTimeFormatter DAY = java.time.format.DateTimeFormatter.ofPattern("EEE, d MMM yyyy 'at' HH:mm", Locale.ENGLISH);
                static final Logger LOG = Logger.getLogger("travels");
                static final Object MONITOR = new Object();
                static final ThreadLocal<String> MINE = ThreadLocal.withInitial(() -> "first");
                static Optional<Path> where = Optional.of(Path.of("a", "b"));
                static String nothing = null;
                void main() throws Exception {
                    Cell cell = new Cell();
                    IO.println(call(() -> (int) Cell.N.getAndAdd(cell, 1) + cell.n).result());
                    IO.println(call(() -> DAY.format(java.time.LocalDateTime.of(2024, 2, 29, 13, 5))).result());
                    IO.println(call(() -> { synchronized (MONITOR) { return LOG.getName() + MINE.get(); } }).result());
                    IO.println(call(() -> where + " " + nothing).result());
                    Slice slice = Array.of("L", new long[] {1, -1}).slice(0, 2);
                    IO.println(call(() -> slice + " " + slice.size()).result());
                    IO.println(call(() -> slice).result());
                    Comparator<Map.Entry<String, Integer>> byKey = Map.Entry.comparingByKey();
                    IO.println(call(() -> byKey.compare(Map.entry("a", 1), Map.entry("b", 0))).result());
                    java.lang.reflect.Method length = String.class.getMethod("length");
                    IO.println(call(() -> length.invoke("four")).result());
                    IO.println(call(Integer::parseInt, "77").result());
                    List<Integer> odd = Collections.synchronizedList(new ArrayList<>(List.of(1, 3)));
                    IO.println(call(() -> odd).result());
                }
                """,
                "9",
                "Thu, 29 Feb 2024 at 13:05",
                "travelsfirst",
                "Optional[a/b] null",
                "[1, 18446744073709551615] 2",
                "[1, 18446744073709551615]",
                "-1",
                "4",
                "77",
                "[1, 3]");
    }

    @Test
    void theWorldIsTheParents() throws IOException {
        assertPrints(
                "-ea -Xss8m -Dfile.encoding=ISO-8859-1 -Dcolor=green -Djava.io.tmpdir=/"
                        + " -Duser.language=de",
                """
                static class Checked { static String look() { try { assert false : "checked"; return "not"; } catch (AssertionError e) { return e.getMessage(); } } }
                static int depth(int n) { return n == 0 ? 0 : 1 + depth(n - 1); }
                void main() {
                    System.setProperty("size", "7");
                    System.clearProperty("gone");
                    TimeZone.setDefault(TimeZone.getTimeZone("Asia/Shanghai"));
                    Code.Function0<String> world = () -> String.join(" ", System.getProperty("color"), System.getProperty("size"),
                            System.getProperty("java.io.tmpdir"), java.nio.charset.Charset.defaultCharset().name(),
                            Locale.getDefault().getLanguage(), TimeZone.getDefault().getID(), Checked.look());
                    IO.println(call(world).result());
                    IO.println(String.format("%.1f", 1.5) + call(() -> String.format(" %.1f", 1.5)).result());
                    IO.println(call(() -> depth(50_000)).result());
                }
                """,
                "green 7 / ISO-8859-1 de Asia/Shanghai checked",
                "1,5 1,5",
                "50000");
    }

    @Test
    void previewFeaturesAndOpenedPackagesReachTheWorker() throws IOException {
        assertPrints(
                "--enable-preview --add-opens=java.base/java.lang=ALL-UNNAMED",
                """
                void main() {
                    Object five = 5;
                    IO.println(call(() -> five instanceof int n ? n + 1 : 0).result());
                    IO.println(call(() -> { Field field = String.class.getDeclaredField("hash"); field.setAccessible(true); return field.getInt("a"); }).result() >= 0);
                }
                """,
                "6",
                "true");
    }

    @Test
    void anErrorIsNeverLost() throws IOException {
        Program.Ended ended =
                run(
                        "",
                        """
                        static class Loop extends RuntimeException { Loop(String s) { super(s); } @Override public Throwable getCause() { return this; } }
                        static class Heavy extends RuntimeException { final Thread thread = new Thread(() -> {}); Heavy() { super("heavy"); } }
                        static class Bad extends RuntimeException { private Object writeReplace() { throw new IllegalStateException("no"); } Bad() { super("bad"); } }
                        void show(Code.Action0 code) {
                            try {
                                call(() -> { code.run(); return null; }).result();
                            } catch (RuntimeException e) {
                                Throwable cause = e.getCause();
                                IO.println(e.getMessage().lines().findFirst().get() + (cause == null || cause == e ? "" : " <- " + cause.getMessage()));
                            }
                        }
                        void main() {
                            show(() -> { throw new Loop("loop"); });
                            show(() -> { throw new Heavy(); });
                            show(() -> { throw new Bad(); });
                            show(() -> { var a = new IllegalStateException("a"); var b = new RuntimeException("b", a); a.initCause(b); throw a; });
                            show(() -> System.exit(0));
                            show(() -> { Object[] none = {}; none[1] = 2; });
                            call(() -> { throw new IllegalStateException("boom"); }).result();
                        }
                        """);

        assertThat(ended.out())
                .contains(
                        "loop", "heavy", "bad", "a <- b", "ended the JVM", "Index 1 out of bounds");
        assertThat(ended.err())
                .contains("boom", "Travels.java:24")
                .doesNotContain("SourceLauncher");
        assertThat(ended.exitCode()).isEqualTo(1);
    }

    @Test
    void whatCannotTravelIsAnErrorAtTheSpawnOrWhereItIsRead() throws IOException {
        Program.Ended ended =
                run(
                        "",
                        """
                        static Thread helper = new Thread(() -> {});
                        static boolean wanted;
                        static class Holder { Thread own = new Thread(() -> {}); int n = 3; }
                        void show(Supplier<Object> code) {
                            try {
                                IO.println(code.get());
                            } catch (RuntimeException e) {
                                IO.println(e.getMessage());
                            }
                        }
                        void main() {
                            show(() -> call(() -> helper.getName()).result());
                            show(() -> call(() -> wanted ? helper.getName() : "unread").result());
                            wanted = true;
                            show(() -> call(() -> wanted ? helper.getName() : "unread").result());
                            Holder holder = new Holder();
                            show(() -> call(() -> holder.n).result());
                            show(() -> call(() -> "" + holder.own).result());
                        }
                        """);

        assertThat(ended.err()).isEmpty();
        assertThat(ended.lines())
                .hasSize(5)
                .satisfiesExactly(
                        sure -> assertThat(sure).contains("Travels.helper", "java.lang.Thread"),
                        unread -> assertThat(unread).isEqualTo("unread"),
                        read -> assertThat(read).contains("Travels.helper", "java.lang.Thread"),
                        number -> assertThat(number).isEqualTo("3"),
                        held -> assertThat(held).contains("Holder.own", "java.lang.Thread"));
    }

    @Test
    void aJobWaitsForTheThreadsThatItHasStarted() throws IOException {
        assertPrints(
                "",
                """
                void main() {
                    Array a = Array.of("i", 1);
                    Event go = new Event();
                    Worker worker = spawn(() -> { new Thread(() -> { go.await(); a.set(0, 5); }).start(); });
                    go.set();
                    worker.join();
                    IO.println(a);
                }
                """,
                "Array(\"i\", [5])");
    }

    @ParameterizedTest
    @ValueSource(strings = {"failover:0(jdi:hostname(127.0.0.1))", "local"})
    void whatWasTypedIsSeenAsItIs(String execution) {
        Program.Ended ended =
                Program.shell(execution, folder, memory)
                        .typing(
                                "String none = null",
                                "int n = 5",
                                "class Base { static int z = 9; int k = 3; int run() { return"
                                        + " step() * k; } int step() { return z; } }",
                                "class Sub extends Base { int step() { return n + z; } }",
                                "Base b = new Sub()",
                                "Base.z = 10",
                                "enum Op { PLUS { int of(int x) { return x + n; } }; abstract int"
                                        + " of(int x); }",
                                "var day ="
                                    + " java.time.format.DateTimeFormatter.ofPattern(\"d.M.yy\")",
                                "System.out.println(call(() -> b.run() + \" \" + none).result())",
                                "System.out.println(call(() -> Op.PLUS.of(1)).result())",
                                "System.out.println(call(Integer::parseInt, \"77\").result())",
                                "import java.time.LocalDate",
                                "System.out.println(call(() -> day.format(LocalDate.of(2024, 1,"
                                        + " 2))).result())",
                                "var thread = new Thread(() -> {})",
                                "call(() -> thread.getName())")
                        .run();

        assertThat(ended.out())
                .contains("> 45 null", "> 6", "> 2.1.24", "> 77", "the variable thread");
    }

    /// The code of the taker names none of them. What it has already, it keeps.
    @Test
    void aQueueBringsTheClassesOfItsItemsAndTheirState() throws IOException {
        assertPrints(
                "",
                """
                record Point(int x) {}
                enum Color { RED, GREEN { public String toString() { return "green"; } }; static int seen = 1; }
                class Board { static List<Object> all = new ArrayList<>(List.of(Color.GREEN)); static { IO.println("Board"); }
                    public String toString() { return all + " " + Color.seen; } }
                void main() {
                    var in = new Queue<Object>();
                    var out = new Queue<Object>();
                    Board.all.add(new Point(1));
                    var p = spawn((q, r) -> { for (var x : q) { IO.println(x); r.put(x); } r.close(); }, in, out);
                    in.put(new Point(2));
                    in.put(Color.GREEN);
                    in.put(Color.RED);
                    in.put(new Board());
                    Board.all.clear();
                    in.put(new Board());
                    in.close();
                    p.join();
                    for (var x : out) {
                        IO.println((x == Color.GREEN) + " " + (x instanceof Point) + " " + (x instanceof Board));
                    }
                }
                """,
                "Board",
                "Point[x=2]",
                "green",
                "RED",
                "[green, Point[x=1]] 1",
                "[green, Point[x=1]] 1",
                "false true false",
                "true false false",
                "false false false",
                "false false true",
                "false false true");
    }
}
