package tandem.shapes;

import java.util.Map;

/// Records, enums, sealed and abstract types, generics, inheritance.
final class TypeShapes {
    private TypeShapes() {}

    static void addTo(Map<String, Shape> shapes) {
        shapes.put("record", TypeShapes::records);
        shapes.put("record-of-records", TypeShapes::recordOfRecords);
        shapes.put("enum", TypeShapes::enums);
        shapes.put("enum-bodies", TypeShapes::enumBodies);
        shapes.put("enum-switch", TypeShapes::enumSwitch);
        shapes.put("sealed", TypeShapes::sealed);
        shapes.put("template", TypeShapes::template);
        shapes.put("inherited-statics", TypeShapes::inheritedStatics);
        shapes.put("hidden-fields", TypeShapes::hiddenFields);
        shapes.put("generics", TypeShapes::generics);
        shapes.put("unnamed-types", TypeShapes::typesOnlyValuesHave);
        shapes.put("extends-list", TypeShapes::extendsList);
        shapes.put("extends-map", TypeShapes::extendsMap);
        shapes.put("extends-abstract", TypeShapes::extendsAbstract);
        shapes.put("iterable", TypeShapes::iterable);
        shapes.put("string-switch", TypeShapes::stringSwitch);
        shapes.put("nest-mates", TypeShapes::nestMates);
        shapes.put("interfaces", TypeShapes::interfaces);
    }

    private static void records(Draft d) {
        Value value = d.value();
        Thing other = d.other();
        d.type(
                """
                record Point#(int x, int y, Object held)%s {
                    static int made = 1;
                    static final Point# ORIGIN = new Point#(0, 0, "origin");
                    static %s extra = %s;
                    public Point# {
                        if (x < -1000) { throw new IllegalArgumentException("x " + x); }
                    }
                    Point#(int x) { this(x, -x, null); made++; }
                    static Point# of(int x) { return new Point#(x); }
                    int sum() { return x + y + made; }
                    Point# turned() { return new Point#(y, x, held); }
                }\
                """
                        .formatted(d.serializable(), value.type(), value.make()));
        d.field(
                "Point#",
                "point#",
                "new Point#(%d, 4, %s)".formatted(d.number(), other.expression()));
        if (!value.change().isEmpty() && d.maybe()) {
            d.before(value.changed("Point#.extra"));
        }
        d.digest("point#.x() + point#.turned().x() + Point#.made");
        d.digest(other.seen("point#.held()"));
        d.digest(value.seen("Point#.extra"));
        if (d.maybe()) {
            d.field("Point#", "origin#", "Point#.ORIGIN");
            d.digest("origin# == Point#.ORIGIN");
            d.digest("origin#.equals(new Point#(0, 0, \"origin\"))");
        }
        if (d.maybe()) {
            d.digest("Point#.of(3).sum() + \" \" + Point#.made");
        }
        d.unchanged("Point#.made");
        d.offer("Point#", "point#", "$.y() + \"/\" + $.x()");
    }

    private static void recordOfRecords(Draft d) {
        d.type("record Pair#<A, B>(A first, B second) {}");
        d.type(
                "record Row#(String name, int[] numbers, List<Pair#<String, Integer>> pairs)"
                    + " implements Comparable<Row#> {\n"
                    + "    public int compareTo(Row# other) { return name.compareTo(other.name);"
                    + " }\n"
                    + "}");
        d.field(
                "Row#",
                "row#",
                "new Row#(\"r\", new int[] {1, %d}, new ArrayList<>(List.of(new Pair#<>(\"a\", 1))))"
                        .formatted(d.number()));
        d.before("row#.pairs().add(new Pair#<>(\"b\", row#.numbers().length));");
        d.digest(
                "row#.pairs() + row#.name() + row#.numbers()[1] + row#.compareTo(new Row#(\"s\","
                        + " null, null))");
        if (d.maybe()) {
            d.digest(
                    "row#.pairs().get(1) instanceof Pair#<?, ?>(String s, Integer n) ? s + n :"
                            + " \"other\"");
        }
        d.local("SortedSet<Row#>", "rows#", "new TreeSet<>(List.of(row#))");
        d.digest("rows#.first() == row#");
        d.offer("Row#", "row#", "$.pairs()");
    }

    private static void enums(Draft d) {
        Thing other = d.other();
        d.type(
                """
                enum Color# {
                    RED(%d), GREEN(2), BLUE(3);
                    final int weight;
                    int uses;
                    Object mark;
                    static int total = 5;
                    static final Map<String, Color#> BY_NAME = new TreeMap<>();
                    static {
                        for (Color# color : values()) { BY_NAME.put(color.name().toLowerCase(), color); }
                    }
                    Color#(int weight) { this.weight = weight; }
                    int use() { total++; return ++uses * weight; }
                    Color# next() { return values()[(ordinal() + 1) %% values().length]; }
                }\
                """
                        .formatted(d.number()));
        d.field("Color#", "color#", "Color#.GREEN");
        d.before("color#.use();");
        if (d.maybe()) {
            d.before("Color#.BLUE.mark = %s;".formatted(other.expression()));
            d.digest(other.seen("Color#.BLUE.mark"));
        }
        d.digest("color# == Color#.GREEN");
        d.digest("color# == Color#.valueOf(\"GREEN\") && color# == Color#.BY_NAME.get(\"green\")");
        d.digest("color#.use() + \" \" + Color#.total + color#.next().uses + Color#.RED.weight");
        if (d.maybe()) {
            d.local(
                    "EnumMap<Color#, Integer>",
                    "weights#",
                    "new EnumMap<>(Map.of(Color#.BLUE, 3, Color#.RED, 1))");
            d.digest("weights# + \" \" + weights#.get(Color#.BLUE)");
        }
        if (d.maybe()) {
            d.field("EnumSet<Color#>", "set#", "EnumSet.of(Color#.RED, Color#.BLUE)");
            d.digest("set#.contains(color#) + \" \" + EnumSet.complementOf(set#)");
        }
        d.unchanged("Color#.total + \" \" + color#.uses");
        d.offer("Color#", "color#", "$ == Color#.GREEN");
    }

    private static void enumBodies(Draft d) {
        d.type(
                """
                enum Op# implements java.util.function.IntBinaryOperator {
                    PLUS("+") { public int applyAsInt(int a, int b) { count++; return a + b; } },
                    TIMES("*") {
                        int times = %d;
                        public int applyAsInt(int a, int b) { return a * b + times++; }
                        @Override String sign() { return super.sign() + "!"; }
                    };
                    final String sign;
                    int count;
                    Op#(String sign) { this.sign = sign; }
                    String sign() { return sign; }
                }\
                """
                        .formatted(d.number()));
        d.field("List<Op#>", "ops#", "new ArrayList<>(List.of(Op#.TIMES, Op#.PLUS))");
        d.before("Op#.TIMES.applyAsInt(1, 1);");
        d.before("Op#.PLUS.applyAsInt(1, 1);");
        d.digest(
                "ops#.getFirst().applyAsInt(3, 4) + Op#.TIMES.sign() + ops#.getLast().applyAsInt(3,"
                        + " 4) + Op#.PLUS.count");
        d.digest("ops#.getFirst() == Op#.TIMES");
        d.digest("ops#.getFirst().getDeclaringClass() == Op#.class");
        if (d.maybe()) {
            d.local("Object", "op#", "Op#.TIMES");
            d.digest("op# + ((Op#) op#).sign()");
        }
        d.offer("Op#", "ops#.get(0)", "$.sign()");
    }

    private static void enumSwitch(Draft d) {
        d.type("enum Step# { UP, DOWN, STAY }");
        d.type(
                """
                class Walker# {
                    int height = %d;
                    static final Step#[] STEPS = {Step#.UP, Step#.UP, Step#.DOWN};
                    int walk(Step# step) {
                        switch (step) {
                            case UP: height++; break;
                            case DOWN: height -= 2; break;
                            default: break;
                        }
                        return height;
                    }
                    static String word(Step# step) {
                        return switch (step) { case UP -> "up"; case DOWN -> "down"; case STAY -> "stay"; };
                    }
                }\
                """
                        .formatted(d.number()));
        d.field("Walker#", "walker#", "new Walker#()");
        d.before("walker#.walk(Step#.UP);");
        d.before("Walker#.STEPS[2] = Step#.STAY;");
        d.effect("for (Step# step : Walker#.STEPS) { walker#.walk(step); }");
        d.digest("walker#.height + Walker#.word(Walker#.STEPS[2])");
        d.unchanged("walker#.height");
        d.offer("Walker#", "walker#", "$.height");
    }

    private static void sealed(Draft d) {
        Thing other = d.other();
        d.type(
                "sealed interface Form# permits Circle#, Square#, Group# {\n"
                        + "    default String name() { return"
                        + " getClass().getSimpleName().replaceAll(\"[0-9x_]+\", \"\"); }\n"
                        + "}");
        d.type("record Circle#(double radius) implements Form# {}");
        d.type(
                "static final class Square# implements Form# {\n    double side = %d;\n    static int squares = 2;\n    Object held;\n}"
                        .formatted(d.number())
                        .replaceFirst("static ", ""));
        d.type(
                "non-sealed static class Group# implements Form# {\n    final List<Form#> members = new ArrayList<>();\n}"
                        .replaceFirst("static ", ""));
        d.method(
                """
                double area#(Form# form) {
                    return switch (form) {
                        case Circle#(double r) when r > 100 -> -1;
                        case Circle# circle -> circle.radius() * 2;
                        case Square# square -> square.side * square.side + Square#.squares;
                        case Group# group -> group.members.stream().mapToDouble(f -> area#(f)).sum();
                    };
                }\
                """);
        d.field("Group#", "group#", "new Group#()");
        d.field("Square#", "square#", "new Square#()");
        d.before("square#.held = %s;".formatted(other.expression()));
        d.before(
                "group#.members.addAll(List.of(square#, new Circle#(%d), new Circle#(300)));"
                        .formatted(d.number()));
        if (d.maybe()) {
            d.before("Square#.squares = 7;");
        }
        d.digest("area#(group#)");
        d.digest("group#.members.getFirst() == square#");
        d.digest("group#.members.get(1).name() + group#.name()");
        d.digest(other.seen("square#.held"));
        d.offer("Square#", "square#", "$.side");
    }

    private static void template(Draft d) {
        Value value = d.value();
        d.member(
                """
                abstract class Shape#%s {
                    protected int calls;
                    protected static int all = 3;
                    %s held = %s;
                    final String describe() { calls++; all++; return head() + body() + tail() + all; }
                    protected String head() { return "<"; }
                    protected abstract String body();
                    protected String tail() { return ">"; }
                }\
                """
                        .formatted(d.serializable(), value.type(), value.make()));
        d.member(
                """
                abstract class Named# extends Shape# {
                    protected String name = "n%d";
                    @Override protected String head() { return "[" + super.head(); }
                    @Override protected String body() { return name + extra(); }
                    abstract int extra();
                }\
                """
                        .formatted(d.number()));
        d.member(
                """
                class Leaf# extends Named# {
                    private int size = 2;
                    @Override int extra() { return size++ + calls; }
                    @Override protected String tail() { return super.tail() + "]"; }
                }\
                """);
        d.field("Shape#", "leaf#", "new Leaf#()");
        d.before("leaf#.describe();");
        d.digest("leaf#.describe() + leaf#.calls");
        d.digest(value.seen("leaf#.held"));
        if (d.maybe()) {
            d.digest("leaf# instanceof Named# named ? named.name : \"\"");
        }
        if (d.maybe()) {
            d.digest("new Leaf#().describe()");
        }
        d.unchanged("leaf#.calls + \" \" + Shape#.all");
        d.offer("Object", "leaf#", "((Shape#) $).calls");
    }

    private static void inheritedStatics(Draft d) {
        Value value = d.value();
        d.type(
                """
                class Top# {
                    static int count = 1;
                    static %s held = %s;
                    static int up() { return ++count; }
                    static String name() { return "top" + count; }
                }\
                """
                        .formatted(value.type(), value.make()));
        d.type(
                "class Middle# extends Top#%s {\n    static String name() { return \"middle\" + up(); }\n}"
                        .formatted(d.serializable()));
        d.type(
                "class Bottom# extends Middle# {\n"
                        + "    int own = count * 100;\n"
                        + "    int seen() { return own + count; }\n"
                        + "}");
        d.before("Bottom#.up();");
        if (!value.change().isEmpty() && d.maybe()) {
            d.before(value.changed("Top#.held"));
        }
        d.digest("Bottom#.count + Bottom#.name() + Bottom#.up()");
        d.digest(value.seen("Bottom#.held"));
        if (d.maybe()) {
            d.field("Bottom#", "bottom#", "new Bottom#()");
            d.before("Top#.count += %d;".formatted(d.number()));
            d.digest("bottom#.seen()");
            d.offer("Bottom#", "bottom#", "$.own");
        }
        d.unchanged("Top#.count");
    }

    private static void hiddenFields(Draft d) {
        d.type(
                "class Upper# {\n    int n = 1;\n    private String secret = \"upper\";\n    static int s = 10;\n    String secret() { return secret + n; }\n    void grow() { n += %d; secret += \"+\"; }\n}"
                        .formatted(d.number()));
        d.type(
                "class Lower# extends Upper#%s {\n    int n = 2;\n    private String secret = \"lower\";\n    static int s = 20;\n    String both() { return secret + super.secret() + n + super.n + s + Upper#.s; }\n}"
                        .formatted(d.serializable()));
        d.field("Lower#", "lower#", "new Lower#()");
        d.before("lower#.grow();");
        d.before("lower#.n += 5;");
        d.before("Upper#.s++;");
        d.digest("lower#.both() + ((Upper#) lower#).n");
        d.effect("lower#.grow();");
        d.digest("lower#.both()");
        d.offer("Lower#", "lower#", "$.both()");
    }

    private static void generics(Draft d) {
        Thing other = d.other();
        d.type(
                """
                class Box#<T>%s {
                    private T content;
                    final List<T> past = new ArrayList<>();
                    Box#(T content) { this.content = content; }
                    T get() { return content; }
                    void set(T next) { past.add(content); content = next; }
                    <R> Box#<R> map(Function<? super T, ? extends R> f) { return new Box#<R>(f.apply(content)); }
                    static <U extends Comparable<U>> U most(List<? extends U> list) { return Collections.max(list); }
                }\
                """
                        .formatted(d.serializable()));
        d.type(
                "class NumberBox#<N extends Number> extends Box#<N> implements"
                        + " Comparable<NumberBox#<?>> {\n"
                        + "    NumberBox#(N n) { super(n); }\n"
                        + "    @Override N get() { return super.get(); }\n"
                        + "    public int compareTo(NumberBox#<?> o) { return"
                        + " Integer.compare(get().intValue(), o.get().intValue()); }\n"
                        + "}");
        d.field("Box#<Object>", "box#", "new Box#<>(%s)".formatted(other.expression()));
        d.local("NumberBox#<Integer>", "number#", "new NumberBox#<>(%d)".formatted(d.number()));
        d.digest("number#.map(n -> n + 1).get() + Box#.most(List.of(1, 5, 3))");
        d.digest("number#.compareTo(new NumberBox#<>(50L))");
        if (d.maybe()) {
            d.before("box#.set(box#);");
            d.digest("box#.get() == box#");
            d.digest(other.seen("box#.past.get(0)"));
        } else {
            d.digest(other.seen("box#.get()"));
        }
        d.offer("Box#<Object>", "box#", "$.past.size()");
    }

    private static void typesOnlyValuesHave(Draft d) {
        d.type("interface Speaker# {\n    String speak();\n}");
        d.type(
                "class Dog# implements Speaker#%s {\n    static int barks = %d;\n    int own = 1;\n    public String speak() { return \"wuff\" + barks++ + own++; }\n    @Override public String toString() { return \"Dog \" + own; }\n}"
                        .formatted(d.serializable().replace(" implements", ","), d.number()));
        d.type(
                "record Cat#(String name) implements Speaker# {\n"
                        + "    public String speak() { return name + \" miaows\"; }\n"
                        + "}");
        d.type(
                "enum Bird# implements Speaker# {\n"
                        + "    CROW { public String speak() { return \"kra\"; } };\n"
                        + "    }");
        d.field("Speaker#", "speaker#", "new Dog#()");
        d.field(
                "List<Speaker#>",
                "choir#",
                "new ArrayList<>(List.of(new Cat#(\"Tom\"), Bird#.CROW))");
        d.field("Object", "thing#", "new Dog#()");
        d.before("choir#.add(speaker#);");
        d.before("Dog#.barks += 100;");
        d.effect("for (Speaker# one : choir#) { seen += one.speak(); }");
        d.digest("thing#");
        d.digest("choir#.getLast() == speaker#");
        if (d.maybe()) {
            d.local("Object[]", "row#", "{new Cat#(\"Kit\"), new Dog#[2], 5}");
            d.digest("row#[0] + \" \" + row#.length");
        }
        d.offer("Speaker#", "choir#.get(0)", "$.speak()");
        d.offer("Object", "thing#", "$");
    }

    private static void extendsList(Draft d) {
        Thing other = d.other();
        d.type(
                """
                class Counted# extends ArrayList<Object> {
                    int adds;
                    static int all = 1;
                    final String name;
                    Counted#(String name) { this.name = name; }
                    @Override public boolean add(Object one) { adds++; all++; return super.add(one); }
                    Object first() { return get(0); }
                }\
                """);
        d.field("Counted#", "counted#", "new Counted#(\"c%d\")".formatted(d.number()));
        d.before("counted#.add(%s);".formatted(other.expression()));
        d.before("counted#.add(3);");
        d.digest(
                "counted#.size() + \" \" + counted#.adds + counted#.name + Counted#.all +"
                        + " counted#.get(1)");
        d.digest(other.seen("counted#.first()"));
        d.effect("counted#.add(4);");
        d.digest("counted#.adds + \" \" + counted#.size()");
        d.unchanged("counted#.adds + \" \" + counted#.size()");
        d.offer("Counted#", "counted#", "$.adds");
    }

    private static void extendsMap(Draft d) {
        d.type(
                """
                class Recent# extends LinkedHashMap<String, Integer> {
                    private final int most;
                    int dropped;
                    Recent#(int most) { super(16, 0.75f, true); this.most = most; }
                    @Override protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
                        if (size() > most) { dropped++; return true; }
                        return false;
                    }
                }\
                """);
        d.field("Recent#", "recent#", "new Recent#(2)");
        d.before("recent#.put(\"a\", 1);");
        d.before("recent#.put(\"b\", %d);".formatted(d.number()));
        d.before("recent#.get(\"a\");");
        d.effect("recent#.put(\"c\", 3);");
        d.digest("recent# + \" \" + recent#.dropped");
        d.unchanged("recent#");
        d.offer("Recent#", "recent#", "$.keySet()");
    }

    private static void extendsAbstract(Draft d) {
        d.type(
                "class Range# extends AbstractList<Integer> implements RandomAccess {\n"
                        + "    final int from;\n"
                        + "    int reads;\n"
                        + "    Range#(int from) { this.from = from; }\n"
                        + "    public Integer get(int i) { reads++; return from + i; }\n"
                        + "    public int size() { return 4; }\n"
                        + "}");
        d.type(
                "class Grams# extends Number implements Comparable<Grams#> {\n"
                    + "    final double grams;\n"
                    + "    static String unit = \"g\";\n"
                    + "    Grams#(double grams) { this.grams = grams; }\n"
                    + "    public int intValue() { return (int) grams; }\n"
                    + "    public long longValue() { return (long) grams; }\n"
                    + "    public float floatValue() { return (float) grams; }\n"
                    + "    public double doubleValue() { return grams; }\n"
                    + "    public int compareTo(Grams# o) { return Double.compare(grams, o.grams);"
                    + " }\n"
                    + "    public String toString() { return grams + unit; }\n"
                    + "}");
        d.field("Range#", "range#", "new Range#(%d)".formatted(d.number()));
        d.field(
                "TreeMap<Grams#, String>",
                "weights#",
                "new TreeMap<>(Map.of(new Grams#(2), \"two\", new Grams#(1), \"one\"))");
        d.before("Grams#.unit = \"gram\";");
        d.before("range#.get(0);");
        d.digest("range# + \" \" + range#.indexOf(range#.from + 2) + range#.reads");
        d.digest("weights# + weights#.get(new Grams#(2))");
        d.offer("Range#", "range#", "$.from");
    }

    private static void iterable(Draft d) {
        d.type(
                """
                class Numbers# implements Iterable<Integer>, Iterator<Integer> {
                    int at;
                    final int end;
                    Numbers#(int end) { this.end = end; }
                    public Iterator<Integer> iterator() { return this; }
                    public boolean hasNext() { return at < end; }
                    public Integer next() { return at++; }
                }\
                """);
        d.field("Numbers#", "numbers#", "new Numbers#(5)");
        d.before("numbers#.next();");
        d.unchanged("numbers#.at");
        d.effect("for (int n : numbers#) { seen += n; }");
        d.digest("numbers#.hasNext()");
        d.offer("Numbers#", "numbers#", "$.at");
    }

    private static void stringSwitch(Draft d) {
        d.type(
                "class Words# {\n"
                    + "    static String last = \"none\";\n"
                    + "    static int rank(String word) {\n"
                    + "        last = word;\n"
                    + "        return switch (word) { case \"one\" -> 1; case \"two\", \"deux\" ->"
                    + " 2; default -> word.length() * 10; };\n"
                    + "    }\n"
                    + "    static String kind(Object o) {\n"
                    + "        return switch (o) {\n"
                    + "            case null -> \"null\";\n"
                    + "            case Integer i when i > 10 -> \"large\";\n"
                    + "            case Integer i -> \"int\" + i;\n"
                    + "            case String s -> \"text\" + rank(s);\n"
                    + "            case int[] row -> \"row\" + row.length;\n"
                    + "            default -> \"other\";\n"
                    + "        };\n"
                    + "    }\n"
                    + "}");
        d.field("String", "word#", "\"tw\" + \"o\"");
        d.before("Words#.rank(\"before%d\");".formatted(d.number()));
        d.digest("Words#.last + Words#.rank(word#) + Words#.last");
        d.digest(
                "Words#.kind(null) + Words#.kind(3) + Words#.kind(30) + Words#.kind(word#) +"
                        + " Words#.kind(new int[2])");
        d.unchanged("Words#.last");
    }

    private static void nestMates(Draft d) {
        d.type(
                """
                class Safe# {
                    private static int opened = 1;
                    private int code = %d;
                    private int secret() { return code * 2; }
                    static class Key {
                        final Safe# safe;
                        private static int keys;
                        Key(Safe# safe) { this.safe = safe; keys++; }
                        int open() { opened++; return safe.code + safe.secret() + keys; }
                    }
                    class Lid {
                        private boolean up;
                        int ownersCode() { return code; }
                        String lift() { up = true; code++; return "lid" + code + opened; }
                        class Hinge {
                            int turns = 1;
                            String turn() { turns++; return up + " " + code + turns + Lid.this.lift(); }
                        }
                    }
                    boolean isUp(Lid lid) { return lid.up; }
                }\
                """
                        .formatted(d.number()));
        d.field("Safe#", "safe#", "new Safe#()");
        d.field("Safe#.Key", "key#", "new Safe#.Key(safe#)");
        d.field("Safe#.Lid", "lid#", "safe#.new Lid()");
        d.before("key#.open();");
        d.digest("key#.open() + lid#.lift() + safe#.isUp(lid#)");
        if (d.maybe()) {
            d.field("Safe#.Lid.Hinge", "hinge#", "lid#.new Hinge()");
            d.before("hinge#.turn();");
            d.digest("hinge#.turn()");
        }
        if (d.maybe()) {
            d.digest("safe#.new Lid().new Hinge().turn()");
        }
        d.digest("key#.safe == safe#");
        d.offer("Safe#.Lid", "lid#", "$.ownersCode()");
    }

    private static void interfaces(Draft d) {
        d.type(
                "interface Named# {\n"
                    + "    String name();\n"
                    + "    default String greet() { return greeting() + name(); }\n"
                    + "    private String greeting() { return Words.GREETING.get(0); }\n"
                    + "    class Words {\n"
                    + "        static final List<String> GREETING = new ArrayList<>(List.of(\"hello"
                    + " \"));\n"
                    + "    }\n"
                    + "    enum Tone { LOUD, LOW }\n"
                    + "}");
        d.type(
                "interface Polite# extends Named# {\n"
                        + "    @Override default String greet() { return \"dear \" +"
                        + " Named#.super.greet() + tone(); }\n"
                        + "    default Named#.Tone tone() { return Named#.Tone.LOW; }\n"
                        + "    static Polite# of(String name) { return new Guest#(name); }\n"
                        + "}");
        d.type("record Guest#(String name) implements Polite# {}");
        d.field("Polite#", "guest#", "Polite#.of(\"guest%d\")".formatted(d.number()));
        d.before("Named#.Words.GREETING.set(0, \"welcome \");");
        d.digest("guest#.greet() + (guest#.tone() == Named#.Tone.LOW)");
        d.digest("Polite#.of(\"new\").greet()");
        d.offer("Polite#", "guest#", "$.greet()");
    }
}
