package tandem.travel;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

/// Stands in a worker for the values that could not come along: who reads one learns why. Code that
/// travels is made to ask here where it reads a field that was left empty; nobody else need call it.
public final class Absent {
    private static final List<Field> FIELDS = new ArrayList<>();

    private Absent() {}

    /// A field of one object.
    private record Field(WeakReference<Object> object, String name, String sentence) {}

    /// What was read from a static field, when it has got a value since.
    ///
    /// @param sentence says why the field came without one
    /// @throws IllegalStateException when it is still empty
    public static Object unlessAbsent(Object value, String sentence) {
        if (value == null) {
            throw new IllegalStateException(sentence);
        }
        return value;
    }

    /// The same for an instance field.
    ///
    /// @param object whose field it is
    /// @param field class and name
    public static synchronized Object unlessAbsent(Object object, Object value, String field) {
        if (value == null) {
            for (Field absent : FIELDS) {
                if (absent.name.equals(field) && absent.object.refersTo(object)) {
                    throw new IllegalStateException(absent.sentence);
                }
            }
        }
        return value;
    }

    static synchronized void note(Object object, String field, String sentence) {
        FIELDS.removeIf(absent -> absent.object.refersTo(null));
        FIELDS.add(new Field(new WeakReference<>(object), field, sentence));
    }
}
