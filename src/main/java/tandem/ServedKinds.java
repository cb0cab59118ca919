package tandem;

import tandem.memory.Trace;
import tandem.net.Served;
import tandem.sync.Fifo;

/// The kinds that a server can have. (Apart from [Shared], so that none of these classes is loaded before
/// a process joins one.)
final class ServedKinds {
    private ServedKinds() {}

    /// @param guard the lock of another object, null when it has one of its own, or none
    static Shared open(Served served, Lock guard) {
        return switch (served.header().kind()) {
            case ARRAY -> new ServedArray(served, guard);
            case VALUE -> new ServedValue(served, guard);
            case LOCK -> new Lock(served);
            case EVENT -> new Event(served);
            case CONDITION -> new Condition(served, guard);
            case SEMAPHORE -> new Semaphore(served);
            case BARRIER -> new Barrier(served);
            case QUEUE -> new Queue<>(served);
            case READ_WRITE_LOCK -> new ReadWriteLock(served);
            default ->
                    throw Trace.trim(
                            new IllegalArgumentException(
                                    "%s is of a kind that %s should not have"
                                            .formatted(served.name(), served.server())));
        };
    }

    /// @param queue that has them
    static <T> Items<T> items(Queue<T> queue, Fifo fifo) {
        return new ServedItems<>(queue, fifo);
    }
}
