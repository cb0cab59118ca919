package tandem.shapes;

import java.util.Map;

/// Inner, local and anonymous classes, and what they know of what is around them.
final class InnerShapes {
    private InnerShapes() {}

    static void addTo(Map<String, Shape> shapes) {
        shapes.put("members-of-this", InnerShapes::membersOfThis);
        shapes.put("listed-by-outer", InnerShapes::listedByOuter);
        shapes.put("local-class", InnerShapes::localClass);
        shapes.put("local-class-in-method", InnerShapes::localClassInMethod);
        shapes.put("anonymous", InnerShapes::anonymous);
        shapes.put("anonymous-in-field", InnerShapes::anonymousInField);
        shapes.put("local-record", InnerShapes::localRecord);
        shapes.put("inner-of-inner", InnerShapes::innerOfInner);
    }

    private static void membersOfThis(Draft d) {
        Value value = d.value();
        d.field("int", "base#", String.valueOf(d.number()));
        d.field(value.type(), "state#", value.make());
        d.member(
                """
                class Reader#%s {
                    int reads;
                    int read() { reads++; return base# + reads; }
                }\
                """
                        .formatted(d.serializable()));
        d.member("class Writer# {\n    void write(int n) { base# = n; }\n}");
        d.field("Reader#", "reader#", "new Reader#()");
        d.local("Writer#", "writer#", "new Writer#()");
        d.before("base# += 1;");
        d.before("reader#.read();");
        d.digest("reader#.read()");
        d.effect("writer#.write(500);");
        d.digest("reader#.read() + base#");
        d.digest(value.seen("state#"));
        if (d.maybe()) {
            d.digest("new Reader#().read()");
        }
        d.unchanged("base# + \" \" + reader#.reads");
        d.offer("Object", "reader#", "((Reader#) $).reads");
    }

    private static void listedByOuter(Draft d) {
        d.type(
                """
                class Team# {
                    final List<Player> players = new ArrayList<>();
                    int goals = %d;
                    static int teams = 1;
                    Player join(String name) {
                        Player player = new Player(name);
                        players.add(player);
                        return player;
                    }
                    class Player%s {
                        final String name;
                        int own;
                        Player(String name) { this.name = name; }
                        void score() { own++; goals++; }
                        Team# team() { return Team#.this; }
                        int rank() { return players.indexOf(this); }
                    }
                }\
                """
                        .formatted(d.number(), d.serializable()));
        d.field("Team#", "team#", "new Team#()");
        d.before("team#.join(\"a\").score();");
        d.field("Team#.Player", "player#", "team#.join(\"b\")");
        d.before("player#.score();");
        d.effect("player#.score();");
        d.digest("team#.goals + player#.own + player#.team().players.size() + player#.rank()");
        d.digest("player#.team() == team#");
        if (d.maybe()) {
            d.digest("team#.join(\"c\").rank() + team#.players.getLast().name");
        }
        if (d.maybe()) {
            d.local("List<Team#.Player>", "some#", "new ArrayList<>(team#.players)");
            d.digest("some#.getFirst().team() == team#");
        }
        d.unchanged("team#.goals + \" \" + team#.players.size()");
        d.offer("Team#.Player", "player#", "$.name + $.team().goals");
        d.offer("Team#", "team#", "$.players.size()");
    }

    private static void localClass(Draft d) {
        Value value = d.value();
        Thing other = d.other();
        d.localType("%s start# = %s;".formatted(value.type(), value.make()));
        d.localType("Object held# = %s;".formatted(other.expression()));
        d.localType(
                """
                class Local#%s {
                    int n = %d;
                    Object held = held#;
                    String show() { return n++ + "" + %s; }
                    Local# another() { return new Local#(); }
                }\
                """
                        .formatted(d.serializable(), d.number(), value.seen("start#")));
        d.localType("Local# local# = new Local#();");
        d.localType("local#.show();");
        d.digest("local#.show()");
        d.digest(other.seen("local#.held"));
        if (d.maybe()) {
            d.digest("new Local#().show()");
        }
        if (d.maybe()) {
            d.digest("local#.another().n + local#.another().show()");
        }
        if (d.maybe()) {
            d.localType("List<Local#> locals# = new ArrayList<>(List.of(local#, new Local#()));");
            d.digest("locals#.get(0) == local#");
        }
    }

    private static void localClassInMethod(Draft d) {
        d.type("interface Count# {\n    int next();\n}");
        d.field("int", "step#", "2");
        d.method(
                """
                Count# counter#(int start, String text) {
                    class Counter implements Count# {
                        int n = start;
                        public int next() { n += step# + text.length(); return n; }
                        @Override public String toString() { return text + n; }
                    }
                    return new Counter();
                }\
                """);
        d.field("Count#", "count#", "counter#(%d, \"abc\")".formatted(d.number()));
        d.before("count#.next();");
        d.before("step# = 10;");
        d.digest("count#.next() + \" \" + count#");
        if (d.maybe()) {
            d.digest("counter#(1, \"x\").next()");
        }
        d.unchanged("count#");
        d.offer("Count#", "count#", "$");
    }

    private static void anonymous(Draft d) {
        Value value = d.value();
        d.type(
                "abstract class Task# {\n    int runs = %d;\n    abstract String run();\n    String twice() { return run() + run(); }\n}"
                        .formatted(d.number()));
        d.localType("%s seen# = %s;".formatted(value.type(), value.make()));
        d.localType(
                """
                Task# task# = new Task#() {
                    int own = 1;
                    { runs++; }
                    @Override String run() { return own++ + "-" + runs++ + %s; }
                };\
                """
                        .formatted(value.seen("seen#")));
        d.localType("task#.run();");
        d.digest("task#.twice() + task#.runs");
        if (d.maybe()) {
            d.localType(
                    "Comparator<String> byLength# = new Comparator<>() {\n"
                            + "    public int compare(String a, String b) { return task#.runs +"
                            + " a.length() - b.length(); }\n"
                            + "};");
            d.digest("byLength#.compare(\"a\", \"bcd\")");
        }
    }

    private static void anonymousInField(Draft d) {
        d.type("interface Greeter# {\n    String greet(String name);\n}");
        d.field("String", "word#", "\"hello\"");
        d.field(
                "Greeter#",
                "greeter#",
                "new Greeter#() {\n"
                    + "    int calls;\n"
                    + "    public String greet(String name) { return word# + name + calls++; }\n"
                    + "}");
        d.before("greeter#.greet(\"first\");");
        d.before("word# = \"good day%d\";".formatted(d.number()));
        d.digest("greeter#.greet(\"you\")");
        d.type(
                "class Defaults# {\n"
                        + "    static final Greeter# ECHO = new Greeter#() {\n"
                        + "        public String greet(String name) { return name + said++; }\n"
                        + "    };\n"
                        + "    static int said = 5;\n"
                        + "}");
        d.before("Defaults#.ECHO.greet(\"a\");");
        if (d.maybe()) {
            d.digest("Defaults#.ECHO.greet(\"b\") + Defaults#.said");
        }
        d.offer("Greeter#", "greeter#", "$.greet(\"r\")");
    }

    private static void localRecord(Draft d) {
        Thing other = d.other();
        d.localType(
                "record Note#(String text, Object of) {\n    static int notes = %d;\n    String full() { return text + notes++; }\n}"
                        .formatted(d.number()));
        d.localType("enum Level# {\n    LOW, HIGH;\n    int used;\n}");
        d.localType("interface Judge# {\n    Level# judge(Note# note);\n}");
        d.localType("Note# note# = new Note#(\"n\", %s);".formatted(other.expression()));
        d.localType("Level#.HIGH.used = 3;");
        d.localType("note#.full();");
        d.digest("note#.full() + new Note#(\"m\", 1).full()");
        d.digest(other.seen("note#.of()"));
        d.digest("Level#.HIGH.used + \" \" + Level#.LOW");
        if (d.maybe()) {
            d.localType("Level# level# = Level#.HIGH;");
            d.digest("level# == Level#.valueOf(\"HIGH\")");
        }
        if (d.maybe()) {
            d.effect("Judge# judge# = n -> n.text().isEmpty() ? Level#.LOW : Level#.HIGH;");
            d.digest("judge#.judge(note#)");
        }
    }

    private static void innerOfInner(Draft d) {
        d.member(
                """
                class Outer#<T>%s {
                    T value;
                    int depth = 1;
                    Outer#(T value) { this.value = value; }
                    class Middle {
                        int depth = 2;
                        final String name;
                        Middle(String name) { this.name = name; }
                        class Core {
                            int depth = %d;
                            String path() { return Outer#.this.depth + "." + Middle.this.depth + "." + depth++ + name + value; }
                            Runnable deeper() {
                                return new Runnable() {
                                    public void run() { Middle.this.depth += 10; Outer#.this.depth += depth; }
                                };
                            }
                        }
                    }
                }\
                """
                        .formatted(d.serializable(), d.number()));
        d.field("Outer#<String>", "outer#", "new Outer#<>(\"v\")");
        d.field("Outer#<String>.Middle", "middle#", "outer#.new Middle(\"m\")");
        d.field("Outer#<String>.Middle.Core", "core#", "middle#.new Core()");
        d.before("core#.path();");
        d.before("outer#.depth = 7;");
        d.digest("core#.path()");
        d.effect("core#.deeper().run();");
        d.digest("core#.path() + middle#.depth + outer#.depth");
        if (d.maybe()) {
            d.digest("outer#.new Middle(\"x\").new Core().path()");
        }
        d.unchanged("outer#.depth + \" \" + middle#.depth");
        d.offer("Object", "core#", "((Outer#<?>.Middle.Core) $).path()");
    }
}
