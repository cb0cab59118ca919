import static tandem.Tandem.*;

import tandem.*;

/// Says what it was given: its name, its process id and its arguments, each on a line. Sets the
/// first element of an array that comes first.
void main() {
    IO.println("name " + current().name());
    IO.println("pid " + current().pid());
    for (int i = 0; i < args().size(); i++) {
        Object argument = arg(i);
        IO.println("argument " + i + " " + argument);
    }
    if (!args().isEmpty() && args().getFirst() instanceof Array a) {
        a.set(0, 4711);
    }
}
