import static tandem.Tandem.*;

import tandem.*;

/// Does what most worker scripts do, with one of each kind.
void main() {
    Array a = arg(0);
    Array plain = arg(1);
    Event event = arg(2);
    Value value = arg(3);
    Condition changed = arg(4);
    Semaphore permits = arg(5);
    Barrier all = arg(6);
    ReadWriteLock shared = arg(7);
    Queue<Object> items = arg(8);
    Pipe<Object> pipe = arg(9);
    try (var _ = a.hold()) {
        a.add(0, 1);
        changed.await(millis(1));
        changed.signal();
    }
    a.set(1, a.get(0));
    plain.set(1, plain.get(0));
    value.add(1);
    try (var _ = permits.hold(); var _ = shared.write().hold(); var _ = shared.read().hold()) {
        all.await();
    }
    items.put(items.take());
    pipe.right().send(pipe.right().receive());
    event.await(millis(50));
    event.set();
    event.await();
    IO.println("%s %s".formatted(current().name(), a.slice()));
    for (int i = 0; i < 10; i++) {
        IO.println(a);
    }
}
