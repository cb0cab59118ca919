package tandem.bench;

import org.openjdk.jmh.runner.RunnerException;

import tandem.bench.Table.Target;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// Tandem beside C and Python, in one table: `scripts/tandem bench [--quick]`, from the root of the
/// project. What C and Python do in each row stands at the head of `peers.c` and `peers.py`, what
/// Java does in `OneProcess` (JMH), `Crew` and `RoundTrip`.
///
/// Every figure is a median with its spread over several rounds, after rounds that warm up. The
/// competitors run one after the other, never at once. `--quick` makes fewer rounds of the same
/// length: enough to see that everything works, too little to quote.
///
/// The result goes to the standard output, the progress to the standard error. A peer that fails
/// or hangs ends the run with an error.
public final class Bench {
    private static final Path SCRIPTS = Path.of("src/bench/scripts");
    private static final int[] PROCESSES = {2, 4, 16, 64};
    private static final long CONTENDED_OPERATIONS = 6_400_000;
    private static final int WARMUPS = 3;
    private static final int DEADLINE_MINUTES = 15;

    private final int rounds;
    private final int forks;
    private final Table table = new Table();
    private Peers c;
    private Peers python;

    private Bench(boolean quick) {
        rounds = quick ? 3 : 7;
        forks = quick ? 1 : 3;
    }

    public static void main(String[] arguments) throws Exception {
        boolean quick = arguments.length == 1 && arguments[0].equals("--quick");
        if (arguments.length > 0 && !quick) {
            System.err.println("usage: tandem bench [--quick]");
            System.exit(2);
        }
        Thread.ofPlatform().daemon().start(Bench::endOverdueRun);
        String machine = Machine.describe();
        Table table = new Bench(quick).run();
        try (PrintStream out = utf8Output()) {
            out.printf("%s%n%n%s%n", machine, table);
        }
    }

    private static PrintStream utf8Output() {
        return new PrintStream(
                new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    }

    private static void endOverdueRun() {
        try {
            Thread.sleep(Duration.ofMinutes(DEADLINE_MINUTES));
        } catch (InterruptedException e) {
            return;
        }
        System.err.printf("bench: not done after %d minutes%n", DEADLINE_MINUTES);
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        Runtime.getRuntime().halt(3);
    }

    private Table run() throws IOException, InterruptedException, RunnerException {
        progress("C");
        c = Peers.c(rounds);
        progress("Python");
        python = Peers.python(rounds);
        progress("Java, one process");
        Map<String, Figure> one = OneProcess.run(forks, rounds);
        progress("Java, two processes");
        Figure lockByTwo = lockByTwo();
        Figure roundTrip = RoundTrip.measure(SCRIPTS.resolve("Answerer.java"), WARMUPS, rounds);

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
        table.row(
                "3. event round trip, two processes",
                "µs",
                roundTrip,
                c.get("event"),
                python.get("event"),
                Target.atMost(1.2, "× C's futex", roundTrip.over(c.get("event"))));
        elementRows("read", one.get("read"), one.get("readPlain"));
        elementRows("write", one.get("write"), one.get("writePlain"));
        elementRows("increment", one.get("increment"), one.get("incrementPlain"));
        Figure add = one.get("add");
        table.row(
                "5. `a.add(0, 1)`",
                "ns",
                add,
                c.get("lock.1"),
                python.get("add.1"),
                Target.atLeast(30, "× faster than Python", python.get("add.1").over(add)));
        sliceRows(one.get("slice"), one.get("clonePlain"));
        addersRows();
        return table;
    }

    private Figure lockByTwo() {
        try (Crew crew = new Crew(SCRIPTS.resolve("Locker.java"))) {
            return crew.measure(2, WARMUPS, rounds, CONTENDED_OPERATIONS);
        }
    }

    private void elementRows(String verb, Figure shared, Figure plain) {
        table.row(
                "4. %s an element in a loop, no lock".formatted(verb),
                "ns",
                shared,
                c.get(verb),
                python.get(verb),
                Target.atMost(1.5, "× `int[]`", shared.over(plain)));
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

    private void addersRows() {
        Figure[] adders = new Figure[PROCESSES.length];
        try (Crew crew = new Crew(SCRIPTS.resolve("Adder.java"))) {
            for (int i = 0; i < PROCESSES.length; i++) {
                progress("Java, %d processes".formatted(PROCESSES[i]));
                adders[i] = crew.measure(PROCESSES[i], WARMUPS, rounds, CONTENDED_OPERATIONS);
                table.row(
                        "7. `a.add(0, 1)` by %d processes".formatted(PROCESSES[i]),
                        "ns",
                        adders[i],
                        c.get("lock." + PROCESSES[i]),
                        python.get("add." + PROCESSES[i]));
            }
        }
        Figure growth = ratio(adders[adders.length - 1], adders[0]);
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
        System.err.println("bench: " + what);
    }
}
