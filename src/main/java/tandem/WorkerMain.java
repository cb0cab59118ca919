package tandem;

import tandem.process.Work;

/// The main class of a worker that runs code, or a script that was compiled before. Whoever starts from
/// nothing has to know the kit by name, and so stands as high as it does.
final class WorkerMain {
    private WorkerMain() {}

    /// @param args the file of the script; none when the worker runs code
    static void main(String[] args) throws Throwable {
        if (args.length == 0) {
            Work.run(ThisKit.INSTANCE);
        } else {
            Work.runScript(ThisKit.INSTANCE, args[0]);
        }
    }
}
