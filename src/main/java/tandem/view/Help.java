package tandem.view;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What there is to type, on one screen of 80 × 24, each line of which can be typed as it stands; and
/// what the doc comments say about one of these things.
final class Help {
    static final String TEXT =
            """
            var a = Array.of("i", 3, true)          // 3 shared ints, with a lock
            a.set(0, 5); a.get(0); a.add(0, 1)      // elements; add is one step
            a.slice(); a.slice(1, null)             // a copy, by Python's rules
            try (var held = a.hold()) { a.set(1, a.get(1) + 1); }  // alone with it
            var lock = new Lock(); lock.acquire(); lock.release()
            var e = new Event(); e.set(); e.await(seconds(1))

            var p = spawn(workA, a, 3)              // a script, in a JVM of its own
            var q = spawn(x -> x.add(0, 1), a)      // code, in a JVM of its own
            var r = named("third").spawn(() -> { a.add(2, 1); e.await(); })
            call(x -> x.get(0) * 2, a).result()     // code that returns something
            joinAll(p, q, r); p.join(seconds(1))    // wait for the end
            p.exitCode(); q.stats()                 // how it ended, what it waited
            r.terminate(); r.kill()                 // end it: tidily, at once
            current(); workers()                    // this process, and who runs

            top()                                   // who shares, holds, waits
            watch(a, seconds(1))                    // an array, drawn live
            help("spawn"); help(Array.class)        // more about one of these
            """;

    /// Types whose methods are typed without a name before them.
    private static final Set<String> VERBS = Set.of("Tandem", "View");

    private static final int NEAREST = 3;

    /// What one declaration says.
    ///
    /// @param name `Array`, `Array.slice` or `Lock.new Lock`
    record Entry(String name, String declaration, String comment) {
        boolean isType() {
            return declaration.startsWith("class ");
        }

        String type() {
            return isType() ? name : name.substring(0, name.lastIndexOf('.'));
        }

        String member() {
            return name.substring(name.lastIndexOf('.') + 1);
        }

        /// The comment, up to what only overloads differ in: how many arguments.
        String topic() {
            return comment.replaceFirst("(?s)\n\n@.*", "")
                    .replaceAll("\\d+ arguments?", "arguments");
        }
    }

    private Help() {}

    /// @param what a name (`spawn`, `Array.slice`), a class, or an object
    static String about(Object what) {
        List<Entry> entries = entries();
        String name =
                switch (what) {
                    case String text -> text.strip().replaceFirst("\\(.*\\)$", "");
                    case Class<?> type -> name(type, entries);
                    default -> name(documented(what.getClass()), entries);
                };
        List<Entry> found = find(name, entries);
        return found.isEmpty() ? nearest(name, entries) : text(found, entries);
    }

    private static Class<?> documented(Class<?> type) {
        return Modifier.isPublic(type.getModifiers()) ? type : documented(type.getSuperclass());
    }

    /// All entries, as the build has found them in the sources.
    static List<Entry> entries() {
        try (InputStream in = Help.class.getResourceAsStream("comments.txt")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Stream.of(text.split("\f"))
                    .filter(entry -> !entry.isEmpty())
                    .map(
                            entry -> {
                                String[] parts = entry.split("[\t\n]", 3);
                                return new Entry(parts[0], parts[1], parts[2].strip());
                            })
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A class, or the first of those that it extends, which there is help for.
    private static String name(Class<?> type, List<Entry> entries) {
        for (Class<?> one = type; one != null; one = one.getSuperclass()) {
            String name =
                    one.getName().replaceFirst("^tandem\\.(?:[a-z]+\\.)*", "").replace('$', '.');
            if (one.getName().startsWith("tandem.")
                    && entries.stream()
                            .anyMatch(entry -> entry.isType() && entry.name.equals(name))) {
                return name;
            }
        }
        return type.getName();
    }

    /// The overloads of what is meant, or a type.
    private static List<Entry> find(String name, List<Entry> entries) {
        for (boolean isExact : new boolean[] {true, false}) {
            List<Entry> named =
                    entries.stream().filter(entry -> isSame(entry.name, name, isExact)).toList();
            if (!named.isEmpty()) {
                return named;
            }
        }
        String member = name.substring(name.lastIndexOf('.') + 1);
        return entries.stream()
                .filter(entry -> !entry.isType() && isSame(entry.member(), member, false))
                .sorted(Comparator.comparing(entry -> !VERBS.contains(entry.type())))
                .collect(
                        Collectors.groupingBy(Entry::name, LinkedHashMap::new, Collectors.toList()))
                .values()
                .stream()
                .findFirst()
                .orElse(List.of());
    }

    private static boolean isSame(String one, String other, boolean isExact) {
        return isExact ? one.equals(other) : one.equalsIgnoreCase(other);
    }

    private static String text(List<Entry> found, List<Entry> entries) {
        Markdown text = new Markdown();
        for (List<Entry> overloads : byTopic(found)) {
            int last = overloads.size() - 1;
            for (int i = 0; i <= last; i++) {
                if (last < 3 || i == 0 || i == last) {
                    text.paragraph(0, overloads.get(i).declaration());
                } else if (i == 1) {
                    text.paragraph(0, "…");
                }
            }
            text.comment(overloads.getFirst().comment());
        }
        Entry first = found.getFirst();
        if (first.isType()) {
            members(first, entries, text);
        } else if (found.stream().noneMatch(entry -> Markdown.hasExample(entry.comment()))) {
            entries.stream()
                    .filter(entry -> entry.name().equals(first.type()))
                    .forEach(type -> text.example(type.comment()));
        }
        String others =
                entries.stream()
                        .filter(entry -> entry.member().equals(first.member()) && !entry.isType())
                        .map(Entry::name)
                        .filter(name -> !name.equals(first.name()))
                        .distinct()
                        .map("help(\"%s\")"::formatted)
                        .collect(Collectors.joining(", "));
        if (!others.isEmpty()) {
            text.paragraph(0, "See also " + others);
        }
        return text.toString();
    }

    private static List<List<Entry>> byTopic(List<Entry> found) {
        Map<String, List<Entry>> byTopic =
                found.stream()
                        .collect(
                                Collectors.groupingBy(
                                        Entry::topic, LinkedHashMap::new, Collectors.toList()));
        return new ArrayList<>(byTopic.values());
    }

    private static void members(Entry type, List<Entry> entries, Markdown text) {
        List<String> members =
                entries.stream()
                        .filter(entry -> !entry.isType() && entry.type().equals(type.name()))
                        .map(Entry::member)
                        .distinct()
                        .toList();
        if (!members.isEmpty()) {
            text.paragraph(0, "It has " + String.join(", ", members) + ".");
            text.paragraph(
                    0, "help(\"%s.%s\") says more.".formatted(type.name(), members.getFirst()));
        }
        entries.stream()
                .filter(entry -> entry.isType())
                .filter(entry -> type.declaration().endsWith(" extends " + entry.name()))
                .forEach(
                        above ->
                                text.paragraph(
                                        0,
                                        "What all of its kind have: help(\"%s\")."
                                                .formatted(above.name())));
    }

    private static String nearest(String name, List<Entry> entries) {
        Set<String> names = new TreeSet<>();
        for (Entry entry : entries) {
            names.add(VERBS.contains(entry.type()) ? entry.member() : entry.name());
        }
        String nearest =
                names.stream()
                        .sorted(Comparator.comparingInt(known -> distance(name, known)))
                        .limit(NEAREST)
                        .map("help(\"%s\")"::formatted)
                        .collect(Collectors.joining(", "));
        Markdown text = new Markdown();
        text.paragraph(0, "There is no help for %s.".formatted(name));
        text.paragraph(0, "The nearest are %s; help() shows what there is.".formatted(nearest));
        return text.toString();
    }

    /// How far a name is from what was meant, or from its last part: by how many letters they differ
    /// (Levenshtein's distance).
    private static int distance(String meant, String known) {
        String last = known.substring(known.lastIndexOf('.') + 1);
        return Math.min(edits(meant, known), edits(meant, last));
    }

    private static int edits(String one, String other) {
        int[] before = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            before[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int[] now = new int[other.length() + 1];
            now[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                boolean isSame =
                        Character.toLowerCase(one.charAt(i - 1))
                                == Character.toLowerCase(other.charAt(j - 1));
                now[j] =
                        Math.min(
                                before[j - 1] + (isSame ? 0 : 1),
                                Math.min(before[j], now[j - 1]) + 1);
            }
            before = now;
        }
        return before[other.length()];
    }
}
