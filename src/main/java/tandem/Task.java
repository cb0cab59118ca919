package tandem;

import tandem.travel.Job;

import java.io.Serial;
import java.io.Serializable;
import java.util.List;

/// Code of any of the types in [Code], as the processes see it. (No record: reading a record links
/// method handles, which would cost a worker milliseconds of its start.)
final class Task implements Job {
    @Serial private static final long serialVersionUID = 1;

    private final Serializable code;
    private final boolean isCall;

    /// @param isCall whether it was given to `call`, not to `spawn`
    Task(Serializable code, boolean isCall) {
        this.code = code;
        this.isCall = isCall;
    }

    @Override
    public Serializable code() {
        return code;
    }

    @Override
    public Object run(List<Object> arguments) throws Exception {
        return Code.run(code, arguments.toArray());
    }

    @Override
    public boolean isCall() {
        return isCall;
    }
}
