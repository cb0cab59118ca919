import static tandem.Tandem.*;

import tandem.*;

/// Starts a worker that does what most workers do: one that runs code, or a script.
void main(String[] args) {
    var array = Array.of("i", 3);
    var event = new Event();
    var worker = args.length > 0
            ? spawn(script(args[0]), array, event)
            : spawn((a, e) -> {
                try (var _ = a.hold()) {
                    a.add(0, 1);
                }
                a.set(1, a.get(0));
                e.await(millis(50));
                e.set();
                e.await();
                IO.println("%s %s".formatted(current().name(), a.slice()));
            }, array, event);
    worker.join();
}
