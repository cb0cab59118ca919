package tandem.travel;

import java.io.Serializable;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Method;
import java.util.List;

/// The parts of a serializable lambda or method reference, as its class gives them out.
///
/// @param parts the class that made it, then what it has captured
/// @param kind of the method that it runs
/// @param texts the names of the rest, in the order of [SerializedLambda]'s constructor
record LambdaForm(Object[] parts, int kind, List<String> texts) {
    static final int TEXTS = 7;

    /// The form of a lambda outside of the JDK; null for anything else.
    static LambdaForm of(Object object) throws CannotTravel {
        Class<?> type = object.getClass();
        if (!type.isHidden()
                || !type.isSynthetic()
                || !(object instanceof Serializable)
                || Program.isOfJdk(type)) {
            return null;
        }
        Program.open(type);
        SerializedLambda form = serialForm(object);
        if (form == null) {
            return null;
        }
        Object[] parts = new Object[form.getCapturedArgCount() + 1];
        parts[0] = capturingClass(form, type.getClassLoader());
        for (int i = 1; i < parts.length; i++) {
            parts[i] = form.getCapturedArg(i - 1);
        }
        return new LambdaForm(
                parts,
                form.getImplMethodKind(),
                List.of(
                        form.getFunctionalInterfaceClass(),
                        form.getFunctionalInterfaceMethodName(),
                        form.getFunctionalInterfaceMethodSignature(),
                        form.getImplClass(),
                        form.getImplMethodName(),
                        form.getImplMethodSignature(),
                        form.getInstantiatedMethodType()));
    }

    private static SerializedLambda serialForm(Object lambda) {
        try {
            Method form = lambda.getClass().getDeclaredMethod("writeReplace");
            form.setAccessible(true);
            return form.invoke(lambda) instanceof SerializedLambda parts ? parts : null;
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    private static Class<?> capturingClass(SerializedLambda form, ClassLoader loader)
            throws CannotTravel {
        try {
            return Class.forName(form.getCapturingClass().replace('/', '.'), false, loader);
        } catch (ClassNotFoundException e) {
            throw new CannotTravel("the class %s is gone".formatted(form.getCapturingClass()));
        }
    }

    /// The class whose method a lambda runs, null when the object is none or of the JDK.
    static SerializedLambda implementation(Object lambda) {
        return lambda.getClass().isHidden() ? serialForm(lambda) : null;
    }

    /// Makes a lambda. The compiler gives every class with serializable lambdas a method that does.
    static Object make(Object[] parts, int kind, String[] texts)
            throws ReflectiveOperationException {
        Class<?> capturing = (Class<?>) parts[0];
        Object[] captured = new Object[parts.length - 1];
        System.arraycopy(parts, 1, captured, 0, captured.length);
        SerializedLambda form =
                new SerializedLambda(
                        capturing, texts[0], texts[1], texts[2], kind, texts[3], texts[4], texts[5],
                        texts[6], captured);
        return make(capturing, form);
    }

    static Object make(Class<?> capturing, SerializedLambda form)
            throws ReflectiveOperationException {
        MethodHandle maker =
                MethodHandles.privateLookupIn(capturing, MethodHandles.lookup())
                        .findStatic(
                                capturing,
                                "$deserializeLambda$",
                                MethodType.methodType(Object.class, SerializedLambda.class));
        try {
            return maker.invokeExact(form);
        } catch (ReflectiveOperationException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new ReflectiveOperationException(e);
        }
    }
}
