package tandem.travel;

import java.net.URL;
import java.security.CodeSource;
import java.util.LinkedHashSet;
import java.util.Set;

/// Tells the classes of the program from those that every JVM with the same class path has.
///
/// The *program* is what was typed at JShell's prompt, what stands in a source file that `java
/// File.java` runs, what lies in folders of the class path, and the jar that the spawned code is
/// from. Its classes travel, whole, with their state. *Libraries*, which are other jars, the JDK and
/// the kit, are in a worker as in any JVM that has just started.
final class Program {
    private static final ClassValue<Origin> ORIGINS =
            new ClassValue<>() {
                @Override
                protected Origin computeValue(Class<?> type) {
                    return origin(type);
                }
            };

    private final URL ownJar;
    private final Set<URL> path = new LinkedHashSet<>();

    /// Where a class comes from.
    ///
    /// @param place null when it is in no file of classes
    private record Origin(Kind kind, URL place) {
        enum Kind {
            LIBRARY,
            TYPED,
            FOLDER,
            JAR
        }
    }

    /// @param code the class of the code that is spawned, or one beside it
    Program(Class<?> code) {
        Origin origin = ORIGINS.get(code);
        this.ownJar = origin.kind == Origin.Kind.JAR ? origin.place : null;
    }

    /// Whether a class is the program's. Notes where it, or a library, is to be found in the worker.
    boolean has(Class<?> type) {
        Origin origin = ORIGINS.get(type);
        boolean has =
                switch (origin.kind) {
                    case LIBRARY -> false;
                    case TYPED -> true;
                    case FOLDER -> true;
                    case JAR -> isOwnJar(origin.place);
                };
        if (origin.place != null && (has || !isStandard(type.getClassLoader()))) {
            path.add(origin.place);
        }
        return has;
    }

    private boolean isOwnJar(URL jar) {
        return ownJar != null && ownJar.toString().equals(jar.toString());
    }

    /// Where the worker finds classes that none of the travelling ones names, and libraries that only
    /// the prompt's class path has.
    Set<URL> path() {
        return path;
    }

    /// Whether a class is one that only this JVM has: typed, or of a source file.
    static boolean isTyped(Class<?> type) {
        return ORIGINS.get(type).kind == Origin.Kind.TYPED;
    }

    /// Whether a class can be the program's in some JVM: the fields of its objects are known.
    static boolean isOpen(Class<?> type) {
        return ORIGINS.get(type).kind == Origin.Kind.TYPED
                || ORIGINS.get(type).kind == Origin.Kind.FOLDER;
    }

    /// Whether a class is in no library, or in a jar that may have been the program's.
    static boolean isOutsideOfLibraries(Class<?> type) {
        return ORIGINS.get(type).kind != Origin.Kind.LIBRARY;
    }

    private static Origin origin(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        if (type.isArray()
                || type.isPrimitive()
                || type.isHidden()
                || loader == null
                || loader == ClassLoader.getPlatformClassLoader()
                || isOfJdk(type)) {
            return new Origin(Origin.Kind.LIBRARY, null);
        }
        CodeSource source = type.getProtectionDomain().getCodeSource();
        URL place = source == null ? null : source.getLocation();
        if (place == null) {
            return new Origin(isStandard(loader) ? Origin.Kind.LIBRARY : Origin.Kind.TYPED, null);
        }
        if (!place.getProtocol().equals("file") || place.getPath().endsWith(".java")) {
            return new Origin(Origin.Kind.TYPED, null);
        }
        CodeSource kit = Program.class.getProtectionDomain().getCodeSource();
        if (kit != null && place.toString().equals(kit.getLocation().toString())) {
            return new Origin(Origin.Kind.LIBRARY, null);
        }
        return new Origin(
                place.getPath().endsWith("/") ? Origin.Kind.FOLDER : Origin.Kind.JAR, place);
    }

    /// Whether a class is in a module of the JDK, or in one that the JVM has made while it runs.
    static boolean isOfJdk(Class<?> type) {
        if (!type.getModule().isNamed()) {
            return false;
        }
        CodeSource source = type.getProtectionDomain().getCodeSource();
        return source == null
                || source.getLocation() == null
                || source.getLocation().getProtocol().equals("jrt");
    }

    /// Sees to it that the classes of a package, and their objects, can be read.
    ///
    /// @throws CannotTravel when their module does not allow it; the message says what it has to declare
    static void open(Class<?> type) throws CannotTravel {
        Module own = Program.class.getModule();
        own.addReads(type.getModule());
        if (!type.getModule().isOpen(type.getPackageName(), own)) {
            throw new CannotTravel(
                    "the module %1$s does not open the package %2$s: it has to declare \"opens %2$s to tandem;\""
                            .formatted(type.getModule().getName(), type.getPackageName()));
        }
    }

    private static boolean isStandard(ClassLoader loader) {
        return loader == ClassLoader.getSystemClassLoader();
    }
}
