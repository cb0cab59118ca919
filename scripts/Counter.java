import static tandem.Tandem.*;

import tandem.*;

/// Adds 1 to the first element, again and again. A worker of `examples/LostUpdates.java`.
///
/// Arguments: the array, an array in which to say that it is ready, the event to start at, how many
/// rounds, and how: `read, then write`, `under a hold` or `add`.
void main() {
    Array a = arg(0);
    Array ready = arg(1);
    Event start = arg(2);
    int rounds = arg(3);
    String how = arg(4);
    ready.add(0, 1);
    start.await();
    for (int i = 0; i < rounds; i++) {
        switch (how) {
            case "read, then write" -> a.set(0, a.get(0) + 1);
            case "under a hold" -> {
                try (var _ = a.hold()) {
                    a.set(0, a.get(0) + 1);
                }
            }
            default -> a.add(0, 1);
        }
    }
}
