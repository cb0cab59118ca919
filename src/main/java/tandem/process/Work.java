package tandem.process;

import tandem.launch.Again;
import tandem.launch.ScriptMain;
import tandem.memory.Notice;
import tandem.session.Session;
import tandem.sync.Halt;
import tandem.travel.Kit;

import java.io.OutputStream;

/// What a worker does that is sent what it runs.
public final class Work {
    private Work() {}

    /// Runs the job that the parent sends, or the script whose classes it sends. The JVM ends when this has
    /// returned and the threads that it has started have ended; with 1 when it throws.
    ///
    /// @throws Throwable what the job or the script threw; it has been shown to whom it concerns
    public static void run(Kit kit) throws Throwable {
        OutputStream ends = Again.IS_ON ? Again.output() : null;
        if (!Again.IS_WORKER) {
            try {
                runOnce(kit);
            } finally {
                Halt.over();
            }
            return;
        }
        while (true) {
            int code = 0;
            try {
                runOnce(kit);
            } catch (Throwable e) {
                code = 1;
            }
            Halt.leave();
            if (Farewell.hasBegun()) {
                return;
            }
            if (!Halt.holdsNothing()) {
                System.exit(code);
            }
            ends.write(code);
            Parent.next(kit);
        }
    }

    private static void runOnce(Kit kit) throws Throwable {
        if (!Parent.exists()) {
            Notice.say(
                    "this program is started by spawn and call, not by hand: call them in JShell");
            System.exit(2);
        }
        Parent parent;
        try {
            parent = Parent.get(kit);
        } catch (Throwable e) {
            fail(e, true, Session.current(), kit);
            return;
        }
        Thread.currentThread().setContextClassLoader(parent.loader());
        if (parent.script().isEmpty()) {
            runJob(parent, Session.current(), kit);
        } else {
            System.setProperty("jdk.launcher.sourcefile", parent.script());
            ScriptMain.run(parent.mainClass());
        }
    }

    private static void runJob(Parent parent, Session session, Kit kit) throws Throwable {
        boolean isCall = parent.job().isCall();
        try {
            Object value = kit.run(parent.job().code(), parent.arguments().toArray());
            if (isCall) {
                Outcome.returned(value).leave(session, kit);
            }
        } catch (Throwable e) {
            if (Farewell.hasBegun() && Farewell.isInterruption(e)) {
                return;
            }
            fail(e, isCall, session, kit);
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
