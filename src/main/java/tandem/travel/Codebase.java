package tandem.travel;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;

/// Where the processes of a session leave the classes of their programs, for those that get objects of
/// theirs and have no such class: an object names its classes, and whoever has classes of these names
/// takes his own.
///
/// Classes are left once by a process, together with all that they name, and with their static state
/// as it is then. Who takes them keeps them: of two classes of a name, the first that has come.
public final class Codebase {
    private static final Map<ClassLoader, Loader> LOADERS = new ConcurrentHashMap<>();

    private final Kit kit;
    private final Store store;

    /// The names of what was left, by the classes that were asked for.
    private final Map<Class<?>, String> left = Collections.synchronizedMap(new WeakHashMap<>());

    /// Files that processes leave for each other.
    public interface Store {
        void publish(String name, byte[] bytes) throws IOException;

        byte[] read(String name) throws IOException;

        /// Sees to it that shared objects last that are not this process's alone any more.
        void keep(Object shared);
    }

    public Codebase(Kit kit, Store store) {
        this.kit = kit;
        this.store = store;
    }

    /// Leaves classes that have not been left.
    ///
    /// @return the names under which all of them can be had
    /// @throws CannotTravel when one of them cannot travel
    Set<String> leave(Set<Class<?>> classes) throws CannotTravel, IOException {
        if (!left.keySet().containsAll(classes)) {
            Parcel parcel = Parcel.ofClasses(kit, classes);
            byte[] bytes = parcel.toBytes();
            String name = "code-" + digest(bytes);
            store.publish(name, bytes);
            parcel.kept().forEach(kept -> store.keep(kept.shared()));
            classes.forEach(type -> left.put(type, name));
        }
        Set<String> names = new LinkedHashSet<>();
        classes.forEach(type -> names.add(left.get(type)));
        return names;
    }

    /// What tells bytes from all others.
    public static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /// Reads objects, with what was left where a class is not known here.
    ///
    /// @param parent knows the classes of the program that asks
    Object[] read(byte[] objects, Set<String> names, ClassLoader parent)
            throws IOException, ReflectiveOperationException {
        Loader loader =
                parent instanceof Loader own ? own : LOADERS.computeIfAbsent(parent, Loader::new);
        try {
            return GraphReader.read(objects, kit, loader);
        } catch (ClassNotFoundException e) {
            synchronized (loader) {
                for (String name : names) {
                    loader.add(name, this);
                }
            }
            return GraphReader.read(objects, kit, loader);
        }
    }

    /// Knows what a parent knows, and the classes that were left; it lasts as long as it can be reached.
    public static ClassLoader loader(ClassLoader parent) {
        return new Loader(parent);
    }

    /// Loads the classes that were left, where its parent has none of the name.
    private static final class Loader extends URLClassLoader {
        private final Map<String, byte[]> classes = new ConcurrentHashMap<>();
        private final Set<String> added = new LinkedHashSet<>();

        Loader(ClassLoader parent) {
            super(new URL[0], parent);
        }

        void add(String name, Codebase codebase) throws IOException, ReflectiveOperationException {
            if (!added.add(name)) {
                return;
            }
            byte[] bytes = codebase.store.read(name);
            Parcel parcel = Parcel.of(bytes);
            for (String url : parcel.path()) {
                addURL(URI.create(url).toURL());
            }
            parcel.classes().forEach(classes::putIfAbsent);
            parcel.checked().forEach(type -> setClassAssertionStatus(type, true));
            GraphReader.readNew(parcel.objects(), codebase.kit, this);
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            byte[] bytes = classes.get(name);
            return bytes == null
                    ? super.findClass(name)
                    : defineClass(name, bytes, 0, bytes.length);
        }

        @Override
        public InputStream getResourceAsStream(String name) {
            byte[] bytes =
                    name.endsWith(".class") ? classes.get(ClassNames.ofResource(name)) : null;
            return bytes == null
                    ? super.getResourceAsStream(name)
                    : new ByteArrayInputStream(bytes);
        }
    }
}
