package tandem.view;

import tandem.memory.Guard;
import tandem.memory.WaitCounts;
import tandem.net.Lookout;
import tandem.session.ProcessCounts;
import tandem.sync.UnreachableException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Looks at a server again and again, and puts in words what it sees, as [Observer] does for the sessions of
/// this machine: a group for each machine, with its processes, and one for the server, with its objects.
final class ServerObserver implements Source {
    /// A look makes the server wait for no one, but takes it a millisecond.
    private static final long LOOK_NANOS = 400_000_000;

    private static final WaitCounts NONE = new WaitCounts(0, 0, 0);
    private static final String NOT_SAID = "?";

    /// What counts up, at one look.
    private record Counted(long events, long waitedNanos) {}

    /// What counts up, per second.
    private record Rate(double events, double waited) {}

    private final Lookout lookout;
    private final long rateNanos;
    private Scene scene;
    private long looked;
    private long counted;
    private Map<String, Counted> before = Map.of();
    private Map<String, Rate> rates = Map.of();

    /// @param rateNanos how far the looks are apart, at least, from which rates come
    /// @throws IllegalStateException when the server does not know the code, or has other functions
    /// @throws UnreachableException when there is none
    ServerObserver(Lookout lookout, long rateNanos) {
        this.lookout = lookout;
        this.rateNanos = rateNanos;
        try {
            lookout.requireAnswer();
        } catch (RuntimeException e) {
            lookout.close();
            throw e;
        }
    }

    @Override
    public Scene look() {
        long now = System.nanoTime();
        if (scene != null && now - looked < Math.min(LOOK_NANOS, rateNanos)) {
            return scene;
        }
        try {
            Lookout.Seen seen = lookout.look();
            if (counted == 0 || now - counted >= rateNanos) {
                count(seen, now);
            }
            scene = scene(seen);
        } catch (UnreachableException e) {
            scene = new Scene(lookout.address(), true, List.of());
        }
        looked = System.nanoTime();
        return scene;
    }

    @Override
    public void refresh() {
        looked = System.nanoTime() - LOOK_NANOS;
    }

    private void count(Lookout.Seen seen, long now) {
        Map<String, Counted> current = new HashMap<>();
        Map<String, Rate> since = new HashMap<>();
        double seconds = (now - counted) / 1e9;
        for (Lookout.Item item : seen.objects()) {
            Counted value = new Counted(item.count(), item.waitedNanos());
            Counted earlier = before.get(item.id());
            current.put(item.id(), value);
            if (earlier != null) {
                since.put(
                        item.id(),
                        new Rate(
                                (value.events - earlier.events) / seconds,
                                (value.waitedNanos - earlier.waitedNanos) / 1e9 / seconds));
            }
        }
        before = current;
        rates = since;
        counted = now;
    }

    private Scene scene(Lookout.Seen seen) {
        Map<String, Lookout.Process> processes = new LinkedHashMap<>();
        seen.processes().stream()
                .sorted(
                        Comparator.comparing(Lookout.Process::machine)
                                .thenComparingInt(process -> process.number().length())
                                .thenComparing(Lookout.Process::number))
                .forEach(process -> processes.put(process.number(), process));
        Map<String, List<Scene.Member>> machines = new LinkedHashMap<>();
        for (Lookout.Process process : processes.values()) {
            machines.computeIfAbsent(process.machine(), _ -> new ArrayList<>())
                    .add(member(process, seen.objects()));
        }
        Map<String, String> names =
                seen.objects().stream()
                        .collect(Collectors.toMap(Lookout.Item::id, Lookout.Item::name));
        List<Scene.Item> items =
                seen.objects().stream().map(item -> item(item, processes, names)).toList();
        List<Scene.Group> groups = new ArrayList<>();
        machines.forEach(
                (machine, members) ->
                        groups.add(
                                new Scene.Group(
                                        Path.of(machine),
                                        title(machine, seen),
                                        members,
                                        List.of(),
                                        0)));
        if (!items.isEmpty()) {
            groups.add(new Scene.Group(Path.of(lookout.address()), List.of(), items, seen.more()));
        }
        return new Scene(lookout.address(), groups);
    }

    private static String title(String machine, Lookout.Seen seen) {
        return "%s: %s of %s stored"
                .formatted(
                        machine,
                        Words.bytes(seen.stored().getOrDefault(machine, 0L)),
                        Words.bytes(seen.limit()));
    }

    private record Wait(String object, long millis) {}

    private static Scene.Member member(Lookout.Process process, List<Lookout.Item> objects) {
        List<Wait> waits = new ArrayList<>();
        for (Lookout.Item object : objects) {
            for (Lookout.Waiting waiting : object.waiting()) {
                if (waiting.process().equals(process.number())) {
                    waits.add(new Wait(object.name(), waiting.millis()));
                }
            }
        }
        waits.sort(Comparator.comparingLong(Wait::millis).reversed());
        boolean isWaiting = !waits.isEmpty() && !process.isLost();
        return new Scene.Member(
                Integer.parseInt(process.number()),
                process.name(),
                process.pid(),
                process.parent(),
                process.isLost()
                        ? Scene.State.STOPPED
                        : isWaiting ? Scene.State.WAITING : Scene.State.RUNNING,
                doing(process, waits),
                isWaiting ? Math.max(0, waits.getFirst().millis) : 0,
                Double.NaN,
                -1,
                new ProcessCounts(NONE, NONE, 0));
    }

    private static String doing(Lookout.Process process, List<Wait> waits) {
        if (process.isLost()) {
            return "silent for " + Words.duration(process.silentMillis());
        }
        String accepts = process.accepts() ? ", accepts code" : "";
        if (waits.isEmpty()) {
            return "running" + accepts;
        }
        Wait longest = waits.getFirst();
        int others = waits.size() - 1;
        return "waits for %s%s%s%s"
                .formatted(
                        longest.object,
                        longest.millis < 0 ? "" : ", " + Words.duration(longest.millis),
                        others == 0 ? "" : ", and %d more wait".formatted(others),
                        accepts);
    }

    private Scene.Item item(
            Lookout.Item item, Map<String, Lookout.Process> processes, Map<String, String> names) {
        Rate rate = rates.getOrDefault(item.id(), new Rate(0, 0));
        Guard guard = item.header().guard();
        Lookout.Process by = processes.get(item.holder());
        Scene.Status status = Scene.Status.NONE;
        String holder;
        if (!item.state().isEmpty()) {
            holder = item.state();
        } else if (guard == Guard.ELSEWHERE) {
            holder = names.getOrDefault(item.header().guardFile(), NOT_SAID);
        } else if (guard == Guard.NONE) {
            holder = "no lock";
        } else if (item.holder().isEmpty()) {
            status = Scene.Status.FREE;
            holder = "free";
        } else {
            boolean isLost = by == null || by.isLost();
            status = isLost ? Scene.Status.ORPHANED : Scene.Status.HELD;
            holder =
                    isLost
                            ? "silent: " + name(by)
                            : name(by) + ", " + Words.duration(item.heldMillis());
        }
        return new Scene.Item(
                item.id(),
                item.name(),
                Path.of(lookout.address(), item.id()),
                item.header(),
                Observer.type(item.header()),
                status,
                holder,
                0,
                item.waiting().stream().map(waiting -> waiting(waiting, processes)).toList(),
                item.count(),
                rate.events,
                item.waiting().isEmpty() ? Math.clamp(rate.waited, 0, 1) : 1,
                item.recoveries(),
                item.header().typecode() == null
                        ? ""
                        : Observer.contents(item.first(), item.header().length()));
    }

    private static String name(Lookout.Process process) {
        return process == null ? NOT_SAID : process.name() + " on " + process.machine();
    }

    private static String waiting(Lookout.Waiting waiting, Map<String, Lookout.Process> processes) {
        String name = name(processes.get(waiting.process()));
        return waiting.millis() < 0
                ? name
                : "%s (%s)".formatted(name, Words.duration(waiting.millis()));
    }

    @Override
    public List<Number> elements(Scene.Item item, long from, int count) {
        long there = Math.clamp(item.header().length() - from, 0, count);
        try {
            return there == 0
                    ? List.of()
                    : lookout.elements(item.file(), item.header().typecode(), from, (int) there);
        } catch (UnreachableException e) {
            return List.of();
        }
    }

    @Override
    public void close() {
        lookout.close();
    }
}
