package tandem.process;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.lang.reflect.Field;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/// Objects on their way to another JVM, with the classes that they need there: a lambda, its
/// arguments, and the variables of the prompt that it reads. It is one graph, so that what two of
/// them share stays shared.
///
/// @param path where classes come from that only the prompt's class path has
/// @param classes by name, the classes that no class path has
/// @param isPlain whether the objects are as [Plain] writes them, instead of serialised
/// @param objects the graph: job, arguments, then owner, name and value of each variable
/// @param kept the shared objects among them, which the sender keeps reachable for the receiver
record Parcel(
        List<String> path,
        Map<String, byte[]> classes,
        boolean isPlain,
        byte[] objects,
        List<Kept> kept) {
    private static final ScopedValue<List<Kept>> KEPT = ScopedValue.newInstance();

    /// A shared object that was given to a child.
    ///
    /// @param whenEnded gets the holder bits of the child when it has ended
    record Kept(Object shared, IntConsumer whenEnded) {}

    /// What was in a parcel.
    ///
    /// @param job what is to be run, null for a script
    /// @param loader knows the classes that came along
    record Contents(Job job, List<Object> arguments, ClassLoader loader) {}

    /// Packs the arguments of a script, which can know only classes of the class path.
    ///
    /// @param classes of the script, the main class first; none when it is still to be compiled
    /// @throws IllegalArgumentException that names the argument which cannot travel, and why
    static Parcel ofScript(Kit kit, Map<String, byte[]> classes, Object... arguments) {
        Parcel packed = pack(kit, null, arguments);
        return new Parcel(packed.path, classes, packed.isPlain, packed.objects, packed.kept);
    }

    /// Packs a job and its arguments.
    ///
    /// @throws IllegalArgumentException that names what cannot travel, and why
    static Parcel ofJob(Kit kit, Job job, Object... arguments) {
        return pack(kit, job, arguments);
    }

    /// Called by a shared object that is being packed.
    ///
    /// @return whether it is packed for a child, and not for the parent
    static boolean keep(Kept shared) {
        return KEPT.isBound() && KEPT.get().add(shared);
    }

    private static Parcel pack(Kit kit, Job job, Object... arguments) {
        List<Kept> kept = new ArrayList<>();
        return ScopedValue.where(KEPT, kept).call(() -> pack(kit, kept, job, arguments));
    }

    private static Parcel pack(Kit kit, List<Kept> kept, Job job, Object... arguments) {
        try {
            Reach reach = reach(job);
            byte[] plain = Plain.pack(kit, reach, job, arguments);
            if (plain != null) {
                return new Parcel(reach, true, plain, kept);
            }
            kept.clear();
            reach = reach(job);
            return new Parcel(reach, false, serialize(reach, job, arguments), kept);
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage());
        } catch (StackOverflowError e) {
            throw TravelLimits.tooDeep();
        }
    }

    private static Reach reach(Job job) {
        return job == null ? null : new Reach(job.loader());
    }

    private Parcel(Reach reach, boolean isPlain, byte[] objects, List<Kept> kept) {
        this(
                reach == null ? List.of() : reach.path().stream().map(URL::toString).toList(),
                reach == null ? Map.of() : reach.classes(),
                isPlain,
                objects,
                kept);
    }

    private static byte[] serialize(Reach reach, Job job, Object... arguments) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Packer out = new Packer(new TravelLimits.Sender(bytes), reach)) {
            out.pack("the code", job);
            out.writeInt(arguments.length);
            for (int i = 0; i < arguments.length; i++) {
                out.pack("argument " + i, arguments[i]);
            }
            packVariables(out, reach);
        }
        return bytes.toByteArray();
    }

    /// The name of the first class, null when there is none.
    String firstClass() {
        return classes.isEmpty() ? null : classes.keySet().iterator().next();
    }

    /// About how many bytes it takes on its way.
    long size() {
        long size = objects.length;
        for (byte[] type : classes.values()) {
            size += type.length;
        }
        return size;
    }

    private static void packVariables(Packer out, Reach reach) throws IOException {
        if (reach != null) {
            for (var found = reach.takeVariables();
                    !found.isEmpty();
                    found = reach.takeVariables()) {
                for (Reach.Variable variable : found) {
                    out.writeObject(variable.owner().getName());
                    out.writeObject(variable.name());
                    out.packVariable(variable);
                }
            }
        }
        out.writeObject(null);
    }

    /// Opens the parcel in the worker: classes first, then code and arguments, then the variables
    /// get their values.
    Contents open(Kit kit, ClassLoader parent) throws IOException, ReflectiveOperationException {
        ClassLoader loader =
                path.isEmpty() && classes.isEmpty()
                        ? parent
                        : new ParcelLoader(urls(), classes, parent);
        return isPlain ? Plain.open(objects, kit, loader) : deserialize(loader);
    }

    private Contents deserialize(ClassLoader loader) throws IOException, ClassNotFoundException {
        try (ObjectInputStream in = new LoaderInputStream(objects, loader)) {
            Job job = (Job) in.readObject();
            List<Object> arguments = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                arguments.add(in.readObject());
            }
            for (Object owner; (owner = in.readObject()) != null; ) {
                setVariable(loader.loadClass((String) owner), (String) in.readObject(), in);
            }
            return new Contents(job, arguments, loader);
        } catch (InvalidClassException e) {
            throw TravelLimits.inWords(e);
        } catch (StackOverflowError e) {
            throw TravelLimits.tooDeep();
        }
    }

    private static void setVariable(Class<?> owner, String name, ObjectInputStream in)
            throws IOException, ClassNotFoundException {
        Object value = in.readObject();
        try {
            Field field = owner.getDeclaredField(name);
            field.setAccessible(true);
            field.set(null, value);
        } catch (ReflectiveOperationException e) {
            throw new IOException("the variable %s cannot be set".formatted(name), e);
        }
    }

    private URL[] urls() throws MalformedURLException {
        URL[] urls = new URL[path.size()];
        for (int i = 0; i < urls.length; i++) {
            urls[i] = URI.create(path.get(i)).toURL();
        }
        return urls;
    }

    void write(DataOutputStream out) throws IOException {
        out.writeInt(path.size());
        for (String url : path) {
            out.writeUTF(url);
        }
        out.writeInt(classes.size());
        for (Map.Entry<String, byte[]> entry : classes.entrySet()) {
            out.writeUTF(entry.getKey());
            out.writeInt(entry.getValue().length);
            out.write(entry.getValue());
        }
        out.writeBoolean(isPlain);
        out.writeInt(objects.length);
        out.write(objects);
    }

    static Parcel read(DataInputStream in) throws IOException {
        List<String> path = new ArrayList<>();
        for (int left = TravelLimits.readCount(in); left > 0; left--) {
            path.add(in.readUTF());
        }
        Map<String, byte[]> classes = new LinkedHashMap<>();
        for (int left = TravelLimits.readCount(in); left > 0; left--) {
            classes.put(in.readUTF(), TravelLimits.readBytes(in));
        }
        return new Parcel(path, classes, in.readBoolean(), TravelLimits.readBytes(in), List.of());
    }

    /// One object as bytes, for what goes back to the parent, which has all classes.
    static byte[] serialize(Object object) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(new TravelLimits.Sender(bytes))) {
            out.writeObject(object);
        } catch (StackOverflowError e) {
            throw new IOException(TravelLimits.tooDeep().getMessage(), e);
        }
        return bytes.toByteArray();
    }

    static Object deserialize(byte[] bytes, ClassLoader loader)
            throws IOException, ClassNotFoundException {
        try (var in = new LoaderInputStream(bytes, loader)) {
            return in.readObject();
        } catch (InvalidClassException e) {
            throw TravelLimits.inWords(e);
        } catch (StackOverflowError e) {
            throw new IOException(TravelLimits.tooDeep().getMessage(), e);
        }
    }

    private static final class LoaderInputStream extends ObjectInputStream {
        private final ClassLoader loader;

        LoaderInputStream(byte[] from, ClassLoader loader) throws IOException {
            super(new ByteArrayInputStream(from));
            this.loader = loader;
            setObjectInputFilter(new TravelLimits(from.length));
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass type)
                throws IOException, ClassNotFoundException {
            try {
                return Class.forName(type.getName(), false, loader);
            } catch (ClassNotFoundException e) {
                return super.resolveClass(type);
            }
        }
    }
}
