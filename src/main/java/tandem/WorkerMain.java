package tandem;

import tandem.process.Work;

/// The main class of a worker that runs code, or a script that was compiled before.
final class WorkerMain {
    private WorkerMain() {}

    static void main() throws Throwable {
        Work.run(ThisKit.INSTANCE);
    }
}
