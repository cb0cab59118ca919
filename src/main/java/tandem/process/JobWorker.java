package tandem.process;

import tandem.memory.Session;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/// The main class of a worker that runs code instead of a script.
public final class JobWorker {
    private JobWorker() {}

    /// Runs the job that the parent sends.
    public static void main(String[] args) throws IOException {
        Parent parent = Parent.get();
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

    /// Sends a job to this JVM itself, and runs it: what parents and workers do, on one side.
    public static void rehearse(Job job, Object... arguments) throws Exception {
        ByteArrayOutputStream pipe = new ByteArrayOutputStream();
        new Assignment(Assignment.REHEARSAL, Parcel.ofJob(job, arguments)).write(pipe);
        Parcel.Contents contents =
                Assignment.read(new ByteArrayInputStream(pipe.toByteArray()))
                        .parcel()
                        .open(JobWorker.class.getClassLoader());
        contents.job().run(contents.arguments());
    }
}
