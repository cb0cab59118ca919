package tandem;

import tandem.memory.Notice;
import tandem.process.Outcome;
import tandem.process.Running;
import tandem.session.Session;

import java.lang.ref.Cleaner;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/// The error of a call that nobody has asked for: it is said when nobody can ask any more, as the call
/// is unreachable or the JVM ends.
final class Unasked implements Runnable {
    private static final Set<Unasked> ALL = ConcurrentHashMap.newKeySet();
    private static final AtomicBoolean EXIT_IS_PREPARED = new AtomicBoolean();

    private final String name;
    private final Running process;
    private final ClassLoader loader;
    private Cleaner.Cleanable cleanable;

    /// @param call not kept reachable by this, once its child has ended
    Unasked(Call<?> call, Running process, ClassLoader loader) {
        this.name = call.name();
        this.process = process;
        this.loader = loader;
        if (EXIT_IS_PREPARED.compareAndSet(false, true)) {
            Session.current().atExit(() -> ALL.forEach(Unasked::run));
        }
        ALL.add(this);
        cleanable = Shared.CLEANER.register(call, this);
    }

    /// Somebody asks.
    void forget() {
        if (ALL.remove(this)) {
            cleanable.clean();
        }
    }

    @Override
    public void run() {
        if (!ALL.remove(this) || process.isAlive() || process.exitCode() <= 0) {
            return;
        }
        Outcome left = process.outcome(ThisKit.INSTANCE, loader);
        if (left != null && left.failed()) {
            Notice.say(
                    "tandem: the call %s failed, and nobody has asked for its result(): %s"
                            .formatted(name, left.trace().strip()));
        }
    }
}
