package tandem;

import tandem.memory.Arguments;
import tandem.memory.Trace;
import tandem.process.Screen;
import tandem.record.Recorder;
import tandem.session.Roster;
import tandem.session.Session;
import tandem.timeline.Paper;
import tandem.timeline.Run;
import tandem.timeline.Svg;
import tandem.timeline.TraceEvents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What this process and all others of its session do for a while: who waits for what, held by whom, and who
/// holds. It records from [Tandem#timeline()] until it is closed, and then prints a picture, with a
/// line for each process, or for each of its threads that waited or held anything.
///
/// ```java
/// var a = Array.of("i", 3);
/// try (var t = timeline()) {
///     var p = spawn(x -> { try (var h = x.hold()) { sleep(0.2); } }, a);
///     var q = spawn(x -> { sleep(0.1); x.add(0, 1); }, a);
///     joinAll(p, q);
/// }
/// Timeline.last().svg(Path.of("lanes.svg"));
/// Files.delete(Path.of("lanes.svg"));
/// ```
///
/// Holds and waits that take less than 0.1 ms and follow each other as soon are summed up in one span of at most
/// 10 ms, with their number. Locks that are taken for less than microseconds are not timed one by one: holds
/// are counted, and one in a millisecond is timed. Of each process the last 32 768 spans are kept.
/// What a killed process has recorded counts. A process that runs already takes part from its next wait
/// on, or when it makes or attaches an object; what it held before is not seen. While nothing is recorded, nothing is paid for it; `docs/benchmarks.md` says
/// what it takes while it is.
public final class Timeline implements AutoCloseable {
    private static final int USUAL_COLUMNS = 80;

    private static volatile Timeline last;

    private final Session session = Session.current();
    private final long number;
    private final Path prefix;
    private final long begin;
    private long end;

    /// Null before it is closed.
    private Run run;

    private Timeline() {
        String whole = System.getProperty(Recorder.PROPERTY);
        this.number = whole == null ? session.beginTimeline() : 0;
        this.prefix =
                whole == null
                        ? session.timelineFile(Roster.timelineNumber(number))
                        : Path.of(whole);
        this.begin = System.nanoTime();
        Recorder.look();
    }

    static Timeline begin() {
        return new Timeline();
    }

    /// The one that was closed last.
    ///
    /// @throws IllegalStateException when none was
    public static Timeline last() {
        Timeline found = last;
        if (found == null) {
            throw Trace.trim(
                    new IllegalStateException(
                            "there is no timeline yet: try (var t = timeline()) { … } makes one"));
        }
        return found;
    }

    /// Ends the recording, prints the picture, and says how to keep it. Does nothing when it has ended.
    @Override
    public void close() {
        if (isOver()) {
            return;
        }
        end();
        print();
        System.out.println(
                """
                Timeline.last().svg(Path.of("t.svg")) keeps the picture,
                .json(Path.of("t.json")) the facts, for https://ui.perfetto.dev\
                """);
    }

    private synchronized boolean isOver() {
        return run != null;
    }

    /// Ends the recording, and prints nothing. Does nothing when it has ended.
    public synchronized void end() {
        if (run != null) {
            return;
        }
        end = Recorder.writeCounted();
        if (number != 0) {
            session.roster().endTimeline(number);
        }
        run = Run.read(prefix, begin, end);
        if (number != 0) {
            Recorder.look();
            Run.delete(prefix);
        }
        last = this;
    }

    /// As it is by now: of one that records yet, what it has so far.
    synchronized Run run() {
        return run == null ? Run.read(prefix, begin, Recorder.writeCounted()) : run;
    }

    /// Prints the picture, 80 columns wide, or as the variable `COLUMNS` of the environment says. Of one
    /// that is not closed, what it has so far.
    public void print() {
        String columns = System.getenv("COLUMNS");
        boolean isKnown = columns != null && columns.matches("[1-9]\\d{1,3}");
        print(isKnown ? Integer.parseInt(columns) : USUAL_COLUMNS);
    }

    /// As [#print()], in another width.
    ///
    /// @param columns 40 at least
    public void print(int columns) {
        Paper.draw(run(), columns, Screen.HAS_COLORS).forEach(System.out::println);
    }

    /// Writes the picture into a file, as SVG.
    ///
    /// @return the file
    /// @throws java.io.UncheckedIOException when it cannot be written
    public Path svg(Path file) {
        return write(Arguments.required(file, "the file"), svg());
    }

    /// The picture, as SVG: for whoever shows it, as a cell of a notebook does with
    /// `render(Timeline.last().svg(), "image/svg+xml")`. Of one that is not closed, what it has so far.
    public String svg() {
        return Svg.of(run());
    }

    /// Writes the facts into a file, in the Trace Event Format of Chrome: <https://ui.perfetto.dev> shows
    /// them, and reads them where they are.
    ///
    /// @return the file
    /// @throws java.io.UncheckedIOException when it cannot be written
    public Path json(Path file) {
        return write(Arguments.required(file, "the file"), TraceEvents.of(run()));
    }

    private static Path write(Path file, String text) {
        try {
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw Trace.trim(
                    new UncheckedIOException("%s cannot be written: %s".formatted(file, e), e));
        }
    }

    /// `Timeline(0.42 s, 4 lanes)`, or that it is being recorded.
    @Override
    public String toString() {
        Run seen = run();
        return "Timeline(%.2f s, %d lanes%s)"
                .formatted(seen.nanos() / 1e9, seen.lanes().size(), isOver() ? "" : ", recording");
    }
}
