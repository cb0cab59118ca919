import static tandem.Tandem.*;

import tandem.*;

/// Does what most worker scripts do.
void main() {
    Array a = arg(0);
    Event event = arg(1);
    try (var _ = a.hold()) {
        a.add(0, 1);
    }
    a.set(1, a.get(0));
    event.await(millis(50));
    event.set();
    event.await();
    IO.println("%s %s".formatted(current().name(), a.slice()));
    for (int i = 0; i < 10; i++) {
        IO.println(a);
    }
}
