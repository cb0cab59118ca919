package tandem.process;

import java.lang.reflect.Method;

/// What conversations have to know of the types that lie above them.
public interface Callees {
    /// The object of a number.
    ///
    /// @throws IllegalStateException when there is none (any more)
    Callee find(int number);

    /// What a method has returned; what it has thrown is thrown.
    ///
    /// @param process where that was, for a person
    Object open(Outcome outcome, Method method, String process) throws Throwable;

    /// Makes a shared object of this process over to one that gets it as an argument.
    void handOver(Object shared, int process);

    /// What to throw when a process cannot be called any more.
    RuntimeException lost(String what);
}
