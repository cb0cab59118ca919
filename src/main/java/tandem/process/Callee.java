package tandem.process;

import java.lang.reflect.Method;

/// An object of this process that other processes call.
public interface Callee {
    /// The interface whose methods they call.
    Class<?> type();

    /// Knows the classes of what comes and goes.
    ClassLoader loader();

    /// Calls it.
    ///
    /// @return what is to be sent to the caller
    /// @throws Throwable what the object throws
    Object invoke(Method method, Object... arguments) throws Throwable;
}
