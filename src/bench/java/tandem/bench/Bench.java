package tandem.bench;

import org.openjdk.jmh.runner.RunnerException;

import tandem.Array;
import tandem.Event;
import tandem.Lock;
import tandem.Manager;
import tandem.Queue;
import tandem.Semaphore;
import tandem.Tandem;
import tandem.Timeline;
import tandem.Value;
import tandem.Worker;
import tandem.bench.Table.Target;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Tandem beside C and Python, in one table: `scripts/tandem bench [--quick]`, from the root of the
/// project. What C and Python do in each row stands at the head of `peers.c` and `peers.py`, what
/// Java does in `OneProcess` (JMH), and in `Crew` and the scripts that its workers run.
///
/// Every figure is a median with its spread over several rounds, after rounds that warm up. The
/// competitors run one after the other, never at once. `--quick` makes fewer rounds of the same
/// length: enough to see that everything works, too little to quote. `machines` measures those rows alone that
/// need a server.
///
/// The result goes to the standard output, the progress to the standard error. A peer that fails
/// or hangs ends the run with an error.
public final class Bench {
    private static final Path SCRIPTS = Path.of("src/bench/scripts");
    private static final int[] PROCESSES = {2, 4, 16, 64};
    private static final long CONTENDED_OPERATIONS = 6_400_000;
    private static final int TRIPS = 5_000;
    private static final long QUEUED = 400_000;
    private static final long QUEUED_LARGE = 400;
    private static final int LARGE = 1 << 20;
    private static final int FIRSTS = 3;
    private static final long CALLS = 20_000;
    private static final int SPARES = 3;
    private static final int WARMUPS = 8;
    private static final Duration DEADLINE = Duration.ofMinutes(25);
    private static final long START = System.nanoTime();

    private final int rounds;
    private final int forks;
    private final Table table = new Table();
    private Peers c;
    private Peers python;

    private Bench(boolean quick) {
        rounds = quick ? 3 : 15;
        forks = quick ? 1 : 3;
    }

    public static void main(String[] arguments) throws Exception {
        List<String> words = new ArrayList<>(List.of(arguments));
        boolean quick = words.remove("--quick");
        boolean machinesAlone = words.remove("machines");
        boolean startsAlone = words.remove("starts");
        if (!words.isEmpty() || machinesAlone && startsAlone) {
            System.err.println("usage: tandem bench [--quick] [machines | starts]");
            System.exit(2);
        }
        Thread.ofPlatform().daemon().start(Bench::endOverdueRun);
        String machine = Machine.describe();
        Bench bench = new Bench(quick);
        if (machinesAlone) {
            bench.python = Peers.python(bench.rounds, "net");
            bench.machineRows();
        } else if (startsAlone) {
            bench.python = Peers.python(bench.rounds);
            bench.startRows();
        } else {
            bench.run();
        }
        try (PrintStream out = utf8Output()) {
            out.printf("%s%n%n%s%n%n%s%n", machine, bench.legend(), bench.table);
        }
    }

    private String legend() {
        return """
        Medians of %d rounds (smallest–largest). ÷ C, ÷ Python: Tandem's median over theirs. \
        Processes that work together are held each on a processor of its own, in turn.\
        """
                .formatted(rounds);
    }

    private static PrintStream utf8Output() {
        return new PrintStream(
                new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    }

    private static void endOverdueRun() {
        try {
            Thread.sleep(DEADLINE);
        } catch (InterruptedException e) {
            return;
        }
        System.err.printf("bench: not done after %d minutes%n", DEADLINE.toMinutes());
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        Runtime.getRuntime().halt(3);
    }

    private void run() throws IOException, InterruptedException, RunnerException {
        progress("C");
        c = Peers.c(rounds);
        progress("Python");
        python = Peers.python(rounds);
        progress("Java, one process");
        Map<String, Figure> one = OneProcess.run(forks, rounds / forks);
        Figure lockByTwo = contend("Locker.java", 2).getFirst();
        Figure roundTrip = roundTrip();
        List<Figure> adders = contend("Adder.java", PROCESSES);

        Figure lock = one.get("lockIncrementRelease");
        table.row(
                "1. acquire, increment, release",
                "ns",
                lock,
                c.get("lock.1"),
                python.get("lock.1"),
                Target.atMost(1.0, "× C", lock.over(c.get("lock.1"))));
        table.row(
                "2. the same, two processes contending",
                "ns",
                lockByTwo,
                c.get("lock.2"),
                python.get("lock.2"),
                Target.atMost(1.2, "× C", lockByTwo.over(c.get("lock.2"))));
        wholeProgramRow();
        timelineRow();
        table.row(
                "3. event round trip, two processes",
                "µs",
                roundTrip,
                c.get("event"),
                python.get("event"),
                Target.atMost(1.2, "× C's futex", roundTrip.over(c.get("event"))));
        elementRows("read", one);
        elementRows("fill", one);
        elementRows("write", one);
        elementRows("increment", one);
        table.row(
                "the same: `int[]`, each sum checked as Tandem does it",
                "ns",
                one.get("incrementChecked"),
                Figure.NONE,
                Figure.NONE);
        Figure add = one.get("add");
        table.row(
                "5. `a.add(0, 1)`",
                "ns",
                add,
                c.get("lock.1"),
                python.get("add.1"),
                Target.atLeast(30, "× faster than Python", python.get("add.1").over(add)));
        sliceRows(one.get("slice"), one.get("clonePlain"));
        adderRows(adders);
        shareRows();
        waitRows();
        queueRows();
        poolRows();
        startRows();
        machineRows();
    }

    private void machineRows() throws IOException {
        progress("Java, several machines");
        Machines.rows(table, python, rounds);
    }

    private void shareRows() {
        progress("Java, FairShare.java, 4 processes");
        Fairness any = Fairness.of(new Lock(), rounds);
        Fairness fair = Fairness.of(Lock.fair(), rounds);
        table.row(
                "22. 4 processes take a lock as often as they can: the least share, 1 is even",
                "×",
                any.share(),
                c.get("share"),
                python.get("share"));
        table.row(
                "22. the same, the longest wait",
                "ms",
                any.longest(),
                c.get("longest"),
                python.get("longest"),
                Target.atMost(1.0, "× C", any.longest().over(c.get("longest"))));
        table.row(
                "22. the same with `Lock.fair()`, the least share",
                "×",
                fair.share(),
                c.get("share"),
                python.get("share"),
                Target.atLeast(0.91, "×", fair.share().median()));
        table.row(
                "22. the same with `Lock.fair()`, the longest wait",
                "ms",
                fair.longest(),
                c.get("longest"),
                python.get("longest"));
    }

    private void waitRows() {
        Figure semaphore = pair("SemaphorePair.java", new Semaphore(0), new Semaphore(0));
        table.row(
                "14. semaphore round trip, two processes",
                "µs",
                semaphore,
                c.get("semaphore"),
                python.get("semaphore"),
                Target.atMost(1.0, "× C's `sem_t`", semaphore.over(c.get("semaphore"))));
        Lock lock = new Lock();
        Figure condition =
                pair("ConditionPair.java", lock, lock.newCondition(), Value.of("i", 0, lock));
        table.row(
                "15. condition round trip, two processes",
                "µs",
                condition,
                c.get("condition"),
                python.get("condition"),
                Target.atMost(1.0, "× C's", condition.over(c.get("condition"))));
    }

    private void queueRows() {
        String item = "0123456789abcdef";
        Figure one = queue(2, QUEUED, new Queue<>(), item);
        table.row(
                "16. `Queue`, an item of 16 characters, one process to another",
                "ns",
                one,
                Figure.NONE,
                python.get("queue.1"),
                Target.atLeast(10, "× faster than Python", python.get("queue.1").over(one)));
        Figure four = queue(8, QUEUED, new Queue<>(), item);
        table.row(
                "16. the same, four to four",
                "ns",
                four,
                Figure.NONE,
                python.get("queue.4"),
                Target.atLeast(10, "× faster than Python", python.get("queue.4").over(four)));
        Figure raw = queue(2, QUEUED, Queue.ofBytes(4 << 20), new byte[64]);
        table.row(
                "17. the same, messages of 64 bytes, one to one",
                "ns",
                raw,
                Figure.NONE,
                Figure.NONE,
                Target.atMost(200, "ns", raw.median()));
        Figure large = queue(2, QUEUED_LARGE, new Queue<>(), new byte[LARGE]).asRate(LARGE);
        table.row(
                "18. `Queue`, items of 1 MB, one to one; C: `memcpy`",
                "GB/s",
                large,
                c.get("copy.once"),
                python.get("queue.large"),
                Target.atLeast(0.4, "× C's `memcpy`", large.over(c.get("copy.once"))));
    }

    /// @return nanoseconds for each item
    private Figure queue(int count, long items, Queue<?> queue, Object item) {
        progress("Java, QueueEnds.java, %d processes".formatted(count));
        try (Crew crew = new Crew(SCRIPTS.resolve("QueueEnds.java"), queue, item)) {
            return crew.measure(count, WARMUPS, rounds, 2 * items).times(2);
        }
    }

    private void poolRows() {
        progress("Java, pools");
        Pools pools = new Pools(rounds);
        Figure empty = pools.emptyTask();
        table.row(
                "19. `Pool.of(2)`, a task that does nothing, chunks of one",
                "µs",
                empty,
                Figure.NONE,
                python.get("pool.empty"),
                Target.atMost(0.1, "× Python", empty.over(python.get("pool.empty"))));
        table.row(
                "19. the same, the first 10 000 of a program",
                "µs",
                pools.firstEmptyTasks(),
                Figure.NONE,
                python.get("pool.empty"));
        scaling(
                "20. `Pool.of(2)`, how many times sooner than one process, code warm",
                pools.warm());
        scaling("20. the same, code cold", pools.cold());
        Figure call = managerCall();
        table.row(
                "21. `Manager.map()`, `get` by another process",
                "µs",
                call,
                Figure.NONE,
                python.get("manager"),
                Target.atMost(0.5, "× Python", call.over(python.get("manager"))));
    }

    private void scaling(String what, Figure times) {
        table.row(
                what,
                "×",
                times,
                Figure.NONE,
                python.get("pool.scaling"),
                Target.atLeast(1.9, "×", times.median()));
    }

    /// @return microseconds for each call
    private Figure managerCall() {
        progress("Java, ManagerCalls.java");
        Map<String, Integer> map = Manager.map();
        map.put("key", 1);
        try (Crew crew = new Crew(SCRIPTS.resolve("ManagerCalls.java"), map)) {
            return crew.measure(1, WARMUPS, rounds, CALLS).times(1e-3);
        }
    }

    private void scriptRow(String what, Figure script, Figure bare, double most) {
        table.row(
                what,
                "ms",
                script,
                bare,
                python.get("start.spawn"),
                Target.atMost(most, "× `java Hello.java`", script.over(bare)));
    }

    private void startRows() throws IOException, InterruptedException {
        progress("Java, starts of workers");
        Starts starts = new Starts(rounds);
        starts.awaitCaches();
        Figure bare = starts.bareSource();
        scriptRow(
                "8. `spawn` of a script to its first instruction; C's place: `java Hello.java`",
                starts.script(),
                bare,
                0.5);
        scriptRow(
                "8. the same, of a script that is new, in a program that was compiled before",
                starts.newScript(),
                bare,
                0.5);
        scriptRow(
                "8. the same, the first one of `scripts/tandem Main.java`",
                starts.newScriptOfProgram(true),
                bare,
                0.4);
        scriptRow("8. the same, the fourth one", starts.newScriptOfProgram(false), bare, 0.4);
        Figure program = starts.program();
        table.row(
                "8. `scripts/tandem Hello.java` to its first instruction; C's place: `java"
                        + " Hello.java`",
                "ms",
                program,
                bare,
                Figure.NONE,
                Target.atMost(1.0, "× `java Hello.java`", program.over(bare)));
        Figure ready = starts.scriptFromSpare();
        table.row(
                "8. the same, of one that ran before, from a spare JVM; Python: fork",
                "ms",
                ready,
                bare,
                python.get("start.fork"),
                Target.atMost(1.0, "× Python's fork", ready.over(python.get("start.fork"))));
        Figure cold = starts.codeCold();
        table.row(
                "9. `spawn` of a lambda to its first instruction; Python: spawn",
                "ms",
                cold,
                Figure.NONE,
                python.get("start.spawn"),
                Target.atMost(1.0, "× Python's spawn", cold.over(python.get("start.spawn"))));
        Figure spare = starts.codeFromSpare();
        table.row(
                "10. the same from a spare JVM; Python: fork",
                "ms",
                spare,
                Figure.NONE,
                python.get("start.fork"),
                Target.atMost(1.0, "× Python's fork", spare.over(python.get("start.fork"))));
        Figure worker = Recovery.ofWorker(rounds);
        table.row(
                "11. SIGKILL of a lock's holder, a worker, to its waiting parent's hold; the others"
                        + " never",
                "ms",
                worker,
                Figure.NONE,
                Figure.NONE,
                Target.atMost(20, "ms", worker.median()));
        Figure stranger = Recovery.ofStranger(rounds);
        table.row(
                "11. the same, of a holder that is nobody's child in the session",
                "ms",
                stranger,
                Figure.NONE,
                Figure.NONE,
                Target.atMost(200, "ms", stranger.median()));
        promptRows();
    }

    private void promptRows() throws IOException, InterruptedException {
        progress("Java, the prompt");
        Prompt prompt = new Prompt(rounds);
        List<Figure> firstLine = prompt.firstLine();
        table.row(
                "12. `scripts/tandem` to the first line typed; C's place: `jshell`",
                "ms",
                firstLine.getFirst(),
                firstLine.getLast(),
                Figure.NONE,
                Target.atMost(0.6, "× `jshell`", firstLine.getFirst().over(firstLine.getLast())));
        List<Figure> nextLine = prompt.nextLine();
        table.row(
                "12. each of the lines that follow; C's place: `jshell`",
                "ms",
                nextLine.getFirst(),
                nextLine.getLast(),
                Figure.NONE,
                Target.atMost(0.5, "× `jshell`", nextLine.getFirst().over(nextLine.getLast())));
        Figure pythonSeed = prompt.pythonSeed();
        seed("its spare JVMs being ready", prompt.seed(SPARES), pythonSeed);
        seed("one run after another", prompt.seed(0), pythonSeed);
        try (FirstMinute first = new FirstMinute(FIRSTS)) {
            firstMinute(", which is built first", first.unbuilt());
            firstMinute(", without any cache", first.withoutCaches());
            firstMinute(", with the caches that the first run has had made", first.withCaches());
        }
    }

    private void firstMinute(String how, Figure seconds) {
        table.row(
                "24. `scripts/tandem examples/WorkABC.java` to its first line, in a new copy of"
                        + " Tandem"
                        + how,
                "s",
                seconds,
                Figure.NONE,
                Figure.NONE);
    }

    private void seed(String how, Figure seed, Figure pythonSeed) {
        table.row(
                "13. `WorkABC`, three scripts and 30 000 lines, at a prompt that is up, " + how,
                "ms",
                seed,
                Figure.NONE,
                pythonSeed,
                Target.atMost(1.0, "× Python's fork", seed.over(pythonSeed)));
    }

    /// Lets more and more workers change one cell. They grow in number, rather than wait for their
    /// turn, as even a waiting JVM costs something.
    private List<Figure> contend(String script, int... counts) {
        List<Figure> figures = new ArrayList<>();
        Array cell = Array.of("i", 1, true);
        try (Crew crew = new Crew(SCRIPTS.resolve(script), cell)) {
            for (int count : counts) {
                progress("Java, %s, %d processes".formatted(script, count));
                figures.add(crew.measure(count, WARMUPS, rounds, CONTENDED_OPERATIONS));
                if (cell.get(0) != crew.operations()) {
                    throw new IllegalStateException(
                            "%d increments instead of %d"
                                    .formatted(cell.get(0), crew.operations()));
                }
            }
        }
        return figures;
    }

    private void wholeProgramRow() {
        progress("Java, WholeProgram.java, 2 processes");
        Array nanos = Array.of("q", 1);
        double[] each = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            Worker program =
                    Tandem.spawn(
                            SCRIPTS.resolve("WholeProgram.java"),
                            nanos,
                            (int) CONTENDED_OPERATIONS);
            program.join();
            if (program.exitCode() != 0) {
                throw new IllegalStateException(program.toString());
            }
            each[i] = (double) nanos.get(0) / CONTENDED_OPERATIONS;
        }
        Figure figure = Figure.of(each);
        table.row(
                "2. the same as a whole program of two new JVMs, code cold",
                "ns",
                figure,
                c.get("lock.2"),
                python.get("lock.2"),
                Target.atMost(1.0, "× C", figure.over(c.get("lock.2"))));
    }

    /// With a timeline and without, in turn.
    private void timelineRow() {
        progress("Java, Locker.java, 2 processes, with a timeline");
        double[] without = new double[rounds];
        double[] with = new double[rounds];
        Array cell = Array.of("i", 1, true);
        try (Crew crew = new Crew(SCRIPTS.resolve("Locker.java"), cell)) {
            crew.measure(2, WARMUPS, 1, CONTENDED_OPERATIONS);
            for (int i = 0; i < rounds; i++) {
                without[i] = crew.measure(2, 0, 1, CONTENDED_OPERATIONS).median();
                Timeline timeline = Tandem.timeline();
                with[i] = crew.measure(2, 0, 1, CONTENDED_OPERATIONS).median();
                timeline.end();
            }
        }
        Figure recorded = Figure.of(with);
        Figure plain = Figure.of(without);
        table.row(
                "23. as row 2, while a timeline records; C's place: without, in turn",
                "ns",
                recorded,
                plain,
                Figure.NONE,
                Target.atMost(1.05, "× without", recorded.over(plain)));
    }

    private Figure roundTrip() {
        return pair("Pair.java", new Event(), new Event());
    }

    /// @return microseconds for each trip there and back
    private Figure pair(String script, Object... shared) {
        progress("Java, %s, 2 processes".formatted(script));
        try (Crew crew = new Crew(SCRIPTS.resolve(script), shared)) {
            Figure halfTripNanos = crew.measure(2, WARMUPS, rounds, 2 * TRIPS);
            return halfTripNanos.times(2e-3);
        }
    }

    private void elementRows(String verb, Map<String, Figure> one) {
        Figure plain = one.get(verb + "Plain");
        Figure shared = one.get(verb);
        Figure mixed = one.get(verb + "Mixed");
        table.row(
                "4. %s an element in a loop, no lock".formatted(verb),
                "ns",
                shared,
                c.get(verb),
                python.get(verb),
                Target.atMost(1.5, "× `int[]`", shared.over(plain)));
        table.row(
                "the same, when locked arrays and other typecodes were used before",
                "ns",
                mixed,
                c.get(verb),
                python.get(verb),
                Target.atMost(1.5, "× `int[]`", mixed.over(plain)));
        Figure segment = one.get(verb + "Segment");
        table.row(
                "the same by `a.segment()`",
                "ns",
                segment,
                c.get(verb),
                python.get(verb),
                Target.atMost(1.1, "× `int[]`", segment.over(plain)));
        table.row(
                "the same: `int[]`, Python's list",
                "ns",
                plain,
                Figure.NONE,
                python.get(verb + ".list"));
    }

    private void sliceRows(Figure slice, Figure clone) {
        double bytes = Integer.BYTES * (double) OneProcess.SLICED;
        Figure rate = slice.asRate(bytes);
        table.row(
                "6. `a.slice().toInts()`, 10 million ints; C: memcpy, memory allocated once",
                "GB/s",
                rate,
                c.get("copy.once"),
                python.get("slice"),
                Target.atLeast(0.5, "× memcpy", rate.over(c.get("copy.once"))));
        table.row(
                "6. the same; C: memcpy, memory allocated each time",
                "GB/s",
                rate,
                c.get("copy.each"),
                python.get("slice"),
                Target.atLeast(0.5, "× memcpy", rate.over(c.get("copy.each"))));
        table.row(
                "the same: `int[].clone()`", "GB/s", clone.asRate(bytes), Figure.NONE, Figure.NONE);
    }

    private void adderRows(List<Figure> adders) {
        for (int i = 0; i < PROCESSES.length; i++) {
            table.row(
                    "7. `a.add(0, 1)` by %d processes".formatted(PROCESSES[i]),
                    "ns",
                    adders.get(i),
                    c.get("lock." + PROCESSES[i]),
                    python.get("add." + PROCESSES[i]));
        }
        Figure growth = ratio(adders.getLast(), adders.getFirst());
        table.row(
                "7. 64 processes ÷ 2 processes",
                "×",
                growth,
                ratio(c.get("lock.64"), c.get("lock.2")),
                ratio(python.get("add.64"), python.get("add.2")),
                Target.atMost(2.0, "×", growth.median()));
    }

    private static Figure ratio(Figure over, Figure under) {
        return Figure.of(over.over(under));
    }

    private static void progress(String what) {
        System.err.printf("bench: %3d s: %s%n", (System.nanoTime() - START) / 1_000_000_000, what);
    }
}
