package tandem;

import java.io.Serializable;

/// What `spawn` and `call` take to run in another JVM: a lambda or a method reference with 0 to 6
/// arguments. The types have to be named only to keep code in a variable:
///
/// ```java
/// var a = Array.of("i", 3);
/// Code.Action1<Array> count = x -> x.add(0, 1);
/// spawn(count, a);
/// ```
///
/// Code may throw anything. It travels with what it captures and, from JShell or a single-file
/// program, with the classes, methods and variables typed there that it reaches.
public final class Code {
    private Code() {}

    /// How many arguments code takes, −1 for what is no code.
    static int parameters(Object code) {
        for (Class<?> type : code.getClass().getInterfaces()) {
            if (type.getDeclaringClass() == Code.class) {
                String name = type.getSimpleName();
                return name.charAt(name.length() - 1) - '0';
            }
        }
        return -1;
    }

    /// Takes no arguments and returns nothing.
    @FunctionalInterface
    public interface Action0 extends Serializable {
        void run() throws Exception;
    }

    /// Takes 1 argument and returns nothing.
    @FunctionalInterface
    public interface Action1<A> extends Serializable {
        void run(A a) throws Exception;
    }

    /// Takes 2 arguments and returns nothing.
    @FunctionalInterface
    public interface Action2<A, B> extends Serializable {
        void run(A a, B b) throws Exception;
    }

    /// Takes 3 arguments and returns nothing.
    @FunctionalInterface
    public interface Action3<A, B, C> extends Serializable {
        void run(A a, B b, C c) throws Exception;
    }

    /// Takes 4 arguments and returns nothing.
    @FunctionalInterface
    public interface Action4<A, B, C, D> extends Serializable {
        void run(A a, B b, C c, D d) throws Exception;
    }

    /// Takes 5 arguments and returns nothing.
    @FunctionalInterface
    public interface Action5<A, B, C, D, E> extends Serializable {
        void run(A a, B b, C c, D d, E e) throws Exception;
    }

    /// Takes 6 arguments and returns nothing.
    @FunctionalInterface
    public interface Action6<A, B, C, D, E, F> extends Serializable {
        void run(A a, B b, C c, D d, E e, F f) throws Exception;
    }

    /// Takes no arguments and returns something.
    @FunctionalInterface
    public interface Function0<R> extends Serializable {
        R call() throws Exception;
    }

    /// Takes 1 argument and returns something.
    @FunctionalInterface
    public interface Function1<A, R> extends Serializable {
        R call(A a) throws Exception;
    }

    /// Takes 2 arguments and returns something.
    @FunctionalInterface
    public interface Function2<A, B, R> extends Serializable {
        R call(A a, B b) throws Exception;
    }

    /// Takes 3 arguments and returns something.
    @FunctionalInterface
    public interface Function3<A, B, C, R> extends Serializable {
        R call(A a, B b, C c) throws Exception;
    }

    /// Takes 4 arguments and returns something.
    @FunctionalInterface
    public interface Function4<A, B, C, D, R> extends Serializable {
        R call(A a, B b, C c, D d) throws Exception;
    }

    /// Takes 5 arguments and returns something.
    @FunctionalInterface
    public interface Function5<A, B, C, D, E, R> extends Serializable {
        R call(A a, B b, C c, D d, E e) throws Exception;
    }

    /// Takes 6 arguments and returns something.
    @FunctionalInterface
    public interface Function6<A, B, C, D, E, F, R> extends Serializable {
        R call(A a, B b, C c, D d, E e, F f) throws Exception;
    }

    /// Runs code of any of these types. (Plain tests: a switch over types would be linked at its first
    /// run, which is the first thing that a worker does.)
    @SuppressWarnings({"unchecked", "rawtypes"})
    static Object run(Object code, Object... a) throws Exception {
        if (code instanceof Action0 action) {
            action.run();
        } else if (code instanceof Action1 action) {
            action.run(a[0]);
        } else if (code instanceof Action2 action) {
            action.run(a[0], a[1]);
        } else if (code instanceof Action3 action) {
            action.run(a[0], a[1], a[2]);
        } else if (code instanceof Action4 action) {
            action.run(a[0], a[1], a[2], a[3]);
        } else if (code instanceof Action5 action) {
            action.run(a[0], a[1], a[2], a[3], a[4]);
        } else if (code instanceof Action6 action) {
            action.run(a[0], a[1], a[2], a[3], a[4], a[5]);
        } else if (code instanceof Function0 function) {
            return function.call();
        } else if (code instanceof Function1 function) {
            return function.call(a[0]);
        } else if (code instanceof Function2 function) {
            return function.call(a[0], a[1]);
        } else if (code instanceof Function3 function) {
            return function.call(a[0], a[1], a[2]);
        } else if (code instanceof Function4 function) {
            return function.call(a[0], a[1], a[2], a[3]);
        } else if (code instanceof Function5 function) {
            return function.call(a[0], a[1], a[2], a[3], a[4]);
        } else if (code instanceof Function6 function) {
            return function.call(a[0], a[1], a[2], a[3], a[4], a[5]);
        } else {
            throw new IllegalArgumentException(code + " is no code");
        }
        return null;
    }
}
