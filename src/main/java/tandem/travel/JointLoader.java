package tandem.travel;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/// Knows the classes that one loader knows, and those that only another one does: the code of a library
/// returns the objects of the program that has called it.
public final class JointLoader extends ClassLoader {
    private static final ConcurrentHashMap<List<ClassLoader>, ClassLoader> KNOWN =
            new ConcurrentHashMap<>();

    private final ClassLoader second;

    private JointLoader(ClassLoader first, ClassLoader second) {
        super(first);
        this.second = second;
    }

    /// One of the two where it knows what the other one does; the same one for the same two.
    public static ClassLoader of(ClassLoader first, ClassLoader second) {
        if (second == null || isAbove(second, first)) {
            return first;
        }
        return isAbove(first, second)
                ? second
                : KNOWN.computeIfAbsent(
                        List.of(first, second), _ -> new JointLoader(first, second));
    }

    /// Whether a loader is another one, or asked by it.
    private static boolean isAbove(ClassLoader above, ClassLoader loader) {
        ClassLoader at = loader;
        while (at != null && at != above) {
            at = at.getParent();
        }
        return at == above;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        return second.loadClass(name);
    }
}
