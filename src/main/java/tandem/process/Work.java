package tandem.process;

import tandem.memory.Session;

import java.io.IOException;

/// What a worker does that runs code instead of a script.
public final class Work {
    private Work() {}

    /// Runs the script whose classes the parent sends.
    ///
    /// @param source its file
    /// @throws Throwable what it throws
    public static void runScript(Kit kit, String source) throws Throwable {
        Parent parent = parent(kit, "run it with java " + source);
        System.setProperty("jdk.launcher.sourcefile", source);
        Thread.currentThread().setContextClassLoader(parent.loader());
        ScriptMain.run(parent.script());
    }

    private static Parent parent(Kit kit, String instead) {
        Parent parent = Parent.get(kit);
        if (parent == null) {
            System.err.println(
                    "this program is started by spawn and call, not by hand: " + instead);
            System.exit(2);
        }
        return parent;
    }

    /// Runs the job that the parent sends, and ends the JVM with 1 when it throws.
    public static void run(Kit kit) throws IOException {
        Parent parent = parent(kit, "call them in JShell");
        Session session = Session.current();
        Thread.currentThread().setContextClassLoader(parent.loader());
        try {
            Object value = parent.job().run(parent.arguments());
            if (parent.job().isCall()) {
                Outcome.returned(value).leave(session, kit);
            }
        } catch (Throwable e) {
            if (Farewell.hasBegun() && Farewell.isInterruption(e)) {
                return;
            }
            Outcome outcome = Outcome.threw(e);
            outcome.leave(session, kit);
            if (!parent.job().isCall()) {
                System.err.print(outcome.trace());
            }
            if (!Farewell.hasBegun()) {
                System.exit(1);
            }
        }
    }
}
