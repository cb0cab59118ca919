package tandem.travel;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;

/// Objects on their way to another JVM, with the classes that they need there: a lambda, its
/// arguments, and the state of the program that they belong to. It is one graph, so that what two of
/// them share stays shared.
///
/// @param world what the JVM is like that they come from
/// @param path where classes come from that have not come along
/// @param classes by name, the classes of the program
/// @param checked the names of those of them in which assertions are checked
/// @param objects as [Graph] says: whether it is a call, the code, then the arguments
/// @param kept the shared objects among them, which the sender keeps reachable for the receiver
public record Parcel(
        World world,
        List<String> path,
        Map<String, byte[]> classes,
        Set<String> checked,
        byte[] objects,
        List<Kept> kept) {
    private static final ScopedValue<List<Kept>> KEPT = ScopedValue.newInstance();
    private static final int FIRST_ARGUMENT = 2;

    /// A shared object that was given to a child.
    ///
    /// @param whenEnded gets the holder bits of the child when it has ended
    public record Kept(Object shared, IntConsumer whenEnded) {}

    /// What was in a parcel.
    ///
    /// @param job what is to be run, null for a script
    /// @param loader knows the classes that came along
    public record Contents(Job job, List<Object> arguments, ClassLoader loader) {}

    /// Lets a stream travel as System.out does, in whose place another one is now.
    public static void takeForOutput(PrintStream former) {
        KnownTypes.takeForOutput(former);
    }

    /// Packs the arguments of a script, which can know only classes of the class path.
    ///
    /// @param classes of the script, the main class first; none when it is still to be compiled
    /// @throws IllegalArgumentException that names the argument which cannot travel, and why
    public static Parcel ofScript(Kit kit, Map<String, byte[]> classes, Object... arguments) {
        List<Kept> kept = new ArrayList<>();
        byte[] objects = write(kept, GraphWriter.ofObjects(kit, false), false, null, arguments);
        return new Parcel(World.here(), List.of(), classes, Set.of(), objects, kept);
    }

    /// Packs a job and its arguments.
    ///
    /// @throws IllegalArgumentException that names what cannot travel, and why
    public static Parcel ofJob(Kit kit, Job job, Object... arguments) {
        return ofJob(job, GraphWriter.ofCode(kit, new Program(job.code().getClass())), arguments);
    }

    /// As above, with a writer that tells afterwards what it has written.
    static Parcel ofJob(Job job, GraphWriter writer, Object... arguments) {
        List<Kept> kept = new ArrayList<>();
        byte[] objects = write(kept, writer, job.isCall(), job.code(), arguments);
        checkReads(job, writer);
        return new Parcel(
                World.here(), writer.path(), writer.classes(), writer.checked(), objects, kept);
    }

    /// Packs classes of a program with all that they name, and their static state.
    ///
    /// @throws CannotTravel when one of them cannot travel
    static Parcel ofClasses(Kit kit, Set<Class<?>> classes) throws CannotTravel, IOException {
        List<Kept> kept = new ArrayList<>();
        GraphWriter writer = GraphWriter.ofCode(kit, new Program(classes.iterator().next()));
        byte[] objects = write(kept, writer, classes.toArray());
        return new Parcel(
                World.here(), writer.path(), writer.classes(), writer.checked(), objects, kept);
    }

    private static void checkReads(Job job, GraphWriter writer) {
        try {
            String why = SureReads.find(job.code(), writer.absent());
            if (why != null) {
                throw new IllegalArgumentException(why);
            }
        } catch (CannotTravel e) {
            throw new IllegalArgumentException(e.getMessage());
        }
    }

    /// Called by a shared object that is being packed.
    ///
    /// @return whether it is packed for a child, and not for the parent
    public static boolean keep(Kept shared) {
        return KEPT.isBound() && KEPT.get().add(shared);
    }

    private static byte[] write(
            List<Kept> kept,
            GraphWriter writer,
            boolean isCall,
            Serializable code,
            Object... arguments) {
        Object[] roots = new Object[FIRST_ARGUMENT + arguments.length];
        roots[0] = isCall;
        roots[1] = code;
        System.arraycopy(arguments, 0, roots, FIRST_ARGUMENT, arguments.length);
        return write(kept, writer, FIRST_ARGUMENT, roots);
    }

    /// @param first of the roots, that is the first argument
    private static byte[] write(List<Kept> kept, GraphWriter writer, int first, Object... roots) {
        try {
            return write(kept, writer, roots);
        } catch (CannotTravel e) {
            throw new IllegalArgumentException(
                    e.of(
                            e.root() < first
                                    ? "the code"
                                    : "argument %d (%s)"
                                            .formatted(
                                                    e.root() - first,
                                                    ClassNames.plain(roots[e.root()].getClass()))));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "what is sent cannot travel to another process: " + e.getMessage());
        }
    }

    /// Writes objects.
    ///
    /// @param kept gets the shared objects among them
    static byte[] write(List<Kept> kept, GraphWriter writer, Object... roots)
            throws CannotTravel, IOException {
        try {
            return ScopedValue.where(KEPT, kept)
                    .call((ScopedValue.CallableOp<byte[], Exception>) () -> writer.write(roots));
        } catch (CannotTravel | IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /// The name of the first class, null when there is none.
    public String firstClass() {
        return classes.isEmpty() ? null : classes.keySet().iterator().next();
    }

    /// About how many bytes it takes on its way.
    public long size() {
        long size = objects.length;
        for (byte[] type : classes.values()) {
            size += type.length;
        }
        return size;
    }

    /// Opens the parcel in the worker.
    ///
    /// @throws IOException when it is damaged
    public Contents open(Kit kit, ClassLoader parent)
            throws IOException, ReflectiveOperationException {
        world.enter();
        return openHere(kit, parent);
    }

    /// Opens the parcel in a process that stays what it is like.
    ///
    /// @throws IOException when it is damaged
    public Contents openHere(Kit kit, ClassLoader parent)
            throws IOException, ReflectiveOperationException {
        if (path.isEmpty() && classes.isEmpty()) {
            return contents(GraphReader.read(objects, kit, parent), parent);
        }
        ParcelLoader loader = new ParcelLoader(parent);
        loader.add(this);
        return contents(GraphReader.read(objects, kit, loader), loader);
    }

    /// @param roots what a parcel of a job or a script was made of
    static Contents contents(Object[] roots, ClassLoader loader) {
        Job job = roots[1] == null ? null : new Job((Serializable) roots[1], (Boolean) roots[0]);
        List<Object> arguments =
                Arrays.asList(Arrays.copyOfRange(roots, FIRST_ARGUMENT, roots.length));
        return new Contents(job, arguments, loader);
    }

    public void write(DataOutputStream out) throws IOException {
        world.write(out);
        out.writeInt(path.size());
        for (String url : path) {
            out.writeUTF(url);
        }
        out.writeInt(classes.size());
        for (Map.Entry<String, byte[]> entry : classes.entrySet()) {
            out.writeUTF(entry.getKey());
            out.writeBoolean(checked.contains(entry.getKey()));
            out.writeInt(entry.getValue().length);
            out.write(entry.getValue());
        }
        out.writeInt(objects.length);
        out.write(objects);
    }

    /// What `write` writes.
    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            write(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /// What `toBytes` made bytes.
    ///
    /// @throws IOException when they are damaged
    public static Parcel of(byte[] bytes) throws IOException {
        return read(new DataInputStream(new ByteArrayInputStream(bytes)));
    }

    public static Parcel read(DataInputStream in) throws IOException {
        World world = World.read(in);
        List<String> path = new ArrayList<>();
        for (int left = TravelLimits.readCount(in); left > 0; left--) {
            path.add(in.readUTF());
        }
        Map<String, byte[]> classes = new LinkedHashMap<>();
        Set<String> checked = new HashSet<>();
        for (int left = TravelLimits.readCount(in); left > 0; left--) {
            String name = in.readUTF();
            if (in.readBoolean()) {
                checked.add(name);
            }
            classes.put(name, TravelLimits.readBytes(in));
        }
        return new Parcel(world, path, classes, checked, TravelLimits.readBytes(in), List.of());
    }

    /// Objects as bytes, for a JVM that has all classes: what a worker sends back to its parent.
    ///
    /// @throws IOException that says why one of them cannot travel
    public static byte[] toBytes(Kit kit, Object... objects) throws IOException {
        try {
            return GraphWriter.ofObjects(kit, true).write(objects);
        } catch (CannotTravel e) {
            throw new IOException(e.getMessage());
        }
    }

    /// As `toBytes`, for a process that lives beside this one.
    ///
    /// @param kept takes the shared objects among them, which are to stay reachable here
    /// @throws IOException that says why one of them cannot travel
    public static byte[] toBytes(Kit kit, List<Kept> kept, Object... objects) throws IOException {
        return ScopedValue.where(KEPT, kept).call(() -> toBytes(kit, objects));
    }

    /// Arguments as bytes, for a process that has all classes and lives beside this one.
    ///
    /// @param kept takes the shared objects among them, which are to stay reachable here
    /// @throws IllegalArgumentException that names the argument which cannot travel, and why
    public static byte[] ofArguments(Kit kit, List<Kept> kept, Object... arguments) {
        return write(kept, GraphWriter.ofObjects(kit, true), 0, arguments);
    }

    /// @throws IOException when the bytes are damaged
    public static Object[] fromBytes(byte[] bytes, Kit kit, ClassLoader loader)
            throws IOException, ReflectiveOperationException {
        return GraphReader.read(bytes, kit, loader);
    }
}
