import static tandem.Tandem.*;

import tandem.*;

/// Prints lines in Chinese and German, each in two parts, from when the event says so; its last
/// words, on the error output, lack the end of their line.
void main() {
    Event start = arg(0);
    int lines = arg(1);
    start.await();
    for (int i = 0; i < lines; i++) {
        IO.print("进程 %s 第 %d 行 ".formatted(current().name(), i));
        System.out.flush();
        IO.println("line of some length ÄÖÜ");
    }
    System.err.print("done");
}
