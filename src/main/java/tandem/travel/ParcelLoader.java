package tandem.travel;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Loads the classes that came with a parcel, and those that lie beside them: a program's class must
/// not be there twice, once as it came and once as the class path has it. It gives out their bytes too,
/// so that a worker can send them on to a worker of its own.
final class ParcelLoader extends URLClassLoader {
    private final Map<String, byte[]> classes = new ConcurrentHashMap<>();
    private final Given given;
    private volatile boolean hasPath;

    ParcelLoader(ClassLoader parent) {
        this(parent, null);
    }

    /// @param given knows which of its classes have been initialised, null where nobody asks
    ParcelLoader(ClassLoader parent, Given given) {
        super(new URL[0], parent);
        this.given = given;
    }

    Given given() {
        return given;
    }

    /// Adds what has come along. A class of a name that is here stays.
    ///
    /// @throws MalformedURLException when the path has something else than URLs
    void add(Parcel parcel) throws MalformedURLException {
        for (String url : parcel.path()) {
            addURL(URI.create(url).toURL());
            hasPath = true;
        }
        for (Map.Entry<String, byte[]> one : parcel.classes().entrySet()) {
            classes.putIfAbsent(one.getKey(), one.getValue());
        }
        for (String type : parcel.checked()) {
            setClassAssertionStatus(type, true);
        }
    }

    /// Whether classes have come along with other bytes than those of their names here.
    boolean contradicts(Parcel parcel) {
        return parcel.classes().entrySet().stream()
                .filter(one -> classes.containsKey(one.getKey()))
                .anyMatch(one -> !Arrays.equals(classes.get(one.getKey()), one.getValue()));
    }

    /// The parent is not asked first for what has come along, or lies in the path: it would open every
    /// jar of the class path, in vain.
    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        byte[] bytes = classes.get(name);
        if (bytes == null && (!hasPath || name.startsWith("java.") || name.startsWith("tandem."))) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            if (bytes != null) {
                return defineClass(name, bytes, 0, bytes.length);
            }
            try {
                return super.findClass(name);
            } catch (ClassNotFoundException e) {
                return super.loadClass(name, resolve);
            }
        }
    }

    @Override
    public InputStream getResourceAsStream(String name) {
        byte[] bytes = name.endsWith(".class") ? classes.get(ClassNames.ofResource(name)) : null;
        return bytes == null ? super.getResourceAsStream(name) : new ByteArrayInputStream(bytes);
    }
}
