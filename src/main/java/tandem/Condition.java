package tandem;

import tandem.memory.Guard;
import tandem.memory.Header;
import tandem.memory.Kind;
import tandem.memory.Layout;
import tandem.memory.ObjectName;
import tandem.memory.SharedFile;
import tandem.memory.Trace;
import tandem.memory.WaitCounts;
import tandem.net.Served;
import tandem.session.Names;
import tandem.session.Session;
import tandem.sync.Halt;
import tandem.sync.Mutex;
import tandem.sync.Standby;
import tandem.sync.Tickets;
import tandem.sync.UnreachableException;

import java.io.Serial;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/// Threads that wait, in whichever processes, until another one says that something has changed that a
/// [Lock] guards, Python's `Condition`. [Lock#newCondition] makes one.
///
/// ```java
/// var lock = new Lock();
/// var notEmpty = lock.newCondition();
/// var items = Value.of("i");
/// var p = spawn(() -> {                    // one who waits
///     try (var held = lock.hold()) {
///         notEmpty.await(() -> items.get() > 0);
///         items.add(-1);
///     }
/// });
/// try (var held = lock.hold()) {           // one who has something
///     items.add(1);
///     notEmpty.signal();
/// }
/// p.join();
/// items.get()                              // ==> 0
/// ```
///
/// Who waits gives the lock back, however often it has taken it, and has it again when it goes on. Those
/// who came first are signalled first. A waiter that is killed takes nobody's signal with it, not even
/// one that it was sent: the next one gets that. `await()` returns after a signal only; but as others
/// may have had the lock since the signal, what it waited for is to be looked at again, as
/// `await(condition)` does.
public final class Condition extends Shared {
    @Serial private static final long serialVersionUID = 1;

    private final transient Lock lock;
    private final transient Standby tickets;

    private Condition(SharedFile file, Session session, Lock lock) {
        super(file, session);
        this.lock = lock;
        this.tickets = new Tickets(file, session, lock.ownMutex());
        lock.guardOthers();
    }

    Condition(Served served, Lock lock) {
        super(served);
        this.lock = lock;
        this.tickets = served.tickets();
    }

    static Condition of(Lock lock) {
        lock.requireOpen();
        if (isMadeServed(lock)) {
            return (Condition) makeServed(servedHeaderOf(lock), null, lock);
        }
        Session session = Guarded.sessionFor(lock);
        return of(lock, session, headerOf(lock, session));
    }

    private static Condition of(Lock lock, Session session, Header header) {
        Condition condition = new Condition(session.create(header), session, lock);
        condition.register(true);
        return condition;
    }

    private static Header headerOf(Lock lock, Session session) {
        String guard = lock.fileFor(session, Kind.CONDITION);
        return new Header(Kind.CONDITION, null, Guard.ELSEWHERE, guard, Layout.ROWS);
    }

    private static Header servedHeaderOf(Lock lock) {
        String guard = lock.object().served().id();
        return new Header(Kind.CONDITION, null, Guard.ELSEWHERE, guard, Layout.ROWS);
    }

    static Condition named(String name, Lock lock) {
        Names.checked(name);
        lock.requireOpen();
        if (lock.isServed()) {
            requireFound(name, lock, lock.object().served().isNamed());
            return (Condition) namedGuarded(name, servedHeaderOf(lock), lock);
        }
        Header header = headerOf(lock, lock.session());
        requireFound(name, lock, lock.session().isCommon());
        return ByName.get(name, header, 0, session -> of(lock, session, header), Condition.class);
    }

    /// @param isFound whether others find the lock
    private static void requireFound(String name, Lock lock, boolean isFound) {
        if (!isFound) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "newCondition(\"%s\"): others cannot find %s either: Lock.named(…) makes a lock that they find"
                                    .formatted(name, lock.name())));
        }
    }

    /// The condition that there is by a name: `newCondition` of its lock has made it.
    ///
    /// @throws IllegalArgumentException when there is none; it says which names there are
    public static Condition attach(String name) {
        return ByName.attach(name, Condition.class);
    }

    static Condition open(SharedFile file, Session session) {
        return new Condition(file, session, Guarded.elsewhere(file, session));
    }

    /// The condition behind a path that [#path] gave.
    ///
    /// @throws IllegalArgumentException when it is no condition of a living session
    public static Condition attach(Path path) {
        return attach(path, Condition.class);
    }

    /// Names the condition for errors and views, once.
    ///
    /// @param name a line of text, of at most 252 bytes in UTF-8
    /// @return this condition
    /// @throws IllegalStateException when it has another name
    public Condition named(String name) {
        String checked = ObjectName.checked(name);
        requireOpen();
        giveName(checked);
        return this;
    }

    /// The lock that it belongs to.
    public Lock lock() {
        return lock;
    }

    /// Gives the lock back, waits for a signal, and has the lock again.
    ///
    /// @throws IllegalMonitorStateException when this thread does not hold the lock
    /// @throws tandem.sync.UncheckedInterruptedException when interrupted while waiting; the lock is
    ///     held again then
    public void await() {
        requireOpen();
        if (Halt.IS_ON) {
            halt("await()");
        }
        tickets.await();
    }

    /// As [#await()], for at most a time.
    ///
    /// @return whether there was a signal, false when the time was over first; the lock is held again
    ///     in both cases
    public boolean await(Duration time) {
        requireOpen();
        if (Halt.IS_ON) {
            halt("await(%s)".formatted(time));
        }
        return Halt.IS_ON ? Halt.gave(tickets.await(time)) : tickets.await(time);
    }

    /// Waits until something is so: looks, and as long as it is not, waits for a signal and looks again.
    ///
    /// @param condition is asked by this thread, which holds the lock
    /// @throws IllegalMonitorStateException when this thread does not hold the lock
    /// @throws tandem.sync.UncheckedInterruptedException when interrupted while waiting
    public void await(BooleanSupplier condition) {
        requireOpen();
        if (Halt.IS_ON) {
            halt("await(…)");
        }
        tickets.await(condition);
    }

    /// Lets the thread go on that has waited longest, when this one has given the lock back. Nothing
    /// happens when nobody waits.
    ///
    /// @throws IllegalMonitorStateException when this thread does not hold the lock
    public void signal() {
        signal(1);
    }

    /// As [#signal()], for so many threads, or as many as wait.
    ///
    /// @throws IllegalArgumentException when it is negative
    public void signal(int count) {
        requireOpen();
        if (count < 0) {
            throw Trace.trim(
                    new IllegalArgumentException(
                            "signal(%d): 0 threads or more can be signalled".formatted(count)));
        }
        if (Halt.IS_ON) {
            halt(count == Integer.MAX_VALUE ? "signalAll()" : "signal(%d)".formatted(count));
        }
        tickets.signal(count);
    }

    /// As [#signal()], for all who wait.
    public void signalAll() {
        signal(Integer.MAX_VALUE);
    }

    @Override
    Mutex ownMutex() {
        return null;
    }

    @Override
    void giveToParent() {
        super.giveToParent();
        lock.giveToParent();
    }

    @Override
    void holderEnded(int holder) {
        lock.holderEnded(holder);
        tickets.holderEnded();
    }

    /// What has happened to the condition since it was made, in all processes. Never waits.
    public Stats stats() {
        Halt.glance();
        requireOpen();
        WaitCounts waits = tickets.waits();
        return new Stats(
                tickets.waiting(), tickets.signals(), waits.waits(), waits.mean(), waits.longest());
    }

    /// What has happened to a condition. The figures are of about the same moment.
    ///
    /// @param waiting how many wait at this moment
    /// @param signals how many were signalled
    /// @param waits how often a wait has ended
    /// @param meanWait how long these took on average
    /// @param longestWait how long they took at most
    public record Stats(
            long waiting, long signals, long waits, Duration meanWait, Duration longestWait) {}

    /// `Condition(condition-3 of lock-2, 1 wait)`.
    @Override
    public String toString() {
        Halt.glance();
        return "Condition(%s of %s, %s)"
                .formatted(name(), lock.name(), isClosed() ? "closed" : state());
    }

    private String state() {
        try {
            return tickets.waiting() + " wait";
        } catch (UnreachableException | IllegalStateException e) {
            return "out of reach";
        }
    }
}
