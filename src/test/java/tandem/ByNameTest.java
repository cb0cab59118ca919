package tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import tandem.memory.Kind;
import tandem.session.Sight;
import tandem.session.Survey;
import tandem.testing.Program;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/// What all processes of a user find by a name.
@Timeout(600)
class ByNameTest {
    private Path memory;
    private final List<Program.Running> running = new ArrayList<>();

    @BeforeEach
    void makeMemory() throws IOException {
        memory = Files.createTempDirectory("memory").toRealPath();
        Files.setAttribute(memory, "unix:mode", 01777);
    }

    @AfterEach
    void end() throws IOException {
        running.forEach(Program.Running::close);
        try (Stream<Path> all = Files.walk(memory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    private Program namer(String... part) {
        return Program.of(line(part).toArray(String[]::new));
    }

    private List<String> line(String... part) {
        List<String> line =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Dtandem.dir=" + memory,
                                "-Dtandem.waiter=" + System.getProperty("tandem.waiter"),
                                "-cp",
                                System.getProperty("java.class.path"),
                                "tandem.Namer"));
        line.addAll(List.of(part));
        return line;
    }

    private Program.Running start(String... part) {
        Program.Running program = namer(part).start();
        running.add(program);
        return program;
    }

    private String run(String... part) {
        Program.Ended ended = namer(part).run();
        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        return ended.out().strip();
    }

    private static void terminate(Program.Running program) {
        ProcessHandle.of(program.pid()).ifPresent(ProcessHandle::destroy);
        Program.awaitEndOf(program.pid(), Program.DEADLINE);
    }

    private static void kill(Program.Running program) {
        program.kill();
        Program.awaitEndOf(program.pid(), Program.DEADLINE);
    }

    private Path link() throws IOException {
        return memory.resolve("tandem-named-" + Files.getAttribute(memory, "unix:uid"));
    }

    @Test
    @Tag("once")
    void inOneProcessItIsOneObject() {
        String name = "one-" + ProcessHandle.current().pid();
        try (Array array = Array.named(name, "i", List.of(1, 2))) {
            assertThat(Array.named(name, "i", List.of(3, 4))).isSameAs(array);
            assertThat(Array.attach(name)).isSameAs(array);
            assertThat(array.slice().toInts()).containsExactly(1, 2);
            assertThat(array.name()).isEqualTo(name);
            assertThat(Tandem.shared()).contains(array);
            assertThat(Tandem.named())
                    .extracting(Named::name, Named::form)
                    .contains(org.assertj.core.groups.Tuple.tuple(name, "Array(i, 2)"));
        }
        try (Array array = Array.named(name, "i", List.of(3, 4))) {
            assertThat(array.slice().toInts()).containsExactly(3, 4);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Array.attach(name))
                .withMessageStartingWith("there is no Array named " + name);
    }

    @Test
    @Tag("once")
    void threadsThatMakeAndCloseItAtOnceGetWholeObjects() throws Exception {
        String name = "threads-" + ProcessHandle.current().pid();
        List<Throwable> thrown = new CopyOnWriteArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(
                    Thread.ofPlatform()
                            .uncaughtExceptionHandler((_, e) -> thrown.add(e))
                            .start(
                                    () -> {
                                        for (int round = 0; round < 200; round++) {
                                            Value value = Value.named(name, "i", 7);
                                            try {
                                                assertThat(value.get()).isEqualTo(7);
                                            } catch (IllegalStateException e) {
                                                assertThat(value.isClosed()).isTrue();
                                            }
                                            value.close();
                                        }
                                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(thrown).isEmpty();
        assertThat(Tandem.named()).extracting(Named::name).doesNotContain(name);
    }

    @Test
    void anInterruptedThreadHasItToo() {
        String name = "interrupted-" + ProcessHandle.current().pid();
        Thread.currentThread().interrupt();
        Value value;
        try {
            value = Value.named(name, "i", 7);
            assertThat(Value.named(name, "i")).isSameAs(value);
            Value.named(name + "-2", "i").close();
            Tandem.named();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(Tandem.call(n -> Value.attach(n).get(), name).result()).isEqualTo(7);
        assertThat(Tandem.named()).extracting(Named::name).contains(name);
        value.close();
    }

    @Test
    @Tag("once")
    void itStaysWhenNoHandleCanBeReached() {
        String name = "kept-" + ProcessHandle.current().pid();
        Value.named(name, "i").set(7);
        System.gc();
        Program.await(
                Program.DEADLINE,
                () -> "the handle to be collected",
                () -> {
                    System.gc();
                    return Tandem.shared().stream().noneMatch(s -> s.name().equals(name));
                });
        try (Value value = Value.named(name, "i")) {
            assertThat(value.get()).isEqualTo(7);
        }
        try (Value value = Value.named(name, "i")) {
            assertThat(value.get()).isZero();
        }
    }

    @Test
    void whatALockByNameGuardsIsBesideIt() {
        String name = "door-" + ProcessHandle.current().pid();
        Path gone;
        try (Lock lock = Lock.named(name);
                Condition condition = lock.newCondition();
                Array guarded = Array.of("i", 1, lock);
                Value one = Value.of("i", 3, lock)) {
            assertThat(List.of(condition.path(), guarded.path(), one.path()))
                    .allMatch(path -> path.getParent().equals(lock.path().getParent()));
            assertThat(
                            Tandem.call(
                                            (c, a, v) -> {
                                                try (Held _ = c.lock().hold()) {
                                                    c.signal();
                                                    return a.add(0, v.get());
                                                }
                                            },
                                            condition,
                                            guarded,
                                            one)
                                    .result())
                    .isEqualTo(3);
            assertThat(Tandem.named()).extracting(Named::name).contains(name);
            gone = condition.path();
        }
        assertThat(gone).doesNotExist();
    }

    @Test
    @Tag("once")
    void aConditionIsFoundThroughItsLock() {
        String name = "opened-" + ProcessHandle.current().pid();
        try (Lock lock = Lock.named("of-" + name);
                Lock other = Lock.named("other-" + name);
                Condition condition = lock.newCondition(name)) {
            assertThat(lock.newCondition(name)).isSameAs(condition);
            assertThat(Condition.attach(name)).isSameAs(condition);
            assertThat(
                            Tandem.call(
                                            (lockName, conditionName) -> {
                                                Condition found = Condition.attach(conditionName);
                                                Lock its = found.lock();
                                                return its == Lock.named(lockName);
                                            },
                                            lock.name(),
                                            name)
                                    .result())
                    .isEqualTo(true);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> other.newCondition(name))
                    .withMessageContaining("is a Condition(%s), made by", lock.path().getFileName())
                    .withMessageContaining(", not a Condition(%s);", other.path().getFileName());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Lock().newCondition("x"))
                    .withMessageContaining("Lock.named(…)");
        }
    }

    @Test
    @Tag("once")
    void itOutlivesItsMakerAndGoesWithTheLast() throws IOException {
        Program.Running maker = start("have", "board");
        assertThat(maker.awaitLine("has ")).startsWith("1 ");
        Program.Running other = start("have", "board");
        Path path = Path.of(other.awaitLine("has 2 "));
        terminate(maker);
        assertThat(run("attach", "board")).isEqualTo("got 2");
        assertThat(path).exists();
        terminate(other);
        assertThat(memory).isEmptyDirectory();
        assertThat(run("attach", "board"))
                .isEqualTo(
                        "refused there is no Array named board: Array.named(…) makes one. There are"
                                + " no objects by name now");
        assertThat(memory).isEmptyDirectory();
        assertThat(start("have", "board").awaitLine("has ")).startsWith("1 ");
    }

    @Test
    @Tag("once")
    void whatOnlyTheKilledHadIsMadeAnew() throws IOException {
        Program.Running stays = start("have", "stays");
        stays.awaitLine("has ");
        Program.Running killed = start("have", "board");
        Path path = Path.of(killed.awaitLine("has 1 "));
        kill(killed);
        Program.Running next = start("have", "board");
        assertThat(Path.of(next.awaitLine("has 1 "))).isNotEqualTo(path);
        assertThat(path).doesNotExist();
    }

    @Test
    @Tag("once")
    void whatOnlyTheKilledHadIsGone() throws IOException {
        Program.Running stays = start("have", "stays");
        stays.awaitLine("has ");
        Program.Running killed = start("have", "board");
        Path path = Path.of(killed.awaitLine("has 1 "));
        kill(killed);
        assertThat(run("list")).contains("1 object by name", "stays").doesNotContain("board");
        assertThat(path).as("removed at the end of the one who looked").doesNotExist();
        assertThat(start("have", "board").awaitLine("has ")).startsWith("1 ");
        running.forEach(ByNameTest::kill);
        assertThat(link()).isSymbolicLink();
        Program.awaitEmpty(memory, () -> run("nothing"));
    }

    @Test
    void ofThoseWhoAskAtOnceOneMakesIt() {
        int processes = 8;
        int rounds = 200;
        for (int id = 0; id < processes; id++) {
            start("race", "" + processes, "" + id, "" + rounds);
        }
        Map<String, Set<String>> seen = new HashMap<>();
        for (Program.Running program : running) {
            Program.Ended ended = program.end();
            assertThat(ended.err()).isEmpty();
            assertThat(ended.lines()).hasSize(rounds);
            for (String line : ended.lines()) {
                String[] words = line.split(" ");
                seen.computeIfAbsent(words[1], _ -> new HashSet<>()).add(words[2]);
            }
        }
        assertThat(seen).hasSize(rounds);
        assertThat(seen)
                .allSatisfy(
                        (round, values) ->
                                assertThat(values)
                                        .as("round " + round)
                                        .singleElement()
                                        .satisfies(
                                                value ->
                                                        assertThat(
                                                                        Long.parseLong(value)
                                                                                % 1_000_000)
                                                                .isEqualTo(Long.parseLong(round))));
        assertThat(seen.values().stream().map(v -> v.iterator().next().charAt(0)).distinct())
                .as("who made it, not always the same")
                .hasSizeGreaterThan(1);
        assertThat(memory).isEmptyDirectory();
    }

    @Test
    void whoeverIsKilledInTheMiddleLeavesNothingHalfDone() {
        Random random = new Random();
        for (int i = 0; i < 3; i++) {
            start("churn").awaitLine("churns");
        }
        for (int kills = 0; kills < 20; kills++) {
            Program.Running victim = running.get(random.nextInt(running.size()));
            long end = System.nanoTime() + random.nextLong(30_000_000);
            Program.await(Program.DEADLINE, () -> "the moment", () -> System.nanoTime() > end);
            kill(victim);
            assertAllWasWell(victim);
            running.remove(victim);
            for (Program.Running other : running) {
                int before = other.out().length();
                Program.await(
                        Program.DEADLINE,
                        () -> "a round of another: " + other.err(),
                        () -> other.out().length() > before + 100);
            }
            start("churn").awaitLine("round 3");
        }
        for (Program.Running program : running) {
            assertAllWasWell(program);
            kill(program);
        }
        run("list");
        Program.awaitEmpty(memory, () -> run("nothing"));
    }

    /// A lock whose holder was killed is taken over with a line that says so.
    private static void assertAllWasWell(Program.Running program) {
        assertThat(program.err().lines())
                .allMatch(line -> line.matches("tandem: board was held by .* which is dead: .*"));
        assertThat(program.out()).doesNotContain("garbage", "another");
    }

    @Test
    @Tag("once")
    void whoIsKilledWhileHeMakesTheFirstNameLeavesNothing() throws IOException {
        Random random = new Random();
        for (int round = 0; round < 12; round++) {
            Program.Running victim = start("churn");
            long end = System.nanoTime() + 150_000_000 + random.nextLong(400_000_000);
            Program.await(Program.DEADLINE, () -> "the moment", () -> System.nanoTime() > end);
            kill(victim);
            assertThat(victim.out()).doesNotContain("garbage");
            Program.Running next = start("have", "first-" + round);
            assertThat(next.awaitLine("has ")).startsWith("1 ");
            if (round % 2 == 0) {
                terminate(next);
            } else {
                kill(next);
            }
        }
    }

    @Test
    void whatAKilledProcessHeldIsRecovered() {
        Program.Running holder = start("hold");
        assertThat(holder.awaitLine("held "))
                .startsWith("Lock(door, held by MainProcess (pid %d)".formatted(holder.pid()));
        Program.Running heir = start("recover");
        heir.awaitLine("waits ");
        kill(holder);
        assertThat(heir.awaitLine("recovered ")).isEqualTo("true");
        assertThat(heir.end().err())
                .contains("door", "MainProcess (pid %d)".formatted(holder.pid()));
    }

    @Test
    void workersTakePart() {
        Program.Running program = start("worker");
        assertThat(program.end().err()).isEqualTo("[keeper] killed by signal 9\n");
        List<String> lines = program.end().lines();
        assertThat(lines.get(0))
                .matches("worker true 4 \\[MainProcess \\(pid \\d+\\), w \\(pid \\d+\\)]");
        assertThat(program.awaitLine("here ")).isEqualTo("4");
        assertThat(program.out())
                .containsPattern("kept 2 objects by name\nboard +Array\\(i, 3\\) +keeper \\(pid")
                .containsPattern("left 1 object by name\nup +Event +MainProcess \\(pid");
        assertThat(program.awaitLine("nobody ")).isEqualTo("1");
        assertThat(memory).isEmptyDirectory();
    }

    @Test
    @Tag("once")
    void anotherObjectUnderTheNameIsRefused() {
        Program.Running maker = start("have", "board");
        maker.awaitLine("has ");
        String is = "board is an Array(i, 3), made by MainProcess (pid %d), not ";
        String have = "; those that have it: MainProcess (pid %1$d)";
        assertThat(run("others").lines())
                .map(line -> line.replaceAll("pid (?!%d)\\d+".formatted(maker.pid()), "pid 0"))
                .containsExactly(
                        (is + "an Array(d, 3)" + have).formatted(maker.pid()),
                        (is + "an Array(i, 4)" + have).formatted(maker.pid()),
                        (is + "an Array(i, 3, no lock)" + have).formatted(maker.pid()),
                        (is + "a Value(i)" + have).formatted(maker.pid()),
                        (is + "a Lock" + have).formatted(maker.pid()),
                        (is + "a Lock" + have).formatted(maker.pid()),
                        "well",
                        "three is a Barrier(3), made by MainProcess (pid 0), not a Barrier(4);"
                                + " those that have it: MainProcess (pid 0)",
                        "well",
                        "seats is a Semaphore(bounded to 2), made by MainProcess (pid 0), not a"
                            + " Semaphore(bounded to 3); those that have it: MainProcess (pid 0)",
                        "seats is a Semaphore(bounded to 2), made by MainProcess (pid 0), not a"
                                + " Semaphore; those that have it: MainProcess (pid 0)",
                        "there is no Array named bord: Array.named(…) makes one. Did you mean"
                                + " board? There are: board, three, seats");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a/b", "../x", "a\\b", "a:b", "", "☕"})
    @Tag("once")
    void whatIsNoNameIsRefused(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> Lock.named(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a.b-c_D", "..", "-x", "棋盘", "é", "हिन्दी", "MAX"})
    @Tag("once")
    void whatIsANameIsFound(String name) {
        String unique = name + ProcessHandle.current().pid();
        String longest = unique + "x".repeat(252 - encodedLength(unique));
        for (String each : List.of(unique, longest)) {
            try (Lock lock = Lock.named(each)) {
                assertThat(lock.name()).isEqualTo(each);
                assertThat(Lock.attach(each)).isSameAs(lock);
                assertThat(Tandem.named()).extracting(Named::name).contains(each);
            }
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Lock.named(longest + "x"))
                .withMessageContaining("at most 252 bytes");
    }

    private static int encodedLength(String name) {
        return java.net.URLEncoder.encode(name, java.nio.charset.StandardCharsets.UTF_8).length();
    }

    @Test
    @Tag("once")
    void whatAnotherUserHasPlantedIsRefused() throws IOException {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can play others");
        Path link = link();
        Program.Running maker = start("have", "board");
        maker.awaitLine("has ");
        Path session = link.toRealPath();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(session)))
                .isEqualTo("rwx------");

        assertThat(Program.of("chown", "-h", "65534", link.toString()).run().exitCode()).isZero();
        assertThat(run("attach", "board"))
                .contains("refused", link.toString(), "belongs to user 65534", "as user 0");
        assertThat(Program.of("chown", "-h", "0", link.toString()).run().exitCode()).isZero();

        Files.setAttribute(session, "unix:uid", 65534);
        assertThat(run("attach", "board"))
                .contains("refused", session.toString(), "belongs to user 65534");
        Files.setAttribute(session, "unix:uid", 0);

        assertThat(run("attach", "board")).isEqualTo("got 1");
    }

    @Test
    @Tag("once")
    void eachUserHasNamesOfHisOwn() {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can play others");
        start("have", "board").awaitLine("has 1");
        List<String> line =
                new ArrayList<>(
                        List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        line.addAll(line("have", "board"));
        Program.Running other = Program.of(line.toArray(String[]::new)).start();
        running.add(other);
        assertThat(other.awaitLine("has ")).startsWith("1 ");
        assertThat(memory.resolve("tandem-named-65534")).isSymbolicLink();
        assertThat(start("have", "board").awaitLine("has ")).startsWith("2 ");
    }

    @Test
    @Tag("once")
    void whatIsNoLinkToASessionIsRefused() throws IOException {
        Path elsewhere = Files.createTempDirectory("elsewhere");
        for (Path target : List.of(elsewhere, Path.of("tandem-x"), Path.of("../tandem-1"))) {
            Files.createSymbolicLink(link(), target);
            assertThat(run("attach", "board"))
                    .contains("refused", link() + " leads to " + target, "no session");
            Files.delete(link());
        }
        Files.createDirectory(link());
        assertThat(run("attach", "board")).contains("refused", link() + " is no symbolic link");
        assertThat(elsewhere).isEmptyDirectory();
        Files.delete(elsewhere);
    }

    @Test
    @Tag("once")
    void aLinkToNothingIsMadeGood() throws IOException {
        Files.createSymbolicLink(link(), Path.of("tandem-123"));
        Program.Running maker = start("have", "board");
        assertThat(maker.awaitLine("has 1 "))
                .isEqualTo(memory.resolve("tandem-123/array-1").toString());
        assertThat(run("attach", "board")).isEqualTo("got 1");
        terminate(maker);
        assertThat(memory).isEmptyDirectory();
    }

    @Test
    @Tag("once")
    void viewsShowTheNames() throws IOException {
        Program.Running maker = start("have", "board");
        maker.awaitLine("has ");
        Program.Running other = start("have", "board");
        other.awaitLine("has ");
        try (Survey survey = Survey.of(link().toRealPath())) {
            survey.refresh();
            Sight sight = survey.look().getFirst();
            assertThat(sight.objects()).extracting(Sight.OfObject::name).containsExactly("board");
            assertThat(sight.processes())
                    .extracting(Sight.OfProcess::pid)
                    .containsExactlyInAnyOrder(maker.pid(), other.pid());
        }
        assertThat(run("list"))
                .isEqualTo(
                        "1 object by name\nboard  Array(i, 3)  MainProcess (pid %d), MainProcess (pid %d)"
                                .formatted(maker.pid(), other.pid()));
    }

    @Test
    @Tag("once")
    void aProgramThatKnowsTheLayoutTakesPart() throws IOException {
        assumeTrue(
                Program.of("sh", "-c", "command -v python3").run().exitCode() == 0, "no python3");
        Program.Running maker = start("have", "棋盘");
        maker.awaitLine("has 1");
        Program.Running python =
                Program.of("python3", "src/test/scripts/named.py", memory.toString(), "棋盘").start();
        running.add(python);
        assertThat(python.awaitLine("has ")).isEqualTo("2");
        assertThat(run("list"))
                .endsWith(
                        "MainProcess (pid %d), a snake (pid %d)"
                                .formatted(maker.pid(), python.pid()));
        terminate(maker);
        assertThat(run("attach", "棋盘")).isEqualTo("got 2");
        kill(python);
        assertThat(run("attach", "棋盘")).startsWith("refused there is no Array named 棋盘");
        assertThat(memory).as("removed by the one who looked").isEmptyDirectory();
    }

    static Stream<Kind> kinds() {
        return Arrays.stream(Kind.values())
                .filter(Kind::isObject)
                .filter(kind -> kind != Kind.CONDITION && kind != Kind.MANAGER);
    }

    /// (A condition is found through its lock.)
    @ParameterizedTest
    @MethodSource("kinds")
    @Tag("once")
    void eachKindHasNames(Kind kind) throws ClassNotFoundException {
        Class<?> type = KindTest.type(kind);
        for (String method : List.of("named", "attach")) {
            assertThat(type.getDeclaredMethods())
                    .as("static %s.%s(String name, …)", type.getSimpleName(), method)
                    .anyMatch(m -> isByName(m, method, type));
        }
        assertThat(kind.title()).isEqualTo(type.getSimpleName());
    }

    private static boolean isByName(Method method, String name, Class<?> type) {
        return method.getName().equals(name)
                && Modifier.isStatic(method.getModifiers())
                && Modifier.isPublic(method.getModifiers())
                && method.getReturnType() == type
                && method.getParameterCount() > 0
                && method.getParameterTypes()[0] == String.class;
    }
}
