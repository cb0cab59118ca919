package tandem.travel;

/// The names by which a person knows classes.
public final class ClassNames {
    private ClassNames() {}

    /// The name of a class without what JShell puts before it; `interface Runnable` for a lambda's.
    public static String plain(Class<?> type) {
        if (type.isHidden() && type.isSynthetic() && type.getInterfaces().length > 0) {
            return plain(type.getInterfaces()[0]);
        }
        return type.getTypeName().replaceFirst("^REPL\\.\\$JShell\\$\\w+\\$", "").replace('$', '.');
    }

    /// The name of the class whose file is called so.
    ///
    /// @param resource ends with `.class`
    static String ofResource(String resource) {
        return resource.substring(0, resource.length() - ".class".length()).replace('/', '.');
    }
}
