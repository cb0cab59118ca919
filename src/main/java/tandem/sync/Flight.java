package tandem.sync;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Threshold;

/// What Flight Recorder is told about waiting. Nothing happens unless a recording runs.
final class Flight {
    private Flight() {}

    static void lockRecovered(String lock, String deadHolder) {
        if (isOn()) {
            LockRecovered event = new LockRecovered();
            event.lock = lock;
            event.deadHolder = deadHolder;
            event.commit();
        }
    }

    static void deadlock(String circle) {
        if (isOn()) {
            Deadlock event = new Deadlock();
            event.circle = circle;
            event.commit();
        }
    }

    /// Whether a recording runs, or has run. While none has, the classes of the events are not to be
    /// touched: the first of them starts Flight Recorder, which takes a tenth of a second.
    static boolean isOn() {
        return FlightRecorder.isInitialized();
    }

    @Name("tandem.LockWait")
    @Label("Lock Wait")
    @Category("Tandem")
    @Description("A thread waited for a lock that was held")
    @Threshold("1 ms")
    static final class LockWait extends Event {
        @Label("Lock")
        String lock;

        @Label("Holder")
        @Description("Who held it when the wait began")
        String holder;

        @Label("Acquired")
        boolean acquired;
    }

    @Name("tandem.LockRecovered")
    @Label("Lock Recovered")
    @Category("Tandem")
    @Description("A lock was taken from a process that had died with it")
    private static final class LockRecovered extends Event {
        @Label("Lock")
        String lock;

        @Label("Dead Holder")
        String deadHolder;
    }

    @Name("tandem.Deadlock")
    @Label("Deadlock")
    @Category("Tandem")
    @Description("A circle of threads that wait for each other was found, and this one gave up")
    private static final class Deadlock extends Event {
        @Label("Circle")
        String circle;
    }

    @Name("tandem.EventWait")
    @Label("Event Wait")
    @Category("Tandem")
    @Description("A thread waited for an event that was not set")
    @Threshold("1 ms")
    static final class EventWait extends Event {
        @Label("Event")
        String event;

        @Label("Set")
        @Description("Whether the event was set within the time")
        boolean set;
    }

    @Name("tandem.ObjectWait")
    @Label("Object Wait")
    @Category("Tandem")
    @Description("A thread waited at a shared object that is neither a lock nor an event")
    @Threshold("1 ms")
    static final class ObjectWait extends Event {
        @Label("Object")
        String object;

        @Label("Kind")
        String kind;

        @Label("Holder")
        @Description("Who wrote it when the wait began; nothing where nobody did, or may")
        String holder;

        @Label("Over")
        @Description("Whether that came within the time for which it waited")
        boolean over;
    }
}
