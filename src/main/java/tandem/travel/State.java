package tandem.travel;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// The state of an object, one level for each of its classes that has some, from the top down: the
/// fields of the program's classes, and what serializable classes of libraries write.
final class State {
    private final List<Object> parts = new ArrayList<>();
    private final List<Level> levels = new ArrayList<>();
    private final Map<Integer, Field> fields = new HashMap<>();
    private boolean isSerial;

    /// @param first of its parts, its class
    /// @param serial what a class of a library has written; null where its fields are known
    private record Level(int first, int end, SerialWriter serial) {}

    /// How a reference to a part is written.
    interface References {
        void write(Object value) throws IOException;
    }

    /// Takes the state down.
    ///
    /// @param fieldwise whether the fields of a class are known
    /// @throws CannotTravel when one of the classes has state that cannot be had
    State(Object object, Predicate<Class<?>> fieldwise) throws CannotTravel {
        Deque<Class<?>> chain = new ArrayDeque<>();
        for (Class<?> type = object.getClass();
                type != Object.class && type != Enum.class && type != Record.class;
                type = type.getSuperclass()) {
            chain.push(type);
        }
        parts.add(object.getClass());
        Class<?> ofLibrary = object.getClass();
        while (fieldwise.test(ofLibrary)) {
            ofLibrary = ofLibrary.getSuperclass();
        }
        for (Class<?> type : chain) {
            add(object, type, fieldwise.test(type), ofLibrary);
        }
    }

    /// @param ofLibrary the lowest class of a library: if it is serializable, it sees to those above it
    private void add(Object object, Class<?> type, boolean fieldwise, Class<?> ofLibrary)
            throws CannotTravel {
        int first = parts.size();
        if (fieldwise) {
            parts.add(type);
            for (Field field : ProgramClass.instanceFields(type)) {
                fields.put(parts.size(), field);
                parts.add(value(field, object));
            }
            levels.add(new Level(first, parts.size(), null));
        } else if (Serializable.class.isAssignableFrom(type)) {
            parts.add(type);
            SerialWriter serial = SerialWriter.write(object, type);
            parts.addAll(serial.values());
            parts.addAll(serial.references());
            levels.add(new Level(first, parts.size(), serial));
            isSerial = true;
        } else if (type == object.getClass()
                || !Serializable.class.isAssignableFrom(ofLibrary) && hasState(type)) {
            throw CannotTravel.of(object.getClass());
        }
    }

    private static boolean hasState(Class<?> type) {
        for (Field field : type.getDeclaredFields()) {
            if ((field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) == 0) {
                return true;
            }
        }
        return false;
    }

    /// The value of a field.
    ///
    /// @param of null for a static one
    static Object value(Field field, Object of) throws CannotTravel {
        try {
            Object value = field.get(of);
            return field.getType().isPrimitive() ? new Primitive(value) : value;
        } catch (IllegalAccessException e) {
            throw new CannotTravel("the field %s cannot be read".formatted(field.getName()));
        }
    }

    /// What it refers to: the class of the object, then each level.
    Object[] parts() {
        return parts.toArray();
    }

    boolean isEmpty() {
        return levels.isEmpty();
    }

    /// Whether a class of a library reads a part of it, and may do anything then.
    boolean isSerial() {
        return isSerial;
    }

    /// The field of the program whose value is a part, null when it is none.
    Field field(int part) {
        return fields.get(part);
    }

    /// @param values the parts, with null for those that are left out
    void write(DataOutputStream out, Object[] values, References references) throws IOException {
        out.writeInt(levels.size());
        for (Level level : levels) {
            SerialWriter serial = level.serial;
            out.writeByte(serial == null ? Graph.FIELDS : Graph.SERIAL_FORM);
            references.write(values[level.first]);
            int from = level.first + 1;
            if (serial != null) {
                out.writeInt(serial.names().size());
                for (String name : serial.names()) {
                    out.writeUTF(name);
                    references.write(values[from++]);
                }
                out.writeInt(serial.bytes().length);
                out.write(serial.bytes());
            }
            out.writeInt(level.end - from);
            while (from < level.end) {
                references.write(values[from++]);
            }
        }
    }
}
