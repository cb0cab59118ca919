package tandem.travel;

import static java.lang.constant.ConstantDescs.CD_Class;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.CLASS_INIT_NAME;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.FieldModel;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.constantpool.FieldRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The classes of the program as they are sent. Most are sent as they are. What is changed:
///
/// - A class that has been initialised here is not initialised there: its state comes along. So it loses
///   its initialiser, and its static fields and those of records are no longer final, so that they can
///   be given their values.
/// - Fields of interfaces are final by law. Those that hold state move to a class of their own.
/// - For a [Replica], which gets classes before and after they are initialised here, all of them keep their
///   initialiser, which asks [Given] whether the state has come.
/// - Where the value of a field could not travel, code that reads the field asks [Absent].
final class ClassRewriter {
    private static final ClassDesc ABSENT = ClassDesc.of(Absent.class.getName());
    private static final MethodTypeDesc ABSENT_STATIC =
            MethodTypeDesc.of(CD_Object, CD_Object, CD_String);
    private static final MethodTypeDesc ABSENT_FIELD =
            MethodTypeDesc.of(CD_Object, CD_Object, CD_Object, CD_String);
    private static final String HOLDER = "$Fields";

    private static final ClassDesc GIVEN = ClassDesc.of(Given.class.getName());

    private final boolean isOfReplica;

    /// The classes that have been initialised, with the static fields that travel.
    private final Set<Class<?>> initialised = new HashSet<>();

    private final Set<Field> moved = new HashSet<>();

    /// Why static fields, and fields of some objects, are empty.
    private final Map<Field, String> absent = new HashMap<>();

    ClassRewriter(boolean isOfReplica) {
        this.isOfReplica = isOfReplica;
    }

    void addInitialised(ProgramClass type) {
        initialised.add(type.type());
        if (type.type().isInterface()) {
            moved.addAll(type.statics());
        }
    }

    void addAbsent(Field field, String sentence) {
        absent.put(field, sentence);
    }

    Map<Field, String> absent() {
        return absent;
    }

    /// The name of the class that has a static field in the worker.
    static String ownerOfStatics(Class<?> type) {
        return type.isInterface() ? type.getName() + HOLDER : type.getName();
    }

    /// The bytes by name.
    Map<String, byte[]> classes(List<ProgramClass> all) {
        Map<String, byte[]> classes = new LinkedHashMap<>();
        for (ProgramClass type : all) {
            classes.put(type.type().getName(), rewritten(type));
            if (type.type().isInterface()
                    && initialised.contains(type.type())
                    && !type.statics().isEmpty()) {
                classes.put(ownerOfStatics(type.type()), holder(type));
            }
        }
        return classes;
    }

    private byte[] rewritten(ProgramClass type) {
        boolean isGuarded = isGuarded(type);
        boolean stateComes =
                (isGuarded || initialised.contains(type.type()))
                        && (type.hasInitialiser() || !type.statics().isEmpty());
        boolean changesCode = usesChanged(type);
        if (!stateComes && !changesCode && !type.type().isRecord()) {
            return type.bytes();
        }
        return changesCode
                ? rewritten(type, stateComes, true)
                : type.rewritten(isGuarded, stateComes, () -> rewritten(type, stateComes, false));
    }

    private boolean isGuarded(ProgramClass type) {
        return isOfReplica && !type.type().isInterface();
    }

    /// Whether what is changed is of any concern to a class. (If not, it is always the same one.)
    private boolean usesChanged(ProgramClass type) {
        if (moved.isEmpty() && absent.isEmpty()) {
            return false;
        }
        if (moved.stream().anyMatch(field -> field.getDeclaringClass() == type.type())) {
            return true;
        }
        for (PoolEntry entry : type.model().constantPool()) {
            if (entry instanceof FieldRefEntry field
                    && isChanged(
                            resolve(
                                    type,
                                    field.owner().asInternalName(),
                                    field.name().stringValue()))) {
                return true;
            }
        }
        return false;
    }

    private byte[] rewritten(ProgramClass type, boolean stateComes, boolean changesCode) {
        return ClassFile.of(type.hierarchy())
                .transformClass(
                        type.model(),
                        (builder, element) -> {
                            if (!(stateComes && !isGuarded(type) && isInitialiser(element))
                                    && !(element instanceof FieldModel field
                                            && isMoved(type, field))) {
                                rewrite(builder, element, type, stateComes, changesCode);
                            }
                        });
    }

    private static boolean isInitialiser(ClassElement element) {
        return element instanceof MethodModel method
                && method.methodName().equalsString(CLASS_INIT_NAME);
    }

    private boolean isMoved(ProgramClass type, FieldModel field) {
        return !moved.isEmpty()
                && type.type().isInterface()
                && moved.stream()
                        .anyMatch(
                                any ->
                                        any.getDeclaringClass() == type.type()
                                                && field.fieldName().equalsString(any.getName()));
    }

    private void rewrite(
            ClassBuilder builder,
            ClassElement element,
            ProgramClass type,
            boolean stateComes,
            boolean changesCode) {
        if (element instanceof FieldModel field && isOpened(type, field, stateComes)) {
            int flags = field.flags().flagsMask() & ~ClassFile.ACC_FINAL;
            builder.withField(
                    field.fieldName(),
                    field.fieldType(),
                    copy -> {
                        field.forEach(copy);
                        copy.withFlags(flags);
                    });
        } else if (element instanceof MethodModel method
                && isGuarded(type)
                && isInitialiser(method)) {
            CodeTransform guard = new Guard(type);
            builder.transformMethod(
                    method,
                    MethodTransform.transformingCode(
                            changesCode
                                    ? guard.andThen(
                                            (code, instruction) -> rewrite(code, instruction, type))
                                    : guard));
        } else if (element instanceof MethodModel method
                && changesCode
                && method.code().isPresent()
                && needsChange(type, method)) {
            builder.transformMethod(
                    method,
                    MethodTransform.transformingCode(
                            (code, instruction) -> rewrite(code, instruction, type)));
        } else {
            builder.with(element);
        }
    }

    /// Makes an initialiser ask whether it has anything to do, and say when it has done it.
    private static final class Guard implements CodeTransform {
        private final ClassDesc type;

        Guard(ProgramClass type) {
            this.type = type.model().thisClass().asSymbol();
        }

        @Override
        public void atStart(CodeBuilder code) {
            Label own = code.newLabel();
            code.loadConstant(type)
                    .invokestatic(GIVEN, "isGiven", MethodTypeDesc.of(CD_boolean, CD_Class))
                    .ifeq(own)
                    .return_()
                    .labelBinding(own);
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            if (element instanceof ReturnInstruction) {
                code.loadConstant(type)
                        .invokestatic(GIVEN, "initialised", MethodTypeDesc.of(CD_void, CD_Class));
            }
            code.with(element);
        }
    }

    private static boolean isOpened(ProgramClass type, FieldModel field, boolean stateComes) {
        return field.flags().has(AccessFlag.STATIC)
                ? stateComes
                        && type.statics().stream()
                                .anyMatch(any -> field.fieldName().equalsString(any.getName()))
                : type.type().isRecord();
    }

    private boolean needsChange(ProgramClass type, MethodModel method) {
        return method.code()
                .orElseThrow()
                .elementStream()
                .anyMatch(
                        element ->
                                element instanceof FieldInstruction access
                                        && isChanged(resolve(type, access)));
    }

    private boolean isChanged(Field field) {
        return field != null && (moved.contains(field) || absent.containsKey(field));
    }

    private void rewrite(CodeBuilder code, CodeElement element, ProgramClass type) {
        Field field = element instanceof FieldInstruction access ? resolve(type, access) : null;
        if (!isChanged(field)) {
            code.with(element);
            return;
        }
        FieldInstruction access = (FieldInstruction) element;
        boolean asks = absent.containsKey(field) && isRead(access.opcode());
        if (asks && access.opcode() == Opcode.GETFIELD) {
            code.dup();
        }
        if (moved.contains(field)) {
            code.fieldAccess(
                    access.opcode(),
                    ClassDesc.of(ownerOfStatics(field.getDeclaringClass())),
                    access.name().stringValue(),
                    access.typeSymbol());
        } else {
            code.with(element);
        }
        if (asks) {
            boolean isStatic = access.opcode() == Opcode.GETSTATIC;
            code.loadConstant(isStatic ? absent.get(field) : key(field))
                    .invokestatic(ABSENT, "unlessAbsent", isStatic ? ABSENT_STATIC : ABSENT_FIELD)
                    .checkcast(access.typeSymbol());
        }
    }

    /// How a field of an object is called between worker and [Absent].
    static String key(Field field) {
        return field.getDeclaringClass().getName() + "." + field.getName();
    }

    private static boolean isRead(Opcode opcode) {
        return opcode == Opcode.GETSTATIC || opcode == Opcode.GETFIELD;
    }

    /// The field that an instruction means, null when it is none of the program's.
    static Field resolve(ProgramClass from, FieldInstruction access) {
        return resolve(from, access.owner().asInternalName(), access.name().stringValue());
    }

    private static Field resolve(ProgramClass from, String owner, String name) {
        if (owner.startsWith("java/") || owner.startsWith("[")) {
            return null;
        }
        try {
            Class<?> type =
                    Class.forName(owner.replace('/', '.'), false, from.type().getClassLoader());
            return find(type, name);
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
    }

    /// As the Java virtual machine looks for it: the class, its interfaces, its superclass.
    private static Field find(Class<?> type, String name) {
        if (type == null) {
            return null;
        }
        for (Field field : type.getDeclaredFields()) {
            if (field.getName().equals(name)) {
                return field;
            }
        }
        for (Class<?> above : type.getInterfaces()) {
            Field found = find(above, name);
            if (found != null) {
                return found;
            }
        }
        return find(type.getSuperclass(), name);
    }

    private byte[] holder(ProgramClass type) {
        return ClassFile.of()
                .build(
                        ClassDesc.of(ownerOfStatics(type.type())),
                        builder -> {
                            builder.withFlags(AccessFlag.PUBLIC, AccessFlag.SUPER);
                            for (Field field : type.statics()) {
                                builder.withField(
                                        field.getName(),
                                        field.getType().describeConstable().orElseThrow(),
                                        ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC);
                            }
                        });
    }
}
