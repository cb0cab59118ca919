package tandem.process;

import tandem.sync.Callers;

import java.lang.reflect.Method;

/// A managed object in the process that has it: every call of it comes by here.
public final class Original implements Callee {
    private final Runnable open;
    private final Callers callers;
    private final Object object;
    private final Class<?> type;
    private final Operations operations;
    private final ClassLoader loader;

    /// Whether calls are made one at a time.
    private final boolean isAlone;

    /// @param open throws when the object is not to be called any more
    /// @param type the interface by which it is called
    public Original(
            Runnable open, Callers callers, Object object, Class<?> type, ClassLoader loader) {
        this.open = open;
        this.callers = callers;
        this.object = object;
        this.type = type;
        this.operations = Operations.of(type);
        this.loader = loader;
        this.isAlone = !object.getClass().getPackageName().equals("java.util.concurrent");
    }

    @Override
    public Class<?> type() {
        return type;
    }

    @Override
    public ClassLoader loader() {
        return loader;
    }

    /// What it returns is to be unpacked, here or where it was called.
    @Override
    public Object invoke(Method method, Object... arguments) throws Throwable {
        open.run();
        callers.begin(isAlone);
        try {
            return Copies.pack(method, operations.run(method, object, arguments));
        } finally {
            callers.end(isAlone);
        }
    }
}
