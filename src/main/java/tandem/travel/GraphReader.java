package tandem.travel;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Builds the graph of objects that [GraphWriter] has written, instruction by instruction. No code of
/// the program runs meanwhile, other than the `equals`, `hashCode` and `compareTo` that a library asks
/// for.
///
/// (No lambdas, and no switch over types: it is in the way of a worker's start.)
final class GraphReader {
    private final Kit kit;
    private final ClassLoader loader;

    /// Null when all state is set.
    private final StateHere state;

    private final byte[] bytes;
    private final DataInputStream in;
    private final Map<Class<?>, List<Field>> fields = new HashMap<>();
    private Object[] objects = new Object[64];

    /// Which state of classes of the program that are here already stays as it is.
    interface StateHere {
        /// Whether a class was here, with its enum constants.
        boolean has(Class<?> type);

        /// Whether a static field, or the fields of an enum constant, keep their values.
        boolean keeps(Class<?> type, String name);
    }

    private GraphReader(byte[] bytes, Kit kit, ClassLoader loader, StateHere state) {
        this.kit = kit;
        this.loader = loader;
        this.state = state;
        this.bytes = bytes;
        this.in = new DataInputStream(new ByteArrayInputStream(bytes));
    }

    /// @throws IOException when the bytes are damaged
    static Object[] read(byte[] bytes, Kit kit, ClassLoader loader)
            throws IOException, ReflectiveOperationException {
        return readFor(null, bytes, kit, loader);
    }

    /// Reads classes, and the state of those that the loader has defined itself.
    ///
    /// @throws IOException when the bytes are damaged
    static void readNew(byte[] bytes, Kit kit, ClassLoader loader)
            throws IOException, ReflectiveOperationException {
        readFor(new StateOfOthers(loader), bytes, kit, loader);
    }

    /// Names a static field or an enum constant.
    static String key(String type, String name) {
        return type + "." + name;
    }

    /// @param state null when all state is set
    /// @throws IOException when the bytes are damaged
    static Object[] readFor(StateHere state, byte[] bytes, Kit kit, ClassLoader loader)
            throws IOException, ReflectiveOperationException {
        try {
            return new GraphReader(bytes, kit, loader, state).read();
        } catch (IndexOutOfBoundsException
                | ClassCastException
                | NullPointerException
                | NegativeArraySizeException e) {
            IOException damaged = TravelLimits.damaged(e.toString());
            damaged.initCause(e);
            throw damaged;
        }
    }

    private Object[] read() throws IOException, ReflectiveOperationException {
        for (int instruction = in.readByte(); instruction != Graph.END; ) {
            follow(instruction);
            instruction = in.readByte();
        }
        return readReferences();
    }

    private void follow(int instruction) throws IOException, ReflectiveOperationException {
        if (instruction == Graph.STATICS) {
            setStatics();
            return;
        }
        int id = in.readInt();
        switch (instruction) {
            case Graph.CLASS -> put(id, named(in.readUTF()));
            case Graph.TEXT -> put(id, Texts.read(in));
            case Graph.BOX -> put(id, Box.read(in, in.readByte()));
            case Graph.NUMBERS -> put(id, Numbers.read(in));
            case Graph.CONSTANT -> put(id, constant(readClass(), in.readUTF()));
            case Graph.SHARED -> put(id, kit.attach(in.readUTF()));
            case Graph.KNOWN -> put(id, KnownTypes.restore(in.readByte(), in.readUTF()));
            case Graph.ARRAY -> put(id, Array.newInstance(readClass(), readCount()));
            case Graph.NEW -> put(id, instantiate(readClass()));
            case Graph.NEW_CONSTANT ->
                    put(id, instantiateConstant(readClass(), in.readUTF(), in.readInt()));
            case Graph.FILL -> fill(get(id));
            case Graph.ELEMENTS -> fillArray((Object[]) get(id));
            case Graph.RESOLVE -> put(id, SerialReader.resolved(get(id)));
            case Graph.LAMBDA -> put(id, lambda());
            case Graph.RECORD -> put(id, Components.make(readReferences()));
            case Graph.PROXY -> put(id, proxy(readReferences()));
            case Graph.OPTIONAL -> put(id, KnownTypes.optional(readReferences()));
            case Graph.ENTRY -> put(id, KnownTypes.entry(readReferences()));
            case Graph.THREAD_LOCAL -> put(id, KnownTypes.threadLocal(readReferences()));
            case Graph.FORMATTER -> put(id, Formatters.read(readReferences()));
            case Graph.MEMBER -> put(id, Members.read(readReferences()));
            case Graph.ABSENT -> Absent.note(get(id), in.readUTF(), in.readUTF());
            default -> throw TravelLimits.damaged("an instruction " + instruction);
        }
    }

    private void put(int id, Object object) throws IOException {
        if (id < 0 || id > bytes.length) {
            throw TravelLimits.damaged("object " + id);
        }
        if (id >= objects.length) {
            objects = Arrays.copyOf(objects, Math.max(id + 1, 2 * objects.length));
        }
        objects[id] = object;
    }

    private Object get(int id) throws IOException {
        Object object = objects[id];
        if (object == null) {
            throw TravelLimits.damaged("object %d is used before it is made".formatted(id));
        }
        return object;
    }

    private Object readReference() throws IOException {
        int kind = in.readByte();
        if (kind == Graph.NULL) {
            return null;
        }
        return kind == Graph.OBJECT ? get(in.readInt()) : Box.read(in, kind);
    }

    /// A number of references, each of which takes a byte or more.
    private int readCount() throws IOException {
        int count = in.readInt();
        if (count < 0 || count > bytes.length) {
            throw TravelLimits.damaged(
                    "%d things, and %d bytes have come".formatted(count, bytes.length));
        }
        return count;
    }

    private Object[] readReferences() throws IOException {
        Object[] references = new Object[readCount()];
        for (int i = 0; i < references.length; i++) {
            references[i] = readReference();
        }
        return references;
    }

    private Class<?> readClass() throws IOException {
        return (Class<?>) readReference();
    }

    private Class<?> named(String name) throws ClassNotFoundException {
        return switch (name) {
            case "int" -> int.class;
            case "long" -> long.class;
            case "double" -> double.class;
            case "boolean" -> boolean.class;
            case "char" -> char.class;
            case "byte" -> byte.class;
            case "short" -> short.class;
            case "float" -> float.class;
            case "void" -> void.class;
            default -> Class.forName(name, false, loader);
        };
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Object constant(Class<?> type, String name) {
        return Enum.valueOf((Class) type, name);
    }

    /// An object without state, as deserialisation makes one: of its classes, the lowest one whose
    /// state does not come runs its constructor.
    private static Object instantiate(Class<?> type)
            throws IOException, ReflectiveOperationException {
        if (type == Object.class) {
            return new Object();
        }
        if (!Serializable.class.isAssignableFrom(type) && !Program.isOutsideOfLibraries(type)
                || Modifier.isAbstract(type.getModifiers())) {
            throw TravelLimits.damaged("an object of " + type);
        }
        Class<?> above = type;
        while (above != Object.class
                && (Program.isOutsideOfLibraries(above)
                        || Serializable.class.isAssignableFrom(above))) {
            above = above.getSuperclass();
        }
        Constructor<?> constructor =
                SerialMethods.constructor(type, above.getDeclaredConstructor());
        return constructor.newInstance();
    }

    /// Classes that another loader has defined.
    private record StateOfOthers(ClassLoader loader) implements StateHere {
        @Override
        public boolean has(Class<?> type) {
            return type.getClassLoader() != loader;
        }

        @Override
        public boolean keeps(Class<?> type, String name) {
            return has(type);
        }
    }

    private Object instantiateConstant(Class<?> type, String name, int ordinal)
            throws IOException, ReflectiveOperationException {
        if (!Enum.class.isAssignableFrom(type)) {
            throw TravelLimits.damaged("a constant of " + type);
        }
        Class<?> ofConstant = type.isEnum() ? type : type.getSuperclass();
        if (state != null && state.has(ofConstant)) {
            return constant(ofConstant, name);
        }
        Constructor<?> constructor =
                SerialMethods.constructor(
                        type, Enum.class.getDeclaredConstructor(String.class, int.class));
        return constructor.newInstance(name, ordinal);
    }

    private void fill(Object object) throws IOException, ReflectiveOperationException {
        for (int left = readCount(); left > 0; left--) {
            int form = in.readByte();
            Class<?> level = readClass();
            if (!level.isInstance(object)) {
                throw TravelLimits.damaged("a %s as %s".formatted(object.getClass(), level));
            }
            if (form == Graph.FIELDS) {
                setFields(object, level);
            } else {
                Map<String, Object> named = new HashMap<>();
                for (int names = readCount(); names > 0; names--) {
                    named.put(in.readUTF(), readReference());
                }
                byte[] data = TravelLimits.readBytes(in);
                SerialReader.read(object, level, named, data, readReferences());
            }
        }
    }

    private void setFields(Object object, Class<?> level)
            throws IOException, ReflectiveOperationException {
        List<Field> all = fields.get(level);
        if (all == null) {
            all = ProgramClass.instanceFields(level);
            fields.put(level, all);
        }
        int count = readCount();
        if (count != all.size()) {
            throw new IOException("class %s is another one here".formatted(level.getName()));
        }
        boolean isComplete =
                state != null
                        && object instanceof Enum<?> constant
                        && state.keeps(constant.getDeclaringClass(), constant.name());
        for (Field field : all) {
            Object value = readReference();
            if (!isComplete) {
                set(field, object, value);
            }
        }
    }

    private static void set(Field field, Object object, Object value)
            throws IOException, ReflectiveOperationException {
        try {
            field.set(object, value);
        } catch (IllegalArgumentException e) {
            throw TravelLimits.damaged("a value of the field %s".formatted(field.getName()));
        }
    }

    private void fillArray(Object[] array) throws IOException {
        int count = readCount();
        for (int i = 0; i < count; i++) {
            try {
                array[i] = readReference();
            } catch (ArrayStoreException e) {
                throw TravelLimits.damaged("an element of " + array.getClass());
            }
        }
    }

    private void setStatics() throws IOException, ReflectiveOperationException {
        Class<?> type = named(in.readUTF());
        for (int left = readCount(); left > 0; left--) {
            Field field = type.getDeclaredField(in.readUTF());
            field.setAccessible(true);
            Object value = readReference();
            if (state == null || !state.keeps(type, field.getName())) {
                set(field, null, value);
            }
        }
    }

    private Object lambda() throws IOException, ReflectiveOperationException {
        Object[] parts = readReferences();
        int kind = in.readInt();
        String[] texts = new String[LambdaForm.TEXTS];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = in.readUTF();
        }
        return LambdaForm.make(parts, kind, texts);
    }

    private Object proxy(Object[] parts) {
        Class<?>[] interfaces = new Class<?>[parts.length - 1];
        for (int i = 0; i < interfaces.length; i++) {
            interfaces[i] = (Class<?>) parts[i + 1];
        }
        InvocationHandler handler = (InvocationHandler) parts[0];
        Object shared = interfaces.length == 1 ? kit.proxy(handler, interfaces[0], loader) : null;
        return shared == null ? Proxy.newProxyInstance(loader, interfaces, handler) : shared;
    }
}
