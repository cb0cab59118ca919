package tandem.process;

import tandem.travel.Kit;

import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.util.Set;

/// A kit that notes what it attaches.
record Notes(Kit kit, Set<Object> attached) implements Kit {
    @Override
    public Class<?> main() {
        return kit.main();
    }

    @Override
    public String nameOf(Object object) {
        return kit.nameOf(object);
    }

    @Override
    public Object attach(String name) {
        Object object = kit.attach(name);
        attached.add(object);
        return object;
    }

    @Override
    public String nameForOthers(Object object) {
        return kit.nameForOthers(object);
    }

    @Override
    public Object attachForOthers(String name) {
        return kit.attachForOthers(name);
    }

    @Override
    public Object proxy(InvocationHandler handler, Class<?> type, ClassLoader loader) {
        return kit.proxy(handler, type, loader);
    }

    @Override
    public Object run(Serializable code, Object[] arguments) throws Exception {
        return kit.run(code, arguments);
    }
}
