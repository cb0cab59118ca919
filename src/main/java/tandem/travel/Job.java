package tandem.travel;

import java.io.Serializable;

/// What a worker without a script runs.
///
/// @param code the lambda or method reference in it
/// @param isCall whether somebody asks for what it returns or throws. Otherwise the worker prints what
///     it throws.
public record Job(Serializable code, boolean isCall) {
    /// Knows the classes that the code needs.
    public ClassLoader loader() {
        return code.getClass().getClassLoader();
    }
}
