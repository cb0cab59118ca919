package tandem;

import tandem.process.Job;

import java.io.Serializable;
import java.util.List;

/// Code of any of the types in [Code], as the processes see it.
///
/// @param isCall whether it was given to `call`, not to `spawn`
record Task(Serializable code, boolean isCall) implements Job {
    @Override
    public Object run(List<Object> arguments) throws Exception {
        return Code.run(code, arguments.toArray());
    }

    @Override
    public ClassLoader loader() {
        return code.getClass().getClassLoader();
    }
}
