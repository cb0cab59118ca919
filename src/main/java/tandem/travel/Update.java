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

/// A parcel for a [Replica] of the program, with what tells the values of its static fields from other
/// values: the replica sets those that the program has changed.
///
/// @param parcel of a job without arguments
/// @param values digests, by the names that [GraphReader] gives fields and enum constants
public record Update(Parcel parcel, Map<String, String> values) {
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
        return new Update(parcel, values);
    }

    /// Packs a job.
    ///
    /// @throws IllegalArgumentException that names what cannot travel, and why
    public static Update ofJob(Kit kit, Job job) {
        GraphWriter writer = GraphWriter.ofCode(kit, new Program(job.code().getClass()));
        Parcel parcel = Parcel.ofJob(job, writer);
        Map<String, String> values = new HashMap<>();
        for (ProgramClass type : writer.initialised()) {
            addStatics(kit, type, values);
            if (type.type().isEnum()) {
                addConstants(kit, type.type(), values);
            }
        }
        return new Update(parcel, values);
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
    /// @return that of no other value, when the value does not say how it travels
    private static String digest(Kit kit, List<Field> fields, Object of) {
        try {
            Object[] values = new Object[fields.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = fields.get(i).get(of);
            }
            return Codebase.digest(Parcel.toBytes(kit, new ArrayList<>(), values));
        } catch (IllegalAccessException | IOException e) {
            return "";
        }
    }

    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            DataOutputStream out = new DataOutputStream(bytes);
            parcel.write(out);
            out.writeInt(values.size());
            for (Map.Entry<String, String> each : values.entrySet()) {
                out.writeUTF(each.getKey());
                out.writeUTF(each.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
