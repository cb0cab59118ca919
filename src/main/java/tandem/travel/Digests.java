package tandem.travel;

import java.io.IOException;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// What tells the values of static fields from others: a digest for each field and each enum constant, by the
/// names that [GraphReader] gives these; and one for all that refer to the same objects, by their
/// names with blanks between them, in order: that they do is a part of their values.
final class Digests {
    private final Kit kit;
    private final Class<?> code;
    private final Map<String, String> digests = new HashMap<>();
    private final Map<String, Object[]> values = new HashMap<>();

    /// Which of the names that has referred to an object first.
    private final Map<Object, String> firsts = new IdentityHashMap<>();

    /// For names that share objects with others, all of these.
    private final Map<String, TreeSet<String>> groups = new HashMap<>();

    /// @param code a class of the program
    Digests(Kit kit, Class<?> code) {
        this.kit = kit;
        this.code = code;
    }

    /// Looks at the fields of an initialised class.
    void add(ProgramClass type) {
        String owner = ClassRewriter.ownerOfStatics(type.type());
        for (Field field : type.statics()) {
            add(GraphReader.key(owner, field.getName()), List.of(field), null);
        }
        if (type.type().isEnum()) {
            for (Object constant : type.type().getEnumConstants()) {
                addConstant((Enum<?>) constant);
            }
        }
    }

    private void addConstant(Enum<?> constant) {
        List<Field> fields = new ArrayList<>();
        for (Class<?> at = constant.getClass(); at != Enum.class; at = at.getSuperclass()) {
            fields.addAll(ProgramClass.instanceFields(at));
        }
        add(
                GraphReader.key(constant.getDeclaringClass().getName(), constant.name()),
                fields,
                constant);
    }

    /// @param of null for static fields
    private void add(String name, List<Field> fields, Object of) {
        Object[] held = new Object[fields.size()];
        try {
            for (int i = 0; i < held.length; i++) {
                held[i] = fields.get(i).get(of);
            }
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
        values.put(name, held);
        digests.put(name, digest(held, name));
    }

    /// Of values as they travel: what cannot, and is left out, is always the same.
    ///
    /// @param name whose they are, null for those of several
    private String digest(Object[] held, String name) {
        while (true) {
            GraphWriter writer = GraphWriter.ofValues(kit, new Program(code));
            try {
                String digest = Codebase.digest(Parcel.write(new ArrayList<>(), writer, held));
                if (name != null) {
                    writer.changeable().forEach(object -> join(object, name));
                }
                return digest;
            } catch (CannotTravel e) {
                held[e.root()] = e.getMessage().intern();
            } catch (IOException e) {
                return e.toString();
            }
        }
    }

    private void join(Object object, String name) {
        String first = firsts.putIfAbsent(object, name);
        if (first == null || first.equals(name)) {
            return;
        }
        TreeSet<String> all = groups.computeIfAbsent(first, one -> new TreeSet<>(List.of(one)));
        TreeSet<String> others = groups.computeIfAbsent(name, one -> new TreeSet<>(List.of(one)));
        if (all != others) {
            all.addAll(others);
            others.forEach(each -> groups.put(each, all));
        }
    }

    /// All of them.
    Map<String, String> all() {
        for (TreeSet<String> group : groups.values()) {
            digests.computeIfAbsent(String.join(" ", group), _ -> digest(together(group), null));
        }
        return digests;
    }

    private Object[] together(TreeSet<String> group) {
        return group.stream().map(values::get).toArray();
    }
}
