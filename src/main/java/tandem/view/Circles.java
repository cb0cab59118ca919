package tandem.view;

import tandem.session.Sight;
import tandem.session.Waits;
import tandem.session.Waits.Wait;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The threads that wait for each other, as one look shows them: each for a lock that the next one
/// holds, or for the end of the next one's process. A look is not of one moment, so a circle is to
/// be believed when the next look shows the same waits.
final class Circles {
    private Circles() {}

    /// The waits that are part of a circle.
    static Set<Wait> find(Sight sight) {
        Map<Long, Wait> byThread = new HashMap<>();
        Map<Integer, Wait> byLoneProcess = new HashMap<>();
        for (Sight.OfProcess process : sight.processes()) {
            for (Wait wait : process.waits()) {
                if (!wait.isTimed()) {
                    byThread.put(wait.owner(), wait);
                    if (wait.isAlone()) {
                        byLoneProcess.put(wait.holder(), wait);
                    }
                }
            }
        }
        Map<String, Long> holders = new HashMap<>();
        sight.objects().forEach(object -> holders.put(object.file(), object.thread()));
        Set<Wait> found = new HashSet<>();
        for (Wait start : byThread.values()) {
            List<Wait> way = new ArrayList<>();
            Wait wait = start;
            while (wait != null && !way.contains(wait)) {
                way.add(wait);
                wait = next(wait, byThread, byLoneProcess, holders);
            }
            if (start.equals(wait)) {
                found.addAll(way);
            }
        }
        return found;
    }

    private static Wait next(
            Wait wait,
            Map<Long, Wait> byThread,
            Map<Integer, Wait> byLoneProcess,
            Map<String, Long> holders) {
        Waits.Target target = wait.target();
        if (target.isProcess()) {
            return byLoneProcess.get(target.number());
        }
        Long holder = target.kind().isHeld() ? holders.get(target.fileName()) : null;
        return holder == null ? null : byThread.get(holder);
    }
}
