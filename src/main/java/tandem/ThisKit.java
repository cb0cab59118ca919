package tandem;

import tandem.travel.Kit;

import java.io.Serializable;
import java.lang.reflect.InvocationHandler;

/// What the floors below know of this package: all that they ask of its types goes by here, so that
/// users see none of it. (No lambdas: it is in the way of a worker's start.)
final class ThisKit implements Kit {
    static final ThisKit INSTANCE = new ThisKit();

    private ThisKit() {}

    @Override
    public Class<?> main() {
        return WorkerMain.class;
    }

    @Override
    public String nameOf(Object object) {
        if (object instanceof Shared shared) {
            return shared.depart();
        }
        return object instanceof Managed managed ? managed.depart() : null;
    }

    @Override
    public Object attach(String name) {
        return Shared.arrive(name);
    }

    @Override
    public String nameForOthers(Object object) {
        if (!(object instanceof Shared) && !(object instanceof Managed)) {
            return null;
        }
        Shared.requireServed(object);
        return nameOf(object);
    }

    @Override
    public Object attachForOthers(String name) {
        return Shared.arriveFromOthers(name);
    }

    @Override
    public Object proxy(InvocationHandler handler, Class<?> type, ClassLoader loader) {
        return handler instanceof Managed managed ? managed.manager().proxy(type, loader) : null;
    }

    @Override
    public Object run(Serializable code, Object[] arguments) throws Exception {
        return Code.run(code, arguments);
    }
}
