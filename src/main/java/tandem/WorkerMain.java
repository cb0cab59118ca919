package tandem;

import tandem.process.Work;

/// The main class of a worker that runs code, or a script that was compiled before. Whoever starts from
/// nothing has to know the kit by name, and so stands as high as it does.
final class WorkerMain {
    private WorkerMain() {}

    static void main() throws Throwable {
        Work.run(ThisKit.INSTANCE);
    }
}
