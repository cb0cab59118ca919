import static tandem.Tandem.*;

import tandem.*;

/// Prints some lines, then sets an event; given nothing more, it stays until it is ended.
void main() {
    Event printed = arg(0);
    for (int i = 0; i < 1000; i++) {
        IO.println("第 %d 行".formatted(i));
    }
    printed.set();
    if (args().size() == 1) {
        new Event().await();
    }
}
