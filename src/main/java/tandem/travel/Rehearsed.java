package tandem.travel;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Does once what takes a young JVM milliseconds when the first code of a program arrives: defining a
/// class from bytes, making an object of it without its constructor, setting fields, and linking a
/// lambda that no archive of classes holds.
public final class Rehearsed {
    private Rehearsed() {}

    /// For a JVM that has nothing else to do yet.
    public static void rehearse() throws ReflectiveOperationException, IOException {
        Class<?> type = traveller();
        Object made =
                SerialMethods.constructor(type, Object.class.getDeclaredConstructor())
                        .newInstance();
        for (Field field : type.getDeclaredFields()) {
            if (!field.getName().equals("serialVersionUID")) {
                field.setAccessible(true);
                field.set(made, field.getType() == int.class ? (Object) 1 : "");
            }
        }
        Method code = type.getDeclaredMethod("code", Object.class, int.class);
        code.setAccessible(true);
        Object lambda = code.invoke(null, made, 1);
        ((Runnable) LambdaForm.make(type, LambdaForm.implementation(lambda))).run();
    }

    private static Class<?> traveller() throws IOException, ClassNotFoundException {
        String name = Traveller.class.getName();
        try (InputStream bytes =
                Traveller.class.getResourceAsStream(Traveller.class.getSimpleName() + ".class")) {
            ParcelLoader loader = new ParcelLoader(Traveller.class.getClassLoader());
            loader.add(
                    new Parcel(
                            World.here(),
                            List.of(),
                            Map.of(name, bytes.readAllBytes()),
                            Set.of(),
                            new byte[0],
                            List.of()));
            return loader.loadClass(name);
        }
    }
}
