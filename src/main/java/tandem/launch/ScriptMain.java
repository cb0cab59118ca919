package tandem.launch;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;

/// The main method of a script, found and called as `java` does it.
public final class ScriptMain {
    private ScriptMain() {}

    /// `main(String[])`, else `main()`, of a class or the nearest of its superclasses.
    ///
    /// @throws NoSuchMethodException when there is none, or none that can be called
    static Method find(Class<?> type) throws NoSuchMethodException {
        Method main = search(type, String[].class);
        if (main == null) {
            main = search(type);
        }
        if (main == null) {
            throw new NoSuchMethodException("no main method in " + type.getName());
        }
        if (!Modifier.isStatic(main.getModifiers())
                && (Modifier.isAbstract(type.getModifiers())
                        || Modifier.isPrivate(type.getDeclaredConstructor().getModifiers()))) {
            throw new NoSuchMethodException("no instances of " + type.getName());
        }
        return main;
    }

    private static Method search(Class<?> type, Class<?>... parameters) {
        for (Class<?> declaring = type; declaring != null; declaring = declaring.getSuperclass()) {
            for (Method method : declaring.getDeclaredMethods()) {
                if (method.getName().equals("main")
                        && method.getReturnType() == void.class
                        && !Modifier.isPrivate(method.getModifiers())
                        && Arrays.equals(method.getParameterTypes(), parameters)) {
                    return method;
                }
            }
        }
        return null;
    }

    /// Calls it, without arguments.
    ///
    /// @throws Throwable what it throws, with its own frames only
    public static void run(Class<?> type) throws Throwable {
        Method main = find(type);
        main.setAccessible(true);
        try {
            Object receiver = Modifier.isStatic(main.getModifiers()) ? null : instance(type);
            if (main.getParameterCount() == 0) {
                main.invoke(receiver);
            } else {
                main.invoke(receiver, (Object) new String[0]);
            }
        } catch (InvocationTargetException e) {
            for (Throwable t = e.getCause(); t != null; t = t.getCause()) {
                removeBelow(t, e.getStackTrace());
            }
            throw e.getCause();
        }
    }

    /// Takes away the frames that were there before the script's own.
    private static void removeBelow(Throwable thrown, StackTraceElement[] below) {
        StackTraceElement[] frames = thrown.getStackTrace();
        int left = frames.length;
        for (int i = below.length;
                i > 0 && left > 0 && isSame(frames[left - 1], below[i - 1]);
                i--) {
            left--;
        }
        thrown.setStackTrace(Arrays.copyOf(frames, left));
    }

    private static boolean isSame(StackTraceElement a, StackTraceElement b) {
        return a.getClassName().equals(b.getClassName())
                && a.getMethodName().equals(b.getMethodName());
    }

    private static Object instance(Class<?> type) throws ReflectiveOperationException {
        Constructor<?> constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        return constructor.newInstance();
    }
}
