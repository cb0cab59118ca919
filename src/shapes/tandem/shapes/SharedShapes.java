package tandem.shapes;

import java.util.Map;

/// Shared objects: what the worker does to them, the parent sees.
final class SharedShapes {
    private SharedShapes() {}

    static void addTo(Map<String, Shape> shapes) {
        shapes.put("shared-variable", SharedShapes::variable);
        shapes.put("shared-static", SharedShapes::inStatic);
        shapes.put("shared-held", SharedShapes::held);
        shapes.put("shared-event", SharedShapes::event);
        shapes.put("shared-lock", SharedShapes::lock);
    }

    private static void variable(Draft d) {
        d.field("Array", "array#", "Array.of(\"i\", 3, %s)".formatted(d.any("true", "false")));
        d.local("Array", "same#", "array#");
        d.effect("array#.set(0, %d);".formatted(d.number()));
        d.effect("same#.set(1, array#.get(0) + 1);");
        d.digest("array#");
        d.digest("same# == array#");
        d.shared("array#", "array#.setSlice(0, 3, List.of(0, 0, 0));");
    }

    private static void inStatic(Draft d) {
        d.type(
                "class Board#%s {\n    static Array board = Array.of(\"d\", 2);\n    static final Event RUNG = new Event();\n    static int copies = 1;\n}"
                        .formatted(
                                d.any(
                                                "",
                                                " implements Runnable",
                                                " implements java.io.Serializable")
                                        .replace("Runnable", "Cloneable")));
        d.before("Board#.copies = 2;");
        d.effect("Board#.board.set(1, %d / 4.0);".formatted(d.number()));
        d.effect("Board#.copies++;");
        d.digest("Board#.board + \" \" + Board#.copies");
        if (d.maybe()) {
            d.effect("Board#.RUNG.set();");
        }
        d.shared(
                "Board#.board + \" \" + Board#.RUNG.isSet()",
                "Board#.board.set(1, 0); Board#.RUNG.clear();");
        d.unchanged("Board#.copies");
    }

    private static void held(Draft d) {
        d.type("record Desk#(Array papers, List<Array> drawers, Object other) {}");
        d.field("Array", "papers#", "Array.of(\"l\", 2, true)");
        d.field(
                "Desk#",
                "desk#",
                "new Desk#(papers#, new ArrayList<>(List.of(papers#, Array.of(\"h\", 1))), \"o\")");
        d.digest("desk#.papers() == papers# && desk#.drawers().get(0) == papers#");
        d.effect("desk#.papers().add(0, %d);".formatted(d.number()));
        d.effect("desk#.drawers().get(1).add(0, 5);");
        d.digest("papers#.get(0) + desk#.drawers().get(1).get(0)");
        d.shared(
                "papers# + \" \" + desk#.drawers().get(1)",
                "papers#.set(0, 0); desk#.drawers().get(1).set(0, 0);");
    }

    private static void event(Draft d) {
        d.field("Event", "event#", "new Event()");
        d.local("List<Event>", "events#", "new ArrayList<>(List.of(event#, event#))");
        d.effect("events#.get(1).set();");
        d.digest("event#.isSet() + \" \" + (events#.get(0) == event#)");
        d.shared("event#.isSet()", "event#.clear();");
    }

    private static void lock(Draft d) {
        d.field("Lock", "lock#", "new Lock()");
        d.field("Array", "guarded#", "Array.of(\"i\", 1, lock#)");
        d.type(
                "class Keeper# {\n"
                    + "    final Lock lock;\n"
                    + "    int entries;\n"
                    + "    Keeper#(Lock lock) { this.lock = lock; }\n"
                    + "    int enter(Array array) {\n"
                    + "        try (var held = lock.hold()) { entries++; return (int) array.add(0,"
                    + " 1); }\n"
                    + "    }\n"
                    + "}");
        d.local("Keeper#", "keeper#", "new Keeper#(lock#)");
        d.digest("keeper#.enter(guarded#) + keeper#.enter(guarded#) + keeper#.entries");
        d.digest("guarded#.lock() == lock# && keeper#.lock == lock#");
        d.shared("guarded#", "guarded#.set(0, 0);");
    }
}
