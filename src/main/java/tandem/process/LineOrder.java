package tandem.process;

import tandem.session.Roster;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Brings the lines of all workers of this process into an order in which they can have come about.
final class LineOrder {
    /*
     * Overview. A line carries the moment at which it was complete, by the clock that all processes of
     * a machine have in common, and is then written and counted in the roster before its worker does
     * anything else. The lines of several workers come through several pipes, whose readers run when
     * they run. So, again and again:
     *
     *   1. take the time, `now`, and from the roster how many lines each worker has written;
     *   2. wait until so many have come from each;
     *   3. show what has come and was complete before `now`, by its moments.
     *
     * When one line happened before another, because the worker that printed the first then set an
     * event, released a lock or ended, and the other waited for that, then the first had been written
     * and counted before the second was complete. If the second is shown in some round, it was complete
     * before that round's `now`; so the first was counted by then, has come, and has the smaller
     * moment: it is shown before, or was in an earlier round. What is in a pipe comes whatever becomes
     * of its worker, which may have ended by then: it is counted all the same, and of one whose slot
     * another process has got, all is waited for.
     *
     * A line without a moment, which a program that the worker has started has printed, keeps its place
     * behind the one before.
     *
     * What this process prints itself comes after such a round (see OrderedOutput).
     */
    private static final int MOST_HELD = 1 << 20;
    private static final int BLOCK = 1 << 16;

    /// After a few lines, more are left to gather, so that the rounds of workers that print line after
    /// line are few.
    private static final int FEW = 1 << 8;

    private static final long GATHERING_MILLIS = 2;

    /// What was counted comes, but where there was no memory for it.
    private static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final List<Source> SOURCES = new ArrayList<>();
    private static boolean isRunning;

    /// Whether lines are waited for: then all that comes has to be taken in.
    private static boolean isCollecting;

    /// How many rounds have been asked for by threads that wait for them, and of how many the lines are
    /// shown.
    private static long asked;

    private static long answered;

    private LineOrder() {}

    private record Line(long moment, byte[] bytes) {}

    /// @param answers up to which wish for a round
    private record Round(List<Line> lines, long answers) {}

    /// The output of a worker.
    static final class Source implements LinePump.Target {
        private final Roster roster;
        private final int holder;
        private final Deque<Line> lines = new ArrayDeque<>();

        /// How many lines have come that the worker has counted.
        private long counted;

        private int held;
        private long last = System.nanoTime();
        private boolean isShowing;

        private Source(Roster roster, int holder) {
            this.roster = roster;
            this.holder = holder;
        }

        /// Takes lines, in the order in which the worker has printed them.
        @Override
        public void add(byte[] block, int length) {
            synchronized (SOURCES) {
                while (held > MOST_HELD && !isCollecting) {
                    pause(0);
                }
                for (int start = 0; start < length; ) {
                    int end = start;
                    while (end < length && block[end] != '\n') {
                        end++;
                    }
                    add(block, start, end, end < length);
                    start = end + 1;
                }
                SOURCES.notifyAll();
            }
        }

        private void add(byte[] block, int start, int end, boolean isWhole) {
            boolean isStamped = StampedOutput.isStamped(block, start, end);
            int length = end - start - (isStamped ? StampedOutput.STAMP_BYTES : 0);
            byte[] bytes = new byte[length + (isWhole ? 1 : 0)];
            System.arraycopy(block, start, bytes, 0, length);
            if (isWhole) {
                bytes[length] = '\n';
            }
            counted += isStamped ? 1 : 0;
            held += bytes.length;
            if (isStamped) {
                long later = StampedOutput.moment(block, end) - last;
                last += Math.clamp(later, 0, System.nanoTime() - last);
            }
            lines.add(new Line(last, bytes));
        }

        /// Waits until all lines are shown. There are no more.
        @Override
        public void close() {
            synchronized (SOURCES) {
                counted = Long.MAX_VALUE;
                SOURCES.notifyAll();
                while (!lines.isEmpty() || isShowing) {
                    pause(0);
                }
                SOURCES.remove(this);
            }
        }

        @Override
        public void gather(long millis) {
            LineOrder.gather(millis);
        }

        @Override
        public boolean isExpecting() {
            synchronized (SOURCES) {
                return counted < expected();
            }
        }

        private boolean isAllShown() {
            return lines.isEmpty() && !isShowing && counted >= expected();
        }

        private long expected() {
            return roster.lines(holder);
        }
    }

    static Source source(Roster roster, int holder) {
        synchronized (SOURCES) {
            if (!isRunning) {
                isRunning = true;
                Thread thread = new Thread(LineOrder::run, "tandem-lines");
                thread.setDaemon(true);
                thread.start();
            }
            Source source = new Source(roster, holder);
            SOURCES.add(source);
            return source;
        }
    }

    private static void run() {
        while (true) {
            Round round = collect();
            try {
                show(round.lines);
            } catch (Throwable e) {
                // This process's own output is broken, or there is no memory: these are lost.
            }
            synchronized (SOURCES) {
                SOURCES.forEach(source -> source.isShowing = false);
                answered = round.answers;
                SOURCES.notifyAll();
            }
            if (round.lines.size() < FEW) {
                gather(GATHERING_MILLIS);
            }
        }
    }

    /// Waits for so long, unless somebody waits for lines.
    private static void gather(long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        synchronized (SOURCES) {
            for (long left = end - System.nanoTime();
                    left > 0 && asked == answered;
                    left = end - System.nanoTime()) {
                pause(1 + TimeUnit.NANOSECONDS.toMillis(left));
            }
        }
    }

    /// Waits until all lines are shown that the workers have counted by now. Lines that do not come are
    /// not waited for longer than ten seconds.
    static void catchUp() {
        boolean isInterrupted = false;
        synchronized (SOURCES) {
            if (SOURCES.stream().allMatch(Source::isAllShown)) {
                return;
            }
            long round = ++asked;
            SOURCES.notifyAll();
            long end = System.nanoTime() + LONGEST_WAIT_NANOS;
            for (long left = LONGEST_WAIT_NANOS;
                    left > 0 && answered < round;
                    left = end - System.nanoTime()) {
                try {
                    SOURCES.wait(1 + TimeUnit.NANOSECONDS.toMillis(left));
                } catch (InterruptedException e) {
                    isInterrupted = true;
                }
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Round collect() {
        synchronized (SOURCES) {
            while (asked == answered
                    && SOURCES.stream().allMatch(source -> source.lines.isEmpty())) {
                pause(0);
            }
            long answers = asked;
            long now = System.nanoTime();
            List<Source> sources = List.copyOf(SOURCES);
            long[] expected = sources.stream().mapToLong(Source::expected).toArray();
            isCollecting = true;
            SOURCES.notifyAll();
            for (int i = 0; i < expected.length; i++) {
                Source source = sources.get(i);
                for (long left = LONGEST_WAIT_NANOS;
                        source.counted < expected[i] && left > 0;
                        left = now + LONGEST_WAIT_NANOS - System.nanoTime()) {
                    pause(1 + TimeUnit.NANOSECONDS.toMillis(left));
                }
                // Nobody knows what has become of others.
                source.counted = Math.max(source.counted, expected[i]);
            }
            isCollecting = false;
            List<Line> lines = new ArrayList<>();
            for (Source source : sources) {
                take(source, now, lines);
            }
            lines.sort(Comparator.comparingLong(line -> line.moment - now));
            SOURCES.notifyAll();
            return new Round(lines, answers);
        }
    }

    private static void take(Source source, long now, List<Line> to) {
        while (!source.lines.isEmpty() && source.lines.peek().moment - now <= 0) {
            Line line = source.lines.poll();
            source.held -= line.bytes.length;
            source.isShowing = true;
            to.add(line);
        }
    }

    private static void show(List<Line> lines) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (Line line : lines) {
            block.writeBytes(line.bytes);
            if (block.size() >= BLOCK) {
                write(block);
            }
        }
        write(block);
    }

    private static void write(ByteArrayOutputStream block) {
        if (block.size() > 0) {
            Screen.write(OrderedOutput.beneath(), block.toByteArray(), block.size());
            block.reset();
        }
    }

    /// Waits for a change.
    private static void pause(long millis) {
        try {
            SOURCES.wait(millis);
        } catch (InterruptedException e) {
            // As above.
        }
    }
}
