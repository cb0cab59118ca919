package tandem.view;

import tandem.memory.Header;
import tandem.session.ProcessCounts;

import java.nio.file.Path;
import java.util.List;

/// What a person is shown of the sessions, or of a server, at one moment.
///
/// @param server what the processes have joined, null for the sessions of this machine
/// @param isSilent whether that does not answer
record Scene(String server, boolean isSilent, List<Group> groups) {
    Scene(String server, List<Group> groups) {
        this(server, false, groups);
    }

    Scene {
        groups = List.copyOf(groups);
    }

    /// A session; or a machine with its processes, or a server with its objects.
    ///
    /// @param directory of a session; else the name
    /// @param title above its rows
    /// @param more how many objects it has that are not among the items
    record Group(Path directory, String title, List<Member> members, List<Item> items, int more) {
        Group(Path directory, List<Member> members, List<Item> items, int more) {
            this(directory, directory.toString(), members, items, more);
        }

        Group {
            members = List.copyOf(members);
            items = List.copyOf(items);
        }

        String name() {
            return directory.getFileName().toString();
        }

        /// Whether all of its processes have ended.
        boolean isDeserted() {
            return members.stream().allMatch(member -> member.state == State.DEAD);
        }
    }

    /// How a process is.
    enum State {
        RUNNING,
        STARTING,
        SPARE,
        WAITING,
        IN_CIRCLE,
        STOPPED,
        DEAD
    }

    /// A process.
    ///
    /// @param parent 0 where there is none
    /// @param doing the state in words
    /// @param waited milliseconds of its longest wait, 0 when it does not wait
    /// @param cpu the share of one processor that it uses, NaN where unknown
    /// @param residentBytes -1 where unknown
    /// @param counts what it has waited before
    record Member(
            int holder,
            String name,
            long pid,
            long parent,
            State state,
            String doing,
            long waited,
            double cpu,
            long residentBytes,
            ProcessCounts counts) {}

    /// How a lock or an event is.
    enum Status {
        NONE,
        FREE,
        HELD,
        ORPHANED,
        IN_CIRCLE
    }

    /// A shared object.
    ///
    /// @param name the name that it was given, else that of its file
    /// @param type what it is: an array's typecode and size, or the kind
    /// @param holder who has the lock, or how it is, in words
    /// @param holdingThread which thread has the lock, as its word says, 0 for none
    /// @param waiting names of those who wait for it since a while
    /// @param count how often the thing has happened that it is for, see [tandem.memory.Kind#counted]
    /// @param perSecond how often a second
    /// @param contended the share of time in which somebody waited
    /// @param contents the first elements, in words
    record Item(
            String file,
            String name,
            Path path,
            Header header,
            String type,
            Status status,
            String holder,
            long holdingThread,
            List<String> waiting,
            long count,
            double perSecond,
            double contended,
            long recoveries,
            String contents) {
        Item {
            waiting = List.copyOf(waiting);
        }
    }
}
