package tandem;

import tandem.memory.Guard;
import tandem.memory.Header;
import tandem.memory.Kind;
import tandem.memory.ObjectName;
import tandem.memory.SharedFile;
import tandem.memory.WaitCounts;
import tandem.net.Served;
import tandem.session.Names;
import tandem.session.Session;
import tandem.sync.Flag;
import tandem.sync.Halt;
import tandem.sync.Mutex;
import tandem.sync.Signal;
import tandem.sync.UnreachableException;

import java.io.Serial;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/// A flag that processes wait for, Python's `Event`. A new one is not set.
///
/// A `set()` that comes while someone waits always lets him go, even if a `clear()` follows at once.
/// `set()` and `clear()` never block, and a waiter that is killed harms nobody. What happened before
/// a `set()` is seen by those whom it lets go.
///
/// ```java
/// var start = new Event();
/// var p = spawn(e -> { e.await(); IO.println("off"); }, start);
/// start.set();
/// p.join();
/// start.isSet()                        // ==> true
/// ```
public final class Event extends Shared {
    @Serial private static final long serialVersionUID = 1;

    private static final Header HEADER = new Header(Kind.EVENT, null, Guard.NONE, "", 0);

    private final transient Flag signal;

    /// A new event, not set.
    public Event() {
        this(Place.make(HEADER));
    }

    /// A new event, not set, with a name for errors and views.
    ///
    /// @param name a line of text, of at most 252 bytes in UTF-8
    public Event(String name) {
        this(ObjectName.checked(name), Place::make);
    }

    private Event(String name, Function<Header, Place> place) {
        this(place.apply(HEADER));
        giveName(name);
    }

    private Event(Session session) {
        this(Place.make(HEADER, session));
    }

    /// Of a new event.
    private Event(Place place) {
        super(place);
        this.signal =
                place.served() == null
                        ? new Signal(place.file(), place.session())
                        : place.served().flag();
        registerMade();
    }

    /// A new event of this machine, whatever this process has joined.
    static Event here(String name) {
        return new Event(ObjectName.checked(name), header -> Place.make(header, Session.current()));
    }

    Event(Served served) {
        super(served);
        this.signal = served.flag();
    }

    Event(SharedFile file, Session session) {
        super(file, session);
        this.signal = new Signal(file, session);
    }

    /// The event that all processes of this user know by a name: made when there is none, by one of those who
    /// ask at once. It is there until the last process that has it ends, or has closed it.
    ///
    /// @param name letters, digits, `.`, `_` and `-`
    /// @throws IllegalArgumentException when the name belongs to another kind of object
    public static Event named(String name) {
        Names.checked(name);
        if (isNamedServed()) {
            return (Event) namedServed(name, HEADER, null);
        }
        return ByName.get(name, HEADER, 0, Event::new, Event.class);
    }

    /// The event that there is by a name: `Event.named` has made it.
    ///
    /// @throws IllegalArgumentException when there is none; it says which names there are
    public static Event attach(String name) {
        return ByName.attach(name, Event.class);
    }

    /// The event behind a path that [#path] gave.
    ///
    /// @throws IllegalArgumentException when it is no event of a living session
    public static Event attach(Path path) {
        return attach(path, Event.class);
    }

    /// Raises the flag and lets all go who wait. Stays set until `clear()`.
    public void set() {
        requireOpen();
        if (Halt.IS_ON) {
            halt("set()");
        }
        signal.set();
    }

    /// Lowers the flag: from now on, `await()` waits.
    public void clear() {
        requireOpen();
        if (Halt.IS_ON) {
            halt("clear()");
        }
        signal.clear();
    }

    /// Whether the flag is up.
    public boolean isSet() {
        requireOpen();
        if (Halt.IS_ON) {
            halt("isSet()");
            return Halt.gave(signal.isSet());
        }
        return signal.isSet();
    }

    /// Waits until the flag is up; returns at once when it is.
    ///
    /// @throws tandem.sync.UncheckedInterruptedException when interrupted while waiting
    public void await() {
        requireOpen();
        if (Halt.IS_ON) {
            long before = signal.sets();
            haltUntil("await()", () -> signal.isSet() || signal.sets() != before);
            if (signal.sets() != before) {
                return;
            }
        }
        signal.await();
    }

    /// As [#await()], for at most a time; a time of zero or less only looks.
    ///
    /// @return whether the flag was up, false when the time was over first
    /// @throws tandem.sync.UncheckedInterruptedException when interrupted while waiting
    public boolean await(Duration time) {
        requireOpen();
        if (Halt.IS_ON) {
            long before = signal.sets();
            BooleanSupplier isOver = () -> signal.isSet() || signal.sets() != before;
            Duration left = haltFor("await(%s s)", time, isOver);
            return Halt.gave(isOver.getAsBoolean() || signal.await(left));
        }
        return signal.await(time);
    }

    @Override
    Mutex ownMutex() {
        return null;
    }

    /// What has happened to the event since it was made, in all processes. Never waits.
    public Stats stats() {
        Halt.glance();
        WaitCounts waits = signal.waits();
        return new Stats(signal.sets(), waits.waits(), waits.mean(), waits.longest());
    }

    /// What has happened to an event. The figures are of about the same moment.
    ///
    /// @param sets how often it was set
    /// @param waits how often somebody waited for it; who finds it set does not wait
    /// @param meanWait how long these waits took on average
    /// @param longestWait how long they took at most
    public record Stats(long sets, long waits, Duration meanWait, Duration longestWait) {}

    /// Its name, and the flag: `Event(event-3, set)`, `Event(start, not set)`.
    @Override
    String touches(String words) {
        boolean isRead = words.startsWith("isSet") || words.startsWith("await");
        return isRead ? Halt.reads(key(), Halt.WHOLE) : Halt.writes(key(), Halt.WHOLE);
    }

    @Override
    public String toString() {
        Halt.glance();
        return "Event(%s, %s)".formatted(name(), isClosed() ? "closed" : state());
    }

    private String state() {
        try {
            return signal.isSet() ? "set" : "not set";
        } catch (UnreachableException | IllegalStateException e) {
            return "out of reach";
        }
    }
}
