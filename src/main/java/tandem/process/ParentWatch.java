package tandem.process;

import com.sun.source.util.JavacTask;
import com.sun.source.util.Plugin;

import tandem.memory.Session;

/// Ends a worker when its parent has ended.
///
/// It is also a plugin of the compiler that starts by itself: `java Script.java` compiles the script
/// in the worker's own JVM, so that a script is watched that never calls the kit. In any other
/// compiler it does nothing.
public final class ParentWatch implements Plugin {
    private static final long LOOK_MILLIS = 250;
    private static final long LAST_WORDS_MILLIS = 500;

    private static boolean started;

    /// For the compiler.
    public ParentWatch() {}

    @Override
    public String getName() {
        return "tandem";
    }

    @Override
    public boolean autoStart() {
        return System.getProperty(Session.WORKER_PROPERTY) != null;
    }

    @Override
    public void init(JavacTask task, String... arguments) {
        start();
    }

    static synchronized void start() {
        if (!started) {
            started = true;
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
        Thread exit = new Thread(() -> System.exit(1), "tandem-parent-gone");
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
