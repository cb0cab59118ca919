import static tandem.Tandem.*;

import tandem.*;

/// Prints lines in German and Chinese from when the event says so; its last words, on the error
/// output, lack the end of their line.
void main() {
    Event start = arg(0);
    int lines = arg(1);
    start.await();
    for (int i = 0; i < lines; i++) {
        IO.println("进程 %s 第 %d 行 line of some length ÄÖÜ".formatted(current().name(), i));
    }
    System.err.print("done");
}
