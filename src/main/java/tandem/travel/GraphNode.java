package tandem.travel;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One object of the graph that is written: what it refers to, and the instructions that make it.
/// [GraphWriter] walks from node to node, and says when which is written.
class GraphNode {
    final Object object;
    final int id;
    final GraphOutput output;

    /// Another object, when `object` stands for it on the way.
    Object original;

    /// What it refers to, in the order in which it is written.
    Object[] parts;

    /// The first of its parts that have not been followed.
    int next;

    /// When it was opened; 0 before.
    int index;

    /// The smallest index that is known to be reached from it and to lie in its component.
    int low;

    /// How many nodes had been closed when it was opened.
    int firstClosed;

    /// Whether others can refer to it.
    boolean exists;

    /// Whether all of its instructions are written.
    boolean isWritten;

    /// Whether code of a library reads it, which may look at what it refers to.
    boolean isMadeLast;

    /// Whether its component is written.
    boolean isComplete;

    GraphNode(Object object, Object[] parts, GraphOutput output) {
        this.object = object;
        this.original = object;
        this.parts = parts;
        this.output = output;
        this.id = output.nextId();
    }

    /// What one instruction says all of, which has been written.
    static GraphNode leaf(Object object, GraphOutput output) {
        GraphNode node = new GraphNode(object, new Object[0], output);
        node.exists = true;
        node.isWritten = true;
        return node;
    }

    /// Leaves a part out that cannot travel.
    ///
    /// @return whether it can
    boolean doesWithout(int part, CannotTravel why) throws IOException {
        return false;
    }

    /// Whether it is a class, or one instruction says all of what never changes.
    boolean isLeaf() {
        return object instanceof Class<?>
                || getClass() == GraphNode.class && !object.getClass().isArray();
    }

    boolean isLambda() {
        return false;
    }

    /// Whether it can be one of its own parts.
    boolean mayHoldItself() {
        return false;
    }

    /// Makes it exist before its parts do, where that is possible.
    boolean begin() throws IOException {
        return false;
    }

    /// Writes what can be, as others of the circle are better made when they can look at it: a set of
    /// enum constants asks their class for all of them.
    void writeReady() throws IOException {
        if (exists && !isWritten && !isMadeLast && output.exist(parts)) {
            isWritten = true;
            write();
        }
    }

    void write() throws IOException {}

    /// The elements of an array, after its class.
    static final class Elements extends GraphNode {
        Elements(Object[] array, GraphOutput output) {
            super(array, new Object[array.length + 1], output);
            parts[0] = array.getClass().getComponentType();
            System.arraycopy(array, 0, parts, 1, array.length);
            exists = true;
        }

        @Override
        void write() throws IOException {
            output.begin(Graph.ELEMENTS, this);
            output.writeReferences(parts, 1, parts.length);
        }
    }

    /// What is made in one go, when its parts exist.
    static final class Made extends GraphNode {
        private final int instruction;

        Made(Object object, int instruction, Object[] parts, GraphOutput output) {
            super(object, parts, output);
            this.instruction = instruction;
        }

        @Override
        void write() throws IOException {
            output.begin(instruction, this);
            output.writeReferences(parts, 0, parts.length);
        }
    }

    static final class Lambda extends GraphNode {
        private final LambdaForm form;

        Lambda(Object object, LambdaForm form, GraphOutput output) {
            super(object, form.parts(), output);
            this.form = form;
        }

        @Override
        boolean isLambda() {
            return true;
        }

        @Override
        void write() throws IOException {
            output.begin(Graph.LAMBDA, this);
            output.writeReferences(parts, 0, parts.length);
            output.data().writeInt(form.kind());
            for (String text : form.texts()) {
                output.data().writeUTF(text);
            }
        }
    }

    /// An object that exists before it has its state.
    static final class Instance extends GraphNode {
        private final State state;
        private final ClassRewriter rewriter;

        /// @param rewriter of the classes that travel, null where none does
        Instance(Object object, State state, ClassRewriter rewriter, GraphOutput output) {
            super(object, state.parts(), output);
            this.state = state;
            this.rewriter = rewriter;
            this.exists = true;
            this.isMadeLast = state.isSerial();
        }

        @Override
        boolean doesWithout(int part, CannotTravel why) throws IOException {
            Field field = state.field(part);
            if (field == null || rewriter == null) {
                return false;
            }
            if (!Modifier.isTransient(field.getModifiers())) {
                String sentence =
                        why.of(
                                "the field %s.%s"
                                        .formatted(
                                                ClassNames.plain(field.getDeclaringClass()),
                                                field.getName()));
                rewriter.addAbsent(field, sentence);
                output.begin(Graph.ABSENT, this);
                output.data().writeUTF(ClassRewriter.key(field));
                output.data().writeUTF(sentence);
            }
            return true;
        }

        @Override
        void write() throws IOException {
            output.writeState(this, state);
        }
    }

    /// An object that is replaced when it has been read. What refers to it in a circle with it gets what
    /// has been read, as in Java's serialisation.
    static final class Resolved extends GraphNode {
        private final State state;

        Resolved(Object object, State state, GraphOutput output) {
            super(object, state.parts(), output);
            this.state = state;
        }

        @Override
        boolean mayHoldItself() {
            return true;
        }

        @Override
        boolean begin() throws IOException {
            output.writeNew(this, object.getClass());
            isMadeLast = true;
            return true;
        }

        @Override
        void write() throws IOException {
            if (!exists) {
                begin();
            }
            output.writeState(this, state);
            output.begin(Graph.RESOLVE, this);
        }
    }

    /// A class of the program: what it refers to, and the values of its static fields.
    static final class Statics extends GraphNode {
        private final ProgramClass type;
        private final ClassRewriter rewriter;
        private final List<Field> fields;
        private final int first;
        private final Set<Field> written = new HashSet<>();

        Statics(ProgramClass type, Program program, ClassRewriter rewriter, GraphOutput output)
                throws CannotTravel {
            super(type.type(), new Object[0], output);
            this.type = type;
            this.rewriter = rewriter;
            List<Object> all = new ArrayList<>();
            Set<Class<?>> references = new LinkedHashSet<>(type.references());
            references.removeIf(named -> !program.has(named) && !named.isArray());
            all.addAll(references);
            this.first = all.size();
            this.fields = type.isInitialised() ? type.statics() : List.of();
            for (Field field : fields) {
                all.add(State.value(field, null));
            }
            parts = all.toArray();
            exists = true;
        }

        @Override
        boolean doesWithout(int part, CannotTravel why) {
            if (part >= first) {
                Field field = fields.get(part - first);
                String what =
                        ProgramClass.isSnippet(type.type())
                                ? "the variable " + field.getName()
                                : "the static field %s.%s"
                                        .formatted(ClassNames.plain(type.type()), field.getName());
                rewriter.addAbsent(field, why.of(what));
            }
            return true;
        }

        @Override
        void writeReady() throws IOException {
            Map<Field, Object> ready = new LinkedHashMap<>();
            for (int i = 0; i < fields.size(); i++) {
                Object value = parts[first + i];
                if (output.exist(value) && written.add(fields.get(i))) {
                    ready.put(fields.get(i), value);
                }
            }
            if (!ready.isEmpty()) {
                output.data().writeByte(Graph.STATICS);
                output.data().writeUTF(ClassRewriter.ownerOfStatics(type.type()));
                output.data().writeInt(ready.size());
                for (Map.Entry<Field, Object> each : ready.entrySet()) {
                    output.data().writeUTF(each.getKey().getName());
                    output.writeReference(each.getValue());
                }
            }
        }

        @Override
        void write() throws IOException {
            writeReady();
        }
    }
}
