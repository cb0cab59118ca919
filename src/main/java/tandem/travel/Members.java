package tandem.travel;

import java.io.IOException;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Methods, constructors and fields as objects, and direct handles on them: the class, the name and the
/// types say which. (Not: handles that were bound, or combined with others.)
final class Members {
    private static final int METHOD = 0;
    private static final int CONSTRUCTOR = 1;
    private static final int FIELD = 2;
    private static final int CALL = 3;
    private static final int CALL_SUPER = 4;
    private static final int MAKE = 5;
    private static final int GET = 6;
    private static final int SET = 7;
    private static final int VARIABLE = 8;
    private static final int ELEMENT = 9;

    private Members() {}

    static boolean isOne(Object object) {
        return object instanceof Member
                || object instanceof MethodHandle
                || object instanceof VarHandle;
    }

    /// What kind it is, its class, its name, whether it may be used from everywhere, and its types; null
    /// for one that these do not say all of.
    static Object[] parts(Object object) {
        Object[] parts = describe(object);
        try {
            if (parts != null) {
                read(parts);
            }
            return parts;
        } catch (IOException e) {
            return null;
        }
    }

    private static Object[] describe(Object object) {
        return switch (object) {
            case Method method -> ofMember(METHOD, method);
            case Constructor<?> constructor -> ofMember(CONSTRUCTOR, constructor);
            case Field field -> ofMember(FIELD, field);
            case MethodHandle handle -> ofHandle(handle);
            case VarHandle handle -> ofVariable(handle);
            default -> null;
        };
    }

    @SuppressWarnings("deprecation")
    private static Object[] ofMember(int kind, Member member) {
        List<Object> parts = new ArrayList<>();
        parts.add(kind);
        parts.add(member.getDeclaringClass());
        parts.add(member.getName());
        parts.add(((AccessibleObject) member).isAccessible());
        if (member instanceof Executable executable) {
            parts.addAll(Arrays.asList(executable.getParameterTypes()));
        }
        return parts.toArray();
    }

    private static Object[] ofHandle(MethodHandle handle) {
        MethodHandleDesc description = handle.describeConstable().orElse(null);
        if (!(description instanceof DirectMethodHandleDesc direct)) {
            return null;
        }
        int kind =
                switch (direct.kind()) {
                    case STATIC, INTERFACE_STATIC, VIRTUAL, INTERFACE_VIRTUAL -> CALL;
                    case SPECIAL, INTERFACE_SPECIAL -> CALL_SUPER;
                    case CONSTRUCTOR -> MAKE;
                    case GETTER, STATIC_GETTER -> GET;
                    case SETTER, STATIC_SETTER -> SET;
                };
        return ofMember(kind, MethodHandles.reflectAs(Member.class, handle));
    }

    private static Object[] ofVariable(VarHandle handle) {
        List<Class<?>> types = handle.coordinateTypes();
        if (types.size() == 2 && types.get(0).isArray()) {
            return new Object[] {ELEMENT, types.get(0), "", false};
        }
        String name =
                handle.describeConstable().map(VarHandle.VarHandleDesc::constantName).orElse(null);
        return types.size() == 1 && name != null
                ? new Object[] {VARIABLE, types.get(0), name, false}
                : null;
    }

    /// @throws IOException when there is no such member
    static Object read(Object[] parts) throws IOException {
        try {
            Object made =
                    make(
                            (Integer) parts[0],
                            (Class<?>) parts[1],
                            (String) parts[2],
                            Arrays.copyOfRange(parts, 4, parts.length, Class[].class));
            if ((Boolean) parts[3] && made instanceof AccessibleObject member) {
                member.trySetAccessible();
            }
            return made;
        } catch (ReflectiveOperationException | ArrayStoreException e) {
            throw TravelLimits.damaged("a member of a class: " + e);
        }
    }

    private static Object make(int kind, Class<?> owner, String name, Class<?>[] types)
            throws ReflectiveOperationException {
        return switch (kind) {
            case METHOD -> owner.getDeclaredMethod(name, types);
            case CONSTRUCTOR -> owner.getDeclaredConstructor(types);
            case FIELD -> owner.getDeclaredField(name);
            case CALL -> lookup(owner).unreflect(owner.getDeclaredMethod(name, types));
            case CALL_SUPER ->
                    lookup(owner).unreflectSpecial(owner.getDeclaredMethod(name, types), owner);
            case MAKE -> lookup(owner).unreflectConstructor(owner.getDeclaredConstructor(types));
            case GET -> lookup(owner).unreflectGetter(owner.getDeclaredField(name));
            case SET -> lookup(owner).unreflectSetter(owner.getDeclaredField(name));
            case ELEMENT -> MethodHandles.arrayElementVarHandle(owner);
            default -> lookup(owner).unreflectVarHandle(owner.getDeclaredField(name));
        };
    }

    /// The lookup that sees most of a class.
    private static MethodHandles.Lookup lookup(Class<?> owner) throws IllegalAccessException {
        return Modifier.isPublic(owner.getModifiers()) && !Program.isOutsideOfLibraries(owner)
                ? MethodHandles.publicLookup()
                : MethodHandles.privateLookupIn(owner, MethodHandles.lookup());
    }
}
