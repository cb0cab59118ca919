import static tandem.Tandem.*;

import tandem.*;

/// What Python's documentation does with a `Pipe`; then both ends talk, and one learns that the other is
/// gone.
///
/// `scripts/tandem examples/PipeTalk.java`
void main() {
    var pipe = new Pipe<List<Object>>();
    var p = spawn(end -> f(end), pipe.right());
    IO.println(pipe.left().receive());
    p.join();
    try {
        pipe.left().receive();
    } catch (EndOfPipeException e) {
        IO.println(e.getMessage());
    }

    var numbers = new Pipe<Integer>();
    var doubler = named("doubler").spawn(end -> twice(end), numbers.right());
    for (int i = 1; i <= 3; i++) {
        numbers.left().send(i);
        IO.println(numbers.left().receive());
    }
    doubler.kill();
    try {
        numbers.left().receive();
    } catch (EndOfPipeException e) {
        IO.println("killed, and nobody waits for ever: " + e.getMessage());
    }
}

void f(Pipe.End<List<Object>> end) {
    end.send(Arrays.asList(42, null, "hello"));
    end.close();
}

void twice(Pipe.End<Integer> end) {
    while (true) {
        end.send(2 * end.receive());
    }
}
