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

    private static final class Factory {
        static final Class<?> TYPE = type();
        static final Object ONLY = only();

        private static Class<?> type() {
            try {
                return Class.forName("sun.reflect.ReflectionFactory");
            } catch (ClassNotFoundException e) {
                return null;
            }
        }

        private static Object only() {
            try {
                return TYPE == null ? null : TYPE.getMethod("getReflectionFactory").invoke(null);
            } catch (ReflectiveOperationException e) {
                return null;
            }
        }
    }

    private static Method find(String name, Class<?>... parameters) {
        try {
            return Factory.TYPE == null ? null : Factory.TYPE.getMethod(name, parameters);
        } catch (NoSuchMethodException e) {
            return null;
        }
    }

    private static Object invoke(Method method, Object... arguments) {
        if (method == null) {
            throw missing(null);
        }
        try {
            return method.invoke(Factory.ONLY, arguments);
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
