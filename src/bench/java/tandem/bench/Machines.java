package tandem.bench;

import static tandem.Tandem.accept;
import static tandem.Tandem.join;
import static tandem.Tandem.leave;
import static tandem.Tandem.on;

import tandem.Array;
import tandem.Call;
import tandem.Event;
import tandem.Held;
import tandem.Lock;
import tandem.Tandem;
import tandem.bench.Table.Target;
import tandem.net.Bare;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// What several machines share, on a server of this machine, by its loopback: so nothing of a network is in
/// it. All is encrypted, but for the echo.
final class Machines {
    private static final int WARMUPS = 8;
    private static final int TRIPS = 1_000;
    private static final int INTS = 1_000_000;
    private static final int CONTENDED = 2_000;
    private static final int DURABLE_TRIPS = 100;
    private static final int MEMBERS = 30;
    private static final int DEATHS = 5;
    private static final int STARTS = 10;
    private static final int OBJECTS = 5_000;
    private static final int ADDITIONS = 6_000;
    private static final String NODE = "node";
    private static final Path SCRIPTS = Path.of("src/bench/scripts");

    private final Table table;
    private final Peers python;
    private final int rounds;

    private Machines(Table table, Peers python, int rounds) {
        this.table = table;
        this.python = python;
        this.rounds = rounds;
    }

    /// Adds the rows; says so where there is no server.
    static void rows(Table table, Peers python, int rounds) throws IOException {
        if (Stream.of("valkey-server", "redis-server").noneMatch(Machines::isOnPath)) {
            String none =
                    "25. several machines: neither valkey-server nor redis-server is installed";
            table.row(none, "", Figure.NONE, Figure.NONE, Figure.NONE);
            return;
        }
        new Machines(table, python, rounds).run();
    }

    private static boolean isOnPath(String name) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
    }

    /// A program of this bench, or of Tandem.
    static ProcessBuilder java(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx48m",
                        "-cp",
                        System.getProperty("java.class.path")));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    }

    /// A server, for as long as it is open.
    private record Workshop(Process process, String code) implements AutoCloseable {
        static Workshop open(String... options) throws IOException {
            Process process =
                    java(Stream.concat(Stream.of("tandem.net.Workshop"), Stream.of(options))
                                    .toArray(String[]::new))
                            .start();
            String line = process.inputReader().readLine();
            return new Workshop(process, line.substring(line.lastIndexOf(' ') + 1));
        }

        /// What the server takes of the machine's memory, in kB.
        long memory() throws IOException {
            for (ProcessHandle one : process.descendants().toList()) {
                Path own = Path.of("/proc", Long.toString(one.pid()));
                if (Files.readString(own.resolve("comm")).strip().endsWith("-server")) {
                    return Files.readAllLines(own.resolve("status")).stream()
                            .filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum();
                }
            }
            throw new IllegalStateException("the server has ended");
        }

        @Override
        public void close() {
            leave();
            process.destroy();
        }
    }

    private void run() throws IOException {
        try (Workshop workshop = Workshop.open()) {
            join(workshop.code());
            memoryRows(workshop);
            Array board = Array.named("bench-board", "q", 4);
            elementRows(workshop.code(), board);
            bulkRows(workshop.code());
            waitRows();
            deathRow();
            startRows(workshop.code());
            memberRow(workshop.code());
            throughputRows();
        }
        try (Workshop workshop = Workshop.open("--durable")) {
            join(workshop.code());
            Array board = Array.named("bench-board", "q", 4);
            String note = " with `workshop --durable`";
            row("25. set" + note, each(DURABLE_TRIPS, () -> board.set(0, 1)));
            row("25. acquire and release" + note, each(DURABLE_TRIPS, () -> lock(board)));
        }
    }

    private void row(String what, Figure micros) {
        table.row(what, "µs", micros, Figure.NONE, Figure.NONE);
    }

    /// In turn, as what a trip takes on a machine depends on where its processors sleep.
    private void elementRows(String code, Array board) throws IOException {
        Figure[] micros;
        try (Bare bare = new Bare(code);
                Echo one = new Echo()) {
            micros =
                    inTurn(
                            one::ask,
                            bare::ping,
                            () -> board.get(0),
                            () -> board.set(0, 1),
                            () -> board.add(0, 1),
                            () -> lock(board));
        }
        Figure ping = micros[1];
        element("get", ping, micros[2]);
        element("set", ping, micros[3]);
        element("add", ping, micros[4]);
        table.row(
                "25. the scale: PING of the server, encrypted; C's place: an echo by TCP, not"
                        + " encrypted",
                "µs",
                ping,
                micros[0],
                Figure.NONE);
        table.row(
                "25. acquire and release, alone; C's place: PING",
                "µs",
                micros[5],
                ping,
                python.get("net.lock"));
    }

    private void element(String verb, Figure ping, Figure figure) {
        table.row(
                "25. %s of an element on a server; C's place: PING of it".formatted(verb),
                "µs",
                figure,
                ping,
                python.get("net." + verb),
                Target.atMost(1.2, "× PING", figure.over(ping)));
    }

    private static void lock(Array board) {
        board.acquire();
        board.release();
    }

    private Figure each(int trips, Runnable trip) {
        return each(trips, new Runnable[] {trip})[0];
    }

    private Figure[] inTurn(Runnable... trips) {
        return each(TRIPS, trips);
    }

    /// @return microseconds for each, after rounds that warm up
    private Figure[] each(int times, Runnable[] trips) {
        double[][] all = new double[trips.length][rounds];
        for (int round = -WARMUPS; round < rounds; round++) {
            for (int trip = 0; trip < trips.length; trip++) {
                long begun = System.nanoTime();
                for (int i = 0; i < times; i++) {
                    trips[trip].run();
                }
                if (round >= 0) {
                    all[trip][round] = (System.nanoTime() - begun) / 1e3 / times;
                }
            }
        }
        return Stream.of(all).map(Figure::of).toArray(Figure[]::new);
    }

    private void bulkRows(String code) throws IOException {
        Array ints = Array.named("bench-ints", "i", INTS);
        byte[] bytes = new byte[Integer.BYTES * INTS];
        int[] values = new int[INTS];
        Figure[] micros;
        try (Echo one = new Echo();
                Bare bare = new Bare(code)) {
            bare.put(bytes);
            micros =
                    each(
                            3,
                            new Runnable[] {
                                () -> one.fetch(bytes),
                                bare::fetch,
                                () -> bare.put(bytes),
                                () -> ints.slice().toInts(),
                                () -> ints.setSlice(0, INTS, values)
                            });
        }
        Figure[] rates =
                Stream.of(micros)
                        .map(figure -> figure.times(1e3).asRate(bytes.length))
                        .toArray(Figure[]::new);
        table.row(
                "25. 1 million ints read; C's place: by TCP, not encrypted",
                "GB/s",
                rates[3],
                rates[0],
                python.get("net.bulk"));
        table.row(
                "25. the same; C's place: so many bytes by GET of the same server",
                "GB/s",
                rates[3],
                rates[1],
                Figure.NONE,
                Target.atLeast(0.6, "× GET", rates[3].over(rates[1])));
        table.row(
                "25. 1 million ints written; C's place: so many bytes by SET of the same server",
                "GB/s",
                rates[4],
                rates[2],
                Figure.NONE);
        ints.close();
    }

    private void waitRows() {
        Lock door = Lock.named("bench-door");
        try (Crew crew = new Crew(SCRIPTS.resolve("ServedLocker.java"), door)) {
            table.row(
                    "25. acquire and release, two processes contending",
                    "µs",
                    crew.measure(2, 2, rounds, CONTENDED).times(1e-3),
                    Figure.NONE,
                    python.get("net.lock.2"));
        }
        Event there = Event.named("bench-there");
        Event back = Event.named("bench-back");
        try (Crew crew = new Crew(SCRIPTS.resolve("Pair.java"), there, back)) {
            table.row(
                    "25. event round trip, two processes",
                    "µs",
                    crew.measure(2, 2, rounds, CONTENDED).times(2e-3),
                    Figure.NONE,
                    python.get("net.event"));
        }
    }

    private void deathRow() {
        int[] round = {0};
        Supplier<Array> fresh = () -> Array.named("bench-fatal-" + round[0]++, "i", 1);
        table.row(
                "25. SIGKILL of a worker with the lock, until the next one has it",
                "ms",
                Recovery.ofWorker(DEATHS, fresh, () -> Event.named("bench-held-" + round[0])),
                Figure.NONE,
                Figure.NONE);
    }

    private void startRows(String code) throws IOException {
        ProcessBuilder builder = java(Node.class.getName(), code);
        builder.environment().put("TANDEM_MACHINE", NODE);
        Process node = builder.start();
        try {
            node.inputReader().readLine();
            Figure there = start(() -> on(NODE).call(() -> System.nanoTime()));
            Figure here = start(() -> Tandem.call(() -> System.nanoTime()));
            table.row(
                    "25. `on(…).call`, until its first instruction; C's place: `call` at home",
                    "ms",
                    there,
                    here,
                    Figure.NONE);
        } finally {
            node.destroy();
        }
    }

    private Figure start(Supplier<Call<Long>> call) {
        double[] all = new double[STARTS];
        for (int i = -1; i < STARTS; i++) {
            long begun = System.nanoTime();
            long first = call.get().result();
            if (i >= 0) {
                all[i] = (first - begun) / 1e6;
            }
            Tandem.sleep(0.5); // A spare is ready again, where there are any.
        }
        return Figure.of(all);
    }

    private void memberRow(String code) throws IOException {
        List<Process> members = new ArrayList<>();
        try {
            for (int i = 0; i < MEMBERS; i++) {
                members.add(java(Contender.class.getName(), code).start());
            }
            List<BufferedReader> lines = new ArrayList<>();
            for (Process member : members) {
                BufferedReader reader = member.inputReader();
                reader.readLine();
                lines.add(reader);
            }
            Event.named("bench-go").set();
            double[] longest = new double[MEMBERS];
            for (int i = 0; i < MEMBERS; i++) {
                longest[i] = Double.parseDouble(lines.get(i).readLine());
            }
            table.row(
                    "25. the longest wait of each of thirty who take a lock as often as they can,"
                            + " in the second four seconds",
                    "ms",
                    Figure.of(longest),
                    Figure.NONE,
                    Figure.NONE);
        } finally {
            members.forEach(Process::destroyForcibly);
        }
    }

    /// How much one server does for many, who are threads of one process here: thirty processes would wait for
    /// the processors of this machine and not for the server.
    private void throughputRows() {
        Array sums = Array.named("bench-sums", "q", MEMBERS, false);
        for (int threads : new int[] {1, 4, MEMBERS}) {
            double[] rates = new double[rounds];
            for (int round = -1; round < rounds; round++) {
                long begun = System.nanoTime();
                List<Thread> all = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    int own = i;
                    all.add(Thread.ofPlatform().start(() -> add(sums, own, ADDITIONS / threads)));
                }
                all.forEach(Machines::awaitEnd);
                if (round >= 0) {
                    rates[round] = ADDITIONS / ((System.nanoTime() - begun) / 1e6);
                }
            }
            table.row(
                    "25. additions on one server by %d %s, in thousands a second"
                            .formatted(threads, threads == 1 ? "thread" : "threads"),
                    "",
                    Figure.of(rates),
                    Figure.NONE,
                    Figure.NONE);
        }
        sums.close();
    }

    private static void add(Array sums, int own, int times) {
        for (int i = 0; i < times; i++) {
            sums.add(own, 1);
        }
    }

    private static void awaitEnd(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void memoryRows(Workshop workshop) throws IOException {
        long before = workshop.memory();
        List<Lock> locks = new ArrayList<>();
        for (int i = 0; i < OBJECTS; i++) {
            locks.add(Lock.named("bench-lock-" + i));
        }
        memory("a lock", before, workshop);
        before = workshop.memory();
        List<Array> arrays = new ArrayList<>();
        for (int i = 0; i < OBJECTS; i++) {
            arrays.add(Array.named("bench-array-" + i, "i", 100));
        }
        memory("an array of 100 ints", before, workshop);
        arrays.forEach(Array::close);
        locks.forEach(Lock::close);
    }

    private void memory(String what, long before, Workshop workshop) throws IOException {
        table.row(
                "25. memory of the server for %s, of %,d".formatted(what, OBJECTS),
                "kB",
                Figure.of((workshop.memory() - before) / (double) OBJECTS),
                Figure.NONE,
                Figure.NONE);
    }

    /// Another machine, which runs what it is sent.
    static final class Node {
        private Node() {}

        static void main(String... arguments) throws InterruptedException {
            join(arguments[0]);
            accept();
            System.out.println("accepts");
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    /// Takes a lock as often as it can, for a while, and says how long it has waited at most when its code was
    /// compiled.
    static final class Contender {
        private static final long WARMUP_NANOS = 4_000_000_000L;
        private static final long NANOS = 8_000_000_000L;

        private Contender() {}

        static void main(String... arguments) {
            join(arguments[0]);
            Lock door = Lock.named("bench-crowd");
            Event go = Event.named("bench-go");
            System.out.println("ready");
            go.await();
            long longest = 0;
            long begun = System.nanoTime();
            while (System.nanoTime() - begun < NANOS) {
                long before = System.nanoTime();
                try (Held _ = door.hold()) {
                    long now = System.nanoTime();
                    if (before - begun > WARMUP_NANOS) {
                        longest = Math.max(longest, now - before);
                    }
                }
            }
            System.out.println(longest / 1e6);
        }
    }
}
