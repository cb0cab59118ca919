package tandem.step;

import tandem.sync.Halt;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// What a step has touched of all that threads share, with what came of it by itself up to the next choice.
final class Touches {
    /*
     * Overview. Two steps of different processes that stand apart give the same in either order, and
     * neither lets the other one go on or wait: they touch nothing in common, or only read it. What has been
     * read to know what comes next counts as well: whoever begins to wait for an event has seen how
     * often it was set.
     *
     * A step stands apart from none when more has come of it than its thread's way to the next halt, or
     * when not all is known: the main process has gone on because nobody else could; a time was over; somebody waited within an access; a worker was spawned, or has
     * ended with something held; a thread has looked at something without a halt. That the main
     * process has joined one that has ended is a part of the step that ended it, with what it touches.
     */
    private static final String OF_PROCESS = "memory of ";

    private final Map<String, Set<String>> read = new HashMap<>();
    private final Map<String, Set<String>> written = new HashMap<>();
    private boolean isAnything;

    /// Takes note of something about which nothing is known.
    void addAnything() {
        isAnything = true;
    }

    /// Takes note of the access that a thread makes.
    void addStep(Actor actor) {
        add(actor.touches, false);
        add(Halt.writes(OF_PROCESS + actor.holder, Halt.WHOLE), false);
        isAnything |= actor.isLater();
    }

    /// Takes note of the access before which a thread has come to halt.
    void addNext(String touches) {
        add(touches, true);
    }

    /// Takes note of what was touched besides.
    void addOther(String touches) {
        add(touches, false);
    }

    /// Takes note of the end of a worker.
    void addEnd(String name, int exitCode) {
        add(Halt.writes(Halt.END_OF + name, Halt.WHOLE), false);
        isAnything |= exitCode != 0;
    }

    private void add(String touches, boolean isOnlySeen) {
        if (touches.equals(Halt.ANYTHING)) {
            isAnything = true;
            return;
        }
        touches.lines()
                .forEach(
                        line -> {
                            int end = line.lastIndexOf('\t');
                            boolean isRead = isOnlySeen || line.startsWith("r");
                            (isRead ? read : written)
                                    .computeIfAbsent(line.substring(1, end), _ -> new HashSet<>())
                                    .add(line.substring(end + 1));
                        });
    }

    boolean standsApartFrom(Touches other) {
        return !isAnything
                && !other.isAnything
                && !meet(written, other.written)
                && !meet(written, other.read)
                && !meet(read, other.written);
    }

    private static boolean meet(Map<String, Set<String>> some, Map<String, Set<String>> others) {
        return some.entrySet().stream()
                .anyMatch(
                        one -> {
                            Set<String> cells = others.getOrDefault(one.getKey(), Set.of());
                            boolean isAll =
                                    one.getValue().contains(Halt.WHOLE)
                                            || cells.contains(Halt.WHOLE);
                            return !cells.isEmpty()
                                    && (isAll || one.getValue().stream().anyMatch(cells::contains));
                        });
    }
}
