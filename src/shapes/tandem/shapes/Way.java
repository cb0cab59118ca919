package tandem.shapes;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// How code and what it returns get to another JVM and back.
enum Way {
    /// By `call`.
    CALL,
    /// By `submit` of a pool.
    SUBMIT,
    /// By `call`; what it returns goes as an argument to a managed object here, and comes back.
    MANAGER,
    /// As items of queues, by a worker that knows nothing of the program.
    QUEUE,
    /// By way of the ends of a pipe, likewise.
    PIPE,
    /// As an item of a map, by a worker of a pool that knows nothing of the program.
    MAP,
    /// The code runs here, and what it returns goes to such a worker and back.
    ECHO;

    static Way of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /// The ways that programs of a kind can go. Where a worker has the classes on its class path, it takes
    /// these for items, and their static state is its own.
    static List<Way> of(Kind kind) {
        return switch (kind) {
            case PROJECT -> List.of(CALL, SUBMIT, MANAGER);
            case LOCAL -> List.of(CALL, SUBMIT, MANAGER, QUEUE, PIPE, MAP, ECHO);
            default -> List.of(values());
        };
    }

    /// Whether the code is an item for somebody who has none of its classes. These come apart from it, with
    /// their static state: what the code captures is not what a static field refers to any more.
    boolean isByItem() {
        return this == QUEUE || this == PIPE || this == MAP;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static String words() {
        return String.join(" ", Arrays.stream(values()).map(Way::word).toList());
    }
}
