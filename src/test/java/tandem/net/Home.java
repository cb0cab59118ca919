package tandem.net;

import static tandem.Tandem.joinAll;
import static tandem.Tandem.spawn;

import tandem.Array;
import tandem.Barrier;
import tandem.Condition;
import tandem.Event;
import tandem.Lock;
import tandem.Queue;
import tandem.Semaphore;
import tandem.Value;

/// A program that joins nobody.
final class Home {
    private Home() {}

    static void main(String... arguments) {
        Array array = Array.named("home", "i", 3);
        Value value = Value.of("d", 1.5);
        Event event = new Event();
        new Semaphore(1).acquire();
        new Queue<Integer>().put(1);
        new Barrier(1).await();
        Lock lock = new Lock();
        Condition changed = lock.newCondition();
        try (var _ = lock.hold()) {
            changed.signalAll();
            spawn((a, e) -> e.set(), array, event);
            event.await();
            value.add(1.0);
        }
        joinAll();
        IO.println(array + " " + value + " " + event);
    }
}
