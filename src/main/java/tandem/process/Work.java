package tandem.process;

import tandem.launch.Again;
import tandem.launch.ScriptMain;
import tandem.memory.Notice;
import tandem.session.Session;
import tandem.sync.Halt;
import tandem.sync.Mutexes;
import tandem.travel.Kit;

import java.io.OutputStream;

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
            Notice.say("this program is started by spawn and call, not by hand: " + instead);
            System.exit(2);
        }
        return parent;
    }

    /// Runs the job that the parent sends. The JVM ends when this has returned and the threads that
    /// the job has started have ended; with 1 when it throws.
    ///
    /// @throws Throwable what the job threw; it has been shown to whom it concerns
    public static void run(Kit kit) throws Throwable {
        if (!Again.IS_ON) {
            runOnce(kit);
            return;
        }
        OutputStream ends = Again.output();
        while (true) {
            int code = 0;
            try {
                runOnce(kit);
            } catch (Throwable e) {
                code = 1;
            }
            Halt.leave();
            if (Farewell.hasBegun() || Mutexes.isAnyOwned()) {
                System.exit(code);
            }
            ends.write(code);
            Parent.next(kit);
        }
    }

    private static void runOnce(Kit kit) throws Throwable {
        Session session = null;
        boolean isCall = true;
        try {
            Parent parent = parent(kit, "call them in JShell");
            session = Session.current();
            Thread.currentThread().setContextClassLoader(parent.loader());
            isCall = parent.job().isCall();
            Object value = parent.job().run(parent.arguments());
            if (isCall) {
                Outcome.returned(value).leave(session, kit);
            }
        } catch (Throwable e) {
            if (Farewell.hasBegun() && Farewell.isInterruption(e)) {
                return;
            }
            fail(e, isCall, session == null ? Session.current() : session, kit);
        }
    }

    /// Whether this worker was told to end, by a signal or by the end of its parent, and is about to.
    public static boolean isToldToEnd() {
        return Farewell.hasBegun();
    }

    private static void fail(Throwable thrown, boolean isCall, Session session, Kit kit)
            throws Throwable {
        Outcome outcome = Outcome.threw(thrown);
        outcome.leave(session, kit);
        if (!isCall) {
            Notice.say(outcome.trace().stripTrailing());
        }
        if (!Farewell.hasBegun()) {
            Thread.currentThread().setUncaughtExceptionHandler((_, _) -> {});
            throw thrown;
        }
    }
}
