package tandem.travel;

import java.io.Serializable;
import java.lang.reflect.InvocationHandler;

/// What the processes have to know of the types that lie above them.
public interface Kit {
    /// The class whose main method lets a JVM work for its parent: it calls `tandem.process.Work`.
    Class<?> main();

    /// The name by which another process can attach an object; null for an object that is not
    /// shared. Whoever asks is about to send it to a child.
    String nameOf(Object object);

    /// The shared object of a name.
    ///
    /// @throws IllegalArgumentException when there is none (any more)
    Object attach(String name);

    /// As `nameOf`, for a process of another machine.
    ///
    /// @throws IllegalArgumentException when it is shared on this machine alone; the message says what to do
    String nameForOthers(Object object);

    /// The shared object of a name that came from another machine.
    ///
    /// @throws IllegalArgumentException when there is none there (any more)
    Object attachForOthers(String name);

    /// The proxy of a shared object for an interface.
    ///
    /// @param handler one that [#attach] gave, or any other
    /// @param loader knows the classes of what it takes and gives
    /// @return null when the handler is no shared object
    Object proxy(InvocationHandler handler, Class<?> type, ClassLoader loader);

    /// Runs code.
    ///
    /// @return what it returns, null when that is nothing
    /// @throws Exception what it throws
    Object run(Serializable code, Object[] arguments) throws Exception;
}
