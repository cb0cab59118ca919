package tandem.process;

import tandem.memory.Trace;
import tandem.session.ProcessCounts;
import tandem.session.Session;
import tandem.travel.Kit;

import java.time.Duration;

/// The process that one is in.
///
/// @param name that its parent gave it
public record ThisProcess(String name) implements Running {
    private static final String MAIN = "MainProcess";

    public static ThisProcess get(Kit kit) {
        Parent parent = Parent.get(kit);
        return new ThisProcess(parent == null ? MAIN : parent.workerName());
    }

    @Override
    public void join() {
        throw neverEnds();
    }

    @Override
    public boolean join(Duration time) {
        throw neverEnds();
    }

    @Override
    public void whenEnded(Runnable action) {
        throw neverEnds();
    }

    private IllegalStateException neverEnds() {
        return Trace.trim(
                new IllegalStateException(
                        "a process cannot wait for its own end: Worker(%s, pid %d, running)"
                                .formatted(name, pid())));
    }

    @Override
    public boolean isAlive() {
        return true;
    }

    @Override
    public int exitCode() {
        throw neverEnds();
    }

    @Override
    public Outcome outcome(Kit kit, ClassLoader loader) {
        throw neverEnds();
    }

    @Override
    public ProcessCounts counts() {
        Session session = Session.current();
        return session.roster().counts(session.holder());
    }

    @Override
    public int holder() {
        return Session.current().holder();
    }

    @Override
    public long pid() {
        return ProcessHandle.current().pid();
    }

    @Override
    public void terminate() {
        System.exit(143);
    }

    @Override
    public void kill() {
        Runtime.getRuntime().halt(137);
    }
}
