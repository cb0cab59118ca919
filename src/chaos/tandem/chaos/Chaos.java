package tandem.chaos;

import tandem.Tandem;
import tandem.chaos.Board.Note;
import tandem.launch.Spares;
import tandem.session.Session;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Injects faults: workers hammer shared objects while a killer ends and stops them at random, and
/// whatever must not happen is counted: `scripts/tandem chaos --seconds 60 [--workers N] [--seed S]
/// [--server]`.
///
/// Overview. One thread tends everything, some hundred times a second: it strikes workers
/// ([Crew]), replaces those who have ended, looks for hangs ([Watchdog]) and now and then rings the
/// bell for which workers wait ([Hammer]). Others kill whole parents ([Families]), one of two who talk
/// through a pipe ([Talks]), and workers of a pool ([Chores]). With `--server`, what is hammered lives on a server
/// ([Workshop]), which is killed as well, and the others, who share on one machine, stay at home. What the workers see is noted on the [Board]. The seed decides what is done to whom and how far apart; what the processes
/// are doing at these moments, no seed can.
public final class Chaos {
    /// How long any step may take.
    static final Duration LIMIT = Duration.ofSeconds(5);

    private static final int SHORTEST_PAUSE_MILLIS = 20;
    private static final int LONGEST_PAUSE_MILLIS = 500;
    private static final Duration LOOK = Duration.ofMillis(5);
    private static final int SPARES = 2;

    /// Long enough that one who misses some rings has waited too long.
    private static final Duration RING_PAUSE = Duration.ofMillis(200);

    /// What processes leave for each other once, until the end.
    private static final Pattern CLASSES = Pattern.compile("code-[0-9a-f]{64}");

    private final Options options;

    /// Null where nothing lives on a server.
    private final Workshop workshop;

    private final Set<Path> before = files();
    private final Board board;
    private final Crew crew;
    private final Watchdog watchdog;

    /// Null where what is hammered lives on a server.
    private final Home home;

    private final boolean onTerminal = System.console() != null && System.console().isTerminal();
    private long start;
    private long nextRing = System.nanoTime();
    private long hangs;

    private Chaos(Options options) {
        this.options = options;
        this.workshop = options.onServer ? new Workshop(options.seed) : null;
        this.board = Board.of(options.workers, workshop == null ? null : workshop.code());
        this.crew = new Crew(board);
        this.watchdog = new Watchdog(board, crew);
        this.home = options.onServer ? null : Home.of(options.seed);
    }

    /// Those who share on one machine only.
    private record Home(Families families, Talks talks, Chores chores) {
        static Home of(long seed) {
            return new Home(new Families(), new Talks(seed), new Chores(seed));
        }

        List<Rounds> rounds() {
            return List.of(families, talks, chores);
        }

        long breaks() {
            return talks.breaks() + chores.breaks();
        }
    }

    private record Options(int seconds, int workers, long seed, boolean onServer) {
        static Options of(String[] arguments) {
            int seconds = 60;
            int workers = 6;
            long seed = System.nanoTime();
            boolean onServer = false;
            Iterator<String> words = List.of(arguments).iterator();
            while (words.hasNext()) {
                String option = words.next();
                if (option.equals("--server")) {
                    onServer = true;
                    continue;
                }
                String value = words.hasNext() ? words.next() : "";
                switch (option) {
                    case "--seconds" -> seconds = Integer.parseInt(value);
                    case "--workers" -> workers = Integer.parseInt(value);
                    case "--seed" -> seed = Long.parseLong(value);
                    default -> throw new IllegalArgumentException(option);
                }
            }
            if (seconds < 1 || workers < 2 || workers > 100) {
                throw new IllegalArgumentException("1 second or more, 2 to 100 workers");
            }
            return new Options(seconds, workers, seed, onServer);
        }
    }

    public static void main(String[] arguments) throws InterruptedException {
        Options options;
        try {
            options = Options.of(arguments);
        } catch (IllegalArgumentException e) {
            System.err.printf(
                    "tandem chaos: %s%nusage: tandem chaos [--seconds N] [--workers N] [--seed"
                            + " N] [--server]%n",
                    e.getMessage());
            System.exit(2);
            return;
        }
        System.setErr(ExpectedWords.hiddenFrom(System.err));
        awaitSpares();
        Chaos chaos = new Chaos(options);
        chaos.run();
        System.exit(chaos.conclude() ? 0 : 1);
    }

    /// What spares need is in the session from then on.
    private static void awaitSpares() throws InterruptedException {
        Tandem.prestart(SPARES);
        Stopwatch stopwatch = new Stopwatch();
        while (Spares.ready() < SPARES) {
            if (stopwatch.nanos() > Watchdog.LIMIT_OF_STARTS.toNanos()) {
                throw new IllegalStateException(
                        "%d of %d spares are ready".formatted(Spares.ready(), SPARES));
            }
            Thread.sleep(LOOK);
            stopwatch.look();
        }
    }

    private void run() throws InterruptedException {
        Random random = new Random(options.seed);
        start = System.nanoTime();
        long end = start + Duration.ofSeconds(options.seconds).toNanos();
        long nextStrike = start;
        rounds().forEach(Rounds::start);
        while (System.nanoTime() < end && hangs == 0) {
            if (System.nanoTime() - nextStrike > 0) {
                crew.strike(random);
                nextStrike +=
                        1_000_000L * random.nextInt(SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS);
            }
            if (workshop != null) {
                workshop.strike();
            }
            crew.tend();
            look();
        }
        crew.resumeAll();
        board.end();
        while (hangs == 0 && !crew.haveAllEnded()) {
            look();
        }
        if (hangs > 0) {
            crew.killAll();
        }
        for (Rounds one : rounds()) {
            one.end();
        }
    }

    private List<Rounds> rounds() {
        return home == null ? List.of() : home.rounds();
    }

    private void look() throws InterruptedException {
        if (System.nanoTime() - nextRing > 0) {
            board.noteRing();
            board.bell().set();
            board.bell().clear();
            nextRing = System.nanoTime() + RING_PAUSE.toNanos();
        }
        hangs += watchdog.look();
        showProgress();
        Thread.sleep(LOOK);
    }

    private void showProgress() {
        if (onTerminal) {
            System.out.printf(
                    "\r"
                            + "%d of %d s: %d killed, %d stopped, %d recoveries, %,d operations, %d"
                            + " hangs, %d breaks ",
                    (System.nanoTime() - start) / 1_000_000_000,
                    options.seconds,
                    crew.kills() + crew.terminations(),
                    board.stops(),
                    board.sum(Note.RECOVERIES),
                    board.sum(Note.OPERATIONS),
                    hangs,
                    board.sum(Note.BREAKS));
            System.out.flush();
        }
    }

    /// Counts what there is to count, and prints it.
    ///
    /// @return whether nothing happened that must not
    private boolean conclude() throws InterruptedException {
        long breaks =
                board.sum(Note.BREAKS)
                        + (home == null ? 0 : home.breaks())
                        + checkLocks()
                        + checkPermits()
                        + checkBelt()
                        + checkTally()
                        + checkTill();
        long failures = crew.failures() + rounds().stream().mapToLong(Rounds::failures).sum();
        Tandem.prestart(0);
        if (onTerminal) {
            System.out.println();
        }
        line("seconds", "%d", options.seconds);
        line("workers", "%d", options.workers);
        line("seed", "%d", options.seed);
        line("SIGKILL, SIGTERM", "%d, %d", crew.kills(), crew.terminations());
        line("SIGSTOP", "%d", board.stops());
        if (home != null) {
            line("parents killed", "%d", home.families.kills());
            line("one of two at a pipe killed", "%d", home.talks.kills());
            line("workers of a pool killed", "%d", home.chores.kills());
        } else {
            line("servers killed", "%d", workshop.kills());
        }
        line("operations", "%,d", board.sum(Note.OPERATIONS));
        line("recoveries", "%d", board.sum(Note.RECOVERIES));
        line("hangs", "%d", hangs);
        line("invariant breaks", "%d", breaks);
        line("other failures", "%d", failures);
        line("recovery of a killed holder's lock", "%s", summary(board.recoveries()));
        line("hand-over of a released lock", "%s", summary(board.handovers()));
        line("from a set() to one who waited", "%s", summary(board.wakeups()));
        if (home != null) {
            line(
                    "end of a killed parent's workers",
                    "largest %d ms",
                    home.families.longestNanos() / 1_000_000);
            line(
                    "end of a pipe with a killed one",
                    "largest %d ms",
                    home.talks.longestNanos() / 1_000_000);
        }
        board.close();
        if (workshop != null) {
            Tandem.leave();
            workshop.close();
        }
        long processes = leakedProcesses();
        long files = leakedFiles();
        line("leaked files", "%d", files);
        line("leaked processes", "%d", processes);
        return hangs + breaks + failures + files + processes == 0;
    }

    private static void line(String what, String format, Object... values) {
        System.out.printf("%-40s%s%n", what, format.formatted(values));
    }

    private static String summary(Samples samples) {
        long[] sorted = samples.sorted();
        return sorted.length == 0
                ? "none seen"
                : "median %.3f ms, 90 %% %.3f ms, largest %.3f ms, of %,d"
                        .formatted(
                                sorted[sorted.length / 2] / 1e6,
                                sorted[sorted.length * 9 / 10] / 1e6,
                                sorted[sorted.length - 1] / 1e6,
                                sorted.length);
    }

    /// Nobody is left to hold a lock, so each can be had.
    private long checkLocks() {
        long breaks = 0;
        for (var lock :
                List.of(
                        board.ledger().lock(),
                        board.uniform().lock(),
                        board.accounts(),
                        board.tally().lock(),
                        board.market())) {
            if (lock.acquire(LIMIT)) {
                lock.release();
            } else {
                System.err.println("BROKEN all workers have ended, and " + lock);
                breaks++;
            }
        }
        return breaks;
    }

    /// What the killed have held has come back, and nobody waits.
    private long checkPermits() {
        int had = 0;
        while (board.permits().tryAcquire()) {
            had++;
        }
        board.market().acquire();
        board.traded().signal(0);
        board.market().release();
        board.meeting().reset();
        long waiting = board.traded().stats().waiting() + board.meeting().waiting();
        if (had == Board.PERMITS && waiting == 0) {
            return 0;
        }
        System.err.printf(
                "BROKEN all workers have ended, %d of %d permits are free, and %d wait%n",
                had, Board.PERMITS, waiting);
        return 1;
    }

    /// No file is left of items that were taken, or never put.
    private long checkBelt() {
        while (board.belt().poll() != null) {}
        if (workshop != null) {
            return 0;
        }
        List<String> left = Session.current().left().names(board.belt().path().getFileName() + "-");
        if (left.isEmpty()) {
            return 0;
        }
        System.err.println("BROKEN the belt is empty, and there are " + left);
        return 1;
    }

    private long checkTally() {
        long tally = board.tally().get(0);
        long done = board.sum(Note.TALLY_DONE);
        // The last of each may have died between the two notes, too.
        long begun = board.sum(Note.TALLY_BEGUN) + board.sum(Note.TALLY_UNSURE);
        if (tally < done || tally > begun) {
            System.err.printf(
                    "BROKEN the tally is %d, after %d to %d additions%n", tally, done, begun);
            return 1;
        }
        return 0;
    }

    /// Each amount is between the calls that came back and those that may have been made.
    private long checkTill() {
        long breaks = board.till().breaks();
        for (int worker = 0; worker < options.workers; worker++) {
            long amount = board.till().amount(worker);
            long done = board.note(worker, Note.TILL_DONE);
            long begun = board.note(worker, Note.TILL_BEGUN) + board.note(worker, Note.TILL_UNSURE);
            if (amount < done || amount > begun) {
                System.err.printf(
                        "BROKEN the till has %d of worker %d, after %d to %d calls%n",
                        amount, worker, done, begun);
                breaks++;
            }
        }
        return breaks;
    }

    private long leakedProcesses() throws InterruptedException {
        List<ProcessHandle> all = new ArrayList<>(crew.everyProcess());
        if (home != null) {
            all.addAll(home.families.everyProcess());
        }
        List<ProcessHandle> left =
                lasting(
                        () ->
                                Stream.concat(all.stream(), spares())
                                        .filter(Families::runs)
                                        .toList());
        left.forEach(process -> System.err.println("LEFT process " + process.pid()));
        left.forEach(ProcessHandle::destroyForcibly);
        return left.size();
    }

    /// What is there still when it has had the time to go.
    private static <T extends Collection<?>> T lasting(Supplier<T> look)
            throws InterruptedException {
        Stopwatch stopwatch = new Stopwatch();
        T left = look.get();
        while (!left.isEmpty() && stopwatch.nanos() < LIMIT.toNanos()) {
            Thread.sleep(LOOK);
            stopwatch.look();
            left = look.get();
        }
        return left;
    }

    /// This process's children that run Java. The one that makes startup caches is not Java.
    private static Stream<ProcessHandle> spares() {
        ProcessHandle self = ProcessHandle.current();
        return self.children()
                .filter(child -> child.info().command().equals(self.info().command()));
    }

    private long leakedFiles() throws InterruptedException {
        Set<Path> left = lasting(this::leftFiles);
        left.forEach(file -> System.err.println("LEFT " + file));
        return left.size();
    }

    /// Files of the session that were not there at the start, and what is left of other sessions:
    /// the families', and any that is new and deserted.
    private Set<Path> leftFiles() {
        Set<Path> left = files();
        left.removeAll(before);
        if (workshop == null) {
            left.remove(board.belt().path()); // It goes when nobody can reach it any more.
        }
        left.remove(Session.current().socket(Session.current().holder()));
        left.removeIf(file -> CLASSES.matcher(file.getFileName().toString()).matches());
        if (home != null) {
            home.families.everySession().stream().filter(Files::exists).forEach(left::add);
        }
        return left;
    }

    private static Set<Path> files() {
        Stream<Path> deserted =
                Session.find().stream()
                        .filter(Session.Found::isDeserted)
                        .map(Session.Found::directory);
        try (Stream<Path> own = Files.list(Session.current().directory())) {
            return Stream.concat(own, deserted).collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
