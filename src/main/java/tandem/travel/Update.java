package tandem.travel;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// A parcel for a [Replica] of the program, with what tells the values of its static fields from other
/// values: the replica sets those that the program has changed.
public final class Update {
    /// In the place of a field's name: what the class is like, initialised or not.
    static final String VERSION = "<class>";

    /// The digest of a value that does not say how it travels: it is no other one's.
    static final String UNKNOWN = "";

    private final Parcel parcel;
    private final Supplier<Map<String, String>> values;

    private Update(Parcel parcel, Supplier<Map<String, String>> values) {
        this.parcel = parcel;
        this.values = values;
    }

    /// Reads what `toBytes` has written.
    ///
    /// @throws IOException when the bytes are damaged
    public static Update of(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        Parcel parcel = Parcel.read(in);
        Map<String, String> values = new HashMap<>();
        for (int left = TravelLimits.readCount(in); left > 0; left--) {
            String field = in.readUTF();
            values.put(field, in.readUTF());
        }
        return new Update(parcel, () -> values);
    }

    /// Packs a job. The values are looked at when they are asked for.
    ///
    /// @throws IllegalArgumentException that names what cannot travel, and why
    public static Update ofJob(Kit kit, Job job) {
        GraphWriter writer = GraphWriter.ofCode(kit, new Program(job.code().getClass()));
        Parcel parcel = Parcel.ofJob(job, writer);
        return new Update(
                parcel,
                () -> {
                    Map<String, String> values = new HashMap<>();
                    writer.versions()
                            .forEach(
                                    (type, version) ->
                                            values.put(GraphReader.key(type, VERSION), version));
                    writer.initialised().forEach(type -> addValues(kit, type, values));
                    return values;
                });
    }

    /// What is run, without arguments.
    public Parcel parcel() {
        return parcel;
    }

    /// Digests, by the names that [GraphReader] gives fields and enum constants.
    public Map<String, String> values() {
        return values.get();
    }

    /// Those of a class in this process. Initialises it.
    ///
    /// @throws CannotTravel when nobody gives out the bytes of the class
    static Map<String, String> values(Kit kit, Class<?> type) throws CannotTravel {
        Map<String, String> values = new HashMap<>();
        addValues(kit, ProgramClass.of(type), values);
        return values;
    }

    private static void addValues(Kit kit, ProgramClass type, Map<String, String> values) {
        addStatics(kit, type, values);
        if (type.type().isEnum()) {
            addConstants(kit, type.type(), values);
        }
    }

    private static void addStatics(Kit kit, ProgramClass type, Map<String, String> values) {
        String owner = ClassRewriter.ownerOfStatics(type.type());
        for (Field field : type.statics()) {
            values.put(GraphReader.key(owner, field.getName()), digest(kit, List.of(field), null));
        }
    }

    private static void addConstants(Kit kit, Class<?> type, Map<String, String> values) {
        for (Object constant : type.getEnumConstants()) {
            List<Field> fields = new ArrayList<>();
            for (Class<?> at = constant.getClass(); at != Enum.class; at = at.getSuperclass()) {
                fields.addAll(ProgramClass.instanceFields(at));
            }
            values.put(
                    GraphReader.key(type.getName(), ((Enum<?>) constant).name()),
                    digest(kit, fields, constant));
        }
    }

    /// @param of null for static fields
    private static String digest(Kit kit, List<Field> fields, Object of) {
        try {
            Object[] values = new Object[fields.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = fields.get(i).get(of);
            }
            return Codebase.digest(Parcel.toBytes(kit, new ArrayList<>(), values));
        } catch (IllegalAccessException | IOException e) {
            return UNKNOWN;
        }
    }

    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            DataOutputStream out = new DataOutputStream(bytes);
            parcel.write(out);
            Map<String, String> all = values();
            out.writeInt(all.size());
            for (Map.Entry<String, String> each : all.entrySet()) {
                out.writeUTF(each.getKey());
                out.writeUTF(each.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
