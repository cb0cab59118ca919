package tandem.process;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeElement;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.FieldRefEntry;
import java.lang.classfile.constantpool.LoadableConstantEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.MethodHandleEntry;
import java.lang.classfile.constantpool.MethodTypeEntry;
import java.lang.classfile.constantpool.NameAndTypeEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.Field;
import java.net.URL;
import java.security.CodeSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// What a piece of code can reach of the classes that another JVM does not have: those typed at
/// JShell's prompt, and those of a source file run with `java File.java`.
///
/// Two kinds of classes are told apart. A *scope* holds what was written side by side: a snippet's
/// wrapper in JShell, or the top-level class of a source file when it extends nothing. Of a scope,
/// the methods that are reached travel, and the variables that they read; whatever else the person
/// has typed stays behind. Any other class travels whole, as its methods may be called by way of
/// its supertypes.
final class Reach {
    private static final String JSHELL_SCOPE = "REPL/\\$JShell\\$\\d+[A-Z]*";
    private static final Set<String> OBJECT_METHODS = Set.of("toString", "equals", "hashCode");

    private final ClassLoader loader;
    private final Map<String, Scope> scopes = new LinkedHashMap<>();
    private final Map<String, byte[]> wholes = new LinkedHashMap<>();
    private final Set<String> elsewhere = new HashSet<>();
    private final Set<URL> path = new LinkedHashSet<>();
    private final Set<Variable> variables = new LinkedHashSet<>();
    private final Deque<Runnable> pending = new ArrayDeque<>();

    /// A static field of a scope that the code reads: a variable of the prompt.
    record Variable(Class<?> owner, String name) {
        Field field() {
            try {
                Field field = owner.getDeclaredField(name);
                field.setAccessible(true);
                return field;
            } catch (NoSuchFieldException e) {
                throw new AssertionError(e);
            }
        }

        /// Its value in this JVM.
        Object value() {
            try {
                return field().get(null);
            } catch (IllegalAccessException e) {
                throw new AssertionError(e);
            }
        }
    }

    Reach(ClassLoader loader) {
        this.loader = loader;
    }

    /// Adds a lambda: what its method reaches, and the method that makes lambdas from their serial
    /// form.
    void addLambda(SerializedLambda lambda) {
        String capturingClass = lambda.getCapturingClass();
        if (scopes.containsKey(capturingClass) || reachType(capturingClass)) {
            Scope scope = scopes.get(capturingClass);
            if (scope != null) {
                scope.keep.add(
                        "$deserializeLambda$(Ljava/lang/invoke/SerializedLambda;)Ljava/lang/Object;");
            }
        }
        reachMethod(
                lambda.getImplClass(), lambda.getImplMethodName(), lambda.getImplMethodSignature());
        drain();
    }

    /// Adds the class of an object that travels.
    ///
    /// @return whether it is one that another JVM does not have
    boolean addClass(Class<?> type) {
        boolean ships = reachType(type.getName().replace('.', '/'));
        drain();
        return ships;
    }

    /// Whether instances of a class are the `this` of a source file's scope.
    boolean isScope(Class<?> type) {
        return type.getClassLoader() == loader
                && reachType(type.getName().replace('.', '/'))
                && scopes.containsKey(type.getName().replace('.', '/'));
    }

    /// The instance fields of a scope that the code reads or writes.
    Set<String> instanceFields(Class<?> scope) {
        return scopes.get(scope.getName().replace('.', '/')).instanceFields;
    }

    /// The variables found since the last call.
    Set<Variable> takeVariables() {
        Set<Variable> taken = new LinkedHashSet<>(variables);
        taken.removeIf(variable -> !scopeOf(variable).taken.add(variable.name));
        variables.clear();
        return taken;
    }

    private Scope scopeOf(Variable variable) {
        return scopes.get(variable.owner.getName().replace('.', '/'));
    }

    /// Where classes come from that the prompt's own class path has, by `/env -class-path`.
    Set<URL> path() {
        return path;
    }

    /// The classes that travel, by name.
    Map<String, byte[]> classes() {
        Map<String, byte[]> classes = new LinkedHashMap<>();
        wholes.forEach((name, bytes) -> classes.put(name.replace('/', '.'), bytes));
        scopes.forEach((name, scope) -> classes.put(name.replace('/', '.'), scope.bytes()));
        return classes;
    }

    private void drain() {
        for (Runnable next = pending.poll(); next != null; next = pending.poll()) {
            next.run();
        }
    }

    /// Notes that code refers to a class. Returns whether the class travels.
    private boolean reachType(String name) {
        if (scopes.containsKey(name) || wholes.containsKey(name)) {
            return true;
        }
        if (name.startsWith("[")) {
            reachDescriptor(name);
            return false;
        }
        if (name.startsWith("java/") || elsewhere.contains(name)) {
            return false;
        }
        Class<?> type;
        try {
            type = Class.forName(name.replace('/', '.'), false, loader);
        } catch (ClassNotFoundException | LinkageError e) {
            elsewhere.add(name);
            return false;
        }
        if (isOnPath(type)) {
            elsewhere.add(name);
            return false;
        }
        ClassModel model = ClassFile.of().parse(bytes(type));
        if (isScope(name, model)) {
            scopes.put(name, new Scope(model));
            model.methods().stream()
                    .filter(method -> OBJECT_METHODS.contains(method.methodName().stringValue()))
                    .forEach(
                            method ->
                                    reachMethod(
                                            name,
                                            method.methodName().stringValue(),
                                            method.methodType().stringValue()));
            return true;
        }
        wholes.put(name, bytes(type));
        pending.add(() -> reachAll(model));
        return true;
    }

    private boolean isOnPath(Class<?> type) {
        if (!hasPath(type)) {
            return false;
        }
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source != null && !isStandard(type.getClassLoader())) {
            path.add(source.getLocation());
        }
        return true;
    }

    /// Whether a class comes from a jar or a folder, not from a prompt, a source file or a parcel.
    static boolean hasPath(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        URL location = source == null ? null : source.getLocation();
        return location == null
                ? isStandard(type.getClassLoader())
                : location.getProtocol().equals("file") && !location.getPath().endsWith(".java");
    }

    private static boolean isStandard(ClassLoader loader) {
        return loader == null
                || loader == ClassLoader.getSystemClassLoader()
                || loader == ClassLoader.getPlatformClassLoader();
    }

    private static boolean isScope(String name, ClassModel model) {
        boolean topLevel =
                model.findAttribute(Attributes.nestHost()).isEmpty()
                        && name.indexOf('$', name.lastIndexOf('/') + 1) < 0;
        boolean plain =
                model.interfaces().isEmpty()
                        && model.superclass()
                                .filter(s -> s.asInternalName().equals("java/lang/Object"))
                                .isPresent()
                        && !model.flags().has(AccessFlag.INTERFACE)
                        && !model.flags().has(AccessFlag.ENUM);
        return plain && (name.matches(JSHELL_SCOPE) || topLevel && !name.startsWith("REPL/"));
    }

    private byte[] bytes(Class<?> type) {
        String resource = type.getName().replace('.', '/') + ".class";
        try (InputStream in = type.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException(
                        "the code cannot travel: the bytes of class %s cannot be had"
                                .formatted(type.getName()));
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// All that a class refers to anywhere.
    private void reachAll(ClassModel model) {
        for (PoolEntry entry : model.constantPool()) {
            switch (entry) {
                case ClassEntry type -> reachEntry(type);
                case MemberRefEntry member -> reachMember(member);
                case NameAndTypeEntry named -> reachDescriptor(named.type().stringValue());
                case MethodTypeEntry type -> reachDescriptor(type.descriptor().stringValue());
                default -> {}
            }
        }
        model.fields().forEach(field -> reachDescriptor(field.fieldType().stringValue()));
        model.methods().forEach(method -> reachDescriptor(method.methodType().stringValue()));
    }

    private void reachMember(MemberRefEntry member) {
        reachEntry(member.owner());
        reachDescriptor(member.type().stringValue());
        String owner = member.owner().asInternalName();
        if (member instanceof FieldRefEntry) {
            reachField(owner, member.name().stringValue());
        } else {
            reachMethod(owner, member.name().stringValue(), member.type().stringValue());
        }
    }

    private void reachMethod(String owner, String name, String type) {
        reachType(owner);
        Scope scope = scopes.get(owner);
        if (scope == null || !scope.keep.add(name + type)) {
            return;
        }
        scope.model.methods().stream()
                .filter(m -> m.methodName().equalsString(name) && m.methodType().equalsString(type))
                .forEach(method -> pending.add(() -> reachCode(method)));
    }

    private void reachField(String owner, String name) {
        Scope scope = scopes.get(owner);
        if (scope == null) {
            return;
        }
        for (FieldModel field : scope.model.fields()) {
            if (field.fieldName().equalsString(name)) {
                reachDescriptor(field.fieldType().stringValue());
                if (field.flags().has(AccessFlag.STATIC)) {
                    variables.add(new Variable(load(owner), name));
                } else {
                    scope.instanceFields.add(name);
                }
            }
        }
    }

    private Class<?> load(String name) {
        try {
            return Class.forName(name.replace('/', '.'), false, loader);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private void reachCode(MethodModel method) {
        reachDescriptor(method.methodType().stringValue());
        method.code().ifPresent(code -> code.forEach(this::reachElement));
    }

    private void reachElement(CodeElement element) {
        switch (element) {
            case InvokeInstruction call -> reachMember(call.method());
            case FieldInstruction access -> reachMember(access.field());
            case InvokeDynamicInstruction call -> {
                reachDescriptor(call.type().stringValue());
                call.invokedynamic().bootstrap().arguments().forEach(this::reachConstant);
            }
            case ConstantInstruction.LoadConstantInstruction constant ->
                    reachConstant(constant.constantEntry());
            case NewObjectInstruction creation -> reachEntry(creation.className());
            case NewReferenceArrayInstruction creation -> reachEntry(creation.componentType());
            case NewMultiArrayInstruction creation -> reachEntry(creation.arrayType());
            case TypeCheckInstruction check -> reachEntry(check.type());
            case ExceptionCatch handler -> handler.catchType().ifPresent(this::reachEntry);
            default -> {}
        }
    }

    private void reachConstant(LoadableConstantEntry constant) {
        switch (constant) {
            case ClassEntry type -> reachEntry(type);
            case MethodHandleEntry handle -> reachMember(handle.reference());
            case MethodTypeEntry type -> reachDescriptor(type.descriptor().stringValue());
            default -> {}
        }
    }

    private void reachEntry(ClassEntry entry) {
        reachType(entry.asInternalName());
    }

    /// Every class named in the descriptor of a field or method.
    private void reachDescriptor(String descriptor) {
        for (int from = descriptor.indexOf('L'); from >= 0; ) {
            int to = descriptor.indexOf(';', from);
            reachType(descriptor.substring(from + 1, to));
            from = descriptor.indexOf('L', to);
        }
    }

    private static final class Scope {
        final ClassModel model;
        final Set<String> keep = new HashSet<>();
        final Set<String> instanceFields = new HashSet<>();
        final Set<String> taken = new HashSet<>();

        Scope(ClassModel model) {
            this.model = model;
        }

        /// The class with what is reached of it. Its variables get their values from outside, so
        /// that nothing initialises them, and they are no constants; its instances are made empty.
        byte[] bytes() {
            boolean constructed = keep.stream().anyMatch(method -> method.startsWith(INIT_NAME));
            ClassTransform reached = this::copyReached;
            return ClassFile.of()
                    .transformClass(
                            model,
                            constructed
                                    ? reached
                                    : reached.andThen(
                                            ClassTransform.endHandler(Scope::addConstructor)));
        }

        private void copyReached(ClassBuilder builder, ClassElement element) {
            switch (element) {
                case MethodModel method when !isKept(method) -> {}
                case FieldModel field -> {
                    int flags = field.flags().flagsMask() & ~ClassFile.ACC_FINAL;
                    builder.withField(
                            field.fieldName(), field.fieldType(), copy -> copy.withFlags(flags));
                }
                default -> builder.with(element);
            }
        }

        private static void addConstructor(ClassBuilder builder) {
            MethodTypeDesc type = MethodTypeDesc.of(CD_void);
            builder.withMethodBody(
                    INIT_NAME,
                    type,
                    0,
                    code -> code.aload(0).invokespecial(CD_Object, INIT_NAME, type).return_());
        }

        private boolean isKept(MethodModel method) {
            return keep.contains(
                    method.methodName().stringValue() + method.methodType().stringValue());
        }
    }

    /// The name by which a person knows a class of the prompt.
    static String plainName(String type) {
        return type.replaceFirst("^REPL\\.\\$JShell\\$\\w+\\$", "").replace('$', '.');
    }
}
