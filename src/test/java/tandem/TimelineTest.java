package tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static tandem.Tandem.call;
import static tandem.Tandem.named;
import static tandem.Tandem.spawn;
import static tandem.Tandem.timeline;

import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tandem.record.Kind;
import tandem.session.Waits;
import tandem.timeline.Lane;
import tandem.timeline.Paper;
import tandem.timeline.Run;
import tandem.timeline.Span;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// What a timeline has recorded of what is known to have happened.
class TimelineTest implements WithWorkers {
    private static final int ROUNDS = 200_000;

    @TempDir Path folder;

    private static Run recorded(Runnable work) {
        return recorded(_ -> work.run());
    }

    private static Run recorded(Consumer<Timeline> work) {
        Timeline timeline = timeline();
        quietly(
                () -> {
                    try (timeline) {
                        work.accept(timeline);
                    }
                });
        return timeline.run();
    }

    /// @return what it has printed
    private static String quietly(Runnable work) {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream own = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            System.setOut(own);
            work.run();
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static Lane lane(Run run, String name) {
        List<Lane> lanes = run.lanes().stream().filter(lane -> lane.name().equals(name)).toList();
        assertThat(lanes).as("lanes of %s in %s", name, run.lanes()).hasSize(1);
        return lanes.getFirst();
    }

    private static List<Span> spans(Lane lane, Kind kind, String object) {
        return lane.spans().stream()
                .filter(span -> span.kind() == kind && span.object().equals(object))
                .toList();
    }

    private static Span longest(Lane lane, Kind kind, String object) {
        return spans(lane, kind, object).stream()
                .max(Comparator.comparingLong(span -> span.end() - span.begin()))
                .orElseThrow(() -> new AssertionError(lane.toString()));
    }

    private static String file(Shared shared) {
        return shared.path().getFileName().toString();
    }

    @Test
    void whoWaitsForWhomAndWhoHoldsWhenIsSeen() {
        Lock lock = new Lock("门");
        Event enough = new Event();
        long[] pids = new long[2];
        Run run =
                recorded(
                        () -> {
                            Worker holder = startHolder("1 号进程", lock, enough);
                            Worker waiter = start("2 号进程", () -> lock.hold().close());
                            Words.of(lock).awaitLockWaiter();
                            Words.of(enough).awaitEventWaiter();
                            Tandem.sleep(0.1);
                            Beside<Void> letting = Beside.run(() -> setWhenAnEndIsAwaited(enough));
                            end(holder, waiter);
                            letting.end();
                            pids[0] = holder.pid();
                            pids[1] = waiter.pid();
                        });
        Lane holder = lane(run, "1 号进程");
        Lane waiter = lane(run, "2 号进程");
        assertThat(List.of(holder.pid(), waiter.pid())).containsExactly(pids[0], pids[1]);
        Span hold = longest(holder, Kind.HOLDS, "门");
        Span wait = longest(waiter, Kind.WAITS, "门");
        Span next = longest(waiter, Kind.HOLDS, "门");
        assertThat(wait.by()).isEqualTo("1 号进程 (pid %d)".formatted(pids[0]));
        assertThat(wait.begin()).isBetween(hold.begin(), hold.end());
        assertThat(wait.end() - wait.begin()).isGreaterThan(90_000_000);
        assertThat(hold.end()).isLessThanOrEqualTo(wait.end());
        assertThat(hold.end()).isLessThanOrEqualTo(next.begin());
        assertThat(spans(holder, Kind.WAITS, file(enough))).isNotEmpty();
        assertThat(longest(lane(run, "MainProcess"), Kind.WAITS, "the end of 1 号进程").isOpen())
                .isFalse();
        assertThat(run.lanes()).allMatch(lane -> lane.begin() >= 0 && lane.end() <= run.nanos());
        assertThat(run.notes()).isEmpty();
    }

    private static void setWhenAnEndIsAwaited(Event event) {
        Await.until(
                "the end of a process is awaited",
                () ->
                        event.session().roster().waits().all().stream()
                                .anyMatch(wait -> wait.target().isProcess()));
        event.set();
    }

    @Test
    void whatAKilledWorkerHeldAndWaitedForIsThereUpToItsDeath() {
        Lock lock = new Lock();
        Lock other = new Lock();
        Event never = new Event();
        Run run =
                recorded(
                        () -> {
                            Worker holder = startHolder("短命", lock, never);
                            other.acquire();
                            Worker waiter = start("等待", () -> other.hold().close());
                            Words.of(other).awaitLockWaiter();
                            kill(holder);
                            kill(waiter);
                            other.release();
                        });
        Lane dead = lane(run, "短命");
        Span hold = longest(dead, Kind.HOLDS, file(lock));
        assertThat(hold.isOpen()).isTrue();
        assertThat(hold.end()).isEqualTo(dead.end()).isLessThan(run.nanos());
        assertThat(dead.signal()).isEqualTo(9);
        Lane waiter = lane(run, "等待");
        Span wait = longest(waiter, Kind.WAITS, file(other));
        assertThat(wait.isOpen()).isTrue();
        assertThat(wait.by()).startsWith("MainProcess (pid ");
        assertThat(waiter.signal()).isEqualTo(9);
        assertThat(String.join("\n", Paper.draw(run, 80, false))).contains("x killed");
    }

    @Test
    void holdsThatAreTooManyAreCounted() {
        Array a = Array.of("i", 1);
        Run run =
                recorded(
                        () ->
                                end(
                                        start(
                                                "adds",
                                                () -> {
                                                    for (int i = 0; i < ROUNDS; i++) {
                                                        a.add(0, 1);
                                                    }
                                                })));
        List<Span> holds = spans(lane(run, "adds"), Kind.HOLDS, file(a));
        assertThat(holds.stream().mapToLong(Span::count).sum())
                .isBetween(ROUNDS - ROUNDS / 100L, ROUNDS + ROUNDS / 1000L);
        assertThat(holds).hasSizeLessThan(ROUNDS / 100);
    }

    /// Each of the threads ends in the midst of a tick: what it has counted since then is not lost.
    @Test
    void holdsOfThreadsThatEndAreCounted() {
        int threads = 200;
        int rounds = 50_000;
        Array a = Array.of("i", 1);
        Run run =
                recorded(
                        () -> {
                            for (int i = 0; i < threads; i++) {
                                Thread adds =
                                        new Thread(
                                                () -> {
                                                    for (int k = 0; k < rounds; k++) {
                                                        a.add(0, 1);
                                                    }
                                                });
                                adds.start();
                                join(adds);
                            }
                        });
        long held =
                run.lanes().stream()
                        .flatMap(lane -> spans(lane, Kind.HOLDS, file(a)).stream())
                        .mapToLong(Span::count)
                        .sum();
        long all = (long) threads * rounds;
        assertThat(held).isBetween(all - threads, all);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aHoldThatFollowsManyShortOnesIsSeen() {
        Array a = Array.of("i", 1);
        Event never = new Event();
        Event held = new Event();
        Run run =
                recorded(
                        timeline -> {
                            Worker worker =
                                    start(
                                            "adds",
                                            () -> {
                                                for (int i = 0; i < ROUNDS; i++) {
                                                    a.add(0, 1);
                                                }
                                                a.acquire();
                                                held.set();
                                                WithWorkers.await(never);
                                            });
                            WithWorkers.await(held);
                            Await.until(
                                    "its last hold is seen",
                                    () -> isLongAndOpen(lastHold(timeline.run(), a)));
                            kill(worker);
                        });
        Span last = lastHold(run, a);
        assertThat(last.isOpen()).isTrue();
        assertThat(last.end()).isEqualTo(lane(run, "adds").end());
        assertThat(last.end() - last.begin()).isGreaterThan(190_000_000);
    }

    private static Span lastHold(Run run, Array a) {
        return spans(lane(run, "adds"), Kind.HOLDS, file(a)).getLast();
    }

    private static boolean isLongAndOpen(Span span) {
        return span.isOpen() && span.end() - span.begin() > 190_000_000;
    }

    @Test
    void allKindsAreSeen() {
        Semaphore semaphore = new Semaphore(1).named("许可");
        ReadWriteLock shares = new ReadWriteLock();
        Queue<Integer> queue = new Queue<>();
        Barrier barrier = new Barrier(2);
        Event ready = new Event();
        Run run =
                recorded(
                        () -> {
                            Worker worker =
                                    start(
                                            "works",
                                            () -> {
                                                ready.set();
                                                queue.take();
                                                try (var _ = semaphore.hold();
                                                        var _ = shares.read().hold()) {
                                                    barrier.await();
                                                }
                                            });
                            WithWorkers.await(ready);
                            Await.until("it waits", () -> isWaiting(queue));
                            queue.put(1);
                            Words.of(barrier).awaitRows(1);
                            barrier.await();
                            end(worker);
                        });
        Lane worker = lane(run, "works");
        assertThat(spans(worker, Kind.WAITS, file(queue))).isNotEmpty();
        assertThat(spans(worker, Kind.WAITS, file(barrier))).isNotEmpty();
        Span permit = longest(worker, Kind.HOLDS, "许可");
        Span share = longest(worker, Kind.HOLDS, file(shares));
        assertThat(permit.isOpen()).isFalse();
        assertThat(share.begin()).isGreaterThanOrEqualTo(permit.begin());
        assertThat(share.end()).isLessThanOrEqualTo(permit.end());
    }

    private static boolean isWaiting(Shared object) {
        return object.session().roster().waits().all().stream()
                .anyMatch(wait -> wait.target().equals(Waits.Target.ofFile(file(object))));
    }

    @Test
    void aPoolThatStoodReadyTakesPart() {
        Lock lock = new Lock();
        try (Pool pool = new Pool(2)) {
            pool.map(x -> x, List.of(1, 2, 3, 4));
            Run run =
                    recorded(
                            () ->
                                    pool.map(
                                            x -> {
                                                try (var _ = lock.hold()) {
                                                    Tandem.sleep(0.05);
                                                }
                                                return x;
                                            },
                                            List.of(1, 2, 3, 4)));
            assertThat(
                            run.lanes().stream()
                                    .filter(lane -> !lane.process().equals("MainProcess"))
                                    .flatMap(lane -> spans(lane, Kind.HOLDS, file(lock)).stream()))
                    .hasSize(4);
            assertThat(run.lanes().getFirst().spans())
                    .anyMatch(
                            span ->
                                    span.kind() == Kind.WAITS
                                            && span.object().matches("Pool-\\d+ results"));
        }
    }

    @Test
    void aCallOfAManagedObjectIsAWaitForIt() {
        Map<String, Integer> map = Manager.map();
        Run run =
                recorded(
                        () ->
                                end(
                                        start(
                                                "calls",
                                                () ->
                                                        map.compute(
                                                                "a",
                                                                (_, _) -> {
                                                                    Tandem.sleep(0.05);
                                                                    return 1;
                                                                }))));
        Lane caller = lane(run, "calls");
        assertThat(caller.spans())
                .anyMatch(
                        span ->
                                span.object().startsWith("manager-")
                                        && span.kind() == Kind.WAITS
                                        && span.end() - span.begin() > 50_000_000);
    }

    @Test
    void threadsOfAProcessHaveLanesOfTheirOwn() {
        Lock lock = new Lock();
        Run run =
                recorded(
                        () -> {
                            lock.acquire();
                            Beside<Void> other = Beside.run(() -> lock.hold().close());
                            Words.of(lock).awaitLockWaiter();
                            lock.release();
                            other.end();
                        });
        assertThat(spans(lane(run, "MainProcess, beside"), Kind.WAITS, file(lock))).hasSize(1);
        String own = "MainProcess, " + Thread.currentThread().getName();
        assertThat(spans(lane(run, own), Kind.HOLDS, file(lock))).hasSize(1);
    }

    @Test
    void thereIsOneAtATimeAndNothingIsRecordedBetween() throws IOException {
        Lock lock = new Lock();
        Timeline first = timeline();
        assertThatThrownBy(Tandem::timeline)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageMatching(
                        "a timeline is being recorded already, by MainProcess \\(pid \\d+\\):"
                                + " close it first");
        assertThatThrownBy(() -> call(() -> timeline().toString()).result())
                .hasMessageContaining("by MainProcess");
        lock.hold().close();
        assertThat(first.toString()).matches("Timeline\\(\\d+\\.\\d\\d s, \\d lanes, recording\\)");
        assertThat(spans(lane(first.run(), "MainProcess"), Kind.HOLDS, file(lock))).hasSize(1);
        quietly(first::close);
        assertThat(quietly(first::close)).isEmpty();
        lock.hold().close();
        Run second = recorded(() -> {});
        assertThat(second.lanes()).allMatch(lane -> lane.spans().isEmpty());
        try (Stream<Path> files = Files.list(lock.path().getParent())) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("timeline"));
        }
    }

    @Test
    void whatIsNoRecordIsLeftOutWithASentence() throws IOException {
        Timeline timeline = timeline();
        Path garbage =
                Own.write(
                        new Lock()
                                .path()
                                .resolveSibling(
                                        "timeline-%d-999"
                                                .formatted(number(new Lock().path().getParent()))),
                        new byte[40_000]);
        Files.write(garbage, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
        String printed = quietly(timeline::close);
        assertThat(printed)
                .contains(
                        garbage.getFileName()
                                + " cannot be read as a part of a timeline: it has 8 bytes");
        assertThat(lane(timeline.run(), "MainProcess").isOver()).isFalse();
    }

    private static int number(Path session) throws IOException {
        try (Stream<Path> files = Files.list(session)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("timeline-"))
                    .map(name -> Integer.parseInt(name.split("-")[1]))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void thePictureHas80ColumnsAlsoWithChineseNames() {
        Lock lock = new Lock("一把名字很长很长很长很长很长很长很长很长很长的锁,谁都想要它");
        Run run =
                recorded(
                        timeline -> {
                            lock.acquire();
                            Worker worker =
                                    named("一个名字很长的进程,比一行的四分之一还长").spawn(() -> lock.hold().close());
                            Words.of(lock).awaitLockWaiter();
                            Await.until("its wait is seen", () -> showsAWait(timeline.run()));
                            lock.release();
                            end(worker);
                        });
        for (int columns : new int[] {40, 80, 132}) {
            List<String> picture = Paper.draw(run, columns, false);
            assertThat(picture)
                    .allMatch(line -> new AttributedString(line).columnLength() <= columns);
            assertThat(new AttributedString(picture.get(1)).columnLength()).isEqualTo(columns);
            assertThat(new AttributedString(picture.get(2)).columnLength()).isEqualTo(columns);
            assertThat(
                            Paper.draw(run, columns, true).stream()
                                    .map(AttributedString::fromAnsi)
                                    .map(AttributedString::toString))
                    .as("with colours")
                    .isEqualTo(picture);
        }
        assertThat(Paper.draw(run, 80, false).get(1)).contains("A").endsWith("%");
        assertThat(Paper.draw(run, 80, false).get(2)).contains("a");
    }

    /// In several columns: it is still to be seen when the run has become longer.
    private static boolean showsAWait(Run run) {
        return Paper.draw(run, 80, false).get(2).contains("aaaaa");
    }

    @Test
    void itsFilesAreSvgAndTraceEvents() throws Exception {
        Lock lock = new Lock("<\"&\\锁>");
        recorded(
                () -> {
                    lock.acquire();
                    Worker worker = start("1 号进程", () -> lock.hold().close());
                    Words.of(lock).awaitLockWaiter();
                    lock.release();
                    end(worker);
                    lock.hold().close();
                });
        Path svg = Timeline.last().svg(folder.resolve("t.svg"));
        var document =
                javax.xml.parsers.DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(svg.toFile());
        assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(document.getDocumentElement().getTextContent())
                .contains("1 号进程", "1 号进程 waits for <\"&\\锁>, held by MainProcess (pid ");

        Path json = Timeline.last().json(folder.resolve("t.json"));
        Process python =
                new ProcessBuilder(
                                "python3",
                                "-c",
                                """
                                import json, sys
                                trace = json.load(open(sys.argv[1], encoding="utf-8"))
                                last = {}
                                for e in trace["traceEvents"]:
                                    assert e["ph"] in "XMi", e
                                    assert type(e["pid"]) is int and type(e["tid"]) is int, e
                                    if e["ph"] == "X":
                                        assert e["ts"] >= 0 and e["dur"] > 0, e
                                        track = (e["pid"], e["tid"])
                                        assert e["ts"] >= last.get(track, 0) - 1e-6, e
                                        last[track] = e["ts"] + e["dur"]
                                    if e["ph"] == "M":
                                        assert e["args"], e
                                holds = [e["args"]["name"] for e in trace["traceEvents"]
                                         if e["name"] == "thread_name" and "holds" in str(e)]
                                assert len(holds) == 2, holds
                                print(sorted({e["args"]["name"] for e in trace["traceEvents"]
                                              if e["name"] == "process_name"}))
                                print([e["args"]["held by"][:11] for e in trace["traceEvents"]
                                       if e["name"] == 'waits for <"&\\\\锁>'])
                                """,
                                json.toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(python.waitFor()).as(said).isZero();
        assertThat(said).isEqualTo("['1 号进程', 'MainProcess']\n['MainProcess']\n");
    }

    @Test
    void whatIsPrintedSaysHowToKeepIt() {
        String printed =
                quietly(
                        () -> {
                            try (var _ = timeline()) {
                                spawn(() -> {}).join();
                            }
                        });
        assertThat(printed)
                .contains("MainProcess", "Worker-", "Timeline.last().svg(Path.of(\"t.svg\"))");
        assertThat(printed.lines()).allMatch(line -> line.length() <= 80);
        assertThat(Timeline.last().toString()).matches("Timeline\\(\\d+\\.\\d\\d s, 2 lanes\\)");
    }
}
