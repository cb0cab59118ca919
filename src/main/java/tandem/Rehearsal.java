package tandem;

import tandem.launch.Spares;
import tandem.memory.ObjectName;
import tandem.process.Practice;
import tandem.travel.Job;
import tandem.travel.Kit;
import tandem.travel.Rehearsed;

import java.time.Duration;

/// What a spare JVM does to get ready: the things that nearly every worker does first.
final class Rehearsal implements Spares.Rehearsal {
    static final Rehearsal INSTANCE = new Rehearsal();

    /// Made when the first spare is, kept for those that follow.
    private Array array;

    private Array plain;

    private Event event;

    /// Long enough that the wait gets to the kernel: the first one of a JVM takes tens of milliseconds
    /// to be linked, in the parent too.
    private static final Duration LINKING = Duration.ofMillis(50);

    private Rehearsal() {}

    @Override
    public Kit kit() {
        return ThisKit.INSTANCE;
    }

    @Override
    public Job job() {
        Code.Action3<Array, Array, Event> code =
                (array, plain, event) -> {
                    array.add(0, 1);
                    plain.set(0, plain.get(0));
                    event.clear();
                    event.await(LINKING);
                    event.set();
                    event.await();
                    Rehearsed.rehearse();
                    practise(Array.of("i", 3).named(ObjectName.OF_KIT));
                };
        return new Job(code, false);
    }

    /// @param own of this process alone: it may be killed while it has the lock
    private static void practise(Array own) {
        Practice.of(
                () -> {
                    own.acquire();
                    IO.println("practice: %s %d".formatted(own.slice(), own.get(0)));
                    IO.println("练习: %s | %s".formatted(own.name(), own.slice()));
                    own.release();
                    own.set(0, own.get(1) + 1);
                    own.add(1, 1);
                });
    }

    @Override
    public synchronized Object[] arguments() {
        if (array == null) {
            array = Array.here("i", 1, true).named(ObjectName.OF_KIT);
            plain = Array.here("i", 1, false).named(ObjectName.OF_KIT);
            event = Event.here(ObjectName.OF_KIT);
            event.await(LINKING);
        }
        return new Object[] {array, plain, event};
    }
}
