package tandem.shapes;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// All shapes by name.
final class Catalogue {
    private static final Map<String, Shape> SHAPES = new TreeMap<>();

    static {
        StateShapes.addTo(SHAPES);
        TypeShapes.addTo(SHAPES);
        InnerShapes.addTo(SHAPES);
        CodeShapes.addTo(SHAPES);
        GraphShapes.addTo(SHAPES);
        FaultShapes.addTo(SHAPES);
        SharedShapes.addTo(SHAPES);
    }

    private static final List<String> NAMES = List.copyOf(SHAPES.keySet());

    private Catalogue() {}

    static List<String> names() {
        return NAMES;
    }

    static Shape shape(String name) {
        return SHAPES.get(name);
    }
}
