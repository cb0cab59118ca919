package tandem;

import tandem.process.Work;

import java.io.IOException;

/// The main class of a worker that runs code instead of a script.
final class WorkerMain {
    private WorkerMain() {}

    static void main() throws IOException {
        Work.run(ThisKit.INSTANCE);
    }
}
