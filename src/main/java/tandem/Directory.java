package tandem;

import tandem.memory.Kind;
import tandem.memory.Trace;
import tandem.process.Callee;
import tandem.process.Callees;
import tandem.process.Outcome;
import tandem.session.Owner;
import tandem.session.Session;

import java.lang.reflect.Method;
import java.nio.file.Path;

/// The managed objects of this process, as others ask for them.
final class Directory implements Callees {
    static final Directory INSTANCE = new Directory();

    private Directory() {}

    @Override
    public Callee find(int number) {
        String file = Kind.MANAGER.prefix() + "-" + number;
        Path path = Session.current().directory().resolve(file);
        if (Shared.known(path) instanceof Manager manager && manager.original() != null) {
            return manager.original();
        }
        throw Trace.trim(
                new IllegalStateException(
                        "%s is closed, or nobody in %s can reach it any more"
                                .formatted(
                                        file,
                                        Session.current()
                                                .roster()
                                                .describe(Session.current().holder()))));
    }

    @Override
    public Object open(Outcome outcome, Method method, String process) throws Throwable {
        if (outcome.failed()) {
            throw WorkerException.rethrow(process, outcome, method.getExceptionTypes());
        }
        return outcome.value();
    }

    /// (What is managed goes with this process in any case.)
    @Override
    public void handOver(Object shared, int process) {
        if (shared instanceof Shared one && !(one instanceof Manager)) {
            one.giveTo(Owner.opening(process));
        }
    }

    @Override
    public RuntimeException lost(String what) {
        return Trace.trim(new WorkerException(what));
    }
}
