package tandem.travel;

import static java.lang.foreign.ValueLayout.JAVA_CHAR_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// An object as bytes, for whichever process takes it. Numbers, text and arrays of numbers are as they
/// lie in memory; all else is a graph, with the names of the classes of the program and of the shared
/// objects that it takes.
///
/// @param form how the bytes are to be read
/// @param bytes the object
/// @param shared the shared objects among what it refers to, which have to last until it has been read
public record Marshalled(int form, MemorySegment bytes, List<Object> shared) {
    private static final int LATIN = 1;
    private static final int WIDE = 2;
    private static final int GRAPH = 3;

    /// A graph with shared objects.
    private static final int SHARING = 4;

    /// And the kind, as in a graph.
    private static final int BOX = 5;

    /// And the letter of the type.
    private static final int NUMBERS = 6;

    /// And nothing: the address of a shared object that all can reach.
    private static final int ADDRESS = 7;

    private static final int DETAIL_SHIFT = 8;
    private static final int FORM_MASK = (1 << DETAIL_SHIFT) - 1;

    /// Sees to it that whoever takes an object has its classes.
    public interface Leaving {
        /// @return the names under which they can be had
        /// @throws IOException that says why they cannot travel
        Set<String> leave(Set<Class<?>> classes) throws IOException;
    }

    /// An object as bytes.
    ///
    /// @param codebase null when whoever takes it has all classes
    /// @throws IOException that says why it cannot travel
    public static Marshalled of(Object object, Kit kit, Codebase codebase) throws IOException {
        return of(
                object,
                kit,
                (Leaving)
                        classes -> {
                            try {
                                return codebase == null ? Set.of() : codebase.leave(classes);
                            } catch (CannotTravel e) {
                                throw new IOException(e.getMessage());
                            }
                        });
    }

    /// An object as bytes.
    ///
    /// @throws IOException that says why it cannot travel
    static Marshalled of(Object object, Kit kit, Leaving leaving) throws IOException {
        Marshalled plain = plain(object);
        return plain == null ? ofGraph(object, kit, leaving) : plain;
    }

    /// A number, text or an array of numbers as bytes: what can be read without any class of a program.
    ///
    /// @return null for all else
    /// @throws IOException that says why it cannot travel
    public static Marshalled plain(Object object) throws IOException {
        if (object instanceof String text) {
            return of(text);
        }
        if (Box.isBox(object)) {
            return plain(
                    BOX | Box.kind(object) << DETAIL_SHIFT,
                    MemorySegment.ofArray(new long[] {Box.bits(object)}));
        }
        Class<?> component = object.getClass().getComponentType();
        if (component != null && component.isPrimitive()) {
            return plain(
                    NUMBERS | component.descriptorString().charAt(0) << DETAIL_SHIFT,
                    Numbers.segment(object));
        }
        return null;
    }

    /// A shared object, by its address.
    public static Marshalled ofAddress(String address, Object shared) {
        byte[] bytes = address.getBytes(StandardCharsets.UTF_8);
        return new Marshalled(ADDRESS, MemorySegment.ofArray(bytes), List.of(shared));
    }

    /// The address that the bytes are.
    ///
    /// @return null when they are something else
    public static String address(int form, byte[] bytes) {
        return form == ADDRESS ? new String(bytes, StandardCharsets.UTF_8) : null;
    }

    private static Marshalled plain(int form, MemorySegment bytes) throws IOException {
        if (bytes.byteSize() > TravelLimits.BYTES) {
            throw TravelLimits.tooLarge();
        }
        return new Marshalled(form, bytes, List.of());
    }

    private static Marshalled of(String text) throws IOException {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xff) {
                return plain(WIDE, MemorySegment.ofArray(text.toCharArray()));
            }
        }
        return plain(LATIN, MemorySegment.ofArray(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static Marshalled ofGraph(Object object, Kit kit, Leaving leaving) throws IOException {
        GraphWriter writer = GraphWriter.ofObjects(kit, true);
        List<Parcel.Kept> kept = new ArrayList<>();
        try {
            byte[] graph = Parcel.write(kept, writer, object);
            Set<String> names = leaving.leave(writer.named());
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(graph.length + 1024);
            DataOutputStream out = new DataOutputStream(bytes);
            writeNames(out, writer.shared());
            writeNames(out, names);
            out.write(graph);
            return new Marshalled(
                    writer.shared().isEmpty() ? GRAPH : SHARING,
                    MemorySegment.ofArray(bytes.toByteArray()),
                    kept.stream().map(Parcel.Kept::shared).toList());
        } catch (CannotTravel e) {
            throw new IOException(e.getMessage());
        }
    }

    private static void writeNames(DataOutputStream out, Set<String> names) throws IOException {
        out.writeInt(names.size());
        for (String name : names) {
            out.writeUTF(name);
        }
    }

    private static Set<String> readNames(DataInputStream in) throws IOException {
        Set<String> names = new LinkedHashSet<>();
        for (int left = TravelLimits.readCount(in); left > 0; left--) {
            names.add(in.readUTF());
        }
        return names;
    }

    /// Attaches the shared objects in an object that has not been read yet. They last as long as
    /// they can be reached here.
    ///
    /// @throws IOException when the bytes are damaged
    public static List<Object> attach(int form, byte[] bytes, Kit kit) throws IOException {
        List<Object> shared = new ArrayList<>();
        if (form == SHARING) {
            for (String name : readNames(new DataInputStream(new ByteArrayInputStream(bytes)))) {
                shared.add(kit.attach(name));
            }
        }
        return shared;
    }

    /// The object that was made bytes.
    ///
    /// @param parent knows the classes of the program that asks
    /// @throws IOException when the bytes are damaged
    public static Object read(
            int form, byte[] bytes, Codebase codebase, Supplier<ClassLoader> parent)
            throws IOException, ReflectiveOperationException {
        if (form == GRAPH || form == SHARING) {
            ByteArrayInputStream in = new ByteArrayInputStream(bytes);
            DataInputStream names = new DataInputStream(in);
            readNames(names);
            Set<String> left = readNames(names);
            return codebase.read(in.readAllBytes(), left, parent.get())[0];
        }
        return readPlain(form, bytes);
    }

    /// What `plain` has made bytes: no more than a number, text or an array of numbers comes of it,
    /// whoever has sent it.
    ///
    /// @throws IOException when the bytes are damaged, or of something else
    public static Object readPlain(int form, byte[] bytes) throws IOException {
        int detail = form >>> DETAIL_SHIFT;
        return switch (form & FORM_MASK) {
            case LATIN -> new String(bytes, StandardCharsets.ISO_8859_1);
            case WIDE -> new String(segment(bytes).toArray(JAVA_CHAR_UNALIGNED));
            case BOX -> Box.of(detail, segment(bytes).get(JAVA_LONG_UNALIGNED, 0));
            case NUMBERS -> detail == 'B' ? bytes : Numbers.read((char) detail, bytes);
            default -> throw TravelLimits.damaged("an object of form " + form);
        };
    }

    private static MemorySegment segment(byte[] bytes) {
        return MemorySegment.ofArray(bytes);
    }
}
