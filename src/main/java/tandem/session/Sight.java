package tandem.session;

import tandem.memory.Header;
import tandem.memory.WaitCounts;

import java.nio.file.Path;
import java.util.List;

/// What a [Survey] saw of one session, at about one moment.
///
/// @param directory where its files are
/// @param processes those that have a slot
/// @param objects its shared objects, in the order in which they were made
/// @param more how many objects there are that were not looked at
public record Sight(Path directory, List<OfProcess> processes, List<OfObject> objects, int more) {

    /// What was seen of a process.
    ///
    /// @param holder the bits that name it in lock words
    /// @param pid 0 until it has come up
    /// @param parent pid of the process that started it, 0 for one that joined by itself
    /// @param waits what its threads wait for since a while
    /// @param counts what it has waited before
    public record OfProcess(
            int holder,
            String name,
            long pid,
            long parent,
            List<Waits.Wait> waits,
            ProcessCounts counts,
            Vitals vitals) {
        public OfProcess {
            waits = List.copyOf(waits);
        }

        OfProcess with(Vitals seen) {
            return new OfProcess(holder, name, pid, parent, waits, counts, seen);
        }
    }

    /// What was seen of a shared object.
    ///
    /// @param file the name of its file, as in `array-7`
    /// @param name the name that it was given, else that of its file
    /// @param holder holder bits of the process that has its lock, 0 when it is free
    /// @param holderName that process for a person
    /// @param thread the thread that has the lock, as waits name it, 0 when it is free
    /// @param state how it is, in words; empty for what only has a lock
    /// @param count how often the thing has happened that it is for, see [tandem.memory.Kind#counted]
    /// @param waits how often somebody had to wait for it, and how long
    /// @param recoveries how often the lock was taken from a process that had died
    /// @param first the first elements of an array
    public record OfObject(
            String file,
            String name,
            Header header,
            int holder,
            String holderName,
            long thread,
            String state,
            long count,
            WaitCounts waits,
            long recoveries,
            List<Number> first) {
        public OfObject {
            first = List.copyOf(first);
        }
    }
}
