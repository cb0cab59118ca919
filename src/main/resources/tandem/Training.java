import static tandem.Tandem.*;

import tandem.*;

/// Starts a worker that does what most workers do, with one of each kind: one that runs code, or a
/// script.
void main(String[] args) {
    var array = Array.of("i", 3);
    var plain = Array.of("i", 3, false);
    var event = new Event();
    var value = Value.of("i");
    var changed = array.lock().newCondition();
    var permits = new Semaphore(1);
    var all = new Barrier(1);
    var shared = new ReadWriteLock();
    var items = new Queue<Object>();
    var pipe = new Pipe<Object>();
    items.put("one");
    items.put(new Board());
    pipe.left().send(1);
    Board.boards++;
    var worker = args.length > 0
            ? spawn(script(args[0]), array, plain, event, value, changed, permits, all, shared, items, pipe)
            : spawn((a, p, e) -> {
                try (var _ = a.hold()) {
                    a.add(0, 1);
                    changed.await(millis(1));
                    changed.signal();
                }
                a.set(1, a.get(0));
                p.set(1, p.get(0));
                value.add(1);
                try (var _ = permits.hold(); var _ = shared.write().hold(); var _ = shared.read().hold()) {
                    all.await();
                }
                items.put(items.take());
                pipe.right().send(pipe.right().receive());
                items.take();
                know(Shared.class);
                e.await(millis(50));
                e.set();
                e.await();
                Board.first.rows++;
                IO.println("%s %s %s".formatted(current().name(), Board.first, a.slice()));
            }, array, plain, event);
    worker.join();
}

/// Loads a type of shared objects, and all below.
static void know(Class<?> type) {
    if (type.isSealed()) {
        for (Class<?> kind : type.getPermittedSubclasses()) {
            know(kind);
        }
    }
}

/// A class of the program, with statics that are set on the other side too.
static class Board {
    static Board first = new Board();
    static int boards = 1;
    static double scale = 1.5;

    final Path folder = Path.of("");
    final String name = "first";
    final double width = 2.5;
    final boolean isFull = false;
    int rows = 3;
    long cells = 4;
    List<String> lines = new ArrayList<>(List.of("one"));

    @Override
    public String toString() {
        return name + rows + boards + scale + width + isFull + cells + lines + folder;
    }
}
