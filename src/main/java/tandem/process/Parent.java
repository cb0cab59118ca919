package tandem.process;

import tandem.memory.Session;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/// A worker's side of the pipe from its parent: first the assignment comes, then nothing, until the
/// parent ends, which ends the worker.
public final class Parent {
    private static final long LAST_WORDS_MILLIS = 500;

    private final String name;
    private final Parcel.Contents contents;

    private Parent(String name, Parcel.Contents contents) {
        this.name = name;
        this.contents = contents;
    }

    /// The parent of this process, null when this process is no worker.
    public static Parent get() {
        return Only.PARENT;
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

    /// Knows the classes that came with the job.
    ClassLoader loader() {
        return contents.loader();
    }

    private static Parent meet() {
        if (System.getProperty(Session.WORKER_PROPERTY) == null) {
            return null;
        }
        InputStream pipe = new FileInputStream(FileDescriptor.in);
        System.setIn(InputStream.nullInputStream());
        try {
            Assignment assignment = Assignment.read(pipe);
            Thread watch = new Thread(() -> endWithParent(pipe), "tandem-parent-watch");
            watch.setDaemon(true);
            watch.start();
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            return new Parent(assignment.name(), assignment.parcel().open(loader));
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException(
                    "this process was started as a worker, and its parent did not tell it what to"
                            + " do: "
                            + e.getMessage(),
                    e);
        }
    }

    private static void endWithParent(InputStream pipe) {
        try {
            while (pipe.read() >= 0) {}
        } catch (IOException e) {
            // As good as the end.
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

    private static final class Only {
        static final Parent PARENT = meet();
    }
}
