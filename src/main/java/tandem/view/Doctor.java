package tandem.view;

import tandem.launch.StartupCache;
import tandem.net.Lookout;
import tandem.net.Workshop;
import tandem.session.Joined;
import tandem.session.Session;
import tandem.sync.UnreachableException;
import tandem.sync.Waiter;

import java.nio.file.Path;
import java.util.List;

/// `scripts/tandem doctor`: what is in use on this machine, a line each. It looks, and changes
/// nothing.
final class Doctor {
    private Doctor() {}

    static void main() {
        line(
                "JDK",
                "%s, %s"
                        .formatted(
                                System.getProperty("java.vm.version"),
                                System.getProperty("java.home")));
        line("processors", Runtime.getRuntime().availableProcessors());
        line("waiting", Waiter.describeChoice());
        Path memory = Session.base();
        line(
                "shared memory",
                "%s, %d MB free".formatted(memory, memory.toFile().getUsableSpace() >> 20));
        line(
                "startup cache",
                StartupCache.folder()
                        .map(Doctor::caches)
                        .orElse("none: -Dtandem.cache=off, or not Linux, or no jar"));
        line("server", Workshop.describeProgram());
        Joined joined = Joined.current();
        if (joined != null) {
            line("joined", describe(joined));
        }
        List<Session.Found> sessions = Session.find();
        line("sessions", sessions.isEmpty() ? "none" : sessions.size());
        for (Session.Found session : sessions) {
            line("", session);
        }
    }

    /// Whether the server answers that `--join` names.
    private static String describe(Joined joined) {
        try (Lookout lookout = new Lookout(joined.code())) {
            lookout.requireAnswer();
            long begun = System.nanoTime();
            Lookout.Seen seen = lookout.look();
            return "%s answers in %,d µs, and has %d processes and %d objects"
                    .formatted(
                            lookout.address(),
                            (System.nanoTime() - begun) / 1_000,
                            seen.processes().size(),
                            seen.objects().size() + seen.more());
        } catch (IllegalArgumentException | IllegalStateException | UnreachableException e) {
            return e.getMessage();
        }
    }

    private static String caches(Path folder) {
        List<Path> caches = StartupCache.made();
        String failure =
                StartupCache.failure()
                        .map("; not all went well when they were made: see %s"::formatted)
                        .orElse("");
        if (!caches.isEmpty() || !failure.isEmpty()) {
            return "%d of 3 in %s%s".formatted(caches.size(), folder, failure);
        }
        return StartupCache.isBuilding()
                ? "being made in " + folder
                : "not made yet, will be in " + folder;
    }

    private static void line(String what, Object value) {
        System.out.printf("%-14s %s%n", what, value);
    }
}
