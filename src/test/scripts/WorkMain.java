import static tandem.Tandem.*;

import tandem.*;

import java.nio.file.Path;

/// A main program that starts a worker from the script that it is given, and returns from `main` at
/// once.
void main(String[] args) {
    var a = Array.of("i", 1);
    IO.println("files " + a.path().getParent());
    IO.println("worker " + named("孩子").spawn(Path.of(args[0]), a).pid());
    IO.println("main returns");
}
