package tandem.timeline;

import tandem.record.Kind;
import tandem.record.Recorded;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What processes did for a while: a lane for each thread that waited or held anything, and one for each
/// process.
///
/// @param nanos how long it lasted
/// @param notes what is missing, a sentence for each
public record Run(long nanos, List<Lane> lanes, List<String> notes) {
    /// An object for whose name there was no room.
    private static final String NAMELESS = "another object";

    public Run {
        lanes = List.copyOf(lanes);
        notes = List.copyOf(notes);
    }

    /// How a worker was and ended, as its parent says.
    private record Life(String name, long began, long ended, int exitCode) {}

    /// Reads what all processes of a program have recorded, from the first moment of the first one on.
    ///
    /// @param prefix what the names of their files begin with, before a dash
    /// @param end on the clock of `System.nanoTime()`
    public static Run readWhole(Path prefix, long end) {
        List<String> notes = new ArrayList<>();
        List<Recorded> all = recorded(prefix, end, notes);
        long begin = all.stream().mapToLong(Recorded::began).min().orElse(end);
        return of(all, begin, lastEnd(all, end), notes);
    }

    /// When the last one ended, which is some time before its JVM was gone.
    private static long lastEnd(List<Recorded> all, long end) {
        Map<Long, Life> lives = lives(all);
        long last = 0;
        for (Recorded one : all) {
            Life life = lives.get(one.pid());
            long own = one.ended() == 0 && life != null ? life.ended : one.ended();
            last = Math.max(last, own == 0 ? end : own);
        }
        return all.isEmpty() ? end : Math.min(last, end);
    }

    /// Reads what processes have recorded, and whatever they record just now.
    ///
    /// @param prefix what the names of their files begin with, before a dash
    /// @param begin of the run, on the clock of `System.nanoTime()`
    /// @param end of the run
    public static Run read(Path prefix, long begin, long end) {
        List<String> notes = new ArrayList<>();
        return of(recorded(prefix, end, notes), begin, end, notes);
    }

    private static List<Recorded> recorded(Path prefix, long end, List<String> notes) {
        List<Recorded> all = new ArrayList<>();
        for (Path file : files(prefix)) {
            try {
                Recorded one = Recorded.read(file);
                if (one != null && one.began() < end) {
                    all.add(one);
                }
            } catch (IllegalArgumentException e) {
                notes.add(e.getMessage());
            }
        }
        return all;
    }

    /// Deletes what processes have recorded.
    public static void delete(Path prefix) {
        for (Path file : files(prefix)) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                // It goes with the session.
            }
        }
    }

    private static List<Path> files(Path prefix) {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found =
                Files.newDirectoryStream(prefix.getParent(), prefix.getFileName() + "-*")) {
            found.forEach(files::add);
        } catch (IOException | DirectoryIteratorException e) {
            // The session ends.
        }
        files.sort(Comparator.naturalOrder());
        return files;
    }

    static Run of(List<Recorded> all, long begin, long end, List<String> notes) {
        List<String> missing = new ArrayList<>(notes);
        List<Lane> lanes = new ArrayList<>();
        Map<Long, Life> lives = lives(all);
        Map<Long, Life> silent = new HashMap<>(lives);
        for (Recorded one : all) {
            Life life = silent.remove(one.pid());
            addLanes(one, life, begin, end, lanes);
            if (one.lost() > 0) {
                missing.add(
                        "%s had done more than there was room for: %,d spans are missing"
                                .formatted(one.process(), one.lost()));
            }
        }
        silent.forEach(
                (pid, life) -> {
                    if (life.ended > begin && life.began < end) {
                        lanes.add(
                                new Lane(
                                        life.name,
                                        pid,
                                        "",
                                        0,
                                        Math.max(0, life.began - begin),
                                        Math.min(life.ended, end) - begin,
                                        true,
                                        Math.max(0, -life.exitCode),
                                        List.of()));
                    }
                });
        sort(lanes, lives, begin);
        return new Run(end - begin, lanes, missing);
    }

    /// Processes in the order in which they were started, and the lanes of each together.
    private static void sort(List<Lane> lanes, Map<Long, Life> lives, long begin) {
        Map<Long, Long> starts = new HashMap<>();
        for (Lane lane : lanes) {
            Life life = lives.get(lane.pid());
            starts.merge(lane.pid(), life == null ? lane.begin() : life.began - begin, Math::min);
        }
        lanes.sort(
                Comparator.comparing((Lane lane) -> starts.get(lane.pid()))
                        .thenComparing(Lane::pid));
    }

    private static Map<Long, Life> lives(List<Recorded> all) {
        Map<Long, Life> lives = new HashMap<>();
        for (Recorded one : all) {
            for (Recorded.One span : one.spans()) {
                if (span.kind() == Kind.WORKER) {
                    lives.put(
                            span.nanos(),
                            new Life(span.object(), span.began(), span.ended(), span.timed()));
                }
            }
        }
        return lives;
    }

    private static void addLanes(Recorded one, Life life, long begin, long end, List<Lane> lanes) {
        long ended = one.ended() == 0 && life != null ? life.ended : one.ended();
        boolean isOver = ended > 0 && ended <= end;
        int signal = life == null ? 0 : Math.max(0, -life.exitCode);
        long last = isOver ? ended : end;
        long first = Math.max(one.began(), begin);
        if (last < begin) {
            return;
        }
        Map<Long, List<Span>> threads = new TreeMap<>();
        Map<Long, String> names = new HashMap<>();
        for (Recorded.One span : one.spans()) {
            boolean isInside = span.began() < last && (span.ended() == 0 || span.ended() >= begin);
            if (span.kind() != Kind.WORKER && isInside) {
                threads.computeIfAbsent(span.thread(), _ -> new ArrayList<>())
                        .add(span(span, begin, last));
                names.put(span.thread(), span.threadName());
            }
        }
        if (threads.isEmpty()) {
            threads.put(0L, List.of());
        }
        boolean isFirst = true;
        for (Map.Entry<Long, List<Span>> thread : threads.entrySet()) {
            List<Span> spans = new ArrayList<>(thread.getValue());
            spans.sort(Comparator.comparingLong(Span::begin));
            long from = isFirst ? first - begin : spans.getFirst().begin();
            long to = isFirst ? last - begin : spans.stream().mapToLong(Span::end).max().orElse(0);
            lanes.add(
                    new Lane(
                            one.process(),
                            one.pid(),
                            threads.size() == 1 ? "" : names.get(thread.getKey()),
                            thread.getKey(),
                            from,
                            Math.max(from, to),
                            isOver,
                            isFirst ? signal : 0,
                            spans));
            isFirst = false;
        }
    }

    private static Span span(Recorded.One span, long begin, long last) {
        boolean isOpen = span.ended() == 0 || span.ended() > last;
        long from = Math.max(span.began(), begin);
        long to = Math.max(from, isOpen ? last : span.ended());
        boolean isTimed = span.timed() >= span.count();
        long took = isTimed ? span.nanos() : span.count() == 1 ? to - from : (to - from) / 2;
        return new Span(
                span.kind(),
                span.object().isEmpty() ? NAMELESS : span.object(),
                span.by(),
                from - begin,
                to - begin,
                isOpen,
                span.count(),
                Math.clamp(took, 0, to - from));
    }
}
