package tandem.travel;

import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;

/// Records where their class is as it was compiled, so that only its constructor can make one.
final class Components {
    private Components() {}

    /// The class of a record, then the values of its components.
    static Object[] of(Record record) throws CannotTravel {
        RecordComponent[] components = record.getClass().getRecordComponents();
        Object[] parts = new Object[components.length + 1];
        parts[0] = record.getClass();
        try {
            for (int i = 0; i < components.length; i++) {
                Method accessor = components[i].getAccessor();
                accessor.setAccessible(true);
                Object value = accessor.invoke(record);
                parts[i + 1] = components[i].getType().isPrimitive() ? new Primitive(value) : value;
            }
            return parts;
        } catch (ReflectiveOperationException | InaccessibleObjectException e) {
            throw CannotTravel.of(record.getClass());
        }
    }

    /// @param parts as `of` gives them
    static Object make(Object[] parts) throws ReflectiveOperationException {
        Class<?> type = (Class<?>) parts[0];
        RecordComponent[] components = type.getRecordComponents();
        if (components == null || components.length != parts.length - 1) {
            throw new ReflectiveOperationException(type + " is another record here");
        }
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < types.length; i++) {
            types[i] = components[i].getType();
            values[i] = parts[i + 1];
        }
        Constructor<?> constructor = type.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        return constructor.newInstance(values);
    }
}
