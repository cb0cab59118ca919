package tandem.process;

import tandem.session.Session;

/// What a worker owes its parent from its first moment on: it ends when its parent has ended, and says
/// when each line of its output was complete.
final class ParentWatch {
    /// The name of the thread that ends the JVM.
    static final String EXIT_THREAD = "tandem-parent-gone";

    private static final long LOOK_MILLIS = 250;
    private static final long LAST_WORDS_MILLIS = 500;

    private static boolean started;

    private ParentWatch() {}

    static synchronized void start() {
        if (!started) {
            started = true;
            StampedOutput.install();
            Thread watch = new Thread(ParentWatch::watch, "tandem-parent-watch");
            watch.setDaemon(true);
            watch.start();
        }
    }

    /// Looks after the parent four times a second. A thread in a read of the pipe would learn of its
    /// end at once; but a JVM that exits waits 300 ms for threads in native calls.
    private static void watch() {
        Session session = Session.current();
        long parent = session.roster().parentPid(session.holder());
        ProcessHandle self = ProcessHandle.current();
        try {
            while (self.parent().map(ProcessHandle::pid).orElse(-1L) == parent) {
                Thread.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Thread exit = new Thread(() -> System.exit(1), EXIT_THREAD);
        exit.setDaemon(true);
        exit.start();
        try {
            exit.join(LAST_WORDS_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(1);
    }
}
