package tandem.launch;

import tandem.session.Joined;
import tandem.session.Session;
import tandem.travel.Kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// A JVM that was started as a worker and waits for its assignment, with its slot in the roster.
public record Started(Process process, Session session, int holder) {

    /// The line that starts a worker in a slot.
    public interface Command {
        List<String> line(Session session, int holder);
    }

    public static Started start(String name, Session session, Command command) {
        int holder = session.roster().claim(name, session.holder());
        Started started = null;
        try {
            ProcessBuilder builder = new ProcessBuilder(command.line(session, holder));
            Joined.tellChild(builder.environment());
            Process process = builder.start();
            started = new Started(process, session, holder);
            session.roster().identify(holder, process.toHandle());
            return started;
        } catch (IOException e) {
            session.roster().free(holder);
            throw new UncheckedIOException("no process can be started for " + name, e);
        } catch (Throwable e) {
            if (started == null) {
                session.roster().free(holder);
            } else {
                started.release();
            }
            throw e;
        }
    }

    public static Started ofCode(Kit kit, String name, Session session) {
        return start(name, session, (of, holder) -> JavaCommand.forCode(kit, of, holder));
    }

    /// A JVM that compiles nothing: a spare where one is ready.
    public static Started forJob(Kit kit, String name, Session session) {
        if (Again.IS_ON) {
            Started again = Again.take(name);
            if (again != null) {
                return again;
            }
            Started first = ofCode(kit, name, session);
            return new Started(new Again.Turn(name, first.process), session, first.holder);
        }
        Started spare = Spares.take(session, name);
        return spare == null ? ofCode(kit, name, session) : spare;
    }

    public void send(Assignment assignment) throws IOException {
        assignment.write(process.getOutputStream());
    }

    /// Gives the slot back. A process that has no assignment yet is ended.
    public void release() {
        if (process instanceof Again.Turn turn && turn.isKept()) {
            Again.keep(turn, this);
            return;
        }
        process.destroyForcibly();
        session.roster().free(holder);
        session.inherit(holder, this);
        closePipe();
    }

    /// Gives the slot back of a process that has ended.
    public void free() {
        if (!(process instanceof Again.Turn turn && turn.isKept())) {
            session.roster().free(holder);
        }
    }

    /// A worker that has no assignment yet ends without a word, one that has a part of it says so.
    public void closePipe() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // What was not written has no reader any more.
        }
    }
}
