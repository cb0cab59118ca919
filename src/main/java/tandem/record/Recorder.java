package tandem.record;

import jdk.jfr.FlightRecorder;

import tandem.memory.Layout;
import tandem.memory.Notice;
import tandem.memory.SharedFile;
import tandem.session.Roster;
import tandem.session.Session;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/// What this process records for a timeline: who waits and who holds, and for how long.
///
/// Whoever makes a timeline says so by [#PROPERTY], for all of a program, or in the roster of the session.
/// Each process then writes a file of its own (see [RecordFile]), whose name is that of the timeline and the
/// process's id. It looks at the roster when its work begins, when it makes or attaches an object, and when it is
/// about to wait, or has been recording and a millisecond has passed.
public final class Recorder {
    /// What the names of the files begin with, as a path.
    public static final String PROPERTY = "tandem.timeline";

    static final long TICK_NANOS = 1_000_000;
    static final long COOL_NANOS = 20 * TICK_NANOS;

    private static final Path WHOLE =
            System.getProperty(PROPERTY) == null ? null : Path.of(System.getProperty(PROPERTY));

    /// Changes once in a millisecond while anybody counts holds; 0 when nothing is recorded. (Who reads it
    /// has just made an atomic access, or is about to, and may see it late: so it need not be volatile.)
    static long tick;

    /// The tick before that.
    static long tickBefore;

    /// What only Flight Recorder is told of.
    private static final Recorder FLIGHT = new Recorder();

    private static final int MANY_THREADS = 100;
    private static final int MANY_OBJECTS = 1_000;

    /// Null when nothing is recorded.
    private static volatile Recorder current;

    /// The timeline that this process is in, or was last, as the roster names it; 0 for none.
    private static volatile long followed;

    /// Whether this process has begun what it is for.
    private static volatile boolean isReady = System.getProperty(Session.WORKER_PROPERTY) == null;

    private static final Set<Holding> HOT = ConcurrentHashMap.newKeySet();
    private static volatile long lastHeat;
    private static volatile Thread ticker;
    private static volatile boolean isCool;
    private static boolean endIsPrepared;

    private static final ThreadLocal<Track> OWN = new ThreadLocal<>();

    /// Null when only Flight Recorder runs.
    private final RecordFile file;

    private final long began;
    private final Set<Track> tracks = ConcurrentHashMap.newKeySet();
    private final Map<Who, String> names = new ConcurrentHashMap<>();

    /// A process as a session knows it.
    private record Who(Session session, int holder) {
        String words() {
            return session.roster().describe(holder);
        }
    }

    /// What one thread does.
    private static final class Track {
        final Recorder recorder;
        final Thread thread = Thread.currentThread();
        final Map<String, Spans> waits = new HashMap<>();
        final Map<String, Holding> holdings = new ConcurrentHashMap<>();

        Track(Recorder recorder) {
            this.recorder = recorder;
        }

        Spans waits(String object) {
            if (waits.size() > MANY_OBJECTS) {
                waits.values().removeIf(spans -> !spans.isOpen());
            }
            return waits.computeIfAbsent(object, _ -> spans(Kind.WAITS, object));
        }

        Holding holding(String object) {
            if (holdings.size() > MANY_OBJECTS) {
                holdings.values().removeIf(holding -> !holding.isOpen());
            }
            return holdings.computeIfAbsent(
                    object,
                    _ -> new Holding(recorder, spans(Kind.HOLDS, object), waits(object), object));
        }

        private Spans spans(Kind kind, String object) {
            return new Spans(recorder.file, kind, thread, object);
        }

        boolean isOver() {
            return !thread.isAlive() && holdings.values().stream().noneMatch(Holding::isOpen);
        }
    }

    /// A wait of this thread, until it is closed.
    public static final class Waiting implements AutoCloseable {
        private final Spans spans;

        private Waiting(Spans spans) {
            this.spans = spans;
        }

        @Override
        public void close() {
            spans.end(System.nanoTime());
        }
    }

    private Recorder() {
        this.began = 0;
        this.file = null;
    }

    private Recorder(Path path, String process) throws IOException {
        this.began = System.nanoTime();
        this.file = new RecordFile(path, process, began);
    }

    /// Whether anything is recorded, here or by Flight Recorder.
    public static boolean isOn() {
        return tick != 0;
    }

    static boolean isFlying() {
        return FlightRecorder.isInitialized();
    }

    static Recorder current() {
        return current;
    }

    /// In a worker: its work begins.
    public static void enter() {
        isReady = true;
        look();
    }

    /// Looks whether anything is to be recorded from now on, or no longer.
    public static void look() {
        if (!isReady) {
            return;
        }
        if (tick == 0 && isFlying()) {
            fly();
        }
        if (WHOLE != null) {
            if (followed == 0) {
                follow(Session.current(), -1);
            }
            return;
        }
        Session session = Session.current();
        long wanted = session.roster().timeline();
        if (wanted != followed) {
            follow(session, wanted);
        }
    }

    private static synchronized void fly() {
        if (current == null) {
            current = FLIGHT;
            tick = System.nanoTime();
        }
    }

    private static synchronized void follow(Session session, long wanted) {
        if (wanted == followed) {
            return;
        }
        followed = wanted;
        stop();
        if (wanted == 0) {
            return;
        }
        Path prefix = WHOLE == null ? session.timelineFile(Roster.timelineNumber(wanted)) : WHOLE;
        Path path =
                prefix.resolveSibling(prefix.getFileName() + "-" + ProcessHandle.current().pid());
        try {
            current = new Recorder(path, session.roster().name(session.holder()));
            tick = System.nanoTime();
            if (!endIsPrepared) {
                endIsPrepared = true;
                session.atExit(Recorder::end);
            }
        } catch (IOException e) {
            Notice.say("tandem: this process cannot be in the timeline: " + e);
        } catch (IllegalStateException e) {
            // It ends just now.
        }
    }

    private static void stop() {
        end();
        current = isFlying() ? FLIGHT : null;
        tick = isFlying() ? System.nanoTime() : 0;
    }

    private static void end() {
        Recorder last = current;
        if (last != null && last.file != null) {
            last.file.end(writeCounted());
        }
    }

    /// Writes what this process has counted by now, for who reads its file.
    ///
    /// @return when that was
    public static long writeCounted() {
        long now = System.nanoTime();
        HOT.forEach(holding -> holding.finish(now));
        return now;
    }

    private static Track track() {
        Recorder recorder = current;
        if (recorder == null || Thread.currentThread().getName().startsWith(Roster.THREADS)) {
            return null;
        }
        Track own = OWN.get();
        if (own == null || own.recorder != recorder) {
            own = new Track(recorder);
            OWN.set(own);
            if (recorder.tracks.size() > MANY_THREADS) {
                recorder.tracks.removeIf(Track::isOver);
            }
            recorder.tracks.add(own);
        }
        return own;
    }

    /// Says that this thread waits for an object of a session.
    ///
    /// @return null when nothing is recorded
    public static Waiting waits(SharedFile file, Session session) {
        Track track = track();
        if (track == null || track.recorder.file == null) {
            return null;
        }
        int holder = Layout.holder(file.header().kind().holder(file.page()));
        String by =
                holder == 0
                        ? ""
                        : track.recorder.names.computeIfAbsent(
                                new Who(session, holder), Who::words);
        return waits(track, file.name(), by);
    }

    /// Says that this thread waits for something that is no object.
    ///
    /// @return null when nothing is recorded
    public static Waiting waits(String what) {
        Track track = track();
        return track == null || track.recorder.file == null ? null : waits(track, what, "");
    }

    private static Waiting waits(Track track, String object, String by) {
        Spans spans = track.waits(object);
        spans.begin(System.nanoTime(), track.recorder.file.text(by));
        return new Waiting(spans);
    }

    /// This thread's holds of an object.
    ///
    /// @return null when they are not recorded
    public static Holding holding(SharedFile file) {
        Track track = track();
        return track == null ? null : track.holding(file.name());
    }

    /// Says that this thread has an object from now on.
    public static void begins(SharedFile file) {
        Holding holding = isOn() ? holding(file) : null;
        if (holding != null) {
            holding.begin();
        }
    }

    /// Says that an object is given back, which another thread may have taken.
    public static void ends(SharedFile file) {
        Track own = track();
        if (own == null) {
            return;
        }
        String name = file.name();
        Holding holding = own.holdings.get(name);
        if (holding != null && holding.isOpen()) {
            holding.end();
            return;
        }
        for (Track track : own.recorder.tracks) {
            Holding other = track.holdings.get(name);
            if (other != null && other.isOpen()) {
                other.end();
                return;
            }
        }
    }

    /// Says that a worker has ended.
    ///
    /// @param started when it was started, on the clock of `System.nanoTime()`
    public static void workerEnded(String name, long pid, long started, int exitCode) {
        Recorder recorder = current;
        if (recorder != null && recorder.file != null) {
            RecordFile file = recorder.file;
            int text = file.text(name);
            long from = Math.max(started, recorder.began);
            long number =
                    file.begin(
                            Kind.WORKER, from, Thread.currentThread().threadId(), 0, text, 0, pid);
            file.change(number, 1, exitCode, pid, 0, System.nanoTime());
        }
    }

    /// A thread counts its holds from now on.
    ///
    /// @return the tick
    static long heat(Holding holding, long now) {
        lastHeat = now;
        HOT.add(holding);
        if (ticker == null) {
            startTicker();
        } else if (isCool) {
            next(now);
            LockSupport.unpark(ticker);
        }
        return tick;
    }

    /// A thread counts its holds no more.
    static void cool(Holding holding) {
        HOT.remove(holding);
    }

    private static synchronized void startTicker() {
        if (ticker == null) {
            Thread thread = new Thread(Recorder::makeTicks, Roster.THREADS + "ticks");
            thread.setDaemon(true);
            next(System.nanoTime());
            ticker = thread;
            thread.start();
        }
    }

    private static void makeTicks() {
        while (true) {
            isCool = System.nanoTime() - lastHeat > COOL_NANOS;
            LockSupport.parkNanos(isCool && HOT.isEmpty() ? Long.MAX_VALUE : TICK_NANOS);
            long now = System.nanoTime();
            next(now);
            HOT.forEach(Holding::settle);
        }
    }

    private static synchronized void next(long now) {
        if (tick != 0) {
            tickBefore = tick;
            tick = now;
        }
    }
}
