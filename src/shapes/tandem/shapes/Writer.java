package tandem.shapes;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Writes a program down as its kind wants it. Run, it prints two lines: `there: …` is what the code
/// computes in another JVM, `here: …` the same in its own.
///
/// The worker goes first: it works with a copy, so that what it does to it changes nothing here.
final class Writer {
    static final String IMPORTS =
            """
            import module java.base;
            import tandem.*;
            import static tandem.Tandem.*;
            """;

    /// For JShell without startup.jsh. Names are imported one by one where the JDK has them too.
    private static final String HOST_IMPORTS =
            IMPORTS + "import tandem.Array;\nimport tandem.Lock;\n";

    /// For the prompt, where startup.jsh has imported the rest.
    private static final String TYPED_IMPORTS = "import module java.base;";

    private static final String ATTEMPT =
            """
            %sString attempt%s(Code.Function0<String> code) {
                try {
                    return code.call().replace("\\n", "\\\\n");
                } catch (Throwable thrown) {
                    String text = "";
                    Throwable t = thrown;
                    for (int i = 0; i < 6 && t != null; i++, t = t.getCause()) {
                        if (!(t instanceof WorkerException) || t.getCause() == null && i == 0) {
                            text += " threw " + t.getClass().getSimpleName() + ": " + t.getMessage();
                        }
                    }
                    return text.replace("\\n", "\\\\n");
                }
            }
            """;

    private final Plan plan;
    private final Program program;
    private final String name;
    private final String suffix;

    /// @param name of the main class
    /// @param suffix what makes its names its own in a batch
    Writer(Plan plan, String name, String suffix) {
        this.plan = plan;
        this.name = name;
        this.suffix = suffix;
        this.program = plan.draw(suffix);
    }

    /// The text of a source file.
    String file() {
        StringBuilder text = new StringBuilder(IMPORTS).append('\n');
        boolean isUnnamed = plan.kind() == Kind.UNNAMED;
        String body = String.join("\n", declarations());
        if (isUnnamed) {
            return text.append(body).toString();
        }
        text.append("public class %s {\n".formatted(name)).append(indent(body)).append("}\n");
        if (plan.scattered()) {
            types().forEach(type -> text.append('\n').append(type).append('\n'));
        }
        return text.toString();
    }

    private List<String> types() {
        List<String> all = new ArrayList<>(program.types());
        all.addAll(Relay.types(plan.way(), suffix));
        return all;
    }

    private List<String> declarations() {
        List<String> all = new ArrayList<>();
        String modifier = program.hasThis() ? "" : "static ";
        if (plan.kind() == Kind.UNNAMED || !plan.scattered()) {
            types().forEach(type -> all.add("static " + type));
        }
        program.members().forEach(type -> all.add(modifier + type));
        program.fields().forEach(field -> all.add(modifier + field));
        program.methods().forEach(method -> all.add(modifier + method));
        all.addAll(machinery(modifier));
        all.add(mainMethod(modifier + (plan.kind() == Kind.UNNAMED ? "" : "public ")));
        return all;
    }

    /// What is typed first.
    static List<String> imports(Kind kind) {
        return (kind == Kind.HOST ? HOST_IMPORTS : TYPED_IMPORTS).lines().toList();
    }

    /// Snippets in the order of typing.
    List<String> snippets() {
        List<String> all = new ArrayList<>(imports(plan.kind()));
        all.addAll(program.declarations());
        all.addAll(Relay.types(plan.way(), suffix));
        if (plan.scattered() && program.possibleForm() == Program.Form.LAMBDA) {
            all.addAll(program.before());
            all.addAll(program.locals());
            all.add("Code.Function0<Object> code%s = () -> %s;".formatted(suffix, block(work())));
            all.addAll(observers(""));
            all.add("void main%s() %s".formatted(suffix, block(comparison("code" + suffix))));
        } else {
            all.addAll(machinery(""));
            all.add(mainMethod(""));
        }
        all.add("main%s();".formatted(suffix));
        return all;
    }

    private String mainMethod(String modifier) {
        String lines = String.join("\n", program.before());
        return "%svoid main%s() %s"
                .formatted(modifier, suffix, block(lines + "\n" + start() + comparison("code")));
    }

    /// Makes the variable `code`.
    private String start() {
        if (program.possibleForm() != Program.Form.REFERENCE) {
            return "Code.Function0<Object> code = code%s();\n".formatted(suffix);
        }
        String types =
                program.parameters().stream()
                        .map(parameter -> boxed(type(parameter)) + ", ")
                        .collect(Collectors.joining());
        return "%s\nCode.Function%d<%sObject> code = %s;\n"
                .formatted(
                        String.join("\n", program.locals()),
                        program.parameters().size(),
                        types,
                        body());
    }

    /// A reference to the method that does the work; a lambda where that is no method of a class with
    /// a name.
    private String body() {
        if (program.hasThis()) {
            return "this::body" + suffix;
        }
        if (plan.kind() != Kind.UNNAMED && !plan.kind().isTyped()) {
            return name + "::body" + suffix;
        }
        String names =
                IntStream.range(0, program.parameters().size())
                        .mapToObj(i -> "a" + i)
                        .collect(Collectors.joining(", "));
        return "(%s) -> body%s(%s)".formatted(names, suffix, names);
    }

    private static String type(String parameter) {
        return parameter.substring(0, parameter.lastIndexOf(' '));
    }

    private static String boxed(String type) {
        return switch (type) {
            case "int" -> "Integer";
            case "char" -> "Character";
            case "long", "double", "boolean", "byte", "short", "float" ->
                    Character.toUpperCase(type.charAt(0)) + type.substring(1);
            default -> type;
        };
    }

    /// The methods that make the code and look at it.
    private List<String> machinery(String modifier) {
        List<String> all = new ArrayList<>();
        String make = modifier + "Code.Function0<Object> code%s() ".formatted(suffix);
        String locals = String.join("\n", program.locals()) + "\n";
        String work = block(work());
        String call = "public Object call() throws Exception " + work;
        switch (program.possibleForm()) {
            case LAMBDA -> all.add(make + block(locals + "return () -> " + work + ";"));
            case NESTED ->
                    all.add(
                            make
                                    + block(
                                                    locals
                                                            + "Code.Function0<Object> inner = () ->"
                                                            + " "
                                                            + work
                                                            + ";\nreturn () ->"
                                                            + " ProcessHandle.current().pid() == "
                                                            + "parent ? inner.call() :"
                                                            + " Tandem.call(inner).result();")
                                            .replace(
                                                    "Code.Function0<Object> inner",
                                                    "long parent = ProcessHandle.current().pid();\n"
                                                            + "    Code.Function0<Object> inner"));
            case METHOD -> {
                all.add("%sObject body%s() throws Exception %s".formatted(modifier, suffix, work));
                all.add(make + block("return () -> body%s();".formatted(suffix)));
            }
            case REFERENCE ->
                    all.add(
                            "%sObject body%s(%s) throws Exception %s"
                                    .formatted(
                                            modifier,
                                            suffix,
                                            String.join(", ", program.parameters()),
                                            work));
            case ANONYMOUS ->
                    all.add(
                            make
                                    + block(
                                            locals
                                                    + "return new Code.Function0<Object>() "
                                                    + block("@Override\n" + call)
                                                    + ";"));
            case LOCAL_CLASS ->
                    all.add(
                            make
                                    + block(
                                            locals
                                                    + "class Job implements Code.Function0<Object> "
                                                    + block("@Override\n" + call)
                                                    + "\nreturn new Job();"));
        }
        all.addAll(observers(modifier));
        return all;
    }

    private String work() {
        StringBuilder text = new StringBuilder("String seen = \"\";\n");
        program.steps().forEach(step -> text.append(step).append('\n'));
        if (program.ending() != null) {
            return text.append(program.ending()).toString();
        }
        if (program.results().isEmpty()) {
            return text.append("return seen;").toString();
        }
        return text.append("return new Object[] {seen")
                .append(
                        program.results().stream()
                                .map(thing -> ", " + thing.expression())
                                .collect(Collectors.joining()))
                .append("};")
                .toString();
    }

    private List<String> observers(String modifier) {
        List<String> all = new ArrayList<>(List.of(ATTEMPT.formatted(modifier, suffix).strip()));
        if (showsResults()) {
            StringBuilder text = new StringBuilder("Object[] all = (Object[]) result;\n");
            text.append("String text = \"\" + all[0];\n");
            for (int i = 0; i < program.results().size(); i++) {
                text.append(
                        "text += \" result \" + (%s);\n"
                                .formatted(
                                        program.results().get(i).seen("all[%d]".formatted(i + 1))));
            }
            all.add(
                    "%sString show%s(Object result) throws Exception %s"
                            .formatted(
                                    modifier,
                                    suffix,
                                    block(text.append("return text;").toString())));
        }
        if (plan.way() == Way.MANAGER) {
            String show = showsResults() ? "show" + suffix : "(String) ";
            all.add(
                    "%sCode.Function0<String> via%s(Code.Function0<Object> code, Desk%s desk) %s"
                            .formatted(
                                    modifier,
                                    suffix,
                                    suffix,
                                    block(
                                            "return () -> %s(desk.pass(code.call()));"
                                                    .formatted(show))));
        }
        if (!program.shared().isEmpty()) {
            all.add(observer(modifier, "shared", program.shared()));
            all.add(
                    "%svoid reset%s() %s"
                            .formatted(
                                    modifier, suffix, block(String.join("\n", program.resets()))));
        }
        if (!program.unchanged().isEmpty()) {
            all.add(observer(modifier, "kept", program.unchanged()));
        }
        return all;
    }

    private boolean showsResults() {
        return program.ending() == null && !program.results().isEmpty();
    }

    private String observer(String modifier, String what, List<String> expressions) {
        return "%sString %s%s() %s"
                .formatted(
                        modifier,
                        what,
                        suffix,
                        block("return \"\" + " + String.join(" + \", \" + ", expressions) + ";"));
    }

    /// Runs the code there and here, and prints what is seen.
    ///
    /// @param code the variable that holds it
    private String comparison(String code) {
        String show = showsResults() ? "show" + suffix : "(String) ";
        if (plan.way() == Way.ECHO && program.ending() != null) {
            show = "Relay%s.thrown".formatted(suffix);
        }
        String arguments = "";
        if (program.possibleForm() == Program.Form.REFERENCE) {
            arguments =
                    program.parameters().stream()
                            .map(p -> p.substring(p.lastIndexOf(' ') + 1))
                            .collect(Collectors.joining(", "));
        }
        String passed = arguments.isEmpty() ? "" : ", " + arguments;
        boolean shares = !program.shared().isEmpty();
        boolean keeps = !program.unchanged().isEmpty() && plan.way() != Way.ECHO;
        boolean isMade = plan.way() == Way.ECHO;
        String shared = shares ? " + \" shared \" + shared%s()".formatted(suffix) : "";
        String reset = shares ? "reset%s();\n".formatted(suffix) : "";
        return (keeps ? "String kept = kept%s();\n".formatted(suffix) : "")
                + reset
                + (isMade
                        ? "Object[] made = {null};\ntry {\n    made[0] = %s.call();\n} catch (Throwable thrown) {\n    made[0] = thrown;\n}\n"
                                .formatted(code)
                        : "")
                + "String there = attempt%s(() -> %s)%s;\n"
                        .formatted(suffix, there(show, code, passed), shared)
                + (keeps
                        ? "String now = kept%s();\nif (!now.equals(kept)) {\n    there += \" changed \" + kept + \" to \" + now;\n}\n"
                                .formatted(suffix)
                        : "")
                + (isMade ? "" : reset)
                + "String here = attempt%s(() -> %s)%s;\n"
                        .formatted(
                                suffix,
                                isMade
                                        ? "%s(made[0])".formatted(show)
                                        : "%s(%s.call(%s))".formatted(show, code, arguments),
                                shared)
                + "System.out.println(\"there: \" + there);\n"
                + "System.out.println(\"here:  \" + here);";
    }

    /// An expression for what is to be seen of what the code computes in another JVM.
    private String there(String show, String code, String passed) {
        return switch (plan.way()) {
            case CALL -> "%s(call(%s%s).result(seconds(30)))".formatted(show, code, passed);
            case MANAGER ->
                    "call(via%s(%s, Manager.of(Desk%s.class, new Tray%s()))).result(seconds(30))"
                            .formatted(suffix, code, suffix, suffix);
            case SUBMIT, QUEUE, PIPE, MAP -> "%s(Relay%s.pass(%s))".formatted(show, suffix, code);
            case ECHO -> "%s(Relay%s.pass(made[0]))".formatted(show, suffix);
        };
    }

    private static String block(String lines) {
        return "{\n" + indent(lines.strip()) + "}";
    }

    private static String indent(String lines) {
        return lines.indent(4);
    }
}
