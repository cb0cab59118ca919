package tandem.travel;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Map;

/// Loads the classes that came with a parcel, and those that lie beside them: a program's class must
/// not be there twice, once as it came and once as the class path has it. It gives out their bytes too,
/// so that a worker can send them on to a worker of its own.
final class ParcelLoader extends URLClassLoader {
    private final Map<String, byte[]> classes;
    private final boolean hasPath;

    ParcelLoader(URL[] path, Map<String, byte[]> classes, ClassLoader parent) {
        super(path, parent);
        this.classes = classes;
        this.hasPath = path.length > 0;
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
