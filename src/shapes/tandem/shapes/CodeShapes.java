package tandem.shapes;

import java.util.Map;

/// Lambdas and method references that are kept, captured, passed on and call each other.
final class CodeShapes {
    private static final String FUNCTION = "Code.Function1<Integer, Integer>";

    private CodeShapes() {}

    static void addTo(Map<String, Shape> shapes) {
        shapes.put("lambda-in-field", CodeShapes::lambdaInField);
        shapes.put("lambda-recursive", CodeShapes::lambdaRecursive);
        shapes.put("lambda-of-lambda", CodeShapes::lambdaOfLambda);
        shapes.put("lambda-list", CodeShapes::lambdaList);
        shapes.put("lambda-statics", CodeShapes::lambdaStatics);
        shapes.put("lambda-captures", CodeShapes::lambdaCaptures);
        shapes.put("lambda-of-object", CodeShapes::lambdaOfObject);
        shapes.put("references", CodeShapes::references);
        shapes.put("intersection", CodeShapes::intersection);
        shapes.put("made-inside", CodeShapes::madeInside);
        shapes.put("nested-call", CodeShapes::nestedCall);
        shapes.put("comparators", CodeShapes::comparators);
        shapes.put("own-functional-type", CodeShapes::ownFunctionalType);
        shapes.put("threads-inside", CodeShapes::threadsInside);
    }

    private static void lambdaInField(Draft d) {
        d.field("int", "base#", "1");
        d.field(FUNCTION, "plus#", "n -> n + base#");
        d.before("base# = %d;".formatted(d.number()));
        d.digest("plus#.call(1)");
        if (d.maybe()) {
            d.effect("base#++;");
            d.digest("plus#.call(1)");
        }
        d.unchanged("base#");
        d.offer(FUNCTION, "plus#", "$ != null");
    }

    private static void lambdaRecursive(Draft d) {
        d.field("List<Integer>", "calls#", "new ArrayList<>()");
        d.field(FUNCTION, "fac#", "null");
        d.before("fac# = n -> { calls#.add(n); return n <= 1 ? 1 : n * fac#.call(n - 1); };");
        if (d.maybe()) {
            d.before(
                    "try { fac#.call(3); } catch (Exception e) { throw new"
                            + " IllegalStateException(e); }");
        }
        d.digest("fac#.call(5) + \" \" + calls#");
        d.unchanged("calls#");
        d.result(new Thing(FUNCTION, "fac#", "$ != null"));
    }

    private static void lambdaOfLambda(Draft d) {
        int n = d.number();
        d.localType("int by# = %d;".formatted(n));
        d.localType("%s inner# = n -> n * by#;".formatted(FUNCTION));
        d.localType("%s outer# = n -> inner#.call(n) + 1;".formatted(FUNCTION));
        d.localType(
                "Code.Function1<%s, %s> twice# = f -> n -> f.call(f.call(n));"
                        .formatted(FUNCTION, FUNCTION));
        d.digest("outer#.call(3)");
        if (d.maybe()) {
            d.digest("twice#.call(outer#).call(2)");
        }
        if (d.maybe()) {
            d.localType("%s[] row# = {inner#, outer#};".formatted("Code.Function1<?, ?>"));
            d.digest("row#[1] == outer# && row#[0] == inner#");
        }
    }

    private static void lambdaList(Draft d) {
        d.field("int", "one#", "1");
        d.field("int", "ten#", "10");
        d.field("int", "hundred#", "100");
        d.field("List<Code.Function0<Integer>>", "list#", "new ArrayList<>()");
        d.before("list#.add(() -> one# * 3);");
        d.before("list#.add(() -> ten# * 2);");
        if (d.maybe()) {
            d.before("list#.add(() -> hundred# + one#);");
        }
        d.before("hundred# += %d;".formatted(d.number()));
        d.before("one# = 2;");
        d.effect("for (var f : list#) { seen += f.call() + \" \"; }");
        d.digest("list#.size()");
        if (d.maybe()) {
            d.local("Code.Function0<Integer>", "first#", "list#.getFirst()");
            d.digest("first#.call()");
            d.digest("first# == list#.getFirst()");
        }
        d.unchanged("one# + \" \" + list#.size()");
    }

    private static void lambdaStatics(Draft d) {
        d.type(
                """
                class Rules# {
                    static int limit = %d;
                    static final %s CLIP = n -> Math.min(n, limit);
                    static final Map<String, Code.Function0<String>> NAMED = new TreeMap<>();
                    static int asked;
                    static void learn(String word) { NAMED.put(word, () -> word + ++asked); }
                }\
                """
                        .formatted(d.number(), FUNCTION));
        d.before("Rules#.limit += 5;");
        d.before("Rules#.learn(\"a\");");
        d.before("Rules#.learn(\"b\");");
        d.digest("Rules#.CLIP.call(1000)");
        d.digest("Rules#.NAMED.get(\"b\").call() + Rules#.NAMED.get(\"a\").call() + Rules#.asked");
        d.unchanged("Rules#.asked");
        d.offer(FUNCTION, "Rules#.CLIP", "$.call(2000)");
    }

    private static void lambdaCaptures(Draft d) {
        int count = 1 + d.below(3);
        StringBuilder sum = new StringBuilder("\"\"");
        for (int i = 0; i < count; i++) {
            Value value = d.value();
            d.localType("%s got%d_# = %s;".formatted(value.type(), i, value.make()));
            sum.append(" + %s".formatted("(" + value.seen("got%d_#".formatted(i)) + ")"));
        }
        Thing other = d.other();
        d.localType("Object with# = %s;".formatted(other.expression()));
        d.localType(
                "Code.Function0<String> told# = () -> %s + (%s);"
                        .formatted(sum, other.seen("with#")));
        d.digest("told#.call()");
        if (d.maybe()) {
            d.localType(
                    "List<Code.Function0<String>> all# = List.of(told#, () -> \"second\" +"
                            + " with#.equals(with#));");
            d.digest("all#.get(1).call()");
            d.digest("all#.get(0) == told#");
        }
    }

    private static void lambdaOfObject(Draft d) {
        d.member(
                """
                class Meter#%s {
                    int total = %d;
                    Code.Function1<Integer, Integer> add = n -> total += n;
                    Code.Function0<Meter#> me = () -> this;
                    Code.Action0 reset() { return () -> total = 0; }
                }\
                """
                        .formatted(d.serializable(), d.number()));
        d.field("Meter#", "meter#", "new Meter#()");
        d.local("Code.Action0", "reset#", "meter#.reset()");
        d.digest("meter#.add.call(4) + meter#.total");
        d.digest("meter#.me.call() == meter#");
        if (d.maybe()) {
            d.effect("reset#.run();");
            d.digest("meter#.total");
        }
        d.unchanged("meter#.total");
        d.offer(FUNCTION, "meter#.add", "$.call(1)");
    }

    private static void references(Draft d) {
        d.type(
                """
                class Item#%s {
                    static int items = 1;
                    final String name;
                    Item#(String name) { this.name = name + items++; }
                    String with(String more) { return name + more; }
                    static String shout(Item# item) { return item.name.toUpperCase() + items; }
                }\
                """
                        .formatted(d.serializable()));
        d.field("Item#", "item#", "new Item#(\"i%d\")".formatted(d.number()));
        d.field("Code.Function1<String, String>", "bound#", "item#::with");
        d.field("Code.Function2<Item#, String, String>", "unbound#", "Item#::with");
        d.field("Code.Function1<Item#, String>", "shout#", "Item#::shout");
        d.field("Code.Function1<String, Item#>", "make#", "Item#::new");
        d.digest("bound#.call(\"x\")");
        if (d.maybe()) {
            d.digest("unbound#.call(item#, \"y\")");
        }
        if (d.maybe()) {
            d.digest("shout#.call(item#) + make#.call(\"z\").name");
        }
        if (d.maybe()) {
            d.field("Code.Function1<Integer, int[]>", "row#", "int[]::new");
            d.digest("row#.call(3).length");
        }
        if (d.maybe()) {
            d.field("Code.Function1<String, Integer>", "parse#", "Integer::parseInt");
            d.digest("parse#.call(\"77\")");
        }
        if (d.maybe()) {
            d.method("String own#(String s) { return s + item#.name; }");
            d.local("Code.Function1<String, String>", "mine#", "s -> own#(s)");
            d.digest("mine#.call(\"own\")");
        }
        d.unchanged("Item#.items");
        d.offer("Code.Function1<String, String>", "bound#", "$.call(\"b\")");
    }

    private static void intersection(Draft d) {
        d.field("int", "offset#", String.valueOf(d.number()));
        d.field(
                "Function<Integer, Integer>",
                "shift#",
                "(Function<Integer, Integer> & java.io.Serializable) n -> n + offset#");
        d.field(
                "Supplier<String>",
                "name#",
                "(Supplier<String> & java.io.Serializable) () -> \"n\" + offset#");
        d.before("offset#++;");
        d.digest("shift#.apply(1) + name#.get()");
        if (d.maybe()) {
            d.local(
                    "Predicate<Integer>",
                    "small#",
                    "(Predicate<Integer> & java.io.Serializable) n -> n < 3");
            d.digest("List.of(1, 2, 3).stream().filter(small#).map(shift#).toList()");
        }
        if (d.maybe()) {
            d.local(
                    "BinaryOperator<Integer>",
                    "max#",
                    "(BinaryOperator<Integer> & java.io.Serializable) Integer::max");
            d.digest("max#.apply(3, 9)");
        }
        d.offer("Supplier<String>", "name#", "$.get()");
    }

    private static void madeInside(Draft d) {
        d.field(
                "List<String>",
                "names#",
                "new ArrayList<>(List.of(\"c\", \"a\", \"b%d\"))".formatted(d.number()));
        d.method("String mark#(String s) { return \"<\" + s + \">\"; }");
        d.digest("names#.stream().map(s -> mark#(s)).sorted().toList()");
        d.digest(
                "names#.stream().collect(Collectors.groupingBy(String::length, TreeMap::new, Collectors.counting()))"
                        .replace("Collectors", "java.util.stream.Collectors"));
        if (d.maybe()) {
            d.effect("Supplier<Runnable> maker# = () -> () -> names#.add(\"new\");");
            d.effect("maker#.get().run();");
            d.digest("names#");
        }
        if (d.maybe()) {
            d.effect(
                    "var made# = new Object() {\n"
                            + "    int n = 4;\n"
                            + "    int up() { return n += names#.size(); }\n"
                            + "};");
            d.digest("made#.up() + made#.n");
        }
        if (d.maybe()) {
            d.effect("class Inside# {\n    static int k = 3;\n    String s = names#.get(0);\n}");
            d.digest("new Inside#().s + Inside#.k");
        }
        d.unchanged("names#");
    }

    private static void nestedCall(Draft d) {
        Value value = d.value();
        d.type(
                "class Deep# {\n    static int level = %d;\n    static %s held = %s;\n}"
                        .formatted(d.number(), value.type(), value.make()));
        d.field("int", "depth#", "0");
        d.before("Deep#.level++;");
        d.effect("Deep#.level += 10;");
        d.effect("depth#++;");
        d.effect(
                "Code.Function0<String> further# = () -> Deep#.level + \" \" + depth# + (%s);"
                        .formatted(value.seen("Deep#.held")));
        d.field("long", "home#", "ProcessHandle.current().pid()");
        d.digest(
                "ProcessHandle.current().pid() == home# ? further#.call() :"
                        + " Tandem.call(further#).result()");
        d.digest("Deep#.level");
        d.unchanged("Deep#.level + depth#");
    }

    private static void comparators(Draft d) {
        d.type(
                "record Person#(String name, int age) {\n"
                        + "    static final Comparator<Person#> BY_AGE = (Comparator<Person#> &"
                        + " java.io.Serializable) (a, b) -> Integer.compare(a.age, b.age);\n"
                        + "}");
        d.field(
                "TreeSet<Person#>",
                "people#",
                d.any(
                        "new TreeSet<>(Person#.BY_AGE)",
                        "new TreeSet<>(Person#.BY_AGE.reversed())",
                        "new TreeSet<>((Comparator<Person#> & java.io.Serializable) (a, b) ->"
                                + " b.name().compareTo(a.name()))"));
        d.before("people#.add(new Person#(\"x\", 3));");
        d.before("people#.add(new Person#(\"y\", 1));");
        d.effect("people#.add(new Person#(\"w\", %d));".formatted(d.number()));
        d.digest("people#");
        if (d.maybe()) {
            d.local("PriorityQueue<Person#>", "queue#", "new PriorityQueue<>(people#)");
            d.digest("queue#.poll()");
        }
        d.offer("TreeSet<Person#>", "people#", "$.first()");
    }

    private static void ownFunctionalType(Draft d) {
        d.type(
                "interface Rule#<T>%s {\n    boolean test(T t);\n    default Rule#<T> not() { return t -> !test(t); }\n    static <T> Rule#<T> both(Rule#<T> a, Rule#<T> b) { return t -> a.test(t) && b.test(t); }\n}"
                        .formatted(" extends java.io.Serializable"));
        d.field("int", "least#", "3");
        d.field("Rule#<Integer>", "large#", "n -> n > least#");
        d.before("least# = %d;".formatted(d.number()));
        d.local("Rule#<Integer>", "both#", "Rule#.both(large#, n -> n % 2 == 0)");
        d.digest("large#.test(50) + \" \" + large#.not().test(50) + both#.test(100)");
        d.offer("Rule#<Integer>", "large#", "$.test(200)");
    }

    private static void threadsInside(Draft d) {
        d.type(
                "class Shared# {\n    static int sum = %d;\n    static synchronized void add(int n) { sum += n; }\n    final Object monitor = new Object();\n    int own = 1;\n    int up() { synchronized (monitor) { return ++own; } }\n}"
                        .formatted(d.number()));
        d.field("Shared#", "shared#", "new Shared#()");
        d.before("Shared#.add(1);");
        d.effect(
                "Thread one# = Thread.ofVirtual().start(() -> { Shared#.add(20); shared#.up();"
                        + " });");
        d.effect("one#.join();");
        d.digest("Shared#.sum + \" \" + shared#.own + shared#.up()");
        d.unchanged("Shared#.sum");
        d.offer("Shared#", "shared#", "$.own");
    }
}
