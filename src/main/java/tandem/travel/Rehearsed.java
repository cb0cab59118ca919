package tandem.travel;

import java.lang.reflect.Field;

/// Does once what takes a young JVM milliseconds when the first objects of a program arrive: making one
/// without its constructor, and setting fields.
public final class Rehearsed {
    private static Object shared;
    private Object own;
    private int number;

    private Rehearsed() {}

    /// For a JVM that has nothing else to do yet.
    public static void rehearse() throws ReflectiveOperationException {
        Object made =
                SerialMethods.constructor(Rehearsed.class, Object.class.getDeclaredConstructor())
                        .newInstance();
        for (Field field : Rehearsed.class.getDeclaredFields()) {
            field.setAccessible(true);
            field.set(made, field.getType() == int.class ? (Object) 1 : "");
        }
    }

    @Override
    public String toString() {
        return shared + " " + own + number;
    }
}
