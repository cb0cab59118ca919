package tandem;

import tandem.process.JobWorker;

/// Does in one JVM what a parent and a worker without a script do, so that an ahead-of-time cache
/// can be made of it. Its counterpart for scripts is the resource `Training.java`.
final class Training {
    private Training() {}

    /// Runs the rehearsal of a spare.
    static void main(String[] args) throws Exception {
        JobWorker.rehearse(Rehearsal.INSTANCE.job(), Rehearsal.INSTANCE.arguments());
        System.out.println(Rehearsal.INSTANCE.arguments()[0]);
    }
}
