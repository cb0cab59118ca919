package tandem.travel;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;

/// The private methods by which serializable classes write and read themselves, as the JDK's
/// `sun.reflect.ReflectionFactory` gives them out to libraries that serialise. (By name, as the compiler
/// warns of every other use of that class.)
enum SerialMethods {
    WRITE("writeObjectForSerialization"),
    WRITE_FIELDS("defaultWriteObjectForSerialization"),
    REPLACE("writeReplaceForSerialization"),
    READ("readObjectForSerialization"),
    READ_FIELDS("defaultReadObjectForSerialization"),
    RESOLVE("readResolveForSerialization");

    private static final Object FACTORY = factory();

    private final Method method;

    SerialMethods(String name) {
        this.method = find(name, Class.class);
    }

    /// The method of a class, null when it has none.
    MethodHandle of(Class<?> type) {
        return (MethodHandle) invoke(method, type);
    }

    /// A constructor of a superclass that makes objects of a class: the constructors of the classes
    /// between do not run.
    static Constructor<?> constructor(Class<?> type, Constructor<?> ofSuperclass) {
        return (Constructor<?>) invoke(Constructors.METHOD, type, ofSuperclass);
    }

    private static final class Constructors {
        static final Method METHOD =
                find("newConstructorForSerialization", Class.class, Constructor.class);
    }

    private static Method find(String name, Class<?>... parameters) {
        try {
            return factoryClass().getMethod(name, parameters);
        } catch (ReflectiveOperationException e) {
            throw missing(e);
        }
    }

    private static Class<?> factoryClass() throws ClassNotFoundException {
        return Class.forName("sun.reflect.ReflectionFactory");
    }

    private static Object factory() {
        try {
            return factoryClass().getMethod("getReflectionFactory").invoke(null);
        } catch (ReflectiveOperationException e) {
            throw missing(e);
        }
    }

    private static Object invoke(Method method, Object... arguments) {
        try {
            return method.invoke(FACTORY, arguments);
        } catch (ReflectiveOperationException e) {
            throw missing(e);
        }
    }

    private static IllegalStateException missing(ReflectiveOperationException e) {
        return new IllegalStateException(
                "objects cannot travel without the module jdk.unsupported: start this JVM with"
                        + " --add-modules=jdk.unsupported (`jshell --execution local`: with"
                        + " -J--add-modules=jdk.unsupported)",
                e);
    }
}
