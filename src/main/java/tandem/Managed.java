package tandem;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;

/// What is behind a managed object in each process: calls go to its manager. It travels as the name of
/// that, and its proxy as a proxy of the same interface.
final class Managed implements InvocationHandler {
    static final String OBJECT_OF = "/object";

    private final Manager manager;
    private final Class<?> type;

    Managed(Manager manager, Class<?> type) {
        this.manager = manager;
        this.type = type;
    }

    Manager manager() {
        return manager;
    }

    /// As `depart()` of what is shared.
    String depart() {
        return manager.depart() + OBJECT_OF;
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        return manager.call(proxy, type, method, arguments);
    }
}
