package tandem.view;

import tandem.memory.Guard;
import tandem.memory.Header;
import tandem.memory.ObjectName;
import tandem.memory.Typecode;
import tandem.session.Roster;
import tandem.session.Sight;
import tandem.session.Survey;
import tandem.session.Waits;
import tandem.session.Waits.Wait;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Looks at sessions again and again, and puts in words what it sees; rates come from the
/// differences of the counters between two looks about a second apart. For use by one thread.
final class Observer implements Source {
    /// What counts up, at one look.
    private record Counted(long cpuMillis, long events, long waitedNanos) {}

    /// What counts up, per second.
    private record Rate(double cpu, double events, double waited) {
        static final Rate UNKNOWN = new Rate(Double.NaN, 0, 0);
    }

    private static final int LONGEST_CONTENTS = 160;

    private final Survey survey;
    private final long rateNanos;
    private boolean isFirst = true;
    private long counted;
    private Map<String, Counted> before = new HashMap<>();
    private Map<String, Rate> rates = new HashMap<>();
    private Set<Wait> circlesBefore = Set.of();

    /// @param rateNanos how far the looks are apart, at least, from which rates come, and which
    ///     also look for what has come and gone
    Observer(Survey survey, long rateNanos) {
        this.survey = survey;
        this.rateNanos = rateNanos;
    }

    @Override
    public Scene look() {
        long now = System.nanoTime();
        boolean isDue = isFirst || now - counted >= rateNanos;
        if (isDue) {
            survey.refresh();
        }
        List<Sight> sights = survey.look();
        if (isDue) {
            count(sights, now);
        }
        isFirst = false;
        Set<Wait> circles = new HashSet<>();
        sights.forEach(sight -> circles.addAll(Circles.find(sight)));
        Set<Wait> believed = new HashSet<>(circles);
        believed.retainAll(circlesBefore);
        circlesBefore = circles;
        long time = System.currentTimeMillis();
        return new Scene(null, sights.stream().map(sight -> group(sight, believed, time)).toList());
    }

    private void count(List<Sight> sights, long now) {
        Map<String, Counted> current = new HashMap<>();
        for (Sight sight : sights) {
            for (Sight.OfProcess process : sight.processes()) {
                long cpuMillis = process.vitals().cpuMillis();
                if (cpuMillis >= 0) {
                    current.put(key(sight, process), new Counted(cpuMillis, 0, 0));
                }
            }
            for (Sight.OfObject object : sight.objects()) {
                current.put(
                        key(sight, object), new Counted(0, object.count(), object.waits().nanos()));
            }
        }
        double seconds = (now - counted) / 1e9;
        rates = new HashMap<>();
        current.forEach(
                (key, value) -> {
                    Counted earlier = before.get(key);
                    if (earlier != null) {
                        rates.put(
                                key,
                                new Rate(
                                        (value.cpuMillis - earlier.cpuMillis) / 1e3 / seconds,
                                        (value.events - earlier.events) / seconds,
                                        (value.waitedNanos - earlier.waitedNanos) / 1e9 / seconds));
                    }
                });
        before = current;
        counted = now;
    }

    private static String key(Sight sight, Sight.OfProcess process) {
        return sight.directory() + " " + process.holder();
    }

    private static String key(Sight sight, Sight.OfObject object) {
        return sight.directory() + " " + object.file();
    }

    private Scene.Group group(Sight sight, Set<Wait> circles, long time) {
        Map<Integer, Sight.OfProcess> processes =
                sight.processes().stream()
                        .collect(Collectors.toMap(Sight.OfProcess::holder, p -> p));
        Map<Waits.Target, List<String>> waiting = new HashMap<>();
        Set<Waits.Target> inCircle = new HashSet<>();
        for (Sight.OfProcess process : sight.processes()) {
            for (Wait wait : process.waits()) {
                waiting.computeIfAbsent(wait.target(), _ -> new ArrayList<>()).add(process.name());
                if (circles.contains(wait)) {
                    inCircle.add(wait.target());
                }
            }
        }
        Map<String, String> names =
                sight.objects().stream()
                        .collect(Collectors.toMap(Sight.OfObject::file, Sight.OfObject::name));
        List<Scene.Member> members =
                sight.processes().stream()
                        .map(process -> member(sight, process, processes, names, circles, time))
                        .toList();
        List<Scene.Item> items =
                sight.objects().stream()
                        .filter(object -> !object.name().equals(ObjectName.OF_KIT))
                        .map(object -> item(sight, object, processes, names, waiting, inCircle))
                        .toList();
        return new Scene.Group(sight.directory(), members, items, sight.more());
    }

    private Scene.Member member(
            Sight sight,
            Sight.OfProcess process,
            Map<Integer, Sight.OfProcess> processes,
            Map<String, String> names,
            Set<Wait> circles,
            long time) {
        Wait longest =
                process.waits().stream().min(Comparator.comparingLong(Wait::since)).orElse(null);
        Scene.State state = state(process, circles);
        long waited = longest == null ? 0 : Math.max(0, time - longest.since());
        String doing =
                switch (state) {
                    case RUNNING -> "running";
                    case STARTING -> "starting";
                    case SPARE -> "ready for code";
                    case STOPPED ->
                            longest == null
                                    ? "stopped"
                                    : "stopped, "
                                            + waits(process, longest, waited, processes, names);
                    case DEAD -> "dead";
                    case WAITING -> waits(process, longest, waited, processes, names);
                    case IN_CIRCLE ->
                            "circle: " + waits(process, longest, waited, processes, names);
                };
        return new Scene.Member(
                process.holder(),
                process.name(),
                process.pid(),
                process.parent(),
                state,
                doing,
                state == Scene.State.WAITING || state == Scene.State.IN_CIRCLE ? waited : 0,
                process.vitals().cpuMillis() < 0
                        ? Double.NaN
                        : rates.getOrDefault(key(sight, process), Rate.UNKNOWN).cpu,
                process.vitals().residentBytes(),
                process.counts());
    }

    private static Scene.State state(Sight.OfProcess process, Set<Wait> circles) {
        if (!process.vitals().isAlive()) {
            return Scene.State.DEAD;
        }
        if (process.vitals().isStopped()) {
            return Scene.State.STOPPED;
        }
        if (process.name().equals(Roster.SPARE)) {
            return Scene.State.SPARE;
        }
        if (process.pid() == 0) {
            return Scene.State.STARTING;
        }
        if (process.waits().isEmpty()) {
            return Scene.State.RUNNING;
        }
        return process.waits().stream().anyMatch(circles::contains)
                ? Scene.State.IN_CIRCLE
                : Scene.State.WAITING;
    }

    private static String waits(
            Sight.OfProcess process,
            Wait wait,
            long waited,
            Map<Integer, Sight.OfProcess> processes,
            Map<String, String> names) {
        String target;
        if (wait.target().isProcess()) {
            Sight.OfProcess awaited = processes.get(wait.target().number());
            target = "the end of " + (awaited == null ? "a process" : awaited.name());
        } else {
            String file = wait.target().fileName();
            target = names.getOrDefault(file, file);
        }
        int others = process.waits().size() - 1;
        return "waits for %s, %s%s"
                .formatted(
                        target,
                        Words.duration(waited),
                        others == 0 ? "" : ", and %d more wait".formatted(others));
    }

    private Scene.Item item(
            Sight sight,
            Sight.OfObject object,
            Map<Integer, Sight.OfProcess> processes,
            Map<String, String> names,
            Map<Waits.Target, List<String>> waiting,
            Set<Waits.Target> inCircle) {
        Path path = sight.directory().resolve(object.file());
        Waits.Target target = Waits.Target.ofFile(object.file());
        List<String> waiters = waiting.getOrDefault(target, List.of());
        Rate rate = rates.getOrDefault(key(sight, object), Rate.UNKNOWN);
        Typecode typecode = object.header().typecode();
        Scene.Status status = Scene.Status.NONE;
        String holder = "";
        if (!object.state().isEmpty()) {
            holder = object.state() + by(object, processes);
        } else if (object.header().guard() == Guard.ELSEWHERE) {
            String guard = object.header().guardFile();
            holder = names.getOrDefault(guard, guard);
        } else if (object.header().guard() == Guard.NONE) {
            holder = "no lock";
        } else if (object.holder() == 0) {
            status = Scene.Status.FREE;
            holder = "free";
        } else {
            Sight.OfProcess by = processes.get(object.holder());
            boolean isDead = by == null || !by.vitals().isAlive();
            status =
                    isDead
                            ? Scene.Status.ORPHANED
                            : inCircle.contains(target)
                                    ? Scene.Status.IN_CIRCLE
                                    : Scene.Status.HELD;
            holder = isDead ? "dead: " + object.holderName() : by.name();
        }
        return new Scene.Item(
                object.file(),
                object.name(),
                path,
                object.header(),
                type(object.header()),
                status,
                holder,
                object.thread(),
                waiters,
                object.count(),
                rate.events,
                waiters.isEmpty() ? Math.clamp(rate.waited, 0, 1) : 1,
                object.recoveries(),
                typecode == null ? "" : contents(object.first(), object.header().length()));
    }

    private static String by(Sight.OfObject object, Map<Integer, Sight.OfProcess> processes) {
        if (object.holder() == 0) {
            return "";
        }
        Sight.OfProcess by = processes.get(object.holder());
        return by != null && by.vitals().isAlive()
                ? " by " + by.name()
                : " by %s, which is dead".formatted(object.holderName());
    }

    static String type(Header header) {
        if (header.typecode() == null) {
            return "";
        }
        String code = header.typecode().code();
        return header.kind().hasLength() ? code + " × " + Words.grouped(header.length()) : code;
    }

    /// @param length how many elements there are
    static String contents(List<Number> first, long length) {
        StringBuilder text = new StringBuilder("[");
        int shown = 0;
        for (Number element : first) {
            if (text.length() > LONGEST_CONTENTS) {
                break;
            }
            text.append(shown++ == 0 ? "" : ", ").append(element);
        }
        return text.append(shown < length ? ", …]" : "]").toString();
    }

    @Override
    public void refresh() {
        survey.refresh();
    }

    @Override
    public List<Number> elements(Scene.Item item, long from, int count) {
        return survey.elements(item.path().getParent(), item.file(), from, count);
    }

    @Override
    public void close() {
        survey.close();
    }
}
