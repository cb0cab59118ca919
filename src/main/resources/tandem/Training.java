import static tandem.Tandem.*;

import tandem.*;

/// Does what most worker scripts do, so that an ahead-of-time cache can be made of it.
void main() {
    var a = Array.of("i", 3);
    try (var _ = a.hold()) {
        a.add(0, 1);
    }
    a.set(1, a.get(0));
    IO.println("%s %s".formatted(current().name(), a.slice()));
    for (int i = 0; i < 10; i++) {
        IO.println(a);
    }
    a.close();
}
