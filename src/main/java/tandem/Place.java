package tandem;

import tandem.memory.Trace;
import tandem.net.Acceptor;
import tandem.net.SentJob;
import tandem.process.Parent;
import tandem.process.Running;
import tandem.remote.Distant;
import tandem.remote.Guests;
import tandem.sync.Halt;
import tandem.travel.Job;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Another machine for workers. It may have several processes that accept code: the one with the fewest jobs
/// gets the next.
///
/// @param machine its name, null for the one that runs the least
record Place(String machine) {
    private static final String HOW =
            "scripts/tandem --join … --accept, or accept(), lets others run code";

    /// @throws IllegalArgumentException when it accepts none
    static Place on(String machine) {
        requireJoined("on(…)");
        Place place = new Place(machine);
        place.choose();
        return place;
    }

    static Place anywhere() {
        requireJoined("anywhere()");
        Place place = new Place(null);
        place.choose();
        return place;
    }

    static List<Place> everywhere() {
        requireJoined("everywhere()");
        List<String> machines = machines(acceptors());
        if (machines.isEmpty()) {
            throw none();
        }
        return machines.stream().map(Place::new).toList();
    }

    static void accept() {
        requireJoined("accept()");
        if (Parent.exists()) {
            throw Trace.trim(
                    new IllegalStateException(
                            "accept() is refused: a worker ends with its parent; call it there"));
        }
        Guests.accept(ThisKit.INSTANCE, Shared.member());
    }

    private static void requireJoined(String call) {
        if (!Shared.isNamedServed()) {
            throw Trace.trim(
                    new IllegalStateException(
                            Halt.IS_ON
                                    ? call
                                            + " is refused: a program that is run step by step runs"
                                            + " on this machine alone"
                                    : call
                                            + " is refused: this process has joined no server;"
                                            + " join(\"HOST:PORT/CODE\") does so"));
        }
    }

    private static List<Acceptor> acceptors() {
        return SentJob.acceptors(Shared.member());
    }

    private static List<String> machines(List<Acceptor> acceptors) {
        return acceptors.stream().map(Acceptor::machine).distinct().sorted().toList();
    }

    private Acceptor choose() {
        List<Acceptor> all = acceptors();
        Map<String, Integer> jobs = new TreeMap<>();
        all.forEach(each -> jobs.merge(each.machine(), each.jobs(), Integer::sum));
        List<Acceptor> here = new ArrayList<>(all);
        here.removeIf(each -> machine != null && !each.machine().equals(machine));
        return here.stream()
                .min(
                        Comparator.<Acceptor>comparingInt(each -> jobs.get(each.machine()))
                                .thenComparingInt(Acceptor::jobs))
                .orElseThrow(() -> all.isEmpty() || machine == null ? none() : unknown(all));
    }

    private static RuntimeException none() {
        return Trace.trim(
                new IllegalStateException(
                        "no machine that has joined %s accepts code: %s there"
                                .formatted(Shared.member().address(), HOW)));
    }

    private RuntimeException unknown(List<Acceptor> all) {
        return Trace.trim(
                new IllegalArgumentException(
                        "%s accepts no code; those that do: %s. %s there"
                                .formatted(machine, String.join(", ", machines(all)), HOW)));
    }

    /// Starts a worker there.
    ///
    /// @param whenOver runs when all of it is over, before `join` returns
    Running start(String name, Job job, Object[] arguments, Runnable whenOver) {
        requireJoined("spawn on another machine");
        return Distant.start(
                ThisKit.INSTANCE,
                Shared.member(),
                choose(),
                name,
                job,
                arguments,
                Shared::requireServed,
                whenOver);
    }
}
