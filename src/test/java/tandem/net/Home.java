package tandem.net;

import static tandem.Tandem.joinAll;
import static tandem.Tandem.spawn;

import tandem.Array;
import tandem.Event;
import tandem.Lock;
import tandem.Value;

/// A program that joins nobody.
final class Home {
    private Home() {}

    static void main(String... arguments) {
        Array array = Array.named("home", "i", 3);
        Value value = Value.of("d", 1.5);
        Event event = new Event();
        try (var _ = new Lock().hold()) {
            spawn((a, e) -> e.set(), array, event);
            event.await();
            value.add(1.0);
        }
        joinAll();
        IO.println(array + " " + value + " " + event);
    }
}
