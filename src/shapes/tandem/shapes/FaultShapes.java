package tandem.shapes;

import java.util.Map;

/// Exceptions: held, returned and thrown.
final class FaultShapes {
    private FaultShapes() {}

    static void addTo(Map<String, Shape> shapes) {
        shapes.put("thrown", FaultShapes::thrown);
        shapes.put("thrown-checked", FaultShapes::thrownChecked);
        shapes.put("thrown-by-jdk", FaultShapes::thrownByJdk);
        shapes.put("thrown-inner", FaultShapes::thrownInner);
        shapes.put("held-exception", FaultShapes::held);
        shapes.put("circular-causes", FaultShapes::circular);
    }

    private static void thrown(Draft d) {
        Thing other = d.other();
        d.type(
                """
                class Oops# extends RuntimeException {
                    final Object held;
                    static int oopses = %d;
                    final int number = ++oopses;
                    Oops#(String message, Object held, Throwable cause) { super(message, cause); this.held = held; }
                    @Override public String getMessage() { return super.getMessage() + " oops " + number; }
                }\
                """
                        .formatted(d.number()));
        d.before("Oops#.oopses++;");
        String cause =
                d.any(
                        "null",
                        "new IllegalStateException(\"cause\")",
                        "new Oops#(\"inner\", null, null)");
        d.ending("throw new Oops#(seen, %s, %s);".formatted(other.expression(), cause));
        d.effect(
                "try { throw new Oops#(\"caught\", 1, null); } catch (Oops# e) { seen +="
                        + " e.getMessage() + e.held; }");
        d.digest("Oops#.oopses");
    }

    private static void thrownChecked(Draft d) {
        d.type(
                "class Broken# extends Exception {\n"
                    + "    enum Why { TIRED, LATE }\n"
                    + "    final Why why;\n"
                    + "    Broken#(String message, Why why) { super(message); this.why = why; }\n"
                    + "    @Override public String getMessage() { return super.getMessage() + \""
                    + " since \" + why; }\n"
                    + "}");
        d.method(
                "int tryIt#(int n) throws Broken# {\n    if (n > %d) { throw new Broken#(\"too many\", Broken#.Why.LATE); }\n    return n;\n}"
                        .formatted(d.number()));
        d.digest("tryIt#(1)");
        d.ending("throw new Broken#(seen + tryIt#(2), Broken#.Why.TIRED);");
        d.effect(
                "try { tryIt#(200); } catch (Broken# e) { seen += e.getMessage() + (e.why =="
                        + " Broken#.Why.LATE); }");
    }

    private static void thrownByJdk(Draft d) {
        d.field("List<Integer>", "numbers#", "List.of(1, %d)".formatted(d.number()));
        d.effect(
                "try { numbers#.add(1); } catch (UnsupportedOperationException e) { seen +="
                        + " \"fixed\"; }");
        String bad =
                d.any(
                        "Objects.requireNonNull(null, seen);",
                        "Object text = seen; seen += (Integer) text;",
                        "seen += numbers#.get(5);",
                        "seen += 1 / (numbers#.get(0) - 1);",
                        "throw new java.io.UncheckedIOException(seen, new java.io.IOException(\"no"
                                + " disk\"));",
                        "throw new java.io.FileNotFoundException(seen);",
                        "throw new AssertionError(seen);");
        d.ending(bad.startsWith("throw") ? bad : bad + "\nreturn seen;");
    }

    private static void thrownInner(Draft d) {
        d.member(
                "class Inner# extends RuntimeException {\n    int n = %d;\n    Inner#(String message) { super(message); }\n    @Override public String getMessage() { return super.getMessage() + n; }\n}"
                        .formatted(d.number()));
        d.field("Inner#", "made#", "new Inner#(\"made before\")");
        d.before("made#.n++;");
        d.digest("made#.getMessage()");
        d.ending("throw new Inner#(seen);");
        d.offer("Object", "made#", "((Inner#) $).getMessage()");
    }

    private static void held(Draft d) {
        d.type(
                "class Fault# extends RuntimeException {\n"
                        + "    final List<String> notes = new ArrayList<>();\n"
                        + "    Fault#(String message, Throwable cause) { super(message, cause); }\n"
                        + "}");
        d.field(
                "Fault#",
                "fault#",
                "new Fault#(\"f%d\", new java.io.IOException(\"io\"))".formatted(d.number()));
        d.before("fault#.addSuppressed(new Fault#(\"suppressed\", null));");
        d.before("fault#.notes.add(\"noted\");");
        d.digest(
                "fault#.getMessage() + fault#.getCause().getMessage() +"
                        + " fault#.getSuppressed()[0].getMessage() + fault#.notes");
        d.digest("fault#.getStackTrace().length > 0");
        if (d.maybe()) {
            d.local("Exception", "plain#", "new Exception(\"plain\", fault#)");
            d.digest("plain#.getCause() == fault#");
        }
        d.offer("Fault#", "fault#", "$.getMessage() + $.notes + $.getSuppressed().length");
    }

    private static void circular(Draft d) {
        d.type(
                "class Loop# extends RuntimeException {\n"
                        + "    Loop#(String message) { super(message); }\n"
                        + "}");
        d.field("Loop#", "one#", "new Loop#(\"one\")");
        d.field("Loop#", "two#", "new Loop#(\"two\")");
        d.before("one#.initCause(two#);");
        d.before("two#.initCause(one#);");
        d.digest("one#.getCause().getCause() == one#");
        d.digest("two#.getMessage() + one#.getCause().getMessage()");
        d.offer("Loop#", "one#", "$.getCause().getMessage()");
    }
}
