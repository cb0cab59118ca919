package tandem.sync;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.util.Set;

/// Loads the floors below once more, with the code of some of their classes rewritten.
final class Copies extends ClassLoader {
    private static final Set<String> FLOORS =
            Set.of("tandem.sync.", "tandem.record.", "tandem.session.", "tandem.memory.");

    private final Set<String> rewritten;
    private final Rewriter rewriter;

    /// Puts something in the place of an instruction.
    interface Rewriter {
        /// @param method that the element is of
        void rewrite(String method, CodeBuilder code, CodeElement element);
    }

    /// @param rewritten the names of classes
    Copies(Set<String> rewritten, Rewriter rewriter) {
        super(Copies.class.getClassLoader());
        this.rewritten = rewritten;
        this.rewriter = rewriter;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (FLOORS.stream().noneMatch(name::startsWith)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            return known == null ? define(name) : known;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        String file = name.replace('.', '/') + ".class";
        try (InputStream in = getParent().getResourceAsStream(file)) {
            byte[] bytes = in.readAllBytes();
            if (rewritten.contains(name)) {
                bytes = rewrite(bytes);
            }
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    private byte[] rewrite(byte[] bytes) {
        ClassFile classes = ClassFile.of();
        ClassTransform transform =
                (type, element) -> {
                    if (element instanceof MethodModel method) {
                        String name = method.methodName().stringValue();
                        type.transformMethod(
                                method,
                                MethodTransform.transformingCode(
                                        (code, part) -> rewriter.rewrite(name, code, part)));
                    } else {
                        type.with(element);
                    }
                };
        return classes.transformClass(classes.parse(bytes), transform);
    }
}
