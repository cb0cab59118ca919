package tandem.travel;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;

/// The instructions as they are written, and the numbers by which they name objects.
final class GraphOutput {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(new TravelLimits.Sender(bytes));
    private final Map<Object, GraphNode> nodes = new IdentityHashMap<>();
    private int ids;

    /// For what an instruction says besides references.
    DataOutputStream data() {
        return out;
    }

    byte[] end() throws IOException {
        out.flush();
        return bytes.toByteArray();
    }

    int nextId() {
        return ids++;
    }

    /// The node of an object, null when it has none yet.
    GraphNode node(Object object) {
        return nodes.get(object);
    }

    Collection<GraphNode> nodes() {
        return nodes.values();
    }

    void add(Object object, GraphNode node) {
        nodes.put(object, node);
    }

    /// Whether a value is written wherever it is referred to, instead of having a number.
    static boolean isInline(Object value) {
        return value == null || value instanceof Primitive || Box.isCached(value);
    }

    /// Whether what is referred to can be by now.
    boolean exist(Object... parts) {
        for (Object part : parts) {
            if (!isInline(part) && !nodes.get(part).exists) {
                return false;
            }
        }
        return true;
    }

    void begin(int instruction, GraphNode node) throws IOException {
        out.writeByte(instruction);
        out.writeInt(node.id);
    }

    void writeNew(GraphNode node, Class<?> type) throws IOException {
        begin(Graph.NEW, node);
        writeReference(type);
    }

    void writeState(GraphNode node, State state) throws IOException {
        if (!state.isEmpty()) {
            begin(Graph.FILL, node);
            state.write(out, node.parts, this::writeReference);
        }
    }

    void writeReference(Object value) throws IOException {
        if (value == null) {
            out.writeByte(Graph.NULL);
        } else if (value instanceof Primitive primitive) {
            Box.write(out, primitive.value());
        } else if (Box.isCached(value)) {
            Box.write(out, value);
        } else {
            out.writeByte(Graph.OBJECT);
            out.writeInt(nodes.get(value).id);
        }
    }

    void writeReferences(Object[] values, int from, int to) throws IOException {
        out.writeInt(to - from);
        for (int i = from; i < to; i++) {
            writeReference(values[i]);
        }
    }
}
