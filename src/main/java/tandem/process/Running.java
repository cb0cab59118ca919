package tandem.process;

import tandem.session.ProcessCounts;
import tandem.travel.Kit;

import java.time.Duration;

/// A process as others see it, or itself.
public interface Running {
    /// Waits until it has ended and its output has arrived.
    ///
    /// @throws IllegalStateException when it is this one
    void join() throws InterruptedException;

    /// As `join()`, for at most a time.
    ///
    /// @return whether it has ended
    boolean join(Duration time) throws InterruptedException;

    /// Runs an action when it has ended, at once if it has already: in a thread of its own.
    ///
    /// @throws IllegalStateException when it is this one
    void whenEnded(Runnable action);

    boolean isAlive();

    /// 0 to 255 as the process said, or −n when signal n ended it.
    ///
    /// @throws IllegalStateException while it runs
    int exitCode();

    /// What became of its job, null when it left nothing. Asked once, when it has ended.
    ///
    /// @throws IllegalStateException when this process cannot take what it left, or it runs
    Outcome outcome(Kit kit, ClassLoader loader);

    /// What it has waited so far.
    ProcessCounts counts();

    /// The bits by which lock words name it.
    int holder();

    long pid();

    /// Which process it is, for a person: its pid, and its machine when that is another one. Never waits.
    default String place() {
        return "pid %d".formatted(pid());
    }

    /// Asks it to end: its shutdown hooks run.
    void terminate();

    /// Ends it at once.
    void kill();
}
