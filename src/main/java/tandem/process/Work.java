package tandem.process;

import tandem.memory.Session;

import java.io.IOException;

/// What a worker does that runs code instead of a script.
public final class Work {
    private Work() {}

    /// Runs the job that the parent sends, and ends the JVM with 1 when it throws.
    public static void run(Kit kit) throws IOException {
        Parent parent = Parent.get(kit);
        if (parent == null) {
            System.err.println("this program is started by spawn and call, not by hand");
            System.exit(2);
        }
        Session session = Session.current();
        Thread.currentThread().setContextClassLoader(parent.loader());
        try {
            Object value = parent.job().run(parent.arguments());
            if (parent.job().isCall()) {
                Outcome.returned(value).leave(session);
            }
        } catch (Throwable e) {
            if (Farewell.hasBegun() && Farewell.isInterruption(e)) {
                return;
            }
            Outcome outcome = Outcome.threw(e);
            outcome.leave(session);
            if (!parent.job().isCall()) {
                System.err.print(outcome.trace());
            }
            if (!Farewell.hasBegun()) {
                System.exit(1);
            }
        }
    }
}
