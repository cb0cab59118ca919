package tandem;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import tandem.view.View;

import java.io.IOException;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.TypeVariable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/// Every argument of every method that a user calls, where null says nothing: refused in a sentence.
@Tag("once")
class NullTest {
    static final List<Class<?>> TYPES =
            List.of(
                    Array.class,
                    Barrier.class,
                    Condition.class,
                    Event.class,
                    Lock.class,
                    Manager.class,
                    Pipe.class,
                    Pipe.End.class,
                    Pool.class,
                    Queue.class,
                    ReadWriteLock.class,
                    Script.class,
                    Semaphore.class,
                    Side.class,
                    Spawner.class,
                    Tandem.class,
                    Timeline.class,
                    Value.class,
                    Worker.class,
                    View.class);

    /// One argument of a method.
    record Argument(Method method, int index) {
        @Override
        public String toString() {
            return "%s.%s, argument %d of %s"
                    .formatted(
                            method.getDeclaringClass().getSimpleName(),
                            method.getName(),
                            index,
                            Arrays.toString(method.getParameterTypes()));
        }
    }

    static Stream<Argument> arguments() {
        List<Argument> all = new ArrayList<>();
        for (Class<?> type : TYPES) {
            for (Method method : type.getDeclaredMethods()) {
                Parameter[] parameters = method.getParameters();
                for (int i = 0; i < parameters.length; i++) {
                    if (Modifier.isPublic(method.getModifiers())
                            && !method.isSynthetic()
                            && !mayBeNull(parameters[i])) {
                        all.add(new Argument(method, i));
                    }
                }
            }
        }
        return all.stream();
    }

    /// An argument of the code is the user's, a bound of a slice may be left open, and an array of a
    /// type variable is what the compiler makes to say what the type is.
    private static boolean mayBeNull(Parameter parameter) {
        return parameter.getType().isPrimitive()
                || parameter.getParameterizedType() instanceof TypeVariable
                || parameter.getParameterizedType() instanceof GenericArrayType
                || parameter.getType() == Number.class
                || parameter.getType() == Object.class;
    }

    @AfterAll
    static void join() {
        Tandem.joinAll();
    }

    @ParameterizedTest
    @MethodSource("arguments")
    void isRefusedInASentence(Argument argument) throws ReflectiveOperationException, IOException {
        Class<?>[] types = argument.method().getParameterTypes();
        Object[] given = new Object[types.length];
        for (int i = 0; i < given.length; i++) {
            given[i] = i == argument.index() ? null : some(types[i]);
        }
        Throwable thrown = null;
        try {
            argument.method().invoke(some(argument.method().getDeclaringClass()), given);
        } catch (InvocationTargetException e) {
            thrown = e.getCause();
        }

        assertThat(thrown).isInstanceOf(NullPointerException.class);
        assertThat(thrown.getMessage()).matches("(the|one) [a-z ]+ is null");
    }

    private static Object some(Class<?> type) {
        if (type == Array.class) {
            return Array.of("d", 3);
        }
        if (type == Event.class) {
            return new Event();
        }
        if (type == Lock.class) {
            return new Lock();
        }
        if (type == Manager.class) {
            return Manager.behind(Manager.map());
        }
        if (type == Class.class) {
            return Runnable.class;
        }
        if (type == Barrier.class) {
            return new Barrier(1);
        }
        if (type == Condition.class) {
            return new Lock().newCondition();
        }
        if (type == Pipe.class) {
            return new Pipe<>();
        }
        if (type == Pipe.End.class) {
            return new Pipe<>().left();
        }
        if (type == Queue.class) {
            return new Queue<>();
        }
        if (type == Semaphore.class) {
            return new Semaphore(1);
        }
        if (type == Pool.class) {
            return Pool.of(1);
        }
        if (type == ReadWriteLock.class) {
            return new ReadWriteLock();
        }
        if (type == Side.class) {
            return new ReadWriteLock().read();
        }
        if (type == Timeline.class) {
            Timeline timeline = Tandem.timeline();
            timeline.close();
            return timeline;
        }
        if (type == Value.class) {
            return Value.of("d");
        }
        if (type == Shared.class) {
            return new Event();
        }
        if (type == Script.class) {
            return new Script("WorkA");
        }
        if (type == Spawner.class) {
            return Tandem.named("some");
        }
        if (type == Worker.class) {
            return Tandem.spawn(() -> {});
        }
        if (type == String.class) {
            return "d";
        }
        if (type == Path.class) {
            return Path.of(System.getProperty("tandem.home"), "scripts", "WorkA.java");
        }
        if (type == Duration.class) {
            return Duration.ZERO;
        }
        if (Collection.class.isAssignableFrom(type)) {
            return List.of(1);
        }
        if (type == boolean.class) {
            return true;
        }
        if (type == int.class) {
            return 0;
        }
        if (type == long.class) {
            return 0L;
        }
        if (type == double.class) {
            return 0.0;
        }
        return type.isArray()
                ? java.lang.reflect.Array.newInstance(type.getComponentType(), 0)
                : null;
    }
}
