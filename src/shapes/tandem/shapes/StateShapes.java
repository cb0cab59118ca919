package tandem.shapes;

import java.util.Map;

/// Where values lie: static fields, variables of the program, captures; and what initialises them.
final class StateShapes {
    private StateShapes() {}

    static void addTo(Map<String, Shape> shapes) {
        shapes.put("static-fields", StateShapes::staticFields);
        shapes.put("static-of-others", StateShapes::staticOfOthers);
        shapes.put("variables", StateShapes::variables);
        shapes.put("captures", StateShapes::captures);
        shapes.put("initialiser-ran", StateShapes::initialiserRan);
        shapes.put("initialiser-not-yet", StateShapes::initialiserNotYet);
        shapes.put("instance-fields", StateShapes::instanceFields);
        shapes.put("nulls", StateShapes::nulls);
        shapes.put("volatile", StateShapes::volatileFields);
        shapes.put("literals", StateShapes::literals);
        shapes.put("asserts", StateShapes::asserts);
        shapes.put("constants", StateShapes::constants);
        shapes.put("class-objects", StateShapes::classObjects);
    }

    private static String superType(Draft d) {
        return d.any("", d.serializable(), " implements Runnable", " extends Base#");
    }

    private static void staticFields(Draft d) {
        String header = superType(d);
        StringBuilder body = new StringBuilder();
        int count = 1 + d.below(4);
        for (int i = 0; i < count; i++) {
            Value value = d.value();
            boolean isFinal = d.below(3) == 0;
            String name = "Bag#.v" + i;
            body.append(
                    "    %sstatic %s%s v%d = %s;\n"
                            .formatted(
                                    d.any("", "public ", "protected "),
                                    isFinal ? "final " : d.any("", "", "volatile "),
                                    value.type(),
                                    i,
                                    value.make()));
            boolean changes = !value.change().isEmpty() && !(isFinal && assigns(value));
            if (changes && d.maybe()) {
                d.before(value.changed(name));
            }
            d.digest(value.seen(name));
            if (changes && d.maybe()) {
                d.effect(value.changed(name));
                d.digest(value.seen(name));
            }
            if (!value.show().contains("next")) {
                d.unchanged(value.seen(name));
            }
        }
        if (header.contains("Base#")) {
            d.type(
                    "class Base# {\n    static int base = %d;\n    int own = 1;\n}"
                            .formatted(d.number()));
            d.before("Base#.base += 11;");
            d.digest("Bag#.base + Base#.base");
        }
        if (header.contains("Runnable")) {
            body.append("    public void run() { total += 3; }\n    static int total = 4;\n");
            d.before("new Bag#().run();");
            d.effect("new Bag#().run();");
            d.digest("Bag#.total");
        }
        d.type("class Bag#%s {\n%s}".formatted(header, body));
    }

    private static boolean assigns(Value value) {
        return value.change().matches("\\$( [-+*/]?=|\\+\\+|--).*");
    }

    private static void staticOfOthers(Draft d) {
        Thing other = d.other();
        Thing second = d.other();
        d.type(
                """
                class Shelf#%s {
                    static Object held;
                    static List<Object> list = new ArrayList<>();
                    static final Object[] ROW = new Object[3];
                    static String about() { return list.size() + " " + (list.isEmpty() ? "" : list.getFirst() == held); }
                }\
                """
                        .formatted(d.serializable()));
        d.before("Shelf#.held = %s;".formatted(other.expression()));
        d.before("Shelf#.list.add(Shelf#.held);");
        d.before("Shelf#.ROW[1] = %s;".formatted(second.expression()));
        d.digest(other.seen("Shelf#.held"));
        d.digest("Shelf#.about()");
        if (d.maybe()) {
            d.digest(other.seen("Shelf#.list.get(0)"));
        }
        if (d.maybe()) {
            d.digest(second.seen("Shelf#.ROW[1]"));
        }
    }

    private static void variables(Draft d) {
        int count = 1 + d.below(3);
        for (int i = 0; i < count; i++) {
            Value value = d.value();
            String name = "var%d_#".formatted(i);
            d.field(value.type(), name, value.make());
            if (!value.change().isEmpty() && d.maybe()) {
                d.before(value.changed(name));
            }
            d.digest(value.seen(name));
            if (!value.change().isEmpty() && d.maybe()) {
                d.effect(value.changed(name));
                d.digest(value.seen(name));
            }
        }
        if (d.maybe()) {
            d.method("int twice#(int n) { return 2 * n; }");
            d.digest("twice#(21)");
        }
    }

    private static void captures(Draft d) {
        int count = 1 + d.below(4);
        for (int i = 0; i < count; i++) {
            Value value = d.value();
            String name = "local%d_#".formatted(i);
            d.local(value.type(), name, value.make());
            d.digest(value.seen(name));
        }
        Thing other = d.other();
        if (d.maybe()) {
            d.local("Object", "other#", other.expression());
            d.digest(other.seen("other#"));
        }
    }

    private static void initialiserRan(Draft d) {
        d.type("class Log# {\n    static final List<String> LINES = new ArrayList<>();\n}");
        d.type(
                """
                class Once#%s {
                    static int value;
                    final int own;
                    static {
                        Log#.LINES.add("Once");
                        value = Log#.LINES.size() * 10;
                    }
                    { Log#.LINES.add("made"); }
                    Once#() { own = ++value; }
                    public String toString() { return own + " of " + value; }
                }\
                """
                        .formatted(d.serializable()));
        d.field("Once#", "once#", "new Once#()");
        d.before("Once#.value += %d;".formatted(d.number()));
        d.digest("once#");
        d.digest("Log#.LINES");
        d.effect("new Once#();");
        d.digest("Once#.value + \" \" + Log#.LINES");
        d.unchanged("Log#.LINES");
        d.offer("Once#", "once#", "$.own");
    }

    private static void initialiserNotYet(Draft d) {
        d.type("class Log# {\n    static final List<String> LINES = new ArrayList<>();\n}");
        d.type(
                """
                class Lazy# {
                    static int value = Log#.LINES.size() + %d;
                    static { Log#.LINES.add("Lazy " + value); }
                    static int next() { return ++value; }
                }\
                """
                        .formatted(d.number()));
        d.type(
                """
                enum LazyEnum# {
                    A, B;
                    static final String SEEN = "seen by " + Log#.LINES.size();
                    LazyEnum#() { count(); }
                    static void count() { Log#.LINES.add("enum"); }
                }\
                """);
        d.before("Log#.LINES.add(\"start\");");
        d.digest("Lazy#.next() + \" \" + Lazy#.next()");
        if (d.maybe()) {
            d.digest("LazyEnum#.B + LazyEnum#.SEEN");
        }
        d.digest("Log#.LINES");
        d.unchanged("Log#.LINES");
    }

    private static void instanceFields(Draft d) {
        Value first = d.value();
        Value second = d.value();
        Thing other = d.other();
        String suit = d.serializable();
        d.member(
                """
                class Holder#%s {
                    %s a = %s;
                    private %s b = %s;
                    final Object other;
                    Holder# next;
                    Holder#(Object other) { this.other = other; }
                    String b() { return "" + (%s); }
                    void change() { %s %s }
                }\
                """
                        .formatted(
                                suit,
                                first.type(),
                                first.make(),
                                second.type(),
                                second.make(),
                                second.seen("b"),
                                first.changed("a"),
                                second.changed("b")));
        d.field("Holder#", "holder#", "new Holder#(%s)".formatted(other.expression()));
        if (d.maybe()) {
            d.before("holder#.next = new Holder#(holder#);");
            d.digest("holder#.next.other == holder#");
        }
        d.before("holder#.change();");
        d.digest(first.seen("holder#.a") + " + holder#.b()");
        d.digest(other.seen("holder#.other"));
        d.effect("holder#.change();");
        d.digest(first.seen("holder#.a") + " + holder#.b()");
        if (d.maybe()) {
            d.local("Object", "captured#", "holder#");
            d.digest("captured# == holder#");
        }
        d.offer("Object", "holder#", "((Holder#) $).b()");
    }

    private static void nulls(Draft d) {
        d.type("record Nothing#(String text, Integer number, Nothing# next) {}");
        d.field("String", "text#", "null");
        d.field("Nothing#", "nothing#", "null");
        d.field("Array", "array#", "null");
        d.field("int[]", "row#", "null");
        d.local("List<String>", "list#", "null");
        d.digest(
                "text# + \" \" + nothing# + \" \" + list# + \" \" + (row# == null) + (array# =="
                        + " null)");
        d.field("Nothing#", "empty#", "new Nothing#(null, null, null)");
        d.digest("empty#");
        d.offer("Nothing#", "empty#", "$.next()");
    }

    private static void volatileFields(Draft d) {
        d.type(
                """
                class Flags# {
                    static volatile int count = 3;
                    static volatile boolean on;
                    static long wide = 1L << 40;
                    volatile double part = 0.5;
                    static Flags# one;
                    static synchronized int up() { return ++count; }
                    synchronized double up(double by) { return part += by; }
                }\
                """);
        d.before("Flags#.one = new Flags#();");
        d.before("Flags#.count = %d;".formatted(d.number()));
        d.before("Flags#.on = true;");
        d.before("Flags#.one.up(%d);".formatted(d.number()));
        d.digest(
                "Flags#.up() + \" \" + Flags#.on + \" \" + Flags#.wide + \" \" + Flags#.one.up(1)");
        d.unchanged("Flags#.count + \" \" + Flags#.one.part");
    }

    private static void literals(Draft d) {
        d.type(
                """
                class Words# {
                    static String word = "literal#";
                    static final String CONSTANT = "constant#";
                    static String made = new String("literal#");
                }\
                """);
        d.field("String", "word#", "\"literal#\"");
        d.digest("word# == \"literal#\"");
        d.digest("Words#.word == word#");
        d.digest("Words#.CONSTANT == \"constant#\"");
        d.digest("Words#.made == word#");
        d.digest("Words#.made.equals(word#)");
    }

    private static void asserts(Draft d) {
        d.type(
                """
                class Careful# {
                    static int checks = 1;
                    int limit = 10;
                    static boolean check() { checks++; return true; }
                    int half(int n) {
                        assert check() : "never";
                        assert n < limit : "too large";
                        return n / 2;
                    }
                }\
                """);
        d.field("Careful#", "careful#", "new Careful#()");
        d.before("careful#.limit = %d;".formatted(d.number()));
        d.field("int", "count#", "5");
        d.before("count#++;");
        d.digest("careful#.half(1) + careful#.half(90) + Careful#.checks");
        if (d.maybe()) {
            d.effect("assert count# < 0 : \"never\";");
        }
        d.digest("count#");
        d.offer("Careful#", "careful#", "$.limit");
    }

    private static void constants(Draft d) {
        d.type(
                """
                interface Limits# {
                    int MOST = %d;
                    long NOW = new java.util.concurrent.atomic.AtomicLong(%d).incrementAndGet();
                    List<String> NAMES = new ArrayList<>(List.of("first"));
                    int[] COUNTS = {1, 2, 3};
                    Map<String, Integer> BY_NAME = index();
                    private static Map<String, Integer> index() {
                        Map<String, Integer> map = new TreeMap<>();
                        map.put("a", COUNTS[0]);
                        return map;
                    }
                    static int most(int n) { return Math.min(n, MOST); }
                    default String names() { return NAMES + suffix(); }
                    private String suffix() { return "!" + COUNTS.length; }
                }\
                """
                        .formatted(d.number(), d.number()));
        d.type("class Limited# implements Limits# {}");
        d.before("Limits#.NAMES.add(\"second\");");
        d.before("Limits#.COUNTS[1] = %d;".formatted(d.number()));
        if (d.maybe()) {
            d.before("Limits#.BY_NAME.put(\"b\", 2);");
        }
        d.digest("Limits#.NOW + \" \" + Limits#.NAMES + Limits#.COUNTS[1] + Limits#.BY_NAME");
        d.digest("new Limited#().names() + Limits#.most(200) + Limited#.COUNTS[1]");
        d.unchanged("Limits#.NAMES");
    }

    private static void classObjects(Draft d) {
        d.type("record Tag#(int n) {}");
        d.type(
                "class Plain#<T> {\n"
                        + "    Class<?> type;\n"
                        + "    Plain#(Class<?> type) { this.type = type; }\n"
                        + "}");
        d.field("Class<?>", "type#", "Tag#.class");
        d.field("Map<Class<?>, String>", "names#", "new HashMap<>()");
        d.before("names#.put(Tag#.class, \"tag\");");
        d.before("names#.put(int.class, \"int\");");
        d.before("names#.put(Tag#[].class, \"tags\");");
        d.local("Plain#<Tag#>", "plain#", "new Plain#<>(Tag#[].class)");
        d.digest("type# == Tag#.class");
        d.digest("type#.getSimpleName() + names#.get(type#) + names#.get(int.class)");
        d.digest("plain#.type.getComponentType() == type#");
        d.digest("names#.get(plain#.type) + plain#.getClass().getSimpleName().equals(\"Plain#\")");
        d.offer("Class<?>", "type#", "$ == Tag#.class");
    }
}
