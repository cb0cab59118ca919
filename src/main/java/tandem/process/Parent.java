package tandem.process;

import tandem.launch.Assignment;
import tandem.launch.CompiledScript;
import tandem.record.Recorder;
import tandem.session.Joined;
import tandem.session.Session;
import tandem.sync.Halt;
import tandem.travel.Job;
import tandem.travel.Kit;
import tandem.travel.Parcel;

import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/// A worker's side of the pipe over which its assignment comes.
public final class Parent {
    private static Parent only;
    private static IllegalStateException failed;
    private static BufferedInputStream pipe;

    /// That of the kit.
    private static ClassLoader outer;

    private final String name;
    private final Parcel.Contents contents;
    private final String script;
    private final String mainClass;

    private Parent(String name, String script, Parcel.Contents contents, String mainClass) {
        this.name = name;
        this.script = script;
        this.contents = contents;
        this.mainClass = mainClass;
    }

    /// Whether this process has a parent that sends it an assignment.
    public static boolean exists() {
        return System.getProperty(Session.WORKER_PROPERTY) != null;
    }

    /// The parent of this process, null when this process is no worker. The first call waits for
    /// the assignment, so that a spare waits here.
    ///
    /// @throws IllegalStateException when the assignment cannot be understood, each time
    public static synchronized Parent get(Kit kit) {
        if (failed != null) {
            throw failed;
        }
        if (only == null && exists()) {
            try {
                only = meet(kit);
            } catch (IllegalStateException e) {
                failed = e;
                throw e;
            }
        }
        return only;
    }

    /// In a worker that works again: waits for the next assignment.
    static synchronized Parent next(Kit kit) {
        only = null;
        return get(kit);
    }

    public String workerName() {
        return name;
    }

    public List<Object> arguments() {
        return contents.arguments();
    }

    /// What is to be run, null when this process runs a script.
    Job job() {
        return contents.job();
    }

    /// The file of the script whose classes have come, empty when there is none.
    String script() {
        return script;
    }

    /// The main class of that script.
    Class<?> mainClass() throws ClassNotFoundException {
        return loader().loadClass(mainClass);
    }

    /// Knows the classes that have come.
    ClassLoader loader() {
        return contents.loader();
    }

    private static Parent meet(Kit kit) {
        if (pipe == null) {
            pipe = new BufferedInputStream(new FileInputStream(FileDescriptor.in));
            System.setIn(InputStream.nullInputStream());
            outer = Thread.currentThread().getContextClassLoader();
        }
        ClassLoader loader = outer;
        try {
            // In this other thread the session is joined, while this one makes the code ready.
            ParentWatch.start();
            Joined.take("");
            Assignment assignment = Assignment.read(pipe);
            while (assignment != null && assignment.isRehearsal()) {
                Parcel.Contents rehearsal = assignment.parcel().open(kit, loader);
                kit.run(rehearsal.job().code(), rehearsal.arguments().toArray());
                Farewell.prepare(Session.current());
                System.out.write(Assignment.REHEARSED);
                System.out.flush();
                assignment = awaitNext(pipe);
            }
            if (assignment == null) {
                Runtime.getRuntime().halt(0);
            }
            Joined.take(assignment.joined());
            Parcel parcel = assignment.parcel();
            Parcel.Contents contents = parcel.open(kit, loader);
            Farewell.prepare(Session.current());
            if (contents.job() == null) {
                CompiledScript.leave(loader);
            }
            if (Halt.IS_ON) {
                Halt.enter(assignment.name(), Session.current().holder());
            }
            Recorder.enter();
            return new Parent(
                    assignment.name(), assignment.script(), contents, parcel.firstClass());
        } catch (Exception | LinkageError e) {
            throw new IllegalStateException(
                    "this process was started as a worker, and its parent did not tell it what to"
                            + " do: "
                            + e.getMessage(),
                    e);
        }
    }

    /// Practises until it comes.
    private static Assignment awaitNext(BufferedInputStream pipe) throws IOException {
        try (var _ = Practice.begin()) {
            pipe.mark(1);
            pipe.read();
            pipe.reset();
        }
        return Assignment.read(pipe);
    }
}
