package tandem.travel;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/// A class of the program, as it is found in this JVM: its bytes, what they refer to, and which of its
/// fields hold state. Read once for each class.
///
/// What JShell ran to give a variable its first value or to run a statement is a method of the same
/// class; it has been run, nobody calls it again, and so it does not travel.
final class ProgramClass {
    private static final String SNIPPET = "REPL\\.\\$JShell\\$\\d+[A-Z]*";
    private static final String SNIPPET_RUN = "do_it$";

    private static final ClassValue<AtomicReference<ProgramClass>> KNOWN =
            new ClassValue<>() {
                @Override
                protected AtomicReference<ProgramClass> computeValue(Class<?> type) {
                    return new AtomicReference<>();
                }
            };

    private final Class<?> type;
    private final byte[] found;
    private final byte[] bytes;
    private final ClassModel model;
    private final List<Class<?>> references;
    private final List<Field> statics;
    private final Map<List<Boolean>, byte[]> rewritten = new ConcurrentHashMap<>();
    private volatile boolean initialised;

    private ProgramClass(Class<?> type, byte[] found) {
        this.type = type;
        this.found = found;
        this.bytes = isSnippet(type) ? withoutRun(found) : found;
        this.model = ClassFile.of().parse(bytes);
        this.references = findReferences();
        this.statics = findStatics();
    }

    /// What is known of a class. Its bytes are asked for each time: a prompt replaces a method that is
    /// typed again in the class that it has.
    ///
    /// @throws CannotTravel when nobody gives out the bytes of the class
    static ProgramClass of(Class<?> type) throws CannotTravel {
        Program.open(type);
        byte[] bytes = find(type);
        AtomicReference<ProgramClass> known = KNOWN.get(type);
        ProgramClass last = known.get();
        if (last == null || !Arrays.equals(last.found, bytes)) {
            last = new ProgramClass(type, bytes);
            known.set(last);
        }
        return last;
    }

    Class<?> type() {
        return type;
    }

    byte[] bytes() {
        return bytes;
    }

    ClassModel model() {
        return model;
    }

    /// Every class that this one mentions anywhere, those of the JDK left out: what it extends and
    /// permits, its nest, all of its methods, annotations and generic types.
    List<Class<?>> references() {
        return references;
    }

    /// The static fields that are no constants of the compiler.
    List<Field> statics() {
        return statics;
    }

    boolean hasInitialiser() {
        return model.methods().stream()
                .anyMatch(
                        method -> method.methodName().equalsString(ConstantDescs.CLASS_INIT_NAME));
    }

    /// Whether the class has been initialised in this JVM; asking does not do it. (A handle of a static
    /// field is of another class as long as its use would still initialise the field's class. Where
    /// there is no field to ask for, it counts as not initialised.)
    boolean isInitialised() {
        if (!initialised) {
            for (Field field : type.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers())) {
                    initialised = !initialisesItsClass(field);
                    break;
                }
            }
        }
        return initialised;
    }

    private static boolean initialisesItsClass(Field field) {
        try {
            VarHandle handle =
                    MethodHandles.privateLookupIn(field.getDeclaringClass(), MethodHandles.lookup())
                            .unreflectVarHandle(field);
            return handle.getClass().getSimpleName().startsWith("Lazy");
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    /// Whether a class holds a snippet of the prompt: a variable, a method or a statement.
    static boolean isSnippet(Class<?> type) {
        return type.getName().matches(SNIPPET);
    }

    /// The fields in which an object of a class keeps its state, without those of its superclasses.
    static List<Field> instanceFields(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        for (Field field : type.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                field.setAccessible(true);
                fields.add(field);
            }
        }
        return fields;
    }

    private List<Field> findStatics() {
        Set<String> constants = new HashSet<>();
        for (FieldModel field : model.fields()) {
            if (field.findAttribute(Attributes.constantValue()).isPresent()) {
                constants.add(field.fieldName().stringValue());
            }
        }
        List<Field> found = new ArrayList<>();
        for (Field field : type.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) && !constants.contains(field.getName())) {
                field.setAccessible(true);
                found.add(field);
            }
        }
        return found;
    }

    private List<Class<?>> findReferences() {
        Set<String> names = new LinkedHashSet<>();
        for (PoolEntry entry : model.constantPool()) {
            switch (entry) {
                case ClassEntry named -> addName(names, named.asInternalName());
                case Utf8Entry text -> addDescriptor(names, text.stringValue());
                default -> {}
            }
        }
        names.remove(model.thisClass().asInternalName());
        List<Class<?>> found = new ArrayList<>();
        for (String name : names) {
            try {
                Class<?> named =
                        Class.forName(name.replace('/', '.'), false, type.getClassLoader());
                if (named.getClassLoader() != null && !Program.isOfJdk(named)) {
                    found.add(named);
                }
            } catch (ClassNotFoundException | LinkageError e) {
                // It cannot be used in this JVM either.
            }
        }
        return found;
    }

    private static void addName(Set<String> names, String name) {
        if (name.startsWith("[")) {
            addDescriptor(names, name);
        } else if (!name.startsWith("java/")) {
            names.add(name);
        }
    }

    /// Every class named in what may be the descriptor or the generic signature of a field, a method
    /// or an annotation. (Other text does no harm: no class has its name.)
    private static void addDescriptor(Set<String> names, String text) {
        if (text.indexOf(';') < 0) {
            return;
        }
        for (int from = text.indexOf('L'); from >= 0; from = text.indexOf('L', from + 1)) {
            int to = from + 1;
            while (to < text.length() && ";<".indexOf(text.charAt(to)) < 0) {
                to++;
            }
            if (to < text.length()) {
                String name = text.substring(from + 1, to);
                if (!name.isEmpty() && name.chars().noneMatch(c -> ".[(): ".indexOf(c) >= 0)) {
                    addName(names, name);
                }
            }
        }
    }

    /// Its bytes as they are sent, where that depends on nothing else, made once.
    ///
    /// @param isGuarded whether its initialiser asks for its state
    /// @param stateComes whether its static fields come with their values
    byte[] rewritten(boolean isGuarded, boolean stateComes, Supplier<byte[]> make) {
        return rewritten.computeIfAbsent(List.of(isGuarded, stateComes), _ -> make.get());
    }

    /// How classes are written that its loader knows.
    ClassFile.ClassHierarchyResolverOption hierarchy() {
        return ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofClassLoading(type.getClassLoader())
                        .orElse(ClassHierarchyResolver.defaultResolver()));
    }

    private byte[] withoutRun(byte[] bytes) {
        ClassFile file = ClassFile.of(ClassFile.ConstantPoolSharingOption.NEW_POOL, hierarchy());
        return file.transformClass(
                file.parse(bytes),
                ClassTransform.dropping(
                        element ->
                                element instanceof MethodModel method
                                        && method.methodName().equalsString(SNIPPET_RUN)));
    }

    private static byte[] find(Class<?> type) throws CannotTravel {
        String resource = type.getName().replace('.', '/') + ".class";
        try (InputStream in = type.getClassLoader().getResourceAsStream(resource)) {
            if (in != null) {
                return in.readAllBytes();
            }
        } catch (IOException e) {
            // Said below.
        }
        byte[] loaded = ClassFiles.of(type);
        if (loaded != null) {
            return loaded;
        }
        throw new CannotTravel(
                "the class file of %s cannot be read: its class loader does not give it, but a JVM does that was started with -javaagent:tandem.jar"
                        .formatted(ClassNames.plain(type)));
    }
}
