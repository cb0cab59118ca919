package tandem.travel;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.security.ProtectionDomain;
import java.util.concurrent.atomic.AtomicReference;

/// The class files of classes whose loader does not give them out, as some hosts of JShell have one. The JVM
/// gives them where the jar is an agent of it: `-javaagent:tandem.jar`.
public final class ClassFiles {
    /// Null where the jar is no agent.
    private static volatile Instrumentation jvm;

    private ClassFiles() {}

    /// The JVM calls this before it starts the program.
    public static void premain(String options, Instrumentation instrumentation) {
        jvm = instrumentation;
    }

    /// The class file of a class as it is defined now; null where nobody gives it.
    static byte[] of(Class<?> type) {
        Instrumentation own = jvm;
        if (own == null || !own.isModifiableClass(type)) {
            return null;
        }
        AtomicReference<byte[]> seen = new AtomicReference<>();
        ClassFileTransformer reader =
                new ClassFileTransformer() {
                    @Override
                    public byte[] transform(
                            ClassLoader loader,
                            String name,
                            Class<?> loaded,
                            ProtectionDomain domain,
                            byte[] bytes) {
                        if (loaded == type) {
                            seen.set(bytes);
                        }
                        return null;
                    }
                };
        own.addTransformer(reader, true);
        try {
            own.retransformClasses(type);
        } catch (UnmodifiableClassException | LinkageError e) {
            return null;
        } finally {
            own.removeTransformer(reader);
        }
        return seen.get();
    }
}
