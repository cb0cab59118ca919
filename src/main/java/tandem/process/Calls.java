package tandem.process;

import tandem.session.Session;
import tandem.travel.Kit;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;

/// Calls of objects that other processes have. Connections stay open for the next calls, as many to a
/// process as threads have called it at once.
public final class Calls {
    private static final int MOST_IDLE = 32;

    private static final Map<Path, Deque<Conversation>> IDLE = new ConcurrentHashMap<>();

    private Calls() {}

    /// Calls an object of another process.
    ///
    /// @param process its holder bits
    /// @param number of the object there
    /// @param type the interface of the method
    /// @param loader knows the classes of what comes back
    /// @throws IllegalArgumentException that says why an argument cannot travel
    /// @throws java.nio.channels.ClosedByInterruptException when this thread is interrupted; the call may
    ///     go on there
    /// @throws IOException when the process is gone
    public static Outcome call(
            Kit kit,
            Callees callees,
            Session session,
            int process,
            int number,
            Class<?> type,
            Method method,
            Object[] arguments,
            ClassLoader loader)
            throws IOException {
        Conversation current = Conversation.current(session, process);
        if (current != null) {
            return current.call(number, type, method, arguments, loader);
        }
        Deque<Conversation> idle =
                IDLE.computeIfAbsent(session.socket(process), _ -> new ConcurrentLinkedDeque<>());
        Conversation one = idle.pollFirst();
        if (one == null) {
            one = Reception.call(session, process, kit, callees);
        }
        boolean isWhole = false;
        try {
            Outcome outcome = one.call(number, type, method, arguments, loader);
            isWhole = true;
            return outcome;
        } catch (IllegalArgumentException e) {
            isWhole = true; // Nothing was sent.
            throw e;
        } finally {
            if (isWhole && idle.size() < MOST_IDLE) {
                idle.addFirst(one);
            } else {
                one.close();
            }
        }
    }
}
