package tandem.process;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/// What Flight Recorder is told about workers, by their parent. Nothing happens unless a recording
/// runs.
final class Flight {
    private Flight() {}

    static void workerStarted(String worker, long pid) {
        if (isOn()) {
            WorkerStart event = new WorkerStart();
            event.worker = worker;
            event.pid = pid;
            event.commit();
        }
    }

    static void workerEnded(String worker, long pid, int exitCode) {
        if (isOn()) {
            WorkerEnd event = new WorkerEnd();
            event.worker = worker;
            event.pid = pid;
            event.exitCode = exitCode;
            event.commit();
        }
    }

    /// Whether a recording runs, or has run. While none has, the classes of the events are not to be
    /// touched: the first of them starts Flight Recorder, which takes a tenth of a second.
    static boolean isOn() {
        return FlightRecorder.isInitialized();
    }

    @Name("tandem.WorkerWait")
    @Label("Worker Wait")
    @Category("Tandem")
    @Description("A thread waited for the end of a worker")
    @Threshold("1 ms")
    static final class WorkerWait extends Event {
        @Label("Worker")
        String worker;

        @Label("Ended")
        @Description("Whether it ended within the time for which the thread waited")
        boolean ended;
    }

    @Name("tandem.WorkerStart")
    @Label("Worker Start")
    @Category("Tandem")
    @Description("A worker was spawned")
    private static final class WorkerStart extends Event {
        @Label("Worker")
        String worker;

        @Label("Process Id")
        long pid;
    }

    @Name("tandem.WorkerEnd")
    @Label("Worker End")
    @Category("Tandem")
    @Description("A worker has ended")
    @StackTrace(false)
    private static final class WorkerEnd extends Event {
        @Label("Worker")
        String worker;

        @Label("Process Id")
        long pid;

        @Label("Exit Code")
        @Description("-n when signal n ended it")
        int exitCode;
    }
}
