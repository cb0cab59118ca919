package tandem.travel;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.charset.Charset;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.format.DateTimeFormatter;
import java.util.AbstractMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Predicate;

/// Types of the JDK that are not Serializable, and can be made again all the same: from a text, or
/// from the objects that they hold.
final class KnownTypes {
    private static final int PATH = 1;
    private static final int CHARSET = 2;
    private static final int LOGGER = 3;
    private static final int STREAM = 4;
    private static final int FORMATTER = 5;

    private static final String LOGGER_CLASS = "java.util.logging.Logger";
    private static final String ENTRY_OF = "java.util.KeyValueHolder";

    private static volatile PrintStream formerOutput;

    private KnownTypes() {}

    static void takeForOutput(PrintStream former) {
        formerOutput = former;
    }

    /// An object of which a text says all.
    record Known(int kind, String text) {}

    /// Null for an object that is none of these.
    static Known describe(Object object) {
        if (object instanceof Path path && path.getFileSystem() == FileSystems.getDefault()) {
            return new Known(PATH, path.toString());
        }
        if (object instanceof Charset charset) {
            return new Known(CHARSET, charset.name());
        }
        if (object instanceof PrintStream && (object == System.out || object == formerOutput)) {
            return new Known(STREAM, "out");
        }
        if (object instanceof PrintStream && object == System.err) {
            return new Known(STREAM, "err");
        }
        if (object == System.in) {
            return new Known(STREAM, "in");
        }
        if (object instanceof DateTimeFormatter) {
            String constant = constant(one -> one == object);
            return constant == null ? null : new Known(FORMATTER, constant);
        }
        return object.getClass().getName().equals(LOGGER_CLASS) ? Logging.describe(object) : null;
    }

    static Object restore(int kind, String text) throws IOException {
        return switch (kind) {
            case PATH -> Path.of(text);
            case CHARSET -> Charset.forName(text);
            case LOGGER -> Logging.logger(text);
            case STREAM ->
                    text.equals("out") ? System.out : text.equals("err") ? System.err : System.in;
            case FORMATTER -> formatter(text);
            default -> throw TravelLimits.damaged("a text of kind " + kind);
        };
    }

    /// The name of the first of the public formatters that is such a one, or null.
    static String constant(Predicate<Object> isOne) {
        for (Field field : DateTimeFormatter.class.getFields()) {
            if (Modifier.isStatic(field.getModifiers())
                    && field.getType() == DateTimeFormatter.class
                    && isOne.test(formatter(field.getName()))) {
                return field.getName();
            }
        }
        return null;
    }

    static DateTimeFormatter formatter(String constant) {
        try {
            return (DateTimeFormatter) DateTimeFormatter.class.getField(constant).get(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("there is no formatter " + constant, e);
        }
    }

    /// The instruction that makes an object from `parts`, 0 for an object that is none of these.
    static int madeFromParts(Object object) {
        Class<?> type = object.getClass();
        if (Proxy.isProxyClass(type)) {
            return Graph.PROXY;
        }
        if (object instanceof DateTimeFormatter) {
            return Graph.FORMATTER;
        }
        if (Members.isOne(object)) {
            return Graph.MEMBER;
        }
        if (object instanceof Optional
                || object instanceof OptionalInt
                || object instanceof OptionalLong
                || object instanceof OptionalDouble) {
            return Graph.OPTIONAL;
        }
        if (object instanceof Map.Entry
                && type.getName().startsWith("java.util.")
                && !(object instanceof java.io.Serializable)) {
            return Graph.ENTRY;
        }
        return object instanceof ThreadLocal && type.getName().startsWith("java.lang.")
                ? Graph.THREAD_LOCAL
                : 0;
    }

    /// Null when they cannot be found.
    static Object[] parts(Object object) {
        return switch (object) {
            case DateTimeFormatter formatter -> Formatters.parts(formatter);
            case Object member when Members.isOne(member) -> Members.parts(member);
            case Optional<?> optional -> new Object[] {Optional.class, optional.orElse(null)};
            case OptionalInt optional ->
                    new Object[] {
                        OptionalInt.class, optional.isPresent() ? optional.getAsInt() : null
                    };
            case OptionalLong optional ->
                    new Object[] {
                        OptionalLong.class, optional.isPresent() ? optional.getAsLong() : null
                    };
            case OptionalDouble optional ->
                    new Object[] {
                        OptionalDouble.class, optional.isPresent() ? optional.getAsDouble() : null
                    };
            case Map.Entry<?, ?> entry ->
                    new Object[] {
                        entry.getClass().getName().equals(ENTRY_OF),
                        entry.getKey(),
                        entry.getValue()
                    };
            case ThreadLocal<?> local ->
                    new Object[] {local.getClass() != ThreadLocal.class, local.get()};
            default -> {
                Class<?>[] interfaces = object.getClass().getInterfaces();
                Object[] parts = new Object[interfaces.length + 1];
                parts[0] = Proxy.getInvocationHandler(object);
                System.arraycopy(interfaces, 0, parts, 1, interfaces.length);
                yield parts;
            }
        };
    }

    static Object optional(Object[] parts) {
        Object value = parts[1];
        if (parts[0] == Optional.class) {
            return Optional.ofNullable(value);
        }
        if (parts[0] == OptionalInt.class) {
            return value == null ? OptionalInt.empty() : OptionalInt.of((Integer) value);
        }
        if (parts[0] == OptionalLong.class) {
            return value == null ? OptionalLong.empty() : OptionalLong.of((Long) value);
        }
        return value == null ? OptionalDouble.empty() : OptionalDouble.of((Double) value);
    }

    static Object entry(Object[] parts) {
        return (Boolean) parts[0]
                ? Map.entry(parts[1], parts[2])
                : new AbstractMap.SimpleEntry<>(parts[1], parts[2]);
    }

    /// Its value is that of the thread that sent it, for the thread that gets it; where it has one for
    /// any thread, also for those that this thread starts.
    static Object threadLocal(Object[] parts) {
        ThreadLocal<Object> local =
                (Boolean) parts[0] ? new InheritableThreadLocal<>() : new ThreadLocal<>();
        if (parts[1] != null) {
            local.set(parts[1]);
        }
        return local;
    }

    /// Apart, as the module may not be there.
    private static final class Logging {
        static Known describe(Object object) {
            String name = ((java.util.logging.Logger) object).getName();
            return name == null ? null : new Known(LOGGER, name);
        }

        static Object logger(String name) {
            return java.util.logging.Logger.getLogger(name);
        }
    }
}
