package tandem.process;

import tandem.memory.Session;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// A JVM that was started as a worker and waits for its assignment, with its slot in the roster.
record Started(Process process, Session session, int holder) {

    /// The line that starts a worker in a slot.
    interface Command {
        List<String> line(Session session, int holder);
    }

    static Started start(String name, Session session, Command command) {
        int holder = session.roster().claim(name, session.holder());
        try {
            Process process = new ProcessBuilder(command.line(session, holder)).start();
            session.roster().identify(holder, process.toHandle());
            return new Started(process, session, holder);
        } catch (IOException e) {
            session.roster().free(holder);
            throw new UncheckedIOException("no process can be started for " + name, e);
        }
    }

    static Started ofCode(Kit kit, String name, Session session) {
        return start(name, session, (of, holder) -> JavaCommand.forCode(kit, of, holder));
    }

    void send(Assignment assignment) throws IOException {
        assignment.write(process.getOutputStream());
    }

    /// Gives the slot back, and closes the pipe.
    void release() {
        session.roster().free(holder);
        session.inherit(holder, this);
        closePipe();
    }

    /// A worker that has no assignment yet ends without a word, one that has a part of it says so.
    void closePipe() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // What was not written has no reader any more.
        }
    }
}
