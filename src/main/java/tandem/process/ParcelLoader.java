package tandem.process;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Map;

/// Loads the classes that came with a parcel. It gives out their bytes too, so that a worker can
/// send them on to a worker of its own.
final class ParcelLoader extends URLClassLoader {
    private final Map<String, byte[]> classes;

    ParcelLoader(URL[] path, Map<String, byte[]> classes, ClassLoader parent) {
        super(path, parent);
        this.classes = classes;
    }

    /// The parent is not asked for what has come along: it would open every jar of the class path, in
    /// vain.
    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!classes.containsKey(name)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? findClass(name) : loaded;
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = classes.get(name);
        return bytes == null ? super.findClass(name) : defineClass(name, bytes, 0, bytes.length);
    }

    @Override
    public InputStream getResourceAsStream(String name) {
        byte[] bytes =
                name.endsWith(".class")
                        ? classes.get(
                                name.substring(0, name.length() - ".class".length())
                                        .replace('/', '.'))
                        : null;
        return bytes == null ? super.getResourceAsStream(name) : new ByteArrayInputStream(bytes);
    }
}
