package tandem.travel;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// A parcel for a [Replica] of the program, with what tells the values of its static fields from other
/// values: the replica sets those that the program has changed.
public final class Update {
    private final Parcel parcel;
    private final boolean isFixed;
    private final List<String> initialised;
    private final Set<Class<?>> classes;

    /// Null until they are asked for.
    private Map<String, String> values;

    private final Supplier<Map<String, String>> look;

    private Update(
            Parcel parcel,
            boolean isFixed,
            List<String> initialised,
            Set<Class<?>> classes,
            Supplier<Map<String, String>> look) {
        this.parcel = parcel;
        this.isFixed = isFixed;
        this.initialised = initialised;
        this.classes = classes;
        this.look = look;
    }

    /// Reads what `toBytes` has written.
    ///
    /// @throws IOException when the bytes are damaged
    public static Update of(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        Parcel parcel = Parcel.read(in);
        boolean isFixed = in.readBoolean();
        List<String> initialised = new ArrayList<>();
        for (int left = TravelLimits.readCount(in); left > 0; left--) {
            initialised.add(in.readUTF());
        }
        Map<String, String> values = new HashMap<>();
        for (int left = TravelLimits.readCount(in); left > 0; left--) {
            String field = Texts.read(in);
            values.put(field, in.readUTF());
        }
        return new Update(parcel, isFixed, initialised, Set.of(), () -> values);
    }

    /// Packs a job. The values are looked at when they are asked for first.
    ///
    /// @param others classes that come along, of whose objects the code does not know
    /// @throws IllegalArgumentException that names what cannot travel, and why
    public static Update ofJob(Kit kit, Job job, Class<?>... others) {
        Class<?> code = job.code().getClass();
        GraphWriter writer = GraphWriter.ofReplica(kit, new Program(code));
        Parcel parcel = Parcel.ofJob(job, writer, (Object[]) others);
        List<ProgramClass> initialised = writer.initialised();
        return new Update(
                parcel,
                writer.isFixed(job.code()),
                names(initialised),
                writer.known(),
                () -> {
                    Digests digests = new Digests(kit, code);
                    initialised.forEach(digests::add);
                    return digests.all();
                });
    }

    private static List<String> names(List<ProgramClass> types) {
        List<String> names = new ArrayList<>();
        for (ProgramClass type : types) {
            names.add(type.type().getName());
            if (type.type().isInterface()) {
                names.add(ClassRewriter.ownerOfStatics(type.type()));
            }
        }
        return names;
    }

    /// What is run, without arguments.
    public Parcel parcel() {
        return parcel;
    }

    /// Whether the code captures nothing that running it could change.
    public boolean isFixed() {
        return isFixed;
    }

    /// Whether objects of a class can be read where the code is run. For the sender.
    public boolean knows(Class<?> type) {
        return classes.contains(type);
    }

    /// The names of the classes whose state has come along.
    List<String> initialised() {
        return initialised;
    }

    /// As [Digests] has them.
    public synchronized Map<String, String> values() {
        if (values == null) {
            values = look.get();
        }
        return values;
    }

    /// Those of a class in this process.
    ///
    /// @throws CannotTravel when nobody gives out the bytes of the class
    static Map<String, String> values(Kit kit, Class<?> type) throws CannotTravel {
        Digests digests = new Digests(kit, type);
        digests.add(ProgramClass.of(type));
        return digests.all();
    }

    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            DataOutputStream out = new DataOutputStream(bytes);
            parcel.write(out);
            out.writeBoolean(isFixed);
            out.writeInt(initialised.size());
            for (String name : initialised) {
                out.writeUTF(name);
            }
            Map<String, String> all = values();
            out.writeInt(all.size());
            for (Map.Entry<String, String> each : all.entrySet()) {
                Texts.write(out, each.getKey());
                out.writeUTF(each.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
