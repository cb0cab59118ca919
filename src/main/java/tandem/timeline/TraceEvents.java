package tandem.timeline;

import tandem.record.Kind;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A run in the Trace Event Format of Chrome, which <https://ui.perfetto.dev> opens. What a thread holds is in
/// tracks below its own, one for each object: holds of several objects need not end in the order in which
/// they began.
public final class TraceEvents {
    private static final long NANOS_IN_MICRO = 1_000;

    private final List<String> events = new ArrayList<>();
    private int tracks;

    private TraceEvents() {}

    public static String of(Run run) {
        TraceEvents events = new TraceEvents();
        run.lanes().forEach(events::add);
        return "{\"displayTimeUnit\": \"ms\", \"traceEvents\": [\n"
                + String.join(",\n", events.events)
                + "\n]}\n";
    }

    private void add(Lane lane) {
        int own = ++tracks;
        name("process_name", lane.pid(), own, lane.process());
        name("thread_name", lane.pid(), own, lane.thread().isEmpty() ? "main" : lane.thread());
        order(lane.pid(), own);
        events.add(
                "{\"name\": \"process_sort_index\", \"ph\": \"M\", \"pid\": %d, \"tid\": %d, \"args\": {\"sort_index\": %d}}"
                        .formatted(lane.pid(), own, own));
        long time = lane.begin();
        for (Span span : lane.spans()) {
            if (span.kind() == Kind.WAITS) {
                complete(lane.pid(), own, "runs", "runs", time, Math.max(time, span.begin()), "");
                complete(lane.pid(), own, span);
                time = Math.max(time, span.end());
            }
        }
        complete(lane.pid(), own, "runs", "runs", time, Math.max(time, lane.end()), "");
        if (lane.signal() > 0) {
            events.add(
                    "{\"name\": \"killed by signal %d\", \"ph\": \"i\", \"s\": \"p\", \"ts\": %s, \"pid\": %d, \"tid\": %d}"
                            .formatted(lane.signal(), micros(lane.end()), lane.pid(), own));
        }
        Map<String, Integer> holds = new HashMap<>();
        for (Span span : lane.spans()) {
            if (span.kind() == Kind.HOLDS) {
                int track =
                        holds.computeIfAbsent(
                                span.object(), object -> track(lane, "  holds " + object));
                complete(lane.pid(), track, span);
            }
        }
    }

    private int track(Lane lane, String name) {
        int track = ++tracks;
        name("thread_name", lane.pid(), track, name);
        order(lane.pid(), track);
        return track;
    }

    private void name(String what, long pid, int track, String name) {
        events.add(
                "{\"name\": \"%s\", \"ph\": \"M\", \"pid\": %d, \"tid\": %d, \"args\": {\"name\": %s}}"
                        .formatted(what, pid, track, JsonText.quote(name)));
    }

    private void order(long pid, int track) {
        events.add(
                "{\"name\": \"thread_sort_index\", \"ph\": \"M\", \"pid\": %d, \"tid\": %d, \"args\": {\"sort_index\": %d}}"
                        .formatted(pid, track, track));
    }

    private void complete(long pid, int track, Span span) {
        String verb = span.kind() == Kind.HOLDS ? "holds " : "waits for ";
        List<String> facts = new ArrayList<>();
        facts.add("\"object\": " + JsonText.quote(span.object()));
        if (!span.by().isEmpty()) {
            facts.add("\"held by\": " + JsonText.quote(span.by()));
        }
        if (span.count() > 1) {
            facts.add("\"times\": " + span.count());
        }
        if (span.isOpen()) {
            facts.add("\"over\": false");
        }
        complete(
                pid,
                track,
                verb + span.object(),
                span.kind() == Kind.HOLDS ? "holds" : "waits",
                span.begin(),
                span.end(),
                ", \"args\": {" + String.join(", ", facts) + "}");
    }

    private void complete(
            long pid, int track, String name, String category, long from, long to, String more) {
        if (to > from) {
            events.add(
                    "{\"name\": %s, \"cat\": \"%s\", \"ph\": \"X\", \"ts\": %s, \"dur\": %s, \"pid\": %d, \"tid\": %d%s}"
                            .formatted(
                                    JsonText.quote(name),
                                    category,
                                    micros(from),
                                    micros(to - from),
                                    pid,
                                    track,
                                    more));
        }
    }

    private static String micros(long nanos) {
        return String.format(
                Locale.ROOT, "%d.%03d", nanos / NANOS_IN_MICRO, nanos % NANOS_IN_MICRO);
    }
}
