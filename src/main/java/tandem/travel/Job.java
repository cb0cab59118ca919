package tandem.travel;

import java.io.Serializable;
import java.util.List;

/// What a worker without a script runs.
public interface Job extends Serializable {
    /// The lambda or method reference in it.
    Serializable code();

    Object run(List<Object> arguments) throws Exception;

    /// Whether somebody asks for what it returns or throws. Otherwise the worker prints what it
    /// throws.
    boolean isCall();

    /// Knows the classes that the code needs.
    default ClassLoader loader() {
        return code().getClass().getClassLoader();
    }
}
