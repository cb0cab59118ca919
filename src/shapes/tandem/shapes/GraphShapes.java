package tandem.shapes;

import java.util.Map;

/// Objects that know each other: cycles, aliases, containers with order or hash.
final class GraphShapes {
    private GraphShapes() {}

    static void addTo(Map<String, Shape> shapes) {
        shapes.put("cycle", GraphShapes::cycle);
        shapes.put("ring", GraphShapes::ring);
        shapes.put("tree", GraphShapes::tree);
        shapes.put("aliases", GraphShapes::aliases);
        shapes.put("own-arrays", GraphShapes::ownArrays);
        shapes.put("hash-records", GraphShapes::hashRecords);
        shapes.put("hash-own", GraphShapes::hashOwn);
        shapes.put("hash-identity", GraphShapes::hashIdentity);
        shapes.put("linked", GraphShapes::linked);
        shapes.put("views", GraphShapes::views);
        shapes.put("self-containing", GraphShapes::selfContaining);
        shapes.put("atomics", GraphShapes::atomics);
        shapes.put("observers", GraphShapes::observers);
    }

    private static void cycle(Draft d) {
        Thing other = d.other();
        d.member(
                "class Husband#%s {\n    Wife# wife;\n    Object held;\n    int age = %d;\n}"
                        .formatted(d.serializable(), d.number()));
        d.member(
                "class Wife#%s {\n    Husband# husband;\n    int age = 30;\n}"
                        .formatted(d.serializable()));
        d.field("Husband#", "husband#", "new Husband#()");
        d.field("Wife#", "wife#", "new Wife#()");
        d.before("husband#.wife = wife#;");
        d.before("wife#.husband = husband#;");
        d.before("husband#.held = %s;".formatted(other.expression()));
        d.digest("wife#.husband == husband# && husband#.wife == wife#");
        d.digest("wife#.husband.wife.husband.age");
        d.digest(other.seen("wife#.husband.held"));
        if (d.maybe()) {
            d.effect("husband#.wife.husband.age++;");
            d.digest("husband#.age");
        }
        if (d.maybe()) {
            d.local("Wife#", "captured#", "husband#.wife");
            d.digest("captured# == wife#");
        }
        d.unchanged("husband#.age");
        d.offer("Object", "husband#", "((Husband#) $).wife.husband == $");
    }

    private static void ring(Draft d) {
        int size = 1 + d.below(40);
        d.type(
                "class Node#%s {\n    static int nodes;\n    final int number = nodes++;\n    Node# next, previous;\n    final Node# me = this;\n}"
                        .formatted(d.serializable()));
        d.method(
                """
                Node# ring#(int size) {
                    Node# first = new Node#();
                    Node# last = first;
                    for (int i = 1; i < size; i++) {
                        last.next = new Node#();
                        last.next.previous = last;
                        last = last.next;
                    }
                    last.next = first;
                    first.previous = last;
                    return first;
                }\
                """);
        d.field("Node#", "ring#", "ring#(%d)".formatted(size));
        d.effect("int steps# = 0;");
        d.effect(
                "for (Node# n = ring#.next; n != ring#; n = n.next) { steps# += n.next.previous =="
                        + " n && n.me == n ? 1 : 1000; }");
        d.digest("steps# + \" \" + Node#.nodes + new Node#().number");
        d.offer("Node#", "ring#", "$.previous.next == $");
    }

    private static void tree(Draft d) {
        d.type(
                """
                class Tree#%s {
                    final String name;
                    final Tree# parent;
                    final List<Tree#> children = new ArrayList<>();
                    final Map<String, Tree#> index;
                    Tree#(String name, Tree# parent) {
                        this.name = name;
                        this.parent = parent;
                        index = parent == null ? new HashMap<>() : parent.index;
                        index.put(name, this);
                        if (parent != null) { parent.children.add(this); }
                    }
                    String path() { return parent == null ? name : parent.path() + "/" + name; }
                }\
                """
                        .formatted(d.serializable()));
        d.field("Tree#", "root#", "new Tree#(\"root\", null)");
        d.field(
                "Tree#",
                "leaf#",
                "new Tree#(\"leaf%d\", new Tree#(\"twig\", root#))".formatted(d.number()));
        d.digest("leaf#.path() + leaf#.index.size() + root#.children.size()");
        d.digest("leaf#.parent.parent == root# && root#.index.get(\"twig\") == leaf#.parent");
        d.effect("new Tree#(\"new\", leaf#);");
        d.digest("root#.index.get(\"new\").path()");
        d.unchanged("root#.index.size()");
        d.offer("Tree#", "leaf#", "$.path()");
    }

    private static void aliases(Draft d) {
        Thing other = d.other();
        d.type(
                "class Two#%s {\n    final Object left, right;\n    static Object last;\n    Two#(Object left, Object right) { this.left = left; this.right = right; last = left; }\n}"
                        .formatted(d.serializable()));
        d.field("Object", "one#", other.expression());
        d.field("int[]", "row#", "{1, 2, 3}");
        d.field("Two#", "two#", "new Two#(one#, one#)");
        d.field("List<Object>", "list#", "new ArrayList<>(List.of(one#, row#, row#, two#))");
        d.field("StringBuilder", "text#", "new StringBuilder(\"t%d\")".formatted(d.number()));
        d.local("Object", "local#", "one#");
        d.local("Object[]", "all#", "{two#, row#, text#}");
        d.digest("two#.left == two#.right && two#.left == one#");
        d.digest("local# == one# && Two#.last == local#");
        d.digest("all#[0] == two# && list#.get(3) == all#[0]");
        d.effect("((int[]) list#.get(1))[0] = 50;");
        d.digest("row#[0] + ((int[]) list#.get(2))[0] + ((int[]) all#[1])[0]");
        if (d.maybe()) {
            d.effect("text#.append('!');");
            d.digest("all#[2]");
        }
        d.digest(other.seen("two#.right"));
        d.unchanged("row#[0] + \"\" + text#");
        d.offer("Two#", "two#", "$.left == $.right");
    }

    private static void ownArrays(Draft d) {
        d.type("record Cell#(int n) {}");
        d.type(
                "class Grid# {\n    final Cell#[][] cells = new Cell#[3][];\n    static Grid#[] all = new Grid#[2];\n    Grid#() { all[1] = this; cells[0] = new Cell#[] {new Cell#(%d), null}; cells[2] = cells[0]; }\n}"
                        .formatted(d.number()));
        d.field("Grid#", "grid#", "new Grid#()");
        d.field("Cell#[]", "line#", "grid#.cells[0]");
        d.field("Object[]", "objects#", "new Cell#[] {line#[0]}");
        d.digest("Arrays.deepToString(grid#.cells)");
        d.digest(
                "grid#.cells[2] == line# && grid#.cells[0][0] == objects#[0] && Grid#.all[1] =="
                        + " grid#");
        d.digest("objects#.getClass().getComponentType() == Cell#.class");
        d.effect("line#[1] = new Cell#(9);");
        d.digest("grid#.cells[2][1]");
        d.unchanged("line#[1]");
        d.offer("Cell#[]", "line#", "$[0]");
    }

    private static void hashRecords(Draft d) {
        d.type("record Key#(String name, int n) {}");
        d.type("enum Suit# { HEARTS, SPADES }");
        d.field(
                "Map<Key#, Object>",
                "map#",
                d.any(
                        "new HashMap<>()",
                        "new LinkedHashMap<>()",
                        "new java.util.concurrent.ConcurrentHashMap<>()",
                        "new Hashtable<>()"));
        d.field(
                "Set<Key#>",
                "set#",
                d.any(
                        "new HashSet<>()",
                        "new LinkedHashSet<>()",
                        "java.util.concurrent.ConcurrentHashMap.newKeySet()"));
        d.field(
                "Map<Suit#, Integer>",
                "suits#",
                "new HashMap<>(Map.of(Suit#.HEARTS, 1, Suit#.SPADES, 2))");
        d.before("map#.put(new Key#(\"k\", %d), map#);".formatted(2));
        d.before("map#.put(new Key#(\"l\", 1), set#);");
        d.before("set#.add(new Key#(\"s\", 3));");
        d.digest("map#.get(new Key#(\"k\", 2)) == map# && map#.get(new Key#(\"l\", 1)) == set#");
        d.digest("set#.contains(new Key#(\"s\", 3))");
        d.digest("suits#.get(Suit#.SPADES) + suits#.size()");
        d.effect("set#.add(new Key#(\"s\", 3));");
        d.digest("set#.size()");
        if (d.maybe()) {
            d.local(
                    "Map<Object, String>",
                    "fixed#",
                    "Map.of(Suit#.HEARTS, \"h\", new Key#(\"f\", 1), \"f\")");
            d.digest("fixed#.get(Suit#.HEARTS) + fixed#.get(new Key#(\"f\", 1))");
        }
        d.offer("Set<Key#>", "set#", "$.contains(new Key#(\"s\", 3))");
    }

    private static void hashOwn(Draft d) {
        d.type(
                """
                class Name#%s {
                    final String text;
                    static int hashes;
                    Object back;
                    Name#(String text) { this.text = text; }
                    @Override public boolean equals(Object o) { return o instanceof Name# n && n.text.equalsIgnoreCase(text); }
                    @Override public int hashCode() { hashes++; return text.toLowerCase().hashCode(); }
                }\
                """
                        .formatted(d.serializable()));
        d.field("Map<Name#, Integer>", "ages#", "new HashMap<>()");
        d.field("Name#", "name#", "new Name#(\"Ann%d\")".formatted(d.number()));
        d.before("ages#.put(name#, 5);");
        d.before("name#.back = ages#;");
        d.before("ages#.put(new Name#(\"Bob\"), 6);");
        d.digest("ages#.get(new Name#(\"BOB\")) + ages#.get(name#)");
        d.digest("name#.back == ages# && ages#.containsKey(name#)");
        if (d.maybe()) {
            d.digest("((Map<?, ?>) name#.back).size()");
        }
        d.offer("Name#", "name#", "((Map<?, ?>) $.back).get($)");
    }

    private static void hashIdentity(Draft d) {
        d.type("class Token#%s {\n    int n = %d;\n}".formatted(d.serializable(), d.number()));
        d.field("Token#", "token#", "new Token#()");
        d.field(
                "Map<Token#, String>",
                "map#",
                d.any(
                        "new HashMap<>()",
                        "new LinkedHashMap<>()",
                        "new IdentityHashMap<>()",
                        "new java.util.concurrent.ConcurrentHashMap<>()"));
        d.field("Set<Object>", "set#", "new HashSet<>()");
        d.before("map#.put(token#, \"mine\");");
        d.before("for (int i = 0; i < 20; i++) { map#.put(new Token#(), \"x\"); }");
        d.before("set#.add(token#);");
        d.before("set#.add(map#.getClass());");
        d.digest("map#.get(token#) + map#.size() + set#.contains(token#)");
        d.digest("set#.contains(map#.getClass())");
        d.effect("map#.remove(token#);");
        d.digest("map#.size() + \" \" + map#.containsKey(token#)");
        d.unchanged("map#.size()");
        d.offer("Token#", "token#", "$.n");
    }

    private static void linked(Draft d) {
        d.type(
                "class Part#%s {\n    final int n;\n    Part#(int n) { this.n = n; }\n    public String toString() { return \"p\" + n; }\n}"
                        .formatted(d.serializable()));
        d.field("LinkedHashMap<Part#, String>", "order#", "new LinkedHashMap<>()");
        d.field("LinkedHashSet<Part#>", "set#", "new LinkedHashSet<>()");
        d.field("ArrayDeque<Part#>", "deque#", "new ArrayDeque<>()");
        d.before(
                "for (int i = 9; i > 0; i -= 2) { Part# p = new Part#(i * %d); order#.put(p, \"v\" + i); set#.add(p); deque#.addFirst(p); }"
                        .formatted(d.number()));
        d.digest("order# + \" \" + set# + deque#");
        d.digest(
                "order#.firstEntry().getKey() == set#.getFirst() && deque#.peekLast() =="
                        + " set#.getFirst()");
        d.effect("set#.add(new Part#(0));");
        d.effect("deque#.pollFirst();");
        d.digest("set#.getLast() + \" \" + deque#.size()");
        d.unchanged("set# + \"\" + deque#");
        d.offer("LinkedHashSet<Part#>", "set#", "$");
    }

    private static void views(Draft d) {
        d.type("record Item#(int n) {}");
        d.field(
                "List<Item#>",
                "backing#",
                "new ArrayList<>(List.of(new Item#(1), new Item#(%d)))".formatted(d.number()));
        d.field(
                "List<Item#>",
                "view#",
                d.any(
                        "Collections.unmodifiableList(backing#)",
                        "Collections.synchronizedList(backing#)",
                        "Collections.checkedList(backing#, Item#.class)"));
        d.field("Item#[]", "row#", "{new Item#(5), null}");
        d.field("List<Item#>", "over#", "Arrays.asList(row#)");
        d.effect("backing#.add(new Item#(7));");
        d.effect("row#[1] = new Item#(8);");
        d.digest("view# + \" \" + over#");
        d.digest("view#.get(0) == backing#.get(0)");
        if (d.maybe()) {
            d.local(
                    "NavigableMap<String, Item#>",
                    "sorted#",
                    "new TreeMap<>(Map.of(\"b\", row#[0], \"a\", backing#.get(0)))");
            d.digest("sorted#.descendingMap() + \" \" + (sorted#.get(\"b\") == row#[0])");
        }
        d.unchanged("view#");
        d.offer("List<Item#>", "view#", "$.size()");
    }

    private static void selfContaining(Draft d) {
        d.field("Object[]", "loop#", "new Object[3]");
        d.field("List<Object>", "list#", "new ArrayList<>()");
        d.field("Map<String, Object>", "map#", "new HashMap<>()");
        d.before("loop#[0] = loop#;");
        d.before("loop#[1] = list#;");
        d.before("list#.add(list#);");
        d.before("list#.add(map#);");
        d.before("map#.put(\"list\", list#);");
        d.before("map#.put(\"map\", map#);");
        d.digest("loop#[0] == loop# && loop#[1] == list# && list#.get(0) == list#");
        d.digest("map#.get(\"list\") == list# && map#.get(\"map\") == list#.get(1)");
        d.offer("Object[]", "loop#", "$[0] == $");
    }

    private static void atomics(Draft d) {
        Thing other = d.other();
        d.type(
                "class Counter#%s {\n    final java.util.concurrent.atomic.AtomicInteger n = new java.util.concurrent.atomic.AtomicInteger(%d);\n    final java.util.concurrent.atomic.AtomicReference<Object> held = new java.util.concurrent.atomic.AtomicReference<>();\n    static final java.util.concurrent.atomic.AtomicLong ALL = new java.util.concurrent.atomic.AtomicLong();\n    int up() { ALL.addAndGet(n.get()); return n.incrementAndGet(); }\n}"
                        .formatted(d.serializable(), d.number()));
        d.field("Counter#", "counter#", "new Counter#()");
        d.before("counter#.up();");
        d.before("counter#.held.set(%s);".formatted(other.expression()));
        d.digest("counter#.up() + Counter#.ALL.get()");
        if (d.maybe()) {
            d.before("counter#.held.set(counter#);");
            d.digest("counter#.held.get() == counter#");
        } else {
            d.digest(other.seen("counter#.held.get()"));
        }
        d.unchanged("counter#.n + \" \" + Counter#.ALL");
        d.offer("Counter#", "counter#", "$.n");
    }

    private static void observers(Draft d) {
        d.type(
                "interface Observer#%s {\n    void seen(String what);\n}"
                        .formatted(" extends java.io.Serializable"));
        d.type(
                """
                class Subject# {
                    final List<Observer#> observers = new ArrayList<>();
                    String state = "new";
                    void set(String next) { state = next; observers.forEach(o -> o.seen(next)); }
                }\
                """);
        d.type(
                """
                class Recorder# implements Observer# {
                    final Subject# subject;
                    final List<String> heard = new ArrayList<>();
                    Recorder#(Subject# subject) { this.subject = subject; subject.observers.add(this); }
                    public void seen(String what) { heard.add(what + subject.observers.size()); }
                }\
                """);
        d.field("Subject#", "subject#", "new Subject#()");
        d.field("Recorder#", "recorder#", "new Recorder#(subject#)");
        d.field("List<String>", "told#", "new ArrayList<>()");
        d.before("subject#.observers.add(what -> told#.add(what + subject#.state));");
        d.before("subject#.set(\"s%d\");".formatted(d.number()));
        d.effect("subject#.set(\"there\");");
        d.digest("recorder#.heard + \" \" + told#");
        d.digest("recorder#.subject == subject#");
        d.unchanged("recorder#.heard + \" \" + told#");
        d.offer("Subject#", "subject#", "$.state");
    }
}
