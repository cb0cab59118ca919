package tandem.process;

import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What can be called through an interface: its methods, and the three of `Object` that every interface
/// has. Each has a key, which is the same in all processes.
public final class Operations {
    private static final ClassValue<Operations> KNOWN =
            new ClassValue<>() {
                @Override
                protected Operations computeValue(Class<?> type) {
                    return new Operations(type);
                }
            };

    private final Map<String, Method> methods = new HashMap<>();
    private final Map<Method, String> keys = new HashMap<>();

    private Operations(Class<?> type) {
        for (Method method : type.getMethods()) {
            add(method);
        }
        for (Method method : Object.class.getMethods()) {
            if (List.of("equals", "hashCode", "toString").contains(method.getName())) {
                add(method);
            }
        }
    }

    private void add(Method method) {
        if (Modifier.isStatic(method.getModifiers())) {
            return;
        }
        method.trySetAccessible();
        MethodType types =
                MethodType.methodType(method.getReturnType(), method.getParameterTypes());
        String key = method.getName() + types.toMethodDescriptorString();
        methods.putIfAbsent(key, method);
        keys.put(method, key);
    }

    /// What can be called through an interface. Found out once for each.
    public static Operations of(Class<?> type) {
        return KNOWN.get(type);
    }

    String key(Method method) {
        return keys.get(method);
    }

    /// Null when there is none.
    Method method(String key) {
        return methods.get(key);
    }

    /// Calls a method of an object.
    ///
    /// @param method one of the interface, or of one above it
    /// @throws Throwable what it throws
    public Object run(Method method, Object object, Object... arguments) throws Throwable {
        try {
            return methods.get(keys.get(method)).invoke(object, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
