package tandem.shapes;

import tandem.shapes.PoolPlan.Alias;
import tandem.shapes.PoolPlan.Change;
import tandem.shapes.PoolPlan.Field;
import tandem.shapes.PoolPlan.Give;
import tandem.shapes.PoolPlan.Kill;
import tandem.shapes.PoolPlan.Make;
import tandem.shapes.PoolPlan.Op;
import tandem.shapes.PoolPlan.Recapture;
import tandem.shapes.PoolPlan.Retype;
import tandem.shapes.PoolPlan.Run;
import tandem.shapes.PoolPlan.Step;
import tandem.shapes.PoolPlan.Task;
import tandem.shapes.PoolPlan.Type;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Writes a program about pools down. Run, it prints two lines: `there: …` is what its tasks have seen,
/// `here: …` what they have to see by the [PoolModel].
final class PoolWriter {
    /// In how many ways a task can be given to a pool.
    static final int WAYS = 5;

    private static final String[] SAME = {
        "class Log# {\n"
                + "    static Array inits = Array.of(\"q\", 8);\n"
                + "    static void count(int i) { inits.add(i, 1); }\n"
                + "}",
        "class Box# {\n    int n;\n    Box#(int n) { this.n = n; }\n}",
        "class Made# {\n    static Code.Function0<Integer> of(int n) { return () -> n; }\n}",
        "interface Doer# {\n    String run(int n) throws Exception;\n}",
        "class Giver# {\n"
            + "    static Code.Function1<Doer#, String[]> code(int n) { return doer -> new String[]"
            + " {doer.run(n)}; }\n"
            + "}"
    };

    private static final String SAID =
            """
            String said#(java.util.concurrent.Callable<List<String[]>> asked, String sure) {
                try {
                    Set<String> all = new TreeSet<>();
                    for (String[] seen : asked.call()) {
                        for (int i = 0; i < seen.length; i++) {
                            if (sure.charAt(i) == '-') seen[i] = "?";
                        }
                        all.add(String.join(" ", seen));
                    }
                    return String.join(" | ", all) + "; ";
                } catch (Throwable thrown) {
                    Throwable t = thrown instanceof java.util.concurrent.ExecutionException ? thrown.getCause() : thrown;
                    return t.getClass().getSimpleName() + " " + String.valueOf(t.getMessage()).lines().findFirst().orElse("") + "; ";
                }
            }\
            """;

    private static final String KILL =
            """
            void kill#() {
                for (Worker worker : workers()) {
                    worker.kill();
                    try {
                        worker.join(seconds(20));
                    } catch (RuntimeException e) {
                    }
                }
            }\
            """;

    private final PoolPlan plan;
    private final String suffix;
    private final PoolModel model;
    private final Map<Integer, PoolModel.Crew> crews = new HashMap<>();
    private final List<String> types = new ArrayList<>();
    private final List<String> statements = new ArrayList<>();
    private final StringBuilder expected = new StringBuilder();

    /// What has been asked since a method was typed again.
    private final Set<String> sinceThen = new HashSet<>();

    private boolean isRetyped;
    private int captured = 1;

    PoolWriter(PoolPlan plan, String suffix) {
        this.plan = plan;
        this.suffix = suffix;
        this.model = new PoolModel(plan);
        declare();
        begin();
        for (Step step : plan.steps()) {
            write(step);
        }
        end();
    }

    private void type(String text) {
        types.add(own(text));
    }

    private String own(String text) {
        return text.replace("#", suffix);
    }

    private void line(String text) {
        statements.add(own(text));
    }

    private void declare() {
        for (String text : SAME) {
            type(text);
        }
        plan.types().forEach(this::declare);
        for (Task task : plan.tasks()) {
            type(
                    """
                    class T%1$d# {
                        static String[] run(Box# captured) throws Exception {
                            List<String> seen = new ArrayList<>();
                            if (System.nanoTime() != 0) {
                    %2$s        }
                            return seen.toArray(new String[0]);
                        }
                        static Code.Function0<String[]> code(Box# captured) { return () -> run(captured); }
                        static Code.Function1<Integer, String[]> each(Box# captured) { return x -> run(captured); }
                        static java.util.concurrent.Callable<String[]> callable(Box# captured) {
                            return (java.util.concurrent.Callable<String[]> & java.io.Serializable) () -> run(captured);
                        }
                    }\
                    """
                            .formatted(task.number(), lines(task.ops()).indent(12)));
        }
    }

    private void declare(Type type) {
        StringBuilder text = new StringBuilder();
        String count = "    static { Log#.count(%d); }\n".formatted(type.number());
        if (type.isEnum()) {
            text.append("enum C%d# {\n    ONE, TWO;\n".formatted(type.number()));
        } else {
            text.append("class C%d# implements Doer# {\n".formatted(type.number())).append(count);
        }
        for (Field field : type.fields()) {
            text.append("    %s = %s;\n".formatted(declared(field), made(field, field.first())));
        }
        if (type.isEnum()) {
            text.append(count);
        } else {
            Field field = type.fields().getFirst();
            text.append(
                    "    public String run(int n) throws Exception {\n        List<String> seen = new ArrayList<>();\n%s        return seen.getFirst();\n    }\n"
                            .formatted(
                                    ("if (n != 0) {\n    %s\n}\n%s"
                                                    .formatted(
                                                            change(field, Op.What.ADD, "n", true),
                                                            read(field)))
                                            .indent(8)));
        }
        type(text.append("}").toString());
    }

    private static String declared(Field field) {
        String name = " f" + field.number();
        return switch (field.holds()) {
            case INT -> "static int" + name;
            case LIST -> "static List<Integer>" + name;
            case BOX -> "static Box#" + name;
            case FINAL_BOX -> "static final Box#" + name;
            case FUNCTION -> "static Code.Function0<Integer>" + name;
            case CONSTANT -> "int" + name;
            case SHARED -> "static Array" + name;
            case STUCK -> "static Object" + name;
        };
    }

    private static String made(Field field, Object n) {
        return switch (field.holds()) {
            case INT, CONSTANT -> "" + n;
            case LIST -> "new ArrayList<>(List.of(%s))".formatted(n);
            case BOX, FINAL_BOX -> "new Box#(%s)".formatted(n);
            case FUNCTION -> "Made#.of(%s)".formatted(n);
            case SHARED -> "Array.of(\"q\", List.of(%s))".formatted(n);
            case STUCK -> "new Thread()";
        };
    }

    private static String place(Field field) {
        return "C%d#.%sf%d"
                .formatted(
                        field.type(),
                        field.holds() == PoolPlan.Holds.CONSTANT ? "ONE." : "",
                        field.number());
    }

    private static String change(Field field, Op.What what, Object n, boolean isWorker) {
        String place = place(field);
        boolean sets = what == Op.What.SET;
        return switch (field.holds()) {
            case INT, CONSTANT -> "%s %s %s;".formatted(place, sets ? "=" : "+=", n);
            case LIST ->
                    sets
                            ? "%s = %s;".formatted(place, made(field, n))
                            : "%s.add(%s);".formatted(place, n);
            case BOX ->
                    sets
                            ? "%s = %s;".formatted(place, made(field, n))
                            : "%s.n += %s;".formatted(place, n);
            case FINAL_BOX -> "%s.n %s %s;".formatted(place, sets ? "=" : "+=", n);
            case FUNCTION ->
                    "%s = Made#.of(%s%s);".formatted(place, sets ? "" : place + ".call() + ", n);
            case SHARED -> "%s.%s(0, %s);".formatted(place, sets ? "set" : "add", n);
            case STUCK -> "%s = %s;".formatted(place, isWorker ? "\"w\" + " + n : made(field, n));
        };
    }

    private static String read(Field field) {
        String place = place(field);
        return switch (field.holds()) {
            case BOX, FINAL_BOX -> "seen.add(\"\" + %s.n);".formatted(place);
            case FUNCTION -> "seen.add(\"\" + %s.call());".formatted(place);
            case SHARED -> "seen.add(\"\" + %s.get(0));".formatted(place);
            case STUCK ->
                    "try { Object o = %s; seen.add(o instanceof String s ? s : \"thread\"); } catch (IllegalStateException e) { seen.add(\"absent\"); }"
                            .formatted(place);
            default -> "seen.add(\"\" + %s);".formatted(place);
        };
    }

    private static String lines(List<Op> ops) {
        return ops.stream().map(PoolWriter::line).collect(Collectors.joining("\n"));
    }

    private static String line(Op op) {
        return switch (op.what()) {
            case READ -> read(op.field());
            case ADD, SET -> change(op.field(), op.what(), op.n(), true);
            case SAME ->
                    "seen.add(\"\" + (%s == %s));".formatted(place(op.field()), place(op.other()));
            case CAPTURED -> "captured.n += %d; seen.add(\"\" + captured.n);".formatted(op.n());
            case METHOD -> "seen.add(\"\" + method#(%d));".formatted(op.n());
            case THROW ->
                    "if (System.nanoTime() != 0) throw new UnsupportedOperationException(\"of a"
                            + " task\");";
        };
    }

    private void begin() {
        line("String out# = \"\";");
        line("Box# captured# = new Box#(1);");
        line("Log#.inits.get(0);");
        line("Object kept# = List.of(captured#, new Giver#(), new Made#());");
        for (Type type : plan.types()) {
            if (!type.isLazy()) {
                line(touch(type));
            }
        }
    }

    private static String touch(Type type) {
        return type.isEnum()
                ? "C%d#.ONE.ordinal();".formatted(type.number())
                : "new C%d#();".formatted(type.number());
    }

    private void write(Step step) {
        switch (step) {
            case Make make -> make(make);
            case Change change -> {
                Op op = change.op();
                model.change(op);
                line(
                        op.what() == Op.What.READ
                                ? touch(plan.types().get(op.field().type()))
                                : change(op.field(), op.what(), op.n(), false));
            }
            case Alias alias -> {
                model.alias(alias.to(), alias.from());
                line("%s = %s;".formatted(place(alias.to()), place(alias.from())));
            }
            case Recapture recapture -> {
                captured = recapture.n();
                line("captured#.n = %d;".formatted(captured));
            }
            case Retype retype -> {
                model.retype(retype.n());
                isRetyped = true;
                sinceThen.clear();
                line(method(retype.n()));
            }
            case Kill _ -> {
                crews.values().forEach(PoolModel.Crew::kill);
                line("kill#();");
            }
            case Run run when crews.containsKey(run.pool()) -> run(run);
            case Give give when crews.containsKey(give.pool()) -> give(give);
            default -> {}
        }
    }

    private static String method(int added) {
        return "int method#(int x) { return x + %d; }".formatted(added);
    }

    private void make(Make make) {
        if (crews.containsKey(make.pool())) {
            return;
        }
        int workers = make.isWide() ? 2 : 1;
        crews.put(make.pool(), model.crew(make.isWide(), make.initialiser()));
        if (make.initialiser() != null) {
            type(
                    "class I%d# {\n    static Code.Action0 code() {\n        return () -> {\n%s        };\n    }\n}"
                            .formatted(make.pool(), lines(make.initialiser()).indent(12)));
        }
        line(
                make.initialiser() == null
                        ? "Pool pool%d# = new Pool(%d);".formatted(make.pool(), workers)
                        : "Pool pool%1$d# = Pool.of(%2$d).initialiser(I%1$d#.code());"
                                .formatted(make.pool(), workers));
    }

    private void run(Run run) {
        PoolModel.Crew crew = crews.get(run.pool());
        String pool = "pool%d#".formatted(run.pool());
        String code = "T%d#.".formatted(run.task().number());
        String asked =
                switch (crew.isWide() ? 5 : run.way()) {
                    case 0 -> one("%s.apply(%scode(captured#))", pool, code);
                    case 1 -> "%s.map(%seach(captured#), List.of(1))".formatted(pool, code);
                    case 2 -> one("%s.imap(%seach(captured#), List.of(1)).next()", pool, code);
                    case 3 -> one("%s.submit(%scode(captured#)).get()", pool, code);
                    case 4 -> one("%s.executor().submit(%scallable(captured#)).get()", pool, code);
                    default ->
                            "%s.map(%seach(captured#), List.of(1, 2, 3, 4, 5, 6), 1)"
                                    .formatted(pool, code);
                };
        ask(asked, crew, run.task().ops());
    }

    private static String one(String form, String pool, String code) {
        return "Collections.singletonList(" + form.formatted(pool, code) + ")";
    }

    private void give(Give give) {
        PoolModel.Crew crew = crews.get(give.pool());
        Field field = give.type().fields().getFirst();
        List<Op> ops = new ArrayList<>();
        model.touch(give.type());
        if (give.n() != 0) {
            ops.add(new Op(Op.What.ADD, field, give.n()));
        }
        ops.add(new Op(Op.What.READ, field, 0));
        String items = "List.of(new C%d#())".formatted(give.type().number());
        if (crew.isWide()) {
            items = "Collections.nCopies(6, new C%d#())".formatted(give.type().number());
        }
        ask("pool%d#.map(Giver#.code(%d), %s)".formatted(give.pool(), give.n(), items), crew, ops);
    }

    private void ask(String asked, PoolModel.Crew crew, List<Op> ops) {
        boolean isNested = plan.kind() == Kind.UNNAMED;
        Set<Integer> types = isNested ? model.all() : PoolModel.typesOf(ops);
        boolean calls = ops.stream().anyMatch(op -> op.what() == Op.What.METHOD);
        if (calls && isRetyped && sinceThen.add(asked)) {
            crew.mayBeginAnew();
        }
        List<Object> seen = crew.run(ops, types, captured);
        StringBuilder sure = new StringBuilder();
        if (seen == null) {
            expected.append("UnsupportedOperationException of a task; ");
        } else {
            expected.append(
                            seen.stream()
                                    .map(each -> each == PoolModel.UNSURE ? "?" : each.toString())
                                    .collect(Collectors.joining(" ")))
                    .append("; ");
            seen.forEach(each -> sure.append(each == PoolModel.UNSURE ? '-' : '+'));
        }
        line("out# += said#(() -> %s, \"%s\");".formatted(asked, sure));
    }

    private void end() {
        expected.append("inits");
        line("out# += \"inits\";");
        for (Type type : plan.types()) {
            Integer inits = model.inits(type);
            if (inits != null) {
                expected.append(' ').append(inits);
                line("out# += \" \" + Log#.inits.get(%d);".formatted(type.number()));
            }
        }
        crews.keySet().forEach(pool -> line("pool%d#.shutdownNow();".formatted(pool)));
        crews.keySet().forEach(pool -> line("pool%d#.close();".formatted(pool)));
        line("System.out.println(\"there: \" + out#);");
        line("System.out.println(\"here:  %s\");".formatted(expected));
    }

    String file(String name) {
        StringBuilder text = new StringBuilder(Writer.IMPORTS).append('\n');
        boolean isUnnamed = plan.kind() == Kind.UNNAMED;
        List<String> members = new ArrayList<>();
        if (isUnnamed) {
            types.forEach(type -> members.add("static " + type));
        }
        members.add("static " + own(SAID));
        members.add("static " + own(KILL));
        members.add(
                "%sstatic void main%s() throws Exception {\n%s}"
                        .formatted(
                                isUnnamed ? "" : "public ",
                                suffix,
                                String.join("\n", statements).indent(4)));
        String body = String.join("\n", members);
        if (isUnnamed) {
            return text.append(body).toString();
        }
        text.append("public class %s {\n%s}\n".formatted(name, body.indent(4)));
        types.forEach(type -> text.append('\n').append(type).append('\n'));
        return text.toString();
    }

    List<String> snippets() {
        List<String> all = new ArrayList<>(Writer.imports(plan.kind()));
        all.add(own(method(0)));
        all.addAll(types);
        all.add(own(SAID));
        all.add(own(KILL));
        all.addAll(statements);
        return all;
    }
}
