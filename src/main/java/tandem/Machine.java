package tandem;

import java.util.List;

/// A machine that shares through a server, as [Tandem#machines()] shows it.
///
/// ```java
/// var m = new Machine("laptop-7", List.of("MainProcess (pid 4711)"));
/// m.name()                             // ==> "laptop-7"
/// ```
///
/// @param name what it calls itself
/// @param processes those of it that have joined, each with its name and pid
public record Machine(String name, List<String> processes) {
    public Machine {
        processes = List.copyOf(processes);
    }

    /// As in `laptop-7: MainProcess (pid 4711)`.
    @Override
    public String toString() {
        return "%s: %s".formatted(name, String.join(", ", processes));
    }
}
